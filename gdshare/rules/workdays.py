"""Working-day arithmetic: pure functions over dates. No database, no clock, no settings.

How days are counted: the day of receipt is not counted (民法典 Art 201); rest days and statutory holidays are not
counted, weekend days worked by notice are (行政许可法 Art 82); the last day ends at 24:00 in Shanghai (民法典 Art 203).
Receipt on a rest day counts from the next working day, which gives the same due date as the working day before.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import takewhile

ONE_DAY = timedelta(days=1)
HORIZON = 4000
"""Days after which a count gives up: a calendar without working days must not hang a worker."""

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Calendar:
    """Which days are worked, as a value. Days that `special` does not name follow the weekend.

    `special` maps a day to whether it is worked, `names` to the holiday's name, `sources` to the notice.
    Everything after `official_through`, and every day in `provisional`, rests on statute alone until its notice comes.
    """

    special: Mapping[date, bool]
    names: Mapping[date, str]
    official_through: date
    provisional: frozenset[date] = frozenset()
    sources: Mapping[date, str] = field(default_factory=dict)

    def is_workday(self, day: date) -> bool:
        """Whether departments work on `day`."""
        worked = self.special.get(day)
        return day.weekday() < 5 if worked is None else worked

    def is_provisional(self, day: date) -> bool:
        """Whether a later notice may still change `day`."""
        return day > self.official_through or day in self.provisional

    def kind(self, day: date) -> str:
        """The words for a day: 工作日, 调休上班, 休息日, or the holiday's name."""
        if day in self.special:
            return "调休上班" if self.special[day] else (self.names.get(day) or "放假")
        return "工作日" if self.is_workday(day) else "休息日"


@dataclass(frozen=True)
class Pause:
    """中止计时: days from `start` to before `end` do not count; `end` None means that the clock still stands."""

    start: date
    end: date | None = None

    def covers(self, day: date) -> bool:
        """Whether `day` is left out of the count."""
        return self.start <= day and (self.end is None or day < self.end)


class Level(StrEnum):
    """How near the due day is."""

    ON_TIME = "ON_TIME"
    DUE_SOON = "DUE_SOON"
    OVERDUE = "OVERDUE"


class Mark(StrEnum):
    """Why a day was counted or not."""

    RECEIPT = "RECEIPT"
    COUNTED = "COUNTED"
    REST = "REST"
    PAUSED = "PAUSED"


@dataclass(frozen=True)
class Day:
    """One line of the explanation: the day, whether and as which number it counts, and why."""

    day: date
    mark: Mark
    number: int
    kind: str
    source: str
    is_provisional: bool

    @property
    def weekday(self) -> str:
        """星期几."""
        return f"星期{WEEKDAYS[self.day.weekday()]}"


def due_on(start: date, allowance: int, cal: Calendar, pauses: tuple[Pause, ...] = ()) -> date | None:
    """Last day allowed. Day 1 is the first working day after `start`; paused days do not count. None while paused."""
    _check(allowance)
    if any(pause.end is None for pause in pauses):
        return None
    if allowance == 0:
        return start
    return next(
        line.day for line in _lines(start, cal, pauses) if line.number == allowance and line.mark is Mark.COUNTED
    )


def is_provisional(start: date, allowance: int, cal: Calendar, pauses: tuple[Pause, ...] = ()) -> bool:
    """Whether a notice still to come may move the due date: some day counted up to it is not settled yet."""
    due = due_on(start, allowance, cal, pauses)
    return due is not None and any(cal.is_provisional(day) for day in days_between(start, due))


def explain(
    start: date, allowance: int, cal: Calendar, pauses: tuple[Pause, ...] = (), until: date | None = None
) -> list[Day]:
    """Every day from receipt to the due date, each with its number or the reason why it is skipped.

    `until` draws further (days after the due date of an overdue clock) or, for a paused clock, says where to stop.
    """
    _check(allowance)
    due = due_on(start, allowance, cal, pauses)
    last = max(filter(None, (start, due, until)))
    lines = [Day(start, Mark.RECEIPT, 0, cal.kind(start), cal.sources.get(start, ""), cal.is_provisional(start))]
    return [*lines, *takewhile(lambda line: line.day <= last, _lines(start, cal, pauses))]


def days_between(a: date, b: date) -> Iterator[date]:
    """Calendar days after `a` up to and including `b`."""
    day = a
    while day < b:
        day += ONE_DAY
        yield day


def workdays_between(a: date, b: date, cal: Calendar) -> int:
    """Working days after `a` up to and including `b`; negative when `b` lies before `a`."""
    if b < a:
        return -workdays_between(b, a, cal)
    return sum(cal.is_workday(day) for day in days_between(a, b))


def add_workdays(day: date, count: int, cal: Calendar) -> date:
    """The working day `count` working days after (or, when negative, before) `day`; `day` itself is not counted."""
    step = ONE_DAY if count >= 0 else -ONE_DAY
    left = abs(count)
    for _ in range(HORIZON):
        if left == 0:
            return day
        day += step
        left -= cal.is_workday(day)
    raise ValueError("the calendar has no working days")


def level(due: date, today: date, cal: Calendar, due_soon_days: int = 3) -> Level:
    """ON_TIME, DUE_SOON (at most `due_soon_days` working days left, or today) or OVERDUE (the day has passed)."""
    if today > due:
        return Level.OVERDUE
    return Level.DUE_SOON if workdays_between(today, due, cal) <= due_soon_days else Level.ON_TIME


def _check(allowance: int) -> None:
    if allowance < 0:
        raise ValueError(f"allowance must not be negative, got {allowance}")


def _lines(start: date, cal: Calendar, pauses: tuple[Pause, ...]) -> Iterator[Day]:
    """The days after `start`, one by one, each marked; ends at the horizon."""
    number, day = 0, start
    for _ in range(HORIZON):
        day += ONE_DAY
        if any(pause.covers(day) for pause in pauses):
            mark = Mark.PAUSED
        elif cal.is_workday(day):
            mark, number = Mark.COUNTED, number + 1
        else:
            mark = Mark.REST
        counted = number if mark is Mark.COUNTED else 0
        yield Day(day, mark, counted, cal.kind(day), cal.sources.get(day, ""), cal.is_provisional(day))
    raise ValueError("the calendar has no working days")
