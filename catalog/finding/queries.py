"""Reads of what a person keeps, of what is near an entry, and of what a saved search would find anew."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import QueryDict

from catalog.finding.models import Favourite, RecentView, SavedSearch, Subscription
from catalog.resources.models import DataItem, DataResource, DataResourceGroupObjectPermission
from catalog.resources.search_conditions import Access, Condition, both, matches, narrowings, wall
from catalog.resources.search_words import with_variants
from catalog.resources.searching import FACETS, words_of
from catalog.resources.workflow import Status
from security.access import roles
from security.access.permissions import Permission
from security.accounts.models import Membership

NAMES_TOLD = 3
RELATED_SHOWN = 6
LEAST_SHARED = 2
"""One item in common (a name, a remark) says nothing."""
CANDIDATES = 12
PER_NAME = 300
"""Entries looked at per item name: a name that thousands of entries have brings no two of them closer."""


@dataclass(frozen=True)
class Marks:
    """How a person stands to one entry."""

    is_starred: bool
    is_followed: bool


@dataclass(frozen=True)
class Related:
    """An entry near another, and why."""

    resource: DataResource
    reason: str


def marks(actor: Any, resource: DataResource) -> Marks:
    """Whether he keeps it, whether he follows it."""
    return Marks(
        Favourite.objects.of(actor).filter(resource=resource).exists(),
        Subscription.objects.of(actor).filter(resource=resource).exists(),
    )


def starred_among(actor: Any, resource_ids: Iterable[int]) -> frozenset[int]:
    """Which of these he keeps, in one query."""
    rows = Favourite.objects.of(actor).filter(resource__in=list(resource_ids))
    return frozenset(rows.values_list("resource_id", flat=True))


def recent(actor: Any, limit: int) -> list[DataResource]:
    """What he looked at last, newest first, cut by what he may still see."""
    visible = DataResource.objects.visible_to(actor).values("pk")
    views = RecentView.objects.of(actor).filter(resource__in=visible).select_related("resource__provider")
    return [view.resource for view in views.defer("resource__search_text").order_by("-at")[:limit]]


def favourites(actor: Any) -> QuerySet[DataResource]:
    """Entries he keeps and may see, the latest kept first."""
    kept = Favourite.objects.of(actor)
    return (
        DataResource.objects.visible_to(actor)
        .filter(pk__in=kept.values("resource"))
        .annotate(kept_at=_mine(kept, "added_at"))
        .order_by("-kept_at", "-pk")
    )


def subscriptions(actor: Any) -> QuerySet[DataResource]:
    """Entries he follows and may see, the latest first."""
    followed = Subscription.objects.of(actor)
    return (
        DataResource.objects.visible_to(actor)
        .filter(pk__in=followed.values("resource"))
        .annotate(kept_at=_mine(followed, "added_at"))
        .order_by("-kept_at", "-pk")
    )


def _mine(rows: Any, column: str) -> Any:
    return Subquery(rows.filter(resource=OuterRef("pk")).values(column)[:1])


def saved_searches(actor: Any) -> list[SavedSearch]:
    """His own, by name."""
    return list(SavedSearch.objects.of(actor).order_by("name", "id"))


# ── the address of a search ───────────────────────────────────────────────────────────────────────────────────────


def normalised(query: str) -> str:
    """The part of an address that narrows a search: words, facets, order; in one order, each value once."""
    given = QueryDict(query.removeprefix("?"))
    kept = QueryDict(mutable=True)
    for key in ("q", *FACETS, "sort"):
        values = dict.fromkeys(value.strip() for value in given.getlist(key) if value.strip())
        if values:
            kept.setlist(key, sorted(values) if key in FACETS else list(values)[-1:])
    return kept.urlencode()


def newest_first(saved: SavedSearch) -> str:
    """The address of the search with the latest publications on top."""
    given = QueryDict(saved.query, mutable=True)
    given["sort"] = "published"
    return given.urlencode()


def conditions(saved: SavedSearch) -> str:
    """查“不动产”，另有 3 个筛选条件."""
    given = QueryDict(saved.query)
    text = given.get("q", "")
    count = sum(len(given.getlist(key)) for key in FACETS)
    parts = [f"查“{text}”"] if text else []
    parts += [f"{count} 个筛选条件"] if count else []
    return "，".join(parts) or "全部目录"


def newly_published(
    actor: Any, query: str, *, since: datetime, until: datetime, access: Access
) -> QuerySet[DataResource]:
    """What the search finds among the entries published after `since` and not after `until`, newest first.

    The very conditions of the page of results, permission among them: what this person may not know of is not counted.
    """
    given = QueryDict(query)
    chosen = {key: tuple(given.getlist(key)) for key in FACETS}
    condition = both(
        [
            wall(actor),
            matches(with_variants(words_of(given.get("q", "")))),
            *narrowings(chosen, actor, access).values(),
            Condition("s.published_at > %s AND s.published_at <= %s", (since, until)),
        ]
    )
    with connection.cursor() as cursor:
        # The conditions are ours; what was typed is in their parameters.
        cursor.execute(f"SELECT s.resource_id FROM catalog_searchrow s WHERE {condition.sql}", condition.params)  # noqa: S608
        ids = [pk for (pk,) in cursor.fetchall()]
    return DataResource.objects.filter(pk__in=ids).order_by("-published_at", "-pk")


def acting_as(user: Any, department: Any) -> Any | None:
    """The person as he would act for that department now; None when he may no longer look at the catalog there."""
    membership = (
        Membership.objects.current()
        .filter(user=user, department=department, role__in=roles.codes_holding(Permission.RESOURCE_VIEW))
        .select_related("department")
        .order_by("id")
        .first()
    )
    if membership is None:
        return None
    user.acting = membership.as_acting()
    return user


def may_hear_of(actor: Any, resource: DataResource) -> bool:
    """Whether he may be told of a change: he sees the entry, or saw it until it was withdrawn."""
    if DataResource.objects.visible_to(actor).filter(pk=resource.pk).exists():
        return True
    if resource.status != Status.WITHDRAWN:
        return False
    shown = DataResourceGroupObjectPermission.objects.filter(
        content_object=resource,
        group__name=f"department:{actor.acting.department.pk}",
        permission__codename="view_dataresource",
    )
    return not resource.is_restricted or shown.exists()


# ── related entries ───────────────────────────────────────────────────────────────────────────────────────────────


def related(actor: Any, resource: DataResource) -> list[Related]:
    """Entries with the same items, then of the same theme and provider; with the reason. At most four queries."""
    shared = _shared_items(actor, resource)
    rows = DataResource.objects.visible_to(actor).published().select_related("provider")
    rows = rows.defer("search_text")
    near = sorted(
        rows.filter(pk__in=shared),
        key=lambda row: (-shared[row.pk], row.theme_id != resource.theme_id, -row.pk),
    )
    found = [Related(row, _reason(row, resource, shared[row.pk])) for row in near[:RELATED_SHOWN]]
    if len(found) < RELATED_SHOWN:
        left = RELATED_SHOWN - len(found)
        others = rows.exclude(pk__in=[resource.pk, *shared]).filter(provider=resource.provider_id)
        if resource.theme_id:
            others = others.filter(theme=resource.theme_id)
        found += [Related(row, _reason(row, resource, 0)) for row in others.order_by("-published_at", "-pk")[:left]]
    return found


def _reason(row: DataResource, resource: DataResource, shared: int) -> str:
    reasons = [f"共有 {shared} 个信息项"] if shared else []
    if row.theme_id and row.theme_id == resource.theme_id:
        reasons.append("同一主题")
    if row.provider_id == resource.provider_id:
        reasons.append("同一提供部门")
    return "，".join(reasons)


NEAR = """
SELECT same.resource_id
FROM (SELECT DISTINCT name FROM catalog_dataitem WHERE resource_id = %s AND retired_at IS NULL) AS mine
CROSS JOIN LATERAL (
    SELECT item.resource_id FROM catalog_dataitem AS item
    WHERE item.name = mine.name AND item.retired_at IS NULL AND item.resource_id <> %s
      AND EXISTS ({visible})
    ORDER BY item.resource_id DESC LIMIT %s
) AS same
GROUP BY same.resource_id HAVING count(*) >= %s
ORDER BY count(*) DESC, same.resource_id DESC LIMIT %s
"""


def near_statement(actor: Any, resource: DataResource) -> tuple[str, list[Any]]:
    """The statement that finds candidates by item names through the index `item_same_name`. Raises EmptyResultSet."""
    visible = DataResource.objects.visible_to(actor).published().order_by().values("pk")
    inner, params = visible.query.sql_with_params()
    # Django's own SQL with its parameters; the row it is asked about comes from the statement around it.
    inner += ' AND "catalog_dataresource"."id" = item.resource_id'
    sql = NEAR.format(visible=inner)
    return sql, [resource.pk, resource.pk, *params, PER_NAME, LEAST_SHARED, CANDIDATES]


def _shared_items(actor: Any, resource: DataResource) -> dict[int, int]:
    """Entry → how many items of the same name it has, counted whole for the nearest candidates."""
    try:
        sql, params = near_statement(actor, resource)
    except EmptyResultSet:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        ids = [row[0] for row in cursor.fetchall()]
    if not ids:
        return {}
    mine = DataItem.objects.filter(resource=resource, retired_at=None).values("name")
    counted = DataItem.objects.filter(resource__in=ids, retired_at=None, name__in=mine)
    return dict(counted.values_list("resource").annotate(count=Count("pk")).order_by())
