"""Reads of the catalog for pages, REST and the command line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet

from catalog.resources import contents, snapshots
from catalog.resources.models import DataItem, DataResource, ResourceStatusChange
from catalog.resources.searching import (
    FACETS,
    Facet,
    Option,
    Piece,
    SearchHit,
    SearchPage,
    filtered,
    matching,
    search,
    words_of,
)
from catalog.resources.workflow import LABELS, Status
from gdshare.rules import queries as rules
from security.departments.models import Department
from security.departments.queries import authority_of

__all__ = [
    "FACETS", "Facet", "Option", "Piece", "SearchHit", "SearchPage", "filtered", "matching", "search", "words_of"
]  # fmt: skip

MARKS: Mapping[str, tuple[str, str]] = {
    Status.DRAFT: ("", "circle-dashed"),
    Status.DEPARTMENT_REVIEW: ("", "user-check"),
    Status.AUTHORITY_AUDIT: ("run", "progress"),
    Status.PUBLISHED: ("ok", "circle-check"),
    Status.WITHDRAWN: ("", "circle-off"),
}
"""Tone and icon of a status, the same on every page."""

VERB_LABELS = {
    "submit": "提交", "approve": "部门负责人同意", "publish": "审核发布", "return_": "退回",
    "revise": "修订", "withdraw": "下架",
}  # fmt: skip


def items_in_use(resource: DataResource) -> list[DataItem]:
    """Items that are not retired, in order."""
    return list(resource.items.filter(retired_at=None).order_by("position", "id"))


def departments_shown(resource: DataResource) -> QuerySet[Department]:
    """Departments that a restricted entry is shown to, by the object right of their groups."""
    names = Group.objects.filter(dataresourcegroupobjectpermission__content_object=resource).values_list(
        "name", flat=True
    )
    return Department.objects.filter(pk__in=[int(name.removeprefix("department:")) for name in names])


def own_entries(actor: Any, *, status: str = "", text: str = "") -> QuerySet[DataResource]:
    """Entries of the department acted for, newest change first."""
    rows = DataResource.objects.filter(provider=actor.acting.department).select_related("theme")
    if status:
        rows = rows.filter(status=status)
    rows = matching(rows, words_of(text))
    return rows.defer("search_text", "search_grams").order_by("-updated_at", "-id")


def own_counts(actor: Any) -> dict[str, int]:
    """How many entries the department has in each status."""
    rows = DataResource.objects.filter(provider=actor.acting.department).order_by().values_list("status")
    counts: Mapping[str, int] = dict(rows.annotate(number=Count("pk")))
    return {status.value: counts.get(status.value, 0) for status in Status}


def audit_queue(actor: Any) -> QuerySet[DataResource]:
    """What waits for this authority, oldest first."""
    waiting = DataResource.objects.filter(status=Status.AUTHORITY_AUDIT)
    providers = Department.objects.filter(pk__in=waiting.order_by().values("provider")).select_related("region__parent")
    mine = [provider.pk for provider in providers if authority_of(provider) == actor.acting.department]
    rows = waiting.filter(provider__in=mine).select_related("provider", "theme")
    return rows.defer("search_text", "search_grams").order_by("updated_at", "id")


@dataclass(frozen=True)
class Version:
    """One publication, and what it changed."""

    number: int
    published_at: Any
    published_by: str
    differences: list[snapshots.Difference]


def versions(resource: DataResource) -> list[Version]:
    """Every publication, newest first, each compared with the one before."""
    rows = list(resource.revisions.select_related("published_by").order_by("number"))
    found = [
        Version(
            row.number, row.published_at, row.published_by.name if row.published_by else "系统",
            snapshots.differences(rows[index - 1].snapshot, row.snapshot) if index else [],
        )
        for index, row in enumerate(rows)
    ]  # fmt: skip
    return found[::-1]


def timeline(resource: DataResource) -> list[dict[str, Any]]:
    """流转记录 as the timeline component draws it, newest first."""
    changes = ResourceStatusChange.objects.filter(resource=resource).select_related("by").order_by("-seq")
    entries = [
        {
            "at": change.at, "title": VERB_LABELS[change.verb], "who": change.by.name if change.by else "系统",
            "text": change.opinion, "state": "",
        }
        for change in changes
    ]  # fmt: skip
    created = resource.created_by.name if resource.created_by else "系统"
    entries.append({"at": resource.created_at, "title": "编制", "who": created, "text": "", "state": ""})
    if resource.status not in (Status.PUBLISHED, Status.WITHDRAWN):
        entries.insert(0, {"at": None, "title": LABELS[Status(resource.status)], "who": "", "text": "", "state": "now"})
    return entries


def missing(resource: DataResource, *, today: date) -> list[contents.Fault]:
    """What keeps a draft from being submitted, cited from the rules in force today."""
    return contents.missing(resource, items_in_use(resource), cite=rules.citations_in_force(today))
