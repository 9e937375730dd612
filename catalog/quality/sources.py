"""一数一源: which items of a draft another department already supplies, from an index over every item of the catalog.

Candidates come by equality on `DataItem.name_key`, each key cut at `MOST_PER_KEY`, so that 姓名 with its hundred
thousand rows costs no more than a rare name; who may know of what is part of the same query. The few entries that share
most are then read whole and compared in Python.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Count

from catalog.quality.matching import Described, Dictionary, Match, compare
from catalog.quality.models import DataElement, ElementLink, LeadSource
from catalog.resources.models import DataItem, DataResource, ShareType
from catalog.taxonomy.models import Synonym
from security.departments.models import Department

MOST_PER_KEY = 200
"""Candidates that one spelling may bring, the oldest entries first."""
MOST_PER_KEY_OF_SHEET = 50
"""The same for a sheet of thousands of names."""
MOST_READ = 60
"""Entries that are read whole and compared."""
MOST_SHOWN = 8
"""Entries that are shown for sharing most; after them only those that bring an item not shown yet."""


@dataclass(frozen=True)
class Own:
    """One item of the draft: compared by `described`; `pk` None while it is not saved."""

    pk: int | None
    described: Described


@dataclass(frozen=True)
class Pair:
    """One item of the draft, and the item of another department that is the same."""

    own: Own
    item: DataItem
    share_type: str
    match: Match


@dataclass(frozen=True)
class Supplied:
    """One entry of another department with what it already supplies."""

    resource: DataResource
    pairs: tuple[Pair, ...]

    @property
    def unconditional(self) -> int:
        """How many of them are 无条件共享."""
        return sum(pair.share_type == ShareType.UNCONDITIONAL for pair in self.pairs)


@dataclass(frozen=True)
class Lead:
    """An item of the draft whose data element has a lead source elsewhere."""

    own: Own
    element: DataElement
    department: Department


@dataclass
class OneSource:
    """What the check found. `total`: items of the draft; `covered`: how many of them somebody supplies."""

    total: int
    supplied: list[Supplied] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)

    @property
    def covered(self) -> int:
        return len({pair.own.described.name for entry in self.supplied for pair in entry.pairs})


def dictionary() -> Dictionary:
    """Elements in use and the authority's synonyms; two queries."""
    groups = [synonym.words for synonym in Synonym.objects.order_by("id")]
    return Dictionary.of(DataElement.objects.in_use().order_by("id"), groups)


def own_items(resource: DataResource) -> list[Own]:
    """Items in use of an entry, with the elements that a person confirmed."""
    items = list(resource.items.filter(retired_at=None).order_by("position", "id"))
    confirmed = confirmed_elements(item.pk for item in items)
    return [Own(item.pk, described(item, resource.name, confirmed.get(item.pk))) for item in items]


def described(item: DataItem, entry: str, element_id: int | None) -> Described:
    """An item of the catalog as it is compared."""
    return Described(item.name, item.data_type, entry, item.description, element_id)


def confirmed_elements(item_ids: Iterable[int]) -> dict[int, int]:
    """Item → element, where the item still has the name under which it was confirmed."""
    links = ElementLink.objects.filter(item__in=list(item_ids), element__is_active=True)
    rows = links.values_list("item_id", "element_id", "item_name", "item__name")
    return {item: element for item, element, then, now in rows if then == now}


def look(actor: Any, own: Sequence[Own], *, provider: Department, words: Dictionary) -> OneSource:
    """What departments other than `provider` already supply of these items, as far as the actor may know of it."""
    found = OneSource(total=len(own), leads=_leads(own, provider, words))
    supplied = _compared(_candidates(actor, own, provider, words), own, words)
    supplied.sort(key=lambda entry: (-len(entry.pairs), -entry.unconditional, entry.resource.pk))
    shown: set[str] = set()
    for number, entry in enumerate(supplied):
        names = {pair.own.described.name for pair in entry.pairs}
        if (number < MOST_SHOWN and len(names) > 1) or not names <= shown:
            found.supplied.append(entry)
            shown |= names
    return found


def supplied_names(
    actor: Any, own: Sequence[Own], *, provider: Department, words: Dictionary
) -> list[tuple[int, int, int]]:
    """For a whole sheet: (entry, how many of these names it supplies, how many of them 无条件), the most first."""
    by_name: dict[str, Own] = {}
    by_element: dict[int, Own] = {}
    for one in own:
        by_name.setdefault(words.canonical(one.described.name), one)
        element = words.element_of(one.described.name)
        if element is not None:
            by_element.setdefault(element, one)
    best = _candidates(actor, own, provider, words, most_per_key=MOST_PER_KEY_OF_SHEET)
    entries = DataResource.objects.only("name", "share_type").in_bulk(best)
    named: dict[int, dict[str, bool]] = {}
    for item in DataItem.objects.filter(resource__in=entries, retired_at=None).order_by("resource_id", "position"):
        mine = by_name.get(words.canonical(item.name)) or by_element.get(words.element_of(item.name) or 0)
        entry = entries[item.resource_id]
        if mine is not None and compare(mine.described, described(item, entry.name, None), words):
            is_open = item.effective_share_type(entry) == ShareType.UNCONDITIONAL
            named.setdefault(entry.pk, {})[mine.described.name] = is_open
    found = [(pk, len(names), sum(names.values())) for pk, names in named.items()]
    return sorted(found, key=lambda line: (-line[1], -line[2], line[0]))


def candidate_sql(
    actor: Any, keys: Sequence[str], places: Sequence[int], provider: Department, most_per_key: int = MOST_PER_KEY
) -> tuple[str, list[Any]]:
    """The one statement that finds candidates: entries, those first that hit most places of the draft."""
    visible = DataResource.objects.visible_to(actor).published().exclude(provider=provider).order_by()
    inner, params = visible.values("id").query.sql_with_params()
    statement = (
        "SELECT hit.resource_id, count(DISTINCT wanted.place) AS shared "  # noqa: S608
        "FROM unnest(%s::text[], %s::int[]) AS wanted(key, place) "
        "CROSS JOIN LATERAL (SELECT item.resource_id FROM catalog_dataitem AS item "
        f"JOIN ({inner}) AS seen ON seen.id = item.resource_id "
        "WHERE item.name_key = wanted.key AND item.retired_at IS NULL "
        "ORDER BY item.resource_id LIMIT %s) AS hit "
        "GROUP BY hit.resource_id ORDER BY shared DESC, hit.resource_id LIMIT %s"
    )
    return statement, [list(keys), list(places), *params, most_per_key, MOST_READ]


def _candidates(
    actor: Any, own: Sequence[Own], provider: Department, words: Dictionary, most_per_key: int = MOST_PER_KEY
) -> list[int]:
    """Entries that may supply items of the draft, the likeliest first."""
    keys: list[str] = []
    places: list[int] = []
    for place, one in enumerate(own):
        spelled = words.keys(one.described)
        keys += spelled
        places += [place] * len(spelled)
    found: list[int] = []
    if keys:
        statement, params = candidate_sql(actor, keys, places, provider, most_per_key)
        with connection.cursor() as cursor:
            cursor.execute(statement, params)
            found = [pk for pk, _ in cursor.fetchall()]
    return list(dict.fromkeys([*_linked(actor, own, provider), *found]))


def _linked(actor: Any, own: Sequence[Own], provider: Department) -> list[int]:
    """Entries with items that a person confirmed as the same element, whatever they are called."""
    elements = {one.described.element_id for one in own if one.described.element_id}
    if not elements:
        return []
    visible = DataResource.objects.visible_to(actor).published().exclude(provider=provider)
    rows = ElementLink.objects.filter(
        element__in=elements, item__retired_at=None, item__resource__in=visible.values("pk")
    ).values("item__resource")
    most = rows.annotate(shared=Count("element", distinct=True)).order_by("-shared", "item__resource")
    return list(most.values_list("item__resource", flat=True)[:MOST_READ])


def _compared(resource_ids: Sequence[int], own: Sequence[Own], words: Dictionary) -> list[Supplied]:
    """Each candidate read whole, and for each own item its surest match there."""
    resources = DataResource.objects.select_related("provider").defer("search_text")
    by_id = resources.in_bulk(list(resource_ids))
    items: dict[int, list[DataItem]] = {}
    rows = list(DataItem.objects.filter(resource__in=by_id, retired_at=None).order_by("resource_id", "position", "id"))
    for item in rows:
        items.setdefault(item.resource_id, []).append(item)
    confirmed = confirmed_elements(item.pk for item in rows)
    kin = _Kin(own, words)
    found = []
    for pk, resource in by_id.items():
        best: dict[Own, Pair] = {}
        for item in items.get(pk, []):
            theirs = described(item, resource.name, confirmed.get(item.pk))
            for one in kin.of(theirs):
                match = compare(one.described, theirs, words)
                if match is not None and (one not in best or match.rank > best[one].match.rank):
                    best[one] = Pair(one, item, item.effective_share_type(resource), match)
        if best:
            found.append(Supplied(resource, tuple(best[one] for one in own if one in best)))
    return found


class _Kin:
    """Own items by what they may be compared with, so that not each is compared with each."""

    def __init__(self, own: Sequence[Own], words: Dictionary) -> None:
        self._words = words
        self._by: dict[str | int, dict[Own, None]] = {}
        for one in own:
            for key in self._keys(one.described):
                self._by.setdefault(key, {})[one] = None

    def of(self, theirs: Described) -> dict[Own, None]:
        """Own items of the same spelling or element."""
        return {one: None for key in self._keys(theirs) for one in self._by.get(key, ())}

    def _keys(self, item: Described) -> list[str | int]:
        element = item.element_id or self._words.element_of(item.name)
        return [self._words.canonical(item.name), *([element] if element else [])]


def _leads(own: Sequence[Own], provider: Department, words: Dictionary) -> list[Lead]:
    """Items of the draft that another department is to keep."""
    elements = {one: one.described.element_id or words.element_of(one.described.name) for one in own}
    rows = LeadSource.objects.filter(element__in=[pk for pk in elements.values() if pk]).exclude(department=provider)
    leads = {row.element_id: row for row in rows.select_related("element", "department")}
    return [
        Lead(one, leads[pk].element, leads[pk].department)
        for one, pk in elements.items()
        if pk is not None and pk in leads
    ]
