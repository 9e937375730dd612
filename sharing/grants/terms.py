"""授权条件 beyond items, masks, period and purpose: which rows, and how much a day (条例 Art 15, 50号 Art 19).

Pure values. A rule that cannot be understood is refused here; what is stored here can only narrow.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from gdshare.lib.errors import Invalid

MOST_RULES = 5
MOST_VALUES = 200
LONGEST_VALUE = 200
MOST_A_DAY = 10**9
RULED_TYPES = "CI"
"""Only texts and whole numbers have one way of writing, so that a value is compared as it stands."""
_REGION = re.compile(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}")
_WHOLE = re.compile(r"0|-?[1-9]\d{0,17}")


class RuleKind(models.TextChoices):
    PREFIX = "PREFIX", "行政区划"
    IN = "IN", "取值"


@dataclass(frozen=True, order=True)
class RowRule:
    """Rows whose item begins with one of these codes (PREFIX), or is one of these values (IN); no value, no row."""

    item_id: int
    kind: str
    values: tuple[str, ...]


Rules = tuple[RowRule, ...]
"""All of them hold at once; none means every row."""


@dataclass(frozen=True)
class Terms:
    """Which rows, how many of them and how many takings a day (Asia/Shanghai); None: as many as wanted."""

    rules: Rules = ()
    rows_per_day: int | None = None
    calls_per_day: int | None = None

    def as_json(self) -> dict[str, Any]:
        """As a step keeps it; empty when there is no condition."""
        if self == Terms():
            return {}
        return {
            "rows": [{"item": one.item_id, "kind": one.kind, "values": list(one.values)} for one in self.rules],
            "rows_per_day": self.rows_per_day, "calls_per_day": self.calls_per_day,
        }  # fmt: skip

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Terms":
        """What `as_json` wrote."""
        rules = (RowRule(one["item"], one["kind"], tuple(one["values"])) for one in kept.get("rows", ()))
        return cls(tuple(sorted(rules)), kept.get("rows_per_day"), kept.get("calls_per_day"))


@dataclass(frozen=True)
class Left:
    """What may still be taken today; None: as much as wanted."""

    rows: int | None = None
    calls: int | None = None


def least(one: Left, other: Left) -> Left:
    """The smaller of each figure."""
    rows = [left.rows for left in (one, other) if left.rows is not None]
    calls = [left.calls for left in (one, other) if left.calls is not None]
    return Left(min(rows, default=None), min(calls, default=None))


def strictest(voices: Iterable[Terms]) -> Terms:
    """What all of them together allow: every rule of each, the smallest figure of each."""
    found = list(voices)
    rules = {rule for one in found for rule in one.rules}
    rows = [one.rows_per_day for one in found if one.rows_per_day is not None]
    calls = [one.calls_per_day for one in found if one.calls_per_day is not None]
    return Terms(tuple(sorted(rules)), min(rows, default=None), min(calls, default=None))


def read(given: Mapping[str, Any], items: Mapping[int, Any]) -> Terms:
    """Terms from what was typed or sent; `items` are those a rule may speak of, by key.

    Raises Invalid for a foreign item, an item of another type, a value that is empty or no code, a figure below one.
    """
    foreign = set(given) - {"rows", "rows_per_day", "calls_per_day"}
    rows = given.get("rows") or []
    if foreign or not isinstance(rows, list):
        raise Invalid("授权条件写得不对。", remedy="可写 rows、rows_per_day、calls_per_day。")
    if len(rows) > MOST_RULES:
        raise Invalid(f"行条件最多 {MOST_RULES} 条。", remedy="请合并取值，或分开答复。")
    rules = {_rule(one, items) for one in rows}
    return Terms(
        tuple(sorted(rules)),
        _figure(given.get("rows_per_day"), "每日行数"),
        _figure(given.get("calls_per_day"), "每日次数"),
    )


def region_prefix(code: str) -> str:
    """440100 → 4401, 440000 → 44: what every code inside the region begins with."""
    while len(code) in (4, 6) and code.endswith("00"):
        code = code[:-2]
    return code


def _rule(one: Mapping[str, Any], items: Mapping[int, Any]) -> RowRule:
    item, kind = items.get(one.get("item", 0)), one.get("kind")
    if item is None:
        raise Invalid("行条件的信息项不属于所申请的资源，或已停用。", remedy="请在资源现有的信息项中选择。")
    if kind not in RuleKind.values:
        raise Invalid(f"“{item.name}”的行条件没有写明方式。", remedy=f"可选：{'、'.join(RuleKind.labels)}。")
    if item.data_type not in RULED_TYPES or (kind == RuleKind.PREFIX and item.data_type != "C"):
        raise Invalid(
            f"“{item.name}”不能作为行条件。", remedy="行政区划只能用字符型信息项，取值可用字符型或整型信息项。"
        )
    given = [str(value).strip() for value in one.get("values") or ()]
    values = sorted({_value(text, kind, item) for text in given if text})
    if not values or len(values) > MOST_VALUES:
        raise Invalid(f"“{item.name}”的行条件须有 1 至 {MOST_VALUES} 个值。", remedy="请写明值，用逗号或空格分开。")
    return RowRule(item.pk, str(kind), tuple(values))


def _value(text: str, kind: str, item: Any) -> str:
    if kind == RuleKind.PREFIX:
        if not text.isascii() or not _REGION.fullmatch(text):
            raise Invalid(
                f"“{item.name}”的行政区划代码不对：{text[:20]}。", remedy="写行政区划代码，例如广州市 440100 或 4401。"
            )
        return region_prefix(text)
    if len(text) > LONGEST_VALUE or "\0" in text:
        raise Invalid(f"“{item.name}”的行条件有过长的值。", remedy=f"一个值最多 {LONGEST_VALUE} 字。")
    if item.data_type == "I" and not _WHOLE.fullmatch(text):
        raise Invalid(f"“{item.name}”是整数，行条件的值“{text[:20]}”不是。", remedy="请写不带前导零的整数。")
    return text


def _figure(given: Any, words: str) -> int | None:
    if given in (None, ""):
        return None
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= MOST_A_DAY:
        raise Invalid(f"{words}应是 1 至 {MOST_A_DAY:,} 的整数。", remedy="不限的，不写。")
    return given
