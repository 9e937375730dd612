"""The verbs of a 督办单: the only writers. Nothing here answers, approves or stops the clock that ran out."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse

from audit import log
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Invalid
from gdshare.rules import queries as rules
from gdshare.rules.locks import hold_calendar
from gdshare.rules.profiles import Citation, Clock
from gdshare.rules.workdays import workdays_between
from security.access.permissions import Permission
from security.departments.models import Department
from security.notices import actions as notices
from sharing.deadlines import actions as deadlines
from sharing.deadlines.models import Deadline
from sharing.supervision import policies, workflow
from sharing.supervision.models import SupervisionEntry, SupervisionOrder
from sharing.supervision.workflow import OVER, RUNNING, WAITING

LONGEST = timedelta(days=366)
HEARERS = (Permission.SHARE_REQUEST_REVIEW, Permission.SHARE_REQUEST_CONFIRM)
"""经办 and 负责人: the order goes to who has to act, and a copy to his head."""


@transaction.atomic
def issue(*, deadline: Deadline, by: Any, now: datetime, demand: str, due_on: date) -> SupervisionOrder:
    """Order the department whose turn it is to put an overdue matter right until `due_on`, a working day after today.

    Raises Invalid without a demand or for another day; Conflict when the clock is not overdue, or under an order
    already. 责令改正: 50号 Art 29, 条例 Art 39.
    """
    hold_calendar()  # before the row, as a recomputation does
    rows = Deadline.objects.select_for_update(of=("self",), no_key=True).select_related("profile")
    locked, today = rows.get(pk=deadline.pk), day_of(now)
    policies.issue(by, locked).enforce()
    words = _needed(demand, "请写明要求怎样办理。")
    days = _working_days(due_on, today)
    if locked.closed_at is not None or locked.due_on is None or locked.due_on >= today:
        raise Conflict("这个时限没有逾期，或已经办结，不能督办。", code="NOT_OVERDUE", remedy="请刷新页面。")
    if SupervisionOrder.objects.filter(deadline=locked, status__in=RUNNING).exists():
        raise Conflict("这个时限已有办理中的督办单。", remedy="请刷新页面。")
    department = Department.objects.get(pk=policies.addressee(locked, by.department.pk) or 0)  # the policy refused None
    order = SupervisionOrder.objects.create(
        deadline=locked, department=department, authority=by.department,
        demand=words, basis=rules.parsed(locked.profile).citations[Citation.SUPERVISION], overdue_on=locked.due_on,
        due_on=due_on, issued_at=now, issued_on=today, issued_by=by,
    )  # fmt: skip
    _start_clock(order, days, by=by, now=now)
    _written(order, "issue", by=by, now=now, text=words, due_on=due_on, overdue_on=str(locked.due_on))
    _tell(order, department, f"收到督办单：{locked.title}", f"{words}　请在 {due_on} 前答复。", now)
    return order


@transaction.atomic
def answer(*, order: SupervisionOrder, by: Any, now: datetime, text: str) -> SupervisionOrder:
    """The department's head says what was done. The authority looks at it."""
    words = _needed(text, "请写明办理的情况。")
    locked = _lock_for("answer", order, by=by)
    return _move(locked, "answer", "督办已答复", locked.authority, by=by, now=now, text=words)


@transaction.atomic
def return_(*, order: SupervisionOrder, by: Any, now: datetime, text: str, due_on: date) -> SupervisionOrder:
    """What was said is not enough: why, and until which working day anew."""
    words = _needed(text, "请写明哪里不够。")
    days = _working_days(due_on, day_of(now))
    locked = _lock_for("return", order, by=by)
    locked.due_on = due_on
    _move(locked, "return", "督办退回重办", locked.department, by=by, now=now, text=words, due_on=due_on)
    _start_clock(locked, days, by=by, now=now)
    return locked


@transaction.atomic
def close(*, order: SupervisionOrder, by: Any, now: datetime, text: str = "") -> SupervisionOrder:
    """Put right. Raises Conflict while the clock that ran out has not stopped: a promise puts nothing right."""
    locked = _lock_for("close", order, by=by)
    if locked.deadline.closed_at is None:
        raise Conflict(
            "督办的事项还没有办结，原来的时限仍在计时。",
            code="STILL_OVERDUE",
            remedy="请等待办结，或退回重办、撤销督办单。",
        )
    return _move(locked, "close", "督办已办结", locked.department, by=by, now=now, text=text.strip())


@transaction.atomic
def cancel(*, order: SupervisionOrder, by: Any, now: datetime, text: str) -> SupervisionOrder:
    """Ordered in error, or overtaken by events: with the reason. The clock that ran out runs on."""
    words = _needed(text, "请写明撤销的理由。")
    locked = _lock_for("cancel", order, by=by)
    return _move(locked, "cancel", "督办已撤销", locked.department, by=by, now=now, text=words)


@transaction.atomic
def note_stopped(*, now: datetime) -> int:
    """Orders over clocks that have stopped meanwhile are answered by that; the authority still closes them.

    Returns how many. Several workers may do it at once: each order is taken by one.
    """
    rows = SupervisionOrder.objects.filter(status__in=WAITING, deadline__closed_at__isnull=False)
    due = rows.select_related("deadline", "authority", "department").order_by("pk")
    found = list(due.select_for_update(of=("self",), no_key=True, skip_locked=True)[:200])
    for order in found:
        words = f"督办的事项已在 {order.deadline.closed_on} 办结。"
        _move(order, "answer", "督办事项已办结", order.authority, by=None, now=now, text=words, as_="note_stopped")
    return len(found)


def _lock_for(verb: str, order: SupervisionOrder, *, by: Any) -> SupervisionOrder:
    rows = SupervisionOrder.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("deadline__profile", "department", "authority").get(pk=order.pk)
    policies.of_verb(by, verb, locked).enforce()
    workflow.require(verb, locked.status)
    return locked


def _move(
    locked: SupervisionOrder, verb: str, title: str, hearer: Department, *, by: Any, now: datetime, text: str,
    due_on: date | None = None, as_: str = "",
) -> SupervisionOrder:  # fmt: skip
    """To the next status: the order's own clock stops, the other side is told. `as_` names it on the log."""
    deadlines.stop(subject=locked, clock=Clock.SUPERVISION, by=by, now=now)
    locked.status = workflow.MOVES[verb].target
    if locked.status in OVER:
        locked.closed_at, locked.closed_by = now, by
    locked.save(update_fields=["status", "due_on", "closed_at", "closed_by"])
    notices.settle(subject=locked, now=now)
    entry = _written(locked, as_ or verb, by=by, now=now, text=text, due_on=due_on)
    _tell(locked, hearer, f"{title}：{locked.deadline.title}", text, now, entry=entry.pk)
    return locked


def _written(
    order: SupervisionOrder, verb: str, *, by: Any, now: datetime, text: str, due_on: date | None = None, **facts: Any
) -> SupervisionEntry:
    entry = SupervisionEntry.objects.create(
        order=order, verb=verb, department=by.department if by else None, by=by, at=now, text=text, due_on=due_on
    )
    if due_on is not None:
        facts["order_due_on"] = str(due_on)
    log.record(f"supervision.{verb}", by=by, at=now, subject=order, after=order.status, **facts)
    return entry


def _start_clock(order: SupervisionOrder, days: int, *, by: Any, now: datetime) -> None:
    """The order's own clock reminds on its day and each working day after it, of which the authority gets a copy."""
    deadlines.start(
        subject=order, clock=Clock.SUPERVISION, profile=order.deadline.profile, title=str(order), url=_url(order),
        started_on=day_of(now), responsible_ids=[order.department_id], escalation_ids=[order.authority_id], days=days,
        by=by, now=now,
    )  # fmt: skip


def _working_days(due_on: date, today: date) -> int:
    """How many working days from today the given day is. Raises Invalid for a rest day, for today and earlier."""
    cal = rules.calendar()
    if not today < due_on <= today + LONGEST or not cal.is_workday(due_on):
        raise Invalid("答复期限应是今天以后一年以内的工作日。", remedy="请另选一天。")
    return workdays_between(today, due_on, cal)


def _needed(text: str, message: str) -> str:
    if not text.strip():
        raise Invalid(message, remedy="写明的内容双方都看得到。")
    return text.replace("\r\n", "\n").strip()


def _url(order: SupervisionOrder) -> str:
    return reverse("sharing:supervision:detail", args=[order.pk])


def _tell(
    order: SupervisionOrder, department: Department, title: str, body: str, now: datetime, *, entry: int = 0
) -> None:
    for permission in HEARERS:
        notices.tell(
            department=department, permission=permission, kind="supervision", subject=order, title=title[:200],
            url=_url(order), now=now, body=body[:500], needs_action=order.status in RUNNING, is_statutory=True,
            dedupe_key=f"supervision:{order.pk}:{entry}",
        )  # fmt: skip
