"""What a notice or a correction would change in the stored calendar, and writing it.

A change is day by day: what stands there now and what will. It is worked out once, shown, signed by its digest, and
written exactly as shown, or refused when the calendar changed meanwhile.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from gdshare.rules import queries
from gdshare.rules.models import CalendarDay, CalendarYear
from gdshare.rules.notice_files import NoticeDay
from gdshare.rules.workdays import WEEKDAYS, Calendar

Facts = dict[str, Any]
"""Of one stored day: is_workday, name, source, status, notice_year."""
FACTS = ("is_workday", "name", "source", "status", "notice_year")
OFFICIAL = CalendarDay.Status.OFFICIAL.value


@dataclass(frozen=True)
class DayChange:
    """One day, before and after; None: the calendar does not name it, it follows the weekend."""

    day: date
    before: Facts | None
    after: Facts | None

    @property
    def weekday(self) -> str:
        return f"星期{WEEKDAYS[self.day.weekday()]}"

    @property
    def before_words(self) -> str:
        return kind_words(self.day, self.before)

    @property
    def after_words(self) -> str:
        return kind_words(self.day, self.after)

    @property
    def is_worked_differently(self) -> bool:
        """Whether the day counts now and did not, or the reverse; else only its name or source changes."""
        return works(self.day, self.before) != works(self.day, self.after)

    def as_data(self) -> dict[str, Any]:
        """For storing."""
        return {"day": str(self.day), "before": self.before, "after": self.after}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "DayChange":
        return cls(date.fromisoformat(data["day"]), data["before"], data["after"])


def kind_words(day: date, facts: Facts | None) -> str:
    """上班（春节调休）, 放假（国庆节）, 休息日, 工作日."""
    if facts is None:
        return "工作日" if day.weekday() < 5 else "休息日"
    provisional = "，暂定" if facts["status"] != OFFICIAL else ""
    return f"{'上班' if facts['is_workday'] else '放假'}（{facts['name']}{provisional}）"


def for_notice(year: int, days: Iterable[NoticeDay], *, source: str, replaces_year: bool) -> list[DayChange]:
    """What a year's notice changes. `replaces_year`: days of the year that it does not name return to the weekend;
    else (an adjustment of a notice already out) only the named days change.
    """
    after: dict[date, Facts] = {
        one.day: {
            "is_workday": one.is_workday, "name": one.name, "source": source[:300], "status": OFFICIAL,
            "notice_year": year,
        }
        for one in days
    }  # fmt: skip
    concerned = Q(day__in=list(after))
    if replaces_year:
        concerned |= Q(notice_year=year) | Q(notice_year=None, day__year=year)
    before = {row["day"]: {name: row[name] for name in FACTS} for row in _rows(concerned)}
    changes = (DayChange(day, before.get(day), after.get(day)) for day in sorted({*before, *after}))
    return [change for change in changes if change.before != change.after]


def for_correction(day: date, *, kind: str, name: str, source: str) -> list[DayChange]:
    """What correcting one day changes. `kind`: WORK, OFF, or PLAIN (as its weekday says)."""
    row = next(iter(_rows(Q(day=day))), None)
    before = {field: row[field] for field in FACTS} if row else None
    after: Facts | None = None
    if kind != "PLAIN":
        notice_year = before["notice_year"] if before else None
        after = {
            "is_workday": kind == "WORK", "name": name, "source": source[:300], "status": OFFICIAL,
            "notice_year": notice_year or day.year,
        }  # fmt: skip
    change = DayChange(day, before, after)
    return [change] if change.before != change.after else []


def changed_calendar(changes: Sequence[DayChange], *, official_year: int | None) -> Calendar:
    """The calendar as it will be."""
    now = queries.calendar()
    special, names, sources = dict(now.special), dict(now.names), dict(now.sources)
    provisional = set(now.provisional)
    for change in changes:
        provisional.discard(change.day)
        for facts in (special, names, sources):
            facts.pop(change.day, None)
        if change.after is not None:
            special[change.day] = change.after["is_workday"]
            names[change.day], sources[change.day] = change.after["name"], change.after["source"]
    return Calendar(special, names, queries.official_through(official_year), frozenset(provisional), sources)


def fingerprint() -> str:
    """SHA-256 of the whole calendar as stored: whether it is still the one that a preview was made on."""
    days = [[str(row["day"]), *(row[name] for name in FACTS)] for row in _rows(Q())]
    years = list(CalendarYear.objects.order_by("year").values_list("year", "status", "source"))
    return digest([days, years])


def digest(value: Any) -> str:
    """SHA-256 of JSON values, written one way only."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def write(changes: Sequence[DayChange], *, official_year: int | None, source: str) -> None:
    """Store the changed days and, for a year's notice, that the year is settled. Called in the action's transaction."""
    gone = [change.day for change in changes if change.after is None]
    CalendarDay.objects.filter(day__in=gone).delete()
    rows = [CalendarDay(day=change.day, **change.after) for change in changes if change.after is not None]
    CalendarDay.objects.bulk_create(rows, update_conflicts=True, unique_fields=["day"], update_fields=list(FACTS))
    if official_year is not None:
        CalendarYear.objects.update_or_create(year=official_year, defaults={"status": OFFICIAL, "source": source[:300]})


def _rows(condition: Q) -> Any:
    return CalendarDay.objects.filter(condition).order_by("day").values("day", *FACTS)


def works(day: date, facts: Facts | None) -> bool:
    """Whether a day so stored is worked."""
    return day.weekday() < 5 if facts is None else bool(facts["is_workday"])
