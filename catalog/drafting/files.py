"""An uploaded data file as raw tables: each sheet of a workbook is one, a csv or json is one."""

from itertools import islice
from pathlib import PurePath
from typing import BinaryIO

from catalog.drafting.tables import SAMPLE_ROWS, RawColumn, RawTable
from catalog.mounts.sources import LoadOptions, open_source
from gdshare.lib import workbooks
from gdshare.lib.csv_source import BadRecord
from gdshare.lib.errors import Invalid

MOST_SHEETS = 50
MOST_COLUMNS = 1_000
HEADER_ROWS = 10


def read(file: BinaryIO, file_name: str) -> list[RawTable]:
    """Every table of the file with a sample of its first rows. Raises Invalid when there is none."""
    file.seek(0)
    stem = PurePath(file_name).stem
    if workbooks.is_workbook(file.read(8)):
        names = workbooks.open_workbook(file, file_name).sheet_names
        if len(names) > MOST_SHEETS:
            raise Invalid(f"文件有 {len(names)} 张工作表，最多 {MOST_SHEETS} 张。", remedy="请拆成几份后再上传。")
        found = []
        for name in names:
            try:
                book = workbooks.open_workbook(file, file_name, sheet=name)
            except Invalid as refusal:
                if refusal.code not in ("EMPTY", "SHEET_EMPTY"):
                    raise
                continue
            rows = [cells for _, cells in islice(book.rows, SAMPLE_ROWS + HEADER_ROWS)]
            table = _table(stem if len(names) == 1 else name, rows)
            if table is not None:
                found.append(table)
    else:
        source = open_source(file, file_name, LoadOptions())
        rows = [cells for _, cells in islice(source.records, SAMPLE_ROWS + HEADER_ROWS)
                if not isinstance(cells, BadRecord)]  # fmt: skip
        table = _table(stem, rows)
        found = [table] if table is not None else []
    if not found:
        raise Invalid(
            f"文件“{file_name}”里没有找到带表头的表。", code="NO_TABLE", remedy="第一行应是列名，下面至少有一行数据。"
        )
    return found


def _table(name: str, rows: list[list[str]]) -> RawTable | None:
    """The header is the first row as wide as the table: titles above it are narrower."""
    width = max((sum(bool(cell.strip()) for cell in row) for row in rows), default=0)
    head = next((place for place, row in enumerate(rows[:HEADER_ROWS])
                 if sum(bool(cell.strip()) for cell in row) >= (width if width <= 3 else width - 1)), None)  # fmt: skip
    if head is None or head + 1 >= len(rows):
        return None
    heads = [cell.replace("\ufeff", "").strip() for cell in rows[head]]
    places = [place for place, text in enumerate(heads) if text]
    if len(places) > MOST_COLUMNS:
        raise Invalid(f"“{name}”有 {len(places)} 列，最多 {MOST_COLUMNS} 列。", remedy="请删去多余的列，或拆成几张表。")
    body = rows[head + 1 : head + 1 + SAMPLE_ROWS]
    return RawTable(
        name=name,
        columns=[RawColumn(heads[place]) for place in places],
        rows=[[row[place] if place < len(row) else "" for place in places] for row in body],
        note=f"按前 {len(body):,} 行推断",
    )
