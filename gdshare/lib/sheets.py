"""A list of records out of any file people keep lists in: xlsx, xls, et, ods, csv, json, ndjson. Each record knows
where it stood, so that a message can name file, row and column.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import Any, BinaryIO

import ijson

from gdshare.lib import csv_source, workbooks
from gdshare.lib.csv_source import BadRecord
from gdshare.lib.errors import Invalid

HEADER_ROWS = 12
MOST_COLUMNS = 1_000
LISTS = ("data", "rows", "records", "result", "results", "items", "list", "dataset")
"""Members under which interfaces put their list."""


@dataclass(frozen=True)
class Record:
    """One row of a sheet or one object of a list. `number` is the row as the spreadsheet shows it, or the ordinal."""

    number: int
    values: dict[str, Any]
    fault: str = ""
    """Why the record cannot be read at all."""
    filled: frozenset[str] = frozenset()
    """Heads whose cell is the lower part of a merged one; the value is that of the whole."""


@dataclass(frozen=True)
class Sheet:
    """The opened file: what it is, its column heads in order, and its records (read once)."""

    kind: str
    heads: list[str]
    columns: dict[str, str]
    """Head → where it stands («B 列»); empty for json."""
    records: Iterator[Record]
    header_row: int = 0
    """The first row of the header, as the spreadsheet shows it; 0 for json."""
    header_depth: int = 1
    book: workbooks.Workbook | None = None
    """The workbook it is in, to be opened once and read twice."""
    notes: list[str] = field(default_factory=list)

    @property
    def unit(self) -> str:
        return "条" if self.kind in ("json", "ndjson") else "行"

    def place(self, record: Record, head: str = "") -> str:
        """第 3 行 B 列“资源名称”."""
        where = f"第 {record.number} {self.unit}"
        if not head:
            return where
        return f"{where} {self.columns[head]}“{head}”" if self.columns.get(head) else f"{where}“{head}”"


def open_sheet(
    file: BinaryIO,
    file_name: str,
    *,
    is_known: Callable[[str], bool],
    is_name: Callable[[str], bool],
    header_row: int | None = None,
    is_guessing: bool = False,
    book: workbooks.Workbook | None = None,
) -> Sheet:
    """`is_known` tells a column head we understand, `is_name` the one that names a record: with them the header row is
    found below titles and above data. `header_row` says where it is instead; with `is_guessing` a header without a
    single known head is taken to be the row of most different short texts. `book` is the file's workbook when it
    was opened before. Raises Invalid when the file as a whole cannot be read.
    """
    finder = _Finder(is_known, is_name, header_row, is_guessing)
    if book is not None:
        return _of_book(file_name, book, book.again(), finder)
    file.seek(0)
    head = file.read(4096)
    if not head:
        raise _refusal(file_name, "是空的。", "EMPTY", "请核对文件后重新上传。")
    try:
        if workbooks.is_workbook(head):
            book = workbooks.open_workbook(file, file_name)
            return _of_book(file_name, book, book.rows, finder)
        kind = _json_kind(head, file_name)
        if kind:
            return _json_sheet(file, file_name, kind)
        if file_name.rpartition(".")[2].lower() in ("xlsx", "xls", "et", "ods", "xlsm"):
            raise _refusal(file_name, "不是 Excel 工作簿，内容与扩展名不符。", "FILE_TYPE", "请另存为 xlsx 后再上传。")
        if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<?xml", b"<!DOCTYPE", b"<html", b"<HTML")):
            raise _refusal(file_name, "是 XML 或网页，不是表格。", "FILE_TYPE", "请另存为 xlsx、CSV 或 JSON 后再上传。")
        seen = csv_source.inspect(file)
        rows = csv_source.records(file, encoding=seen.encoding)
        return _tabular(file_name, "csv", rows, (), finder)
    except Invalid as refusal:
        if file_name in refusal.message:
            raise
        raise _refusal(file_name, f"：{refusal.message}", refusal.code, refusal.remedy, **refusal.details) from None


def _refusal(file_name: str, reason: str, code: str, remedy: str, **details: Any) -> Invalid:
    details.setdefault("file", file_name)
    return Invalid(f"文件“{file_name}”{reason}", code=code, remedy=remedy, details=details)


# ── tables ────────────────────────────────────────────────────────────────────────────────────────────────────────

Rows = Iterator[tuple[int, "list[str] | BadRecord"]]
Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]


@dataclass(frozen=True)
class _Finder:
    """How the header is found."""

    is_known: Callable[[str], bool]
    is_name: Callable[[str], bool]
    header_row: int | None
    is_guessing: bool

    def index(self, first: Sequence[Any]) -> int | None:
        """Which of the first rows is the header."""
        lists = [(index, number, cells) for index, (number, cells) in enumerate(first) if isinstance(cells, list)]
        if self.header_row is not None:
            return next((index for index, number, _ in lists if number == self.header_row), None)
        scores = [
            (sum(map(self.is_known, cells)), -index) for index, _, cells in lists if any(map(self.is_name, cells))
        ]
        if scores:
            return -max(scores)[1]
        guesses = [(_variety(cells), -index) for index, _, cells in lists if self.is_guessing and _variety(cells)]
        return -max(guesses)[1] if guesses else None


def _variety(cells: Sequence[str]) -> int:
    """How many different short texts that are no numbers: a header has the most."""
    texts = {cell.strip() for cell in cells}
    return len([text for text in texts if 0 < len(text) <= 30 and not any(map(str.isdecimal, text[:4]))])


def _of_book(file_name: str, book: workbooks.Workbook, rows: Any, finder: _Finder) -> Sheet:
    return replace(_tabular(file_name, book.kind, rows, book.merged, finder), book=book)


def _tabular(file_name: str, kind: str, rows: Any, merged: Merged, finder: _Finder) -> Sheet:
    first = list(islice(rows, HEADER_ROWS))
    if not first:
        raise _refusal(file_name, "是空的，没有一行数据。", "EMPTY", "请核对文件后重新上传。")
    for number, cells in first:
        if isinstance(cells, list) and len(cells) > MOST_COLUMNS:
            raise workbooks.too_wide(file_name, number, len(cells), MOST_COLUMNS)
    best = finder.index(first)
    if best is None:
        raise _refusal(
            file_name, f"的前 {HEADER_ROWS} 行里没有找到表头。", "NO_HEADER",
            "表头应有“资源名称”（或“信息资源名称”“数据目录名称”“标题”）一列，请补上表头后再上传，或指定各列的对应。",
        )  # fmt: skip
    number, cells = first[best]
    heads, depth = _heads(cells, number, first[best + 1 :], merged, finder)
    columns = _columns(file_name, number, heads, finder.is_known)
    body = chain(first[best + depth :], rows)
    records = _records(body, heads, _Merges(merged, number + depth - 1))
    return Sheet(kind, list(columns), columns, records, number, depth)


def _heads(
    cells: list[str], number: int, below: Sequence[Any], merged: Merged, finder: _Finder
) -> tuple[list[str], int]:
    """The heads, and over how many rows they go. In a header of two rows the lower one speaks where the upper one is a
    group (格式: 分类, 类型); the group stays in front: 格式/分类.
    """
    upper = [cell.strip() for cell in cells]
    has_groups = False
    for (top, left), (_, right) in merged:
        if top == number - 1 and left < len(upper):
            has_groups = has_groups or right > left
            upper.extend([""] * (right + 1 - len(upper)))
            for column in range(left + 1, right + 1):
                upper[column] = upper[left]
    if not below or not isinstance(below[0][1], list) or below[0][0] != number + 1:
        return upper, 1
    lower = [cell.strip() for cell in below[0][1]]
    named = next((index for index, cell in enumerate(upper) if finder.is_name(cell)), None)
    if named is None:
        is_second = has_groups
    else:
        is_second = (named >= len(lower) or not lower[named]) and any(map(finder.is_known, filter(None, lower)))
        is_second = is_second and (bool(merged) or "" in upper or len(upper) < len(lower))
    if not is_second:
        return upper, 1
    group, heads = "", []
    for column in range(max(len(upper), len(lower))):
        above = upper[column] if column < len(upper) else ""
        under = lower[column] if column < len(lower) else ""
        group = above or (group if under else "")
        heads.append(f"{group}/{under}" if group and under and group != under else above or under)
    return heads, 2


def _columns(file_name: str, number: int, heads: list[str], is_known: Callable[[str], bool]) -> dict[str, str]:
    found: dict[str, str] = {}
    for index, head in enumerate(heads):
        if not head:
            continue
        place = f"{workbooks.column_name(index)} 列"
        if head in found and is_known(head):
            raise _refusal(
                file_name, f"第 {number} 行的表头“{head}”重复出现在 {found[head]} 和 {place}。", "HEADER_REPEATED",
                "请删去其中一列，或改成不同的名称。", row=number, value=head,
            )  # fmt: skip
        found.setdefault(head, place)
    return found


class _Merges:
    """Cells merged downwards, below the header: what the upper one says, all of them say."""

    def __init__(self, merged: Merged, header_end: int) -> None:
        self._starts: dict[int, list[tuple[int, int]]] = {}
        for (top, left), (bottom, _) in merged:
            if bottom > top >= header_end:
                self._starts.setdefault(top + 1, []).append((left, bottom + 1))
        self._open: dict[int, tuple[int, str]] = {}

    def fill(self, number: int, texts: list[str]) -> list[int]:
        """Put the merged values in, and tell the columns filled. Rows come in order."""
        if not self._starts and not self._open:
            return []
        filled = []
        for column, (last, text) in list(self._open.items()):
            if number > last:
                del self._open[column]
            elif text:
                texts.extend([""] * (column + 1 - len(texts)))
                texts[column] = texts[column] or text
                filled.append(column)
        for column, last in self._starts.pop(number, ()):
            self._open[column] = (last, texts[column] if column < len(texts) else "")
        return filled


def _records(rows: Rows, heads: list[str], merges: _Merges) -> Iterator[Record]:
    plain = [head for head in heads if head]
    first: dict[str, int] = {}
    for column, head in enumerate(heads):
        if head:
            first.setdefault(head, column)
    named = list(first.items())
    width = len(heads)
    for number, cells in rows:
        if isinstance(cells, BadRecord):
            yield Record(number, {}, cells.reason)
            continue
        if len(cells) > MOST_COLUMNS:
            yield Record(number, {}, f"有 {len(cells)} 列，最多 {MOST_COLUMNS} 列")
            continue
        texts = [cell.strip() for cell in cells]
        if not any(texts) or (plain[0] in texts and [text for text in texts if text] == plain):
            continue  # a blank row, or the header again at the top of a printed page
        filled = frozenset(heads[column] for column in merges.fill(number, texts) if column < len(heads))
        present = len(texts)
        values: dict[str, Any] = {head: texts[column] for head, column in named if column < present and texts[column]}
        extra = [text for text in texts[width:] if text] if present > width else []
        fault = f"比表头多出 {len(extra)} 列（“{extra[0][:20]}”等）" if extra else ""
        yield Record(number, values, fault, filled)


# ── json ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _json_kind(head: bytes, file_name: str) -> str:
    """ndjson when the first line is a whole object and a second line begins another; json when it looks like JSON."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] not in (b"{", b"["):
        return ""
    suffix = file_name.rpartition(".")[2].lower()
    if suffix in ("csv", "txt") and start[:1] == b"[":
        return ""
    if suffix in ("ndjson", "jsonl"):
        return "ndjson"
    line, _, rest = start.partition(b"\n")
    if start[:1] == b"{" and rest.lstrip()[:1] == b"{":
        try:
            json.loads(line)
        except ValueError:
            return "json"
        return "ndjson"
    return "json"


def _json_sheet(file: BinaryIO, file_name: str, kind: str) -> Sheet:
    try:
        csv_source.inspect(file, encoding="utf-8-sig")
    except Invalid:
        raise _refusal(file_name, "不是 UTF-8 编码的 JSON。", "ENCODING", "请另存为 UTF-8 编码后再上传。") from None
    file.seek(0)
    if file.read(3) != b"\xef\xbb\xbf":
        file.seek(0)
    start = file.tell()
    if kind == "ndjson":
        return Sheet(kind, [], {}, _lines(file))
    prefix = _list_in(file, file_name)
    file.seek(start)
    return Sheet(kind, [], {}, _objects(file, file_name, prefix))


def _lines(file: BinaryIO) -> Iterator[Record]:
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            yield Record(number, {}, "不是合法的 JSON")
            continue
        yield Record(number, value, "") if isinstance(value, dict) else Record(number, {}, "不是对象")


def _list_in(file: BinaryIO, file_name: str) -> str:
    """Where the list is: the whole document, or the first known member that is one."""
    try:
        for prefix, event, _ in ijson.parse(file):
            if event == "start_array" and (prefix == "" or prefix.rpartition(".")[2] in LISTS):
                return f"{prefix}.item" if prefix else "item"
            if prefix.count(".") > 3:
                break
    except ijson.JSONError as error:
        raise _json_broken(file_name, error) from None
    raise _refusal(
        file_name,
        "里没有找到目录列表：应是对象的列表，或 {“data”: […]}。",
        "JSON_SHAPE",
        "请核对文件是不是导出的目录。",
    )


def _objects(file: BinaryIO, file_name: str, prefix: str) -> Iterator[Record]:
    number = 0
    try:
        for value in ijson.items(file, prefix, use_float=True):
            number += 1
            yield Record(number, value, "") if isinstance(value, dict) else Record(number, {}, "不是对象")
    except ijson.JSONError as error:
        raise _json_broken(file_name, error) from None


def _json_broken(file_name: str, error: Exception) -> Invalid:
    reason = str(error).splitlines()[0][:80]
    return _refusal(
        file_name, "不是合法的 JSON，可能没有下载完整。", "JSON_BROKEN", "请重新导出后再上传。", fault=reason
    )
