"""What an entry said at a publication, and how two publications differ."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.resources import contents
from catalog.resources.models import DataItem, DataResource, Grade, ItemType, ShareMode, ShareType

ENTRY_FIELDS = (*contents.TEXTS, *contents.CHOICES, "share_modes", "tags", "declared_volume")


def take(resource: DataResource, items: list[DataItem]) -> dict[str, Any]:
    """The entry as JSON: its own fields by name, terms by their names, items in order."""
    entry = {name: getattr(resource, name) for name in ENTRY_FIELDS}
    entry |= {
        "code": resource.code,
        "provider": resource.provider.name,
        "theme": resource.theme.name if resource.theme else "",
        "base_library": resource.base_library.name if resource.base_library else "",
        "grade": resource.grade,
    }
    return {"entry": entry, "items": [{name: getattr(item, name) for name in contents.ITEM_FIELDS} for item in items]}


def digest(snapshot: Mapping[str, Any]) -> str:
    """SHA-256 over the snapshot's canonical JSON: two entries that say the same have the same digest."""
    text = json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Difference:
    """One element that changed, in words."""

    label: str
    before: str
    after: str


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Element by element, then item by item (an item is the same when its identifier is)."""
    found = []
    for name, value in after["entry"].items():
        old = before["entry"].get(name)
        if old != value:
            found.append(Difference(_entry_label(name), _words(name, old), _words(name, value)))
    old_items = {item["identifier"]: item for item in before["items"]}
    new_items = {item["identifier"]: item for item in after["items"]}
    for identifier, item in new_items.items():
        old_item = old_items.get(identifier)
        if old_item is None:
            found.append(Difference(f"信息项 {item['name']}", "", f"新增 {_item_words(item)}"))
            continue
        for name in contents.ITEM_FIELDS:
            if old_item.get(name) != item[name]:
                found.append(
                    Difference(
                        f"信息项 {item['name']} / {contents.label_of(name, True)}",
                        _words(name, old_item.get(name)),
                        _words(name, item[name]),
                    )
                )
    for identifier, item in old_items.items():
        if identifier not in new_items:
            found.append(Difference(f"信息项 {item['name']}", _item_words(item), "停用"))
    return found


def _entry_label(name: str) -> str:
    return {"code": "资源代码", "grade": "数据分级"}.get(name) or contents.label_of(name)


def _item_words(item: Mapping[str, Any]) -> str:
    length = f"({item['length']})" if item.get("length") else ""
    return f"{item['identifier']} {item['data_type']}{length} L{item['grade']}"


def _words(name: str, value: Any) -> str:
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
    if name == "share_modes":
        return "、".join(ShareMode(mode).label for mode in value)
    if name in contents.CHOICES:
        return str(contents.CHOICES[name](value).label)
    return "、".join(value) if isinstance(value, list) else str(value)
