"""The promised cycle against what arrived, by table: every cycle, touching, business dates, the bar, reminders."""

from datetime import date, timedelta

import pytest

from catalog.resources import freshness
from catalog.resources.freshness import Arrival, Freshness, judge
from tests.unit.test_rules_workdays import CAL


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def came(*days: str) -> list[Arrival]:
    """Loads on these days, each with new content."""
    return [Arrival(day(one), f"content {number}") for number, one in enumerate(days)]


def standing(cycle: str, arrivals: list[Arrival], today: str) -> tuple[str, str, str]:
    found = judge(cycle, arrivals, today=day(today), cal=CAL, due_soon_days=3)
    return found.state.label, f"{found.due_on:%m-%d}" if found.due_on else "", found.beats


TABLE = [
    # 每日: every working day; the weekend belongs to Monday
    ("DAILY", ("11-25",), "11-25", ("新鲜", "11-26", "o")),
    ("DAILY", ("11-25",), "11-26", ("临近", "11-26", "o")),
    ("DAILY", ("11-25",), "11-27", ("逾期", "11-26", "om")),
    ("DAILY", ("11-25",), "12-01", ("逾期", "11-26", "ommm")),
    ("DAILY", ("11-25", "11-27"), "11-27", ("新鲜", "11-30", "olo")),
    ("DAILY", ("11-27",), "11-28", ("新鲜", "11-30", "o")),
    ("DAILY", ("11-27", "11-28"), "11-30", ("新鲜", "12-01", "oo")),
    ("DAILY", ("11-27",), "11-30", ("临近", "11-30", "o")),
    # 国庆: eight days of rest, then one update is owed, not eight
    ("DAILY", ("09-30",), "10-07", ("新鲜", "10-08", "o")),
    ("DAILY", ("09-30",), "10-08", ("临近", "10-08", "o")),
    ("DAILY", ("09-30",), "10-09", ("逾期", "10-08", "om")),
    # a Saturday worked instead is a working day
    ("DAILY", ("10-09",), "10-10", ("临近", "10-10", "o")),
    ("REALTIME", ("11-25",), "11-27", ("逾期", "11-26", "om")),
    # 每周: Monday to Sunday, by the Monday after
    ("WEEKLY", ("11-18",), "11-20", ("新鲜", "11-30", "o")),
    ("WEEKLY", ("11-18",), "11-26", ("新鲜", "11-30", "o")),
    ("WEEKLY", ("11-18",), "11-27", ("临近", "11-30", "o")),
    ("WEEKLY", ("11-18",), "12-01", ("逾期", "11-30", "om")),
    # 每旬: to the 10th, the 20th, the last of the month
    ("TEN_DAYS", ("11-09",), "11-10", ("新鲜", "11-20", "o")),
    ("TEN_DAYS", ("11-09",), "11-18", ("临近", "11-20", "o")),
    ("TEN_DAYS", ("11-09",), "11-23", ("逾期", "11-20", "om")),
    ("TEN_DAYS", ("11-09", "11-23"), "11-23", ("新鲜", "12-10", "olo")),
    # 每月: by the last day; the last of October is a Saturday, so by Monday
    ("MONTHLY", ("10-05",), "10-31", ("新鲜", "11-30", "o")),
    ("MONTHLY", ("09-28",), "10-31", ("临近", "11-02", "o")),
    ("MONTHLY", ("09-28",), "11-02", ("临近", "11-02", "o")),
    ("MONTHLY", ("09-28",), "11-03", ("逾期", "11-02", "om")),
    ("MONTHLY", ("09-28", "11-02"), "11-03", ("新鲜", "12-31", "ooo")),
    ("MONTHLY", ("09-28", "11-03"), "11-03", ("新鲜", "12-31", "olo")),
    # 每季度, 每半年, 每年
    ("QUARTERLY", ("09-30",), "12-25", ("新鲜", "12-31", "o")),
    ("QUARTERLY", ("09-30",), "12-28", ("临近", "12-31", "o")),
    ("QUARTERLY", ("05-06",), "10-08", ("逾期", "09-30", "om")),
    ("HALF_YEARLY", ("03-02",), "06-25", ("新鲜", "12-31", "o")),
    ("HALF_YEARLY", ("03-02",), "12-29", ("临近", "12-31", "o")),
    ("YEARLY", ("03-02",), "12-29", ("新鲜", "12-31", "o")),
    # 不定期 promises nothing; nothing came
    ("IRREGULAR", ("03-02",), "11-25", ("不适用", "", "")),
    ("IRREGULAR", (), "11-25", ("不适用", "", "")),
    ("DAILY", (), "11-25", ("从未更新", "", "")),
    ("YEARLY", (), "11-25", ("从未更新", "", "")),
]


@pytest.mark.parametrize(("cycle", "days", "today", "expected"), TABLE)
def test_every_cycle(cycle, days, today, expected):
    assert standing(cycle, came(*days), today) == expected


def test_half_year_and_year_run_over_the_turn_of_the_year():
    found = judge("YEARLY", [Arrival(date(2024, 5, 6), "a")], today=date(2026, 1, 5), cal=CAL, due_soon_days=3)
    assert (found.state, found.due_on, found.beats) == (Freshness.LATE, date(2025, 12, 31), "om")
    found = judge("HALF_YEARLY", [Arrival(date(2025, 12, 30), "a")], today=date(2026, 1, 5), cal=CAL, due_soon_days=3)
    assert (found.state, found.due_on) == (Freshness.FRESH, date(2026, 6, 30))


def test_touching_does_not_make_data_fresh():
    touched = [Arrival(day("11-23"), "same"), Arrival(day("11-24"), "same"), Arrival(day("11-25"), "same")]
    assert standing("DAILY", touched, "11-25") == ("逾期", "11-24", "om")
    changed = [*touched, Arrival(day("11-25"), "other")]
    assert standing("DAILY", changed, "11-25") == ("新鲜", "11-26", "olo")


def test_going_back_and_forth_between_two_files_is_no_news_where_rows_carry_dates():
    files = [
        Arrival(day("11-23"), "a", day("11-22")),
        Arrival(day("11-24"), "b", day("11-22")),
        Arrival(day("11-25"), "a", day("11-22")),
    ]
    assert [update.on for update in freshness.real_updates(files)] == [day("11-23")]


def test_the_newest_business_date_counts_not_the_day_of_upload():
    old = [Arrival(day("11-23"), "a", day("11-20")), Arrival(day("11-25"), "b", day("06-30"))]
    assert standing("DAILY", old, "11-25")[0] == "逾期"
    lagging = [Arrival(day("11-23"), "a", day("11-20")), Arrival(day("11-24"), "b", day("11-23"))]
    assert standing("DAILY", lagging, "11-24") == ("新鲜", "11-25", "oo")
    too_old = [Arrival(day("10-20"), "a", day("09-15")), Arrival(day("11-25"), "b", day("09-30"))]
    assert standing("MONTHLY", too_old, "11-25") == ("临近", "11-30", "o")


def test_data_that_came_but_speaks_of_two_periods_ago_is_late():
    arrivals = [Arrival(day("09-10"), "a", day("09-09")), Arrival(day("11-25"), "b", day("09-30"))]
    assert standing("MONTHLY", arrivals, "12-01") == ("逾期", "11-30", "olm")


def test_a_first_load_of_old_rows_is_no_fresh_data():
    old = [Arrival(day("11-25"), "a", day("03-27"))]
    assert standing("DAILY", old, "11-25") == ("临近", "11-25", "")
    assert standing("DAILY", old, "11-26") == ("逾期", "11-25", "m")
    assert standing("YEARLY", old, "11-25") == ("新鲜", "12-31", "o")


def test_a_stated_date_is_heard_only_where_rows_carry_none_and_never_from_the_future():
    assert Arrival(day("11-25"), "a", None, day("11-24")).as_of == day("11-24")
    assert Arrival(day("11-25"), "a", day("10-01"), day("11-24")).as_of == day("10-01")
    assert Arrival(day("11-25"), "a", None, day("12-24")).as_of == day("11-25")


def test_the_bar_holds_the_last_twelve():
    every = [day("11-02") + timedelta(days=number) for number in range(24)]
    arrivals = [Arrival(one, str(one)) for one in every if CAL.is_workday(one)]
    found = judge("DAILY", arrivals, today=day("11-25"), cal=CAL, due_soon_days=3)
    assert found.beats == "o" * 12


@pytest.mark.parametrize(
    ("beats", "expected"),
    [("", "还没有到期的更新"), ("oo", "全部按期"), ("olol", "迟 2 期"), ("olmm", "迟 1 期，漏 2 期"), ("m", "漏 1 期")],
)
def test_words_of_the_bar(beats, expected):
    assert freshness.words(beats) == expected


@pytest.mark.parametrize(
    ("state", "due", "today", "expected"),
    [
        ("DUE_SOON", "11-30", "11-25", "T-3"),
        ("DUE_SOON", "11-30", "11-30", "T"),
        ("DUE_SOON", "11-30", "11-28", ""),
        ("LATE", "11-25", "11-26", "T+1"),
        ("LATE", "11-25", "11-28", ""),
        ("LATE", "11-25", "12-02", "T+5"),
        ("LATE", "11-25", "12-03", ""),
        ("LATE", "11-25", "12-09", "T+10"),
        ("FRESH", "11-25", "11-25", ""),
        ("NEVER", None, "11-25", ""),
    ],
)
def test_reminders_fall_on_working_days(state, due, today, expected):
    found = freshness.reminder(state, day(due) if due else None, today=day(today), cal=CAL)
    assert found == expected
