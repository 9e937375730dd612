"""更新情况: the promised cycle against what really arrived. Pure: dates in, a standing out; no database, no clock.

A cycle cuts time into periods. Each period owes one real update, by its last day; when that is a rest day, by the next
working day (民法典 Art 203). 实时 and 每日 owe one on every working day; rest days belong to the working day that
follows. 不定期 promises nothing.

An update is real when it brings other content than the one before, and, where the rows carry a business date, when the
newest of them moved on. Its data may lag one period behind (a file of the morning holds yesterday), not more.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db import models

from gdshare.rules.workdays import ONE_DAY, Calendar, workdays_between

BEATS = 12
"""Due updates that the bar shows."""
FIRST_REMINDERS = 5
"""Working days after a missed update on which its handlers are told each day; then every fifth."""


class Freshness(models.TextChoices):
    FRESH = "FRESH", "新鲜"
    DUE_SOON = "DUE_SOON", "临近"
    LATE = "LATE", "逾期"
    NEVER = "NEVER", "从未更新"
    NOT_APPLICABLE = "NOT_APPLICABLE", "不适用"


class Beat(StrEnum):
    """What became of one due update, as it is kept in `DataResource.beats`."""

    ON_TIME = "o"
    LATE = "l"
    MISSED = "m"


@dataclass(frozen=True)
class Arrival:
    """One load. `digest` of its content without regard to order; `newest_on`: its newest business date, if it has one;
    `declared_on`: the business date that the handler stated, heard only where the rows carry none.
    """

    on: date
    digest: str
    newest_on: date | None = None
    declared_on: date | None = None

    @property
    def as_of(self) -> date:
        """The day that the data speaks of: never later than the day it came."""
        return min(self.newest_on or self.declared_on or self.on, self.on)


@dataclass(frozen=True)
class Period:
    """Days from `start` to `end`, owing one update by `due`."""

    start: date
    end: date
    due: date


@dataclass(frozen=True)
class Standing:
    """How an entry stands on a day. `due_on`: the update that is owed next, or the first that was missed."""

    state: Freshness
    due_on: date | None = None
    as_of: date | None = None
    beats: str = ""


def rhythm(cycle: str, days: Mapping[str, int | None]) -> str:
    """How a cycle of the dictionary runs: one we ship by its own rule; one that the authority added, every so many
    days (their number as text), or, where it promises none, like 不定期. `days`: by code.
    """
    if cycle in _MONTHS or cycle in ("REALTIME", "DAILY", "WEEKLY", "TEN_DAYS", "IRREGULAR"):
        return cycle
    return str(days.get(cycle) or "") or "IRREGULAR"


def unmounted(cycle: str) -> str:
    """The state of an entry to which nothing has come yet."""
    return Freshness.NOT_APPLICABLE if cycle == "IRREGULAR" else Freshness.NEVER


def real_updates(arrivals: Iterable[Arrival]) -> list[Arrival]:
    """Arrivals that made the data newer, in order: touching a data set does not."""
    found: list[Arrival] = []
    last: Arrival | None = None
    newest: date | None = None
    for arrival in arrivals:
        same = last is not None and last.digest == arrival.digest != ""
        stale = newest is not None and arrival.newest_on is not None and arrival.newest_on <= newest
        if not same and not stale:
            found.append(arrival)
        if arrival.newest_on is not None:
            newest = max(newest or arrival.newest_on, arrival.newest_on)
        last = arrival
    return found


def judge(cycle: str, arrivals: Iterable[Arrival], *, today: date, cal: Calendar, due_soon_days: int) -> Standing:
    """How an entry of this cycle stands today, with the last twelve due updates. Counting begins with the first load:
    before that there was nothing to keep up to date. `arrivals` in the order in which they came.
    """
    updates = [update for update in real_updates(arrivals) if update.on <= today]
    if cycle == "IRREGULAR":
        return Standing(Freshness.NOT_APPLICABLE, as_of=updates[-1].as_of if updates else None)
    if not updates:
        return Standing(Freshness.NEVER)
    periods = list(_periods(cycle, updates[0].on, today, cal))
    before = _start(cycle, periods[0].start - ONE_DAY, cal)
    told = [_beat(before, periods, index, updates, today) for index in range(len(periods) - 1)]
    as_of = max(update.as_of for update in updates)
    beats = "".join(beat for beat in told if beat)[-BEATS:]
    past = [(period, beat) for period, beat in zip(periods, told, strict=False) if period.due < today]
    if past and past[-1][1] == Beat.MISSED:
        return Standing(Freshness.LATE, _first_of_gap(past), as_of, beats)
    owed = next(
        (period for period, beat in zip(periods, told, strict=False) if period.due >= today and beat != Beat.ON_TIME),
        periods[-1],
    )
    soon = min(due_soon_days, _SOON.get(cycle, due_soon_days))
    is_soon = owed is not periods[-1] and workdays_between(today, owed.due, cal) <= soon
    return Standing(Freshness.DUE_SOON if is_soon else Freshness.FRESH, owed.due, as_of, beats)


def words(beats: str) -> str:
    """What the bar says, in words: 全部按期; 迟 2 期，漏 1 期."""
    if not beats:
        return "还没有到期的更新"
    late, missed = beats.count(Beat.LATE), beats.count(Beat.MISSED)
    parts = [f"迟 {late} 期"] if late else []
    parts += [f"漏 {missed} 期"] if missed else []
    return "，".join(parts) or "全部按期"


def reminder(state: str, due_on: date | None, *, today: date, cal: Calendar) -> str:
    """Which reminder falls on this day: T-3, T (due today), T+2 (two working days late); empty when none does.

    None on a rest day. A missed update is told on each of the first five working days, then on every fifth.
    """
    if due_on is None or not cal.is_workday(today):
        return ""
    if state == Freshness.DUE_SOON:
        left = workdays_between(today, due_on, cal)
        return f"T-{left}" if left else "T"
    if state == Freshness.LATE:
        days = workdays_between(due_on, today, cal)
        return f"T+{days}" if days <= FIRST_REMINDERS or days % FIRST_REMINDERS == 0 else ""
    return ""


_SOON = {"REALTIME": 0, "DAILY": 0, "WEEKLY": 1, "TEN_DAYS": 2}
"""Working days before the due day from which a short cycle counts as near."""


def _beat(before: date, periods: Sequence[Period], index: int, updates: Sequence[Arrival], today: date) -> Beat | None:
    """What became of one period. None: its day has not come and nothing has arrived. `before`: where the period before
    the first began.
    """
    period, following = periods[index], periods[index + 1]
    oldest = periods[index - 1].start if index else before
    enough = [update.on for update in updates if update.on >= period.start and update.as_of >= oldest]
    first = min(enough, default=None)
    if first is not None and first <= period.due:
        return Beat.ON_TIME
    if first is not None and first <= following.due:
        return Beat.LATE
    return Beat.MISSED if period.due < today else None


def _first_of_gap(past: Sequence[tuple[Period, Beat | None]]) -> date:
    """The first due day of the running gap."""
    due = past[-1][0].due
    for period, beat in reversed(past):
        if beat != Beat.MISSED:
            break
        due = period.due
    return due


def _periods(cycle: str, since: date, today: date, cal: Calendar) -> Iterator[Period]:
    """The periods from the one of `since` to the one after that of `today`."""
    start = _start(cycle, since, cal)
    passed = 0
    while passed < 2:
        end = _end(cycle, start, cal)
        due = end
        while not cal.is_workday(due):
            due += ONE_DAY
        yield Period(start, end, due)
        passed += end >= today
        start = end + ONE_DAY


def _start(cycle: str, day: date, cal: Calendar) -> date:
    """The first day of the period that holds `day`."""
    if cycle in ("REALTIME", "DAILY"):
        while not cal.is_workday(day - ONE_DAY):
            day -= ONE_DAY
        return day
    if cycle == "WEEKLY":
        return day - timedelta(days=day.weekday())
    if cycle.isdecimal():
        return day - timedelta(days=(day - date.min).days % int(cycle))
    if cycle == "TEN_DAYS":
        return day.replace(day=1 if day.day <= 10 else 11 if day.day <= 20 else 21)
    months = _MONTHS[cycle]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _end(cycle: str, start: date, cal: Calendar) -> date:
    """The last day of the period that begins on `start`."""
    if cycle in ("REALTIME", "DAILY"):
        day = start
        while not cal.is_workday(day):
            day += ONE_DAY
        return day
    if cycle == "WEEKLY":
        return start + timedelta(days=6)
    if cycle.isdecimal():
        return start + timedelta(days=int(cycle) - 1)
    if cycle == "TEN_DAYS" and start.day < 21:
        return start + timedelta(days=9)
    months = _MONTHS[cycle]
    month = start.month - 1 + months
    return date(start.year + month // 12, month % 12 + 1, 1) - ONE_DAY


_MONTHS = {"TEN_DAYS": 1, "MONTHLY": 1, "QUARTERLY": 3, "HALF_YEARLY": 6, "YEARLY": 12}
