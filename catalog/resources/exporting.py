"""The catalog given out in a layout of the national guide: the layout's own columns first, behind them those of the
platform, so that what goes out comes in again unchanged.

An entry's cells stand in its first row, its items one a row. Everything is text: nothing in it runs, no leading zero
is lost.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import IO, Any

import xlsxwriter
from django.db.models import Prefetch, QuerySet

from catalog.resources.layouts import Layout, complete
from catalog.resources.models import DataItem, DataResource, OpenType, ShareMode, ShareType
from gdshare.lib.clock import day_of

MOST_ENTRIES = 10_000
"""Entries in one workbook; a search that finds more must be narrowed."""
LONGEST_CELL = 32_767
CHUNK = 500
MODE_WORDS = {ShareMode.API: "接口", ShareMode.BATCH: "数据库", ShareMode.FILE: "文件"}
"""共享方式类型 in the guide's words, for the three ways of 条例."""
OF_ENTRY: Mapping[str, Callable[[DataResource], Any]] = {
    "name": lambda r: r.name,
    "platform_code": lambda r: r.code,
    "external_code": lambda r: r.external_code,
    "abstract": lambda r: r.abstract,
    "internal_unit": lambda r: r.internal_unit,
    "provider_name": lambda r: r.provider.name,
    "provider_code": lambda r: r.provider.uscc,
    "phone": lambda r: r.contact,
    "kind": lambda r: f"{r.get_kind_display()}信息资源",
    "theme": lambda r: r.theme.name if r.theme else "",
    "base_library": lambda r: r.base_library.name if r.base_library else "",
    "tags": lambda r: "、".join(r.tags),
    "share_type": lambda r: r.get_share_type_display(),
    "conditions_or_basis": lambda r: getattr(r, _told(r)) if _told(r) else "",
    "share_conditions": lambda r: "" if _told(r) == "share_conditions" else r.share_conditions,
    "legal_basis": lambda r: "" if _told(r) == "legal_basis" else r.legal_basis,
    "share_scope": lambda r: r.share_scope,
    "share_purposes": lambda r: r.share_purposes,
    "share_mode_category": lambda r: r.share_channel,
    "responsible_person": lambda r: r.responsible_person,
    "use_conditions": lambda r: r.use_conditions,
    "update_deadline": lambda r: r.update_deadline,
    "related_codes": lambda r: "、".join(r.related_codes),
    "data_category": lambda r: r.data_category.name if r.data_category else "",
    "share_mode": lambda r: "、".join(MODE_WORDS[ShareMode(mode)] for mode in r.share_modes),
    "open_flag": lambda r: "是" if r.open_type == OpenType.OPEN else "否",
    "open_conditions": lambda r: r.open_conditions,
    "update_cycle": lambda r: r.get_update_cycle_display(),
    "published_on": lambda r: day_of(r.published_at).isoformat() if r.published_at else "",
    "format_category": lambda r: r.format_category,
    "format_type": lambda r: r.format_type,
    "information_system": lambda r: r.information_system,
    "business_matter": lambda r: r.business_matter,
    "network": lambda r: r.network,
    "declared_volume": lambda r: r.declared_volume,
    "declared_volume_wan": lambda r: "" if r.declared_volume is None else f"{Decimal(r.declared_volume) / 10_000:f}",
    "source_url": lambda r: r.source_url,
    "is_secret": lambda r: "否" if r.is_declared_non_secret else "",
}
OF_ITEM: Mapping[str, Callable[[DataItem], Any]] = {
    "item_name": lambda i: i.name,
    "item_identifier": lambda i: i.identifier,
    "item_type": lambda i: i.get_data_type_display(),
    "item_length": lambda i: i.length,
    "item_scale": lambda i: i.scale,
    "item_grade": lambda i: f"L{i.grade}",
    "item_share_type": lambda i: i.get_share_type_display() if i.share_type else "",
    "item_conditions": lambda i: i.use_conditions,
    "item_key": lambda i: "是" if i.is_key else "否",
    "item_basic": lambda i: "是" if i.is_basic else "否",
    "item_required": lambda i: "是" if i.is_required else "否",
    "item_description": lambda i: i.description,
}


def _told(resource: DataResource) -> str:
    """Which of the two stands in the templates' one column «共享条件/不予共享依据»."""
    told = {ShareType.CONDITIONAL: "share_conditions", ShareType.NOT_SHARED: "legal_basis"}
    return told.get(ShareType(resource.share_type), "")


def write(resources: QuerySet[DataResource], layout: Layout) -> tuple[IO[bytes], int]:
    """(the workbook in a temporary file, rewound; how many entries are in it). Memory does not grow with them."""
    file: IO[bytes] = tempfile.TemporaryFile(prefix="gdshare-")  # noqa: SIM115  the response closes it
    try:
        book = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False})
        sheet = book.add_worksheet("目录")
        columns = complete(layout)
        row = _header(sheet, columns, book.add_format({"bold": True, "text_wrap": True, "bg_color": "#EAF1F9"}))
        count = 0
        for resource in _in_order(resources):
            row = _entry(sheet, row, columns, resource, count + 1)
            count += 1
        book.close()
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file, count


def _in_order(resources: QuerySet[DataResource]) -> Iterator[DataResource]:
    items = Prefetch("items", DataItem.objects.filter(retired_at=None).order_by("position", "id"), to_attr="in_use")
    rows = resources.select_related("provider", "theme", "base_library", "data_category").prefetch_related(items)
    yield from rows.order_by("code", "pk").iterator(chunk_size=CHUNK)


def _header(sheet: Any, columns: Sequence[Any], bold: Any) -> int:
    """One row, or two with the groups above: merged as the layouts have it. Gives the first row of the body."""
    if not any(column.group for column in columns):
        for index, column in enumerate(columns):
            sheet.write_string(0, index, column.head, bold)
        sheet.freeze_panes(1, 0)
        return 1
    spans = []
    for group, members in groupby(enumerate(columns), key=lambda entry: entry[1].group):
        indexes = [index for index, _ in members]
        if group:
            spans.append((0, indexes[0], 0, indexes[-1]))
            sheet.write_string(0, indexes[0], group, bold)
            continue
        for index in indexes:
            spans.append((0, index, 1, index))
            sheet.write_string(0, index, columns[index].head, bold)
    for index, column in enumerate(columns):
        if column.group:
            sheet.write_string(1, index, column.head, bold)
    # `merge_range` writes the cells once more, into rows that are gone in constant memory.
    sheet.merge.extend(list(span) for span in spans if span[:2] != span[2:])
    sheet.freeze_panes(2, 0)
    return 2


def _entry(sheet: Any, row: int, columns: Sequence[Any], resource: DataResource, number: int) -> int:
    """Its rows; gives the next free one."""
    items: list[DataItem] = resource.in_use  # type: ignore[attr-defined]
    for position in range(max(1, len(items))):
        for index, column in enumerate(columns):
            if column.element in OF_ITEM:
                value = OF_ITEM[column.element](items[position]) if items else None
            elif position:
                continue
            elif column.element in OF_ENTRY:
                value = OF_ENTRY[column.element](resource)
            else:
                value = number if column.head == "序号" else None
            if value is not None and value != "":
                sheet.write_string(row, index, str(value)[:LONGEST_CELL])
        row += 1
    return row
