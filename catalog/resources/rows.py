"""The records of a stranger's file seen through its columns, and which of them make one entry."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from catalog.resources import words
from gdshare.lib import sheets
from gdshare.lib.folding import simplified


@dataclass(frozen=True)
class ImportFault:
    """One thing wrong in the sheet, as a person reads it."""

    row: int
    column: str
    value: str
    message: str
    remedy: str


class Row:
    """A record seen through the file's columns. In a sheet of our own every cell counts as it stands; in a stranger's
    «无», «-» and the like stand for nothing.
    """

    __slots__ = ("columns", "is_exact", "record", "sheet")

    def __init__(
        self, sheet: sheets.Sheet, record: sheets.Record, columns: Mapping[str, list[str]], is_exact: bool
    ) -> None:
        self.sheet, self.record, self.columns, self.is_exact = sheet, record, columns, is_exact

    def raw(self, element: str) -> Any:
        """What the first filled column of the element says; None when none is filled."""
        values = self.record.values
        for head in self.columns.get(element, ()):
            value = values.get(head)
            if value is None or value == "":
                continue
            if self.is_exact or isinstance(value, list | dict) or not words.is_empty(value):
                return value
        return None

    def text(self, element: str) -> str:
        value = self.raw(element)
        if value is None:
            return ""
        if isinstance(value, list | tuple):
            return "、".join(str(part) for part in value)
        return str(value).strip()

    def word(self, element: str) -> str:
        """Text that is looked up in a dictionary: simplified."""
        return simplified(self.text(element))

    def head(self, element: str) -> str:
        """The column that gives this element in this row (the first that is filled)."""
        heads = self.columns.get(element, [])
        values = self.record.values
        return next((head for head in heads if values.get(head) not in (None, "")), heads[0] if heads else "")

    def column(self, element: str) -> str:
        """B 列“资源名称”, or the member's name in a list of objects."""
        head = self.head(element)
        place = self.sheet.columns.get(head, "")
        return f"{place}“{head}”" if head else ""

    def fault(self, element: str, message: str, remedy: str, value: str = "") -> ImportFault:
        return ImportFault(
            self.record.number, self.column(element), (value or self.text(element))[:100], message, remedy
        )

    def is_merged(self, element: str) -> bool:
        return any(head in self.record.filled for head in self.columns.get(element, ()))


Group = list[Row]


def groups(sheet: sheets.Sheet, columns: Mapping[str, list[str]], is_exact: bool) -> Iterator[Group | sheets.Record]:
    """The rows of one entry together; a record that cannot be read stands alone."""
    group: Group = []
    has_item_rows = "item_name" in columns
    for record in sheet.records:
        if record.fault:
            if group:
                yield group
            group = []
            yield record
            continue
        row = Row(sheet, record, columns, is_exact)
        if group and has_item_rows and _continues(group[0], row):
            group.append(row)
            continue
        if group:
            yield group
        group = [row]
    if group:
        yield group


def _continues(first: Row, row: Row) -> bool:
    """Whether the row is a further item of the entry above: its own cells merged away, or repeated."""
    name, code = row.text("name"), row.text("external_code")
    if not name:
        return not code or code == first.text("external_code")
    if name != first.text("name") or code != first.text("external_code"):
        return False
    if row.text("platform_code") != first.text("platform_code"):
        return False
    return row.is_merged("name") or bool(row.text("item_name"))


def volume_of(row: Row) -> int | None:
    """Records that the sheet says there are; some sheets count them in 万."""
    text = re.sub(r"[,，\s]", "", row.text("declared_volume"))
    if text.isdecimal() and len(text) < 16:
        return int(text)
    try:
        count = Decimal(re.sub(r"[,，\s]", "", row.text("declared_volume_wan")) or "x") * 10_000
    except InvalidOperation:
        return None
    return int(count) if count.is_finite() and 0 <= count < 10**15 else None
