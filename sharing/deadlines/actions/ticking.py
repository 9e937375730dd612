"""The tick: what has fallen due is told, once, however many workers tick and however long none did.

Rows are taken in batches. What each gives is worked out row by row, so that a broken row spoils only itself; what all
of them write goes in a few statements.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import cast

from django.db import transaction
from django.db.models import F

from audit import log
from gdshare.lib.clock import day_of
from gdshare.rules import queries as rules
from security.notices import actions as notices
from security.notices.actions import Message
from sharing.deadlines import clocks, notify
from sharing.deadlines.clocks import Run, Step
from sharing.deadlines.counting import Counter
from sharing.deadlines.models import Deadline, Reminder

logger = logging.getLogger(__name__)
RETRY_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class _Plan:
    """What one clock gives now, and when to look at it again."""

    deadline: Deadline
    step: Step
    message: Message | None


@dataclass
class _Planner:
    """Works out steps; clocks with the same facts are worked out once."""

    counter: Counter
    today: date
    known: dict[tuple[Run, date, frozenset[str]], Step] = field(default_factory=dict)

    def plan(self, deadline: Deadline, given: frozenset[str]) -> _Plan:
        due_on = cast(date, deadline.due_on)  # the tick asks for running clocks only
        run = self.counter.run(deadline)
        key = (run, due_on, given)
        if key not in self.known:
            self.known[key] = clocks.next_step(run, due_on, given=given, today=self.today, cal=self.counter.cal)
        step = self.known[key]
        message = notify.remind(deadline, step.reminders[-1].kind) if step.reminders else None
        return _Plan(deadline, step, message)


@transaction.atomic
def tick(*, now: datetime, limit: int = 200) -> int:
    """Give the reminders that have fallen due; returns how many clocks were looked at.

    Several workers may tick at once: each row is taken by one, and each reminder is written once (unique per clock,
    kind and due date), with its notices, in one transaction. A crash in the middle leaves everything to the next tick.
    A row whose computation fails is pushed an hour ahead and counted; the others go on.
    """
    rows = (
        Deadline.objects.open()
        .filter(next_check_at__lte=now, due_on__isnull=False)
        .select_related("profile")
        .prefetch_related("pauses")
        .order_by("next_check_at", "id")
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
    )
    due = list(rows[:limit])
    if not due:
        return 0
    given = _given(due)
    planner = _Planner(Counter(rules.calendar()), day_of(now))
    plans = []
    for deadline in due:
        try:
            plans.append(planner.plan(deadline, given.get(deadline.pk, frozenset())))
        except Exception:
            _postpone(deadline, now)
    _carry_out_all(plans, now)
    return len(due)


def _given(due: Iterable[Deadline]) -> dict[int, frozenset[str]]:
    """The kinds already given for the present due date of each clock."""
    dates = {deadline.pk: deadline.due_on for deadline in due}
    kinds: dict[int, set[str]] = defaultdict(set)
    rows = Reminder.objects.filter(deadline__in=list(dates), due_on__in=set(dates.values()))
    for pk, due_on, kind in rows.values_list("deadline_id", "due_on", "kind"):
        if due_on == dates[pk]:
            kinds[pk].add(kind)
    return {pk: frozenset(found) for pk, found in kinds.items()}


def _carry_out_all(plans: list[_Plan], now: datetime) -> None:
    """Together; and when one of them spoils that, each by itself."""
    try:
        with transaction.atomic():
            _carry_out(plans, now)
    except Exception:
        logger.exception("a batch of %s clocks could not be written; one by one", len(plans))
        for plan in plans:
            try:
                with transaction.atomic():
                    _carry_out([plan], now)
            except Exception:
                _postpone(plan.deadline, now)


def _carry_out(plans: list[_Plan], now: datetime) -> None:
    telling = [(plan, plan.message) for plan in plans if plan.message is not None]
    Reminder.objects.bulk_create(
        [
            Reminder(
                deadline=plan.deadline,
                kind=due.kind,
                due_on=cast(date, plan.deadline.due_on),
                sent_at=now,
                is_folded=due is not plan.step.reminders[-1],
            )
            for plan, _ in telling
            for due in plan.step.reminders
        ],
        batch_size=1000,
    )
    told = notices.tell_many(messages=[message for _, message in telling], now=now)
    log.record_many(
        "deadline.remind", by=None, at=now,
        lines=[_line(plan, count) for (plan, _), count in zip(telling, told, strict=True)],
    )  # fmt: skip
    again: dict[datetime, list[int]] = defaultdict(list)
    for plan in plans:
        again[plan.step.check_at].append(plan.deadline.pk)
    for check_at, ids in again.items():
        Deadline.objects.filter(pk__in=ids).update(next_check_at=check_at)


def _line(plan: _Plan, told: int) -> log.Line:
    facts = {
        "kinds": [due.kind for due in plan.step.reminders], "due_on": str(plan.deadline.due_on), "told": told,
    }  # fmt: skip
    return log.Line("deadline", plan.deadline.pk, plan.deadline.title, facts)


def _postpone(deadline: Deadline, now: datetime) -> None:
    logger.exception("deadline %s could not be checked; next try in an hour", deadline.pk)
    Deadline.objects.filter(pk=deadline.pk).update(
        next_check_at=now + RETRY_AFTER, failed_checks=F("failed_checks") + 1
    )
