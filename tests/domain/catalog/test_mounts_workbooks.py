"""Workbooks as tables: texts stay texts, dates and numbers are read as what they are, bad books are refused."""

import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection

from catalog.mounts import queries
from catalog.mounts.models import TableVersion
from tests.factories.catalog import published_resource
from tests.factories.mounts import load, mounted_resource, text_items

State = TableVersion.State
ITEMS = text_items(["编号", "日期", "数"], f2="D", f3="N")


def book(*rows) -> bytes:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def stored(version):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM mounted."{version.table_name}" ORDER BY _row')
        return [tuple(None if cell is None else str(cell) for cell in row) for row in cursor.fetchall()]


def test_a_workbook_with_a_title_row_and_typed_cells(cast):
    resource = published_resource(cast, items=ITEMS)
    content = book(
        ["全省汇总表"], ["编号", "日期", "数"], ["0101", dt.datetime(2026, 1, 2), 12.5], ["0102", "2026/1/3", None]
    )
    version = load(resource, content, cast.li, file_name="汇总.xlsx")
    assert (version.state, version.faults) == (State.CURRENT, [])
    assert stored(version) == [("3", "0101", "2026-01-02", "12.5"), ("4", "0102", "2026-01-03", None)]


def test_faults_name_the_row_of_the_sheet_and_notes_are_skipped(cast):
    resource = published_resource(cast, items=ITEMS)
    content = book(
        ["编号", "日期", "数"], ["1", "2026-13-45", 1], ["2", "2026-01-01", 2], ["3", "2026-01-01", 2], ["注：暂定"]
    )
    version = load(resource, content, cast.li, file_name="a.xlsx", skip_bottom=1)
    assert (version.row_count, version.rejected_count) == (2, 1)
    assert [(fault["row"], fault["column"]) for fault in version.faults] == [(2, "日期")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (book(["编号", "日期", "数"], ["1", "2026-01-01", "=1+1"]), "公式"),
        (b"PK\x03\x04 broken", "已损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", "已损坏"),
    ],
)
def test_a_bad_book_says_why_and_leaves_the_old_data(cast, content, words):
    resource = mounted_resource(cast, items=ITEMS, content="编号,日期,数\n旧,2026-01-01,1\n")
    before = queries.current_table(resource)
    version = load(resource, content, cast.li, file_name="坏.xlsx")
    assert version.state == State.REFUSED
    assert words in version.faults[0]["reason"]
    assert "坏.xlsx" in version.faults[0]["reason"]
    assert version.faults[0]["remedy"]
    assert queries.current_table(resource) == before
