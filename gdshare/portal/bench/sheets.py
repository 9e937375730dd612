"""How fast a department's sheet comes in: the national guide's layout, a row for each item, every check."""

import tempfile
import time
from datetime import datetime
from typing import BinaryIO

import xlsxwriter

from catalog.resources import actions, layouts
from catalog.resources.models import DataResource
from gdshare.portal.bench import figures
from gdshare.portal.bench.corpus import THINGS
from gdshare.portal.bench.figures import Figure
from gdshare.portal.bench.world import CITIES
from security.departments.models import Department

ITEMS = (
    "统一编号", "单位名称", "统一社会信用代码", "法定代表人姓名", "联系电话", "证件号码", "行政区划代码", "登记日期",
    "有效期止", "注册资本金额", "从业人数", "经度", "纬度", "登记机关", "状态",
)  # fmt: skip


def imports(department: Department, *, now: datetime, entries: int = 10_000) -> list[Figure]:
    """Check a sheet, write it, and import it a second time."""
    with tempfile.TemporaryFile() as file:
        write_sheet(file, entries)
        seconds = []
        for is_dry_run in (True, False, False):
            started = time.perf_counter()
            report = actions.import_catalog(
                by=None, now=now, department=department, file=file, file_name="目录.xlsx", is_dry_run=is_dry_run
            )
            seconds.append(time.perf_counter() - started)
            if report.refused or report.total != entries:
                raise RuntimeError(f"imported {report.total}, refused {report.refused}: {report.faults[:3]}")
    if report.unchanged != entries or DataResource.objects.filter(provider=department).count() < entries:
        raise RuntimeError("the second import changed something")
    name = f"{entries:,} entries × {len(ITEMS)} items of xlsx"
    return [
        figures.plain(f"{name}: dry run", seconds[0], "s"),
        figures.at_most(f"{name}: imported", seconds[1], "s", 60),
        figures.plain(f"{name}: again, no change", seconds[2], "s"),
    ]


def write_sheet(file: BinaryIO, entries: int) -> None:
    """A workbook in layout T-A; the entry's own cells stand in its first row."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_numbers": False})
    page = book.add_worksheet()
    heads = {column.head: index for index, column in enumerate(layouts.T_A.columns)}
    for head, index in heads.items():
        page.write_string(0, index, head)
    row = 1
    for number in range(entries):
        place, thing = CITIES[number % 21], THINGS[number * 7 % len(THINGS)]
        entry = {
            "信息资源名称": f"{place}市{thing}信息{number}", "信息资源代码": f"BENCH-{number:06d}",
            "信息资源摘要": f"{place}市{thing}的主要信息，由业务系统更新。", "信息资源格式分类": "数据库",
            "信息资源格式类型": "mysql", "共享类型": "有条件共享" if number % 3 else "无条件共享",
            "共享条件/不予共享依据": "限履行职责核验使用" if number % 3 else "", "共享方式类型": "接口",
            "是否向社会开放": "否", "更新周期": "每日", "发布日期": "2026-03-01", "开放主题分类": "公共服务",
        }  # fmt: skip
        for position, item in enumerate(ITEMS):
            cells = {"信息项名称": f"{item}{number % 50}", "数据类型": "字符型", "数据长度": "50"}
            for head, text in (entry | cells if not position else cells).items():
                if text:
                    page.write_string(row, heads[head], text)
            row += 1
    book.close()
