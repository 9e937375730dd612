"""Text from a sheet, a file or a filter, as canonical text of the item's type (编制指南 4.3), or the reason why not.

Text items are not touched: a code with leading zeros, a blank at the end, a full-width letter stay as they are.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache

from gdshare.lib.clock import SHANGHAI

PG_TYPES = {
    "C": "text", "M": "text", "G": "text", "N": "numeric", "Y": "numeric", "I": "bigint",
    "B": "double precision", "F": "double precision", "D": "date", "T": "timestamp", "L": "boolean",
}  # fmt: skip
"""Column type for each 信息项数据类型."""

TEXT_TYPES = frozenset("CMG")
_WIDE = str.maketrans("０１２３４５６７８９．，－＋：／", "0123456789.,-+:/")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_WHOLE = re.compile(r"[+-]?\d{1,19}(\.0*)?")
_DAY = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})"
    r"|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))"
)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,6})?)?")
_TRUE = frozenset({"1", "true", "t", "yes", "y", "是", "真", "有"})
_FALSE = frozenset({"0", "false", "f", "no", "n", "否", "假", "无"})
_TRUTHS = dict.fromkeys(_TRUE, "true") | dict.fromkeys(_FALSE, "false")
BIGINT = 2**63


class NotOfType(ValueError):
    """Why a value does not fit its type, in Chinese, and what to write instead."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


def number(text: str) -> str:
    """数值, 货币, 双精度, 浮点: digits kept as written; thousands separators and a currency sign taken away."""
    if _NUMBER.fullmatch(text):
        return text
    value = text.strip().translate(_WIDE).lstrip("¥￥").strip()
    if _THOUSANDS.fullmatch(value):
        value = value.replace(",", "")
    if not _NUMBER.fullmatch(value):
        raise NotOfType("不是数字", "写成 1234.5 这样的数字，单位和百分号写在信息项说明里。")
    return value


def double(text: str) -> str:
    """As `number`, within the range of a double."""
    value = number(text)
    if len(value) < 300 and "e" not in value and "E" not in value:
        return value
    if abs(float(value)) == float("inf") or (float(value) == 0 and re.search("[1-9]", value.lower().partition("e")[0])):
        raise NotOfType("超出双精度数的范围", "请核对数值，或在目录中改为数值型。")
    return value


def whole(text: str) -> str:
    """整型."""
    if text.isascii() and text.isdigit() and len(text) < 19:
        return text
    value = text.strip().translate(_WIDE)
    if _THOUSANDS.fullmatch(value):
        value = value.replace(",", "")
    if not _WHOLE.fullmatch(value):
        raise NotOfType("不是整数", "写成 1234 这样的整数；有小数时在目录中改为数值型。")
    value = value.partition(".")[0]
    if not -BIGINT <= int(value) < BIGINT:
        raise NotOfType("超出整型的范围", "请核对数值；编号一类请在目录中改为字符型。")
    return value


@lru_cache(maxsize=8192)
def day(text: str) -> str:
    """日期: 2026-01-02, 2026/1/2, 2026.1.2, 20260102, 2026年1月2日; a midnight behind it is let go."""
    found, rest = _day_of(text)
    if rest and not re.fullmatch(r"0{1,2}:00(:00(\.0+)?)?", rest):
        raise NotOfType("日期后面还有时间", "只写到日，例如 2026-01-02；需要时间时在目录中改为日期时间型。")
    return found.isoformat()


@lru_cache(maxsize=8192)
def moment(text: str) -> str:
    """日期时间, Asia/Shanghai. A zone is converted; without a time it is midnight."""
    if re.fullmatch(r"\d{14}", text):
        text = f"{text[:8]} {text[8:10]}:{text[10:12]}:{text[12:]}"
    if re.search(r"\d(Z|[+-]\d{2}:?\d{2})$", text) and ":" in text:
        try:
            zoned = datetime.fromisoformat(text.strip())
        except ValueError:
            raise NotOfType("不是日期时间", "写成 2026-01-02 15:04:05。") from None
        return zoned.astimezone(SHANGHAI).replace(tzinfo=None).isoformat(sep=" ")
    found, rest = _day_of(text)
    if not rest:
        return f"{found.isoformat()} 00:00:00"
    clock = _CLOCK.fullmatch(rest)
    if clock is None or int(clock[1]) > 23 or int(clock[2]) > 59 or int(clock[3] or 0) > 59:
        raise NotOfType("时间不对", "写成 2026-01-02 15:04:05，时在 0 至 23 之间。")
    return f"{found.isoformat()} {int(clock[1]):02d}:{clock[2]}:{clock[3] or '00'}{clock[4] or ''}"


def _day_of(text: str) -> tuple[date, str]:
    value = text.strip().translate(_WIDE)
    match = _DAY.match(value)
    rest = value[match.end() :] if match else ""
    if match is None or (rest and rest[0] not in " T　"):
        raise NotOfType("不是日期", "写成 2026-01-02、2026/1/2、20260102 或 2026年1月2日。")
    year, month, dom = (int(part) for part in match.groups() if part is not None)
    try:
        return date(year, month, dom), rest[1:].strip()
    except ValueError:
        raise NotOfType("日历上没有这一天", "请核对年、月、日，例如 2026-01-02。") from None


def truth(text: str) -> str:
    """逻辑: 是/否, true/false, 1/0."""
    known = _TRUTHS.get(text) or _TRUTHS.get(text.strip().translate(_WIDE).lower())
    if known:
        return known
    raise NotOfType("不是逻辑值", "写成 是 或 否（也可写 1/0、true/false）。")


def _as_is(text: str) -> str:
    return text


_PARSERS: dict[str, Callable[[str], str]] = {
    "N": number, "Y": number, "I": whole, "B": double, "F": double, "D": day, "T": moment, "L": truth,
}  # fmt: skip


def parser(data_type: str) -> Callable[[str], str]:
    """text → canonical text; raises NotOfType. Text types pass through."""
    return _PARSERS.get(data_type, _as_is)
