"""The items of an entry: one row each, or all in one cell, or a list of objects."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from catalog.resources import grading, mappings, words
from catalog.resources.rows import Group, ImportFault, Row
from catalog.taxonomy.models import TermKind
from catalog.taxonomy.queries import Vocabulary
from gdshare.lib.folding import simplified


class Remembered:
    """The dictionaries, with the words asked before: a sheet says the same few words ten thousand times."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._terms: dict[tuple[str, str], Any] = {}
        self.names = vocabulary.names

    def known_words(self, kind: str) -> str:
        """What one may write."""
        return f"请填写：{'、'.join(self.names(kind))}。"

    def term(self, kind: str, word: object) -> Any:
        key = (kind, str(word))
        if key not in self._terms:
            self._terms[key] = self._vocabulary.term(kind, simplified(str(word)))
        return self._terms[key]

    def code(self, kind: str, word: object) -> str:
        found = self.term(kind, word)
        return str(found.code) if found else ""


BY_COLUMN = {
    "item_identifier": "identifier", "item_type": "data_type", "item_length": "length", "item_scale": "scale",
    "item_share_type": "share_type", "item_conditions": "use_conditions", "item_key": "is_key",
    "item_basic": "is_basic", "item_required": "is_required", "item_description": "description",
}  # fmt: skip


def spoken(columns: Mapping[str, Any], items: Iterable[Mapping[str, Any]], *, is_exact: bool) -> frozenset[str]:
    """Fields of items that a sheet speaks of: in our own sheet those it has a column for, in a stranger's those that
    are filled anywhere in the entry.
    """
    if is_exact:
        return frozenset({"name", *(name for element, name in BY_COLUMN.items() if element in columns)})
    return frozenset({"name", *(name for item in items for name in item if name != "grade")})


class ItemReader:
    """Reads the items of one entry after the other."""

    def __init__(self, vocabulary: Remembered, notes: dict[str, int], *, is_exact: bool) -> None:
        self.vocabulary, self.notes, self.is_exact = vocabulary, notes, is_exact

    def read(self, group: Group, values: Mapping[str, Any], faults: list[ImportFault]) -> list[dict[str, Any]] | None:
        row = group[0]
        if "item_name" in row.columns:
            return self._of_rows(group, values, faults)
        packed = row.raw("items")
        if packed is None:
            return None
        if isinstance(packed, list):
            names: Iterable[Any] = packed
        else:
            names = _split_items(str(packed))
        items: list[dict[str, Any]] = []
        seen: set[str] = set()
        for name in names:
            one = self._packed_item(name)
            if one["name"] and one["name"] not in seen:
                seen.add(one["name"])
                items.append(one)
            elif one["name"]:
                self.notes["信息项重复，只记一次"] = self.notes.get("信息项重复，只记一次", 0) + 1
        return items

    def _packed_item(self, raw: Any) -> dict[str, Any]:
        if not isinstance(raw, Mapping):
            return _graded({"name": str(raw).strip()[:200]})
        item: dict[str, Any] = {}
        for head, value in raw.items():
            element = {"name": "item_name"}.get(mappings.element_of(head), mappings.element_of(head))
            if element == "item_name" or (element == "external_code" and "identifier" not in item):
                item["name" if element == "item_name" else "identifier"] = str(value or "").strip()
            elif element == "item_type" and not words.is_empty(value):
                item["data_type"] = self.vocabulary.code(TermKind.ITEM_TYPE, value) or "C"
            elif element == "item_length" and str(value).isdecimal():
                item["length"] = int(value)
        return _graded({"name": "", **item})

    def _of_rows(self, group: Group, values: Mapping[str, Any], faults: list[ImportFault]) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        seen: dict[str, int] = {}
        for row in group:
            name = row.text("item_name")
            if not name:
                continue
            if name in seen:
                faults.append(
                    row.fault("item_name", f"信息项“{name}”与第 {seen[name]} 行重复。", "请改名，或删去其中一行。")
                )
                continue
            seen[name] = row.record.number
            item: dict[str, Any] = {"name": name}
            if row.text("item_identifier"):
                item["identifier"] = row.text("item_identifier").lower()
            self._item_type(row, item, faults)
            self._share_type(row, item, faults, values, is_row_of_many=len(group) > 1)
            self._marks(row, item)
            items.append(_graded(item))
        return items

    def _share_type(
        self, row: Row, item: dict[str, Any], faults: list[ImportFault], values: Mapping[str, Any], *,
        is_row_of_many: bool,
    ) -> None:  # fmt: skip
        """An item's own share type: its column, or in a stranger's sheet the entry's column, row by row."""
        element = "item_share_type"
        word = row.text(element)
        if not word and is_row_of_many and not self.is_exact:
            element = "share_type"
            word = row.text(element)
        if not word:
            return
        share = words.share_type(word)
        if not share:
            faults.append(row.fault(element, f"共享类型“{word}”不认识。", "请填写无条件共享、有条件共享或不予共享。"))
        elif self.is_exact or share != values.get("share_type"):
            item["share_type"] = share

    def _marks(self, row: Row, item: dict[str, Any]) -> None:
        texts = (("item_description", "description", 500), ("item_conditions", "use_conditions", 300))
        for element, name, most in texts:
            if element in row.columns and (text := row.text(element)):
                item[name] = text[:most]
        for element, name in (("item_key", "is_key"), ("item_basic", "is_basic"), ("item_required", "is_required")):
            if element in row.columns and words.is_yes(row.text(element)):
                item[name] = True

    def _item_type(self, row: Row, item: dict[str, Any], faults: list[ImportFault]) -> None:
        word = row.text("item_type")
        bracket = word.endswith((")", "）")) and re.match(r"^(.+?)[（(](\d+)(?:\s*[,，]\s*(\d+))?[)）]$", word)
        if bracket:
            word, item["length"] = bracket[1], int(bracket[2])
            if bracket[3]:
                item["scale"] = int(bracket[3])
        if word:
            item["data_type"] = self.vocabulary.code(TermKind.ITEM_TYPE, word)
            if not item["data_type"]:
                faults.append(row.fault("item_type", f"数据类型“{word}”不认识。",
                                        self.vocabulary.known_words(TermKind.ITEM_TYPE)))  # fmt: skip
        length = row.text("item_length")
        if length:
            sizes = re.match(r"^(\d{1,9})(?:[,，.](\d{1,2}))?$", length)
            if sizes is None:
                faults.append(
                    row.fault("item_length", f"数据长度“{length}”不是数字。", "请填写整数，如 18；带小数位的写 10,2。")
                )
            else:
                item["length"] = int(sizes[1])
                if sizes[2] and int(sizes[2]):
                    item["scale"] = int(sizes[2])
        scale = row.text("item_scale")
        if scale.isdecimal() and len(scale) < 4:
            item["scale"] = int(scale)
        grade = row.text("item_grade").upper().removeprefix("L").removesuffix("级")
        if grade in {"1", "2", "3", "4"}:
            item["grade"] = int(grade)
        elif grade:
            faults.append(
                row.fault("item_grade", f"数据分级“{row.text('item_grade')}”不认识。", "请填写 L1、L2、L3 或 L4。")
            )


def _graded(item: dict[str, Any]) -> dict[str, Any]:
    """An import never lowers what the name demands."""
    return item | {"grade": max(int(item.get("grade") or 1), grading.grade_of(item["name"]))}


def _split_items(text: str) -> list[str]:
    for marks in (r"[|｜]", r"[、；;\n\r]+", r"[,，]"):
        if re.search(marks, text):
            return [part.strip() for part in re.split(marks, text) if part.strip()]
    return [text.strip()] if text.strip() else []
