"""Reads of the catalog for pages, REST and the command line."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Count, QuerySet

from catalog.resources import assessing, contents, hints, readiness, snapshots
from catalog.resources.models import (
    AuditProperty,
    CatalogImport,
    DataItem,
    DataResource,
    FieldRemark,
    ImportLine,
    ImportMapping,
    ResourceStatusChange,
)
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
    standing_as,
    suggest,
    words_of,
)
from catalog.resources.workflow import LABELS, Status
from gdshare.rules import queries as rules
from security.departments.models import Department
from security.departments.queries import authority_of

__all__ = [
    "FACETS", "Facet", "Option", "Piece", "SearchHit", "SearchPage", "filtered", "matching", "search", "standing_as",
    "suggest", "words_of",
]  # fmt: skip

MARKS: Mapping[str, tuple[str, str]] = {
    Status.DRAFT: ("", "circle-dashed"),
    Status.DEPARTMENT_REVIEW: ("", "user-check"),
    Status.AUTHORITY_AUDIT: ("run", "progress"),
    Status.SCHEDULED: ("run", "calendar-time"),
    Status.PUBLISHED: ("ok", "circle-check"),
    Status.WITHDRAWN: ("", "circle-off"),
}
"""Tone and icon of a status, the same on every page."""

VERB_LABELS = {
    "submit": "提交", "approve": "部门负责人同意", "publish": "审核发布", "return_": "退回",
    "revise": "开始修订", "discard": "放弃修订稿", "schedule": "审核通过，定期生效", "take_effect": "生效",
    "withdraw": "下架",
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
    return rows.defer("search_text").order_by("-updated_at", "-id")


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
    return rows.defer("search_text").order_by("updated_at", "id")


@dataclass(frozen=True)
class Version:
    """One publication, and what it changed."""

    number: int
    published_at: Any
    published_by: str
    effective_on: date | None
    differences: list[snapshots.Difference]


def versions(resource: DataResource) -> list[Version]:
    """Every publication of the entry, newest first, each compared with the one before."""
    rows = list(resource.entry.revisions.select_related("published_by").order_by("number"))
    found = [
        Version(
            row.number, row.published_at, row.published_by.name if row.published_by else "系统", row.effective_on,
            snapshots.differences(rows[index - 1].snapshot, row.snapshot) if index else [],
        )
        for index, row in enumerate(rows)
    ]  # fmt: skip
    return found[::-1]


def working_copy(resource: DataResource) -> DataResource | None:
    """The open working copy of an entry, if there is one."""
    return DataResource.objects.filter(revises=resource).select_related("created_by").first()


def draft_differences(copy: DataResource) -> list[snapshots.Difference]:
    """What a working copy would change of what is published."""
    entry = copy.entry
    return snapshots.differences(snapshots.take(entry, items_in_use(entry)), snapshots.take(copy, items_in_use(copy)))


@dataclass(frozen=True)
class Comparison:
    """Two publications side by side; `numbers` are all there are, newest first."""

    before: int
    after: int
    numbers: list[int]
    differences: list[snapshots.Difference]


def comparison(resource: DataResource, before: int | None, after: int | None) -> Comparison | None:
    """Any two publications, the last two when none is named. None when a number is not there."""
    said = dict(resource.revisions.order_by("-number").values_list("number", "snapshot"))
    numbers = list(said)
    if not numbers:
        return None
    after = numbers[0] if after is None else after
    before = max((number for number in numbers if number < after), default=after) if before is None else before
    if before not in said or after not in said:
        return None
    return Comparison(before, after, numbers, snapshots.differences(said[before], said[after]))


def timeline(resource: DataResource, *, is_whole: bool = True) -> list[dict[str, Any]]:
    """流转记录 as the timeline component draws it, newest first. Not whole: what strangers see, without the steps of
    a working copy that is not published yet.
    """
    entry = resource.entry
    steps = ResourceStatusChange.objects.filter(resource=entry).select_related("by")
    changes = list(steps.prefetch_related("marks", "remarks").order_by("-seq"))
    if not is_whole:
        last = next((change.seq for change in changes if change.to_status in _LISTED), 0)
        changes = [change for change in changes if change.seq <= last]
    entries = [
        {
            "at": change.at, "title": VERB_LABELS[change.verb], "who": change.by.name if change.by else "系统",
            "text": change.opinion, "state": "", "lines": _lines(change),
        }
        for change in changes
    ]  # fmt: skip
    created = entry.created_by.name if entry.created_by else "系统"
    entries.append({"at": entry.created_at, "title": "编制", "who": created, "text": "", "state": ""})
    if resource.status not in _LISTED:
        entries.insert(0, {"at": None, "title": LABELS[Status(resource.status)], "who": "", "text": "", "state": "now"})
    return entries


def _lines(change: ResourceStatusChange) -> list[str]:
    """The four marks of an audit with what the machine had said, and the remarks at their places."""
    marks = sorted(change.marks.all(), key=lambda mark: AuditProperty.values.index(mark.property))
    lines = ["四性均符合"] if marks and all(mark.is_met for mark in marks) else []
    for mark in marks:
        said = [mark.remark] if mark.remark else []
        said += [f"系统提示：{'；'.join(mark.hints)}"] if mark.hints else []
        if said or not mark.is_met:
            lines.append(f"{mark.get_property_display()}{'符合' if mark.is_met else '不符合'}：{'。'.join(said)}")
    for remark in change.remarks.all():
        lines.append(f"{place_of(remark)}：{remark.text}{'（已改）' if remark.mended_at else ''}")
    return lines


_LISTED = (Status.PUBLISHED, Status.WITHDRAWN)


def open_remarks(resource: DataResource) -> list[FieldRemark]:
    """Remarks that are not ticked off yet, each with its `place` in words."""
    found = list(FieldRemark.objects.filter(resource=resource, mended_at=None).order_by("pk"))
    for remark in found:
        remark.place = place_of(remark)  # type: ignore[attr-defined]
    return found


def place_of(remark: FieldRemark) -> str:
    """Where a remark stands, in words."""
    if remark.item_name:
        field = f" / {contents.label_of(remark.field, True)}" if remark.field else ""
        return f"信息项 {remark.item_name}{field}"
    return contents.label_of(remark.field)


@dataclass(frozen=True)
class Element:
    """One element of an entry as the audit page shows it. `difference`: what a working copy changes of it."""

    name: str
    label: str
    value: str
    difference: snapshots.Difference | None


def elements(resource: DataResource, changed: Mapping[str, snapshots.Difference]) -> list[Element]:
    """Every element that an entry states, empty ones too: what is missing is looked for here."""
    said = snapshots.take(resource, [])["entry"]
    return [
        Element(name, snapshots.label_of(name), snapshots.words(name, value), changed.get(snapshots.label_of(name)))
        for name, value in said.items()
        if name in contents.FIELDS and name not in {"provider", "external_code", "source_url"}
    ]


def properties(resource: DataResource, *, today: date) -> list[tuple[str, str, list[str]]]:
    """(code, words, hints) of the four properties."""
    found = hints.for_many([resource], cite=rules.citations_in_force(today))[resource.pk]
    return [(value, label, found[value]) for value, label in AuditProperty.choices]


def count_hints(resources: Iterable[DataResource], *, today: date) -> None:
    """Give each row of a list its `hint_count`."""
    rows = list(resources)
    found = hints.for_many(rows, cite=rules.citations_in_force(today))
    for row in rows:
        row.hint_count = sum(map(len, found[row.pk].values()))  # type: ignore[attr-defined]


def missing(resource: DataResource, *, today: date) -> list[contents.Fault]:
    """What keeps a draft from being submitted, cited from the rules in force today."""
    return readiness.faults(resource, items_in_use(resource), today=today)


def warnings(resource: DataResource, *, today: date) -> list[str]:
    """What does not stop the entry, but its compiler and its reviewers must see."""
    return readiness.warnings(resource, items_in_use(resource), today=today)


def standings(resource: DataResource) -> dict[str, assessing.Standing]:
    """How the entry stands to each kind of assessment."""
    return assessing.standings(resource, items_in_use(resource))


# ── imports ───────────────────────────────────────────────────────────────────────────────────────────────────────


def recent_imports(department: Department) -> QuerySet[CatalogImport]:
    """The last imports of a department."""
    return CatalogImport.objects.filter(department=department).select_related("created_by").order_by("-pk")[:20]


def mappings_of(department: Department) -> QuerySet[ImportMapping]:
    """列对应 that a department saved."""
    return ImportMapping.objects.filter(department=department).select_related("created_by").order_by("name")


def import_lines(row: CatalogImport, outcome: str = "") -> QuerySet[ImportLine]:
    """What becomes of each record, in the order of the file."""
    lines = row.lines.order_by("number")
    return lines.filter(outcome=outcome) if outcome else lines


def faults_of(row: CatalogImport) -> Iterator[Mapping[str, Any]]:
    """Every fault of its records."""
    for faults in import_lines(row, "REFUSED").values_list("faults", flat=True).iterator(chunk_size=2_000):
        yield from faults
