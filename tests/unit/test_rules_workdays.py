"""Working-day arithmetic over real dates, row by row, and its properties."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gdshare.rules import calendar_data, workdays
from gdshare.rules.workdays import Calendar, Level, Mark, Pause

LINES = tuple(calendar_data.lines())
CAL = Calendar(
    special={line.day: line.is_workday for line in LINES},
    names={line.day: line.name for line in LINES},
    official_through=date(2026, 12, 31),
    provisional=frozenset(line.day for line in LINES if line.is_provisional),
    sources={line.day: line.source for line in LINES},
)

GOLDEN = [
    ("2024-01-31", 10, "2024-02-19"),
    ("2024-02-09", 1, "2024-02-18"),
    ("2024-09-25", 10, "2024-10-14"),
    ("2025-01-20", 10, "2025-02-08"),
    ("2025-01-24", 1, "2025-01-26"),
    ("2025-01-24", 2, "2025-01-27"),
    ("2025-09-26", 10, "2025-10-16"),
    ("2025-12-30", 10, "2026-01-14"),
    ("2026-01-01", 1, "2026-01-04"),
    ("2026-02-10", 10, "2026-03-02"),
    ("2026-02-10", 20, "2026-03-16"),
    ("2026-02-13", 1, "2026-02-14"),
    ("2026-02-13", 2, "2026-02-24"),
    ("2026-02-14", 1, "2026-02-24"),
    ("2026-04-30", 1, "2026-05-06"),
    ("2026-09-17", 10, "2026-10-08"),
    ("2026-09-30", 1, "2026-10-08"),
    ("2026-09-30", 2, "2026-10-09"),
    ("2026-11-20", 10, "2026-12-04"),
    ("2026-11-20", 20, "2026-12-18"),
    ("2026-11-22", 10, "2026-12-04"),
    ("2026-12-17", 10, "2026-12-31"),
]
"""regulation.md, section 6.3: received, working days, due."""


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(("received", "allowance", "due"), GOLDEN)
def test_golden_table(received, allowance, due):
    assert workdays.due_on(day(received), allowance, CAL) == day(due)
    assert not workdays.is_provisional(day(received), allowance, CAL)


def test_golden_table_provisional_row():
    """2026-12-18 + 10 needs the calendar of 2027: a date there is, and it says that it may move."""
    assert workdays.due_on(day("2026-12-18"), 10, CAL) == day("2027-01-04")
    assert workdays.is_provisional(day("2026-12-18"), 10, CAL)
    lines = workdays.explain(day("2026-12-18"), 10, CAL)
    assert [line.day for line in lines if line.is_provisional] == [day(f"2027-01-0{n}") for n in (1, 2, 3, 4)]


def test_provisional_day_inside_official_time():
    """A single day still open makes the date provisional, though the year's notice is out."""
    cal = Calendar({}, {}, date(2026, 12, 31), provisional=frozenset({day("2026-11-25")}))
    assert workdays.is_provisional(day("2026-11-20"), 10, cal)
    assert not workdays.is_provisional(day("2026-11-25"), 10, cal)


@pytest.mark.parametrize("received", ["2026-11-20", "2026-11-21", "2026-11-22"])
def test_receipt_on_a_rest_day_is_receipt_on_the_working_day_before(received):
    assert workdays.due_on(day(received), 10, CAL) == day("2026-12-04")


@pytest.mark.parametrize(
    ("received", "allowance", "pauses", "due"),
    [
        # three working days paused (11-25, 11-26, 11-27), the weekend beside them costs nothing
        ("2026-11-20", 10, [("2026-11-25", "2026-11-30")], "2026-12-09"),
        # a pause that covers only rest days moves nothing
        ("2026-11-20", 10, [("2026-11-28", "2026-11-30")], "2026-12-04"),
        # a pause opened and closed on one day moves nothing
        ("2026-11-20", 10, [("2026-11-25", "2026-11-25")], "2026-12-04"),
        # across National Day: 09-28..09-30 and 10-08, 10-09 are lost, 10-10 is worked
        ("2026-09-17", 10, [("2026-09-28", "2026-10-10")], "2026-10-14"),
        # two pauses
        ("2026-11-20", 10, [("2026-11-23", "2026-11-24"), ("2026-12-01", "2026-12-02")], "2026-12-08"),
        # a pause after the due date does not bring it back
        ("2026-11-20", 10, [("2026-12-07", "2026-12-10")], "2026-12-04"),
    ],
)
def test_pauses(received, allowance, pauses, due):
    spans = tuple(Pause(day(start), day(end)) for start, end in pauses)
    assert workdays.due_on(day(received), allowance, CAL, spans) == day(due)


def test_an_open_pause_has_no_due_date():
    assert workdays.due_on(day("2026-11-20"), 10, CAL, (Pause(day("2026-11-25")),)) is None
    assert not workdays.is_provisional(day("2026-12-18"), 10, CAL, (Pause(day("2026-12-25")),))


def test_zero_is_the_day_itself_and_less_is_refused():
    assert workdays.due_on(day("2026-11-21"), 0, CAL) == day("2026-11-21")
    with pytest.raises(ValueError, match="negative"):
        workdays.due_on(day("2026-11-21"), -1, CAL)


def test_a_calendar_without_working_days_gives_up():
    class NeverWorked(Calendar):
        def is_workday(self, day: date) -> bool:
            return False

    with pytest.raises(ValueError, match="no working days"):
        workdays.due_on(day("2026-11-21"), 1, NeverWorked({}, {}, day("2026-12-31")))
    with pytest.raises(ValueError, match="no working days"):
        workdays.add_workdays(day("2026-11-21"), 1, NeverWorked({}, {}, day("2026-12-31")))


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2026-11-30", Level.ON_TIME),  # 4 left
        ("2026-12-01", Level.DUE_SOON),  # 3 left
        ("2026-12-04", Level.DUE_SOON),  # today
        ("2026-12-05", Level.OVERDUE),  # a Saturday: the day has passed
    ],
)
def test_level(today, expected):
    assert workdays.level(day("2026-12-04"), day(today), CAL) is expected


@pytest.mark.parametrize(
    ("a", "b", "count"),
    [
        ("2026-09-18", "2026-09-21", 2),  # Sunday 09-20 is worked
        ("2026-09-30", "2026-10-08", 1),
        ("2026-10-08", "2026-09-30", -1),
        ("2026-10-01", "2026-10-01", 0),
    ],
)
def test_workdays_between(a, b, count):
    assert workdays.workdays_between(day(a), day(b), CAL) == count


def test_add_workdays_goes_both_ways():
    assert workdays.add_workdays(day("2026-12-04"), -3, CAL) == day("2026-12-01")
    assert workdays.add_workdays(day("2026-12-01"), 3, CAL) == day("2026-12-04")
    assert workdays.add_workdays(day("2026-12-05"), 0, CAL) == day("2026-12-05")


def test_explanation_names_every_day_and_its_source():
    lines = workdays.explain(day("2026-09-17"), 10, CAL)
    assert [line.day for line in lines] == [day("2026-09-17") + timedelta(n) for n in range(22)]
    by_day = {str(line.day)[5:]: line for line in lines}
    assert by_day["09-17"].mark is Mark.RECEIPT
    assert (by_day["09-20"].kind, by_day["09-20"].number) == ("调休上班", 2)
    assert (by_day["09-25"].kind, by_day["09-25"].mark, by_day["09-25"].number) == ("中秋节", Mark.REST, 0)
    assert "content_7047091" in by_day["10-01"].source
    assert by_day["09-19"].kind == "休息日"
    assert (by_day["10-08"].number, by_day["10-08"].weekday) == (10, "星期四")


def test_explanation_of_a_pause_goes_as_far_as_asked():
    lines = workdays.explain(day("2026-11-20"), 10, CAL, (Pause(day("2026-11-25")),), day("2026-11-27"))
    assert [line.mark for line in lines[-3:]] == [Mark.PAUSED] * 3


DAYS = st.dates(date(2013, 1, 1), date(2027, 6, 30))


@st.composite
def pauses_after(draw, start):
    """Up to three closed pauses in order."""
    spans, day = [], start
    for _ in range(draw(st.integers(0, 3))):
        first = day + timedelta(draw(st.integers(0, 20)))
        day = first + timedelta(draw(st.integers(0, 20)))
        spans.append(Pause(first, day))
    return tuple(spans)


@st.composite
def clocks(draw):
    start = draw(DAYS)
    return start, draw(st.integers(1, 40)), draw(pauses_after(start))


@settings(max_examples=150, deadline=None)
@given(clocks())
def test_more_allowance_is_never_earlier_and_the_last_day_is_worked(clock):
    start, allowance, pauses = clock
    due = workdays.due_on(start, allowance, CAL, pauses)
    assert due <= workdays.due_on(start, allowance + 1, CAL, pauses)
    assert CAL.is_workday(due)
    assert not any(pause.covers(due) for pause in pauses)


@settings(max_examples=150, deadline=None)
@given(clocks())
def test_explanation_agrees_with_the_due_date(clock):
    start, allowance, pauses = clock
    lines = workdays.explain(start, allowance, CAL, pauses)
    assert lines[-1].day == workdays.due_on(start, allowance, CAL, pauses)
    assert lines[-1].number == allowance
    numbers = [line.number for line in lines if line.mark is Mark.COUNTED]
    assert numbers == list(range(1, allowance + 1))
    assert [line.day for line in lines] == [start + timedelta(n) for n in range(len(lines))]


@settings(max_examples=150, deadline=None)
@given(clocks())
def test_an_independent_count_agrees(clock):
    """Counting by sets: the due date is the n-th element of weekdays minus holidays plus makeup days minus pauses."""
    start, allowance, pauses = clock
    span = {start + timedelta(n) for n in range(1, 400)}
    off = {day for day in span if day.isoweekday() > 5} | {line.day for line in LINES if not line.is_workday}
    worked = (span - off) | (span & {line.day for line in LINES if line.is_workday})
    for pause in pauses:
        worked -= {pause.start + timedelta(n) for n in range((pause.end - pause.start).days)}
    assert sorted(worked)[allowance - 1] == workdays.due_on(start, allowance, CAL, pauses)


@settings(max_examples=100, deadline=None)
@given(DAYS, st.integers(-40, 40))
def test_adding_and_counting_are_inverse(start, count):
    there = workdays.add_workdays(start, count, CAL)
    if count >= 0:
        assert workdays.workdays_between(start, there, CAL) == count
    else:
        assert workdays.workdays_between(there, start, CAL) in (-count, -count - 1 + CAL.is_workday(start))
