"""The page of results: what the search found, and how this department stands to each of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max
from django.http import QueryDict
from django.urls import reverse

from catalog.resources.models import DataItem, DataResource, ShareType
from catalog.resources.queries import Facet, SearchHit, SearchPage
from catalog.resources.searching import FACETS, PAGE_SIZE
from gdshare.rules import queries as rules
from security.access.permissions import Permission as P
from sharing.deadlines import queries as deadlines
from sharing.grants.models import Grant
from sharing.grants.queries import SELF_SERVICE
from sharing.share_requests.models import CartItem, RequestItem
from sharing.share_requests.workflow import IN_PROGRESS

NO_DATA = "尚未挂接数据"
SHOWN_OPTIONS = 6
"""Options of a facet before 更多."""


@dataclass(frozen=True)
class Access:
    """How the department stands to an entry: the words at the right of a row, and its one button."""

    kind: str  # own, granted, pending, open, empty, closed, cart, apply
    icon: str
    title: str
    note: str = ""
    verb: str = ""
    url: str = ""
    is_primary: bool = False
    item_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Line:
    """One row of the page."""

    hit: SearchHit
    access: Access


@dataclass(frozen=True)
class Chip:
    """One chosen filter, and the address without it."""

    label: str
    value: str
    url: str


def lines(actor: Any, page: SearchPage, *, today: date) -> list[Line]:
    """The rows with their access state. The number of queries does not grow with the rows."""
    facts = _Facts.of(actor, page.rows, today=today)
    return [Line(hit, facts.access(hit)) for hit in page.rows]


def chips(page: SearchPage, query: QueryDict) -> list[Chip]:
    """The chosen filters, each with the address that drops it."""
    found = []
    for facet in page.facets:
        for option in facet.options:
            if option.is_selected:
                rest = query.copy()
                rest.setlist(facet.key, [value for value in rest.getlist(facet.key) if value != option.value])
                rest.pop("page", None)
                found.append(Chip(facet.label, option.label, "?" + rest.urlencode()))
    return found


def folded(facets: Iterable[Facet]) -> list[dict[str, Any]]:
    """Facets with the options shown at once and those behind 更多; a facet without options is left out."""
    found = []
    for facet in facets:
        options = [option for option in facet.options if option.value != "NONE" or facet.key == "mount"]
        if facet.key in ("grade", "share_type"):
            order = ["UNCONDITIONAL", "CONDITIONAL", "NOT_SHARED", "1", "2", "3", "4"]
            options.sort(key=lambda option: order.index(option.value) if option.value in order else len(order))
        first = [option for index, option in enumerate(options) if index < SHOWN_OPTIONS or option.is_selected]
        more = [option for option in options if option not in first]
        if options:
            found.append({"key": facet.key, "label": facet.label, "first": first, "more": more})
    return found


def pages(page: SearchPage) -> Page:
    """The search's page as the pager draws it: the rows are cut already, only the numbers count."""
    return Page(page.rows, page.number, Paginator(range(page.total), PAGE_SIZE))


def filters_of(query: QueryDict) -> dict[str, list[str]]:
    """The facets' values in an address."""
    return {key: [value for value in query.getlist(key) if value] for key in FACETS}


@dataclass
class _Facts:
    """Everything that access states are composed from, for one page of rows."""

    department_id: int
    can_ask: bool
    is_self_service: bool
    grants: dict[int, Any]
    pending: dict[int, Any]
    clocks: dict[int, Any]
    cart: dict[int, int]
    askable: frozenset[int]

    @classmethod
    def of(cls, actor: Any, rows: Iterable[SearchHit], *, today: date) -> "_Facts":
        department = actor.department
        ids = [hit.resource.pk for hit in rows]
        hit_items = [pk for hit in rows for pk in hit.hit_item_ids]
        grants = (
            Grant.objects.usable_on(today)
            .filter(department=department, resource__in=ids)
            .values("resource")
            .annotate(items=Count("grant_items__item", distinct=True), until=Max("valid_to"))
        )
        pending = (
            RequestItem.objects.filter(
                item__resource__in=ids,
                share_request__requester=department,
                share_request__status__in=IN_PROGRESS,
            )
            .values("item__resource")
            .annotate(items=Count("item", distinct=True), request=Max("share_request"))
        )
        pending_by_resource = {row["item__resource"]: row for row in pending}
        cart = (
            CartItem.objects.filter(cart__user=actor, cart__department=department, item__resource__in=ids)
            .values_list("item__resource")
            .annotate(items=Count("id"))
        )
        shares = DataItem.objects.filter(pk__in=hit_items).values_list("pk", "share_type", "resource__share_type")
        return cls(
            department_id=department.pk,
            can_ask=actor.holds(P.SHARE_REQUEST_DRAFT),
            is_self_service=rules.parsed(rules.profile_in_force(today)).unconditional_mode == SELF_SERVICE,
            grants={row["resource"]: row for row in grants},
            pending=pending_by_resource,
            clocks=deadlines.clock_views(
                "sharerequest", [row["request"] for row in pending_by_resource.values()], today=today
            ),
            cart=dict(cart),
            askable=frozenset(pk for pk, own, whole in shares if (own or whole) != ShareType.NOT_SHARED),
        )

    def access(self, hit: SearchHit) -> Access:
        """Own first, then what is granted, open, under way, closed, in the cart, and last what may be asked for."""
        resource = hit.resource
        page = reverse("catalog:resources:detail", args=[resource.pk])
        if resource.provider_id == self.department_id:
            return Access("own", "building", "本部门的数据", verb="查看", url=page)
        if grant := self.grants.get(resource.pk):
            note = f"有效至 {grant['until']:%Y-%m-%d}"
            if resource.row_count is None:
                return Access(
                    "granted", "circle-check", f"已获授权 {grant['items']} 项", f"{note}，{NO_DATA}", "查看", page
                )
            return Access("granted", "circle-check", f"已获授权 {grant['items']} 项", note, "取用", page, True)
        if resource.share_type == ShareType.UNCONDITIONAL and self.is_self_service:
            if resource.row_count is None:
                return Access("empty", "table-off", "无条件共享", NO_DATA, "查看", page)
            return Access("open", "lock-open", "可直接取用", "", "取用", page, True)
        if row := self.pending.get(resource.pk):
            clock = self.clocks.get(row["request"])
            url = reverse("sharing:share_requests:detail", args=[row["request"]])
            return Access(
                "pending", "hourglass", f"申请中 {row['items']} 项", clock.words if clock else "", "查看申请", url
            )
        if resource.share_type == ShareType.NOT_SHARED:
            return Access("closed", "ban", "不可获取", "依据见详情", "查看依据", page)
        return self._askable(hit, resource, page)

    def _askable(self, hit: SearchHit, resource: DataResource, page: str) -> Access:
        if chosen := self.cart.get(resource.pk):
            cart = reverse("sharing:share_requests:cart")
            return Access("cart", "file-text", "可提出申请", f"已选 {chosen} 项", "已在选数车", cart)
        if not self.can_ask:
            return Access("apply", "file-text", "可提出申请", "由本部门经办申请", "查看", page)
        hits = tuple(pk for pk in hit.hit_item_ids if pk in self.askable)
        note = f"加入命中的 {len(hits)} 项" if hits else "按需选信息项"
        return Access("apply", "file-text", "可提出申请", note, "加入选数车", page, False, hits)
