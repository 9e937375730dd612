"""Who held a case and for how many working days, replayed from the timeline; and what may be answered too late."""

from datetime import date, timedelta

import pytest

from gdshare.lib.errors import Denied
from gdshare.rules import queries as rules
from security.notices.models import Notice
from sharing.share_requests import actions, policies
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.queries import holding
from sharing.share_requests.queries.marks import with_steps
from sharing.share_requests.workflow import Status
from tests.client import visible_text, web_client
from tests.domain.sharing.clocks import at
from tests.factories.sharing import review, share_request_at


def held(case, now) -> list[str]:
    row = with_steps(ShareRequest.objects.filter(pk=case.pk)).get()
    return [
        f"{span.department.short_name}{span.post_label} {span.since:%m-%d} "
        f"{f'{span.until:%m-%d}' if span.until else '…'} {span.workdays}"
        for span in holding.spans(row, now=now)
    ]


def act(verb, case, who, day, **values):
    return getattr(actions, verb)(share_request=case, by=who, now=at(day), **values)


@pytest.fixture
def case(cast) -> ShareRequest:
    """Submitted on Thursday 11-19, agreed to on Friday."""
    draft = share_request_at(cast, Status.DRAFT, now=at("2026-11-19"))
    act("submit", draft, cast.chen, "2026-11-19")
    return act("endorse", draft, cast.huang, "2026-11-20")


def test_every_turn_of_a_joint_review(cast, case):
    act("propose", case, cast.li, "2026-11-24", conclusion="APPROVE")
    act("rework", case, cast.zhou, "2026-11-25", opinion="再核")
    act("propose", case, cast.li, "2026-11-27", conclusion="APPROVE")
    act("return_", case, cast.liang, "2026-11-30", points=["写明环节"])
    act("complete", case, cast.chen, "2026-12-02", note="已写明")
    act("confirm", case, cast.zhou, "2026-12-03")
    assert held(case, at("2026-12-04")) == [
        "省民政厅负责人 11-19 11-20 1",
        "省自然资源厅经办 11-20 11-24 2",
        "省政务服务和数据管理局经办 11-20 11-30 6",
        "省自然资源厅负责人 11-24 11-25 1",
        "省自然资源厅经办 11-25 11-27 2",
        "省自然资源厅负责人 11-27 11-30 1",
        "省民政厅经办 11-30 12-02 2",
        "省自然资源厅负责人 12-02 12-03 1",
        "省政务服务和数据管理局经办 12-02 … 2",
    ]
    row = with_steps(ShareRequest.objects.filter(pk=case.pk)).get()
    totals = holding.totals(holding.spans(row, now=at("2026-12-04")))
    assert [(total.department.short_name, total.workdays, total.holds) for total in totals] == [
        ("省政务服务和数据管理局", 8, True),
        ("省自然资源厅", 7, False),
        ("省民政厅", 3, False),
    ]


def test_an_answered_case_is_held_by_nobody(cast, case):
    review(cast, case, at("2026-11-26"))
    assert not [line for line in held(case, at("2026-12-04")) if "…" in line]


def test_a_check_then_the_provider(cast, settings):
    settings.RULE_PROFILE = "GP-2024"
    case = share_request_at(cast, Status.UNDER_REVIEW, now=at("2026-11-20"))
    review(cast, case, at("2026-11-24"), sides="A")
    assert held(case, at("2026-11-26"))[-1] == "省自然资源厅经办 11-24 … 2"


def test_a_consultation_and_back(cast, settings):
    settings.RULE_PROFILE = "SC-2022"
    case = share_request_at(cast, Status.UNDER_REVIEW, now=at("2026-11-20"))
    act("consult", case, cast.liang, "2026-11-23", opinion="可否")
    assert held(case, at("2026-11-24"))[-1] == "省自然资源厅经办 11-23 … 1"
    review(cast, case, at("2026-11-25"), sides="P")
    assert held(case, at("2026-11-26"))[-1] == "省政务服务和数据管理局经办 11-25 … 1"


def risks(cast, day) -> list[int]:
    today = date.fromisoformat(day)
    return [row.pk for row in holding.late_risks(cast.authority, today=today, cal=rules.calendar())]


def test_what_runs_the_risk_of_a_late_answer(cast, case):
    """Due on 12-04; the threshold is three working days."""
    assert (risks(cast, "2026-11-30"), risks(cast, "2026-12-01"), risks(cast, "2026-12-20")) == (
        [],
        [case.pk],
        [case.pk],
    )
    act("propose", case, cast.li, "2026-12-01", conclusion="APPROVE")
    assert risks(cast, "2026-12-01") == [case.pk], "the authority's head is still to be reached"
    act("propose", case, cast.liang, "2026-12-01", conclusion="APPROVE")
    assert risks(cast, "2026-12-01") == [], "both sides are at their last post"
    assert [row.pk for row in holding.under_way(cast.authority)] == [case.pk]
    assert not holding.under_way(cast.sports)


def test_one_notice_each_working_day_morning(cast, case):
    def told() -> list[tuple[str, str]]:
        rows = Notice.objects.filter(kind="share_request.late_risk").order_by("id")
        return list(rows.values_list("recipient__username", "title"))

    assert actions.warn_of_late_risks(now=at("2026-11-30 08:35")) == 0
    assert actions.warn_of_late_risks(now=at("2026-12-01 08:35")) == 2
    assert actions.warn_of_late_risks(now=at("2026-12-01 09:35")) == 0
    assert told() == [("liang", "1 件申请有逾期风险"), ("he", "1 件申请有逾期风险")]
    assert actions.warn_of_late_risks(now=at("2026-12-05 08:35")) == 0, "a Saturday"
    assert actions.warn_of_late_risks(now=at("2026-12-07 08:35")) == 2


def test_the_pages(cast):
    now = at("2026-11-25")  # long past in any later year: overdue, and still a risk
    case = share_request_at(cast, Status.UNDER_REVIEW, now=now - timedelta(days=60))
    text = visible_text(web_client(cast.he).get("/sharing/requests/held/").content.decode())
    assert case.title in text
    assert "省自然资源厅经办" in text
    assert "全部在办" in text
    assert web_client(cast.li).get("/sharing/requests/held/").status_code == 403
    with pytest.raises(Denied):
        policies.view_held(cast.chen).enforce()
    page = visible_text(web_client(cast.chen).get(f"/sharing/requests/{case.pk}/").content.decode())
    assert "谁办了多久" in page
    assert "省自然资源厅（在办）" in page


def test_queries_do_not_grow_with_the_cases(cast, django_assert_max_num_queries):
    now = at("2026-09-25")
    for _ in range(2):
        share_request_at(cast, Status.UNDER_REVIEW, now=now)
    browser = web_client(cast.he)
    with django_assert_max_num_queries(60) as few:
        browser.get("/sharing/requests/held/?tab=all")
    for _ in range(5):
        share_request_at(cast, Status.UNDER_REVIEW, now=now)
    with django_assert_max_num_queries(len(few)):
        browser.get("/sharing/requests/held/?tab=all")
