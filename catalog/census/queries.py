"""Reads of the census: what of a system is cataloged, the coverage figure, and the rows behind every number."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from catalog.census.models import CatalogCertificate, Purpose
from catalog.census.readiness import Lack, lacks
from catalog.resources.models import DataResource
from catalog.resources.workflow import Status as EntryStatus
from catalog.systems.models import InformationSystem, Life, SystemPart
from catalog.taxonomy.queries import folded
from security.departments.models import Department

COVERAGES = {"full": "全部编目", "partial": "部分编目", "none": "还没有编目"}
SHOWS = {"all": "关联的条目", "published": "已发布", "mounted": "已挂接数据"}
MOUNTED = Q(mount__current__isnull=False)


def parts_of(system: InformationSystem) -> list[SystemPart]:
    """Tables and matters in order, each with its entry."""
    return list(
        system.parts.select_related("entry__link__resource").order_by("-kind", "position")
    )  # fmt: skip


def entries_of(system: InformationSystem) -> list[DataResource]:
    """The entries linked to the system, with what is mounted."""
    rows = DataResource.objects.filter(system_links__system=system, revises=None).exclude(status=EntryStatus.WITHDRAWN)
    return list(rows.select_related("mount", "provider").defer("search_text").order_by("code"))


def missing(system: InformationSystem, purpose: Purpose) -> list[Lack]:
    """What keeps the system from this certificate; empty when it may be issued."""
    return lacks(system, parts_of(system), entries_of(system), purpose)


def suggestions(parts: list[SystemPart], entries: list[DataResource]) -> dict[int, DataResource]:
    """Part → the linked entry that says so by its name or by its 业务事项, for parts that have none."""
    by_name = {folded(entry.name).removesuffix("信息"): entry for entry in entries}
    by_matter = {
        folded(matter): entry
        for entry in entries
        for matter in entry.business_matter.replace("；", "、").replace(";", "、").split("、") if matter.strip()
    }  # fmt: skip
    found = {}
    for part in parts:
        if getattr(part, "entry", None) is None:
            name = folded(part.name)
            match = by_matter.get(name) if part.kind == SystemPart.Kind.MATTER else None
            match = match or by_name.get(name.removesuffix("表").removesuffix("信息"))
            if match is not None:
                found[part.pk] = match
    return found


def linkable(system: InformationSystem) -> QuerySet[DataResource]:
    """The department's entries that are not linked to the system yet."""
    rows = DataResource.objects.filter(provider=system.department, revises=None).exclude(status=EntryStatus.WITHDRAWN)
    return rows.exclude(system_links__system=system).only("pk", "code", "name").order_by("name", "pk")


def certificates_of(system: InformationSystem) -> QuerySet[CatalogCertificate]:
    return CatalogCertificate.objects.filter(system=system).select_related("issued_by").order_by("-issued_at", "-pk")


# ── coverage ──


def counted(actor: Any) -> Any:
    """The registered systems in use that this person sees, each with how many parts it has and how many of them a
    published entry catalogs.
    """
    rows = InformationSystem.objects.visible_to(actor).registered().exclude(life=Life.STOPPED)
    return rows.annotate(
        part_count=Count("parts", distinct=True),
        done_count=Count(
            "parts", filter=Q(parts__entry__link__resource__status=EntryStatus.PUBLISHED), distinct=True
        ),
    )  # fmt: skip


def linked(actor: Any) -> QuerySet[DataResource]:
    """The entries of those systems that this person may know of, each once."""
    systems = InformationSystem.objects.visible_to(actor).registered().exclude(life=Life.STOPPED).order_by()
    return DataResource.objects.visible_to(actor).filter(
        revises=None, pk__in=DataResource.objects.filter(system_links__system__in=systems.values("pk")).values("pk")
    )


@dataclass
class Coverage:
    """The figures of one department, or of all."""

    name: str
    department_id: int | None
    systems: int = 0
    full: int = 0
    partial: int = 0
    none: int = 0
    entries: int = 0
    published: int = 0
    mounted: int = 0

    @property
    def share(self) -> float | None:
        """Systems with everything cataloged, of all."""
        return self.full / self.systems if self.systems else None

    def add(self, other: "Coverage") -> None:
        for name in ("systems", "full", "partial", "none", "entries", "published", "mounted"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True)
class CoverageTable:
    rows: list[Coverage] = field(default_factory=list)
    total: Coverage = field(default_factory=lambda: Coverage("合计", None))


def coverage(actor: Any) -> CoverageTable:
    """目录覆盖情况 by department, and in all. Three queries whatever the number of rows."""
    found: dict[int, Coverage] = {}
    for department_id, parts, done in (
        counted(actor).order_by().values_list("department_id", "part_count", "done_count")
    ):
        row = found.setdefault(department_id, Coverage("", department_id))
        row.systems += 1
        kind = "full" if parts and done == parts else "partial" if done else "none"
        setattr(row, kind, getattr(row, kind) + 1)
    entries = (
        linked(actor).order_by().values("provider_id")
        .annotate(
            entries=Count("pk"), published=Count("pk", filter=Q(status=EntryStatus.PUBLISHED)),
            mounted=Count("pk", filter=Q(status=EntryStatus.PUBLISHED) & MOUNTED),
        )
    )  # fmt: skip
    for numbers in entries:
        row = found.setdefault(numbers["provider_id"], Coverage("", numbers["provider_id"]))
        row.entries, row.published, row.mounted = numbers["entries"], numbers["published"], numbers["mounted"]
    table = CoverageTable()
    for department in Department.objects.filter(pk__in=found).order_by("level", "region__code", "id"):
        row = found[department.pk]
        row.name = department.short_name
        table.rows.append(row)
        table.total.add(row)
    return table


def systems_behind(actor: Any, filters: Mapping[str, str]) -> Any:
    """The systems that a number of the table counts: `department`, and `coverage` of full, partial, none."""
    rows = counted(actor).select_related("department")
    if filters.get("department", "").isdecimal():
        rows = rows.filter(department_id=int(filters["department"][:9]))
    kind = filters.get("coverage")
    if kind == "full":
        rows = rows.filter(part_count__gt=0, done_count=F("part_count"))
    elif kind == "partial":
        rows = rows.filter(done_count__gt=0, done_count__lt=F("part_count"))
    elif kind == "none":
        rows = rows.filter(done_count=0)
    return rows.order_by("department_id", "code")


def entries_behind(actor: Any, filters: Mapping[str, str]) -> QuerySet[DataResource]:
    """The entries that a number of the table counts: `department`, and `show` of all, published, mounted."""
    rows = linked(actor).select_related("provider").defer("search_text")
    if filters.get("department", "").isdecimal():
        rows = rows.filter(provider_id=int(filters["department"][:9]))
    if filters.get("show") in ("published", "mounted"):
        rows = rows.filter(status=EntryStatus.PUBLISHED)
    if filters.get("show") == "mounted":
        rows = rows.filter(MOUNTED)
    return rows.order_by("provider_id", "code")


# ── certificates ──


def code_of(snapshot: Mapping[str, Any]) -> str:
    """校验码: the beginning of the digest over everything the certificate says, its number and salt included."""
    text = json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()[:16].upper()
    return "-".join(digest[start : start + 4] for start in range(0, 16, 4))


def by_code(code: str) -> tuple[CatalogCertificate | None, bool]:
    """The certificate with this 校验码, as typed with or without hyphens, and whether what is stored still gives it."""
    plain = "".join(character for character in code.upper() if character in "0123456789ABCDEF")[:16]
    spelled = "-".join(plain[start : start + 4] for start in range(0, 16, 4))
    rows = CatalogCertificate.objects.select_related("department", "system", "revocation")
    found = rows.filter(verification_code=spelled).first()
    return found, found is not None and code_of(found.snapshot) == found.verification_code
