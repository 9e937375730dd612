"""Workbooks from strangers, looked at before they are read."""

import datetime as dt
import io
import zipfile

import openpyxl
import pytest

from gdshare.lib import workbooks
from gdshare.lib.errors import Invalid


def xlsx(fill) -> io.BytesIO:
    book = openpyxl.Workbook()
    fill(book.active)
    file = io.BytesIO()
    book.save(file)
    return file


def ods(body: str, extra: dict[str, str] | None = None) -> io.BytesIO:
    names = (
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml", f'<office:doc {names}><table:table table:name="一">{body}</table:table></office:doc>'
        )
        for name, text in (extra or {}).items():
            archive.writestr(name, text)
    return file


def test_rows_keep_their_place_and_look_as_a_person_sees_them():
    def fill(page) -> None:
        page["B3"], page["C3"], page["D3"] = "0101", 12.0, 1.5
        page["B5"], page["C5"], page["D5"] = dt.date(2026, 3, 5), dt.datetime(2026, 3, 5, 8, 30), True
        page.merge_cells("B7:C8")
        page["B7"] = "合并"

    book = workbooks.open_workbook(xlsx(fill), "表.xlsx")
    assert list(book.rows) == [
        (3, ["", "0101", "12", "1.5"]), (5, ["", "2026-03-05", "2026-03-05 08:30:00", "true"]), (7, ["", "合并"]),
    ]  # fmt: skip
    assert book.merged == (((6, 1), (7, 2)),)


@pytest.mark.parametrize(
    ("cell", "value", "words"),
    [("E9", "=1+1", "E9 是公式"), ("ZZZ1", "远", "最多 1000 列")],
)
def test_formula_and_absurd_width_are_refused(cell, value, words):
    with pytest.raises(Invalid, match=words):
        workbooks.open_workbook(xlsx(lambda page: page.__setitem__(cell, value)), "表.xlsx")


def test_far_away_cell_does_not_fill_the_memory():
    def fill(page) -> None:
        page["A1"], page["ALK1048576"] = "甲", "乙"

    with pytest.raises(Invalid, match="大得不正常"):
        workbooks.open_workbook(xlsx(fill), "表.xlsx")


def test_sheet_is_chosen_by_name():
    file = xlsx(lambda page: page.append(["甲"]))
    assert workbooks.open_workbook(file, "表.xlsx", sheet="Sheet").sheet_name == "Sheet"
    with pytest.raises(Invalid, match="没有工作表“别的”"):
        workbooks.open_workbook(file, "表.xlsx", sheet="别的")


def test_ods_is_read_and_its_repeats_are_counted():
    row = (
        '<table:table-row><table:table-cell office:value-type="string"><text:p>甲</text:p></table:table-cell>'
        '<table:table-cell table:number-columns-repeated="2"/>'
        '<table:table-cell office:value-type="float" office:value="3"/>'
        '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    )
    assert list(workbooks.open_workbook(ods(row), "表.ods").rows) == [(1, ["甲", "", "", "3"])]
    many = row.replace("<table:table-row>", '<table:table-row table:number-rows-repeated="900000000">')
    with pytest.raises(Invalid, match="大得不正常"):
        workbooks.open_workbook(ods(many), "表.ods")
    formula = '<table:table-row><table:table-cell table:formula="of:=1"/></table:table-row>'
    with pytest.raises(Invalid, match="A1 是公式"):
        workbooks.open_workbook(ods(formula), "表.ods")
    with pytest.raises(Invalid, match="加了密码"):
        workbooks.open_workbook(ods(row, {"META-INF/manifest.xml": "<encryption-data/>"}), "表.ods")


def test_column_names():
    assert [workbooks.column_name(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
