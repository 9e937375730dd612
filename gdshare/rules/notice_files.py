"""Reading a year's 放假安排 from a file: the JSON of the public holiday data sets, or a sheet of date, kind and name.

Pure: bytes in, a value out. Every fault of the file is told at once, each with its place.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from gdshare.lib import sheets
from gdshare.lib.errors import Invalid

LARGEST = 1_000_000
"""Bytes. The files of 2013–2026 are 5,000 each."""
MOST_FAULTS = 20
FIRST_YEAR, LAST_YEAR = 2000, 2100

DAY_HEADS = frozenset({"日期", "放假日期", "date"})
KIND_HEADS = frozenset({"安排", "类型", "放假或上班", "放假/上班", "kind"})
NAME_HEADS = frozenset({"名称", "节日", "节假日", "name"})
OFF_WORDS = frozenset({"放假", "休", "休息", "off"})
WORK_WORDS = frozenset({"上班", "调休上班", "班", "补班", "work"})
DAY = re.compile(r"^(\d{4})(?:-|/|\.|年)?(\d{1,2})(?:-|/|\.|月)?(\d{1,2})日?(?:[ T].*)?$")


@dataclass(frozen=True)
class NoticeDay:
    """One day that a notice names: off, or a weekend day worked instead."""

    day: date
    is_workday: bool
    name: str


@dataclass(frozen=True)
class YearNotice:
    """What one file says of one year. `papers`: the addresses of the notices, when the file names them."""

    year: int
    papers: tuple[str, ...]
    days: tuple[NoticeDay, ...]


def read(file: BinaryIO, file_name: str, *, year: int | None = None) -> YearNotice:
    """The notice in a file. `year` is needed for a sheet; a JSON file says its own. Raises Invalid with every fault."""
    if file_name.lower().endswith(".json"):
        notice, faults = _from_json(file, file_name)
    else:
        notice, faults = _from_sheet(file, file_name, year)
    if year and notice.year != year:
        faults.insert(0, f"文件写的是 {notice.year} 年，表单选的是 {year} 年")
    faults += _faults(notice)
    if faults:
        shown = "；".join(faults[:MOST_FAULTS])
        more = f"；另有 {len(faults) - MOST_FAULTS} 处" if len(faults) > MOST_FAULTS else ""
        raise Invalid(
            f"文件“{file_name}”有 {len(faults)} 处问题，没有导入：{shown}{more}。",
            code="NOTICE_FAULTY",
            remedy="请对照通知原文改正后重新上传。",
            details={"faults": faults[:MOST_FAULTS]},
        )
    return notice


def _from_json(file: BinaryIO, file_name: str) -> tuple[YearNotice, list[str]]:
    file.seek(0)
    raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise Invalid(f"文件“{file_name}”超过 1 MB，不是一年的放假安排。", remedy="请核对文件。")
    try:
        data = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Invalid(f"文件“{file_name}”不是 UTF-8 编码的 JSON。", remedy="请重新下载，或改用表格导入。") from None
    if not isinstance(data, dict) or not isinstance(data.get("days"), list) or not isinstance(data.get("year"), int):
        raise Invalid(
            f"文件“{file_name}”的结构不对：应有 year（年份）和 days（日期列表）。",
            remedy="请核对文件，或改用表格导入。",
        )
    days, faults = [], []
    for number, entry in enumerate(data["days"], 1):
        entry = entry if isinstance(entry, dict) else {}
        day, is_off = _day(entry.get("date")), entry.get("isOffDay")
        if day is None or not isinstance(is_off, bool):
            faults.append(f"days 第 {number} 项缺少日期（date）或是否放假（isOffDay）")
            continue
        days.append(NoticeDay(day, not is_off, str(entry.get("name") or "").strip()))
    papers = data.get("papers")
    return YearNotice(data["year"], tuple(map(str, papers if isinstance(papers, list) else ())), tuple(days)), faults


def _from_sheet(file: BinaryIO, file_name: str, year: int | None) -> tuple[YearNotice, list[str]]:
    if not year:
        raise Invalid("用表格导入时要写明是哪一年的安排。", remedy="请填写年份。")
    known = DAY_HEADS | KIND_HEADS | NAME_HEADS
    try:
        sheet = sheets.open_sheet(
            file, file_name, is_known=lambda head: _bare(head) in known, is_name=lambda head: _bare(head) in DAY_HEADS
        )
    except Invalid as refusal:
        if refusal.code != "NO_HEADER":
            raise
        raise Invalid(f"文件“{file_name}”里没有找到表头。", remedy="表头应有“日期”“安排”“名称”三列。") from None
    days, faults = [], []
    for record in sheet.records:
        cells = {_bare(head): str(value).strip() for head, value in record.values.items()}
        day, kind = _day(_cell(cells, DAY_HEADS)), _cell(cells, KIND_HEADS).lower()
        place = sheet.place(record)
        if record.fault:
            faults.append(f"{place}{record.fault}")
        elif day is None:
            faults.append(f"{place}的日期“{_cell(cells, DAY_HEADS)[:20]}”认不出")
        elif kind not in OFF_WORDS | WORK_WORDS:
            faults.append(f"{place}的安排“{kind[:20]}”认不出，应写“放假”或“上班”")
        else:
            days.append(NoticeDay(day, kind in WORK_WORDS, _cell(cells, NAME_HEADS)))
    return YearNotice(year, (), tuple(days)), faults


def _faults(notice: YearNotice) -> list[str]:
    """What no notice says: another year's days, a day twice, a day without its holiday."""
    if not FIRST_YEAR <= notice.year <= LAST_YEAR:
        return [f"年份 {notice.year} 不在 {FIRST_YEAR} 至 {LAST_YEAR} 之间"]
    faults, seen = [], set()
    first, last = date(notice.year - 1, 12, 1), date(notice.year, 12, 31)
    for one in notice.days:
        if not first <= one.day <= last:
            faults.append(f"{one.day} 不属于 {notice.year} 年的安排")
        if one.day in seen:
            faults.append(f"{one.day} 出现两次")
        if not one.name:
            faults.append(f"{one.day} 没有写节日名称")
        elif len(one.name) > 40:
            faults.append(f"{one.day} 的节日名称超过 40 字")
        seen.add(one.day)
    if not any(not one.is_workday for one in notice.days):
        faults.append("没有一个放假的日子")
    return faults


def _day(value: Any) -> date | None:
    match = DAY.match(str(value or "").strip())
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _bare(head: str) -> str:
    return str(head).strip().lower()


def _cell(cells: dict[str, str], heads: Iterable[str]) -> str:
    return next((cells[head] for head in heads if cells.get(head)), "")
