"""Which column of a file is which 信息项: header names matched without regard to width, case and blanks."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.resources.models import DataItem, Grade
from gdshare.lib import masking, typed_values
from gdshare.lib.errors import Invalid

SYSTEM_COLUMNS = frozenset({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})
"""Names PostgreSQL keeps for itself: such an item gets a trailing underscore."""

MOST_COLUMNS = 1500
"""PostgreSQL holds 1,600 columns in a table."""

MOST_FAULTS = 200
"""Faults kept with a version; the counts are always of all."""

VALUE_LENGTH = 60


@dataclass(frozen=True)
class Column:
    """One 信息项 as a column of the table."""

    item_id: int
    name: str
    identifier: str
    column: str
    data_type: str
    pg_type: str
    length: int | None
    grade: int
    is_key: bool
    is_required: bool

    @property
    def parse(self) -> Callable[[str], str]:
        return typed_values.parser(self.data_type)

    @property
    def is_text(self) -> bool:
        return self.data_type in typed_values.TEXT_TYPES

    def as_json(self) -> dict[str, Any]:
        """What `TableVersion.columns` keeps."""
        return {
            "item_id": self.item_id,
            "name": self.name,
            "identifier": self.identifier,
            "column": self.column,
            "data_type": self.data_type,
            "pg_type": self.pg_type,
        }

    def shown(self, value: str) -> str:
        """A value as a fault may name it: cut, and outlined when the item is sensitive."""
        if self.grade >= Grade.L3:
            return masking.outline(value)
        return value if len(value) <= VALUE_LENGTH else value[:VALUE_LENGTH] + "…"


@dataclass
class Matching:
    """Where each column stands in a record (None: nowhere), how wide a record is, what was wrong with the header."""

    positions: list[int | None]
    width: int
    faults: list[dict[str, Any]] = field(default_factory=list)


def columns_of(items: Iterable[DataItem]) -> list[Column]:
    """Columns in the order of the catalog."""
    columns = [
        Column(
            item_id=item.pk,
            name=item.name,
            identifier=item.identifier,
            column=f"{item.identifier}_" if item.identifier in SYSTEM_COLUMNS else item.identifier,
            data_type=item.data_type,
            pg_type=typed_values.PG_TYPES[item.data_type],
            length=item.length,
            grade=item.grade,
            is_key=item.is_key,
            is_required=item.is_required or item.is_key,
        )
        for item in items
    ]
    if not columns:
        raise Invalid("这条目录还没有信息项，不能挂接数据。", code="NO_ITEMS", remedy="请先在目录中登记信息项。")
    if len(columns) > MOST_COLUMNS:
        raise Invalid(
            f"这条目录有 {len(columns):,} 个信息项，一张库表最多 {MOST_COLUMNS:,} 列。",
            code="TOO_MANY_ITEMS",
            remedy="请把目录拆成几条。",
        )
    return columns


def fold(text: str) -> str:
    """A header for comparison: half width, lower case, no blanks, no byte order mark."""
    return "".join(unicodedata.normalize("NFKC", text).replace("\ufeff", "").split()).casefold()


def fault(row: int | None, column: str, value: str, reason: str, remedy: str) -> dict[str, Any]:
    """One fault: where, what, why, and what to do."""
    return {"row": row, "column": column, "value": value, "reason": reason, "remedy": remedy}


def count_matches(cells: Sequence[str], columns: Sequence[Column]) -> int:
    """How many cells of a row name a column: the header is the row with most."""
    known = {fold(name) for column in columns for name in (column.name, column.identifier)}
    return sum(fold(cell) in known for cell in cells)


def match_header(
    cells: Sequence[str], row: int, columns: Sequence[Column], *, ignores_unknown: bool, allows_missing: bool
) -> Matching:
    """Match by name or identifier. Unknown, repeated and missing columns are all named, each with what to do."""
    by_name = {fold(column.identifier): index for index, column in enumerate(columns)}
    by_name |= {fold(column.name): index for index, column in enumerate(columns)}
    positions: list[int | None] = [None] * len(columns)
    faults = []
    for place, cell in enumerate(cells):
        index = by_name.get(fold(cell))
        if index is None:
            if not ignores_unknown and cell.strip():
                remedy = "在目录中增加这个信息项，或删去这一列，或选“忽略目录里没有的列”。"
                faults.append(fault(row, cell[:VALUE_LENGTH], "", "目录里没有这一列", remedy))
        elif positions[index] is not None:
            faults.append(
                fault(
                    row,
                    columns[index].name,
                    cell[:VALUE_LENGTH],
                    "表头里有两列都是这一项",
                    "只留一列，改正另一列的表头。",
                )
            )
        else:
            positions[index] = place
    for column, position in zip(columns, positions, strict=True):
        if position is None and (column.is_required or not allows_missing):
            remedy = f"补上表头为“{column.name}”或“{column.identifier}”的一列"
            remedy += "；这一项必须有值。" if column.is_required else "，或选“缺少的列留空”。"
            faults.append(fault(row, column.name, "", "文件里缺少这一列", remedy))
    return Matching(positions, len(cells), faults)


def match_positions(cells: Sequence[str], row: int, columns: Sequence[Column]) -> Matching:
    """Without a header the columns are taken in the order of the catalog; their number must agree."""
    faults = []
    if len(cells) != len(columns):
        faults.append(
            fault(
                row, "", "", f"文件有 {len(cells)} 列，目录有 {len(columns)} 个信息项",
                "没有表头时按目录的顺序对应，列数须相同；也可在文件第一行写上信息项名称。",
            )
        )  # fmt: skip
    return Matching(list(range(len(columns))), len(columns), faults)
