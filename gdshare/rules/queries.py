"""Reads of the law as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.conf import settings

from gdshare.lib.errors import Invalid, NotVisible
from gdshare.lib.request_context import once
from gdshare.rules.models import CalendarDay, CalendarYear, RuleProfile
from gdshare.rules.profiles import ChainStep, Profile, ProfileError
from gdshare.rules.workdays import ONE_DAY, WEEKDAYS, Calendar, days_between


def calendar() -> Calendar:
    """The working-day calendar as a value; two queries, whatever is counted with it, once in a request that reads."""
    return once("calendar", _calendar)


def _calendar() -> Calendar:
    special: dict[date, bool] = {}
    names: dict[date, str] = {}
    sources: dict[date, str] = {}
    provisional = set()
    for day, is_workday, name, source, status in CalendarDay.objects.order_by("day").values_list(
        "day", "is_workday", "name", "source", "status"
    ):
        special[day], names[day], sources[day] = is_workday, name, source
        if status == CalendarDay.Status.PROVISIONAL:
            provisional.add(day)
    return Calendar(special, names, official_through(), frozenset(provisional), sources)


def day_kind(day: date) -> str:
    """The words for one day (工作日, 调休上班, 休息日, 春节, …), without loading the calendar."""
    row = CalendarDay.objects.filter(day=day).first()
    cal = Calendar({day: row.is_workday}, {day: row.name}, day) if row else Calendar({}, {}, day)
    return cal.kind(day)


def official_through(also: int | None = None) -> date:
    """The last day that a notice settles: the end of the last year before the first one without a notice.

    `also`: a year to take as settled, for asking what a notice would change.
    """
    official = official_years()
    if also is not None:
        official.add(also)
    year = min(official, default=1)
    while year + 1 in official:
        year += 1
    return date(year, 12, 31)


def official_years() -> set[int]:
    """The years whose notice is loaded."""
    years = CalendarYear.objects.filter(status=CalendarDay.Status.OFFICIAL).order_by("year")
    return set(years.values_list("year", flat=True))


ALARM_FROM = 11
"""November: the notices of the last years came in its first half."""


def missing_year(today: date) -> int | None:
    """The year whose notice is missing although it is needed: this year at any time, the next from November on."""
    settled = official_through().year
    if settled < today.year:
        return settled + 1
    return today.year + 1 if today.month >= ALARM_FROM and settled < today.year + 1 else None


def profile_in_force(today: date) -> RuleProfile:
    """The newest enabled version of the profile that this deployment runs under, in force on `today`.

    Raises Invalid, saying what to do, when there is none or when it still lacks a figure.
    """
    return once(("profile", settings.RULE_PROFILE, today), lambda: _profile_in_force(settings.RULE_PROFILE, today))


def _profile_in_force(code: str, today: date) -> RuleProfile:
    profile = (
        RuleProfile.objects.filter(code=code, is_enabled=True, in_force_from__lte=today)
        .exclude(in_force_to__lt=today)
        .order_by("-version")
        .first()
    )
    if profile is None:
        known = "、".join(RuleProfile.objects.order_by("code").values_list("code", flat=True).distinct())
        raise Invalid(
            f"没有施行中的规则方案“{code}”。",
            code="rule_profile_missing",
            remedy=f"请系统管理员把环境变量 RULE_PROFILE 设为 {known} 之一。",
        )
    missing = parsed(profile).missing()
    if missing:
        raise Invalid(
            f"规则方案“{profile.title}”还缺 {len(missing)} 个数，不能启用：{'、'.join(missing)}。",
            code="rule_profile_incomplete",
            remedy="请使用单位确定后填入新版本，再启用。",
        )
    return profile


def parsed(rule_profile: RuleProfile) -> Profile:
    """The stored data as a checked value."""
    if rule_profile.is_draft:
        return _parsed(rule_profile)
    return once(("parsed", rule_profile.pk), lambda: _parsed(rule_profile))


def _parsed(rule_profile: RuleProfile) -> Profile:
    try:
        return Profile.from_data(rule_profile.data)
    except ProfileError as error:
        raise Invalid(str(error), code="rule_profile_broken", remedy="请更正该规则方案的数据后发布新版本。") from error


def citations_in_force(today: date) -> Mapping[str, str]:
    """What to cite where no case says which profile: the words of the one in force, by `Citation`."""
    return parsed(profile_in_force(today)).citations


@dataclass(frozen=True)
class ProfileView:
    """A profile as the rules page shows it: the row, the value, and the chain by stages and sides."""

    row: RuleProfile
    profile: Profile
    stages: tuple[tuple[tuple[ChainStep, ...], ...], ...]


def read(row: RuleProfile) -> ProfileView:
    """A stored profile ready for the page."""
    profile = parsed(row)
    by_stage = sorted(profile.chain, key=lambda step: step.stage)
    stages = []
    for _, steps in groupby(by_stage, key=lambda step: step.stage):
        sides: dict[str, list[ChainStep]] = {}
        for step in steps:
            sides.setdefault(step.side, []).append(step)
        stages.append(tuple(tuple(sorted(side, key=lambda step: step.position)) for side in sides.values()))
    return ProfileView(row, profile, tuple(stages))


def published_profiles() -> list[RuleProfile]:
    """The newest published version of each rule text, whether it can be switched on or still lacks a figure."""
    rows = RuleProfile.objects.filter(is_draft=False).order_by("code", "-version").distinct("code")
    return sorted(rows, key=lambda row: row.in_force_from)


def draft_of(code: str) -> RuleProfile | None:
    """The draft of the next version of one rule text."""
    return RuleProfile.objects.filter(code=code, is_draft=True).first()


def draft_named(pk: int) -> RuleProfile:
    """A draft by its number. Raises NotVisible when there is none, or when it was published meanwhile."""
    row = RuleProfile.objects.filter(pk=pk, is_draft=True).first()
    if row is None:
        raise NotVisible("没有这份草稿，或者它已经发布。", remedy="请从“规则与时限”页面选择。")
    return row


def profile_named(code: str) -> RuleProfile:
    """The newest published version of one rule text. Raises NotVisible for an unknown code."""
    row = RuleProfile.objects.filter(code=code[:20], is_draft=False).order_by("-version").first()
    if row is None:
        raise NotVisible("没有这个规则方案。", remedy="请从“规则与时限”页面选择。")
    return row


@dataclass(frozen=True)
class CalendarCell:
    """One day on the calendar page. `tone`: work, makeup, rest, holiday."""

    day: date
    tone: str
    kind: str
    source: str
    is_provisional: bool
    is_today: bool

    @property
    def title(self) -> str:
        """2026-10-10 星期六，调休上班（国庆节）."""
        provisional = "，暂定" if self.is_provisional else ""
        return f"{self.day} 星期{WEEKDAYS[self.day.weekday()]}，{self.kind}{provisional}"


@dataclass(frozen=True)
class MonthView:
    """One month: blanks before its first day, its days, how many are worked."""

    number: int
    blanks: range
    cells: tuple[CalendarCell, ...]
    workdays: int


@dataclass(frozen=True)
class Arrangement:
    """One holiday as its notice sets it: days off and weekend days worked instead."""

    name: str
    off: tuple[date, ...]
    worked: tuple[date, ...]
    source: str
    is_provisional: bool


@dataclass(frozen=True)
class YearView:
    """A year of the calendar."""

    year: int
    months: tuple[MonthView, ...]
    arrangements: tuple[Arrangement, ...]
    workdays: int
    is_provisional: bool
    source: str


def years() -> list[int]:
    """The years the calendar holds."""
    return list(CalendarYear.objects.order_by("year").values_list("year", flat=True))


def year_view(year: int, *, today: date) -> YearView:
    """One year of the calendar. Raises NotVisible for a year it does not hold."""
    row = CalendarYear.objects.filter(year=year).first()
    if row is None:
        raise NotVisible(f"工作日历里没有 {year} 年。", remedy="请选择列出的年份。")
    cal = calendar()
    cells = [_cell(cal, day, today) for day in days_between(date(year, 1, 1) - ONE_DAY, date(year, 12, 31))]
    months = []
    for number, group in groupby(cells, key=lambda cell: cell.day.month):
        days = tuple(group)
        worked = sum(cell.tone in ("work", "makeup") for cell in days)
        months.append(MonthView(number, range(days[0].day.weekday()), days, worked))
    return YearView(
        year=year,
        months=tuple(months),
        arrangements=_arrangements(cal, year),
        workdays=sum(month.workdays for month in months),
        is_provisional=row.status == CalendarDay.Status.PROVISIONAL,
        source=row.source,
    )


def _cell(cal: Calendar, day: date, today: date) -> CalendarCell:
    if day in cal.special:
        tone = "makeup" if cal.special[day] else "holiday"
        kind = f"调休上班（{cal.names[day]}）" if cal.special[day] else cal.names[day]
    else:
        tone, kind = ("work", "工作日") if cal.is_workday(day) else ("rest", "休息日")
    return CalendarCell(day, tone, kind, cal.sources.get(day, ""), cal.is_provisional(day), day == today)


def _arrangements(cal: Calendar, year: int) -> tuple[Arrangement, ...]:
    named: dict[tuple[str, str], list[date]] = {}
    for day in sorted(day for day in cal.special if day.year == year):
        named.setdefault((cal.names[day], cal.sources[day]), []).append(day)
    found = [
        Arrangement(
            name=name,
            off=tuple(day for day in days if not cal.special[day]),
            worked=tuple(day for day in days if cal.special[day]),
            source=source,
            is_provisional=cal.is_provisional(days[0]),
        )
        for (name, source), days in named.items()
    ]
    return tuple(sorted(found, key=lambda arrangement: (arrangement.off or arrangement.worked)[0]))
