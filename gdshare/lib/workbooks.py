"""Workbooks from strangers (xlsx, xls, ods): looked at before they are read, then given out as rows of text.

What is checked first, so that no reader library meets it: a file that is not what its name says, a broken or encrypted
workbook, a zip bomb, XML entities, a sheet of absurd size, a formula cell.
"""

import datetime as dt
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import msoffcrypto
import olefile
import python_calamine
from defusedxml.ElementTree import iterparse

from gdshare.lib.errors import Invalid

ZIP_MARK = b"PK\x03\x04"
OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CHUNK = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Beyond these a workbook is refused unread."""

    unpacked_bytes: int = 600 * 1024 * 1024
    small_bytes: int = 30 * 1024 * 1024
    ratio: int = 200
    entries: int = 5_000
    columns: int = 1_000
    cells: int = 30_000_000


@dataclass(frozen=True)
class Workbook:
    """A sheet of a workbook: its rows, and which cells are merged (row and column from 0, ends included)."""

    kind: str
    sheet_name: str
    sheet_names: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    again: Callable[[], Iterator[tuple[int, list[str]]]] = lambda: iter(())
    """The rows from the beginning, once more; the sheet is in memory."""


def is_workbook(head: bytes) -> bool:
    """Whether the first bytes are those of a zip or an OLE file."""
    return head.startswith((ZIP_MARK, OLE_MARK, b"PK\x05\x06"))


def column_name(index: int) -> str:
    """0 → A, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def open_workbook(file: BinaryIO, file_name: str, *, sheet: str = "", limits: Limits | None = None) -> Workbook:
    """The sheet named `sheet`, else the first one that holds anything. Raises Invalid with the reason and what to do.

    Rows are (number as the spreadsheet shows it, cells as text); blank rows are left out.
    """
    limits = limits or Limits()
    file.seek(0)
    head = file.read(8)
    if head.startswith((ZIP_MARK, b"PK\x05\x06")):
        kind = _check_zip(file, file_name, limits)
        if kind == "ods":
            return _open_ods(file, file_name, sheet, limits)
    elif head.startswith(OLE_MARK):
        _check_ole(file, file_name, limits)
        kind = "xls"
    else:
        raise _refusal(file_name, "不是 Excel 工作簿。", "FILE_TYPE", "请另存为 xlsx 或 CSV（UTF-8）后再上传。")
    return _open_calamine(file, file_name, kind, sheet, limits)


def _refusal(file_name: str, reason: str, code: str, remedy: str, **details: Any) -> Invalid:
    return Invalid(f"文件“{file_name}”{reason}", code=code, remedy=remedy, details={"file": file_name, **details})


def _broken(file_name: str) -> Invalid:
    return _refusal(
        file_name,
        "已损坏，打不开。",
        "FILE_BROKEN",
        "请用 Excel 或 WPS 打开后另存一份再上传；打不开的请重新索取。",
    )


# ── xlsx, ods ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _check_zip(file: BinaryIO, file_name: str, limits: Limits) -> str:
    """Unpack every part once, counting: sizes in a zip's directory may lie. Tells xlsx from ods."""
    file.seek(0, 2)
    packed = file.tell()
    file.seek(0)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):  # the last: a zip version Python cannot read
        raise _broken(file_name) from None
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise _encrypted(file_name)
    if len(parts) > limits.entries:
        raise _bomb(file_name)
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        kind = "xlsx"
    elif "content.xml" in names and "mimetype" in names:
        kind = "ods"
    else:
        raise _refusal(
            file_name, "是压缩包或其他文档，不是 Excel 工作簿。", "FILE_TYPE", "请解压后上传其中的表格，或另存为 xlsx。"
        )
    unpacked = 0
    for part in parts:
        is_first = True
        try:
            with archive.open(part) as stream:
                while chunk := stream.read(CHUNK):
                    unpacked += len(chunk)
                    if unpacked > limits.unpacked_bytes or (
                        unpacked > limits.small_bytes and unpacked > packed * limits.ratio
                    ):
                        raise _bomb(file_name)
                    if is_first and part.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in chunk[:65536]:
                        raise _refusal(
                            file_name, "里有不允许的 XML 实体定义。", "XML_ENTITY", "这可能是恶意文件，请向来源核实。"
                        )
                    is_first = False
        except Invalid:
            raise
        except Exception:  # a broken archive raises a dozen different errors
            raise _broken(file_name) from None
    if kind == "xlsx":
        for part in parts:
            if re.fullmatch(r"xl/worksheets/[^/]+\.xml", part.filename):
                _check_sheet_xml(archive, part, file_name, limits)
    elif "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise _encrypted(file_name)
    return kind


def _bomb(file_name: str) -> Invalid:
    return _refusal(
        file_name,
        "解压后大得不正常，已停止读取。",
        "ZIP_BOMB",
        "请核实文件来源；确实很大的表请拆分，或另存为 CSV 上传。",
    )


def _encrypted(file_name: str) -> Invalid:
    return _refusal(file_name, "加了密码，读不了。", "FILE_ENCRYPTED", "请在 Excel 中取消密码后另存再上传。")


_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,4})([0-9]{1,8})"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")


def _check_sheet_xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo, file_name: str, limits: Limits) -> None:
    """Farthest row and column, and the first formula, in one pass over the sheet's XML."""
    rows = columns = 0
    last = ("", 0)
    carry = b""
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            text = carry + chunk
            cut = text.rfind(b"<c ") if len(chunk) == CHUNK else len(text)
            cut = cut if cut > 0 else len(text)
            carry, text = text[cut:], text[:cut]
            formula = _FORMULA.search(text)
            for found in _CELL.finditer(text):
                if formula and found.start() > formula.start():
                    break
                last = (found[1].decode(), int(found[2]))
                columns = max(columns, _column_number(last[0]))
                rows = max(rows, last[1])
            if columns > limits.columns:
                raise too_wide(file_name, last[1], columns, limits.columns)
            if rows * max(columns, 1) > limits.cells:
                raise _bomb(file_name)
            if formula:
                raise _formula(file_name, f"{last[0]}{last[1]}")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def too_wide(file_name: str, row: int, columns: int, most: int) -> Invalid:
    """A row of absurd width: not a table that somebody typed."""
    return _refusal(
        file_name, f"第 {row} 行有 {columns} 列，最多 {most} 列。", "TOO_WIDE",
        "请删去多余的空列；行列颠倒的请先转置。", row=row, columns=columns,
    )  # fmt: skip


def _formula(file_name: str, cell: str) -> Invalid:
    return _refusal(
        file_name, f"的单元格 {cell} 是公式，不是数据。", "FORMULA_CELL",
        "请全选后“复制、选择性粘贴为数值”，保存后再上传。", cell=cell,
    )  # fmt: skip


# ── xls ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_BOF, _FORMULA_RECORD, _WORKSHEET = 0x0809, 0x0006, 0x0010
_CELL_RECORDS = {0x0006, 0x00BD, 0x00BE, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E}


def _check_ole(file: BinaryIO, file_name: str, limits: Limits) -> None:
    """An OLE file is an old xls, or a new workbook under a password, or something else."""
    file.seek(0)
    try:
        ole = olefile.OleFileIO(file)
        streams = {"/".join(path) for path in ole.listdir()}
        if "EncryptedPackage" in streams:
            raise _encrypted(file_name)
        stream = next((name for name in ("Workbook", "Book") if name in streams), "")
        if not stream:
            raise _refusal(file_name, "不是 Excel 工作簿。", "FILE_TYPE", "请另存为 xlsx 或 CSV（UTF-8）后再上传。")
        file.seek(0)
        if msoffcrypto.OfficeFile(file).is_encrypted():
            raise _encrypted(file_name)
        _check_biff(ole.openstream(stream).read(), file_name, limits)
    except Invalid:
        raise
    except Exception:  # whatever a damaged OLE file makes its readers raise
        raise _broken(file_name) from None


def _check_biff(data: bytes, file_name: str, limits: Limits) -> None:
    position, is_sheet = 0, False
    while position + 4 <= len(data):
        record, length = struct.unpack_from("<HH", data, position)
        if record == _BOF and length >= 4:
            is_sheet = struct.unpack_from("<H", data, position + 6)[0] == _WORKSHEET
        elif is_sheet and record in _CELL_RECORDS and length >= 4:
            row, column = struct.unpack_from("<HH", data, position + 4)
            if column >= limits.columns:
                raise too_wide(file_name, row + 1, column + 1, limits.columns)
            if record == _FORMULA_RECORD:
                raise _formula(file_name, f"{column_name(column)}{row + 1}")
        position += 4 + length


# ── rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _open_calamine(file: BinaryIO, file_name: str, kind: str, sheet: str, limits: Limits) -> Workbook:
    file.seek(0)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(file)
        names = tuple(meta.name for meta in book.sheets_metadata if "WorkSheet" in str(meta.typ))
        chosen = _choose(file_name, names, sheet, lambda name: book.get_sheet_by_name(name).total_height > 0)
        found = book.get_sheet_by_name(chosen)
        start = found.start
    except Invalid:
        raise
    except Exception:
        raise _broken(file_name) from None
    merged = tuple(found.merged_cell_ranges or ()) if kind in ("xlsx", "xls") else ()
    left = start[1] if start else 0
    return Workbook(
        kind, chosen, names, _calamine_rows(found, left), merged, lambda: _calamine_rows(found, left)
    )  # fmt: skip


def _choose(file_name: str, names: tuple[str, ...], wanted: str, holds_anything: Any) -> str:
    if wanted and wanted not in names:
        raise _refusal(file_name, f"里没有工作表“{wanted}”。", "NO_SHEET", f"现有：{'、'.join(names[:20])}。")
    chosen = wanted or next((name for name in names if holds_anything(name)), "")
    if not chosen:
        raise _refusal(file_name, "是空的，没有一行数据。", "EMPTY", "请核对文件后重新上传。")
    return chosen


def _calamine_rows(sheet: Any, left: int) -> Iterator[tuple[int, list[str]]]:
    """calamine's iter_rows starts at the sheet's first row, but at the first column that holds anything."""
    for number, cells in enumerate(sheet.iter_rows(), 1):
        texts = [cell if type(cell) is str else as_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            yield number, [""] * left + texts


def as_text(cell: Any) -> str:
    """A cell as a person reads it: 12 not 12.0, 2024-01-02 not a serial number."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


# ── ods ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def _open_ods(file: BinaryIO, file_name: str, sheet: str, limits: Limits) -> Workbook:
    """Read by hand, since a repeated cell may stand for a million."""
    file.seek(0)
    tables: dict[str, list[tuple[int, list[str]]]] = {}
    try:
        with zipfile.ZipFile(file) as archive, archive.open("content.xml") as stream:
            _read_ods(stream, tables, file_name, limits)
    except Invalid:
        raise
    except Exception:
        raise _broken(file_name) from None
    names = tuple(tables)
    chosen = _choose(file_name, names, sheet, lambda name: bool(tables[name]))
    return Workbook("ods", chosen, names, iter(tables[chosen]), (), lambda: iter(tables[chosen]))


def _read_ods(stream: Any, tables: dict[str, list[tuple[int, list[str]]]], file_name: str, limits: Limits) -> None:
    rows: list[tuple[int, list[str]]] = []
    number, cells_total = 0, 0
    for event, element in iterparse(stream, events=("start", "end")):
        if event == "start":
            if element.tag == f"{_TABLE}table":
                rows, number = [], 0
                tables[element.get(f"{_TABLE}name", f"Sheet{len(tables) + 1}")] = rows
            continue
        if element.tag != f"{_TABLE}table-row":
            continue
        repeated = int(element.get(f"{_TABLE}number-rows-repeated", 1))
        cells = _ods_cells(element, number + 1, file_name, limits)
        element.clear()
        if cells:
            cells_total += len(cells) * repeated
            if cells_total > limits.cells:
                raise _bomb(file_name)
            rows.extend((number + offset, list(cells)) for offset in range(1, repeated + 1))
        number += repeated


def _ods_cells(row: Any, number: int, file_name: str, limits: Limits) -> list[str]:
    cells: list[str] = []
    blanks = 0
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        if cell.get(f"{_TABLE}formula"):
            raise _formula(file_name, f"{column_name(len(cells) + blanks)}{number}")
        repeated = int(cell.get(f"{_TABLE}number-columns-repeated", 1))
        text = _ods_text(cell)
        if not text:
            blanks += repeated
            continue
        if len(cells) + blanks + repeated > limits.columns:
            raise too_wide(file_name, number, len(cells) + blanks + repeated, limits.columns)
        cells.extend([""] * blanks + [text] * repeated)
        blanks = 0
    return cells


def _ods_text(cell: Any) -> str:
    kind = cell.get(f"{_OFFICE}value-type", "")
    if kind in ("float", "currency", "percentage"):
        return as_text(float(cell.get(f"{_OFFICE}value", "0")))
    if kind == "date":
        return cell.get(f"{_OFFICE}date-value", "").replace("T", " ").removesuffix(" 00:00:00")
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value", "")
    return "\n".join("".join(paragraph.itertext()) for paragraph in cell.findall(f"{_TEXT}p"))
