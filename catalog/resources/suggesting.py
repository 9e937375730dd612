"""Which column of a stranger's file is what: a proposal with how sure it is and why, for a person to correct."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from catalog.resources import layouts, mappings, words
from catalog.resources.opening import Source
from catalog.resources.reading import DATE
from catalog.taxonomy.models import TermKind
from catalog.taxonomy.queries import Vocabulary
from gdshare.lib.codes import uscc_fault

SURE, LIKELY, MAYBE = "高", "中", "低"
_ORDER = {SURE: 0, LIKELY: 1, MAYBE: 2, "": 3}
SIMILAR = 0.5
"""Share of pairs of characters that two heads must have in common to be called similar."""


@dataclass
class Suggestion:
    """One column: what it holds, and what it probably is. `element` is empty when nobody knows."""

    head: str
    place: str
    samples: list[str]
    element: str = ""
    confidence: str = ""
    reason: str = ""


def suggest(source: Source, vocabulary: Vocabulary) -> list[Suggestion]:
    """One for each column, in order. An element is proposed once, where it is surest."""
    layout = layouts.recognise(source.heads)
    found = [_one(head, source, layout, vocabulary) for head in source.heads]
    taken: set[str] = set()
    for suggestion in sorted(found, key=lambda one: _ORDER[one.confidence]):
        if suggestion.element in taken:
            suggestion.element, suggestion.confidence, suggestion.reason = "", "", "同类的列已有更合适的"
        elif suggestion.element:
            taken.add(suggestion.element)
    if "name" not in taken:
        _first_text(found)
    return found


def _first_text(found: Sequence[Suggestion]) -> None:
    """Something must name the entries: most likely the first column of short texts."""
    for suggestion in found:
        is_text = all(2 <= len(text) <= 60 and not text.isdecimal() for text in suggestion.samples)
        if not suggestion.element and suggestion.samples and is_text and not mappings.is_ignored(suggestion.head):
            suggestion.element, suggestion.confidence, suggestion.reason = "name", MAYBE, "第一列文字，多半是名称"
            return


def _one(head: str, source: Source, layout: layouts.Layout | None, vocabulary: Vocabulary) -> Suggestion:
    suggestion = Suggestion(head, source.places.get(head, ""), source.samples.get(head, []))
    element = source.targets.get(head, "")
    if element:
        reason = f"版式 {layout.label}" if layout else "列名相同"
        suggestion.element, suggestion.confidence, suggestion.reason = element, SURE, reason
    elif mappings.is_ignored(head) or (layout and mappings.plain(head) in layout.by_head()):
        suggestion.reason = "不是目录的内容"
    elif near := _similar(head):
        suggestion.element, suggestion.confidence, suggestion.reason = near[0], LIKELY, f"列名近似“{near[1]}”"
    elif kind := _by_values(suggestion.samples, vocabulary):
        suggestion.element, suggestion.confidence, suggestion.reason = kind[0], MAYBE, kind[1]
    return suggestion


def _similar(head: str) -> tuple[str, str] | None:
    """(element, the known head) most like this one, by pairs of characters."""
    pairs = _pairs(mappings.plain(head))
    if not pairs:
        return None
    scored = [(2 * len(pairs & other) / (len(pairs) + len(other)), element, known)
              for known, element, other in _known_heads()]  # fmt: skip
    score, element, known = max(scored)
    return (element, known) if score >= SIMILAR else None


@cache
def _known_heads() -> Sequence[tuple[str, str, frozenset[str]]]:
    return [
        (head, element, _pairs(mappings.plain(head)))
        for element, heads in mappings.ELEMENTS.items()
        for head in heads
        if len(head) > 1
    ]


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[index : index + 2] for index in range(len(text) - 1))


def _by_values(samples: Sequence[str], vocabulary: Vocabulary) -> tuple[str, str] | None:
    if not samples:
        return None
    tests: Mapping[str, tuple[Callable[[str], object], str]] = {
        "provider_code": (lambda text: not uscc_fault(text), "值是统一社会信用代码"),
        "source_url": (lambda text: text.startswith(("http://", "https://")), "值是网址"),
        "email": (lambda text: re.fullmatch(r"[^@\s]+@[^@\s]+\.\w+", text), "值是电子邮箱"),
        "share_type": (words.share_type, "值是共享类型"),
        "update_cycle": (lambda text: vocabulary.code(TermKind.UPDATE_CYCLE, text), "值是更新周期"),
        "published_on": (DATE.match, "值是日期"),
        "phone": (lambda text: re.fullmatch(r"[\d\-()（）*+ ]{7,20}", text) and not text.isdecimal(), "值是电话"),
        "base_library": (lambda text: vocabulary.term(TermKind.BASE_LIBRARY, text), "值是基础库"),
        "theme": (lambda text: vocabulary.term(TermKind.THEME, text), "值是主题"),
        "item_type": (lambda text: vocabulary.code(TermKind.ITEM_TYPE, text), "值是数据类型"),
        "items": (lambda text: len(re.findall(r"[|、，,；;]", text)) >= 3, "值是几项并列"),
        "abstract": (lambda text: len(text) >= 15, "值是一段话"),
    }
    return next(((element, why) for element, (test, why) in tests.items() if all(test(text) for text in samples)), None)
