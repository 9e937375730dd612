"""Finding entries: Chinese substrings from one character on, in name, abstract, items, provider, code.

`search_grams` (characters and neighbouring pairs) finds candidates by index; words of three characters and more are
rechecked on the text itself, so the result is exactly that of a substring search (bench.md: recall and precision 1).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Case, F, Func, Q, TextField, Value, When
from django.db.models.expressions import RawSQL

from catalog.resources.models import DataItem, DataResource, Grade, ShareType
from catalog.resources.workflow import Status
from catalog.taxonomy.models import Term, TermKind
from catalog.taxonomy.names import names_of
from security.departments.models import Department, Level

PAGE_SIZE = 20
MOST_WORDS = 8
LONGEST_TEXT = 100
SNIPPET = 120
_WIDE = str.maketrans(
    "０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ（）\u3000",
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz() ",
)
MOUNT_KINDS = {"TABLE": "库表", "FILE": "文件", "API": "接口", "IMAGERY": "遥感影像", None: "未挂接"}

FACETS: dict[str, tuple[str, str]] = {
    "share_type": ("共享类型", "share_type"),
    "provider": ("提供部门", "provider_id"),
    "level": ("层级", "provider__level"),
    "theme": ("主题分类", "theme_id"),
    "base_library": ("基础库", "base_library_id"),
    "mount": ("资源形态", "mount__kind"),
    "cycle": ("更新周期", "update_cycle"),
    "grade": ("数据分级", "grade"),
}
"""key → (words, column). The key is the query parameter of the page and of REST."""

SORTS = {"relevance": "相关", "published": "最新发布", "updated": "最近更新", "name": "名称"}


@dataclass(frozen=True)
class Piece:
    """A stretch of text, hit or not."""

    text: str
    is_hit: bool = False


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
class Option:
    value: str
    label: str
    count: int
    is_selected: bool = False


@dataclass(frozen=True)
class Facet:
    key: str
    label: str
    options: tuple[Option, ...]


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
    sorts: Mapping[str, str] = field(default_factory=lambda: SORTS)

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.page_count


def fold(text: str) -> str:
    """As `gd_fold` of the database: half width, lower case."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text.translate(_WIDE))


def words_of(text: str) -> list[str]:
    """The words of a query, folded; each must occur."""
    return list(dict.fromkeys(fold(text.replace("\x00", "")[:LONGEST_TEXT]).split()))[:MOST_WORDS]


def matching(queryset: Any, words: Sequence[str]) -> Any:
    """Entries whose text holds every word."""
    if not words:
        return queryset
    grams = {gram for word in words for gram in _grams(word)}
    query = " & ".join("'{}'".format(gram.replace("\\", "\\\\").replace("'", "''")) for gram in sorted(grams))
    queryset = queryset.annotate(
        _found=RawSQL("catalog_dataresource.search_grams @@ %s::tsquery", (query,), output_field=BooleanField())
    ).filter(_found=True)
    long_words = [word for word in words if len(word) > 2]
    if long_words:
        queryset = queryset.annotate(_folded=_folded("search_text"))
        for word in long_words:
            queryset = queryset.filter(_folded__contains=word)
    return queryset


def _grams(word: str) -> Iterator[str]:
    if len(word) == 1:
        yield word
    for start in range(len(word) - 1):
        yield word[start : start + 2]


def _folded(column: str) -> Func:
    return Func(F(column), function="gd_fold", output_field=TextField())


def filtered(queryset: Any, filters: Mapping[str, Sequence[str]], *, but: str = "") -> Any:
    """Narrow by the facets' values; several values of one facet are alternatives. Unknown values find nothing."""
    for key, values in filters.items():
        if key == but or not values:
            continue
        if key in ("theme", "base_library"):
            queryset = queryset.filter(**{f"{key}__code__in": values})
        elif key in ("provider", "grade"):
            numbers = [int(value) for value in values if str(value).isdecimal() and len(str(value)) < 18]
            queryset = queryset.filter(**{f"{FACETS[key][1]}__in": numbers})
        elif key == "mount" and "NONE" in values:
            queryset = queryset.filter(Q(mount=None) | Q(mount__kind__in=values))
        else:
            queryset = queryset.filter(**{f"{FACETS[key][1]}__in": list(values)})
    return queryset


def search(
    actor: Any,
    *,
    text: str = "",
    filters: Mapping[str, Sequence[str]] | None = None,
    sort: str = "relevance",
    page: int = 1,
    page_size: int = PAGE_SIZE,
) -> SearchPage:
    """Published entries this actor may know of, that hold every word of `text`."""
    chosen = {key: tuple(str(value) for value in (filters or {}).get(key, ()) if value) for key in FACETS}
    words = words_of(text)
    base = matching(DataResource.objects.visible_to(actor).filter(status=Status.PUBLISHED), words)
    found = filtered(base, chosen)
    counts, total = _counts(found, [key for key in FACETS if not chosen[key]])
    for key in (key for key in FACETS if chosen[key]):
        counts |= _counts(filtered(base, chosen, but=key), [key])[0]
    sort = sort if sort in SORTS else "relevance"
    page_count = max(1, -(-total // page_size))
    number = min(max(page, 1), page_count)
    start = (number - 1) * page_size
    rows = list(
        _sorted(found, words, sort)
        .select_related("provider", "theme", "base_library", "mount")
        .defer("search_text", "search_grams")[start : start + page_size]
    )
    return SearchPage(
        text=text.strip()[:LONGEST_TEXT],
        filters=chosen,
        sort=sort,
        rows=tuple(_hits(rows, words)),
        total=total,
        facets=_facets(counts, chosen),
        number=number,
        page_count=page_count,
    )


def _sorted(queryset: Any, words: Sequence[str], sort: str) -> Any:
    if sort == "updated":
        return queryset.order_by(F("data_updated_at").desc(nulls_last=True), "-published_at", "-id")
    if sort == "name":
        return queryset.order_by("name", "id")
    if sort == "relevance" and words:
        in_name = Q()
        queryset = queryset.annotate(_name=_folded("name"))
        for word in words:
            in_name &= Q(_name__contains=word)
        rank = Case(When(Q(_name=" ".join(words)), then=Value(0)), When(in_name, then=Value(1)), default=Value(2))
        return queryset.order_by(rank, "-published_at", "-id")
    return queryset.order_by("-published_at", "-id")


def _counts(queryset: Any, keys: Sequence[str]) -> tuple[dict[str, dict[Any, int]], int]:
    """How many entries have each value of each facet, and how many there are, in one pass (GROUPING SETS)."""
    columns = [FACETS[key][1] for key in keys]
    try:
        sql, params = queryset.order_by().values_list("id", *columns).query.sql_with_params()
    except EmptyResultSet:
        return {key: {} for key in keys}, 0
    names = [f"c{number}" for number in range(len(columns))]
    inner = ", ".join(["id", *names])
    sets = ", ".join([*(f"({name})" for name in names), "()"])
    head = ", ".join([*names, *(f"grouping({name})" for name in names), "count(*)"])
    with connection.cursor() as cursor:
        # Column names are ours; the text a user typed is only in `params`.
        cursor.execute(f"SELECT {head} FROM ({sql}) AS found ({inner}) GROUP BY GROUPING SETS ({sets})", params)  # noqa: S608
        rows = cursor.fetchall()
    size = len(names)
    counts: dict[str, dict[Any, int]] = {key: {} for key in keys}
    total = 0
    for row in rows:
        values, grouping, number = row[:size], row[size : 2 * size], row[-1]
        if all(grouping):
            total = number
            continue
        index = grouping.index(0)
        counts[keys[index]][values[index]] = number
    return counts, total


def _facets(counts: Mapping[str, Mapping[Any, int]], chosen: Mapping[str, tuple[str, ...]]) -> tuple[Facet, ...]:
    providers = dict(Department.objects.filter(pk__in=counts["provider"]).values_list("pk", "short_name"))
    term_ids = {pk for key in ("theme", "base_library") for pk in counts[key] if pk}
    terms = {term.pk: term for term in Term.objects.filter(pk__in=term_ids)}
    labels: dict[str, Mapping[Any, str]] = {
        "share_type": dict(ShareType.choices),
        "provider": providers,
        "level": dict(Level.choices),
        "mount": MOUNT_KINDS,
        "cycle": names_of(TermKind.UPDATE_CYCLE),
        "grade": {grade.value: f"L{grade.value} {grade.label}" for grade in Grade},
    }
    facets = []
    for key, (label, _) in FACETS.items():
        options = []
        for value, count in counts[key].items():
            if key in ("theme", "base_library"):
                if value is None:
                    continue
                code, words = terms[value].code, terms[value].name
            else:
                code, words = ("NONE" if value is None else str(value)), labels[key].get(value, str(value))
            options.append(Option(code, words, count, code in chosen[key]))
        facets.append(Facet(key, label, tuple(sorted(options, key=lambda option: (-option.count, option.label)))))
    return tuple(facets)


def _hits(rows: Sequence[DataResource], words: Sequence[str]) -> Iterator[SearchHit]:
    items = _hit_items([row.pk for row in rows], words) if words else {}
    for row in rows:
        hit = items.get(row.pk, [])
        yield SearchHit(
            resource=row,
            name=pieces(row.name, words),
            abstract=pieces(snippet(row.abstract, words), words),
            items=tuple(pieces(name, words) for _, name in hit[:6]),
            hit_item_ids=tuple(pk for pk, _ in hit),
        )


def _hit_items(resource_ids: Sequence[int], words: Sequence[str]) -> dict[int, list[tuple[int, str]]]:
    hits = Q()
    for word in words:
        hits |= Q(_folded__contains=word)
    found: dict[int, list[tuple[int, str]]] = {}
    items = (
        DataItem.objects.filter(resource_id__in=resource_ids, retired_at=None)
        .annotate(_folded=_folded("name"))
        .filter(hits)
        .order_by("resource_id", "position")
    )
    for resource_id, pk, name in items.values_list("resource_id", "pk", "name"):
        found.setdefault(resource_id, []).append((pk, name))
    return found


def pieces(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """The text cut where the words stand, for highlighting without markup in the data."""
    folded = fold(text)
    marks = bytearray(len(text))
    for word in words:
        start = folded.find(word)
        while start >= 0:
            marks[start : start + len(word)] = b"\x01" * len(word)
            start = folded.find(word, start + 1)
    found: list[Piece] = []
    start = 0
    for position in range(1, len(text) + 1):
        if position == len(text) or marks[position] != marks[start]:
            found.append(Piece(text[start:position], bool(marks[start])))
            start = position
    return tuple(found)


def snippet(text: str, words: Sequence[str], length: int = SNIPPET) -> str:
    """A stretch of the abstract around the first hit."""
    if len(text) <= length:
        return text
    folded = fold(text)
    first = min((place for word in words if (place := folded.find(word)) >= 0), default=0)
    start = max(0, min(first - length // 4, len(text) - length))
    return ("…" if start else "") + text[start : start + length] + ("…" if start + length < len(text) else "")
