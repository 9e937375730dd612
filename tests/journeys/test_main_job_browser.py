"""The main job under six hands in a real browser, with a real worker: sheet in, published, found, taken, applied for,
endorsed, reviewed together, opened, pulled by a business system, on record.
"""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from catalog.mounts.models import TableVersion
from catalog.resources.models import DataResource
from sharing.grants.models import Grant
from sharing.share_requests.models import ShareRequest
from tests.cast import Cast
from tests.journeys.site import Site
from tests.journeys.stage import Stage, send

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

HEADER = ["资源名称", "资源代码", "资源摘要", "信息项", "共享类型", "共享条件", "依据", "更新周期"]
DEED_ITEMS = "不动产单元号|权利人姓名|权利人身份证号|坐落|登记日期"
ENTRIES = [
    ["不动产登记簿信息", "ZR-001", "全省不动产登记簿的权利人和坐落", DEED_ITEMS, "有条件共享",
     "限社会救助财产核验", "《不动产登记暂行条例》第二十七条", "每日"],
    ["不动产登记机构信息", "ZR-002", "登记机构的名称和地址", "机构代码|机构名称|地址", "无条件共享", "", "", "每年"],
]  # fmt: skip
OFFICES = "机构代码,机构名称,地址\n0101,天河区登记中心,天河区软件路1号\n0102,越秀区登记中心,越秀区福今路1号\n"
DEEDS = (
    "不动产单元号,权利人姓名,权利人身份证号,坐落,登记日期\n"
    "440106001001GB00001F00010001,陈大文,999999199001010011,天河区体育西路1号,2026-01-05\n"
    "440106001001GB00001F00010002,林小红,999999199202020022,天河区体育东路2号,2026-02-14\n"
)


def test_main_job_in_the_browser(site: Site, committed_cast: Cast, open_page: Any, tmp_path: Path) -> None:
    site.start_worker()
    at = Stage(site, open_page)
    publish_the_sheet(at, tmp_path)
    deeds = DataResource.objects.get(name="不动产登记簿信息")
    offices = DataResource.objects.get(name="不动产登记机构信息")
    mount(at, tmp_path, deeds, DEEDS)
    mount(at, tmp_path, offices, OFFICES)
    take_the_open_one(at, offices)
    case = apply_item_by_item(at, deeds)
    endorse(at, case)
    decide_together(at, case)
    pull_what_was_granted(at, deeds)
    read_the_log(at)
    assert at.faults() == []


def publish_the_sheet(at: Stage, folder: Path) -> None:
    """li brings his department's sheet, zhou consents, liang publishes."""
    book = openpyxl.Workbook()
    for row in [HEADER, *ENTRIES]:
        book.active.append(row)
    book.save(folder / "目录.xlsx")
    page = at("li", "/catalog/manage/")
    page.get_by_role("link", name="导入目录").click()
    page.locator("input[type=file]").set_input_files(folder / "目录.xlsx")
    page.get_by_label(re.compile("不涉及国家秘密")).check()
    page.get_by_role("button", name="上传并检查").click()
    page.get_by_role("button", name="确认导入").click(timeout=60_000)
    page.get_by_role("link", name="去提交").click(timeout=60_000)
    page.get_by_text("批量补填").click()
    page.get_by_label(re.compile("已逐条评估所选条目的个人信息")).check()
    choose_all(page, "提交所选")
    choose_all(at("zhou", "/catalog/manage/?show=DEPARTMENT_REVIEW"), "同意所选")
    page = at("liang", "/catalog/manage/")
    page.get_by_role("link", name=re.compile("待我审核")).first.click()
    choose_all(page, "发布所选")
    assert set(DataResource.objects.values_list("status", flat=True)) == {"PUBLISHED"}


def choose_all(page: Any, button: str) -> None:
    page.get_by_label("全选本页").first.check()
    send(page, page.get_by_role("button", name=button))


def mount(at: Stage, folder: Path, resource: DataResource, rows: str) -> None:
    """li uploads the rows of an entry."""
    file = folder / f"{resource.name}.csv"
    file.write_text(rows, encoding="utf-8")
    page = at("li", f"/catalog/resources/{resource.pk}/")
    page.get_by_role("link", name="数据挂接").click()
    page.get_by_role("link", name=re.compile("上传")).first.click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="上传并装载").click()
    page.get_by_text("在用").first.wait_for(timeout=60_000)
    assert TableVersion.objects.get(mount__resource=resource).row_count == rows.count("\n") - 1


def take_the_open_one(at: Stage, offices: DataResource) -> None:
    """chen finds it by a piece of a word and takes it."""
    page = at("chen", "/")
    page.locator("main input[name=q]").fill("登记机")
    with page.expect_navigation():
        page.get_by_role("button", name="搜索").click()
    assert page.locator("#results .gd-res").count() == 1
    page.get_by_role("link", name=re.compile("取用")).first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="取用").click()
    taken = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert list(csv.reader(io.StringIO(taken))) == list(csv.reader(io.StringIO(OFFICES)))


def apply_item_by_item(at: Stage, deeds: DataResource) -> ShareRequest:
    """chen chooses four of five items, fills the five elements (saved as he types) and submits."""
    page = at("chen", f"/catalog/resources/{deeds.pk}/?tab=items")
    for name in ("不动产单元号", "权利人姓名", "权利人身份证号", "坐落"):
        page.get_by_label(f"选择 {name}").check()
    page.get_by_role("button", name="加入选数车").click()
    page = at("chen", "/sharing/requests/cart/")
    page.get_by_role("button", name=re.compile("填写 1 份申请")).click()
    page.get_by_role("textbox", name="事由").fill("低收入家庭经济状况核对")
    page.get_by_role("textbox", name="使用依据").fill("《社会救助暂行办法》（国务院令第649号）")
    page.get_by_role("textbox", name="条款", exact=True).fill("第五十八条")
    page.get_by_role("textbox", name="使用场景").fill("受理低保申请后逐户查询家庭成员名下不动产。")
    for label in ("仅本部门", "服务接口", "不落库"):
        page.get_by_text(label, exact=True).click()
    today = timezone.localdate()
    page.locator("input[name=use_from]").fill(str(today))
    page.locator("input[name=use_to]").fill(str(today + timedelta(days=365)))
    for field in page.locator("input.gd-need").all():
        field.fill("核对财产必需")
    page.get_by_label(re.compile("已阅读，接受")).check()
    page.get_by_text("可以提交").wait_for()
    page.reload()  # nothing typed is lost
    assert page.get_by_role("textbox", name="使用场景").input_value() == "受理低保申请后逐户查询家庭成员名下不动产。"
    page.get_by_role("button", name="提交负责人同意").click()
    page.get_by_text("待负责人同意").first.wait_for()
    return ShareRequest.objects.get()


def endorse(at: Stage, case: ShareRequest) -> None:
    """huang agrees; the clock starts and says its article."""
    page = at("huang", "/todo/")
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile("同意")).first.click()
    assert page.url.endswith(f"/sharing/requests/{case.pk}/")
    page.get_by_label("意见").first.fill("同意申请")
    page.get_by_role("button", name=re.compile("^同意")).first.click()
    page.get_by_text("审核中").first.wait_for()
    assert "剩 10 个工作日" in page.locator("main").inner_text()
    assert "第十九条" in page.locator("main").inner_text()


def decide_together(at: Stage, case: ShareRequest) -> None:
    """The provider refuses one item, the authority masks another; both heads confirm; the stricter word counts."""
    items = {row.item.name: row.item_id for row in case.request_items.select_related("item")}
    propose(at, "li", case, items["权利人身份证号"], "不同意", "核对财产不需要证件号码")
    propose(at, "liang", case, items["权利人姓名"], "脱敏", "脱敏后够用")
    for name in ("he", "zhou"):
        page = at(name, f"/sharing/requests/{case.pk}/review/")
        send(page, page.get_by_role("button", name="确认，作为本部门意见"))
    case.refresh_from_db()
    assert case.status == "PARTLY_APPROVED"
    page = at("chen", f"/sharing/requests/{case.pk}/")
    page.get_by_text("部分同意").first.wait_for()
    page.get_by_text("核对财产不需要证件号码").first.wait_for()


def propose(at: Stage, name: str, case: ShareRequest, item_id: int, decision: str, reason: str) -> None:
    page = at(name, f"/sharing/requests/{case.pk}/review/")
    row = page.locator(f"tr:has(input[name=decision_{item_id}])")
    row.get_by_text(decision, exact=True).click()
    page.locator(f"input[name=reason_{item_id}]").fill(reason)
    page.get_by_text("按逐项决定提供").click()
    page.get_by_label("不同意的依据").fill("《不动产登记暂行条例》第二十七条")
    page.get_by_label("答复意见").fill("按需提供")
    send(page, page.get_by_role("button", name=re.compile("^送负责人")))
    page.get_by_text(re.compile("现在轮到")).first.wait_for()


def pull_what_was_granted(at: Stage, deeds: DataResource) -> None:
    """chen issues a key for his department's system, and a plain HTTP client pulls exactly the granted items."""
    assert Grant.objects.get().grant_items.count() == 3
    page = at("chen", "/developer/keys/")
    page.get_by_label("名称").fill("低保核对系统")
    page.get_by_label("用途").fill("逐户核对")
    page.locator("input[name=expires_on]").fill(str(timezone.localdate() + timedelta(days=30)))
    page.get_by_role("button", name="签发").click()
    key = page.locator("#key").inner_text()
    system = at.site.rest(key)
    pulled = system.get(f"/resources/{deeds.pk}/data/", params={"format": "csv", "header": "name"})
    rows = list(csv.DictReader(io.StringIO(pulled.text)))
    assert list(rows[0]) == ["不动产单元号", "权利人姓名", "坐落"]
    assert [row["坐落"] for row in rows] == ["天河区体育西路1号", "天河区体育东路2号"]
    assert "陈大文" not in pulled.text
    assert "999999199001010011" not in pulled.text
    refused = system.get(f"/resources/{deeds.pk}/rows/", params={"fields": "qlrsfzh"})
    assert refused.status_code == 403
    assert at.site.url in refused.json()["remedy_url"]


def read_the_log(at: Stage) -> None:
    """The auditor sees every step, newest first, and only he does."""
    text = at("auditor", "/audit/").locator("main").inner_text()
    for words in ("取用数据", "开通授权", "负责人确认审核意见", "提出审核意见", "负责人同意提出申请", "发布目录"):
        assert words in text
    page = at("chen", "/audit/")
    assert page.title().startswith(("没有", "无权", "不能")) or "没有权限" in page.locator("main").inner_text()
    page.faults.clear()  # the 403 itself
