"""A sheet that the platform itself gave out, read to the letter: every cell says what the entry is to say, an empty one
that it is to be empty, and nothing is guessed.
"""

import re
from typing import Any, Protocol

from catalog.resources import words
from catalog.resources.item_reading import Remembered
from catalog.resources.models import OpenType, ResourceKind, ShareType
from catalog.resources.rows import ImportFault, Row, volume_of
from catalog.taxonomy.models import TermKind

TEXTS = (
    ("share_scope", "share_scope"), ("share_purposes", "share_purposes"), ("format_category", "format_category"),
    ("format_type", "format_type"), ("open_conditions", "open_conditions"), ("network", "network"),
    ("source_url", "source_url"), ("phone", "contact"), ("responsible_person", "responsible_person"),
    ("use_conditions", "use_conditions"), ("update_deadline", "update_deadline"),
    ("share_mode_category", "share_channel"),
)  # fmt: skip
SEPARATORS = re.compile(r"[、,，;；|\s]+")


class HasVocabulary(Protocol):
    vocabulary: Remembered


def read(reader: HasVocabulary, row: Row, values: dict[str, Any], faults: list[ImportFault]) -> None:
    """The entry's fields from its row, beside those that every sheet gives alike."""
    for element, name in TEXTS:
        if element in row.columns:
            values[name] = row.text(element)
    if "external_code" in row.columns:
        values["external_code"] = row.text("external_code")
    _sharing(row, values, faults)
    if "open_flag" in row.columns:
        values["open_type"] = OpenType.OPEN if words.is_yes(row.text("open_flag")) else OpenType.NOT_OPEN
    _terms(reader.vocabulary, row, values, faults)
    if "tags" in row.columns:
        values["tags"] = [tag for tag in SEPARATORS.split(row.text("tags")) if tag]
    if "related_codes" in row.columns:
        values["related_codes"] = [code for code in SEPARATORS.split(row.text("related_codes")) if code]
    if "share_mode" in row.columns:
        modes = (reader.vocabulary.code(TermKind.SHARE_MODE, word) for word in SEPARATORS.split(row.text("share_mode")))
        values["share_modes"] = [mode for mode in modes if mode]
    if "declared_volume" in row.columns or "declared_volume_wan" in row.columns:
        values["declared_volume"] = volume_of(row)


def _sharing(row: Row, values: dict[str, Any], faults: list[ImportFault]) -> None:
    word = row.word("share_type")
    values["share_type"] = words.share_type(word)
    if not values["share_type"]:
        said = f"共享类型“{word}”不认识。" if word else "没有填写共享类型。"
        faults.append(row.fault("share_type", said, "请填写无条件共享、有条件共享或不予共享。"))
    both = row.text("conditions_or_basis")
    if both and values["share_type"] == ShareType.NOT_SHARED:
        values["legal_basis"] = both
    elif both and values["share_type"] == ShareType.CONDITIONAL:
        values["share_conditions"] = both


def _terms(vocabulary: Remembered, row: Row, values: dict[str, Any], faults: list[ImportFault]) -> None:
    for element, kind in (("theme", TermKind.THEME), ("base_library", TermKind.BASE_LIBRARY),
                          ("data_category", TermKind.DATA_CATEGORY)):  # fmt: skip
        if element not in row.columns:
            continue
        word = row.text(element)
        values[element] = vocabulary.term(kind, word) if word else None
        if word and values[element] is None:
            faults.append(row.fault(element, f"{kind.label}“{word}”不认识。", vocabulary.known_words(kind)))
    cycle = row.text("update_cycle")
    values["update_cycle"] = vocabulary.code(TermKind.UPDATE_CYCLE, cycle) if cycle else ""
    if not values["update_cycle"]:
        said = f"更新周期“{cycle}”不认识。" if cycle else "没有填写更新周期。"
        faults.append(row.fault("update_cycle", said, vocabulary.known_words(TermKind.UPDATE_CYCLE)))
    if "kind" in row.columns:
        values["kind"] = words.kind(row.word("kind")) or ResourceKind.DEPARTMENT.value
