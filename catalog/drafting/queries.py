"""Reads of what was read."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from catalog.drafting.models import DraftingRun, DraftingTable

SILENCE = timedelta(minutes=2)
"""A reading that has not been heard of for so long has died with its process."""


def runs(actor: Any) -> QuerySet[DraftingRun]:
    """What the department read, newest first, with how many drafts came of it."""
    rows = DraftingRun.objects.visible_to(actor).select_related("created_by", "system")
    return rows.annotate(draft_count=Count("tables", filter=Q(tables__resource__isnull=False))).order_by("-pk")


def tables(run: DraftingRun) -> QuerySet[DraftingTable]:
    return run.tables.select_related("resource").order_by("position")


def is_running(run: DraftingRun, *, now: datetime) -> bool:
    return run.state == DraftingRun.State.RUNNING and not is_lost(run, now=now)


def is_lost(run: DraftingRun, *, now: datetime) -> bool:
    """Whether the process that read it is gone."""
    return run.state == DraftingRun.State.RUNNING and run.heard_at < now - SILENCE


def next_open(table: DraftingTable) -> DraftingTable | None:
    """The next table of the reading that still waits for confirmation."""
    waiting = DraftingTable.objects.filter(run=table.run, resource=None).exclude(pk=table.pk)
    return (
        waiting.filter(position__gt=table.position).order_by("position").first() or waiting.order_by("position").first()
    )
