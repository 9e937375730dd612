"""A reading as an xlsx in a temporary file, row by row in constant memory."""

import csv
import io
import tempfile
from collections.abc import Iterator
from typing import IO

import xlsxwriter

from gdshare.lib.errors import Invalid
from sharing.delivery.reading import Form, Header, Reading
from sharing.delivery.streaming import CopyStream, OnEnd, Recheck

MOST_ROWS = 1_048_575
LONGEST_CELL = 32_767
EXACT_DIGITS = 15
NUMBERS = {"numeric", "bigint", "double precision"}


def check_size(row_count: int) -> None:
    """A sheet holds 1,048,575 rows under its header."""
    if row_count > MOST_ROWS:
        raise Invalid(
            f"这项资源有 {row_count:,} 行，一张 Excel 表最多 {MOST_ROWS:,} 行。",
            code="TOO_MANY_ROWS",
            remedy="请改选 CSV，或用接口取数。",
        )


def write(reading: Reading, *, on_end: OnEnd, recheck: Recheck | None = None) -> IO[bytes]:
    """The file, rewound; it vanishes when closed. Texts are written as texts, so nothing in them can run."""
    file = tempfile.TemporaryFile(prefix="gdshare-")  # noqa: SIM115  the response closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False})
    sheet = book.add_worksheet("数据")
    is_number = [
        not entry.is_masked and any(c["item_id"] == entry.item.item_id and c["pg_type"] in NUMBERS
                                    for c in reading.version.columns)
        for entry in reading.items
    ]  # fmt: skip
    sheet.write_row(0, 0, [entry.item.name for entry in reading.items], book.add_format({"bold": True}))
    stream = CopyStream(reading.csv(Form.PERSON, Header.NONE), on_end=on_end, recheck=recheck)
    try:
        for number, cells in enumerate(csv.reader(_lines(stream)), 1):
            for column, text in enumerate(cells):
                if is_number[column] and text and sum(map(str.isdigit, text)) <= EXACT_DIGITS:
                    sheet.write_number(number, column, float(text))
                elif text:
                    sheet.write_string(number, column, _unguarded(text)[:LONGEST_CELL])
        book.close()
    except BaseException:
        file.close()
        raise
    finally:
        stream.close()
    file.seek(0)
    return file


def _unguarded(text: str) -> str:
    """A text cell of a workbook is never run, so the guard of the csv is taken away again."""
    return text[1:] if text[:1] == "'" and text[1:2] in "=+-@\t\r" else text


def _lines(stream: CopyStream) -> Iterator[str]:
    pipe = io.TextIOWrapper(io.BufferedReader(_Pieces(stream)), encoding="utf-8", newline="")
    yield from pipe


class _Pieces(io.RawIOBase):
    """An iterator of bytes as a file."""

    def __init__(self, stream: CopyStream) -> None:
        self._pieces = iter(stream)
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        if not self._left:
            self._left = next(self._pieces, b"")
        piece, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)
