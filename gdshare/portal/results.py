"""The page of results: what the search found, and how this department stands to each of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max
from django.http import QueryDict
from django.urls import reverse

from catalog.finding import queries as finding
from catalog.resources import searching as catalog
from catalog.resources.models import DataItem, DataResource, ShareType
from catalog.resources.queries import Facet, Piece, SearchHit, SearchPage
from catalog.resources.searching import FACETS, PAGE_SIZE, Option
from gdshare.rules import queries as rules
from gdshare.rules.profiles import SIDE_LABELS, Clock, Profile
from security.access.permissions import Permission as P
from sharing.deadlines import queries as deadlines
from sharing.grants.models import Grant, GrantItem
from sharing.share_requests.models import CartItem, RequestItem
from sharing.share_requests.workflow import IN_PROGRESS

NO_DATA = "尚未挂接数据"
SHOWN_OPTIONS = 6
"""Options of a facet before 更多."""
MOST_OPTIONS = 60
"""Options of one group behind 更多: a longer list is no choice."""
BASIS_SHOWN = 40


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
    """With these the button is a form that puts them in the cart."""
    extra: str = ""
    """A second line, where a part of the entry stands differently from the whole."""


@dataclass(frozen=True)
class Line:
    """One row of the page."""

    hit: SearchHit
    access: Access
    is_starred: bool = False


@dataclass(frozen=True)
class Chip:
    """One chosen filter, and the address without it."""

    label: str
    value: str
    url: str


def lines(actor: Any, page: SearchPage, *, today: date) -> list[Line]:
    """The rows with their access state. The number of queries does not grow with the rows."""
    return _lines(actor, page.rows, today=today)


def lines_of(actor: Any, resources: Iterable[DataResource], *, today: date) -> list[Line]:
    """The same for entries that were not searched for: nothing is highlighted."""
    hits = [
        SearchHit(row, (Piece(row.name),), (Piece(catalog.snippet(row.abstract, ())),), (), ()) for row in resources
    ]
    return _lines(actor, hits, today=today)


def _lines(actor: Any, hits: Iterable[SearchHit], *, today: date) -> list[Line]:
    hits = list(hits)
    facts = _Facts.of(actor, hits, today=today)
    starred = finding.starred_among(actor, [hit.resource.pk for hit in hits])
    return [Line(hit, facts.access(hit), hit.resource.pk in starred) for hit in hits]


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
    """Facets with the options shown at once and those behind 更多, providers by level and kind; a facet without options
    is left out.
    """
    found = []
    for facet in facets:
        options = [option for option in facet.options if option.value != "NONE" or facet.key == "mount"]
        if facet.key in ("grade", "share_type"):
            order = ["UNCONDITIONAL", "CONDITIONAL", "NOT_SHARED", "1", "2", "3", "4"]
            options.sort(key=lambda option: order.index(option.value) if option.value in order else len(order))
        first = [option for index, option in enumerate(options) if index < SHOWN_OPTIONS or option.is_selected]
        more: dict[str, list[Option]] = {}
        for option in options:
            if option not in first:
                more.setdefault(option.group, []).append(option)
        groups = [
            {"label": group or "更多", "options": rest[:MOST_OPTIONS], "left_out": len(rest) - len(rest[:MOST_OPTIONS])}
            for group, rest in more.items()
        ]
        if options:
            found.append({"key": facet.key, "label": facet.label, "first": first, "groups": groups})
    return found


def pages(page: SearchPage) -> Page:
    """The search's page as the pager draws it: the rows are cut already, only the numbers count."""
    return Page(page.rows, page.number, Paginator(range(page.total), PAGE_SIZE))


def filters_of(query: QueryDict) -> dict[str, list[str]]:
    """The facets' values in an address."""
    return {key: [value for value in query.getlist(key) if value] for key in FACETS}


@dataclass(frozen=True)
class _Mix:
    """How many items of an entry are of each share type: what is free inside, and what can be asked for."""

    free: int = 0
    conditional: int = 0

    @property
    def askable(self) -> int:
        return self.free + self.conditional


@dataclass
class _Facts:
    """Everything that access states are composed from, for one page of rows."""

    department_id: int
    can_ask: bool
    profile: Profile
    grants: dict[int, Any]
    pending: dict[int, Any]
    clocks: dict[int, Any]
    cart: dict[int, int]
    askable: frozenset[int]
    granted_items: frozenset[int] = frozenset()
    mixes: Mapping[int, _Mix] = field(default_factory=dict)

    @classmethod
    def of(cls, actor: Any, rows: Iterable[SearchHit], *, today: date) -> "_Facts":
        department = actor.department
        rows = list(rows)
        ids = [hit.resource.pk for hit in rows]
        hit_items = [pk for hit in rows for pk in hit.hit_item_ids]
        usable = Grant.objects.usable_on(today).filter(department=department, resource__in=ids)
        grants = usable.values("resource").annotate(
            items=Count("grant_items__item", distinct=True), until=Max("valid_to")
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
        granted = GrantItem.objects.filter(grant__in=usable, item__in=hit_items)
        return cls(
            department_id=department.pk,
            can_ask=actor.holds(P.SHARE_REQUEST_DRAFT),
            profile=rules.parsed(rules.profile_in_force(today)),
            grants={row["resource"]: row for row in grants},
            pending=pending_by_resource,
            clocks=deadlines.clock_views(
                "sharerequest", [row["request"] for row in pending_by_resource.values()], today=today
            ),
            cart=dict(cart),
            askable=frozenset(pk for pk, own, whole in shares if (own or whole) != ShareType.NOT_SHARED),
            granted_items=frozenset(granted.values_list("item_id", flat=True)),
            mixes=_mixes({hit.resource.pk: hit.resource.share_type for hit in rows}),
        )

    @property
    def is_self_service(self) -> bool:
        return self.profile.self_serves

    def access(self, hit: SearchHit) -> Access:
        """Own first, then what is granted, open, under way, closed, in the cart, and last what may be asked for."""
        resource = hit.resource
        page = reverse("catalog:resources:detail", args=[resource.pk])
        if resource.provider_id == self.department_id:
            return Access("own", "building", "本部门的数据", verb="查看", url=page)
        if grant := self.grants.get(resource.pk):
            return self._granted(hit, grant, page)
        if resource.share_type == ShareType.UNCONDITIONAL and self.is_self_service:
            if resource.row_count is None:
                return Access("empty", "table-off", "无条件共享", NO_DATA, "查看", page)
            return Access("open", "lock-open", "可直接取用", "不需申请", "取用", page, True)
        if row := self.pending.get(resource.pk):
            clock = self.clocks.get(row["request"])
            url = reverse("sharing:share_requests:detail", args=[row["request"]])
            return Access(
                "pending", "hourglass", f"申请中 {row['items']} 项", clock.words if clock else "", "查看申请", url
            )
        mix = self.mixes.get(resource.pk, _Mix())
        if resource.share_type == ShareType.NOT_SHARED and not mix.askable:
            basis = resource.legal_basis or "目录未写明依据"
            short = basis if len(basis) <= BASIS_SHOWN else f"{basis[:BASIS_SHOWN]}…"
            return Access("closed", "ban", "不予共享", f"依据：{short}", "查看依据", page)
        return self._askable(hit, resource, page, mix)

    def _granted(self, hit: SearchHit, grant: Mapping[str, Any], page: str) -> Access:
        resource = hit.resource
        title, note = f"已获授权 {grant['items']} 项", f"有效至 {grant['until']:%Y-%m-%d}"
        more = tuple(pk for pk in hit.hit_item_ids if pk in self.askable and pk not in self.granted_items)
        if more and self.can_ask:
            extra = f"命中的信息项里 {len(more)} 项还没有授权"
            return Access("granted", "circle-check", title, note, "增加信息项", page, False, more, extra)
        if resource.row_count is None:
            return Access("granted", "circle-check", title, f"{note}，{NO_DATA}", "查看", page)
        return Access("granted", "circle-check", title, note, "取用", page, True)

    def _askable(self, hit: SearchHit, resource: DataResource, page: str, mix: _Mix) -> Access:
        sides = dict.fromkeys(SIDE_LABELS[step.side] for step in self.profile.chain)
        days = self.profile.allowance(Clock.REPLY, resource.share_type).days
        title, note = "可申请，须审核", f"{'、'.join(sides)}审核，最迟 {days} 个工作日答复"
        extra = ""
        if mix.free and self.is_self_service and resource.share_type != ShareType.UNCONDITIONAL:
            extra = f"其中 {mix.free} 项无条件共享，不需申请"
        elif resource.share_type == ShareType.NOT_SHARED:
            extra = f"只有 {mix.askable} 项可以申请，其余不予共享"
        if chosen := self.cart.get(resource.pk):
            cart = reverse("sharing:share_requests:cart")
            return Access("cart", "file-text", title, f"已选 {chosen} 项", "已在选数车", cart, extra=extra)
        if not self.can_ask:
            return Access("apply", "file-text", title, note, "查看", page, extra="由本部门经办申请")
        hits = tuple(pk for pk in hit.hit_item_ids if pk in self.askable)
        return Access("apply", "file-text", title, note, "加入选数车", page, False, hits, extra)


def _mixes(share_types: Mapping[int, str]) -> dict[int, _Mix]:
    """For entries that are not wholly 无条件: how many of their items are."""
    ids = [pk for pk, share_type in share_types.items() if share_type != ShareType.UNCONDITIONAL]
    rows = (
        DataItem.objects.filter(resource__in=ids, retired_at=None)
        .values_list("resource", "share_type")
        .annotate(number=Count("pk"))
        .order_by()
    )
    counted: dict[int, dict[str, int]] = {}
    for pk, own, number in rows:
        of = counted.setdefault(pk, {})
        share_type = own or share_types[pk]
        of[share_type] = of.get(share_type, 0) + number
    return {
        pk: _Mix(of.get(ShareType.UNCONDITIONAL, 0), of.get(ShareType.CONDITIONAL, 0)) for pk, of in counted.items()
    }
