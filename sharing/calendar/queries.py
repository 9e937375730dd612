"""What the calendar pages show: proposed and past changes, and which clocks a change moves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from gdshare.lib.errors import NotVisible
from gdshare.rules import calendar_changes
from gdshare.rules.calendar_changes import DayChange
from gdshare.rules.workdays import Calendar
from sharing.calendar.models import CalendarChange
from sharing.deadlines import counting
from sharing.deadlines.counting import Tally, move_words
from sharing.deadlines.models import Deadline, DueDateMove

PAGE = 100
SHOWN = 50


@dataclass(frozen=True)
class MoveRow:
    """One clock of the list: from when to when, in whose favour."""

    deadline: Deadline
    before: date | None
    after: date | None
    words: str
    number: int


@dataclass(frozen=True)
class ChangeView:
    """A change with its days and the clocks it moves. `next_after`: where the following page of clocks begins."""

    change: CalendarChange
    days: tuple[DayChange, ...]
    tally: Tally
    rows: tuple[MoveRow, ...]
    next_after: int | None
    is_stale: bool
    workdays_before: int
    workdays_after: int


def recent() -> list[CalendarChange]:
    """The last changes, newest first."""
    return list(CalendarChange.objects.select_related("created_by", "decided_by").order_by("-pk")[:SHOWN])


def change_named(pk: int) -> CalendarChange:
    """One change. Raises NotVisible when there is none of that number."""
    change = CalendarChange.objects.select_related("created_by", "decided_by").filter(pk=pk).first()
    if change is None:
        raise NotVisible("没有这份日历更改。", remedy="请从“维护工作日历”页面选择。")
    return change


def view(change: CalendarChange, *, after: int = 0) -> ChangeView:
    """A proposal with what it would move now; an applied change with what it moved."""
    days = tuple(DayChange.from_data(data) for data in change.changes)
    if change.status == CalendarChange.Status.PROPOSED:
        settles = change.year if change.kind == CalendarChange.Kind.NOTICE else None
        calendar = calendar_changes.changed_calendar(days, official_year=settles)
        tally, rows = counting.tally(calendar), _coming(calendar, after)
        is_stale = calendar_changes.fingerprint() != change.base
    else:
        tally = Tally(open=change.open_count, later=change.later_count, earlier=change.earlier_count)
        rows, is_stale = _past(change, after), False
    shown = list(islice(rows, PAGE + 1))
    return ChangeView(
        change=change,
        days=days,
        tally=tally,
        rows=tuple(shown[:PAGE]),
        next_after=shown[PAGE - 1].number if len(shown) > PAGE else None,
        is_stale=is_stale,
        workdays_before=_worked(days, "before"),
        workdays_after=_worked(days, "after"),
    )


def _coming(calendar: Calendar, after: int) -> Iterator[MoveRow]:
    for batch in counting.moves(calendar, after=after):
        for move in batch:
            if move.is_moved:
                yield MoveRow(move.deadline, move.before, move.after, move.words, move.deadline.pk)


def _past(change: CalendarChange, after: int) -> Iterator[MoveRow]:
    rows = DueDateMove.objects.filter(digest=change.digest, pk__gt=after).select_related("deadline").order_by("pk")
    for row in rows[: PAGE + 1]:
        yield MoveRow(row.deadline, row.before, row.after, move_words(row.before, row.after), row.pk)


def _worked(days: tuple[DayChange, ...], which: str) -> int:
    """How many of the changed days are worked, before or after."""
    return sum(calendar_changes.works(change.day, getattr(change, which)) for change in days)
