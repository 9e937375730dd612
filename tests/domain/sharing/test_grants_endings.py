"""The end of a 授权: reminders before it, renewal, change while it lives, and what became of the data."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from gdshare.lib.clock import SHANGHAI
from gdshare.lib.errors import Conflict, Denied, Invalid
from security.notices.models import Notice
from sharing.grants import actions, queries
from sharing.grants.models import Disposal, Grant, GrantStatus
from sharing.share_requests import actions as share_requests
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.workflow import Status
from tests.factories.sharing import AT, ELEMENTS, NECESSITY, draft_request, review, share_request_at

LAST = ELEMENTS["use_to"]
DONE = {"method": "DELETED", "covered": "核对平台的库表和备份", "disposed_on": AT.date(), "witness": "黄志"}


@pytest.fixture
def grant(cast):
    return Grant.objects.get(share_request=share_request_at(cast, Status.APPROVED))


def morning(day):
    return datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI)


def decided(cast, case, *, now=AT, use_to=LAST, **answer):
    """The draft goes all the way."""
    share_requests.save_draft(share_request=case, by=cast.chen, now=now, values={"is_pledged": True, "use_to": use_to})
    share_requests.submit(share_request=case, by=cast.chen, now=now)
    share_requests.endorse(share_request=case, by=cast.huang, now=now)
    return review(cast, case, now, **answer)


# Reminders -----------------------------------------------------------------------------------------------------------
def told(cast):
    titles = Notice.objects.filter(recipient=cast.chen, kind="grant", title__contains="到期").order_by("id")
    return [title.partition("：")[0] for title in titles.values_list("title", flat=True)]


def test_the_holder_is_reminded_at_each_step_once(cast, grant):
    day = LAST - timedelta(days=120)
    while day <= LAST:
        actions.remind_expiring(now=morning(day))
        actions.remind_expiring(now=morning(day) + timedelta(hours=5))
        day += timedelta(days=1)
    left = [90, 60, 30, 14, 7]
    assert told(cast) == [*(f"授权还有 {days} 天到期" for days in left), "授权今天到期"]
    assert not Notice.objects.filter(recipient=cast.li, title__contains="天到期").exists()


def test_after_days_without_reminders_only_the_latest_is_told(cast, grant):
    actions.remind_expiring(now=morning(LAST - timedelta(days=20)))
    assert told(cast) == ["授权还有 20 天到期"]
    actions.remind_expiring(now=morning(LAST - timedelta(days=15)))
    assert told(cast) == ["授权还有 20 天到期"]
    actions.remind_expiring(now=morning(LAST - timedelta(days=14)))
    assert told(cast) == ["授权还有 20 天到期", "授权还有 14 天到期"]


def test_who_has_renewed_is_not_reminded(cast, grant):
    decided(cast, share_requests.renew(grant=grant, by=cast.chen, now=AT), use_to=LAST + timedelta(days=365))
    assert actions.remind_expiring(now=morning(LAST - timedelta(days=30))) == 0
    assert told(cast) == []


# Asking again --------------------------------------------------------------------------------------------------------
def test_a_copy_takes_over_what_was_written_but_not_the_period_nor_the_pledge(cast, grant):
    source = grant.share_request
    made = share_requests.copy(share_request=source, by=cast.chen, now=AT)
    assert (made.status, made.use_scenario, made.use_basis) == (Status.DRAFT, source.use_scenario, source.use_basis)
    assert (made.use_from, made.use_to, made.is_pledged, made.follows) == (None, None, False, None)
    assert set(made.request_items.values_list("item_id", "necessity")) == {
        (item, NECESSITY) for item in source.request_items.values_list("item_id", flat=True)
    }
    assert AuditEvent.objects.get(verb="share_request.copy").facts["source"] == source.number
    for stranger in ("huang", "li", "wu"):
        with pytest.raises(Denied):
            share_requests.copy(share_request=source, by=cast.people[stranger], now=AT)


def test_what_can_no_longer_be_asked_for_is_left_out(cast, grant):
    first, *rest = grant.share_request.request_items.select_related("item").order_by("item__position")
    first.item.retired_at = AT
    first.item.save()
    made = share_requests.copy(share_request=grant.share_request, by=cast.chen, now=AT)
    assert set(made.request_items.values_list("item_id", flat=True)) == {row.item_id for row in rest}
    for row in rest:
        row.item.retired_at = AT
        row.item.save()
    with pytest.raises(Invalid, match="现在都不能申请"):
        share_requests.copy(share_request=grant.share_request, by=cast.chen, now=AT)


def test_a_renewal_begins_when_the_grant_ends_and_both_hold(cast, grant):
    case = share_requests.renew(grant=grant, by=cast.chen, now=AT)
    assert (case.follows, case.follow_kind, case.use_from) == (grant, "RENEW", LAST + timedelta(days=1))
    decided(cast, case, use_to=LAST + timedelta(days=90))
    grant.refresh_from_db()
    new = Grant.objects.get(share_request=case)
    assert (grant.status, grant.valid_to) == (GrantStatus.ACTIVE, LAST)
    assert (new.valid_from, new.valid_to) == (LAST + timedelta(days=1), LAST + timedelta(days=90))


def test_one_renewal_at_a_time(cast, grant):
    first = share_requests.renew(grant=grant, by=cast.chen, now=AT)
    with pytest.raises(Conflict, match=first.number):
        share_requests.amend(grant=grant, by=cast.chen, now=AT)
    second = draft_request(cast)
    with pytest.raises(IntegrityError, match="one_open_follow"), transaction.atomic():
        ShareRequest.objects.filter(pk=second.pk).update(follows=grant, follow_kind="RENEW")
    with pytest.raises(IntegrityError, match="follow_pair"), transaction.atomic():
        ShareRequest.objects.filter(pk=second.pk).update(follow_kind="RENEW")
    share_requests.withdraw(share_request=first, by=cast.chen, now=AT)
    assert share_requests.amend(grant=grant, by=cast.chen, now=AT).follow_kind == "AMEND"


@pytest.mark.parametrize("verb", ["renew", "amend"])
def test_only_the_holders_handler_follows_a_grant(cast, grant, verb):
    for stranger in ("huang", "li", "zhou", "wu"):
        with pytest.raises(Denied, match="使用部门的经办"):
            getattr(share_requests, verb)(grant=grant, by=cast.people[stranger], now=AT)
    actions.revoke(grant=grant, by=cast.zhou, now=AT, reason="用途不符")
    with pytest.raises(Denied, match="已撤销"):
        getattr(share_requests, verb)(grant=grant, by=cast.chen, now=AT)


def test_an_agreed_change_takes_the_old_grants_place_without_a_gap(cast, grant):
    case = share_requests.amend(grant=grant, by=cast.chen, now=AT)
    dropped = case.request_items.order_by("item__position").last()
    dropped.delete()
    decided(cast, case)
    grant.refresh_from_db()
    new = Grant.objects.get(share_request=case)
    assert (grant.status, grant.ended_at, grant.status_reason) == (GrantStatus.CLOSED, AT, f"由 {case.number} 变更")
    assert (new.status, new.valid_from) == (GrantStatus.ACTIVE, AT.date())
    assert dropped.item_id not in set(new.grant_items.values_list("item_id", flat=True))
    access = queries.data_access(cast.chen, grant.resource, today=AT.date())
    assert dropped.item_id in {entry.item.item_id for entry in access.missing}
    assert {entry.grant_id for entry in access.opened} == {new.pk}


def test_a_change_that_begins_later_shortens_the_old_grant(cast, grant):
    case = share_requests.amend(grant=grant, by=cast.chen, now=AT)
    later = AT.date() + timedelta(days=30)
    share_requests.save_draft(share_request=case, by=cast.chen, now=AT, values={"use_from": later})
    decided(cast, case)
    grant.refresh_from_db()
    assert (grant.status, grant.valid_to) == (GrantStatus.ACTIVE, later - timedelta(days=1))


def test_a_refused_change_leaves_the_old_grant(cast, grant):
    case = share_requests.amend(grant=grant, by=cast.chen, now=AT)
    decided(cast, case, conclusion="DENY", opinion="用途不明", basis="《不动产登记暂行条例》第二十七条")
    case.refresh_from_db()
    grant.refresh_from_db()
    assert (case.status, grant.status, grant.ended_at) == (Status.DENIED, GrantStatus.ACTIVE, None)


# Disposal ------------------------------------------------------------------------------------------------------------
def test_the_end_of_the_data_is_certified_and_ends_the_grant(cast, grant):
    disposal = actions.dispose(grant=grant, by=cast.chen, now=AT, **DONE)
    grant.refresh_from_db()
    assert (grant.status, grant.ended_at, grant.disposal) == (GrantStatus.CLOSED, AT, disposal)
    event = AuditEvent.objects.get(verb="grant.dispose")
    assert (event.facts["before"], event.facts["after"], event.facts["method"]) == ("ACTIVE", "CLOSED", "DELETED")
    assert Notice.objects.filter(recipient=cast.li, title__startswith="数据已处置").exists()
    with pytest.raises(Conflict):
        actions.dispose(grant=grant, by=cast.chen, now=AT, **DONE)


def test_an_expired_grant_is_a_to_do_until_the_data_is_accounted_for(cast, grant):
    after = morning(LAST + timedelta(days=1))
    actions.expire_due(now=after)
    to_do = Notice.objects.to_do().filter(recipient=cast.chen, subject_kind="grant", subject_id=grant.pk)
    assert to_do.count() == 1
    actions.dispose(grant=grant, by=cast.chen, now=after, **DONE)
    assert to_do.count() == 0
    grant.refresh_from_db()
    assert grant.ended_at == after


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"method": "LOST"}, "处置方式"),
        ({"covered": "  "}, "处置范围"),
        ({"witness": "陈嘉敏"}, "另一个人"),
        ({"disposed_on": date(2026, 11, 21)}, "处置日期"),
        ({"disposed_on": date(2026, 11, 19)}, "处置日期"),
    ],
)
def test_a_poor_certificate_is_refused(cast, grant, wrong, words):
    cast.chen.name = "陈嘉敏"
    with pytest.raises(Invalid, match=words):
        actions.dispose(grant=grant, by=cast.chen, now=AT, **DONE | wrong)
    grant.refresh_from_db()
    assert grant.status == GrantStatus.ACTIVE


def test_only_the_holders_handler_certifies_and_nobody_changes_it(cast, grant):
    for stranger in ("huang", "li", "zhou", "he", "wu"):
        with pytest.raises(Denied, match="使用部门的经办"):
            actions.dispose(grant=grant, by=cast.people[stranger], now=AT, **DONE)
    actions.dispose(grant=grant, by=cast.chen, now=AT, **DONE)
    with pytest.raises(IntegrityError, match="不能修改"), transaction.atomic():
        Disposal.objects.update(witness="别人")
    with pytest.raises(IntegrityError, match="ended_pair"), transaction.atomic():
        Grant.objects.update(ended_at=None)


# Suspension and rectification ----------------------------------------------------------------------------------------
ORDER = {"reason": "查询频次异常", "demand": "查明账号并停用", "due_on": date(2026, 11, 27)}


def test_a_suspension_says_what_to_put_right_and_the_holder_reports(cast, grant):
    actions.suspend(grant=grant, by=cast.zhou, now=AT, **ORDER)
    to_do = Notice.objects.to_do().get(recipient=cast.chen, subject_kind="grant")
    assert "整改要求：查明账号并停用，2026-11-27 前报告" in to_do.body
    order = grant.rectifications.get()
    assert (order.side, order.due_on, order.ordered_by) == ("PROVIDER", date(2026, 11, 27), cast.zhou)
    for stranger in ("huang", "li", "wu"):
        with pytest.raises(Denied, match="使用部门的经办"):
            actions.report_rectified(grant=grant, by=cast.people[stranger], now=AT, report="已改")
    with pytest.raises(Invalid, match="怎样整改"):
        actions.report_rectified(grant=grant, by=cast.chen, now=AT, report=" ")
    actions.report_rectified(grant=grant, by=cast.chen, now=AT, report="停用了一个账号")
    assert Notice.objects.to_do().filter(recipient=cast.zhou, title__startswith="已报告整改").exists()
    assert not Notice.objects.to_do().filter(recipient=cast.chen, subject_kind="grant").exists()
    grant.refresh_from_db()
    assert grant.status == GrantStatus.SUSPENDED
    actions.resume(grant=grant, by=cast.zhou, now=AT, reason="已整改")
    order.refresh_from_db()
    assert (order.report, order.closed_at) == ("停用了一个账号", AT)
    assert not Notice.objects.to_do().filter(subject_kind="grant").exists()
    with pytest.raises(Conflict):
        actions.report_rectified(grant=grant, by=cast.chen, now=AT, report="再报")


def test_what_the_authority_suspended_the_provider_does_not_resume(cast, grant):
    actions.suspend(grant=grant, by=cast.he, now=AT, reason="核查")
    with pytest.raises(Denied, match="由主管部门恢复"):
        actions.resume(grant=grant, by=cast.zhou, now=AT, reason="好了")
    actions.resume(grant=grant, by=cast.he, now=AT, reason="好了")
    actions.suspend(grant=grant, by=cast.zhou, now=AT, reason="又来")
    assert actions.resume(grant=grant, by=cast.he, now=AT, reason="好了").status == GrantStatus.ACTIVE


@pytest.mark.parametrize(
    ("wrong", "words"), [({"due_on": date(2026, 11, 19)}, "已经过去"), ({"demand": ""}, "没有写整改要求")]
)
def test_a_poor_order_is_refused(cast, grant, wrong, words):
    with pytest.raises(Invalid, match=words):
        actions.suspend(grant=grant, by=cast.zhou, now=AT, **ORDER | wrong)
    grant.refresh_from_db()
    assert grant.status == GrantStatus.ACTIVE


def test_a_late_rectification_is_chased_once(cast, grant):
    actions.suspend(grant=grant, by=cast.zhou, now=AT, **ORDER)
    assert actions.chase_rectifications(now=morning(ORDER["due_on"])) == 0
    late = morning(ORDER["due_on"] + timedelta(days=1))
    assert [actions.chase_rectifications(now=late) for _ in range(2)] == [1, 0]
    assert Notice.objects.to_do().filter(recipient=cast.chen, title__startswith="整改逾期").count() == 1
