"""Reads over corrections: who received the value that was wrong, and who still runs on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max

from catalog.resources.models import DataResource
from sharing.corrections.models import CorrectionNotice, CorrectionRequest
from sharing.corrections.workflow import RUNNING
from sharing.delivery.models import ServiceCall
from sharing.grants.models import Grant, GrantStatus
from sharing.grants.queries import data_access


@dataclass(frozen=True)
class Taken:
    """The newest version a department took, and when it last took any."""

    version: int
    at: datetime


def knows_records(actor: Any, resource: DataResource, *, today: date) -> bool:
    """Whether the actor's department took the data once, or the actor may take some of them today."""
    if ServiceCall.objects.filter(resource=resource, department=actor.department).exists():
        return True
    return bool(data_access(actor, resource, today=today).opened)


def taken_by(
    resource_id: int, *, departments: Iterable[int] | None = None, before: int | None = None
) -> dict[int, Taken]:
    """Department → what it took of a resource; only versions older than `before`.

    A taking that was cut short counts: some rows had left.
    """
    calls = ServiceCall.objects.filter(resource_id=resource_id)
    if departments is not None:
        calls = calls.filter(department__in=list(departments))
    if before is not None:
        calls = calls.filter(version_number__lt=before)
    found = calls.values_list("department").annotate(version=Max("version_number"), at=Max("started_at"))
    return {department: Taken(version, at) for department, version, at in found}


def to_be_told(correction: CorrectionRequest) -> dict[int, Taken | None]:
    """Department → what it took before the mend, None when nothing: whom the mend concerns, but never the provider.

    New data: whoever took an older version. A mended entry: whoever took any, and whoever holds a grant, for data may
    reach him by a way that is not counted here. Who reported is told like the others.
    """
    told: dict[int, Taken | None] = {correction.department_id: None}
    if correction.mended_version is None:
        living = Grant.objects.filter(
            resource_id=correction.resource_id, status__in=(GrantStatus.ACTIVE, GrantStatus.SUSPENDED)
        )
        told |= dict.fromkeys(living.values_list("department", flat=True))
    told |= taken_by(correction.resource_id, before=correction.mended_version)
    told.pop(correction.resource.provider_id, None)
    return told


@dataclass(frozen=True)
class Runner:
    """One line of 谁还在用旧值. `newest` is the version taken last, None when nothing was ever taken."""

    notice: CorrectionNotice
    newest: int | None
    at: datetime | None
    is_on_old: bool


def runners(correction: CorrectionRequest) -> list[Runner]:
    """Every department that was told, with what it has now; those on the old value first. Two queries."""
    notices = list(correction.consumers.select_related("department", "acknowledged_by").order_by("department_id"))
    taken = taken_by(correction.resource_id, departments=[notice.department_id for notice in notices])
    lines = []
    for notice in notices:
        own = taken.get(notice.department_id)
        mended = correction.mended_version
        is_old = own is not None and mended is not None and own.version < mended
        lines.append(Runner(notice, own.version if own else None, own.at if own else None, is_old))
    return sorted(lines, key=lambda line: (not line.is_on_old, line.notice.department_id))


def running_on(resource_id: int) -> int:
    """How many doubts about a resource wait for their answer."""
    return CorrectionRequest.objects.filter(resource_id=resource_id, status__in=RUNNING).count()
