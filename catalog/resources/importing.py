"""A sheet into the catalog: which entries are new, changed, the same, double, or refused; a batch at a time.

Rules. The entries belong to the importing department; the department that the sheet names stays as 责任处室. An entry
is known again by its code (目录编码, cata_code, page address), else by name and 责任处室. Good rows come in, bad rows
are told; imported entries are drafts.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO

from django.db import connection
from django.db.models import F

from catalog.resources import comparing
from catalog.resources.models import DataItem, DataResource, ImportLine, ImportMapping
from catalog.resources.opening import Source, open_source
from catalog.resources.reading import Draft, Reader
from catalog.resources.rows import ImportFault
from catalog.resources.workflow import LABELS, Status
from catalog.taxonomy.models import TermKind
from catalog.taxonomy.names import names_of
from catalog.taxonomy.queries import Vocabulary
from security.departments.models import Department

BATCH = 1_000
"""Entries in one transaction: enough for the database to work in bulk, few enough for a progress bar and a cancel."""
BATCH_ITEMS = 30_000
MOST_FAULTS = 2_000
"""Kept in a report; the counts are always whole."""
Outcome = ImportLine.Outcome


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
    recognised_as: str = ""
    faults: list[ImportFault] = field(default_factory=list)
    notes: list[tuple[str, int]] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def count(self, lines: Iterable["Line"]) -> None:
        for line in lines:
            self.total += 1
            name = str(line.outcome).lower()
            setattr(self, name, getattr(self, name) + 1)
            self.faults.extend(line.faults[: max(0, MOST_FAULTS - len(self.faults))])


@dataclass
class Line:
    """What becomes of one record."""

    draft: Draft
    outcome: Outcome
    resource: DataResource | None = None
    changes: list[comparing.Change] = field(default_factory=list)
    faults: list[ImportFault] = field(default_factory=list)


@dataclass
class Job:
    """One file on its way in."""

    source: Source
    reader: Reader
    department: Department
    first: dict[tuple[str, str, str], tuple[int, bytes]] = field(default_factory=dict)
    """Key of an entry → where it first stood in the file, and what it said there."""

    def batches(self) -> Iterator[list[Draft]]:
        """The file's entries in order, a batch at a time."""
        batch: list[Draft] = []
        items = 0
        for draft in self.reader.drafts():
            batch.append(draft)
            items += len(draft.items or ())
            if len(batch) >= BATCH or items >= BATCH_ITEMS:
                yield batch
                batch, items = [], 0
        if batch:
            yield batch

    def once(self, drafts: Iterable[Draft]) -> list[Line | Draft]:
        """Faulty records and repetitions settled; the rest must be looked up."""
        return [self._settled(draft) or draft for draft in drafts]

    def _settled(self, draft: Draft) -> Line | None:
        if draft.faults:
            return Line(draft, Outcome.REFUSED, faults=draft.faults)
        digest = draft.digest()
        row, said = self.first.setdefault(_key(draft), (draft.row, digest))
        if row == draft.row:
            return None
        if said == digest:
            return Line(draft, Outcome.DUPLICATE)
        return Line(draft, Outcome.REFUSED, faults=[_second(row, draft)])


def start(
    file: BinaryIO, file_name: str, department: Department, cite: Mapping[str, str], mapping: ImportMapping | None
) -> Job:
    """Open the file and go through it once. `cite`: the citations of the rules in force."""
    saved = () if mapping else list(ImportMapping.objects.filter(department=department).order_by("-updated_at"))
    source = open_source(file, file_name, saved=saved, chosen=mapping)
    usccs = dict(Department.objects.filter(is_active=True).values_list("uscc", "name"))
    return Job(source, Reader(source, Vocabulary.load(), department, usccs, cite), department)


def lock(department: Department) -> None:
    """One batch of a department at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(1194, %s)", [department.pk])


def settle(found: Iterable[Line | Draft], department: Department) -> tuple[list[Line], Mapping[int, list[DataItem]]]:
    """What becomes of each record of a batch, against the entries as they are now, and those entries' items. They stay
    locked until the transaction ends.
    """
    found = list(found)
    known = _Known(department, [entry for entry in found if isinstance(entry, Draft)])
    return [entry if isinstance(entry, Line) else _line(entry, known) for entry in found], known.items


def _line(draft: Draft, known: "_Known") -> Line:
    resource = known.find(draft)
    if resource is None:
        return Line(draft, Outcome.CREATED)
    changes = comparing.changes(resource, known.items.get(resource.pk, []), draft, known.cycles)
    if not changes:
        return Line(draft, Outcome.UNCHANGED, resource)
    if resource.status == Status.DRAFT:
        return Line(draft, Outcome.UPDATED, resource, changes)
    fault = ImportFault(
        draft.row, draft.key_column, draft.values["name"][:100],
        f"这条目录在平台上是“{LABELS[Status(resource.status)]}”，内容有变化，不能直接覆盖。",
        "请先在平台上修订（已发布）或等审核结束，再导入。",
    )  # fmt: skip
    return Line(draft, Outcome.REFUSED, resource, changes, [fault])


def as_row(line: Line, import_id: int) -> ImportLine:
    """The line as it is kept for the page."""
    values, resource = line.draft.values, line.resource or line.draft.resource
    return ImportLine(
        catalog_import_id=import_id, number=line.draft.row, outcome=line.outcome, resource=resource,
        name=str(values.get("name") or "")[:200],
        code=str(values.get("external_code") or (resource.code if resource else ""))[:120],
        changes=[list(change) for change in line.changes], faults=[asdict(fault) for fault in line.faults],
    )  # fmt: skip


def _key(draft: Draft) -> tuple[str, str, str]:
    if draft.platform_code:
        return ("own", draft.platform_code, "")
    code = draft.values.get("external_code")
    return ("code", code, "") if code else ("name", draft.values["name"], draft.values.get("internal_unit", ""))


def _second(row: int, draft: Draft) -> ImportFault:
    """A second row of one key that says something else."""
    kind, word, _ = _key(draft)
    same = f"名称“{word}”" if kind == "name" else f"代码“{word}”"
    return ImportFault(draft.row, draft.key_column, word[:100], f"{same}与第 {row} 行相同，内容却不同。",
                       "请核对后只留一行；确是两份数据的，请给出不同的资源代码。")  # fmt: skip


class _Known:
    """Those of the department's entries that a batch may mean, locked; looked up by code and by name."""

    def __init__(self, department: Department, drafts: list[Draft]) -> None:
        codes = {code for draft in drafts for code in (draft.values.get("external_code"), draft.platform_code) if code}
        names = {draft.values["name"] for draft in drafts if not draft.values.get("external_code")}
        own = DataResource.objects.filter(provider=department).values("pk")
        wanted = {
            row["pk"]
            for part in (own.filter(external_code__in=codes), own.filter(code__in=codes),
                         own.filter(name__in=names, external_code=None))
            for row in part
        }  # fmt: skip
        rows = list(
            DataResource.objects.locked()
            .filter(pk__in=wanted)
            .select_related("provider__region", "theme", "base_library", "thematic_library", "data_category")
            .order_by(F("revises").asc(nulls_first=True), "pk")
        )  # a working copy comes after its entry, so it is the one that a sheet changes
        self.cycles = names_of(TermKind.UPDATE_CYCLE)
        self.by_external = {row.external_code: row for row in rows if row.external_code}
        self.by_code = {row.code: row for row in rows}
        self.by_name = {(row.name, row.internal_unit): row for row in rows if not row.external_code}
        self.items: dict[int, list[DataItem]] = {}
        for item in DataItem.objects.filter(resource__in=wanted, retired_at=None).order_by("resource_id", "position"):
            self.items.setdefault(item.resource_id, []).append(item)

    def find(self, draft: Draft) -> DataResource | None:
        if draft.platform_code in self.by_code:
            return self.by_code[draft.platform_code]
        code = draft.values.get("external_code")
        if code:
            return self.by_external.get(code) or self.by_code.get(code)
        return self.by_name.get((draft.values["name"], draft.values.get("internal_unit", "")))
