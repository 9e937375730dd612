"""Keeping the stored 最迟答复 in step with the clock it was copied from."""

from collections import defaultdict
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from gdshare.lib.clock import day_of
from gdshare.rules import queries as rules
from security.departments.models import Department, DepartmentKind
from sharing.deadlines.models import Deadline
from sharing.share_requests import notify
from sharing.share_requests.actions.timing import OVERALL
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.queries import holding

BATCH = 2000


@transaction.atomic
def hold_requests() -> int:
    """Lock every request under way, by number, until the caller's transaction ends; returns how many.

    Who moves many clocks at once takes the requests first, as every verb does, so that nobody waits in a circle.
    """
    held, last = 0, 0
    rows = ShareRequest.objects.in_progress().locked().order_by("pk")
    while batch := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        held, last = held + len(batch), batch[-1]
    return held


@transaction.atomic
def warn_of_late_risks(*, now: datetime) -> int:
    """On the morning of each working day: one notice to each authority that has applications at risk. Returns how many
    people hear of it; a second run the same day tells nobody anew.
    """
    today, cal = day_of(now), rules.calendar()
    if not cal.is_workday(today):
        return 0
    told = 0
    authorities = Department.objects.filter(kind=DepartmentKind.AUTHORITY, is_active=True)
    for authority in authorities.order_by("pk"):
        count = holding.late_risks(authority, today=today, cal=cal).count()
        if count:
            told += notify.late_risk(authority, count, day=today, now=now)
    return told


def follow_clocks() -> int:
    """After the clocks were counted anew: every request under way shows its clock's date again. Returns how many moved.

    In batches, request before clock, as every action locks; running it again changes nothing.
    """
    clocks = Deadline.objects.open().filter(subject_kind="sharerequest", subject_id=OuterRef("pk"), clock__in=OVERALL)
    stale = (
        ShareRequest.objects.in_progress()
        .annotate(clock_due_on=Subquery(clocks.values("due_on")[:1]), has_clock=Subquery(clocks.values("pk")[:1]))
        .filter(has_clock__isnull=False)
        .exclude(due_on=F("clock_due_on"))
        .exclude(due_on=None, clock_due_on=None)
    )
    moved, last = 0, 0
    while batch := list(stale.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        last = batch[-1]
        with transaction.atomic():
            list(ShareRequest.objects.locked().filter(pk__in=batch).order_by("pk").values_list("pk"))
            alike: dict[date | None, list[int]] = defaultdict(list)
            for pk, due_on in stale.filter(pk__in=batch).values_list("pk", "clock_due_on"):
                alike[due_on].append(pk)
            for due_on, ids in alike.items():
                moved += ShareRequest.objects.filter(pk__in=ids).update(due_on=due_on)
    return moved
