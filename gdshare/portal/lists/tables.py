"""What a list is: columns, rows and the words of each cell, the same on the page and in the exported sheet."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from gdshare.lib.clock import day_of
from security.access.permissions import Permission

CHUNK = 500
"""Rows whose facts are read together in an export."""


@dataclass(frozen=True)
class Cell:
    """One cell. `exported`: what the sheet gets where it differs (the names behind a count, words behind a mark)."""

    text: str | int = ""
    url: str = ""
    note: str = ""
    kind: str = ""
    """share: the mark of a share type; pill: a status with `tone` and `icon`; mono: a code."""
    tone: str = ""
    icon: str = ""
    exported: str | int | None = None

    @property
    def value(self) -> str | int:
        """For the sheet."""
        if self.exported is not None:
            return self.exported
        return f"{self.text}（{self.note}）" if self.note else self.text


@dataclass(frozen=True)
class Column:
    """`hidden` columns stand in the sheet only; `is_first` begins the row on a phone."""

    label: str
    is_number: bool = False
    is_hidden: bool = False
    is_first: bool = False


@dataclass(frozen=True)
class Filters:
    """What an address narrows a list by; empty means all."""

    text: str = ""
    provider: int | None = None
    theme: str = ""
    state: str = ""
    resource: int | None = None

    @property
    def facts(self) -> dict[str, str | int]:
        """The chosen ones, for the log."""
        return {name: value for name, value in vars(self).items() if value not in ("", None)}


@dataclass(frozen=True)
class ListKind:
    """One of the lists. `rows` gives an ordered queryset cut by what the actor may see; `cells` turns a handful of
    its rows into cells, in a constant number of queries.
    """

    key: str
    title: str
    lead: str
    columns: tuple[Column, ...]
    rows: Callable[[Any, Filters, date], Any]
    cells: Callable[[Any, Sequence[Any], date], list[tuple[Cell, ...]]]
    permission: Permission = Permission.RESOURCE_VIEW
    states: Mapping[str, str] | None = None
    has_theme: bool = True
    provider_label: str = "提供部门"

    def exported(self, actor: Any, filters: Filters, *, today: date) -> Iterator[list[str | int]]:
        """Every row of the list as values, chunk by chunk, in the order of the screen."""
        rows = iter(self.rows(actor, filters, today).iterator(chunk_size=CHUNK))
        while chunk := list(islice(rows, CHUNK)):
            for cells in self.cells(actor, chunk, today):
                yield [cell.value for cell in cells]

    def shown(self, cells: Iterable[tuple[Cell, ...]]) -> list[list[tuple[Column, Cell]]]:
        """The cells of the screen with their columns."""
        return [
            [(column, cell) for column, cell in zip(self.columns, row, strict=True) if not column.is_hidden]
            for row in cells
        ]


def day(value: Any) -> str:
    """A date or a moment as a day; empty for none."""
    if value is None:
        return ""
    return f"{day_of(value) if hasattr(value, 'hour') else value:%Y-%m-%d}"
