"""Every receipt day of 2025 and 2026, compared with a count that shares neither code nor calendar with ours.

The independent count lists the working days of the two years from the notices as regulation.md 6.1 transcribes them
(runs of days off, weekends worked) and takes the N-th after the receipt by its place in the list.
"""

from bisect import bisect_right
from datetime import date, timedelta

import pytest

from gdshare.rules import workdays
from tests.unit.test_rules_workdays import CAL

OFF = {
    2025: ["1/1", "1/28–2/4", "4/4–4/6", "5/1–5/5", "5/31–6/2", "10/1–10/8"],
    2026: ["1/1–1/3", "2/15–2/23", "4/4–4/6", "5/1–5/5", "6/19–6/21", "9/25–9/27", "10/1–10/7"],
}
WORKED = {
    2025: ["1/26", "2/8", "4/27", "9/28", "10/11"],
    2026: ["1/4", "2/14", "2/28", "5/9", "9/20", "10/10"],
}
FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)


def on(year: int, text: str) -> date:
    month, _, day = text.partition("/")
    return date(year, int(month), int(day))


def working_days() -> list[date]:
    days = {FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)}
    days = {day for day in days if day.isoweekday() <= 5}
    for year, runs in OFF.items():
        for run in runs:
            first, _, last = run.partition("–")
            since, until = on(year, first), on(year, last or first)
            days -= {since + timedelta(n) for n in range((until - since).days + 1)}
        days |= {on(year, text) for text in WORKED[year]}
    return sorted(days)


WORKING = working_days()


def independent(received: date, allowance: int) -> date | None:
    """The `allowance`-th working day after `received`; None beyond what the notices settle."""
    place = bisect_right(WORKING, received) + allowance - 1
    return WORKING[place] if place < len(WORKING) else None


def test_both_years_have_as_many_working_days_as_announced():
    assert [sum(day.year == year for day in WORKING) for year in (2025, 2026)] == [248, 248]


@pytest.mark.parametrize("allowance", [1, 2, 5, 10, 15, 20])
def test_every_receipt_day(allowance):
    compared = 0
    for n in range((LAST - FIRST).days + 1):
        received = FIRST + timedelta(n)
        expected = independent(received, allowance)
        if expected is not None:
            assert workdays.due_on(received, allowance, CAL) == expected, received
            compared += 1
        else:
            assert workdays.is_provisional(received, allowance, CAL), received
    assert compared > 700


def test_the_434_working_receipt_days_of_the_measurement():
    """anchors.md 1.4: from 2025-01-01 to 2026-10-02, day ten; a weekend rule is wrong in a third of them."""
    received = [day for day in WORKING if day <= date(2026, 10, 2)]
    assert len(received) == 434
    naive = 0
    for day in received:
        due = workdays.due_on(day, 10, CAL)
        assert due == independent(day, 10)
        plain, left = day, 10
        while left:
            plain += timedelta(1)
            left -= plain.isoweekday() <= 5
        naive += plain != due
    assert naive == 137
