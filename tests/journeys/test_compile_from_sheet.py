"""A department compiles from a real sheet with faults: reads them by cell, takes the marked workbook, mends it, brings
it in, and gets it past both approvals. In a real browser, with a real worker.
"""

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from catalog.resources.models import DataResource
from tests.cast import Cast
from tests.journeys.site import ROOT, Site

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]
FOSHAN = ROOT.parent / "shared" / "data" / "catalogs" / "foshan_2018_03_list.xlsx"
NAME = "数据目录名称"
MADE = [
    [NAME, "开放状态", "来源部门", "更新频率", "简介"],
    ["地税税务登记信息", "无条件开放", "市地方税务局", "每月", "纳税人登记的主要信息"],
    ["文化设施名录", "无条件开放", "文广新局", "每年", "文化设施的名称、地址和电话"],
    ["河道水位信息", "无条件开放", "市水务局", "每日", "水文站每小时的水位"],
]


def sheet_of_foshan() -> list[list[Any]]:
    """The head and three entries of the Foshan catalog where it lies beside the project, else rows like them."""
    if not FOSHAN.is_file():
        return MADE
    page = openpyxl.load_workbook(FOSHAN, read_only=True).active
    rows = [list(row) for row in page.iter_rows(values_only=True, max_row=5)]
    return [row for row in rows if any(row)]


def test_a_sheet_with_faults_is_mended_and_published(
    site: Site, committed_cast: Cast, open_page: Any, tmp_path: Path
) -> None:
    site.start_worker()
    rows = sheet_of_foshan()
    name = rows[0].index(NAME)
    spoil(rows, name)
    save(rows, tmp_path / "佛山目录.xlsx")
    page = open_page()
    site.sign_in(page, "li")

    upload(page, site, tmp_path / "佛山目录.xlsx")
    page.get_by_role("heading", name="导入目录").wait_for()
    page.get_by_text("没有资源名称").first.wait_for(timeout=60_000)
    assert re.search(r"第 \d 行 [A-Z]+ 列“.+”", page.locator("#result").inner_text())
    with page.expect_download() as download:
        page.get_by_role("link", name="下载标出问题的表").click()
    marked = tmp_path / "marked.xlsx"
    download.value.save_as(marked)

    mend(marked, name)
    upload(page, site, marked)
    page.get_by_role("button", name="确认导入").click(timeout=60_000)
    page.get_by_text("导入完成").wait_for(timeout=60_000)
    assert DataResource.objects.filter(status="DRAFT").count() == len(rows) - 1

    page.get_by_role("link", name="去提交").click()
    page.get_by_text("批量补填").first.click()
    page.get_by_label(re.compile("不涉及国家秘密")).first.check()
    choose_all(page, "提交所选")
    for person, path, button in (
        ("zhou", "/catalog/manage/?show=DEPARTMENT_REVIEW", "同意所选"),
        ("liang", "/catalog/manage/?show=audit", "发布所选"),
    ):
        page = open_page()
        site.sign_in(page, person)
        page.goto(f"{site.url}{path}")
        choose_all(page, button)
    assert set(DataResource.objects.values_list("status", flat=True)) == {"PUBLISHED"}
    assert page.faults == []


def spoil(rows: list[list[Any]], name: int) -> None:
    """The last row has lost its name."""
    rows[-1][name] = None


def save(rows: list[list[Any]], path: Path) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def mend(path: Path, name: int) -> None:
    """Where a comment says that something is wrong, put it right; and say which items each entry has."""
    book = openpyxl.load_workbook(path)
    faulty = [cell for line in book.active.iter_rows() for cell in line if cell.comment]
    assert [cell.column for cell in faulty] == [name + 1]
    assert "没有资源名称" in faulty[0].comment.text
    faulty[0].value = "补上的名称"
    column = book.active.max_column + 1
    for row, text in enumerate(["信息项", *["名称|地址|更新时间"] * 3], start=1):
        book.active.cell(row, column).value = text
    book.save(path)


def upload(page: Any, site: Site, path: Path) -> None:
    page.goto(f"{site.url}/catalog/imports/")
    page.locator("input[type=file]").set_input_files(path)
    with page.expect_navigation():
        page.get_by_role("button", name="上传并检查").click()


def choose_all(page: Any, button: str) -> None:
    page.get_by_label("全选本页").first.check()
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()
