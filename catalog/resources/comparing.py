"""What an import would change in an entry, field by field, in words."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from catalog.resources import contents
from catalog.resources.models import DataItem, DataResource, ShareMode
from catalog.resources.reading import Draft
from catalog.taxonomy.models import Term

MOST_WORDS = 300


class Change(NamedTuple):
    """One field that would change."""

    label: str
    old: str
    new: str


def changes(
    resource: DataResource, existing: Sequence[DataItem], draft: Draft, cycles: Mapping[str, str]
) -> list[Change]:
    """Empty when the entry already says what the sheet says, in the fields that the sheet has. `cycles`: code → name of
    each 更新周期.
    """
    found = []
    for name, value in draft.values.items():
        if name == "external_code" and (value == resource.code or (value is None and not resource.external_code)):
            continue
        old = getattr(resource, name)
        if old != value:
            found.append(Change(contents.label_of(name), _word(name, old, cycles), _word(name, value, cycles)))
    if draft.items is not None:
        found += _item_changes(existing, draft)
    return found


def _word(name: str, value: Any, cycles: Mapping[str, str]) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Term):
        return value.name
    if name == "update_cycle":
        return cycles.get(value, value)
    if name == "share_modes":
        return "、".join(ShareMode(mode).label for mode in value)
    if isinstance(value, list):
        return "、".join(map(str, value))[:MOST_WORDS]
    if name in contents.CHOICES:
        return str(contents.CHOICES[name](value).label)
    return str(value)[:MOST_WORDS]


def _item_changes(existing: Sequence[DataItem], draft: Draft) -> list[Change]:
    given = draft.items or []
    if len(existing) == len(given) and all(
        item.name == new["name"] and not _differences(item, new, draft.spoken)
        for item, new in zip(existing, given, strict=True)
    ):
        return []
    found = []
    old_names, new_names = [item.name for item in existing], [item["name"] for item in given]
    if old_names != new_names:
        gone = [name for name in old_names if name not in set(new_names)]
        came = [name for name in new_names if name not in set(old_names)]
        is_order = not gone and not came
        old_words = "、".join(old_names if is_order else gone)[:MOST_WORDS]
        new_words = "、".join(new_names if is_order else came)[:MOST_WORDS]
        found.append(Change("信息项的顺序" if is_order else "信息项", old_words, new_words))
    by_name = {item.name: item for item in existing}
    for new in given:
        item = by_name.get(new["name"])
        names = _differences(item, new, draft.spoken) if item else []
        if item and names:
            old = "，".join(_item_word(name, getattr(item, name)) for name in names)
            words = "，".join(_item_word(name, new[name]) for name in names)
            found.append(Change(f"信息项“{new['name'][:40]}”", old[:MOST_WORDS], words[:MOST_WORDS]))
    return found


def _differences(item: DataItem, new: dict[str, Any], spoken: Collection[str]) -> list[str]:
    """Fields of an item that the sheet would change. A person's higher grade stays."""
    names = [name for name in contents.ITEM_FIELDS if name in spoken and getattr(item, name) != new[name]]
    return names + (["grade"] if item.grade < new["grade"] else [])


def _item_word(name: str, value: Any) -> str:
    label = contents.label_of(name, True)
    if value is None or value == "":
        return f"{label} 空"
    if isinstance(value, bool):
        return f"{label} {'是' if value else '否'}"
    if name == "grade":
        return f"{label} L{value}"
    field: Any = DataItem._meta.get_field(name)
    return f"{label} {dict(field.flatchoices).get(value, value)}"
