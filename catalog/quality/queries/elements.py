"""Reads over data elements: where each is carried, and by how many departments."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from catalog.quality import sources
from catalog.quality.matching import Described, Dictionary, needs_entry
from catalog.quality.models import DataElement, ElementLink, ImportLook, LeadSource
from catalog.resources.models import DataItem, DataResource
from catalog.resources.workflow import Status


@dataclass(frozen=True)
class Carrier:
    """One item of an entry, the element it is or may be, and whether a person said so."""

    item: DataItem
    element: DataElement
    lead: LeadSource | None
    is_confirmed: bool


@dataclass(frozen=True)
class Spread:
    """How far an element is spread over the published catalog."""

    element: DataElement
    departments: int
    entries: int
    lead: LeadSource | None


def elements(*, text: str = "", is_led: bool = False) -> QuerySet[DataElement]:
    """Data elements in use whose name, identifier or another name contains `text`."""
    rows = DataElement.objects.in_use().select_related("lead_source__department")
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(identifier__icontains=text) | Q(aliases__icontains=text))
    if is_led:
        rows = rows.filter(lead_source__isnull=False)
    return rows.order_by("id")


def keys_of(element: DataElement, words: Dictionary) -> list[str]:
    """Every key under which an item of this element may stand."""
    return words.keys(Described(element.name, element.data_type, element_id=element.pk))


def carriers(actor: Any, element: DataElement) -> QuerySet[DataItem]:
    """Items of published entries the actor may know of that are called like this element, or were confirmed as it."""
    visible = DataResource.objects.visible_to(actor).published()
    linked = ElementLink.objects.filter(element=element).values("item")
    called = Q(name_key__in=keys_of(element, sources.dictionary())) & Q(element_link__isnull=True)
    rows = DataItem.objects.filter(called | Q(pk__in=linked), retired_at=None, resource__in=visible.values("pk"))
    return rows.select_related("resource__provider", "element_link").order_by(
        "resource__provider_id", "resource_id", "id"
    )


def duplicates(*, least: int = 2) -> list[Spread]:
    """Elements that several departments carry, the widest spread first. For the authority, who sees every entry.
    A name that says something only together with its entry (发证日期, 经度) is no duplicate for standing twice.
    """
    words = sources.dictionary()
    telling = [one for one in words.elements.values() if not needs_entry(words.canonical(one.name))]
    pairs = [(element.pk, key) for element in telling for key in keys_of(element, words)]  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wanted.element, count(DISTINCT entry.provider_id), count(DISTINCT entry.id) "
            "FROM unnest(%s::int[], %s::text[]) AS wanted(element, key) "
            "JOIN catalog_dataitem AS item ON item.name_key = wanted.key AND item.retired_at IS NULL "
            "JOIN catalog_dataresource AS entry ON entry.id = item.resource_id AND entry.status = %s "
            "GROUP BY wanted.element HAVING count(DISTINCT entry.provider_id) >= %s ORDER BY 2 DESC, 3 DESC, 1",
            [[pk for pk, _ in pairs], [key for _, key in pairs], Status.PUBLISHED, least],
        )
        rows: Sequence[tuple[int, int, int]] = cursor.fetchall()
    found = DataElement.objects.select_related("lead_source__department").in_bulk([pk for pk, _, _ in rows])
    return [Spread(found[pk], departments, entries, lead_of(found[pk])) for pk, departments, entries in rows]


def items_with_elements(resource: DataResource) -> list[Carrier]:
    """Items of an entry that are, or are called like, a data element; with its lead source."""
    words = sources.dictionary()
    items = list(resource.items.filter(retired_at=None).order_by("position", "id"))
    confirmed = sources.confirmed_elements(item.pk for item in items)
    meant = {item: confirmed.get(item.pk) or words.element_of(item.name) for item in items}
    found = DataElement.objects.select_related("lead_source__department").in_bulk([pk for pk in meant.values() if pk])
    return [
        Carrier(item, found[pk], lead_of(found[pk]), item.pk in confirmed) for item, pk in meant.items() if pk in found
    ]


def lead_of(element: DataElement) -> LeadSource | None:
    """Its lead source, when the authority set one."""
    return getattr(element, "lead_source", None)


def lines_of(actor: Any, look: ImportLook) -> list[tuple[DataResource, int, int]]:
    """(entry, names it supplies, of those 无条件) of a compared sheet: those entries that the actor may know of now."""
    visible = DataResource.objects.visible_to(actor).published().select_related("provider")
    entries = visible.defer("search_text").in_bulk([pk for pk, _, _ in look.found])
    return [(entries[pk], names, free) for pk, names, free in look.found if pk in entries]
