"""Taking an entry off the list that others use: asked, kept on record, warned, closed on the day; or called off."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.resources import actions as resources
from catalog.resources import consumers
from catalog.resources.models import DataResource
from catalog.withdrawals import actions
from catalog.withdrawals.models import Withdrawal, WithdrawalAnswer
from catalog.withdrawals.workflow import Status
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Denied, Invalid
from security.notices.models import Notice
from sharing.delivery.models import ServiceCall
from sharing.share_requests.workflow import Status as RequestStatus
from tests.atomic import assert_atomic_with_audit
from tests.factories.catalog import published_resource
from tests.factories.delivery import granted_resource, key_of, rest
from tests.factories.sharing import share_request_at

NOW = timezone.now()
TODAY = day_of(NOW)
ANSWER_BY, CLOSE_ON = TODAY + timedelta(days=30), TODAY + timedelta(days=40)
LATER = NOW + timedelta(days=31)


def opened(cast, resource=None, **values):
    given = {"reason": "系统停用，数据并入新系统", "answer_by": ANSWER_BY, "close_on": CLOSE_ON} | values
    return actions.open_(resource=resource or granted_resource(cast), by=cast.zhou, now=NOW, **given)


def filed(cast, **values):
    withdrawal = opened(cast, **values)
    actions.answer(withdrawal=withdrawal, by=cast.huang, now=NOW, answer="AGREE")
    return actions.file(withdrawal=withdrawal, by=cast.liang, now=NOW, note="已协商一致")


def told(person, kind):
    return Notice.objects.filter(recipient=person, kind=f"withdrawal.{kind}").count()


def test_users_are_seen_by_grants_takings_and_applications(cast):
    resource = granted_resource(cast)
    assert [(one.department, one.grants, one.takes) for one in consumers.of(resource, today=TODAY)] == [
        (cast.civil_affairs, 1, 0)
    ]
    rest(key_of(cast.chen)).get(f"/api/v1/resources/{resource.pk}/rows/")
    assert consumers.of(resource, today=TODAY)[0].takes == 1
    assert consumers.of(resource, today=TODAY + timedelta(days=91))[0].takes == 0
    assert consumers.of(resource, today=TODAY + timedelta(days=400)) == []
    other = published_resource(cast, share_type="CONDITIONAL")
    share_request_at(cast, RequestStatus.UNDER_REVIEW, resource=other)
    assert [(one.department, one.requests) for one in consumers.of(other, today=TODAY)] == [(cast.civil_affairs, 1)]


def test_what_is_used_is_not_withdrawn_at_once_and_what_nobody_uses_is(cast):
    used, unused = granted_resource(cast), published_resource(cast)
    with pytest.raises(Conflict, match="有 1 个部门在用（省民政厅），不能直接下架") as refusal, transaction.atomic():
        resources.withdraw(resource=used, by=cast.zhou, now=NOW, opinion="停用")
    assert refusal.value.code == "IN_USE"
    assert str(used.pk) in refusal.value.remedy_url
    assert resources.withdraw(resource=unused, by=cast.zhou, now=NOW, opinion="停用").status == "WITHDRAWN"
    with pytest.raises(Conflict, match="没有部门在用"), transaction.atomic():
        opened(cast, published_resource(cast))


def test_the_whole_way(cast):
    resource = granted_resource(cast)
    client, url = rest(key_of(cast.chen)), f"/api/v1/resources/{resource.pk}/rows/"
    withdrawal = opened(cast, resource)
    resource.refresh_from_db()
    assert resource.closing_on == CLOSE_ON
    assert (told(cast.huang, "open"), told(cast.chen, "open"), told(cast.liang, "open")) == (1, 1, 1)
    assert Notice.objects.get(recipient=cast.huang, kind="withdrawal.open").needs_action
    actions.answer(withdrawal=withdrawal, by=cast.huang, now=NOW, answer="OBJECT", reason="低保核对每日要用")
    assert told(cast.zhou, "answer") == 1
    actions.file(withdrawal=withdrawal, by=cast.liang, now=NOW, note="改由新系统提供，过渡期到下架日")
    assert told(cast.huang, "file") == 1
    assert actions.due(now=NOW) == []
    near = NOW + timedelta(days=38)
    assert actions.due(now=near) == [withdrawal.pk]
    actions.advance(withdrawal_id=withdrawal.pk, now=near)
    assert actions.advance(withdrawal_id=withdrawal.pk, now=near) is None
    assert told(cast.huang, "warn") == told(cast.chen, "warn") == 1
    assert client.get(url).status_code == 200
    day = NOW + timedelta(days=40)
    assert actions.due(now=day) == [withdrawal.pk]
    actions.advance(withdrawal_id=withdrawal.pk, now=day)
    assert actions.advance(withdrawal_id=withdrawal.pk, now=day) is None
    assert actions.due(now=day) == []
    withdrawal.refresh_from_db()
    resource.refresh_from_db()
    assert (withdrawal.status, resource.status, resource.closing_on) == (Status.CLOSED, "WITHDRAWN", None)
    assert told(cast.huang, "close") == 1
    assert client.get(url).status_code in (403, 404)
    change = resource.status_changes.get(verb="withdraw")
    assert change.by is None
    assert "征求意见并备案后下架" in change.opinion


def test_silence_is_kept_as_silence_and_does_not_stop_the_record_after_the_day(cast):
    withdrawal = opened(cast)
    with pytest.raises(Conflict, match="还有部门没有答复"), transaction.atomic():
        actions.file(withdrawal=withdrawal, by=cast.liang, now=NOW, note="办")
    actions.file(withdrawal=withdrawal, by=cast.liang, now=LATER, note="到期没有答复，已电话核实")
    assert WithdrawalAnswer.objects.get().answer == ""
    with pytest.raises(Conflict, match="已备案"), transaction.atomic():
        actions.answer(withdrawal=withdrawal, by=cast.huang, now=LATER, answer="AGREE")


def test_without_the_record_nothing_is_closed(cast):
    withdrawal = opened(cast)
    late = NOW + timedelta(days=60)
    assert actions.due(now=late) == []
    assert actions.advance(withdrawal_id=withdrawal.pk, now=late) is None
    actions.file(withdrawal=withdrawal, by=cast.liang, now=late, note="补办备案")
    assert actions.advance(withdrawal_id=withdrawal.pk, now=late).status == Status.CLOSED


def test_called_off_everything_stays(cast):
    for stage in (opened, filed):
        withdrawal = stage(cast)
        with pytest.raises(Invalid, match="写明原因"), transaction.atomic():
            actions.call_off(withdrawal=withdrawal, by=cast.zhou, now=NOW, reason=" ")
        actions.call_off(withdrawal=withdrawal, by=cast.zhou, now=NOW, reason="系统继续运行")
        resource = DataResource.objects.get(pk=withdrawal.resource_id)
        assert (resource.status, resource.closing_on) == ("PUBLISHED", None)
        assert actions.advance(withdrawal_id=withdrawal.pk, now=NOW + timedelta(days=40)) is None
        assert told(cast.huang, "call_off") >= 1
        with pytest.raises(Conflict, match="已撤销"), transaction.atomic():
            actions.call_off(withdrawal=withdrawal, by=cast.zhou, now=NOW, reason="再撤")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"reason": " "}, "写明原因"),
        ({"answer_by": TODAY + timedelta(days=2)}, "至少要有 5 个工作日"),
        ({"close_on": ANSWER_BY}, "答复截止之后"),
    ],
)
def test_opening_needs_a_reason_and_time(cast, values, words):
    with pytest.raises(Invalid, match=words), transaction.atomic():
        opened(cast, **values)
    assert not Withdrawal.objects.exists()


def test_answers_are_refused_from_others_late_and_without_reason(cast):
    withdrawal = opened(cast)
    for person in (cast.chen, cast.wu, cast.zhou, cast.liang):
        with pytest.raises(Denied), transaction.atomic():
            actions.answer(withdrawal=withdrawal, by=person, now=NOW, answer="AGREE")
    with pytest.raises(Invalid, match="写明理由"), transaction.atomic():
        actions.answer(withdrawal=withdrawal, by=cast.huang, now=NOW, answer="OBJECT")
    with pytest.raises(Invalid, match="没有选择"), transaction.atomic():
        actions.answer(withdrawal=withdrawal, by=cast.huang, now=NOW, answer="PERHAPS")
    with pytest.raises(Conflict, match="截止"), transaction.atomic():
        actions.answer(withdrawal=withdrawal, by=cast.huang, now=LATER, answer="AGREE")


def test_who_may(cast):
    resource = granted_resource(cast)
    for person in (cast.li, cast.chen, cast.huang, cast.wu):
        with pytest.raises(Denied), transaction.atomic():
            actions.open_(resource=resource, by=person, now=NOW, reason="x", answer_by=ANSWER_BY, close_on=CLOSE_ON)
    withdrawal = actions.open_(
        resource=resource, by=cast.liang, now=NOW, reason="停用", answer_by=ANSWER_BY, close_on=CLOSE_ON
    )
    with pytest.raises(Conflict, match="已在办理"), transaction.atomic():
        opened(cast, resource)
    for person in (cast.zhou, cast.huang, cast.liang):
        with pytest.raises(Denied), transaction.atomic():
            actions.file(withdrawal=withdrawal, by=person, now=LATER, note="备案")
    with pytest.raises(Denied), transaction.atomic():
        actions.call_off(withdrawal=withdrawal, by=cast.huang, now=NOW, reason="不要")
    with pytest.raises(Invalid, match="写明意见"), transaction.atomic():
        actions.file(withdrawal=withdrawal, by=cast.he, now=LATER, note=" ")
    seen = {name for name, person in cast.people.items() if Withdrawal.objects.visible_to(person).exists()}
    assert seen == {"li", "zhou", "chen", "huang", "liang", "he"}


def test_the_database_keeps_withdrawals_whole(cast):
    withdrawal = opened(cast)
    rows = Withdrawal.objects.filter(pk=withdrawal.pk)
    for values, name in (
        ({"status": "FILED"}, "filed_before_closed"),
        ({"status": "CLOSED", "ended_at": NOW}, "filed_before_closed"),
        ({"status": "CALLED_OFF"}, "ended_dated"),
        ({"status": "GONE"}, "status_known|ended_dated"),
        ({"close_on": ANSWER_BY}, "answers_come_first"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**values)
    with pytest.raises(IntegrityError, match="one_under_way"), transaction.atomic():
        Withdrawal.objects.create(
            resource=withdrawal.resource, reason="x", answer_by=ANSWER_BY, close_on=CLOSE_ON, opened_at=NOW,
            opened_by=cast.zhou,
        )  # fmt: skip
    answers = WithdrawalAnswer.objects.filter(withdrawal=withdrawal)
    for values, name in (
        ({"answer": "PERHAPS", "answered_at": NOW}, "answer_known"),
        ({"answer": "OBJECT", "answered_at": NOW}, "objection_says_why"),
        ({"answer": "AGREE"}, "answered_dated"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            answers.update(**values)
    with pytest.raises(IntegrityError, match="once"), transaction.atomic():
        WithdrawalAnswer.objects.create(withdrawal=withdrawal, department=cast.civil_affairs)


@pytest.mark.parametrize("act", ["open", "answer", "file", "call_off", "close"])
def test_nothing_happens_that_is_not_on_the_log(cast, act):
    if act == "open":
        resource = granted_resource(cast)
        assert_atomic_with_audit(lambda: opened(cast, resource), Withdrawal, WithdrawalAnswer)
        return
    withdrawal = filed(cast) if act == "close" else opened(cast)
    do = {
        "answer": lambda: actions.answer(withdrawal=withdrawal, by=cast.huang, now=NOW, answer="AGREE"),
        "file": lambda: actions.file(withdrawal=withdrawal, by=cast.liang, now=LATER, note="备案"),
        "call_off": lambda: actions.call_off(withdrawal=withdrawal, by=cast.zhou, now=NOW, reason="不下架"),
        "close": lambda: actions.advance(withdrawal_id=withdrawal.pk, now=NOW + timedelta(days=40)),
    }[act]
    touched = {"answer": WithdrawalAnswer}.get(act, Withdrawal)
    assert_atomic_with_audit(do, touched)


def test_the_task_closes_each_on_its_own(cast, monkeypatch):
    from catalog.withdrawals import tasks

    first, second = filed(cast), filed(cast)
    Withdrawal.objects.update(answer_by=date(2026, 1, 5), close_on=date(2026, 1, 6))
    real = resources.close

    def dies_for_the_first(*, resource, **values):
        if resource.pk == first.resource_id:
            raise RuntimeError("the worker is killed")
        return real(resource=resource, **values)

    monkeypatch.setattr("catalog.withdrawals.actions.resources.close", dies_for_the_first)
    assert tasks.advance() == 1
    monkeypatch.undo()
    assert tasks.advance() == 1
    assert tasks.advance() == 0
    assert set(Withdrawal.objects.values_list("status", flat=True)) == {Status.CLOSED}
    assert ServiceCall.objects.count() == 0
    assert second.pk != first.pk
    assert datetime(2026, 1, 6, tzinfo=UTC) < NOW
