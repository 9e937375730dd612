"""Reads of the register for pages and exports."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet

from catalog.systems.models import InformationSystem, Life, SystemPart, SystemStatusChange
from catalog.systems.workflow import LABELS, Status
from catalog.taxonomy.models import Term, TermKind
from security.departments.models import Department

MARKS: Mapping[str, tuple[str, str]] = {
    Status.DRAFT: ("", "circle-dashed"),
    Status.DEPARTMENT_REVIEW: ("", "user-check"),
    Status.VERIFYING: ("run", "progress"),
    Status.REGISTERED: ("ok", "circle-check"),
}
"""Tone and icon of a status, the same on every page."""

VERB_LABELS = {
    "submit": "提交", "approve": "部门负责人同意", "verify": "主管部门核验", "return_": "退回", "revise": "修订",
    "retire": "申请停用",
}  # fmt: skip


def narrowed(actor: Any, filters: Mapping[str, str]) -> QuerySet[InformationSystem]:
    """What this person sees of the register, by the page's filters: q, department, life, status, level, network."""
    rows = InformationSystem.objects.visible_to(actor).select_related("department", "network", "database_kind")
    if text := filters.get("q", "").strip():
        rows = rows.filter(
            Q(name__icontains=text) | Q(code__icontains=text) | Q(builder__icontains=text)
            | Q(pk__in=SystemPart.objects.filter(name__icontains=text).values("system"))
        )  # fmt: skip
    for name, lookup in (("department", "department_id"), ("level", "protection_level")):
        if filters.get(name, "").isdecimal():
            rows = rows.filter(**{lookup: int(filters[name][:9])})
    if filters.get("life") in Life.values:
        rows = rows.filter(life=filters["life"])
    if filters.get("status") in LABELS:
        rows = rows.filter(status=filters["status"])
    if filters.get("network"):
        rows = rows.filter(network__code=filters["network"])
    return rows.order_by("department_id", "code")


def with_counts(rows: QuerySet[InformationSystem]) -> QuerySet[InformationSystem]:
    """Each with how many tables and matters it holds."""
    return rows.annotate(
        table_count=Count("parts", filter=Q(parts__kind=SystemPart.Kind.TABLE), distinct=True),
        matter_count=Count("parts", filter=Q(parts__kind=SystemPart.Kind.MATTER), distinct=True),
    )


def departments_seen(actor: Any) -> QuerySet[Department]:
    """Departments that have a system this person sees, for the filter."""
    ids = InformationSystem.objects.visible_to(actor).values("department_id")
    return Department.objects.filter(pk__in=ids).order_by("level", "region__code", "id")


def database_kinds() -> QuerySet[Term]:
    """数据库类型: the format types under 数据库."""
    return Term.objects.of(TermKind.FORMAT_TYPE).filter(parent__code="DATABASE")


def timeline(system: InformationSystem) -> list[dict[str, Any]]:
    """流转记录 as the timeline component draws it, newest first."""
    changes = SystemStatusChange.objects.filter(system=system).select_related("by").order_by("-seq")
    entries = [
        {
            "at": change.at, "title": VERB_LABELS[change.verb], "who": change.by.name if change.by else "系统",
            "text": change.opinion, "state": "",
        }
        for change in changes
    ]  # fmt: skip
    created = system.created_by.name if system.created_by else "系统"
    entries.append({"at": system.created_at, "title": "登记", "who": created, "text": "", "state": ""})
    if system.status != Status.REGISTERED:
        entries.insert(0, {"at": None, "title": LABELS[Status(system.status)], "who": "", "text": "", "state": "now"})
    return entries


def own_for_form(department: Department) -> QuerySet[InformationSystem]:
    """The systems that an entry of this department may come from: not those switched off."""
    return InformationSystem.objects.filter(department=department).exclude(life=Life.STOPPED).order_by("code")
