"""Any uploaded file as a stream of (row number, cells): csv, xlsx, or the json page of an interface."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any, BinaryIO

import ijson

from gdshare.lib import csv_source, workbooks
from gdshare.lib.csv_source import BadRecord, held_back
from gdshare.lib.errors import Invalid

Record = tuple[int, list[str] | BadRecord]
JSON_LISTS = ("data", "rows", "records", "result", "items", "list")
"""Members under which interfaces put their rows."""


@dataclass(frozen=True)
class LoadOptions:
    """How a file is read. `skip_top` None: the header is found among the first rows."""

    skip_top: int | None = None
    skip_bottom: int = 0
    has_header: bool = True
    encoding: str = ""
    ignores_unknown: bool = False
    allows_missing: bool = False
    is_strict: bool = False

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "LoadOptions":
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in known})

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Source:
    """An opened file: its digest, how it was read, its records, and whether the first record is surely the header."""

    sha256: str
    words: str
    records: Iterator[Record]
    has_nul: bool = False
    is_headed: bool = False
    is_ragged: bool = False
    """Rows end at their last filled cell, as a spreadsheet keeps them."""


def open_source(file: BinaryIO, file_name: str, options: LoadOptions) -> Source:
    """Chosen by what the file is, not only by its name. Raises Invalid with the file's name in front."""
    file.seek(0)
    head = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    suffix = file_name.rpartition(".")[2].lower()
    try:
        if suffix in ("xlsx", "xlsm", "xls", "ods") or head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            return _workbook(file, file_name, options)
        if suffix == "json" or (suffix not in ("csv", "txt", "tsv") and head[:1] in (b"{", b"[")):
            return _json(file)
        return _text(file, options)
    except Invalid as refusal:
        message = refusal.message if file_name in refusal.message else f"文件“{file_name}”：{refusal.message}"
        raise Invalid(message, code=refusal.code, remedy=refusal.remedy, details=refusal.details) from refusal


def _text(file: BinaryIO, options: LoadOptions) -> Source:
    seen = csv_source.inspect(file, encoding=options.encoding)
    found = csv_source.records(
        file, encoding=seen.encoding, skip_top=options.skip_top or 0, skip_bottom=options.skip_bottom
    )
    return Source(seen.sha256, csv_source.LABELS.get(seen.encoding, seen.encoding), found, seen.has_nul)


def _json(file: BinaryIO) -> Source:
    seen = csv_source.inspect(file, encoding="utf-8-sig")
    prefix = _list_in(file)
    return Source(seen.sha256, "JSON", _objects(file, prefix), True, is_headed=True)


def _list_in(file: BinaryIO) -> str:
    """Where the rows are: the whole document, or the first known member that is a list."""
    _after_mark(file)
    try:
        for prefix, event, _ in ijson.parse(file):
            if event == "start_array" and (prefix == "" or prefix.rpartition(".")[2] in JSON_LISTS):
                return f"{prefix}.item" if prefix else "item"
            if prefix.count(".") > 2:
                break
    except ijson.JSONError as error:
        raise _broken(error) from None
    raise Invalid(
        '没有找到数据：应是对象的列表，或 {"data": […]}。',
        code="JSON_SHAPE",
        remedy="请核对文件是不是接口返回的一页数据。",
    )


def _objects(file: BinaryIO, prefix: str) -> Iterator[Record]:
    _after_mark(file)
    header: list[str] = []
    number = 0
    try:
        for record in ijson.items(file, prefix):
            number += 1
            if not isinstance(record, dict):
                yield number, BadRecord("不是对象")
                continue
            if not header:
                header = list(record)
                yield 0, list(header)
            extra = [key for key in record if key not in header]
            if extra:
                yield number, BadRecord(f"多出字段“{'”、“'.join(extra[:5])}”")
                continue
            yield number, [_as_text(record.get(key)) for key in header]
    except ijson.JSONError as error:
        raise _broken(error) from None


def _broken(error: Exception) -> Invalid:
    return Invalid(f"JSON 有错：{str(error).splitlines()[0][:120]}", code="JSON_BROKEN", remedy="请核对文件是否完整。")


def _after_mark(file: BinaryIO) -> None:
    file.seek(0)
    if file.read(3) != b"\xef\xbb\xbf":
        file.seek(0)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _workbook(file: BinaryIO, file_name: str, options: LoadOptions) -> Source:
    """The first sheet that holds anything. Top rows are skipped by their number in the sheet."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    book = workbooks.open_workbook(file, file_name)
    rows = ((number, cells) for number, cells in book.rows if number > (options.skip_top or 0))
    return Source(digest, book.kind, held_back(rows, options.skip_bottom), has_nul=True, is_ragged=True)
