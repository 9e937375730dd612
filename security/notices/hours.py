"""When messages may leave the portal: on working days, between the hours of the deployment. No database, no clock."""

from datetime import datetime, time

from gdshare.lib.clock import SHANGHAI, day_of
from gdshare.rules.workdays import Calendar

Hours = tuple[time, time]
"""From and to, in Shanghai."""


def opened_at(now: datetime, hours: Hours, cal: Calendar) -> datetime | None:
    """The moment at which today's hours began, when `now` lies in them; None while it is quiet."""
    day = day_of(now)
    if not cal.is_workday(day):
        return None
    first, last = (datetime.combine(day, each, SHANGHAI) for each in hours)
    return first if first <= now < last else None
