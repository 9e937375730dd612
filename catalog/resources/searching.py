"""Finding entries: any piece of Chinese from one character on, pinyin, codes; exact, ranked, counted, behind the wall.

The search reads one slim table (`SearchRow`) that triggers keep in the transaction of every change. Relevance is a list
of tiers: the name itself, in the name, an item or tag of exactly that name, anywhere else; within a tier use and
freshness. Each tier stops once the page is full, so that a common word costs no more than a rare one.
"""
# ruff: noqa: S608, S611  every name in the statements is ours; what was typed is in the parameters

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, F, Func, Q, TextField
from django.db.models.expressions import RawSQL

from catalog.resources.models import DataItem, DataResource
from catalog.resources.search_conditions import (
    Access,
    Condition,
    both,
    holds,
    in_name,
    is_whole_line,
    matches,
    names,
    narrowings,
    negated,
    stands,
    tie,
    wall,
    whole_line,
)
from catalog.resources.search_facets import FACETS, Facet, Option, count, facets
from catalog.resources.search_order import Tier, ask, is_common
from catalog.resources.search_words import (
    LONGEST_TEXT,
    Piece,
    Word,
    pieces,
    snippet,
    with_variants,
    words_of,
)
from catalog.resources.workflow import Status
from gdshare.lib.folding import fold

__all__ = [
    "FACETS", "SORTS", "Access", "Facet", "Option", "Piece", "SearchHit", "SearchPage", "filtered", "fold", "matching",
    "pieces", "search", "snippet", "standing_as", "suggest", "words_of",
]  # fmt: skip

PAGE_SIZE = 20
MOST_SUGGESTED = 8
READ_TO_SUGGEST = 24
"""Entries that suggestions are taken from: the best of those that match."""
SORTS = {"relevance": "相关", "published": "最新发布", "updated": "最近更新", "name": "名称"}
ORDERS = {
    "relevance": "s.standing DESC, s.resource_id DESC",
    "published": "s.published_at DESC, s.resource_id DESC",
    "updated": "s.data_updated_at DESC NULLS LAST, s.resource_id DESC",
    "name": "s.name, s.resource_id",
}


@dataclass(frozen=True)
class SearchHit:
    """One row of the result: the entry, and where the words stand in it."""

    resource: DataResource
    name: tuple[Piece, ...]
    abstract: tuple[Piece, ...]
    items: tuple[tuple[Piece, ...], ...]
    """命中信息项."""
    hit_item_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class SearchPage:
    """What the page of results needs, and nothing else."""

    text: str
    filters: Mapping[str, tuple[str, ...]]
    sort: str
    rows: tuple[SearchHit, ...]
    total: int
    facets: tuple[Facet, ...]
    number: int
    page_count: int
    also: tuple[str, ...] = ()
    """同时查找了: the synonyms that were looked for besides."""
    sorts: Mapping[str, str] = field(default_factory=lambda: SORTS)

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.page_count


@dataclass(frozen=True)
class Suggestion:
    """Something to look for, while typing."""

    text: str
    kind: str
    pieces: tuple[Piece, ...] = ()


def search(
    actor: Any,
    *,
    text: str = "",
    filters: Mapping[str, Sequence[str]] | None = None,
    sort: str = "relevance",
    page: int = 1,
    page_size: int = PAGE_SIZE,
    access: Access | None = None,
) -> SearchPage:
    """Published entries this actor may know of, that hold every word of `text`."""
    access = access or Access()
    chosen = {key: tuple(str(value) for value in (filters or {}).get(key, ()) if value) for key in FACETS}
    words = with_variants(words_of(text))
    narrowed = narrowings(chosen, actor, access)
    counts, total = count(actor, matches(words), narrowed, chosen, access)
    sort = sort if sort in SORTS else "relevance"
    page_count = max(1, -(-total // page_size))
    number = min(max(page, 1), page_count)
    ids = page_of_ids(actor, words, both(narrowed.values()), sort=sort, start=(number - 1) * page_size, size=page_size)
    return SearchPage(
        text=text.strip()[:LONGEST_TEXT],
        filters=chosen,
        sort=sort,
        rows=tuple(_hits(_rows(ids), words)),
        total=total,
        facets=facets(counts, chosen),
        number=number,
        page_count=page_count,
        also=tuple(variant for word in words for variant in word.variants),
    )


def page_of_ids(
    actor: Any, words: Sequence[Word], narrowed: Condition, *, sort: str, start: int, size: int
) -> list[int]:
    """The entries of one page, in order."""
    seen = both([wall(actor), narrowed])
    tiers = _tiers(words) if sort == "relevance" and words else [Tier(matches(words), holds(words))]
    most = start + size
    parts = [
        tier.best(f"t{n}", "s.resource_id", seen=seen, order=ORDERS[sort], most=most) for n, tier in enumerate(tiers)
    ]
    sql = " UNION ALL ".join(part.sql for part in parts)
    params = [value for part in parts for value in part.params]
    return [pk for (pk,) in ask(f"SELECT resource_id FROM ({sql}) AS tiers LIMIT %s", [*params, most])][start:]


def _tiers(words: Sequence[Word]) -> list[Tier]:
    """Best first, none overlapping. The database reads a tier only when those before did not fill the page."""
    whole = " ".join(word.text for word in words)
    exact = Condition("s.name = %s", (whole,))
    named, lined = in_name(words), is_whole_line(words)
    better = [negated(named), negated(lined)] if len(words) == 1 else [negated(named), negated(exact)]
    line = [Tier(both([whole_line(words), negated(named)]))] if len(words) == 1 else []
    return [
        Tier(exact),
        Tier(both([names(words), negated(exact)]), both([named, negated(exact)])),
        *line,
        Tier(both([*better, matches(words)]), both([*better, holds(words)])),
    ]


def suggest(actor: Any, text: str, *, limit: int = MOST_SUGGESTED) -> list[Suggestion]:
    """Names, then items, tags and providers, of entries this actor may know of; one statement behind the wall."""
    typed = words_of(text)
    words = [Word(word) for word in typed]
    if not words:
        return []
    named, anywhere = Tier(names(words), in_name(words)), Tier(matches(words), holds(words))
    head = named if not words[-1].is_latin else anywhere
    seen, order = wall(actor), ORDERS["relevance"]
    first = head.best("h", "s.resource_id, s.name, s.standing", seen=seen, order=order, most=READ_TO_SUGGEST)
    every = anywhere.best("a", "s.name, s.body", seen=seen, order=order, most=READ_TO_SUGGEST)
    sql = f"""
(SELECT 1, max(r.name), max(t.standing) FROM ({first.sql}) AS t
 JOIN catalog_dataresource r ON r.id = t.resource_id GROUP BY t.name ORDER BY 3 DESC, t.name LIMIT %s)
UNION ALL
(SELECT 2, line, count(*) FROM ({every.sql}) AS t, unnest(string_to_array(t.body, E'\\n')) AS line
 WHERE strpos(line, %s) > 0 AND length(line) <= 24 AND line <> t.name GROUP BY line ORDER BY 3 DESC, 2 LIMIT %s)
"""
    rows = ask(sql, [*first.params, limit, *every.params, typed[0], limit])
    of_kind = {1: [text for kind, text, _ in rows if kind == 1], 2: [text for kind, text, _ in rows if kind == 2]}
    lines = of_kind[2][: max(3, limit - len(of_kind[1]))]
    found = [(name, "资源") for name in of_kind[1][: limit - len(lines)]] + [(line, "信息项或部门") for line in lines]
    return [Suggestion(name, kind, pieces(name, typed)) for name, kind in found]


def matching(queryset: Any, words: Sequence[str]) -> Any:
    """Entries of any status whose text holds every word: the published by the search's table, the rest by reading.

    Lists in an order of their own: where the words are common, a walk along it soon has a page; else the few are found.
    """
    if not words:
        return queryset
    meant = with_variants(words)
    text = Q()
    for word in meant:
        one = Q()
        for spelling in word.spellings:
            one |= Q(_folded__contains=spelling)
        text &= one
    unlisted = ~Q(status=Status.PUBLISHED) & text  # in this order: folding the text of a published row costs 0.1 ms
    queryset = queryset.alias(_folded=_folded("search_text"))
    told = holds(meant)
    if is_common(told):
        row = f"(SELECT {told.sql} FROM catalog_searchrow s WHERE s.resource_id = catalog_dataresource.id)"
        return queryset.filter(Q(RawSQL(row, told.params, BooleanField())) | unlisted)
    found = matches(meant)
    try:
        others, params = queryset.filter(unlisted).order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:  # of a reader who sees nothing
        return queryset.none()
    either = f"(SELECT s.resource_id FROM catalog_searchrow s WHERE {found.sql} UNION ALL ({others}))"
    return queryset.filter(pk__in=RawSQL(either, (*found.params, *params)))


def filtered(queryset: Any, filters: Mapping[str, Sequence[str]]) -> Any:
    """Narrow a list of entries of any status by the facets' values; several values of one facet are alternatives.
    Unknown values find nothing.
    """
    columns = {
        "share_type": "share_type", "level": "provider__level", "region": "region__code", "theme": "theme__code",
        "base_library": "base_library__code", "format": "format_category", "cycle": "update_cycle", "open": "open_type",
        "freshness": "freshness",
    }  # fmt: skip
    for key, values in filters.items():
        if not values or key == "available":
            continue
        if key in ("provider", "grade"):
            numbers = [int(value) for value in values if str(value).isdecimal() and len(str(value)) < 18]
            queryset = queryset.filter(**{f"{'provider_id' if key == 'provider' else 'grade'}__in": numbers})
        elif key == "mount":
            none = Q(mount=None) if "NONE" in values else Q()
            queryset = queryset.filter(Q(mount__kind__in=list(values)) | none if none else Q(mount__kind__in=values))
        elif key == "region":
            codes = list(values)
            queryset = queryset.filter(Q(region__code__in=codes) | Q(region=None, provider__region__code__in=codes))
        else:
            queryset = queryset.filter(**{f"{columns[key]}__in": list(values)})
    return queryset


def standing_as(queryset: Any, actor: Any, values: Sequence[str], access: Access) -> Any:
    """Narrow a list of published entries by 我能否获取."""
    if not values:
        return queryset
    one = stands(values, access, tie(actor, access))
    return queryset.filter(
        pk__in=RawSQL(f"(SELECT s.resource_id FROM catalog_searchrow s WHERE {one.sql})", one.params)
    )


def _folded(column: str) -> Func:
    return Func(F(column), function="gd_fold", output_field=TextField())


def _rows(ids: Sequence[int]) -> list[DataResource]:
    rows = DataResource.objects.select_related("provider", "theme", "base_library", "mount").defer(
        "search_text", "pinyin", "share_scope", "share_purposes", "share_conditions", "open_conditions", "source_url",
        "provider__duties", "provider__aliases",
    )  # fmt: skip
    by_id = rows.in_bulk(ids)
    return [by_id[pk] for pk in ids if pk in by_id]


def _hits(rows: Sequence[DataResource], words: Sequence[Word]) -> Iterator[SearchHit]:
    spellings = [spelling for word in words for spelling in word.spellings]
    items = _hit_items([row.pk for row in rows], spellings) if words else {}
    for row in rows:
        hit = items.get(row.pk, [])
        yield SearchHit(
            resource=row,
            name=pieces(row.name, spellings),
            abstract=pieces(snippet(row.abstract, spellings), spellings),
            items=tuple(pieces(name, spellings) for _, name in hit[:6]),
            hit_item_ids=tuple(pk for pk, _ in hit),
        )


def _hit_items(resource_ids: Sequence[int], spellings: Sequence[str]) -> dict[int, list[tuple[int, str]]]:
    hits = Q()
    for spelling in spellings:
        hits |= Q(_folded__contains=spelling)
    found: dict[int, list[tuple[int, str]]] = {}
    items = (
        DataItem.objects.filter(resource_id__in=resource_ids, retired_at=None)
        .alias(_folded=_folded("name"))
        .filter(hits)
        .order_by("resource_id", "position")
    )
    for resource_id, pk, name in items.values_list("resource_id", "pk", "name"):
        found.setdefault(resource_id, []).append((pk, name))
    return found
