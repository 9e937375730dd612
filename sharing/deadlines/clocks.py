"""What a clock does next: pure functions over dates. No database, no clock.

When reminders are due. T-5, T-3, T-1 and T (from the profile) fall on the working day that many counted days before the
due date; T+1, T+2, … on every working day after it. All at half past eight, Shanghai time.

Beat was off. Every reminder that fell due meanwhile is recorded, each once, but only the last of them is told: five
notices about one deadline on one morning say less than one that says how it stands now.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from gdshare.lib.clock import SHANGHAI
from gdshare.rules import workdays
from gdshare.rules.workdays import Calendar, Mark, Pause

REMIND_AT = time(8, 30)


@dataclass(frozen=True)
class Run:
    """A clock as a value: from when, how long, without which days."""

    started_on: date
    allowance: int
    pauses: tuple[Pause, ...]
    remind: tuple[int, ...]

    @property
    def armed_on(self) -> date:
        """From which day the present due date stands: receipt, or the end of the last pause."""
        return max([self.started_on, *(pause.end for pause in self.pauses if pause.end)])


@dataclass(frozen=True)
class Due:
    """One reminder that a clock gives: its kind (T-3, T, T+1) and its day."""

    kind: str
    day: date


@dataclass(frozen=True)
class Step:
    """What the tick has to do: reminders that have fallen due, oldest first, and when to look again."""

    reminders: tuple[Due, ...]
    check_at: datetime


def reminders(run: Run, due: date, cal: Calendar) -> Iterator[Due]:
    """All reminders of the due date in order of days; endless, since an overdue clock never falls silent."""
    counted = {
        line.number: line.day
        for line in workdays.explain(run.started_on, run.allowance, cal, run.pauses)
        if line.mark is Mark.COUNTED
    }
    for before in sorted(set(run.remind), reverse=True):
        day = counted.get(run.allowance - before)
        if day is not None and day >= run.armed_on:
            yield Due(f"T-{before}" if before else "T", day)
    late, day = 0, due
    while True:
        late, day = late + 1, workdays.add_workdays(day, 1, cal)
        yield Due(f"T+{late}", day)


def next_step(run: Run, due: date, *, given: frozenset[str], today: date, cal: Calendar) -> Step:
    """Which reminders of the due date have fallen due and are not yet `given`, and when the next one will."""
    fallen: list[Due] = []
    coming = reminders(run, due, cal)
    while (reminder := next(coming)).day <= today:
        if reminder.kind not in given:
            fallen.append(reminder)
    return Step(tuple(fallen), morning_of(reminder.day))


def morning_of(day: date) -> datetime:
    """Half past eight in Shanghai on `day`."""
    return datetime.combine(day, REMIND_AT, SHANGHAI)
