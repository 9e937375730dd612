"""A sheet into the catalog: which entries are new, changed, the same, double, or refused; then all of it in one write.

Rules. The entries belong to the importing department; the department that the sheet names stays as 责任处室. An entry
is known again by its code (目录编码, cata_code, page address), else by name and 责任处室. Good rows come in, bad rows
are told; imported entries are drafts.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from django.db import connection
from django.db.models import F

from catalog.resources import codes, contents, freshness
from catalog.resources.models import DataItem, DataResource, Grade
from catalog.resources.reading import Draft, ImportFault, Reader, Reading
from catalog.resources.workflow import LABELS, Status
from catalog.taxonomy.queries import Vocabulary
from gdshare.lib.errors import Conflict
from security.departments.models import Department

BATCH = 500
MOST_FAULTS = 2_000
"""Kept in a report; the counts are always whole."""


@dataclass
class ImportReport:
    """What became of every record of the file."""

    file_name: str
    is_dry_run: bool
    total: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicate: int = 0
    refused: int = 0
    faults: list[ImportFault] = field(default_factory=list)
    notes: list[tuple[str, int]] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Plan:
    """What an import will write."""

    new: list[Draft] = field(default_factory=list)
    changed: list[tuple[DataResource, Draft]] = field(default_factory=list)


def read(file: BinaryIO, file_name: str, department: Department, cite: Mapping[str, str]) -> Reading:
    """The file as drafts; the database is only asked for dictionaries. `cite`: the citations of the rules in force."""
    usccs = dict(Department.objects.filter(is_active=True).values_list("uscc", "name"))
    return Reader(Vocabulary.load(), department, usccs, cite).read(file, file_name)


def lock(department: Department) -> None:
    """One import of a department at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(1194, %s)", [department.pk])
        if not cursor.fetchone()[0]:
            raise Conflict("本部门另有一份目录正在导入。", code="IMPORT_RUNNING", remedy="请等它完成后再导入。")


def plan(reading: Reading, department: Department, report: ImportReport) -> Plan:
    """Sort the drafts into new, changed, unchanged, duplicate, refused; count them in the report."""
    known = _Known(department)
    found = Plan()
    first: dict[tuple[str, str, str], Draft] = {}
    for draft in reading.drafts:
        report.total += 1
        if draft.faults:
            _refuse(report, *draft.faults)
            continue
        key = _key(draft.values)
        before = first.setdefault(key, draft)
        if before is not draft:
            _second(report, before, draft)
            continue
        resource = known.find(draft.values)
        if resource is None:
            found.new.append(draft)
            report.created += 1
        elif known.is_same(resource, draft):
            report.unchanged += 1
        elif resource.status != Status.DRAFT:
            label = LABELS[Status(resource.status)]
            _refuse(report, ImportFault(draft.row, draft.key_column, draft.values["name"][:100],
                                        f"这条目录在平台上是“{label}”，内容有变化，不能直接覆盖。",
                                        "请先在平台上修订（已发布）或等审核结束，再导入。"))  # fmt: skip
        else:
            found.changed.append((resource, draft))
            report.updated += 1
    report.notes = sorted(reading.notes.items(), key=lambda note: -note[1])
    report.unknown_columns = reading.unknown_heads[:100]
    return found


def write_new(drafts: list[Draft], department: Department, *, by: Any, now: datetime, non_secret: bool) -> None:
    """All new entries with their items, in batches; codes in the order of the sheet."""
    user = by if getattr(by, "pk", None) and by._meta.model_name == "user" else None
    resources = [_build(draft, department, user, now, non_secret) for draft in drafts]
    prefixes = [codes.prefix_of(resource) for resource in resources]
    pools = {prefix: iter(codes.take(prefix, count)) for prefix, count in sorted(Counter(prefixes).items())}
    for resource, prefix, draft in zip(resources, prefixes, drafts, strict=True):
        resource.code = next(pools[prefix])
        _summarise(resource, draft.items or [])
    DataResource.objects.bulk_create(resources, batch_size=BATCH)
    DataItem.objects.bulk_create(
        (
            DataItem(resource=resource, position=position, **item)
            for resource, draft in zip(resources, drafts, strict=True)
            for position, item in enumerate(draft.items or [], 1)
        ),
        batch_size=BATCH * 4,
    )


def _build(draft: Draft, department: Department, user: Any, now: datetime, non_secret: bool) -> DataResource:
    values = {**contents.DEFAULTS, **draft.values}
    return DataResource(
        **{"is_declared_non_secret": non_secret, **values},
        provider=department,
        created_at=now,
        created_by=user,
        updated_at=now,
    )


def _summarise(resource: DataResource, items: list[dict[str, Any]]) -> None:
    resource.grade = max((item["grade"] for item in items), default=Grade.L1)
    resource.item_count = len(items)
    resource.freshness = freshness.unmounted(resource.update_cycle)
    resource.search_text = contents.search_lines(
        resource, (word for item in items for word in (item["name"], item["identifier"]))
    )


def _key(values: Mapping[str, Any]) -> tuple[str, str, str]:
    code = values.get("external_code")
    return ("code", code, "") if code else ("name", values["name"], values.get("internal_unit", ""))


def _refuse(report: ImportReport, *faults: ImportFault) -> None:
    report.refused += 1
    report.faults.extend(faults[: max(0, MOST_FAULTS - len(report.faults))])


def _second(report: ImportReport, before: Draft, draft: Draft) -> None:
    """A second row of one key: a repetition when it says the same, else a fault that names both rows."""
    if before.digest() == draft.digest():
        report.duplicate += 1
        return
    code = draft.values.get("external_code")
    same = f"代码“{code}”" if code else f"名称“{draft.values['name']}”"
    _refuse(report, ImportFault(draft.row, draft.key_column, (code or draft.values["name"])[:100],
                                f"{same}与第 {before.row} 行相同，内容却不同。",
                                "请核对后只留一行；确是两份数据的，请给出不同的资源代码。"))  # fmt: skip


class _Known:
    """The department's entries as they are, looked up by code and by name."""

    def __init__(self, department: Department) -> None:
        rows = list(
            DataResource.objects.filter(provider=department)
            .select_related("theme", "base_library")
            .defer("search_text", "search_grams")
            .order_by(F("revises").asc(nulls_first=True), "pk")
        )  # a working copy comes after its entry, so it is the one that a sheet changes
        self.by_external = {row.external_code: row for row in rows if row.external_code}
        self.by_code = {row.code: row for row in rows}
        self.by_name = {(row.name, row.internal_unit): row for row in rows if not row.external_code}
        self.items: dict[int, list[DataItem]] = {}
        for item in DataItem.objects.filter(resource__provider=department, retired_at=None).order_by(
            "resource_id", "position"
        ):
            self.items.setdefault(item.resource_id, []).append(item)

    def find(self, values: Mapping[str, Any]) -> DataResource | None:
        code = values.get("external_code")
        if code:
            return self.by_external.get(code) or self.by_code.get(code)
        return self.by_name.get((values["name"], values.get("internal_unit", "")))

    def is_same(self, resource: DataResource, draft: Draft) -> bool:
        """Whether the entry already says what the sheet says, in the fields that the sheet has."""
        for name, value in draft.values.items():
            if name == "external_code" and value == resource.code:
                continue
            if getattr(resource, name) != value:
                return False
        if draft.items is None:
            return True
        existing = self.items.get(resource.pk, [])
        loose = {"grade", "is_basic"} | (set() if draft.gives_identifiers else {"identifier"})
        return len(existing) == len(draft.items) and all(
            all(getattr(item, name) == value for name, value in new.items() if name not in loose)
            and item.grade >= new["grade"]
            for item, new in zip(existing, draft.items, strict=True)
        )


def items_to_give(resource: DataResource, draft: Draft) -> list[dict[str, Any]] | None:
    """The draft's items for an update: a person's higher grade stays, and our identifiers when the sheet has none."""
    if draft.items is None:
        return None
    grades = dict(resource.items.filter(retired_at=None).values_list("name", "grade"))
    dropped = set() if draft.gives_identifiers else {"identifier"}
    return [
        {name: value for name, value in item.items() if name not in dropped}
        | {"grade": max(item["grade"], grades.get(item["name"], 1))}
        for item in draft.items
    ]
