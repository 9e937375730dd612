"""What a register entry must say; the same checks for the form and for the census sheet."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.systems.models import InformationSystem, Life, ProtectionLevel, SystemPart
from catalog.taxonomy.models import Term
from gdshare.lib.errors import Invalid

FIELDS = (
    "name", "purpose", "life", "network", "database_kind", "protection_level", "builder", "built_on", "online_on",
    "retired_on",
)  # fmt: skip
TEXTS = ("name", "purpose", "builder")
PARTS = {"tables": SystemPart.Kind.TABLE, "matters": SystemPart.Kind.MATTER}
PART_LABELS = {"tables": "数据库表", "matters": "业务事项"}
LONGEST_PURPOSE = 2_000
LONGEST_PARTS = 30_000
"""Characters of all tables, or of all matters, together: what a cell of the census sheet holds."""
_BETWEEN = re.compile(r"[、，,;；\n\r\t|]+")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: which field, why, what to do."""

    field: str
    message: str
    remedy: str = ""


def label_of(name: str) -> str:
    """The official term of a field."""
    if name in PART_LABELS:
        return PART_LABELS[name]
    field: Any = InformationSystem._meta.get_field(name)
    return str(field.verbose_name)


def part_names(text: object) -> list[str]:
    """The names in a cell or a text area, each once, in order."""
    return list(dict.fromkeys(name.strip() for name in _BETWEEN.split(str(text or "")) if name.strip()))


def clean(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """All fields trimmed and checked; `tables` and `matters` are lists of names. Fields left out are empty."""
    unknown = set(values) - set(FIELDS) - set(PARTS)
    if unknown:
        raise ValueError(f"not fields of a system: {', '.join(sorted(unknown))}")
    faults: list[Fault] = []
    cleaned: dict[str, Any] = {name: _text(name, values.get(name), faults) for name in TEXTS}
    if not cleaned["name"]:
        faults.append(Fault("name", "没有填写系统名称。", "请填写信息系统的全称。"))
    cleaned["life"] = values.get("life") or Life.RUNNING
    cleaned["protection_level"] = values.get("protection_level") or ProtectionLevel.NONE
    for name in ("network", "database_kind", "built_on", "online_on", "retired_on"):
        cleaned[name] = values.get(name) or None
    for name in PARTS:
        cleaned[name] = _parts(name, values.get(name) or [], faults)
    faults.extend(_date_faults(cleaned))
    return cleaned, faults


def _text(name: str, value: Any, faults: list[Fault]) -> str:
    text = str(value or "").replace("\x00", "").strip()
    limit = getattr(InformationSystem._meta.get_field(name), "max_length", None) or LONGEST_PURPOSE
    if len(text) > limit:
        faults.append(Fault(name, f"{label_of(name)}最长 {limit} 个字，现有 {len(text)} 个字。", "请缩短。"))
    return text[:limit]


def _parts(name: str, names: Iterable[str], faults: list[Fault]) -> list[str]:
    found = [part.replace("\x00", "").strip() for part in names]
    found = list(dict.fromkeys(part for part in found if part))
    long = next((part for part in found if len(part) > 200), "")
    if long:
        faults.append(Fault(name, f"{label_of(name)}“{long[:20]}…”超过 200 个字。", "每一项用顿号或换行分开。"))
    if sum(len(part) + 1 for part in found) > LONGEST_PARTS:
        message = f"{label_of(name)}有 {len(found):,} 项，合计超过 {LONGEST_PARTS:,} 个字。"
        faults.append(Fault(name, message, "请按子系统拆成几个系统登记。"))
        return []
    return [part[:200] for part in found]


def _date_faults(values: Mapping[str, Any]) -> list[Fault]:
    faults = []
    built, online, retired = values["built_on"], values["online_on"], values["retired_on"]
    if values["life"] == Life.RUNNING and online is None:
        faults.append(
            Fault("online_on", "运行的系统没有填写上线日期。", "请填写上线日期；还没有上线的，系统状态选“在建”。")
        )
    if values["life"] == Life.STOPPED and retired is None:
        faults.append(Fault("retired_on", "停用的系统没有填写停用日期。", "请填写停用日期。"))
    if values["life"] != Life.STOPPED and retired is not None:
        faults.append(Fault("retired_on", "没有停用的系统不填停用日期。", "请清空停用日期，或把系统状态改为“停用”。"))
    if built and online and built > online:
        faults.append(Fault("online_on", "上线日期早于建成日期。", "请核对两个日期。"))
    if online and retired and online > retired:
        faults.append(Fault("retired_on", "停用日期早于上线日期。", "请核对两个日期。"))
    return faults


def refuse(faults: Iterable[Fault]) -> None:
    """Raise Invalid with all faults at once, when there are any."""
    found = list(faults)
    if not found:
        return
    more = f"（共 {len(found)} 处问题）" if len(found) > 1 else ""
    raise Invalid(
        found[0].message + more,
        code="SYSTEM_INVALID",
        remedy=found[0].remedy or "请按提示改正后再保存。",
        details={
            "faults": [{"field": fault.field, "message": fault.message, "remedy": fault.remedy} for fault in found]
        },
    )


def as_values(system: InformationSystem) -> dict[str, Any]:
    """What the entry says now, in the shape that `clean` gives."""
    parts: dict[str, list[str]] = {name: [] for name in PARTS}
    for part in sorted(system.parts.all(), key=lambda part: part.position):
        parts["tables" if part.kind == SystemPart.Kind.TABLE else "matters"].append(part.name)
    return {**{name: getattr(system, name) for name in FIELDS}, **parts}


def words(value: Any) -> str:
    """A value for the log."""
    if isinstance(value, list):
        return "、".join(value)
    return value.name if isinstance(value, Term) else str("" if value is None else value)
