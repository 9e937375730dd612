"""督办: an overdue clock leads to an order, an order to an answer, and nothing to an approval."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEvent
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Denied, Invalid
from security.notices.models import Notice
from sharing.deadlines import actions as deadlines
from sharing.deadlines.clocks import morning_of
from sharing.deadlines.models import Deadline, Reminder
from sharing.share_requests import actions as requests
from sharing.share_requests.workflow import Status
from sharing.supervision import actions, policies, queries
from sharing.supervision.models import SupervisionEntry, SupervisionOrder
from tests.at_once import at_once
from tests.atomic import assert_atomic_with_audit
from tests.domain.sharing.matrix import assert_table
from tests.factories.corrections import doubt
from tests.factories.mounts import mounted_resource
from tests.factories.sharing import review, share_request_at
from tests.factories.supervision import DEMAND, clock_of, day_after, order_over, overdue_case

TABLE = Path(__file__).parent / "supervision_matrix.txt"


@pytest.fixture
def now():
    return timezone.now()


def test_overdue_ordered_answered_decided_closed(cast, now):
    case = overdue_case(cast, now=now)
    order = order_over(cast, case, now=now)
    assert (order.status, order.department, order.authority) == ("ISSUED", cast.natural_resources, cast.authority)
    assert order.basis == "50号文第二十九条、第三十条"
    assert order.overdue_on == clock_of(case).due_on
    told = Notice.objects.filter(kind="supervision", needs_action=True, is_statutory=True)
    assert {one.recipient for one in told} == {cast.li, cast.zhou}, "who acts, and a copy to his head"
    answered = actions.answer(order=order, by=cast.zhou, now=now, text="经办人调离，已指定新人")
    assert answered.status == "ANSWERED"
    assert clock_of(order).closed_at is not None, "its own clock stops with the answer"
    with pytest.raises(Conflict) as refused:
        actions.close(order=order, by=cast.he, now=now)
    assert refused.value.code == "STILL_OVERDUE", "a promise puts nothing right"
    review(cast, case, now)
    closed = actions.close(order=order, by=cast.he, now=now, text="已答复")
    assert (closed.status, closed.closed_by) == ("CLOSED", cast.he)
    verbs = AuditEvent.objects.filter(subject_kind="supervisionorder").order_by("id")
    assert [one.verb for one in verbs if one.verb.startswith("supervision.")] == [
        "supervision.issue", "supervision.answer", "supervision.close",
    ]  # fmt: skip
    assert not Notice.objects.to_do().filter(subject_kind="supervisionorder").exists()


def test_no_order_approves_anything(cast, now):
    case = overdue_case(cast, now=now)
    order = order_over(cast, case, now=now)
    for later in range(1, 40, 3):
        deadlines.tick(now=now + timedelta(days=later))
        actions.note_stopped(now=now + timedelta(days=later))
    case.refresh_from_db()
    order.refresh_from_db()
    assert (case.status, order.status) == (Status.UNDER_REVIEW, "ISSUED")
    assert clock_of(case).closed_at is None


def test_its_own_day_reminds_once_and_tells_the_authority_when_late(cast, now):
    order = order_over(cast, overdue_case(cast, now=now), now=now, days=2)
    clock = clock_of(order)
    assert (clock.clock, clock.due_on, clock.allowance) == ("SUPERVISION", order.due_on, 2)
    for later in range(9):
        for _ in range(2):
            deadlines.tick(now=morning_of(day_of(now) + timedelta(days=later)))
    given = Reminder.objects.filter(deadline=clock).order_by("id").values_list("kind", flat=True)
    assert list(given)[:3] == ["T-1", "T", "T+1"]
    assert len(set(given)) == len(given)
    heard = Notice.objects.filter(kind="deadline.overdue", subject_kind="supervisionorder", recipient=cast.he)
    assert heard.count() == len([kind for kind in given if kind.startswith("T+")])


def test_the_stop_of_the_clock_answers_and_the_authority_closes(cast, now):
    case = overdue_case(cast, now=now)
    order = order_over(cast, case, now=now)
    assert actions.note_stopped(now=now) == 0
    review(cast, case, now)
    assert (actions.note_stopped(now=now), actions.note_stopped(now=now)) == (1, 0)
    order.refresh_from_db()
    entry = order.entries.latest("id")
    assert (order.status, entry.by, entry.verb) == ("ANSWERED", None, "note_stopped")
    assert Notice.objects.to_do().filter(subject_kind="supervisionorder", recipient=cast.he).exists()
    assert actions.close(order=order, by=cast.he, now=now).status == "CLOSED"


def test_not_enough_gets_a_new_day(cast, now):
    order = order_over(cast, overdue_case(cast, now=now), now=now)
    actions.answer(order=order, by=cast.zhou, now=now, text="正在办")
    again = actions.return_(order=order, by=cast.he, now=now, text="没有写明何时答复", due_on=day_after(5, now))
    assert (again.status, again.due_on) == ("RETURNED", day_after(5, now))
    assert clock_of(order).due_on == day_after(5, now)
    assert actions.answer(order=order, by=cast.zhou, now=now, text="明日答复").status == "ANSWERED"


def test_what_cannot_be_ordered(cast, now):
    running = share_request_at(cast, Status.UNDER_REVIEW, now=now - timedelta(days=1))
    case = overdue_case(cast, now=now)
    with pytest.raises(Conflict) as refused:
        order_over(cast, running, now=now)
    assert refused.value.code == "NOT_OVERDUE"
    for wrong in ({"demand": " "}, {"due_on": day_of(now)}, {"due_on": day_of(now) + timedelta(days=900)}):
        with pytest.raises(Invalid):
            order_over(cast, case, now=now, **wrong)
    rest = next(day for n in range(1, 9) if (day := day_of(now) + timedelta(days=n)).weekday() == 6)
    with pytest.raises(Invalid, match="工作日"):
        order_over(cast, case, now=now, due_on=rest)
    order = order_over(cast, case, now=now)
    with pytest.raises(Conflict):
        order_over(cast, case, now=now)
    cancelled = actions.cancel(order=order, by=cast.he, now=now, text="发错")
    assert cancelled.status == "CANCELLED"
    assert clock_of(case).closed_at is None
    assert order_over(cast, case, now=now).status == "ISSUED", "a new one after the cancelled"


def test_who_may_order(cast, now):
    case = overdue_case(cast, now=now)
    clock = clock_of(case)
    for person in (cast.liang, cast.zhou, cast.huang, cast.wu):
        assert not policies.issue(person, clock)
    with pytest.raises(Denied):
        actions.issue(deadline=clock, by=cast.liang, now=now, demand=DEMAND, due_on=day_after(3, now))
    Deadline.objects.filter(pk=clock.pk).update(responsible_ids=[cast.authority.pk])
    clock.refresh_from_db()
    assert "不能督办自己" in policies.issue(cast.he, clock).reason
    assert not queries.overdue(cast.authority.pk, today=day_of(now)).filter(pk=clock.pk).exists()


def test_the_late_list_of_every_kind_of_clock(cast, now):
    case = overdue_case(cast, now=now)
    wrong = doubt(cast, mounted_resource(cast), now=now - timedelta(days=42))
    late = queries.overdue(cast.authority.pk, today=day_of(now))
    assert {one.clock for one in late} >= {"REPLY", "CORRECTION"}
    assert not queries.overdue(cast.natural_resources.pk, today=day_of(now)).exists()
    order = order_over(cast, case, now=now)
    over_doubt = order_over(cast, wrong, now=now)
    assert not late.filter(pk__in=[order.deadline_id, over_doubt.deadline_id]).exists()
    assert queries.orders_over(case, cast.li) == [order]
    [told] = queries.orders_over(case, cast.chen)
    assert not told.is_open_to, "the applicant hears of it and does not read it"
    late_order = now + timedelta(days=30)
    assert not queries.overdue(cast.authority.pk, today=day_of(late_order)).filter(clock="SUPERVISION").exists()
    counted = queries.by_department(cast.he, since=day_of(now), until=day_of(now))
    assert [(one["name"], one["issued"], one["running"]) for one in counted] == [("广东省自然资源厅", 2, 2)]


# Walls ---------------------------------------------------------------------------------------------------------------
MOMENTS = ("ISSUED", "ANSWERED", "RETURNED", "CLOSED", "CANCELLED")


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_matrix(cast, now, moment):
    case = overdue_case(cast, now=now)
    order, day = order_over(cast, case, now=now), day_after(4, now)
    review(cast, case, now)
    acts = {
        "answer": lambda by: actions.answer(order=order, by=by, now=now, text="已办"),
        "return": lambda by: actions.return_(order=order, by=by, now=now, text="不够", due_on=day),
        "close": lambda by: actions.close(order=order, by=by, now=now),
        "cancel": lambda by: actions.cancel(order=order, by=by, now=now, text="发错"),
    }
    if moment == "CANCELLED":
        acts["cancel"](cast.he)
    elif moment != "ISSUED":
        acts["answer"](cast.zhou)
        if moment != "ANSWERED":
            acts["return" if moment == "RETURNED" else "close"](cast.he)
    order.refresh_from_db()
    assert order.status == moment
    assert_table(TABLE, moment, order, acts, cast)


def test_two_orders_at_once_give_one(committed_cast):
    cast, now = committed_cast, timezone.now()
    case = overdue_case(cast, now=now)
    outcomes = at_once(*[lambda: order_over(cast, case, now=now)] * 3)
    assert outcomes.count("done") == 1, outcomes
    assert sum(isinstance(one, Conflict) for one in outcomes) == 2
    assert SupervisionOrder.objects.count() == 1


def test_each_act_is_recorded_or_does_not_happen(cast, now):
    case = overdue_case(cast, now=now)
    assert_atomic_with_audit(lambda: order_over(cast, case, now=now), SupervisionOrder, SupervisionEntry, Deadline)
    order = SupervisionOrder.objects.get()
    assert_atomic_with_audit(
        lambda: actions.answer(order=order, by=cast.zhou, now=now, text="已办"), SupervisionOrder, SupervisionEntry
    )


def test_the_database_refuses(cast, now):
    order = order_over(cast, overdue_case(cast, now=now), now=now)
    for wrong in (
        {"demand": "改"},
        {"basis": "改"},
        {"status": "LOST"},
        {"closed_at": now},
        {"due_on": order.issued_on},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            SupervisionOrder.objects.update(**wrong)
    with pytest.raises(IntegrityError, match="不能修改或删除"), transaction.atomic():
        SupervisionEntry.objects.update(text="改")
    with pytest.raises(IntegrityError, match="不能修改或删除"), transaction.atomic():
        SupervisionOrder.objects.filter(pk=order.pk)._raw_delete("default")
    values = {
        name: getattr(order, name)
        for name in (
            "department",
            "authority",
            "demand",
            "basis",
            "overdue_on",
            "due_on",
            "issued_at",
            "issued_on",
            "issued_by",
        )
    }
    with pytest.raises(IntegrityError, match="one_running"), transaction.atomic():
        SupervisionOrder.objects.create(deadline=order.deadline, **values)
    running = share_request_at(cast, Status.UNDER_REVIEW, now=now - timedelta(days=1), title="另一件")
    with pytest.raises(IntegrityError, match="没有逾期"), transaction.atomic():
        SupervisionOrder.objects.create(deadline=clock_of(running), **values)
    requests.withdraw(share_request=running, by=cast.chen, now=now)
