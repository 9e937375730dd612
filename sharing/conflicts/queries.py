"""Reads over comparisons: what can be compared, who decides, and the rates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from catalog.mounts.models import TableVersion
from catalog.quality.models import LeadSource
from catalog.resources.models import DataItem, DataResource
from security.departments.models import Department
from security.departments.queries import authority_of
from sharing.conflicts.models import ComparedItem
from sharing.conflicts.rates import wilson
from sharing.grants.queries import data_access

MOST_CANDIDATES = 30


def candidates(actor: Any, resource: DataResource) -> QuerySet[DataResource]:
    """Other entries of other departments with mounted data and items of the same name or data element; most first."""
    own = resource.items.filter(retired_at=None)
    same = Q(items__name_key__in=own.values("name_key")) | Q(
        items__element_link__element__in=own.filter(element_link__isnull=False).values("element_link__element")
    )
    mounted = DataResource.objects.visible_to(actor).published().exclude(provider=resource.provider_id)
    mounted = mounted.filter(mount__current__isnull=False)
    found = mounted.annotate(common=Count("items", filter=same & Q(items__retired_at=None), distinct=True))
    return found.filter(common__gte=2).select_related("provider").order_by("-common", "id")[:MOST_CANDIDATES]


def items_of(resource: DataResource) -> list[DataItem]:
    """The items that the mounted version has, in order."""
    version = TableVersion.objects.filter(mount__resource=resource, state=TableVersion.State.CURRENT).first()
    loaded = {column["item_id"] for column in version.columns} if version else set()
    items = resource.items.filter(retired_at=None, pk__in=loaded).select_related("element_link")
    return list(items.order_by("position", "id"))


def suggested(left: Iterable[DataItem], right: Iterable[DataItem]) -> dict[int, int]:
    """Item of left → item of right: the same confirmed data element, or else the same name."""
    by_name = {item.name_key: item.pk for item in right}
    by_element = {link.element_id: item.pk for item in right if (link := getattr(item, "element_link", None))}
    pairs = {}
    for item in left:
        link = getattr(item, "element_link", None)
        found = by_element.get(link.element_id) if link else None
        found = found or by_name.get(item.name_key)
        if found:
            pairs[item.pk] = found
    return pairs


def closed_items(actor: Any, resource: DataResource, items: Iterable[DataItem], *, today: date) -> list[str]:
    """Names of the items that the actor may not take unmasked, in every row and without a day's figure, today."""
    opened = {
        entry.item.item_id
        for entry in data_access(actor, resource, today=today).opened
        if not (entry.is_masked or entry.rules or entry.is_counted)
    }
    return [item.name for item in items if item.pk not in opened]


def is_authority_of_both(actor: Any, left: DataResource, right: DataResource) -> bool:
    """Whether the actor's department is 主管部门 of the two providers."""
    own = {getattr(authority_of(side.provider), "pk", None) for side in (left, right)}
    return own == {actor.department.pk}


@dataclass(frozen=True)
class Line:
    """One pair of a finished comparison: the rate in per cent with its interval, and who decides."""

    row: ComparedItem
    rate: float
    low: float
    high: float
    lead: Department | None


def lines(comparison: Any) -> list[Line]:
    """Every pair, the highest rate first. Two queries."""
    rows = list(comparison.items.select_related("left_item__element_link", "right_item__element_link", "decided_by"))
    leads = _leads(rows)
    found = []
    for row in rows:
        low, high = wilson(row.different, row.compared)
        rate = row.different / row.compared * 100 if row.compared else 0.0
        found.append(Line(row, rate, low * 100, high * 100, next(_lead_among(row, leads), None)))
    return sorted(found, key=lambda line: (-line.rate, line.row.pk))


def lead_of_pair(row: ComparedItem) -> Department | None:
    """数源部门 of the data element that the left item, or else the right one, was confirmed to be."""
    return next(_lead_among(row, _leads([row])), None)


def _element(item: DataItem) -> int | None:
    link = getattr(item, "element_link", None)
    return link.element_id if link else None


def _leads(rows: Iterable[ComparedItem]) -> dict[int, Department]:
    elements = {_element(item) for row in rows for item in (row.left_item, row.right_item)} - {None}
    found = LeadSource.objects.filter(element__in=elements).select_related("department")
    return {lead.element_id: lead.department for lead in found}


def _lead_among(row: ComparedItem, leads: dict[int, Department]) -> Any:
    return (leads[key] for key in (_element(row.left_item), _element(row.right_item)) if key in leads)
