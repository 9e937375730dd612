"""供给清单 and 负面清单: the published entries, and those among them, or items of them, that are not shared."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from catalog.finding import queries as finding
from catalog.resources.freshness import Freshness
from catalog.resources.models import DataItem, DataResource, ShareMode, ShareType
from catalog.resources.queries import matching, words_of
from gdshare.portal.lists.tables import Cell, Column, Filters, ListKind, day

MODES = dict(ShareMode.choices)
MOUNTED, LATE = "mounted", "late"


def _published(actor: Any, filters: Filters) -> Any:
    rows = DataResource.objects.visible_to(actor).published()
    if filters.provider:
        rows = rows.filter(provider=filters.provider)
    if filters.theme:
        rows = rows.filter(theme__code=filters.theme)
    rows = matching(rows, words_of(filters.text))
    rows = rows.select_related("provider", "theme", "base_library", "mount").defer("search_text")
    return rows.order_by("provider_id", "code", "pk")


def _items(**wanted: Any) -> Any:
    return DataItem.objects.filter(resource=OuterRef("pk"), retired_at=None, **wanted).order_by("position", "pk")


def _supply_rows(actor: Any, filters: Filters, today: date) -> Any:
    rows = _published(actor, filters).annotate(item_names=ArraySubquery(_items().values("name")))
    if filters.state == MOUNTED:
        return rows.filter(row_count__isnull=False)
    if filters.state == LATE:
        return rows.filter(freshness=Freshness.LATE)
    return rows.filter(share_type=filters.state) if filters.state else rows


def _head(row: DataResource) -> tuple[Cell, Cell, Cell, Cell]:
    """Code, name, provider, theme: how both lists begin."""
    search = reverse("portal:search")
    theme = row.theme or row.base_library
    return (
        Cell(row.code, kind="mono"),
        Cell(row.name, reverse("catalog:resources:detail", args=[row.pk])),
        Cell(row.provider.short_name, f"{search}?provider={row.provider_id}", exported=row.provider.name),
        Cell(theme.name if theme else ""),
    )


def _supply_cells(actor: Any, rows: Sequence[Any], today: date) -> list[tuple[Cell, ...]]:
    return [_supply(row) for row in rows]


def _supply(row: Any) -> tuple[Cell, ...]:
    page = reverse("catalog:resources:detail", args=[row.pk])
    mount = row.mount.get_kind_display() if hasattr(row, "mount") else "未挂接"
    due = f"应于 {day(row.fresh_due_on)} 前更新" if row.freshness == Freshness.LATE else ""
    count = f"{row.row_count:,} 条" if row.row_count is not None else ""
    return (
        *_head(row),
        Cell(row.share_type, kind="share", exported=row.get_share_type_display()),
        Cell("、".join(MODES[mode] for mode in row.share_modes if mode in MODES)),
        Cell(row.get_update_cycle_display()),
        Cell(len(row.item_names), f"{page}?tab=items"),
        Cell("、".join(row.item_names)),
        Cell(mount, f"{page}?tab=preview" if count else "", count),
        Cell(row.share_conditions),
        Cell(row.legal_basis),
        Cell(row.get_freshness_display(), note=due),
        Cell(day(row.data_updated_at)),
        Cell(day(row.published_at)),
    )


SUPPLY = ListKind(
    key="supply",
    title="供给清单",
    lead="各部门已发布、可以共享或登记在册的目录：有什么、怎样给、多久更新、挂了没有。",
    columns=(
        Column("资源代码"), Column("资源名称", is_first=True), Column("提供部门"), Column("主题"), Column("共享类型"),
        Column("共享方式"), Column("更新周期"), Column("信息项", is_number=True), Column("信息项名称", is_hidden=True),
        Column("挂接"), Column("共享条件", is_hidden=True), Column("依据", is_hidden=True), Column("更新情况"),
        Column("数据更新"),
        Column("发布"),
    ),
    rows=_supply_rows,
    cells=_supply_cells,
    states={**dict(ShareType.choices), MOUNTED: "已挂接数据", LATE: "逾期未更新"},
)  # fmt: skip


def _favourite_rows(actor: Any, filters: Filters, today: date) -> Any:
    rows = finding.favourites(actor).annotate(item_names=ArraySubquery(_items().values("name")))
    return rows.select_related("provider", "theme", "base_library", "mount").defer("search_text")


FAVOURITES = replace(SUPPLY, key="favourites", title="收藏的目录", rows=_favourite_rows)
"""Taken out from the page of favourites, in the columns of 供给清单."""


def _negative_rows(actor: Any, filters: Filters, today: date) -> Any:
    closed = _items(share_type=ShareType.NOT_SHARED)
    rows = _published(actor, filters).annotate(closed_items=ArraySubquery(closed.values("name")))
    whole = Q(share_type=ShareType.NOT_SHARED)
    if filters.state == "whole":
        return rows.filter(whole)
    if filters.state == "partly":
        return rows.filter(~whole, Exists(closed))
    return rows.filter(whole | Exists(closed))


def _negative_cells(actor: Any, rows: Sequence[Any], today: date) -> list[tuple[Cell, ...]]:
    return [_negative(row) for row in rows]


def _negative(row: Any) -> tuple[Cell, ...]:
    page = reverse("catalog:resources:detail", args=[row.pk])
    is_whole = row.share_type == ShareType.NOT_SHARED
    scope = Cell("整条目录") if is_whole else Cell(f"其中 {len(row.closed_items)} 个信息项", f"{page}?tab=items")
    return (
        *_head(row),
        scope,
        Cell("" if is_whole else "、".join(row.closed_items)),
        Cell(row.share_conditions or row.share_scope or "目录未另写理由"),
        Cell(row.legal_basis or "目录未写明依据", f"{page}?tab=about"),
        Cell(day(row.published_at)),
    )


NEGATIVE = ListKind(
    key="negative",
    title="负面清单",
    lead="不予共享的目录和信息项，每一条都写明理由和依据。对依据有异议的，可提请主管部门协调。",
    columns=(
        Column("资源代码"), Column("资源名称", is_first=True), Column("提供部门"), Column("主题"), Column("范围"),
        Column("不予共享的信息项", is_hidden=True), Column("理由"), Column("依据"), Column("发布"),
    ),
    rows=_negative_rows,
    cells=_negative_cells,
    states={"whole": "整条不予共享", "partly": "部分信息项不予共享"},
)  # fmt: skip
