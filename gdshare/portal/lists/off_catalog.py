"""目录外需求清单: what departments need and the catalog does not have, and what became of it.

Every department sees all: a need that others share is counted once.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from gdshare.portal.lists.tables import Cell, Column, Filters, ListKind, day
from security.access.permissions import Permission
from sharing.demands.models import DataDemand
from sharing.demands.views import PILLS
from sharing.demands.workflow import LABELS, RUNNING, DemandStatus

STATES = {"open": "办理中", "late": "承诺逾期", "over": "已办结"}


def _rows(actor: Any, filters: Filters, today: date) -> Any:
    rows = DataDemand.objects.visible_to(actor).select_related("department", "duty", "resource")
    if filters.provider:
        rows = rows.filter(duty=filters.provider)
    for word in filters.text.split()[:5]:
        rows = rows.filter(
            Q(title__icontains=word) | Q(use_purpose__icontains=word) | Q(department__short_name__icontains=word)
        )
    if filters.state == "open":
        rows = rows.filter(status__in=RUNNING)
    elif filters.state == "late":
        rows = rows.filter(status=DemandStatus.CONFIRMED, promised_on__lt=today)
    elif filters.state == "over":
        rows = rows.exclude(status__in=RUNNING)
    return rows.annotate(also=Count("seconds")).order_by("-pk")


def _cells(actor: Any, rows: Sequence[Any], today: date) -> list[tuple[Cell, ...]]:
    return [_row(demand) for demand in rows]


def _row(demand: Any) -> tuple[Cell, ...]:
    status = DemandStatus(demand.status)
    tone, icon = PILLS[status]
    return (
        Cell(demand.title, reverse("sharing:demands:detail", args=[demand.pk])),
        Cell(len(demand.item_names)),
        Cell("、".join(demand.item_names)),
        Cell(demand.department.short_name, exported=demand.department.name),
        Cell(demand.also),
        Cell(demand.use_purpose),
        Cell(demand.use_basis),
        Cell(demand.duty.short_name if demand.duty else "—", exported=demand.duty.name if demand.duty else ""),
        Cell(LABELS[status], kind="pill", tone=tone, icon=icon),
        Cell(day(demand.submitted_at)),
        Cell(day(demand.promised_on) if demand.promised_on else "—"),
    )


OFF_CATALOG = ListKind(
    key="off_catalog",
    title="目录外需求清单",
    lead="目录里没有的数据，谁要、用在哪里、由谁承办、承诺哪天发布。",
    columns=(
        Column("要什么数据", is_first=True), Column("信息项", is_number=True), Column("信息项名称", is_hidden=True),
        Column("提出部门"), Column("附议", is_number=True), Column("用途"), Column("依据", is_hidden=True),
        Column("承办部门"), Column("状态"), Column("提出"), Column("承诺发布"),
    ),
    rows=_rows,
    cells=_cells,
    permission=Permission.SHARE_REQUEST_VIEW,
    states=STATES,
    has_theme=False,
    provider_label="承办部门",
)  # fmt: skip
