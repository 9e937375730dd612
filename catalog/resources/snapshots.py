"""What an entry said at a publication, and how two publications differ."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from catalog.resources import contents
from catalog.resources.models import DataItem, DataResource, Grade, ItemType, ShareMode, ShareType
from catalog.taxonomy.models import TermKind
from catalog.taxonomy.names import names_of

ENTRY_FIELDS = (*contents.TEXTS, *contents.CHOICES, "share_modes", "tags", "related_codes", "declared_volume")


def take(resource: DataResource, items: list[DataItem]) -> dict[str, Any]:
    """The entry as JSON: its own fields by name, terms by their names, items in order. An item carries the id of the
    row that grants point to; a working copy's item that of the item it revises.
    """
    entry = {name: getattr(resource, name) for name in ENTRY_FIELDS}
    entry |= {
        "code": resource.code,
        "provider": resource.provider.name,
        "theme": resource.theme.name if resource.theme else "",
        "base_library": resource.base_library.name if resource.base_library else "",
        "thematic_library": resource.thematic_library.name if resource.thematic_library else "",
        "data_category": resource.data_category.name if resource.data_category else "",
        "grade": resource.grade,
        "systems": sorted(resource.system_links.values_list("system__name", flat=True)),
    }
    said = [
        {"id": item.revises_id or item.pk} | {name: getattr(item, name) for name in contents.ITEM_FIELDS}
        for item in items
    ]
    return {"entry": entry, "items": said}


def digest(snapshot: Mapping[str, Any]) -> str:
    """SHA-256 over the snapshot's canonical JSON: two entries that say the same have the same digest."""
    items = [{name: value for name, value in item.items() if name != "id"} for item in snapshot["items"]]
    said = {**snapshot, "items": items}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Change(StrEnum):
    """What happened to an element."""

    CHANGED = "改"
    ADDED = "增"
    REMOVED = "停用"
    RENAMED = "改名"


@dataclass(frozen=True)
class Difference:
    """One element that changed, in words."""

    label: str
    before: str
    after: str
    change: Change = Change.CHANGED


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Element by element, then item by item. An item is the same when its id is, else its identifier, else its name;
    where it stands says nothing.
    """
    found = []
    for name, value in after["entry"].items():
        old = before["entry"].get(name)
        if not _same(old, value):
            found.append(Difference(label_of(name), words(name, old), words(name, value)))
    pairs, gone = _paired(before["items"], after["items"])
    for old_item, item in pairs:
        found.extend(_item_differences(old_item, item))
    found.extend(
        Difference(f"信息项 {item['name']}", _item_words(item), "停用", Change.REMOVED) for item in gone
    )  # fmt: skip
    return found


def _same(old: Any, new: Any) -> bool:
    return old == new or (not old and not new)


def _paired(
    before: list[Mapping[str, Any]], after: list[Mapping[str, Any]]
) -> tuple[list[tuple[Mapping[str, Any] | None, Mapping[str, Any]]], list[Mapping[str, Any]]]:
    """Each item of `after` with the one of `before` that it is, and those of `before` that are no more."""
    left = dict(enumerate(before))
    found: dict[int, Mapping[str, Any]] = {}
    for key in ("id", "identifier", "name"):
        places = {item[key]: place for place, item in left.items() if item.get(key)}
        for number, item in enumerate(after):
            # Rows that both have ids and differ in them are two items, whatever they are called.
            place = None if number in found else places.get(item.get(key))
            if place in left and (key == "id" or not (item.get("id") and left[place].get("id"))):
                found[number] = left.pop(place)
    return [(found.get(number), item) for number, item in enumerate(after)], list(left.values())


def _item_differences(old: Mapping[str, Any] | None, item: Mapping[str, Any]) -> Iterator[Difference]:
    if old is None:
        yield Difference(f"信息项 {item['name']}", "", f"新增 {_item_words(item)}", Change.ADDED)
        return
    for name in contents.ITEM_FIELDS:
        if not _same(old.get(name), item[name]):
            change = Change.RENAMED if name == "name" else Change.CHANGED
            label = f"信息项 {item['name']} / {contents.label_of(name, True)}"
            yield Difference(label, words(name, old.get(name)), words(name, item[name]), change)


def label_of(name: str) -> str:
    """The official term of an element."""
    return {"code": "资源代码", "grade": "数据分级", "systems": "来源系统（已登记的）"}.get(name) or contents.label_of(
        name
    )


def _item_words(item: Mapping[str, Any]) -> str:
    length = f"({item['length']})" if item.get("length") else ""
    return f"{item['identifier']} {item['data_type']}{length} L{item['grade']}"


def words(name: str, value: Any) -> str:
    """A value in words; a dash for none."""
    if value in (None, "", []):
        return "—"
    if value is True or value is False:
        return "是" if value else "否"
    if name == "grade":
        return f"L{value} {Grade(value).label}"
    if name == "share_type":
        return ShareType(value).label
    if name == "data_type":
        return ItemType(value).label
    if name == "update_cycle":
        return names_of(TermKind.UPDATE_CYCLE).get(value, str(value))
    if name == "share_modes":
        return "、".join(ShareMode(mode).label for mode in value)
    if name in contents.CHOICES:
        return str(contents.CHOICES[name](value).label)
    return "、".join(value) if isinstance(value, list) else str(value)
