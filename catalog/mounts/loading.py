"""Records into a typed table: checked row by row in constant memory, sent by COPY, bad rows set aside with reasons."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from django.db import connection
from psycopg2 import sql

from catalog.mounts import columns as matching
from catalog.mounts.columns import MOST_FAULTS, Column, Matching
from catalog.mounts.sources import LoadOptions, Record, Source
from gdshare.lib.csv_source import BadRecord
from gdshare.lib.errors import Invalid
from gdshare.lib.typed_values import NotOfType

CHUNK = 1 << 18
HEADER_WITHIN = 20
"""The header is looked for among so many first rows."""

Check = Callable[[str], str]


@dataclass
class Tally:
    """What came of a load."""

    rows: int = 0
    rejected: int = 0
    faults: list[dict[str, Any]] = field(default_factory=list)

    def reject(self, *faults: dict[str, Any]) -> None:
        """Set one row aside."""
        self.rejected += 1
        self.note(*faults)

    def note(self, *faults: dict[str, Any]) -> None:
        self.faults.extend(faults[: MOST_FAULTS - len(self.faults)])


def match(source: Source, columns: Sequence[Column], options: LoadOptions) -> tuple[Matching, Iterator[Record]]:
    """The header and the records behind it. Without `skip_top` the header is the row that names most columns."""
    first = [record for record in islice(source.records, HEADER_WITHIN) if record is not None]
    rows = [(number, cells) for number, cells in first if not isinstance(cells, BadRecord)]
    if not rows:
        raise Invalid("文件里没有数据。", code="EMPTY", remedy="请核对文件，第一行应是表头。")
    if not options.has_header and not source.is_headed:
        number, cells = rows[0]
        return matching.match_positions(cells, number, columns), chain(first, source.records)
    if options.skip_top is None and not source.is_headed:
        number, cells = max(rows, key=lambda row: (matching.count_matches(row[1], columns), -row[0]))
    else:
        number, cells = rows[0]
    found = matching.match_header(
        cells, number, columns, ignores_unknown=options.ignores_unknown, allows_missing=options.allows_missing
    )
    return found, chain((record for record in first if record[0] > number), source.records)


def check_of(column: Column) -> Check | None:
    """What a value of this column goes through; None when any text is right."""
    if not column.is_text:
        return column.parse
    if column.length is None:
        return None
    limit = column.length

    def within(text: str) -> str:
        if len(text) > limit:
            raise NotOfType(f"有 {len(text)} 个字符，目录登记的长度是 {limit}", "请核对数值，或在目录中改长度。")
        return text

    return within


class Pump:
    """A file for COPY to read: each read gives the next checked rows as CSV."""

    def __init__(
        self,
        records: Iterator[Record],
        found: Matching,
        columns: Sequence[Column],
        *,
        has_nul: bool,
        is_ragged: bool = False,
        on_chunk: Callable[[int], None],
    ) -> None:
        self.tally = Tally()
        self._columns = columns
        self._found = found
        self._has_nul = has_nul
        self._is_ragged = is_ragged
        self._on_chunk = on_chunk
        self._chunks = self._encoded(records)
        self._left = b""

    def read(self, size: int = CHUNK) -> bytes:
        """At most `size` bytes; empty at the end."""
        if not self._left:
            self._left = next(self._chunks, b"")
        piece, self._left = self._left[:size], self._left[size:]
        return piece

    def _encoded(self, records: Iterator[Record]) -> Iterator[bytes]:
        buffer = io.StringIO()
        write = csv.writer(buffer, lineterminator="\n").writerow
        for number, row in self._checked(records):
            row.insert(0, number)  # type: ignore[arg-type]
            write(row)
            self.tally.rows += 1
            if buffer.tell() > CHUNK:
                yield buffer.getvalue().encode()
                buffer.seek(0)
                buffer.truncate()
                self._on_chunk(self.tally.rows)
        yield buffer.getvalue().encode()

    def _checked(self, records: Iterator[Record]) -> Iterator[tuple[int, list[str]]]:
        tally, width = self.tally, self._found.width
        positions = [width if place is None else place for place in self._found.positions]
        is_straight = positions == list(range(width))
        checks = [
            (index, check_of(column), column.is_required)
            for index, column in enumerate(self._columns)
            if check_of(column) or column.is_required
        ]
        for number, cells in records:
            if isinstance(cells, BadRecord):
                tally.reject(matching.fault(number, "", "", cells.reason, "请改正这一行后重新上传。"))
                continue
            if len(cells) != width and not self._fit(cells):
                reason = f"这一行有 {len(cells)} 列，表头有 {width} 列"
                remedy = "请检查分隔符和引号；说明文字请用“跳过末尾行数”去掉。"
                tally.reject(matching.fault(number, "", cells[0][:60] if cells else "", reason, remedy))
                continue
            if not is_straight:
                cells.append("")
                cells = [cells[place] for place in positions]
            faults = self._faults(number, cells, checks)
            if faults:
                tally.reject(*faults)
            else:
                yield number, cells

    def _fit(self, cells: list[str]) -> bool:
        """Let go of empty cells behind the last column; give a spreadsheet's row the empty ones it ended before."""
        width = self._found.width
        if len(cells) < width and self._is_ragged:
            cells.extend([""] * (width - len(cells)))
            return True
        if len(cells) > width and not any(cells[width:]):
            del cells[width:]
            return True
        return False

    def _faults(
        self, number: int, cells: list[str], checks: Sequence[tuple[int, Check | None, bool]]
    ) -> list[dict[str, Any]]:
        """Check and put the canonical values into `cells`; what was wrong."""
        faults = []
        for index, check, is_required in checks:
            value = cells[index]
            if value and check:
                try:
                    cells[index] = check(value)
                    continue
                except NotOfType as refusal:
                    column = self._columns[index]
                    if value.strip() or column.is_text:
                        faults.append(
                            matching.fault(number, column.name, column.shown(value), refusal.reason, refusal.remedy)
                        )
                        continue
                    cells[index] = value = ""
            if is_required and not value:
                faults.append(matching.fault(number, self._columns[index].name, "", "必有的信息项是空的", "请补上。"))
        if self._has_nul:
            faults += [
                matching.fault(number, column.name, "", "含有不可见的空字符（NUL）", "请在源文件中删去。")
                for column, value in zip(self._columns, cells, strict=True)
                if "\0" in value
            ]
        return faults


def create_table(name: str, columns: Sequence[Column]) -> None:
    """A typed table in schema `mounted`. `_row` is the row's number in the file."""
    body = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column.column), sql.SQL(column.pg_type)) for column in columns
    )
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE TABLE mounted.{} (_row bigint NOT NULL, {})").format(sql.Identifier(name), body))


def copy_in(name: str, columns: Sequence[Column], pump: Pump) -> None:
    """Send everything the pump gives. Empty is NULL, quoted or not."""
    names = sql.SQL(", ").join(sql.Identifier(column.column) for column in columns)
    statement = sql.SQL(
        "COPY mounted.{} (_row, {}) FROM STDIN WITH (FORMAT csv, FREEZE, ENCODING 'UTF8', FORCE_NULL ({}))"
    ).format(sql.Identifier(name), names, names)
    with connection.cursor() as cursor:
        cursor.copy_expert(statement.as_string(cursor.connection), pump, CHUNK)


def drop_duplicates(name: str, columns: Sequence[Column], tally: Tally) -> None:
    """Rows that repeat the key of an earlier row go out, each named with the row it repeats."""
    keys = [column for column in columns if column.is_key]
    if not keys:
        return
    names = sql.SQL(", ").join(sql.Identifier(column.column) for column in keys)
    table = sql.Identifier(name)
    statement = sql.SQL(
        """
        WITH twin AS (
          SELECT _row, first FROM (
            SELECT _row, min(_row) OVER (PARTITION BY {names}) AS first FROM mounted.{table}
          ) AS seen WHERE _row > first
        ), gone AS (
          DELETE FROM mounted.{table} AS t USING twin WHERE t._row = twin._row RETURNING t._row, twin.first, {values}
        )
        SELECT count(*) OVER (), gone.* FROM gone ORDER BY _row LIMIT %s
        """
    ).format(
        names=names,
        table=table,
        values=sql.SQL(", ").join(sql.SQL("t.{}::text").format(sql.Identifier(column.column)) for column in keys),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [MOST_FAULTS])
        found = cursor.fetchall()
    for _, row, first, *values in found:
        shown = "、".join(column.shown(value or "") for column, value in zip(keys, values, strict=True))
        label = "、".join(column.name for column in keys)
        tally.note(matching.fault(row, label, shown, f"与第 {first} 行的主键重复", "请删去重复的行，或核对主键。"))
    if found:
        tally.rows -= found[0][0]
        tally.rejected += found[0][0]


def finish_table(name: str, columns: Sequence[Column]) -> None:
    """Keys, and statistics for the planner."""
    table = sql.Identifier(name)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("ALTER TABLE mounted.{} ADD PRIMARY KEY (_row)").format(table))
        keys = [sql.Identifier(column.column) for column in columns if column.is_key]
        if keys:
            cursor.execute(sql.SQL("CREATE UNIQUE INDEX ON mounted.{} ({})").format(table, sql.SQL(", ").join(keys)))
        cursor.execute(sql.SQL("ANALYZE mounted.{}").format(table))
