"""What an entry must say: the checks of 编制指南 and of 50号 Art 2, 16-18, shared by form, import and REST.

Two questions: is what was given right (`clean`, at every write), and is it complete (`missing`, at submission).
`cite` are the citations of the rules in force.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.resources import freshness, grading
from catalog.resources.models import (
    DataItem,
    DataResource,
    Grade,
    ItemType,
    OpenType,
    ResourceKind,
    ShareMode,
    ShareType,
    UpdateCycle,
)
from gdshare.lib.errors import Invalid
from gdshare.lib.folding import fold
from gdshare.lib.pinyin import initials, sounds
from gdshare.rules.bases import INTERNAL_RULE
from gdshare.rules.profiles import Citation

IDENTIFIER = re.compile(r"^[a-z][a-z0-9_]{0,62}$")
MOST_ITEMS = 2_000
UNSTRUCTURED = {"电子文件", "图形图像", "流媒体", "自描述格式"}

TEXTS = tuple(
    field.name
    for field in DataResource._meta.get_fields()
    if field.name
    in {
        "name",
        "abstract",
        "internal_unit",
        "contact",
        "format_category",
        "format_type",
        "share_scope",
        "share_purposes",
        "share_conditions",
        "legal_basis",
        "open_conditions",
        "information_system",
        "business_matter",
        "network",
        "source_url",
        "external_code",
        "national_code",
        "responsible_person",
        "use_conditions",
        "share_channel",
        "update_cycle",
        "update_deadline",
    }
)
CHOICES = {
    "kind": ResourceKind,
    "share_type": ShareType,
    "open_type": OpenType,
}
OTHERS = (
    "provider",
    "theme",
    "base_library",
    "thematic_library",
    "data_category",
    "region",
    "share_modes",
    "tags",
    "related_codes",
    "declared_volume",
    "is_declared_non_secret",
    "is_restricted",
)
FIELDS = (*TEXTS, *CHOICES, *OTHERS)
ITEM_FIELDS = (
    "name",
    "identifier",
    "data_type",
    "length",
    "scale",
    "grade",
    "share_type",
    "use_conditions",
    "is_key",
    "is_basic",
    "is_required",
    "description",
)
LONGEST_TEXT = 5_000
BASIC_LIBRARIES = {"01", "02", "03", "05"}
"""50号 Art 17: 人口, 法人单位, 自然资源和空间地理, 电子证照. Their basic items are never anything but 无条件."""
DEFAULTS: dict[str, Any] = {
    "kind": ResourceKind.DEPARTMENT,
    "open_type": OpenType.NOT_OPEN,
    "update_cycle": UpdateCycle.IRREGULAR,
}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where, what value, why, and what to do."""

    field: str
    message: str
    remedy: str = ""
    value: str = ""
    item: int | None = None
    """Position of the item, counted from 1; None when the fault is of the entry itself."""


def label_of(name: str, is_item: bool = False) -> str:
    """The official term of a field."""
    if name == "items":
        return "信息项"
    words = {
        "share_modes": "共享方式",
        "provider": "提供部门",
        "theme": "主题分类",
        "base_library": "基础库",
        "region": "行政区划",
        "thematic_library": "主题库",
        "data_category": "数据分类",
        "related_codes": "关联资源代码",
        "tags": "标签",
    }
    if not is_item and name in words:
        return words[name]
    field: Any = (DataItem if is_item else DataResource)._meta.get_field(name)
    return str(field.verbose_name)


def refuse(faults: Iterable[Fault]) -> None:
    """Raise Invalid with all faults at once, when there are any."""
    found = list(faults)
    if not found:
        return
    first = found[0]
    more = f"（共 {len(found)} 处问题）" if len(found) > 1 else ""
    raise Invalid(
        first.message + more,
        code="RESOURCE_INVALID",
        remedy=first.remedy or "请按提示逐项改正后再提交。",
        details={
            "faults": [
                {
                    "field": fault.field,
                    "item": fault.item,
                    "message": fault.message,
                    "remedy": fault.remedy,
                    "value": fault.value,
                }
                for fault in found
            ]
        },
    )


def clean_values(
    values: Mapping[str, Any], *, is_new: bool, cite: Mapping[str, str]
) -> tuple[dict[str, Any], list[Fault]]:
    """The given fields trimmed and checked. Unknown names are a mistake of the caller."""
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise ValueError(f"not fields of a resource: {', '.join(sorted(unknown))}")
    cleaned: dict[str, Any] = dict(DEFAULTS) if is_new else {}
    faults: list[Fault] = []
    for name, value in values.items():
        if name in TEXTS:
            cleaned[name] = _text(name, value, faults)
        elif name in CHOICES:
            cleaned[name] = _choice(name, value, CHOICES[name], faults)
        elif name == "share_modes":
            cleaned[name] = [_choice(name, mode, ShareMode, faults) for mode in value or []]
        elif name == "tags":
            cleaned[name] = _tags(value)
        elif name == "related_codes":
            cleaned[name] = [word[:120] for word in _split(value)][:50]
        else:
            cleaned[name] = value
    for name in ("external_code", "national_code"):
        if name in cleaned:
            cleaned[name] = cleaned[name] or None
    for name in ("name", "share_type"):
        if (is_new or name in values) and not cleaned.get(name) and not any(fault.field == name for fault in faults):
            faults.append(Fault(name, f"没有填写{label_of(name)}。", f"请填写{label_of(name)}。"))
    if is_new:
        cleaned.setdefault("abstract", "")
    faults.extend(_basis_faults(cleaned.get("legal_basis", ""), cite))
    return cleaned, faults


def _text(name: str, value: Any, faults: list[Fault]) -> str:
    text = str(value or "").replace("\x00", "").strip()
    limit = getattr(DataResource._meta.get_field(name), "max_length", None) or LONGEST_TEXT
    if len(text) > limit:
        faults.append(
            Fault(
                name,
                f"{label_of(name)}最长 {limit} 个字，现有 {len(text)} 个字。",
                f"请把{label_of(name)}缩短到 {limit} 个字以内。",
                text[:60],
            )
        )
        return text[:limit]
    return text


def _choice(
    name: str, value: Any, choices: Any, faults: list[Fault], *, is_item: bool = False, item: int | None = None
):
    if value in ("", None):
        return ""
    if str(value) in choices._value2member_map_:  # `choices.values` is built anew each time, and items are many
        return str(value)
    allowed = "、".join(choices.labels)
    faults.append(
        Fault(
            name,
            f"{label_of(name, is_item)}“{value}”不在允许的范围内。",
            f"请填写以下之一：{allowed}。",
            str(value)[:60],
            item,
        )
    )
    return ""


def _split(value: Any) -> list[str]:
    words = value if isinstance(value, (list, tuple)) else re.split(r"[,，、;；|\s]+", str(value or ""))
    return list(dict.fromkeys(str(word).strip() for word in words if str(word).strip() not in {"", "_"}))


def _tags(value: Any) -> list[str]:
    return list(dict.fromkeys(word[:60] for word in _split(value)))[:100]


def _basis_faults(basis: str, cite: Mapping[str, str]) -> list[Fault]:
    if basis and INTERNAL_RULE.search(basis):
        return [
            Fault(
                "legal_basis",
                f"内部管理规定不能作为有条件共享或不予共享的依据（{cite[Citation.INTERNAL_RULES]}）。",
                "请写明法律、法规或规章的名称和条款；没有的，应改为无条件共享。",
                basis[:60],
            )
        ]
    return []


def clean_items(
    items: Iterable[Mapping[str, Any]], *, cite: Mapping[str, str]
) -> tuple[list[dict[str, Any]], list[Fault]]:
    """Items in order, with identifier, type, grade and share type filled where they were left open."""
    cleaned: list[dict[str, Any]] = []
    faults: list[Fault] = []
    names: set[str] = set()
    identifiers: set[str] = {str(item.get("identifier") or "") for item in items} - {""}
    given: set[str] = set()
    for position, item in enumerate(items, 1):
        unknown = set(item) - set(ITEM_FIELDS) - {"id"}
        if unknown:
            raise ValueError(f"not fields of an item: {', '.join(sorted(unknown))}")
        one = _clean_item(position, item, faults, cite)
        name = one["name"]
        if name and name in names:
            faults.append(
                Fault(
                    "name", f"信息项“{name}”重复。", "同一资源内信息项名称不能相同，请改名或删去一项。", name, position
                )
            )
        names.add(name)
        identifier = one["identifier"]
        if identifier:
            if identifier in given:
                faults.append(
                    Fault(
                        "identifier",
                        f"英文标识“{identifier}”重复。",
                        "同一资源内英文标识不能相同。",
                        identifier,
                        position,
                    )
                )
            given.add(identifier)
        else:
            one["identifier"] = free_identifier(name, identifiers)
            identifiers.add(one["identifier"])
        cleaned.append(one)
    if len(cleaned) > MOST_ITEMS:
        faults.append(
            Fault(
                "items",
                f"一条目录最多 {MOST_ITEMS} 个信息项，现有 {len(cleaned)} 个。",
                "请拆成几条目录。",
                str(len(cleaned)),
            )
        )
    return cleaned, faults


def _clean_item(position: int, item: Mapping[str, Any], faults: list[Fault], cite: Mapping[str, str]) -> dict[str, Any]:
    name = str(item.get("name") or "").replace("\x00", "").strip()
    if not name:
        faults.append(
            Fault("name", f"第 {position} 个信息项没有名称。", "请填写信息项名称，或删去这一行。", "", position)
        )
    elif len(name) > 200:
        faults.append(
            Fault("name", f"信息项名称最长 200 个字，现有 {len(name)} 个字。", "请缩短。", name[:60], position)
        )
    identifier = str(item.get("identifier") or "").strip().lower()
    if identifier and not IDENTIFIER.match(identifier):
        faults.append(
            Fault(
                "identifier",
                f"英文标识“{identifier[:60]}”不合要求。",
                "英文标识以小写字母开头，只含小写字母、数字和下划线，最长 63 个字符；也可留空由系统生成。",
                identifier[:60],
                position,
            )
        )
    is_basic = bool(item.get("is_basic"))
    share_type = _choice("share_type", item.get("share_type"), ShareType, faults, is_item=True, item=position) or None
    if is_basic and share_type not in (None, ShareType.UNCONDITIONAL):
        faults.append(
            Fault(
                "share_type",
                f"基础数据项“{name}”应当无条件共享（{cite[Citation.BASIC_ITEMS]}）。",
                "请改为无条件共享，或取消“基础数据项”。",
                str(share_type),
                position,
            )
        )
    return {
        "name": name[:200],
        "identifier": identifier[:63],
        "data_type": _choice("data_type", item.get("data_type"), ItemType, faults, is_item=True, item=position) or "C",
        "length": _number("length", item.get("length"), position, faults, most=1_000_000_000),
        "scale": _number("scale", item.get("scale"), position, faults, most=100),
        "grade": _grade(item.get("grade"), name, position, faults),
        "share_type": ShareType.UNCONDITIONAL.value if is_basic else share_type,
        "use_conditions": str(item.get("use_conditions") or "").strip()[:300],
        "is_key": bool(item.get("is_key")),
        "is_basic": is_basic,
        "is_required": bool(item.get("is_required")),
        "description": str(item.get("description") or "").strip()[:500],
    }


def _number(name: str, value: Any, position: int, faults: list[Fault], most: int) -> int | None:
    if value in ("", None):
        return None
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = -1
    if not 0 <= number <= most:
        faults.append(
            Fault(
                name,
                f"{label_of(name, True)}“{str(value)[:60]}”不是 0 到 {most} 之间的整数。",
                "请填写整数，或留空。",
                str(value)[:60],
                position,
            )
        )
        return None
    return number


def _grade(value: Any, name: str, position: int, faults: list[Fault]) -> int:
    if value in ("", None):
        return grading.grade_of(name)
    try:
        return Grade(int(str(value).upper().removeprefix("L"))).value
    except ValueError:
        faults.append(
            Fault("grade", f"数据分级“{str(value)[:20]}”不对。", "请填写 L1、L2、L3 或 L4。", str(value)[:20], position)
        )
        return grading.grade_of(name)


def free_identifier(name: str, taken: set[str]) -> str:
    """An identifier from the name's pinyin initials that nobody in the resource has yet."""
    stem = initials(name).lstrip("0123456789")[:50] or "item"
    candidate, number = stem, 1
    while candidate in taken:
        number += 1
        candidate = f"{stem}_{number}"
    return candidate


def missing(resource: DataResource, items: Iterable[DataItem], *, cite: Mapping[str, str]) -> list[Fault]:
    """What still keeps the entry from being submitted. Empty when it is complete."""
    found: list[Fault] = []
    if not resource.abstract:
        found.append(Fault("abstract", "没有填写资源摘要。", "请用一两句话说明这份数据是什么。"))
    kinds = {resource.share_type, *(item.share_type for item in items if item.share_type)}
    if ShareType.CONDITIONAL in kinds and not resource.share_conditions:
        found.append(
            Fault(
                "share_conditions",
                f"有条件共享没有写明共享条件（{cite[Citation.CONDITIONS_STATED]}）。",
                "请写明共享范围、使用用途等条件。",
            )
        )
    if not any(True for _ in items) and resource.format_category not in UNSTRUCTURED:
        found.append(
            Fault("items", "没有信息项。", "结构化数据至少登记一个信息项；非结构化的，请把格式分类改为电子文件等。")
        )
    return found


def basic_faults(
    library: str, share_type: str, basic: int, count: int, *, cite: Mapping[str, str], name: str = ""
) -> list[Fault]:
    """50号 Art 17 for the entry: `basic` of its `count` items are basic items of the library of that code."""
    if library not in BASIC_LIBRARIES or not basic or share_type == ShareType.UNCONDITIONAL:
        return []
    article = cite[Citation.BASIC_ITEMS]
    if share_type == ShareType.NOT_SHARED:
        return [
            Fault(
                "share_type",
                f"{name}基础库的 {basic} 个基础数据项应当无条件共享，整条资源不能定为不予共享（{article}）。",
                "请把资源改为有条件或无条件共享，其余信息项分别写明共享类型。",
            )
        ]
    if basic == count:
        return [
            Fault(
                "share_type",
                f"{name}基础库的信息项全是基础数据项，资源只能是无条件共享（{article}）。",
                "请改为无条件共享；不是基础数据项的信息项，请取消“基础数据项”。",
            )
        ]
    return []


COUNTED = ("grade", "item_count", "unconditional_count", "conditional_count", "closed_count")
"""What `summarise` derives from the items, besides the text to search."""


def summarise(resource: DataResource, items: Sequence[Mapping[str, Any]]) -> None:
    """What is derived from the items: grade, numbers, text to search. Same transaction, so it never lags."""
    kinds = [item.get("share_type") or resource.share_type for item in items]
    resource.grade = max((item["grade"] for item in items), default=Grade.L1)
    resource.item_count = len(items)
    resource.unconditional_count = kinds.count(ShareType.UNCONDITIONAL.value)
    resource.conditional_count = kinds.count(ShareType.CONDITIONAL.value)
    resource.closed_count = kinds.count(ShareType.NOT_SHARED.value)
    if resource.row_count is None:
        resource.freshness = freshness.unmounted(resource.update_cycle)
    resource.search_text = search_lines(
        resource, (word for item in items for word in (item["name"], item["identifier"]))
    )


def search_lines(resource: DataResource, item_words: Iterable[str]) -> str:
    """What the search looks through, one line each: pairs of characters never cross from one line to the next."""
    provider = resource.provider
    lines = [
        resource.name,
        resource.abstract,
        provider.name,
        provider.short_name,
        *provider.aliases,
        resource.internal_unit,
        resource.code,
        resource.external_code or "",
        resource.theme.name if resource.theme else "",
        resource.base_library.name if resource.base_library else "",
        resource.thematic_library.name if resource.thematic_library else "",
        resource.national_code or "",
        resource.information_system,
        resource.business_matter,
        *resource.tags,
        *item_words,
    ]
    return "\n".join(line.replace("\n", " ") for line in dict.fromkeys(lines) if line)


def pinyin_of(name: str, words: Iterable[str]) -> list[str]:
    """What one may type in Latin letters to find an entry: its name from any syllable, its words from the first.
    What begins with the name's first syllable comes a second time behind a colon: such hits stand first.
    """
    found = sounds(fold(name), from_every_syllable=True)
    found |= {f":{sound}" for sound in sounds(fold(name), from_every_syllable=False)}
    for word in words:
        found |= sounds(fold(word), from_every_syllable=False)
    return sorted(sound for sound in found if len(sound) > 1)
