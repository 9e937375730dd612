"""The turns a case may take, in a real browser: told to complete it, given more time, renewed; and the same application
under other rules.
"""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from gdshare.lib.clock import day_of
from gdshare.rules import queries as rules
from gdshare.rules.workdays import add_workdays, due_on
from sharing.deadlines.models import Deadline
from sharing.grants.models import Grant
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.workflow import Status
from tests.cast import Cast
from tests.factories.mounts import mounted_resource
from tests.factories.sharing import review, share_request_at
from tests.journeys.site import Site
from tests.journeys.stage import Stage, send

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


@pytest.fixture
def rule_profile(request: Any, monkeypatch: pytest.MonkeyPatch, settings: Any) -> str:
    """The rules in force, for this process and for the site that starts after it."""
    settings.RULE_PROFILE = request.param
    monkeypatch.setenv("RULE_PROFILE", request.param)
    return request.param


def case_at(cast: Cast, status: Status, **options: Any) -> ShareRequest:
    today = timezone.localdate()
    dates = {"use_from": today, "use_to": today + timedelta(days=300)} | options
    resource = mounted_resource(cast, share_type="CONDITIONAL")
    return share_request_at(cast, status, now=timezone.now(), resource=resource, **dates)


def text_of(page: Any) -> str:
    return page.locator("main").inner_text()


def propose(at: Stage, name: str, case: ShareRequest) -> None:
    """`name` agrees to everything."""
    page = at(name, f"/sharing/requests/{case.pk}/review/")
    page.get_by_text("同意，按申请内容提供").or_(page.locator(".gd-choice-r").first).first.click()
    page.get_by_label("答复意见").fill("与履职相符")
    send(page, page.get_by_role("button", name=re.compile("^送负责人")))


def confirm(at: Stage, name: str, case: ShareRequest) -> None:
    page = at(name, f"/sharing/requests/{case.pk}/review/")
    send(page, page.get_by_role("button", name="确认，作为本部门意见"))


def test_completed_once_and_given_more_time(site: Site, committed_cast: Cast, open_page: Any) -> None:
    case = case_at(committed_cast, Status.UNDER_REVIEW)
    today = timezone.localdate()
    at = Stage(site, open_page)

    page = at("li", f"/sharing/requests/{case.pk}/review/")
    page.get_by_text("一次性告知补正").first.click()
    page.get_by_label("需要补正的全部内容").fill("写明由哪个系统调用\n写明保存多久")
    send(page, page.get_by_role("button", name="告知申请部门补正"))
    page = at("chen", f"/sharing/requests/{case.pk}/")
    assert "写明保存多久" in text_of(page)
    page.get_by_role("link", name="补正", exact=True).click()
    page.get_by_label("补正说明").fill("由核对平台调用，不落库")
    page.get_by_role("button", name="提交补正").click()
    page.get_by_text("审核中").first.wait_for()
    assert "不能再次告知" in text_of(at("li", f"/sharing/requests/{case.pk}/review/"))

    page = at("zhou", f"/sharing/requests/{case.pk}/")
    page.get_by_text(re.compile("须主管部门同意")).click()
    page.get_by_label("延长工作日").fill("5")
    page.get_by_label("特殊原因").fill("历史数据要从纸质登记簿核对")
    send(page, page.get_by_role("button", name=re.compile("延期")))
    page = at("he", f"/sharing/requests/{case.pk}/")
    assert "历史数据要从纸质登记簿核对" in text_of(page)
    page.get_by_label("对延期的意见").fill("同意")
    send(page, page.get_by_role("button", name=re.compile("^同意延期")))
    last = due_on(today, 15, rules.calendar())
    assert Deadline.objects.get().due_on == last, "returned and completed on one day: nothing was paused"
    assert str(last) in text_of(at("chen", f"/sharing/requests/{case.pk}/"))

    for handler, head in (("li", "zhou"), ("liang", "he")):
        propose(at, handler, case)
        confirm(at, head, case)
    assert "已同意" in text_of(at("chen", f"/sharing/requests/{case.pk}/"))
    assert at.faults() == []


def test_a_click_while_a_slow_saving_runs_is_not_lost(site: Site, committed_cast: Cast, open_page: Any) -> None:
    """The saving under way waits for the row; what is typed last and the click that sends it come after it."""
    case = case_at(committed_cast, Status.DRAFT)
    at = Stage(site, open_page)
    page = at("chen", f"/sharing/requests/{case.pk}/edit/")
    with transaction.atomic():
        ShareRequest.objects.select_for_update().get(pk=case.pk)
        with page.expect_request("**/save/"):
            page.get_by_role("textbox", name="使用场景").press_sequentially("abc")
        page.get_by_role("textbox", name="事由").fill("最后输入的")
        page.get_by_role("button", name="提交负责人同意").click()
        page.wait_for_timeout(500)  # longer than the saving of the last field waits
    page.wait_for_url(f"**/sharing/requests/{case.pk}/")
    case.refresh_from_db()
    assert (case.status, case.title) == (Status.ENDORSING, "最后输入的")
    assert at.faults() == []


def test_renewed_before_it_is_over(site: Site, committed_cast: Cast, open_page: Any) -> None:
    today = timezone.localdate()
    old = Grant.objects.get(share_request=case_at(committed_cast, Status.APPROVED, use_to=today + timedelta(days=14)))
    at = Stage(site, open_page)
    page = at("chen", f"/sharing/grants/{old.pk}/")
    assert "还有 14 天到期" in text_of(page)
    send(page, page.get_by_role("button", name="续期"))
    page.locator("input[name=use_to]").fill(str(today + timedelta(days=379)))
    page.get_by_label(re.compile("已阅读，接受")).check()
    page.get_by_text("可以提交").wait_for()
    page.get_by_role("button", name="提交负责人同意").click()
    page.get_by_text("待负责人同意").first.wait_for()
    page = at("huang", f"/sharing/requests/{ShareRequest.objects.latest('pk').pk}/")
    page.get_by_label("意见").first.fill("业务继续")
    send(page, page.get_by_role("button", name=re.compile("^同意")).first)
    review(committed_cast, ShareRequest.objects.latest("pk"), timezone.now())
    new = Grant.objects.latest("pk")
    assert (new.valid_from, new.valid_to) == (old.valid_to + timedelta(days=1), today + timedelta(days=379))
    old.refresh_from_db()
    assert old.status == "ACTIVE", "no day without a right, and none with two"
    assert str(new.valid_to) in text_of(at("chen", "/sharing/grants/"))
    assert at.faults() == []


@pytest.mark.parametrize("rule_profile", ["CN-809"], indirect=True)
def test_the_regulation_lets_the_provider_answer_alone(
    rule_profile: str, site: Site, committed_cast: Cast, open_page: Any
) -> None:
    case = case_at(committed_cast, Status.UNDER_REVIEW)
    at = Stage(site, open_page)
    page = at("li", f"/sharing/requests/{case.pk}/")
    assert "第二十一条" in text_of(page), text_of(page)
    assert "剩 10 个工作日" in text_of(page)
    assert at("liang", f"/sharing/requests/{case.pk}/").title().startswith("没有找到")
    at.pages["liang"].faults.clear()  # the 404 itself
    propose(at, "li", case)
    confirm(at, "zhou", case)
    assert "已同意" in text_of(at("chen", f"/sharing/requests/{case.pk}/"))
    assert Grant.objects.get().share_request == case
    assert at.faults() == []


@pytest.mark.parametrize("rule_profile", ["SC-2022"], indirect=True)
def test_sichuan_lets_the_authority_ask_and_answer(
    rule_profile: str, site: Site, committed_cast: Cast, open_page: Any
) -> None:
    case = case_at(committed_cast, Status.UNDER_REVIEW)
    today = day_of(timezone.now())
    at = Stage(site, open_page)
    page = at("liang", f"/sharing/requests/{case.pk}/review/")
    page.get_by_text(re.compile("^征求提供部门意见")).click()
    page.get_by_label("问什么").fill("目录没有写明用途范围，可否提供")
    send(page, page.get_by_role("button", name="征求意见"))
    asked = Deadline.objects.get(clock="CONSULT")
    assert asked.due_on == add_workdays(today, 3, rules.calendar())
    page = at("li", f"/sharing/requests/{case.pk}/review/")
    assert "四川" in text_of(page)
    propose(at, "li", case)
    confirm(at, "zhou", case)
    case.refresh_from_db()
    assert case.status == Status.UNDER_REVIEW, "what the provider says is advice"
    propose(at, "liang", case)
    confirm(at, "he", case)
    assert "已同意" in text_of(at("chen", f"/sharing/requests/{case.pk}/"))
    assert not Deadline.objects.open().filter(subject_kind="sharerequest").exists()
    assert at.faults() == []
