"""需求清单: what departments asked for, one row per application and resource.

A department sees what it asked for and what it was asked; the authority of the province sees all, that of a city what
concerns its city. Drafts are nobody's demand yet.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q
from django.urls import reverse

from catalog.resources.models import DataResource
from gdshare.portal.lists.tables import Cell, Column, Filters, ListKind, day
from security.access.permissions import Permission
from security.departments.models import Level
from sharing.share_requests.models import RequestItem, ShareRequest
from sharing.share_requests.queries.marks import PILLS
from sharing.share_requests.workflow import DECIDED, IN_PROGRESS, LABELS, Status

STATES = {"open": "未答复", "late": "逾期未答复", "answered": "已答复", "withdrawn": "已撤回"}


def _seen(actor: Any) -> Any:
    """Applications this actor may see in the list."""
    rows = ShareRequest.objects.exclude(status=Status.DRAFT)
    if not (actor.holds(Permission.SUPERVISION_VIEW) and actor.acting.role.is_authority):
        return rows.filter(pk__in=ShareRequest.objects.visible_to(actor).values("pk"))
    region = actor.department.region
    asked = rows.filter(Q(requester=actor.department) | ~Q(status=Status.ENDORSING))
    if region.level == Level.PROVINCE:
        return asked
    parties = Q()
    for side in ("requester", "provider"):
        parties |= Q(**{f"{side}__region": region}) | Q(**{f"{side}__region__parent": region})
    return asked.filter(parties)


def _rows(actor: Any, filters: Filters, today: date) -> Any:
    rows = RequestItem.objects.filter(share_request__in=_seen(actor).values("pk"))
    if filters.provider:
        rows = rows.filter(share_request__provider=filters.provider)
    if filters.theme:
        rows = rows.filter(item__resource__theme__code=filters.theme)
    if filters.resource:
        rows = rows.filter(item__resource=filters.resource)
    for word in filters.text.split()[:5]:
        rows = rows.filter(
            Q(share_request__title__icontains=word)
            | Q(share_request__number__icontains=word)
            | Q(item__resource__name__icontains=word)
            | Q(share_request__requester__short_name__icontains=word)
        )
    if filters.state == "late":
        rows = rows.filter(share_request__status__in=IN_PROGRESS, share_request__due_on__lt=today)
    elif filters.state in STATES:
        statuses = {"open": IN_PROGRESS, "answered": DECIDED, "withdrawn": (Status.WITHDRAWN,)}[filters.state]
        rows = rows.filter(share_request__status__in=statuses)
    return (
        rows.values("share_request_id", "item__resource_id")
        .annotate(items=Count("pk"), names=ArrayAgg("item__name", order_by=("item__position", "item_id")))
        .order_by("-share_request_id", "item__resource_id")
    )


def unanswered(actor: Any, providers: Iterable[int], today: date) -> dict[int, tuple[int, int]]:
    """Provider → how many rows of this list wait for its answer, and how many of them are late."""
    rows = (
        RequestItem.objects.filter(
            share_request__in=_seen(actor).values("pk"),
            share_request__provider__in=list(providers),
            share_request__status__in=IN_PROGRESS,
        )
        .values_list("share_request__provider", "share_request", "item__resource", "share_request__due_on")
        .distinct()
        .order_by()
    )
    found: dict[int, tuple[int, int]] = {}
    for provider, _, _, due_on in rows:
        number, late = found.get(provider, (0, 0))
        found[provider] = (number + 1, late + (due_on is not None and due_on < today))
    return found


def _cells(actor: Any, rows: Sequence[Any], today: date) -> list[tuple[Cell, ...]]:
    """Five queries for any number of rows."""
    requests = ShareRequest.objects.select_related("requester", "provider").in_bulk(
        [row["share_request_id"] for row in rows]
    )
    ids = {row["item__resource_id"] for row in rows}
    resources = DataResource.objects.defer("search_text").in_bulk(ids)
    asked = RequestItem.objects.filter(share_request__in=_seen(actor).values("pk"), item__resource__in=ids)
    requesters = dict(
        asked.values_list("item__resource").annotate(n=Count("share_request__requester", distinct=True)).order_by()
    )
    opened = frozenset(ShareRequest.objects.visible_to(actor).filter(pk__in=requests).values_list("pk", flat=True))
    listed = frozenset(DataResource.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
    found = []
    for row in rows:
        share_request, resource = requests[row["share_request_id"]], resources[row["item__resource_id"]]
        page = reverse("catalog:resources:detail", args=[resource.pk]) if resource.pk in listed else ""
        case = reverse("sharing:share_requests:detail", args=[share_request.pk])
        found.append(
            (
                Cell(share_request.number, case if share_request.pk in opened else "", kind="mono"),
                Cell(resource.name, page),
                Cell(share_request.provider.short_name, exported=share_request.provider.name),
                Cell(row["items"], case if share_request.pk in opened else ""),
                Cell("、".join(row["names"])),
                Cell(share_request.requester.short_name, exported=share_request.requester.name),
                Cell(requesters[resource.pk], f"{reverse('portal:list_demand')}?resource={resource.pk}"),
                Cell(share_request.title),
                Cell(f"{share_request.use_basis}{share_request.use_basis_article}"),
                _status(share_request),
                Cell(day(share_request.submitted_at)),
                _answer(share_request, today),
            )
        )
    return found


def _status(share_request: ShareRequest) -> Cell:
    status = Status(share_request.status)
    tone, icon = PILLS[status]
    return Cell(LABELS[status], kind="pill", tone=tone, icon=icon)


def _answer(share_request: ShareRequest, today: date) -> Cell:
    """Whether it was answered, and when; else until when it must be."""
    if share_request.status in DECIDED:
        return Cell("已答复", note=day(share_request.decided_at))
    if share_request.status not in IN_PROGRESS:
        return Cell("—")
    if share_request.due_on is None:
        return Cell("未答复", note="不计时")
    is_late = share_request.due_on < today
    return Cell("逾期未答复" if is_late else "未答复", note=f"最迟 {day(share_request.due_on)}")


DEMAND = ListKind(
    key="demand",
    title="需求清单",
    lead="各部门申请过什么数据、用在哪里、答复了没有。本部门看本部门提出和收到的，主管部门看全部。",
    columns=(
        Column("单号"), Column("资源名称", is_first=True), Column("提供部门"), Column("信息项", is_number=True),
        Column("信息项名称", is_hidden=True), Column("申请部门"), Column("同样需求的部门", is_number=True),
        Column("用途"), Column("使用依据", is_hidden=True), Column("状态"), Column("提出"), Column("答复"),
    ),
    rows=_rows,
    cells=_cells,
    permission=Permission.SHARE_REQUEST_VIEW,
    states=STATES,
)  # fmt: skip
