"""供给、需求、责任、负面 lists: what is on them for whom, that figures open their rows, that the sheet is the page."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from audit import queries as audit
from catalog.resources.models import DataResource
from gdshare.lib import tables
from gdshare.portal.lists import actions
from gdshare.portal.lists.demand import DEMAND
from gdshare.portal.lists.duty import DUTY
from gdshare.portal.lists.entries import NEGATIVE, SUPPLY
from gdshare.portal.lists.off_catalog import OFF_CATALOG
from gdshare.portal.lists.tables import Filters
from sharing.demands import actions as demands
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.workflow import Status
from tests.client import assert_constant_queries, visible_text, web_client
from tests.factories.catalog import ITEMS, approved_resource, draft_resource, published_resource
from tests.factories.demands import confirmed, need
from tests.factories.mounts import mounted_resource
from tests.factories.sharing import share_request_at


@pytest.fixture
def now():
    return timezone.now()


def sheet(client, key, **data):
    """The exported csv as rows of texts, without its headings."""
    response = client.post(f"/lists/{key}/export/", {"format": "csv"} | data)
    assert response.status_code == 200, response.content[:400]
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))[1:]


def figures_of(page, kind, name):
    """Column → cell of the row whose first cell reads `name`."""
    for row in page.context["rows"]:
        cells = {column.label: cell for column, cell in row}
        if name in [cell.text for cell in cells.values()]:
            return cells
    raise AssertionError(f"{name} is not on {kind}")


def test_the_supply_list_has_what_is_published_and_says_how_it_is_given(cast):
    listed = mounted_resource(cast)
    draft_resource(cast, name="尚未发布的")
    hidden = published_resource(cast, name="限定可见的")
    DataResource.objects.filter(pk=hidden.pk).update(is_restricted=True)
    client = web_client(cast.chen)
    page = client.get("/lists/supply/")
    text = visible_text(page.content.decode())
    assert listed.name in text
    assert "尚未发布的" not in text
    assert "限定可见的" not in text
    cells = figures_of(page, "supply", listed.name)
    assert (cells["共享方式"].text, cells["更新周期"].text) == ("服务接口、文件下载", "每日")
    assert (cells["信息项"].text, cells["挂接"].text, cells["挂接"].note) == (6, "库表", "3 条")
    [row] = sheet(client, "supply")
    assert row[:3] == [listed.code, listed.name, "广东省自然资源厅"]
    assert "不动产单元号、权利类型" in row[8]


def test_the_supply_list_narrows_by_provider_theme_text_and_type(cast):
    one = published_resource(cast, name="婚姻登记", abstract="婚姻", items=[{"name": "姓名", "identifier": "xm"}],
                             by=cast.chen, head=cast.huang)  # fmt: skip
    other = published_resource(cast, share_type="CONDITIONAL")
    client = web_client(cast.wu)
    shown = lambda query: [row[1][1].text for row in client.get(f"/lists/supply/{query}").context["rows"]]  # noqa: E731
    assert shown("") == [one.name, other.name]
    assert shown(f"?provider={cast.natural_resources.pk}") == [other.name]
    assert shown("?q=婚姻") == [one.name]
    assert shown("?state=CONDITIONAL") == [other.name]
    assert shown("?state=mounted") == []
    assert shown("?theme=01") == []


@pytest.mark.parametrize("query", ["provider=x", "state=zzz", f"resource={'9' * 20}"])
def test_a_filter_that_means_nothing_is_refused_not_dropped(cast, query):
    client = web_client(cast.chen)
    assert client.get(f"/lists/supply/?{query}").status_code == 400
    name, _, value = query.partition("=")
    assert client.post("/lists/supply/export/", {"format": "csv", name: value}).status_code == 400
    assert client.post("/lists/supply/export/", {"format": "pdf"}).status_code == 400


def test_the_negative_list_has_whole_entries_and_single_items_with_their_basis(cast):
    whole = published_resource(cast, share_type="NOT_SHARED")
    items = [dict(item) for item in ITEMS]
    items[3]["share_type"] = "NOT_SHARED"
    partly = published_resource(cast, share_type="CONDITIONAL", items=items)
    published_resource(cast, share_type="CONDITIONAL")
    client = web_client(cast.chen)
    page = client.get("/lists/negative/")
    assert len(page.context["rows"]) == 2
    assert figures_of(page, "negative", whole.name)["范围"].text == "整条目录"
    assert figures_of(page, "negative", whole.name)["依据"].text == "《不动产登记暂行条例》第二十七条"
    cells = figures_of(page, "negative", partly.name)
    assert (cells["范围"].text, cells["理由"].text) == ("其中 1 个信息项", "限社会救助财产核验")
    assert [row[1] for row in sheet(client, "negative", state="partly")] == [partly.name]
    assert sheet(client, "negative", state="partly")[0][5] == "权利人身份证号"
    assert [row[1] for row in sheet(client, "negative", state="whole")] == [whole.name]


def test_the_demand_list_shows_a_department_its_own_and_the_authority_all(cast, now):
    share_request_at(cast, Status.DRAFT, now=now)
    answered = share_request_at(cast, Status.DENIED, now=now - timedelta(hours=1))
    waiting = share_request_at(cast, Status.UNDER_REVIEW, now=now)
    numbers = lambda person: [row[0] for row in sheet(web_client(person), "demand")]  # noqa: E731
    assert numbers(cast.chen) == numbers(cast.li) == numbers(cast.liang) == [waiting.number, answered.number]
    assert numbers(cast.wu) == []
    ShareRequest.objects.filter(pk=waiting.pk).update(provider=cast.sports)
    waiting.steps.all().delete()
    assert numbers(cast.li) == [answered.number]
    assert numbers(cast.liang) == [waiting.number, answered.number]
    page = web_client(cast.liang).get("/lists/demand/")
    assert figures_of(page, "demand", waiting.number)["单号"].url == ""  # not on her desk: known of, not opened
    assert figures_of(page, "demand", answered.number)["单号"].url != ""


def test_the_demand_list_says_what_for_and_whether_it_was_answered(cast, now):
    resource = published_resource(cast, share_type="CONDITIONAL")
    late = share_request_at(cast, Status.UNDER_REVIEW, now=now - timedelta(days=40), resource=resource, items=2)
    answered = share_request_at(cast, Status.APPROVED, now=now - timedelta(hours=1), resource=resource)
    client = web_client(cast.li)
    page = client.get("/lists/demand/")
    cells = figures_of(page, "demand", late.number)
    assert (cells["用途"].text, cells["答复"].text, cells["信息项"].text) == ("低收入家庭经济状况核对", "逾期未答复", 2)
    assert figures_of(page, "demand", answered.number)["答复"].text == "已答复"
    opened = client.get(cells["同样需求的部门"].url)
    assert cells["同样需求的部门"].text == 1
    assert len(opened.context["rows"]) == 2
    assert f"只看申请《{resource.name}》的" in visible_text(opened.content.decode())
    assert [row[0] for row in sheet(client, "demand", state="late")] == [late.number]
    assert [row[0] for row in sheet(client, "demand", state="answered")] == [answered.number]
    assert sheet(client, "demand", state="open", q="没有这个词") == []


def test_an_application_its_own_head_has_not_agreed_to_is_nobody_elses_demand(cast, now):
    own = share_request_at(cast, Status.ENDORSING, now=now)
    assert [row[0] for row in sheet(web_client(cast.chen), "demand")] == [own.number]
    assert sheet(web_client(cast.liang), "demand") == []


def test_the_duty_list_counts_and_every_figure_opens_as_many_rows(cast, now):
    mounted_resource(cast)
    published_resource(cast, share_type="NOT_SHARED")
    approved_resource(cast)
    share_request_at(cast, Status.UNDER_REVIEW, now=now - timedelta(days=40))
    share_request_at(cast, Status.UNDER_REVIEW, now=now)
    late = DataResource.objects.filter(share_type="NOT_SHARED")
    late.update(freshness="LATE", fresh_due_on=now.date())
    client = web_client(cast.li)
    page = client.get("/lists/duty/")
    cells = figures_of(page, "duty", "省自然资源厅")
    numbers = {label: cell.text for label, cell in cells.items()}
    assert (numbers["经办"], numbers["负责人"], numbers["数据共享工作机构"]) == ("李卓然", "周文斌", "未登记")
    expected = {
        "已发布目录": 4, "已挂接": 1, "不予共享": 1, "逾期未更新": 1, "编制和审核中": 1,
        "未答复的需求": 2, "逾期未答复": 1,
    }  # fmt: skip
    assert {label: numbers[label] for label in expected} == expected
    assert numbers["信息项"] == sum(row[0] for row in DataResource.objects.published().values_list("item_count"))
    for label in ("已挂接", "不予共享", "逾期未更新", "未答复的需求", "逾期未答复"):
        assert len(client.get(cells[label].url).context["rows"]) == numbers[label], label
    assert client.get(cells["已发布目录"].url).context["page"].total == 4
    others = figures_of(page, "duty", "省民政厅")
    assert (others["未答复的需求"].text, others["编制和审核中"].text) == ("", "")
    of_authority = figures_of(web_client(cast.liang).get("/lists/duty/"), "duty", "省自然资源厅")
    assert (of_authority["未答复的需求"].text, of_authority["编制和审核中"].text) == (2, 1)


def test_the_sheet_is_the_page_and_taking_it_out_is_on_the_log(cast):
    for _ in range(3):
        published_resource(cast, share_type="CONDITIONAL")
    client = web_client(cast.chen)
    page = client.get("/lists/supply/?state=CONDITIONAL")
    shown = [[cell.text for _, cell in row][:2] for row in page.context["rows"]]
    assert [row[:2] for row in sheet(client, "supply", state="CONDITIONAL")] == shown
    response = client.post("/lists/supply/export/", {"format": "xlsx", "state": "CONDITIONAL"})
    rows = list(load_workbook(io.BytesIO(b"".join(response.streaming_content))).active.iter_rows(values_only=True))
    assert rows[0] == tuple(column.label for column in SUPPLY.columns)
    assert [list(row[:2]) for row in rows[1:]] == shown
    events = list(audit.search(audit.Filters(verb="list.export")))
    assert [event.facts for event in events] == [
        {"format": "XLSX", "filters": {"state": "CONDITIONAL"}, "total": 3},
        {"format": "CSV", "filters": {"state": "CONDITIONAL"}, "total": 3},
    ]
    assert events[0].subject_label == "供给清单"


def test_a_sheet_is_written_chunk_by_chunk_and_runs_nothing(cast, now, monkeypatch):
    monkeypatch.setattr("gdshare.portal.lists.tables.CHUNK", 2)
    for number in range(5):
        published_resource(cast, name=f"=cmd{number}")
    rows = list(SUPPLY.exported(cast.chen, Filters(), today=now.date()))
    assert [row[1] for row in rows] == [f"=cmd{number}" for number in range(5)]
    assert [row[1] for row in sheet(web_client(cast.chen), "supply")] == [f"'=cmd{number}" for number in range(5)]


def test_what_no_sheet_holds_is_refused_with_the_way_out(cast, monkeypatch):
    published_resource(cast)
    published_resource(cast)
    monkeypatch.setattr(actions, "MOST_ROWS", 1)
    answer = web_client(cast.chen).post("/lists/supply/export/", {"format": "xlsx"})
    assert answer.status_code == 400
    assert "一张 Excel 表最多 1 行" in visible_text(answer.content.decode())
    assert len(sheet(web_client(cast.chen), "supply")) == 2


@pytest.mark.parametrize("key", ["supply", "demand", "off_catalog", "duty", "negative"])
def test_an_administrator_sees_no_list_and_exports_none(cast, key):
    client = web_client(cast.sysadmin)
    assert client.get(f"/lists/{key}/").status_code == 403
    assert client.post(f"/lists/{key}/export/", {"format": "csv"}).status_code == 403


@pytest.mark.parametrize("kind", [SUPPLY, DEMAND, OFF_CATALOG, DUTY, NEGATIVE], ids=lambda kind: kind.key)
def test_the_lists_ask_a_constant_number_of_queries(cast, now, kind):
    def one_more():
        share_request_at(cast, Status.UNDER_REVIEW, now=now)
        published_resource(cast, share_type="NOT_SHARED")
        need(cast, now=now)

    assert_constant_queries(web_client(cast.liang), f"/lists/{kind.key}/", one_more, few=1, many=3)


def test_a_workbook_that_fails_leaves_no_file_open():
    def rows():
        yield ["甲", 1]
        raise RuntimeError("the reading broke off")

    with pytest.raises(RuntimeError, match="broke off"):
        tables.workbook("清单", ["名称", "数"], rows())


# 目录外需求清单 ------------------------------------------------------------------------------------------------------
def test_what_the_catalog_does_not_have_is_a_list_of_its_own(cast):
    now = timezone.now()
    waiting, taken_on = need(cast, now=now), confirmed(cast, need(cast, now=now, title="老年人 能力评估"), now)
    demands.second(demand=waiting, by=cast.wu, now=now, use_purpose="安排赛事场馆")
    for person in (cast.chen, cast.wu, cast.he):
        page = web_client(person).get("/lists/off_catalog/")
        assert [row[0][1].text for row in page.context["rows"]] == [taken_on.title, waiting.title]
    rows = sheet(web_client(cast.wu), "off_catalog")
    assert rows[1][4] == "1"
    assert rows[0][7] == cast.natural_resources.name
    assert [row[0] for row in sheet(web_client(cast.wu), "off_catalog", state="late")] == []
    shown = web_client(cast.wu).get("/lists/off_catalog/", {"provider": cast.natural_resources.pk})
    assert [row[0][1].text for row in shown.context["rows"]] == [taken_on.title]
