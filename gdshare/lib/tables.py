"""A table written out as csv or xlsx, row by row: memory does not grow with the rows."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

import xlsxwriter

MOST_ROWS = 1_048_575
"""What a sheet of Excel holds under its headings."""
LONGEST_CELL = 32_767
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
Value = str | int


class _Line:
    """A file that hands each written line on."""

    def write(self, line: str) -> str:
        return line


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """UTF-8 with a mark, so that spreadsheets read it; what looks like a formula is made text."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(headings)
    for row in rows:
        yield writer.writerow([_harmless(value) for value in row])


def _harmless(value: Value) -> Value:
    """A spreadsheet must not run what somebody typed as a name."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def workbook(title: str, headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> IO[bytes]:
    """An xlsx in a temporary file, rewound; it vanishes when closed. Texts stay texts: nothing in them runs."""
    file = tempfile.TemporaryFile(prefix="gdshare-")  # noqa: SIM115  the response closes it
    try:
        book = xlsxwriter.Workbook(file, {"constant_memory": True, "in_memory": False})
        sheet = book.add_worksheet(title)
        sheet.write_row(0, 0, headings, book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value[:LONGEST_CELL])
                else:
                    sheet.write_number(number, column, value)
        book.close()
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file
