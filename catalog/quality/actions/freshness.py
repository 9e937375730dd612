"""Keeping the standing of entries, and reminding of owed updates. Driven by the timetable, not by a person."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from audit import log
from catalog.mounts import arrivals
from catalog.quality import notify
from catalog.quality.models import UpdateReminder
from catalog.resources import freshness
from catalog.resources.freshness import Freshness
from catalog.resources.models import DataResource, UpdateCycle
from catalog.resources.workflow import Status
from gdshare.lib.clock import day_of
from gdshare.rules import queries as rules

BATCH = 500
KEPT = ("freshness", "fresh_due_on", "data_as_of", "beats")


def review_freshness(*, now: datetime) -> int:
    """Work out again how every entry stands today; how many changed. Twice a day finds nothing the second time."""
    today = day_of(now)
    cal, soon = rules.calendar(), rules.parsed(rules.profile_in_force(today)).due_soon_days
    changed = _review_unmounted()
    for rows in _mounted():
        with transaction.atomic():
            locked = list(DataResource.objects.locked().filter(pk__in=rows).only("update_cycle", *KEPT).order_by("pk"))
            found = arrivals.standings(locked, today=today, cal=cal, due_soon_days=soon)
            moved = []
            for row in locked:
                fields = arrivals.fields_of(found[row.pk])
                if any(getattr(row, name) != value for name, value in fields.items()):
                    for name, value in fields.items():
                        setattr(row, name, value)
                    moved.append(row)
            DataResource.objects.bulk_update(moved, KEPT, batch_size=BATCH)
            changed += len(moved)
    return changed


def remind_updates(*, now: datetime) -> int:
    """Tell the handlers of entries whose update is near or late, each reminder once; how many reminders went out.

    None on a rest day. An entry that is being revised is not listed, and not reminded of.
    """
    today, cal = day_of(now), rules.calendar()
    if not cal.is_workday(today):
        return 0
    owing = DataResource.objects.filter(
        status=Status.PUBLISHED, freshness__in=(Freshness.DUE_SOON, Freshness.LATE)
    ).values_list("pk", "freshness", "fresh_due_on")
    sent = 0
    for pk, state, due_on in owing.order_by("pk"):
        kind = freshness.reminder(state, due_on, today=today, cal=cal)
        if kind and _remind(pk, kind, now=now):
            sent += 1
    return sent


@transaction.atomic
def _remind(pk: int, kind: str, *, now: datetime) -> bool:
    """False when somebody was quicker, or the data came meanwhile."""
    resource = DataResource.objects.locked().select_related("provider").get(pk=pk)
    if resource.freshness not in (Freshness.DUE_SOON, Freshness.LATE) or resource.fresh_due_on is None:
        return False
    _, is_new = UpdateReminder.objects.get_or_create(
        resource=resource, due_on=resource.fresh_due_on, kind=kind, defaults={"sent_at": now}
    )
    if is_new:
        told = notify.remind(resource, kind, now=now)
        log.record("resource.remind_update", by=None, at=now, subject=resource, due_on=str(resource.fresh_due_on),
                   kind=kind, told=told)  # fmt: skip
    return is_new


def _review_unmounted() -> int:
    """Entries to which nothing has come stand by their cycle alone."""
    bare = DataResource.objects.filter(row_count=None)
    irregular = Q(update_cycle=UpdateCycle.IRREGULAR)
    blank = {"fresh_due_on": None, "data_as_of": None, "beats": ""}
    return bare.filter(irregular).exclude(freshness=Freshness.NOT_APPLICABLE).update(
        freshness=Freshness.NOT_APPLICABLE, **blank
    ) + bare.exclude(irregular).exclude(freshness=Freshness.NEVER).update(freshness=Freshness.NEVER, **blank)


def _mounted() -> Iterator[list[int]]:
    """Ids of entries with data, by batches in order."""
    last = 0
    while True:
        rows = DataResource.objects.filter(row_count__isnull=False, pk__gt=last).order_by("pk")
        pks = list(rows.values_list("pk", flat=True)[:BATCH])
        if not pks:
            return
        yield pks
        last = pks[-1]
