"""The one place where a status is assigned, and the rows are locked for it."""

from datetime import datetime
from typing import Any

from django.db.models import Max

from audit import log
from catalog.resources import notify, policies, workflow
from catalog.resources.actions.compiling import lock
from catalog.resources.models import DataResource, ResourceStatusChange


def lock_for(verb: str, resource: DataResource, by: Any) -> DataResource:
    """The row as it is now, locked; who first, then when. An entry is always locked before its working copy."""
    if resource.revises_id:
        DataResource.objects.locked().get(pk=resource.revises_id)
    locked = lock(resource)
    getattr(policies, verb)(by, locked).enforce()
    workflow.require(verb, locked.status)
    return locked


def move(
    resource: DataResource,
    verb: str,
    *,
    by: Any,
    now: datetime,
    opinion: str = "",
    onto: DataResource | None = None,
    **fields: Any,
) -> tuple[DataResource, ResourceStatusChange]:
    """The only line that assigns `status`: table, row, timeline, evidence, notices. `onto`: the entry that takes over
    what its working copy `resource` said.
    """
    row = onto or resource
    before, row.status = resource.status, workflow.require(verb, resource.status).target.value
    row.updated_at = now
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=["status", "updated_at", *fields])
    change = record(row.entry, verb, before=before, after=row.status, by=by, now=now, opinion=opinion)
    return row, change


def record(
    entry: DataResource, verb: str, *, before: str, after: str, by: Any, now: datetime, opinion: str = ""
) -> ResourceStatusChange:
    """One step on the entry's timeline (a working copy's steps are the entry's), in the log, and in the in-boxes."""
    words = opinion.strip()
    last = entry.status_changes.aggregate(last=Max("seq"))["last"] or 0
    change = ResourceStatusChange.objects.create(
        resource=entry, seq=last + 1, verb=verb, from_status=before, to_status=after, at=now, by=by, opinion=words
    )
    log.record(f"resource.{verb}", by=by, at=now, subject=entry, before=before, after=after, opinion=words)
    notify.moved(entry, verb, seq=last + 1, now=now, opinion=words)
    return change
