"""Reads over corrections: who received the value that was wrong, and who still runs on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from sharing.corrections.models import CorrectionNotice, CorrectionRequest
from sharing.corrections.workflow import RUNNING
from sharing.delivery.models import ServiceCall
from sharing.grants.models import Grant, GrantStatus


@dataclass(frozen=True)
class Taken:
    """The newest version a department took, and when it last took any."""

    version: int
    at: datetime


def taken_by(resource_id: int, *, departments: Iterable[int] | None = None) -> dict[int, Taken]:
    """Department → what it took of a resource. A taking that was cut short counts: some rows had left."""
    calls = ServiceCall.objects.filter(resource_id=resource_id)
    if departments is not None:
        calls = calls.filter(department__in=list(departments))
    found = calls.values_list("department").annotate(version=Max("version_number"), at=Max("started_at"))
    return {department: Taken(version, at) for department, version, at in found}


def to_be_told(correction: CorrectionRequest) -> dict[int, Taken | None]:
    """Everybody who took the data or may take it today, but the provider. Who reported is told like the others."""
    holders = Grant.objects.filter(
        resource_id=correction.resource_id, status__in=(GrantStatus.ACTIVE, GrantStatus.SUSPENDED)
    ).values_list("department", flat=True)
    told: dict[int, Taken | None] = dict.fromkeys({*holders, correction.department_id})
    told |= taken_by(correction.resource_id)
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
