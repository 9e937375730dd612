"""Reads over demands: what the catalog has already, whose duty it may be, what waits for whom."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from catalog.quality import sources
from catalog.quality.matching import Described
from catalog.resources import searching
from catalog.resources.models import DataResource
from catalog.systems.models import InformationSystem
from gdshare.lib.clock import day_of
from gdshare.rules import queries as rules
from gdshare.rules.workdays import workdays_between
from security.departments.models import Department
from sharing.demands.models import DataDemand

MOST_SHOWN = 6


@dataclass(frozen=True)
class Match:
    """One published entry that may be what is wanted, and why: `names` are the wished items it supplies."""

    resource: DataResource
    names: tuple[str, ...]


def matches(actor: Any, *, title: str, item_names: Sequence[str], department: Department) -> list[Match]:
    """What the catalog has of it, as far as the actor may know: by its items, then by its words. Both searches ask
    for the permission within the same query.
    """
    found = {
        entry.resource.pk: Match(entry.resource, tuple(dict.fromkeys(pair.own.described.name for pair in entry.pairs)))
        for entry in _supplied(actor, item_names, department).supplied
    }
    page = searching.search(actor, text=title, page_size=MOST_SHOWN)
    for hit in page.rows:
        found.setdefault(hit.resource.pk, Match(hit.resource, ()))
    return sorted(found.values(), key=lambda match: (-len(match.names), match.resource.pk))[:MOST_SHOWN]


def _supplied(actor: Any, item_names: Sequence[str], department: Department) -> sources.OneSource:
    own = [sources.Own(None, Described(name, "C")) for name in item_names]
    return sources.look(actor, own, provider=department, words=sources.dictionary())


@dataclass
class Likely:
    """A department whose duty it may be, with the reasons."""

    department: Department
    weight: int = 0
    reasons: list[str] = field(default_factory=list)


def likely_duties(actor: Any, demand: DataDemand) -> list[Likely]:
    """Whose duty it seems: 数源部门 of a wished item, who supplies such items, whose systems, matters or duties
    speak of it. The best first; those that said "not mine" and the demander are left out.
    """
    found: dict[int, Likely] = {}

    def add(department: Department, weight: int, reason: str) -> None:
        line = found.setdefault(department.pk, Likely(department))
        line.weight += weight
        line.reasons.append(reason)

    source = _supplied(actor, demand.item_names, demand.department)
    for lead in source.leads:
        add(lead.department, 5, f"“{lead.own.described.name}”的数源部门")
    for entry in source.supplied:
        add(entry.resource.provider, len(entry.pairs), f"《{entry.resource.name}》已提供其中 {len(entry.pairs)} 项")
    words = [word for word in demand.title.split() if len(word) > 1]
    if words:
        named = Q()
        for word in words:
            named |= Q(name__icontains=word) | Q(parts__name__icontains=word)
        for system in InformationSystem.objects.filter(named).select_related("department").distinct()[:MOST_SHOWN]:
            add(system.department, 3, f"信息系统“{system.name}”")
        spoken = Q()
        for word in words:
            spoken |= Q(duties__icontains=word)
        for department in Department.objects.filter(spoken, is_active=True)[:MOST_SHOWN]:
            add(department, 3, "职责中写到")
    left_out = {demand.department_id, *demand.steps.filter(verb="decline").values_list("duty_id", flat=True)}
    lines = [line for line in found.values() if line.department.pk not in left_out]
    return sorted(lines, key=lambda line: (-line.weight, line.department.pk))[:MOST_SHOWN]


def shown_resource(actor: Any, demand: DataDemand) -> DataResource | None:
    """The entry that answers, or will answer, the demand, when the actor may know of it."""
    if demand.resource_id is None:
        return None
    return DataResource.objects.visible_to(actor).filter(pk=demand.resource_id).first()


def entries_for(demand: DataDemand) -> Any:
    """Published entries of the department whose duty it is: what the demand may be fulfilled by."""
    return DataResource.objects.published().filter(provider=demand.duty).defer("search_text").order_by("-id")[:200]


def age(demand: DataDemand, *, today: date) -> int:
    """Working days since it was submitted, to its end or to today."""
    until = day_of(demand.closed_at) if demand.closed_at else today
    return workdays_between(day_of(demand.submitted_at), until, rules.calendar())
