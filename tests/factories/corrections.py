"""Doubts about the mounted data of 省自然资源厅, reported by 省民政厅."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from sharing.corrections import actions
from sharing.corrections.models import CorrectionRequest
from sharing.delivery.models import ServiceCall
from tests.cast import Cast

DOUBT = {"doubt": "建筑面积与房产证不一致", "evidence": "房产证影像", "expected": "98.26"}


def doubt(cast: Cast, resource: Any, *, now: datetime | None = None, **values: Any) -> CorrectionRequest:
    """chen reports."""
    return actions.report(resource=resource, by=cast.chen, now=now or timezone.now(), **DOUBT | values)


def took(resource: Any, department: Any, version: int, now: datetime | None = None) -> ServiceCall:
    """A department pulled a version of a resource."""
    return ServiceCall.objects.create(
        resource=resource, department=department, kind="CSV", version_number=version, item_count=6, row_count=3,
        started_at=now or timezone.now(), is_complete=True,
    )  # fmt: skip
