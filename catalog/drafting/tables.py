"""From a table somebody has (columns, comments, a sample of rows) to the items of a draft entry. Pure functions."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from catalog.drafting.kinds import Kind, guess
from catalog.resources import contents, grading
from gdshare.lib import typed_values

SAMPLE_ROWS = 1_000
"""Rows of a table that are looked at, in memory only."""

LONG_TEXT = 500
CODES = {
    Kind.ID_NUMBER, Kind.MOBILE, Kind.LANDLINE, Kind.BANK_ACCOUNT, Kind.ORGANISATION_CODE, Kind.REGION_CODE,
    Kind.POSTCODE, Kind.SEX, Kind.SOCIAL_CARD, Kind.USCC,
}  # fmt: skip
"""Digits that nobody counts with: text, whatever they look like."""
NAMED = {
    "id": "编号", "uuid": "唯一标识", "guid": "唯一标识", "name": "名称", "mc": "名称", "code": "代码",
    "dm": "代码", "bh": "编号",
    "type": "类型", "lx": "类型", "status": "状态", "zt": "状态", "state": "状态", "remark": "备注", "remarks": "备注",
    "bz": "备注", "memo": "备注", "title": "标题", "content": "内容", "amount": "金额", "je": "金额", "date": "日期",
    "create_time": "创建时间", "created_at": "创建时间", "gmt_create": "创建时间", "cjsj": "创建时间",
    "add_time": "入库时间",
    "update_time": "更新时间", "updated_at": "更新时间", "gmt_modified": "更新时间", "gxsj": "更新时间",
    "create_by": "创建人", "cjr": "创建人", "update_by": "更新人", "gxr": "更新人", "is_deleted": "是否删除",
    "cd_time": "交换时间", "cd_operation": "交换操作", "cd_batch": "交换批次", "djrq": "登记日期", "djsj": "登记时间",
    "yxqq": "有效期起", "yxqz": "有效期止", "fzjg": "发证机关", "fzrq": "发证日期", "zzmm": "政治面貌",
    "hyzk": "婚姻状况",
    "whcd": "文化程度", "xl": "学历", "zy": "职业", "zw": "职务", "age": "年龄", "nl": "年龄", "url": "网址",
}  # fmt: skip
"""What very common column names mean."""

_TYPES = (
    (re.compile(r"^(bool|boolean|bit\(1\)|bit|tinyint\(1\))"), "L"),
    (re.compile(r"^(tinyint|smallint|mediumint|bigint|integer|int|serial|bigserial|smallserial|year|oid)"), "I"),
    (re.compile(r"^(money)"), "Y"),
    (re.compile(r"^(numeric|decimal|number|dec)"), "N"),
    (re.compile(r"^(double|float8)"), "B"),
    (re.compile(r"^(real|float)"), "F"),
    (re.compile(r"^(timestamp|datetime)"), "T"),
    (re.compile(r"^date"), "D"),
    (re.compile(r"^(bytea|blob|tinyblob|mediumblob|longblob|binary|varbinary|geometry|geography|point|polygon)"), "G"),
    (re.compile(r"^(text|mediumtext|longtext|clob|json|jsonb|xml)"), "M"),
)


@dataclass(frozen=True)
class RawColumn:
    """A column as its source describes it; `type` empty: only the sample tells."""

    name: str
    type: str = ""
    length: int | None = None
    scale: int | None = None
    comment: str = ""
    is_key: bool = False
    is_required: bool = False


@dataclass
class RawTable:
    """A table as its source describes it, with a sample of its rows as text. The sample is never stored."""

    name: str
    columns: list[RawColumn]
    comment: str = ""
    row_count: int | None = None
    note: str = ""
    rows: list[Sequence[str | None]] = field(default_factory=list)


@dataclass(frozen=True)
class Finding:
    """One item of the draft to be, with what was guessed and why."""

    name: str
    identifier: str
    data_type: str
    length: int | None
    scale: int | None
    is_key: bool
    is_required: bool
    grade: int
    description: str
    kind: str = ""
    confidence: float = 0.0
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def findings(table: RawTable) -> list[Finding]:
    """The items of a table, each once, names told apart."""
    found: list[Finding] = []
    names: set[str] = set()
    has_key = any(column.is_key for column in table.columns)
    for place, column in enumerate(table.columns):
        values = [row[place] or "" for row in table.rows if place < len(row)]
        one = _finding(column, values)
        if not has_key and not column.type and _is_key_like(column.name, values):
            one, has_key = _with(one, is_key=True), True
        if one.name in names:
            one = _with(one, name=f"{one.name}（{column.name}）"[:200])
        if one.name in names:
            one = _with(one, name=f"{one.name[:190]} {place + 1}")
        names.add(one.name)
        found.append(one)
    return found


def _with(finding: Finding, **changes: Any) -> Finding:
    return Finding(**{**asdict(finding), **changes})


def _finding(column: RawColumn, values: Sequence[str]) -> Finding:
    guessed = guess(column.name, column.comment, values)
    filled = [value.strip() for value in values if value and value.strip()]
    if column.type:
        data_type, length, scale = type_of(column.type), column.length, column.scale
        if guessed and not _fits(guessed.kind, data_type):
            guessed = None
    else:
        data_type, length, scale = infer_type(column.name, filled)
        if guessed and guessed.kind in CODES and data_type in "IN":
            data_type, length, scale = "C", _rounded(max(map(len, filled))), None
    name = _name(column, guessed.label if guessed and guessed.confidence >= 0.8 else "")
    lowered = column.name.strip().lower()
    comment = column.comment.strip()
    description = comment if comment and comment != name else ""
    return Finding(
        name=name[:200],
        identifier=lowered if contents.IDENTIFIER.match(lowered) else "",
        data_type=data_type,
        length=length,
        scale=scale if data_type in "NYBF" else None,
        is_key=column.is_key,
        is_required=column.is_required,
        grade=max(grading.grade_of(name), grading.grade_of(column.name), guessed.grade if guessed else 1),
        description=description[:500],
        kind=guessed.label if guessed else "",
        confidence=round(guessed.confidence, 2) if guessed else 0.0,
        reason=guessed.reason if guessed else "",
    )


def _fits(kind: Kind, data_type: str) -> bool:
    """Whether a column of this type can hold such values at all: a moment is no phone number, whatever it is called."""
    if data_type in "DT":
        return kind == Kind.BIRTH_DATE
    if data_type in "NYBF":
        return kind in (Kind.LONGITUDE, Kind.LATITUDE)
    return data_type not in "LG"


def _name(column: RawColumn, kind: str) -> str:
    """The heading of the comment, else the column's own Chinese name, else what such a name usually means, else the
    kind of its values, else the name itself.
    """
    heading = re.split(r"[：:（(，,;；\n]", column.comment.strip(), maxsplit=1)[0].strip()
    if heading:
        return heading
    own = column.name.strip()
    if re.search(r"[\u4e00-\u9fff]", own):
        return own
    return kind or NAMED.get(own.lower(), own)


def type_of(db_type: str) -> str:
    """信息项数据类型 for a type of PostgreSQL or MySQL; text when unknown."""
    lowered = db_type.lower()
    return next((letter for pattern, letter in _TYPES if pattern.match(lowered)), "C")


def infer_type(name: str, filled: Sequence[str]) -> tuple[str, int | None, int | None]:
    """(type, length, scale) by the values alone. Numbers with leading zeros, and whole numbers too long to count with,
    are codes: text.
    """
    if not filled:
        return "C", None, None
    longest = max(map(len, filled))
    if set(filled) <= {"是", "否"} or {value.lower() for value in filled} <= {"true", "false"}:
        return "L", 1, None
    is_day_named = bool(re.search(r"日期|时间|date|time|rq$|sj$", name, re.IGNORECASE))
    is_plain = all(value.isascii() and value.isdigit() for value in filled)
    if (not is_plain or (is_day_named and longest in (8, 14))) and _all(filled, "D"):
        return "D", None, None
    if (not is_plain or (is_day_named and longest in (8, 14))) and _all(filled, "T"):
        return "T", None, None
    is_code = any(re.match(r"[+-]?0\d", value) for value in filled) or longest > 15
    if not is_code and _all(filled, "I"):
        return "I", longest, None
    if not is_code and _all(filled, "N"):
        places = max(len(value.partition(".")[2]) for value in filled)
        return "N", longest, places
    return ("M", None, None) if longest > LONG_TEXT else ("C", _rounded(longest), None)


def _all(filled: Sequence[str], data_type: str) -> bool:
    parse = typed_values.parser(data_type)
    try:
        for value in filled:
            parse(value)
    except typed_values.NotOfType:
        return False
    return True


def _rounded(length: int) -> int:
    """Room to grow: the next of the usual lengths, but the length itself where it is that of a code."""
    return length if length in (1, 2, 6, 9, 11, 12, 18) else next(
        size for size in (4, 8, 10, 20, 30, 50, 100, 200, 300, LONG_TEXT) if length <= size
    )  # fmt: skip


def _is_key_like(name: str, values: Sequence[str]) -> bool:
    """A first column of numbers or codes, all filled and all different."""
    is_named = bool(re.search(r"编号|号码|代码|证号|单元号|流水号|序号|标识|^(id|uuid|bh)$|_id$", name, re.IGNORECASE))
    return is_named and len(values) >= 3 and all(values) and len(set(values)) == len(values)
