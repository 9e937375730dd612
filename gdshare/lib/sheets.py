"""A list of records out of any file people keep lists in: xlsx, xls, ods, csv, json, ndjson. Each record knows where it
stood, so that a message can name file, row and column.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True)
class Sheet:
    """The opened file: what it is, its column heads in order, and its records (read once)."""

    kind: str
    heads: list[str]
    columns: dict[str, str]
    """Head → where it stands («B 列»); empty for json."""
    records: Iterator[Record]
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
    file: BinaryIO, file_name: str, *, is_known: Callable[[str], bool], is_name: Callable[[str], bool]
) -> Sheet:
    """`is_known` tells a column head we understand, `is_name` the one that names a record: with them the header row is
    found below titles and above data. Raises Invalid when the file as a whole cannot be read.
    """
    file.seek(0)
    head = file.read(4096)
    if not head:
        raise _refusal(file_name, "是空的。", "EMPTY", "请核对文件后重新上传。")
    try:
        if workbooks.is_workbook(head):
            book = workbooks.open_workbook(file, file_name)
            return _tabular(file_name, book.kind, book.rows, book.merged, is_known, is_name)
        kind = _json_kind(head, file_name)
        if kind:
            return _json_sheet(file, file_name, kind)
        if file_name.rpartition(".")[2].lower() in ("xlsx", "xls", "ods", "xlsm"):
            raise _refusal(file_name, "不是 Excel 工作簿，内容与扩展名不符。", "FILE_TYPE", "请另存为 xlsx 后再上传。")
        if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<?xml", b"<!DOCTYPE", b"<html", b"<HTML")):
            raise _refusal(file_name, "是 XML 或网页，不是表格。", "FILE_TYPE", "请另存为 xlsx、CSV 或 JSON 后再上传。")
        seen = csv_source.inspect(file)
        rows = csv_source.records(file, encoding=seen.encoding)
        return _tabular(file_name, "csv", rows, (), is_known, is_name)
    except Invalid as refusal:
        if file_name in refusal.message:
            raise
        raise _refusal(file_name, f"：{refusal.message}", refusal.code, refusal.remedy, **refusal.details) from None


def _refusal(file_name: str, reason: str, code: str, remedy: str, **details: Any) -> Invalid:
    details.setdefault("file", file_name)
    return Invalid(f"文件“{file_name}”{reason}", code=code, remedy=remedy, details=details)


# ── tables ────────────────────────────────────────────────────────────────────────────────────────────────────────

Rows = Iterator[tuple[int, "list[str] | BadRecord"]]


def _tabular(
    file_name: str,
    kind: str,
    rows: Any,
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]],
    is_known: Callable[[str], bool],
    is_name: Callable[[str], bool],
) -> Sheet:
    first = list(islice(rows, HEADER_ROWS))
    if not first:
        raise _refusal(file_name, "是空的，没有一行数据。", "EMPTY", "请核对文件后重新上传。")
    for number, cells in first:
        if isinstance(cells, list) and len(cells) > MOST_COLUMNS:
            raise workbooks.too_wide(file_name, number, len(cells), MOST_COLUMNS)
    best = _header_index(first, is_known, is_name)
    if best is None:
        raise _refusal(
            file_name, f"的前 {HEADER_ROWS} 行里没有找到表头。", "NO_HEADER",
            "表头应有“资源名称”（或“信息资源名称”“数据目录名称”“标题”）一列，请补上表头后再上传。",
        )  # fmt: skip
    number, cells = first[best]
    assert isinstance(cells, list)  # noqa: S101  _header_index only offers lists
    heads, depth = _heads(cells, number, first[best + 1 :], merged, is_known, is_name)
    columns = _columns(file_name, number, heads, is_known)
    body = chain(first[best + depth :], rows)
    return Sheet(kind, list(columns), columns, _records(body, heads, file_name))


def _header_index(first: Sequence[Any], is_known: Callable[[str], bool], is_name: Callable[[str], bool]) -> int | None:
    """The row with the most heads we know, among those that name the record."""
    scores = [
        (sum(is_known(cell) for cell in cells), -index)
        for index, (_, cells) in enumerate(first)
        if isinstance(cells, list) and any(is_name(cell) for cell in cells)
    ]
    return -max(scores)[1] if scores else None


def _heads(
    cells: list[str],
    number: int,
    below: Sequence[Any],
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]],
    is_known: Callable[[str], bool],
    is_name: Callable[[str], bool],
) -> tuple[list[str], int]:
    """The heads, and over how many rows they go. In a header of two rows the lower one speaks where the upper one is a
    group (格式: 分类, 类型); the group stays in front: 格式/分类.
    """
    upper = [cell.strip() for cell in cells]
    for (top, left), (_, right) in merged:
        if top == number - 1 and left < len(upper):
            upper.extend([""] * (right + 1 - len(upper)))
            for column in range(left + 1, right + 1):
                upper[column] = upper[left]
    if not below or not isinstance(below[0][1], list) or below[0][0] != number + 1:
        return upper, 1
    lower = [cell.strip() for cell in below[0][1]]
    named = next(index for index, cell in enumerate(upper) if is_name(cell))
    is_second = (named >= len(lower) or not lower[named]) and sum(map(is_known, filter(None, lower))) >= 1
    is_second = is_second and (bool(merged) or "" in upper or len(upper) < len(lower))
    if not is_second:
        return upper, 1
    group, heads = "", []
    for column in range(max(len(upper), len(lower))):
        above = upper[column] if column < len(upper) else ""
        under = lower[column] if column < len(lower) else ""
        group = above or (group if under else "")
        heads.append(f"{group}/{under}" if group and under else above or under)
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


def _records(rows: Rows, heads: list[str], file_name: str) -> Iterator[Record]:
    plain = [head for head in heads if head]
    for number, cells in rows:
        if isinstance(cells, BadRecord):
            yield Record(number, {}, cells.reason)
            continue
        if len(cells) > MOST_COLUMNS:
            yield Record(number, {}, f"有 {len(cells)} 列，最多 {MOST_COLUMNS} 列")
            continue
        texts = [cell.strip() for cell in cells]
        if not any(texts) or [text for text in texts if text] == plain:
            continue  # a blank row, or the header again at the top of a printed page
        values: dict[str, Any] = {}
        for head, text in zip(heads, texts, strict=False):
            if head:
                values.setdefault(head, text)
        extra = [text for text in texts[len(heads) :] if text]
        yield Record(number, values, f"比表头多出 {len(extra)} 列（“{extra[0][:20]}”等）" if extra else "")


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
