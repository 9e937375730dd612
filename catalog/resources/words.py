"""Words of sheets for what is decided in law, not in a dictionary: share type, openness, yes and no."""

from functools import lru_cache

from catalog.resources.models import OpenType, ResourceKind, ShareType
from catalog.taxonomy.queries import folded

SHARE_TYPES = {
    ShareType.UNCONDITIONAL: ("无条件共享", "无条件", "无条件类", "1", "01", "普遍共享", "完全共享", "全部共享", "L1"),
    ShareType.CONDITIONAL: (
        "有条件共享",
        "有条件",
        "有条件类",
        "2",
        "02",
        "受限共享",
        "授权共享",
        "依申请共享",
        "部分共享",
        "条件共享",
    ),
    ShareType.NOT_SHARED: ("不予共享", "不共享", "不予", "不予共享类", "3", "03", "非共享", "暂不共享"),
}
_SHARE = {folded(word): kind for kind, words in SHARE_TYPES.items() for word in words}
EMPTY = {"", "暂无", "无", "null", "none", "-", "--", "/", "—", "暂无联系方式", "nan", "空"}
YES = {"是", "1", "y", "yes", "true", "向社会开放", "开放", "√"}
KINDS = {"基础": ResourceKind.BASE, "主题": ResourceKind.THEME, "部门": ResourceKind.DEPARTMENT}


_LONGEST_EMPTY = max(map(len, EMPTY)) + 2


def is_empty(value: object) -> bool:
    """Nothing, or one of the words that stand for nothing."""
    if value is None or value == "":
        return True
    text = str(value)
    return len(text) <= _LONGEST_EMPTY and _is_empty_word(text)


@lru_cache(maxsize=4096)
def _is_empty_word(text: str) -> bool:
    return folded(text) in EMPTY


def share_type(word: object) -> str:
    """UNCONDITIONAL, CONDITIONAL, NOT_SHARED; empty when the word means none of them."""
    found = _SHARE.get(folded(word))
    return found.value if found else ""


def openness(word: object) -> tuple[str, str]:
    """(open type, share type) that a portal's word for openness implies.

    What is open to the public without conditions cannot be held back from departments; what is opened on application
    is shared under conditions; a remark that is neither («用于数据校验») is taken as a condition, the careful reading.
    """
    text = folded(word)
    if any(part in text for part in ("不开放", "不予开放", "不向社会")):
        return OpenType.NOT_OPEN, ShareType.CONDITIONAL
    if any(part in text for part in ("有条件", "申请", "受限", "限制", "授权")):
        return OpenType.OPEN, ShareType.CONDITIONAL
    if any(
        part in text for part in ("无条件", "完全开放", "登录开放", "开放网站", "开放数据平台", "不脱敏", "普遍开放")
    ):
        return OpenType.OPEN, ShareType.UNCONDITIONAL
    return OpenType.NOT_OPEN, ShareType.CONDITIONAL


def is_yes(word: object) -> bool:
    return folded(word) in YES


def kind(word: object) -> str:
    """The 类 of the guide, from «基础信息资源类» and the like."""
    text = folded(word)
    return next((value.value for part, value in KINDS.items() if part in text), "")
