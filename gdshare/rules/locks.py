"""One lock between counting with the calendar and changing it, so that no clock is left with a date of the old one."""

from django.db import connection

CALENDAR = 4_201_127
"""Any number that no other advisory lock of this database uses."""


def hold_calendar(*, to_change: bool = False) -> None:
    """Until the transaction ends, the calendar stays as it is read now; `to_change`: nobody else reads or changes it.

    Take it before the row of a clock: who changes the calendar locks clocks afterwards.
    """
    suffix = "" if to_change else "_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{suffix}(%s)", [CALENDAR])
