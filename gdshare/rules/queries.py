"""Reads of the law as data."""

from datetime import date

from django.conf import settings

from gdshare.lib.errors import Invalid
from gdshare.rules.models import CalendarDay, CalendarYear, RuleProfile
from gdshare.rules.profiles import Profile, ProfileError
from gdshare.rules.workdays import Calendar


def calendar() -> Calendar:
    """The working-day calendar as a value; two queries, whatever is counted with it."""
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


def official_through() -> date:
    """The last day that a notice settles: the end of the last year before the first one without a notice."""
    official = set(
        CalendarYear.objects.filter(status=CalendarDay.Status.OFFICIAL).order_by("year").values_list("year", flat=True)
    )
    year = min(official, default=1)
    while year + 1 in official:
        year += 1
    return date(year, 12, 31)


def profile_in_force(today: date) -> RuleProfile:
    """The newest enabled version of the profile that this deployment runs under, in force on `today`.

    Raises Invalid, saying what to do, when there is none or when it still lacks a figure.
    """
    code = settings.RULE_PROFILE
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
    try:
        return Profile.from_data(rule_profile.data)
    except ProfileError as error:
        raise Invalid(str(error), code="rule_profile_broken", remedy="请更正该规则方案的数据后发布新版本。") from error
