"""What a term may be: checked whenever one is added or changed."""

import re

from catalog.taxonomy.models import FIXED_CODES, FIXED_NAMES, Term, TermKind
from catalog.taxonomy.queries import folded
from gdshare.lib.errors import Conflict, Invalid

CODE = re.compile(r"^[A-Za-z0-9_.+-]{1,30}$")
LONGEST_NAME = 60
MOST_ALIASES = 60


def split(text: str) -> list[str]:
    """Aliases as somebody typed them into one field."""
    return [word.strip() for word in re.split(r"[、;；|\r\n]+", text) if word.strip()]


def refuse_new(kind: str) -> None:
    """Whether a dictionary takes new terms at all."""
    if kind not in TermKind.values:
        raise Invalid("没有这部字典。", remedy="请从列出的字典中选择。")
    if kind in FIXED_CODES:
        label = TermKind(kind).label
        raise Conflict(
            f"“{label}”的取值由程序按代码处理，不能增加。", code="TERM_FIXED", remedy="可以增加别名，或停用不用的取值。"
        )


def refuse_wrong(term: Term, *, old_name: str = "") -> None:
    """A name that is empty, too long or taken; a code of the wrong shape; a fixed name changed; an alias taken."""
    if not term.name or len(term.name) > LONGEST_NAME:
        raise Invalid(f"名称应有 1 到 {LONGEST_NAME} 个字。", remedy="请填写简短的名称。")
    if not CODE.match(term.code):
        raise Invalid(
            f"代码“{term.code[:30]}”不合要求。",
            remedy="代码只含字母、数字和 _ . + -，最长 30 个字符；可以留空。",
        )
    if old_name and old_name != term.name and term.kind in FIXED_NAMES:
        raise Conflict(f"“{old_name}”是规定的名称，不能改。", code="TERM_FIXED", remedy="可以增加别名。")
    if len(term.aliases) > MOST_ALIASES:
        raise Invalid(f"别名最多 {MOST_ALIASES} 个，现有 {len(term.aliases)} 个。", remedy="请删去不用的别名。")
    if term.days is not None and (term.kind != TermKind.UPDATE_CYCLE or not 1 <= term.days <= 3_660):
        raise Invalid("周期天数应是 1 到 3660 的整数，只用于更新周期。", remedy="请改正天数，或留空。")
    own = {folded(word) for word in (term.name, *term.aliases)}
    for other in Term.objects.filter(kind=term.kind).exclude(pk=term.pk):
        if other.code == term.code:
            raise Conflict(f"代码“{term.code}”已由“{other.name}”使用。", code="TERM_KNOWN", remedy="请换一个代码。")
        if folded(other.name) == folded(term.name):
            raise Conflict(
                f"字典里已有“{other.name}”。", code="TERM_KNOWN", remedy="停用的可以恢复；别的写法请加别名。"
            )
        both = own & {folded(word) for word in (other.name, *other.aliases)}
        if both:
            word = next(word for word in (term.name, *term.aliases) if folded(word) in both)
            raise Conflict(
                f"“{word}”已是“{other.name}”的名称或别名。", code="TERM_KNOWN", remedy="一种写法只指一个值。"
            )
