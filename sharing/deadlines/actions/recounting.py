"""Counting every open clock again after the calendar changed."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any, cast

from django.db import transaction

from audit import log
from gdshare.rules import queries as rules
from gdshare.rules.locks import hold_calendar
from security.notices import actions as notices
from sharing.deadlines import counting, notify
from sharing.deadlines.counting import Move, Tally
from sharing.deadlines.models import Deadline, DueDateMove


@transaction.atomic
def recompute(*, by: Any, now: datetime, cause: str = "工作日历更新", digest: str = "") -> Tally:
    """Count every open clock again, in one transaction; clocks are locked in batches by number, memory stays constant.

    Each moved date is kept (`DueDateMove`, with `cause` and the `digest` of the change), audited and told. It gives
    its own reminders; those of the old one stay on record.
    """
    hold_calendar(to_change=True)
    tally = Tally(open=Deadline.objects.open().count())
    for batch in counting.moves(rules.calendar(), lock=True):
        _store(batch)
        moved = [move for move in batch if move.is_moved]
        DueDateMove.objects.bulk_create(
            DueDateMove(
                deadline=move.deadline,
                before=cast(date, move.before),
                after=cast(date, move.after),
                at=now,
                cause=cause[:200],
                digest=digest,
            )
            for move in moved
        )
        log.record_many("deadline.recompute", by=by, at=now, lines=[_line(move, cause) for move in batch])
        notices.tell_many(messages=[notify.moved(move.deadline, move.after) for move in moved], now=now)
        for move in batch:
            tally.add(move.before, move.after, is_marked=True)
    return tally


def _store(batch: list[Move]) -> None:
    """Clocks that get the same values are written in one statement."""
    alike = defaultdict(list)
    for move in batch:
        alike[(move.after, move.is_provisional, move.check_at)].append(move.deadline.pk)
    for (due_on, is_provisional, check_at), ids in alike.items():
        values: dict[str, Any] = {"due_on": due_on, "is_provisional": is_provisional}
        if check_at is not None:
            values["next_check_at"] = check_at
        Deadline.objects.filter(pk__in=ids).update(**values)


def _line(move: Move, cause: str) -> log.Line:
    facts = {
        "before": str(move.before), "after": str(move.after), "is_provisional": move.is_provisional, "reason": cause,
    }  # fmt: skip
    return log.Line("deadline", move.deadline.pk, move.deadline.title, facts)
