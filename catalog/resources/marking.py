"""The file that was uploaded, given back with its faults marked: what is wrong stands at the cell, and once more in a
column «问题» at the end of the row, which an import does not read.
"""

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any, BinaryIO

import openpyxl
import xlsxwriter
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from catalog.resources.opening import Source, look
from gdshare.lib import csv_source
from gdshare.lib.csv_source import BadRecord
from gdshare.lib.errors import Invalid

LARGEST_KEPT = 2 * 1024 * 1024
"""Bytes of an xlsx that is given back as it was, formats and all; a larger one comes back as plain cells, since the
whole of it would have to stand in memory."""
FILL = "FCEBE9"
HEAD = "问题"
Faults = Mapping[int, Sequence[Mapping[str, Any]]]
"""Row → what is wrong in it."""


def by_row(faults: Iterable[Mapping[str, Any]]) -> Faults:
    found: dict[int, list[Mapping[str, Any]]] = {}
    for fault in faults:
        found.setdefault(int(fault["row"]), []).append(fault)
    return found


def marked(file: BinaryIO, file_name: str, faults: Faults, *, header_row: int | None = None) -> IO[bytes]:
    """An xlsx with the faults in it, in a file that goes away when it is closed."""
    source = look(file, file_name, header_row=header_row)
    target: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
    file.seek(0, 2)
    if source.book is not None and source.book.kind == "xlsx" and file.tell() <= LARGEST_KEPT:
        try:
            _mark_in_place(file, source, faults, target)
        except Invalid:
            raise
        except Exception:  # whatever openpyxl cannot make of another program's workbook
            target.seek(0)
            target.truncate()
        else:
            target.seek(0)
            return target
    _written_anew(file, source, faults, target)
    target.seek(0)
    return target


def words(fault: Mapping[str, Any]) -> str:
    return f"{fault['message']}{fault['remedy']}"


# ── the workbook itself ───────────────────────────────────────────────────────────────────────────────────────────


def _mark_in_place(file: BinaryIO, source: Source, faults: Faults, target: IO[bytes]) -> None:
    file.seek(0)
    book = openpyxl.load_workbook(file)
    page = book[source.book.sheet_name]
    fill = PatternFill("solid", fgColor=FILL)
    last = page.max_column + 1
    earlier = page.cell(source.header_row or 1, page.max_column)
    if str(earlier.value or "").strip() == HEAD:
        last -= 1
    page.cell(source.header_row or 1, last, HEAD)
    for number, found in faults.items():
        page.cell(number, last, "\n".join(dict.fromkeys(map(words, found)))[:32_000])
        for fault in found:
            cell = page[f"{_letter(fault) or 'A'}{number}"]
            if isinstance(cell, MergedCell):
                cell = _whole(page, cell)
            cell.fill = fill
            before = f"{cell.comment.text}\n" if cell.comment else ""
            cell.comment = Comment(f"{before}{words(fault)}"[:2_000], "一网共享", height=120, width=320)
    page.column_dimensions[get_column_letter(last)].width = 60
    book.save(target)


def _whole(page: Any, cell: MergedCell) -> Any:
    """The cell that holds a merged one's value."""
    area = next(area for area in page.merged_cells.ranges if cell.coordinate in area)
    return page.cell(area.min_row, area.min_col)


def _letter(fault: Mapping[str, Any]) -> str:
    found = re.match(r"([A-Z]{1,3}) 列", str(fault["column"]))
    return found[1] if found else ""


# ── a plain one ───────────────────────────────────────────────────────────────────────────────────────────────────


def _written_anew(file: BinaryIO, source: Source, faults: Faults, target: IO[bytes]) -> None:
    options = {"constant_memory": True, "strings_to_numbers": False, "strings_to_formulas": False,
               "strings_to_urls": False}  # fmt: skip
    book = xlsxwriter.Workbook(target, options)
    page = book.add_worksheet("目录")
    bad = book.add_format({"bg_color": f"#{FILL}"})
    columns = {head: index for index, head in enumerate(source.heads)}
    offset = 0 if source.header_row else 1
    last = max([_number(place) for place in source.places.values()] or [len(source.heads) - 1]) + 1
    page.set_column(last, last, 60)
    for number, cells in _rows(file, source):
        is_header = number == (source.header_row or 0)
        found = [] if is_header else faults.get(number, [])
        places = {_number(fault["column"], columns) for fault in found}
        for index, text in enumerate(cells[:last]):
            if text:
                page.write_string(number - 1 + offset, index, text[:32_767], bad if index in places else None)
            elif index in places:
                page.write_blank(number - 1 + offset, index, None, bad)
        if is_header or found:
            said = HEAD if is_header else "\n".join(dict.fromkeys(map(words, found)))
            page.write_string(number - 1 + offset, last, said[:32_767])
    book.close()


def _rows(file: BinaryIO, source: Source) -> Iterator[tuple[int, list[str]]]:
    """Every row where it stood; of a list of objects the heads as row 0 and the objects below."""
    if source.book is not None:
        yield from source.book.again()
    elif source.header_row:
        for number, cells in csv_source.records(file, encoding=csv_source.inspect(file).encoding):
            yield number, ["（这一行读不出来）"] if isinstance(cells, BadRecord) else cells
    else:
        yield 0, source.heads
        for record in source.sheet().records:
            yield record.number, [_plain(record.values.get(head)) for head in source.heads]


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return "|".join(map(str, value)) if isinstance(value, list) else str(value)


def _number(place: str, columns: Mapping[str, int] | None = None) -> int:
    """«B 列“…”» → 1, «“标题”» by its head; -1 for the row as a whole."""
    letter = re.match(r"([A-Z]{1,3}) 列", place)
    if letter:
        number = 0
        for character in letter[1]:
            number = number * 26 + ord(character) - 64
        return number - 1
    return (columns or {}).get(place.strip("“”"), -1)
