"""The desk: cases in the order of their clocks, with the act that this person can do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gdshare.lib.clock import day_of
from gdshare.portal import work
from sharing.share_requests.workflow import Status
from tests.client import assert_constant_queries, visible_text, web_client
from tests.factories.catalog import approved_resource, draft_resource, submitted_resource
from tests.factories.sharing import share_request_at


@pytest.fixture
def now():
    return timezone.now()


def test_late_cases_come_first_and_are_counted_late(cast, now):
    share_request_at(cast, Status.UNDER_REVIEW, now=now)
    late = share_request_at(cast, Status.UNDER_REVIEW, now=now - timedelta(days=40))
    response = web_client(cast.chen).get("/todo/")
    assert response.context["cases"][0].share_request.pk == late.pk
    assert response.context["late"] == 1
    text = visible_text(response.content.decode())
    assert "2 件在办" in text
    assert "逾期 1" in text
    assert f"{late.number} 走到哪了" in text


def test_each_post_gets_its_own_act(cast, now):
    share_request_at(cast, Status.ENDORSING, now=now)
    share_request_at(cast, Status.RETURNED, now=now)
    acts = {
        name: sorted(case.act for case in work.in_hand(cast.people[name], today=day_of(now)) if case.is_mine)
        for name in ("chen", "huang", "li", "wu")
    }
    assert acts == {"chen": ["补充材料"], "huang": ["同意送审"], "li": [], "wu": []}


def test_entries_wait_for_the_head_and_for_the_authority(cast, now):
    submitted = submitted_resource(cast)
    approved = approved_resource(cast)
    mine = {
        name: {(case.act, case.number) for case in work.in_hand(cast.people[name], today=day_of(now)) if case.is_mine}
        for name in ("zhou", "liang", "chen")
    }
    assert mine["zhou"] == {("同意编目", submitted.code)}
    assert mine["liang"] == {("审核编目", approved.code)}
    assert mine["chen"] == set()


def test_tabs_divide_open_done_and_drafts(cast, now):
    share_request_at(cast, Status.UNDER_REVIEW, now=now)
    share_request_at(cast, Status.DENIED, now=now)
    share_request_at(cast, Status.DRAFT, now=now)
    client = web_client(cast.chen)
    counts = {tab.label: tab.count for tab in client.get("/todo/").context["tabs"]}
    assert counts == {"在办": 1, "已办": 1, "草稿": 1}
    assert [case.status for case in client.get("/todo/?tab=done").context["cases"]] == ["不同意"]
    assert [case.act for case in client.get("/todo/?tab=drafts").context["cases"]] == ["继续填写"]
    assert client.get("/todo/?tab=nonsense").context["cases"][0].status == "审核中"


def test_drafts_of_entries_belong_to_their_department(cast, now):
    draft = draft_resource(cast)
    assert [case.number for case in work.drafts(cast.li, today=day_of(now))] == [draft.code]
    assert work.drafts(cast.chen, today=day_of(now)) == []


def test_done_work_leaves_the_desk_after_ninety_days(cast, now):
    share_request_at(cast, Status.DENIED, now=now)
    assert len(work.done(cast.chen, today=day_of(now))) == 1
    assert work.done(cast.chen, today=day_of(now) + timedelta(days=91)) == []


def test_a_grant_that_ends_stands_beside_the_desk(cast, now):
    grant = share_request_at(cast, Status.APPROVED, now=now - timedelta(hours=1)).grants.get()
    response = web_client(cast.chen).get("/todo/")
    assert response.context["grant_count"] == 1
    assert list(response.context["expiring"]) == []
    type(grant).objects.filter(pk=grant.pk).update(valid_to=day_of(now) + timedelta(days=10))
    assert [row.pk for row in web_client(cast.chen).get("/todo/").context["expiring"]] == [grant.pk]
    assert web_client(cast.wu).get("/todo/").context["grant_count"] == 0


def test_the_desk_asks_a_constant_number_of_queries(cast, now):
    assert_constant_queries(
        web_client(cast.li), "/todo/", lambda: share_request_at(cast, Status.UNDER_REVIEW, now=now), few=2, many=5
    )


def test_an_administrator_has_no_desk(cast):
    assert web_client(cast.auditor).get("/todo/").status_code == 403
