"""Filters on items: `item=…`, `item__gte`, `__gt`, `__lte`, `__lt`, `__in`, each value read as the item's type."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gdshare.lib import typed_values
from gdshare.lib.errors import Denied, Invalid
from sharing.grants.access import DataAccess
from sharing.grants.decision import SENSITIVE, ItemAccess

OPERATORS = {"eq": "=", "gte": ">=", "gt": ">", "lte": "<=", "lt": "<", "in": "IN"}
MOST_VALUES = 500


@dataclass(frozen=True)
class Condition:
    """One filter, its values already canonical."""

    access: ItemAccess
    operator: str
    values: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.access.item.identifier}__{self.operator}"


def parse(
    pairs: Iterable[tuple[str, Any]], access: DataAccess, *, is_in_address: bool, names: Sequence[str] = ()
) -> tuple[Condition, ...]:
    """Conditions from (name, value) pairs. `names` are the other parameters of the endpoint, for the message.

    A value of a sensitive item may not stand in an address, where logs and histories keep it (ui guide, section 4);
    a masked or closed item may not be filtered on at all, for its answer would tell the value.
    """
    known = {entry.item.name: entry for entry in access.items}
    known |= {entry.item.identifier: entry for entry in access.items}
    return tuple(_condition(name, value, known, is_in_address, names) for name, value in pairs)


def _condition(
    name: str, value: Any, known: Mapping[str, ItemAccess], is_in_address: bool, names: Sequence[str]
) -> Condition:
    entry, operator = known.get(name), "eq"
    if entry is None:
        stem, _, operator = name.rpartition("__")
        entry = known.get(stem)
        if entry is None or operator not in OPERATORS:
            more = f"；另有参数 {'、'.join(names)}" if names else ""
            raise Invalid(
                f"不认识筛选条件“{name}”。",
                code="FILTER_UNKNOWN",
                remedy=f"写成 信息项标识=值，或加 __gte、__gt、__lte、__lt、__in{more}。",
                details={"parameter": name},
            )
    item = entry.item
    if not entry.is_open:
        raise Denied(f"不能按“{item.name}”筛选：{entry.reason}", code="NOT_GRANTED", details={"parameter": name})
    if entry.is_masked:
        raise Denied(
            f"“{item.name}”只提供脱敏值，不能作为筛选条件。",
            code="MASKED",
            remedy="需要按这一项查询的，请申请原值。",
            details={"parameter": name},
        )
    if is_in_address and item.grade >= SENSITIVE:
        raise Invalid(
            f"“{item.name}”是 L{item.grade} 信息项，筛选值不能写在地址里。",
            code="SENSITIVE_IN_ADDRESS",
            remedy="请改用 POST …/rows/query/，把条件写在请求体的 filters 里。",
            details={"parameter": name},
        )
    given = _values(value, operator)
    if not given or len(given) > MOST_VALUES:
        raise Invalid(
            f"筛选条件“{name}”须有 1 至 {MOST_VALUES} 个值。", code="FILTER_VALUE", details={"parameter": name}
        )
    return Condition(entry, operator, tuple(_canonical(name, text, entry) for text in given))


def _values(value: Any, operator: str) -> list[str]:
    if isinstance(value, list | tuple):
        parts = list(value) if operator == "in" else []
    else:
        parts = str(value).split(",") if operator == "in" and isinstance(value, str) else [value]
    return [_text(part) for part in parts if part is not None and not isinstance(part, dict | list)]


def _text(part: Any) -> str:
    return str(part).lower() if isinstance(part, bool) else str(part)


def _canonical(name: str, text: str, entry: ItemAccess) -> str:
    item = entry.item
    if "\0" in text:
        raise Invalid(f"筛选条件“{name}”含有空字符。", code="FILTER_VALUE", details={"parameter": name})
    try:
        return typed_values.parser(item.data_type)(text)
    except typed_values.NotOfType as refusal:
        shown = "" if item.grade >= SENSITIVE else f"“{text[:60]}”"
        raise Invalid(
            f"筛选条件“{name}”的值{shown}{refusal.reason}。",
            code="FILTER_VALUE",
            remedy=refusal.remedy,
            details={"parameter": name},
        ) from None
