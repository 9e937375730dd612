"""The stored calendar and profiles: loaded by migrations, equal to the notices, cheap to read."""

import json
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps

from gdshare.lib.errors import Invalid, NotVisible
from gdshare.rules import queries
from gdshare.rules.models import CalendarDay, CalendarYear, RuleProfile

REAL_CALENDAR = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "calendar"


@pytest.mark.real_input
def test_calendar_equals_the_notices_day_by_day(db):
    files = sorted(REAL_CALENDAR.glob("holiday-cn-*.json"))
    if not files:
        pytest.skip("../shared/data/calendar is not there: nothing to compare the calendar with")
    named = {
        date.fromisoformat(entry["date"]): not entry["isOffDay"]
        for file in files
        for entry in json.loads(file.read_text(encoding="utf-8"))["days"]
    }
    cal = queries.calendar()
    day, last, wrong = date(2013, 1, 1), date(2026, 12, 31), []
    while day <= last:
        if cal.is_workday(day) != named.get(day, day.weekday() < 5):
            wrong.append(day)
        day += timedelta(1)
    assert wrong == []
    assert len(files) == 14


def test_extended_spring_festival_of_2020(db):
    cal = queries.calendar()
    for text in ("2020-01-31", "2020-02-01", "2020-02-02"):
        assert not cal.is_workday(date.fromisoformat(text))
        assert "延长2020年春节假期" in cal.sources[date.fromisoformat(text)]
    assert cal.is_workday(date(2020, 2, 3))


@pytest.mark.parametrize(("year", "count"), [(2024, 251), (2025, 248), (2026, 248)])
def test_workdays_in_a_year(db, year, count):
    view = queries.year_view(year, today=date(2026, 11, 23))
    assert view.workdays == count
    assert not view.is_provisional


def test_2027_is_provisional_from_the_statute(db):
    cal = queries.calendar()
    assert cal.official_through == date(2026, 12, 31)
    assert cal.is_provisional(date(2027, 3, 1))
    assert not cal.is_provisional(date(2026, 12, 31))
    off = [line.day for line in CalendarDay.objects.filter(day__year=2027).order_by("day")]
    assert [f"{day:%m-%d}" for day in off] == [
        "01-01", "02-05", "02-06", "02-07", "02-08", "04-05", "05-01", "05-02", "06-09", "09-15",
        "10-01", "10-02", "10-03",
    ]  # fmt: skip
    assert queries.year_view(2027, today=date(2026, 11, 23)).is_provisional


def test_a_notice_makes_the_year_official(db):
    CalendarYear.objects.filter(year=2027).update(status="OFFICIAL")
    assert queries.official_through() == date(2027, 12, 31)
    CalendarYear.objects.filter(year=2026).update(status="PROVISIONAL")
    assert queries.official_through() == date(2025, 12, 31)


def test_loading_twice_changes_nothing(db):
    before = list(CalendarDay.objects.order_by("day").values())
    CalendarDay.objects.filter(day="2026-10-10").update(name="改过")
    for name in ("0002_calendar", "0003_profiles"):
        import_module(f"gdshare.rules.migrations.{name}").load(apps, None)
    after = list(CalendarDay.objects.order_by("day").values())
    assert len(after) == len(before)
    assert CalendarDay.objects.get(day="2026-10-10").name == "改过"
    assert RuleProfile.objects.count() == 7


@pytest.mark.parametrize(
    ("text", "kind"),
    [("2026-11-23", "工作日"), ("2026-11-22", "休息日"), ("2026-10-10", "调休上班"), ("2026-10-01", "国庆节")],
)
def test_day_kind(db, text, kind):
    assert queries.day_kind(date.fromisoformat(text)) == kind


def test_queries_of_the_calendar(db, django_assert_num_queries):
    with django_assert_num_queries(2):
        queries.calendar()


def test_an_unknown_year(db):
    with pytest.raises(NotVisible, match="没有 1999 年"):
        queries.year_view(1999, today=date(2026, 11, 23))


def test_profile_in_force(db, settings):
    assert str(queries.profile_in_force(date(2026, 11, 23))) == "GD-50 v1"
    settings.RULE_PROFILE = "CN-809"
    assert str(queries.profile_in_force(date(2026, 11, 23))) == "CN-809 v1"
    with pytest.raises(Invalid, match="没有施行中的规则方案“CN-809”"):
        queries.profile_in_force(date(2025, 7, 31))


def test_newest_version_wins_and_old_rows_stay(db):
    old = RuleProfile.objects.get(code="GD-50")
    new = RuleProfile.objects.create(
        code="GD-50", version=2, title=old.title, document_no=old.document_no, in_force_from=date(2026, 12, 1),
        data=old.data,
    )  # fmt: skip
    assert queries.profile_in_force(date(2026, 11, 30)) == old
    assert queries.profile_in_force(date(2026, 12, 1)) == new


def test_a_profile_with_a_hole_cannot_be_switched_on(db, settings):
    settings.RULE_PROFILE = "CN-809"
    row = RuleProfile.objects.get(code="CN-809")
    row.pk, row.version = None, 2
    row.data["clocks"][1]["days"] = None
    row.save(force_insert=True)
    with pytest.raises(Invalid, match=r"还缺 1 个数.*答复共享申请（有条件共享）") as refusal:
        queries.profile_in_force(date(2026, 11, 23))
    assert refusal.value.remedy


def test_an_unknown_code_names_the_known_ones(db, settings):
    settings.RULE_PROFILE = "GD-51"
    with pytest.raises(Invalid) as refusal:
        queries.profile_in_force(date(2026, 11, 23))
    assert "CN-809、GD-2008、GD-50" in refusal.value.remedy


def test_broken_data_is_a_domain_error(db):
    row = RuleProfile.objects.get(code="GD-50")
    row.data["chain"] = []
    with pytest.raises(Invalid, match="至少要有一个审核环节"):
        queries.parsed(row)
