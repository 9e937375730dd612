"""The census sheet (信息系统普查表): from a file to drafts with faults by row and column, and back into a workbook."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO

import xlsxwriter

from catalog.systems import contents
from catalog.systems.models import InformationSystem, Life, ProtectionLevel
from catalog.taxonomy.models import TermKind
from catalog.taxonomy.queries import Vocabulary
from gdshare.lib import sheets, typed_values
from gdshare.lib.errors import Invalid

MOST_ROWS = 5_000
DAYS = ("built_on", "online_on", "retired_on")
"""Whether they go with each other and with 系统状态 is seen when the row meets what is registered."""
HEADS: dict[str, tuple[str, ...]] = {
    "code": ("系统编码", "信息系统编码"),
    "name": ("系统名称", "信息系统名称", "系统全称"),
    "life": ("系统状态", "建设状态", "运行状态"),
    "network": ("部署网络", "系统部署网络", "网络类型", "所在网络"),
    "database_kind": ("数据库类型", "数据库种类", "数据库"),
    "protection_level": ("等级保护", "等保级别", "等保等级", "安全等级保护级别"),
    "matters": ("业务事项", "支撑业务事项", "服务事项", "业务事项名称"),
    "tables": ("数据库表", "库表", "库表清单", "数据表"),
    "builder": ("承建单位", "建设单位", "开发单位"),
    "built_on": ("建成日期", "建设日期", "建成时间", "验收日期"),
    "online_on": ("上线日期", "上线时间"),
    "retired_on": ("停用日期", "下线日期", "停用时间"),
    "purpose": ("主要功能", "系统功能", "系统简介", "功能描述"),
}
"""Field → its head in our own sheet, then what other sheets call it."""

_FIELDS = {head: name for name, heads in HEADS.items() for head in heads}
_LIVES = {
    **{life.label: life for life in Life},
    "在用": Life.RUNNING, "已上线": Life.RUNNING, "运行中": Life.RUNNING, "使用中": Life.RUNNING,
    "建设中": Life.BUILDING, "规划": Life.PLANNED, "规划中": Life.PLANNED, "待建": Life.PLANNED,
    "已停用": Life.STOPPED, "下线": Life.STOPPED, "已下线": Life.STOPPED,
}  # fmt: skip
_LEVELS = {
    **{level.label: level for level in ProtectionLevel},
    **{f"等保{level.label}": level for level in ProtectionLevel},
    **{f"{names}级": ProtectionLevel(number) for number, names in enumerate("1234", 1)},
    **{f"第{level.label}": level for level in ProtectionLevel if level},
    **{str(number): ProtectionLevel(number) for number in range(1, 5)},
    "无": ProtectionLevel.NONE, "未备案": ProtectionLevel.NONE, "未定": ProtectionLevel.NONE,
}  # fmt: skip


@dataclass(frozen=True)
class SheetFault:
    """One fault of the sheet: where, what, why, and what to do."""

    row: int
    column: str
    value: str
    message: str
    remedy: str


@dataclass(frozen=True)
class Draft:
    """One good row."""

    row: int
    code: str
    values: dict[str, Any]
    columns: dict[str, str]
    """Field → where its column stands. A column that the sheet has not leaves the field as it is."""

    def onto(self, system: InformationSystem) -> dict[str, Any]:
        """What the system would say after this row."""
        return contents.as_values(system) | {name: value for name, value in self.values.items() if name in self.columns}


@dataclass
class ImportReport:
    """What became of every row."""

    file_name: str
    total: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    faults: list[SheetFault] = field(default_factory=list)

    def refuse(self, draft: Draft, name: str, value: str, message: str, remedy: str) -> None:
        """A row that reads well but may not be written."""
        self.refused += 1
        column = draft.columns.get(name, f"“{HEADS[name][0]}”")
        self.faults.append(SheetFault(draft.row, column, value[:60], message, remedy))


def _head(text: str) -> str:
    return _FIELDS.get("".join(text.replace("*", "").split()), "")


def read(file: BinaryIO, file_name: str) -> tuple[list[Draft], ImportReport]:
    """Good rows as drafts; bad rows counted and told in the report. Raises Invalid when the file cannot be read."""
    try:
        sheet = sheets.open_sheet(
            file, file_name, is_known=lambda head: bool(_head(head)), is_name=lambda head: _head(head) == "name"
        )
    except Invalid as refusal:
        if refusal.code != "NO_HEADER":
            raise
        message = f"文件“{file_name}”里没有找到表头：前几行中须有“系统名称”一列。"
        remedy = "请先下载普查表样，按它的表头填写。"
        raise Invalid(message, code="NO_HEADER", remedy=remedy) from None
    report = ImportReport(file_name)
    vocabulary = Vocabulary.load()
    drafts: list[Draft] = []
    rows_of: dict[str, int] = {}
    for record in sheet.records:
        report.total += 1
        if report.total > MOST_ROWS:
            raise Invalid(f"文件超过 {MOST_ROWS:,} 行。", code="TOO_LONG", remedy="请拆成几份后再导入。")
        heads = {name: head for head in sheet.columns or record.values if (name := _head(head))}
        columns = {name: f"{sheet.columns.get(head, '')}“{head}”" for name, head in heads.items()}
        given = {name: str(record.values.get(head) or "").strip() for name, head in heads.items()}
        faults = [SheetFault(record.number, "", "", f"{record.fault}。", "请改正这一行。")] if record.fault else []
        values = {name: _value(name, text, vocabulary, record.number, columns, faults) for name, text in given.items()}
        code = values.pop("code", "")
        cleaned, wrong = contents.clean(values)
        faults += [
            SheetFault(record.number, columns.get(fault.field, ""), given.get(fault.field, "")[:60], fault.message,
                       fault.remedy)
            for fault in wrong if fault.field not in DAYS
        ]  # fmt: skip
        before = rows_of.setdefault(cleaned["name"], record.number)
        if before != record.number and cleaned["name"]:
            faults.append(SheetFault(record.number, columns["name"], cleaned["name"][:60],
                                     f"与第 {before} 行是同一个系统。", "请只留一行。"))  # fmt: skip
        if faults:
            report.refused += 1
            report.faults.extend(faults)
        else:
            drafts.append(Draft(record.number, code, cleaned, columns))
    return drafts, report


def _value(
    name: str, text: str, vocabulary: Vocabulary, row: int, columns: dict[str, str], faults: list[SheetFault]
) -> Any:
    """A cell as the value of its field; what it cannot be is a fault."""
    if not text:
        return [] if name in contents.PARTS else ""
    if name in contents.PARTS:
        return contents.part_names(text)
    if name in DAYS:
        return _day(text, row, columns[name], faults)
    choices: dict[str, Any] = {}
    if name == "life":
        choices = _LIVES
    elif name == "protection_level":
        choices = _LEVELS
    if choices:
        found = choices.get("".join(text.split()))
        allowed = Life.labels if name == "life" else ProtectionLevel.labels
    elif name in ("network", "database_kind"):
        kind = TermKind.NETWORK if name == "network" else TermKind.FORMAT_TYPE
        found, allowed = vocabulary.term(kind, text), _allowed(vocabulary, name)
        if name == "database_kind" and found is not None and found.parent and found.parent.code != "DATABASE":
            found = None
    else:
        return text
    if found is None:
        words = "、".join(allowed)
        faults.append(SheetFault(row, columns[name], text[:60], f"“{text[:20]}”不在字典里。", f"请填写：{words}。"))
        return ""
    return found


def _allowed(vocabulary: Vocabulary, name: str) -> list[str]:
    if name == "network":
        return vocabulary.names(TermKind.NETWORK)
    return [
        term.name for (kind, _), term in vocabulary.codes.items()
        if kind == TermKind.FORMAT_TYPE and term.parent and term.parent.code == "DATABASE"
    ]  # fmt: skip


def _day(text: str, row: int, column: str, faults: list[SheetFault]) -> date | None:
    try:
        return date.fromisoformat(typed_values.day(text))
    except typed_values.NotOfType as wrong:
        faults.append(SheetFault(row, column, text[:60], f"{wrong.reason}。", wrong.remedy))
        return None


def write(systems: Iterable[InformationSystem], file: Any) -> None:
    """The census sheet as a workbook; what it says is read back as it was. `file`: a path or a binary file."""
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet("信息系统普查表")
    bold = book.add_format({"bold": True, "bg_color": "#e8eef7", "border": 1})
    for column, name in enumerate(HEADS):
        page.write_string(0, column, HEADS[name][0], bold)
        page.set_column(column, column, 40 if name in ("matters", "tables", "purpose", "name") else 14)
    page.freeze_panes(1, 2)
    for row, system in enumerate(systems, 1):
        for column, text in enumerate(_cells(system)):
            page.write_string(row, column, text)
    book.close()


def _cells(system: InformationSystem) -> list[str]:
    values = contents.as_values(system)
    values |= {
        "code": system.code,
        "life": system.get_life_display(),
        "protection_level": system.get_protection_level_display(),
    }
    return [contents.words(values[name]) for name in HEADS]
