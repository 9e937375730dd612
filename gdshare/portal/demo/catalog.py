"""Every entry of the demonstration, and what an entry says that its three lines do not."""

from typing import Any

from gdshare.portal.demo import entries_economy, entries_people, entries_places, entries_weak
from gdshare.portal.demo.laws import GROUNDS, SCOPE
from gdshare.portal.demo.shape import Entry, Item, read_entries

ENTRIES: tuple[Entry, ...] = tuple(
    entry
    for module in (entries_people, entries_economy, entries_places, entries_weak)
    for entry in read_entries(module.TEXT)
)

LEADS = {"信用体系", "食品药品安全", "安全生产", "生态环保", "应急维稳", "社会保障"}
"""Themes kept as thematic libraries with a lead department (50号 Art 10)."""

LIBRARIES = {
    "社会保障": (
        "社会救助主题库",
        "救助对象的收入、财产、参保和就学情况，一处核对。",
        "mz",
        ("rs", "yb", "wj", "jy", "zj"),
    ),
    "信用体系": ("企业信用主题库", "登记、许可、处罚和欠税，供事中事后监管使用。", "sc", ("fg", "rs", "gx", "sw")),
}
"""Theme → thematic library: name, purpose, lead department, contributors (50号 Art 10)."""

USE_CONDITIONS = {
    3: "按申请事由逐条核验，不得批量建库",
    4: "默认脱敏提供；确需明文的，逐项说明必要性",
}

RESTRICTED = {"非法集资风险线索信息", "信访事项办理信息"}
"""Entries that only named departments may see."""

WAITING = {
    "佛山市测量标志信息": "DRAFT",
    "古树名木信息": "DEPARTMENT_REVIEW",
    "审计项目计划信息": "AUTHORITY_AUDIT",
    "旅行社经营许可信息": "AUTHORITY_AUDIT",
    "专利授权信息": "DRAFT",
    "高等学校学历证书信息": "DEPARTMENT_REVIEW",
    "临时救助申请登记信息": "DRAFT",
}
"""Entries left on their way, by the status they have reached. All others are published."""

REVISED = {"养老机构信息": 12, "食品经营许可信息": 7, "充电基础设施信息": 3, "企业登记基本信息": 2}
"""Entries revised lately: working days since their second revision was published."""

UNDER_REVISION = {"残疾人基本信息": "AUTHORITY_AUDIT", "退役军人优待证信息": "SCHEDULED"}
"""Listed entries with a working copy beside them, by the status that it has reached."""

WITHDRAWN = "欠税公告信息"


def resource_kind(entry: Entry) -> str:
    """基础, 主题 or 部门."""
    if entry.library:
        return "BASE"
    return "THEME" if entry.theme in LEADS and entry.share_type != "NOT_SHARED" else "DEPARTMENT"


def values_of(entry: Entry, *, contact: str, office: str) -> dict[str, Any]:
    """Fields of DataResource but the ones that are rows: provider, theme, base library, region."""
    ground = GROUNDS.get(entry.law)
    is_shared = entry.share_type != "NOT_SHARED"
    live = entry.cycle in ("REALTIME", "DAILY")
    return {
        "name": entry.name,
        "abstract": entry.abstract,
        "internal_unit": office,
        "contact": contact,
        "kind": resource_kind(entry),
        "data_category": _category(entry),
        "format_category": "数据库",
        "format_type": "postgresql",
        "share_type": entry.share_type,
        "share_scope": SCOPE if ground and is_shared else "",
        "share_purposes": ground.purposes if ground else "",
        "share_conditions": ground.conditions if ground else "",
        "legal_basis": ground.basis if ground else "",
        "share_modes": (["API", "BATCH", "FILE"] if live else ["BATCH", "FILE"]) if is_shared else [],
        "open_type": "OPEN" if entry.share_type == "UNCONDITIONAL" and not entry.library else "NOT_OPEN",
        "open_conditions": "登录省公共数据开放平台后免费获取"
        if entry.share_type == "UNCONDITIONAL" and not entry.library
        else "",
        "update_cycle": entry.cycle,
        "information_system": f"{entry.matter}业务系统",
        "business_matter": entry.matter,
        "network": "电子政务外网",
        "tags": [tag for tag in (entry.theme, entry.library, entry.matter) if tag],
        "is_declared_non_secret": True,
        "is_restricted": entry.name in RESTRICTED,
    }


def _category(entry: Entry) -> str:
    """What the entry describes: people, organisations, things, or matters."""
    grades = {item.word.grade for item in entry.items}
    if entry.library == "自然资源和空间地理" or entry.theme == "自然资源":
        return "OBJECT"
    if any("公民身份号码" in item.word.name for item in entry.items):
        return "PERSON"
    return "ORGANISATION" if entry.library == "法人单位" or 2 in grades else "PROCESS"


def item_of(item: Item, entry: Entry) -> dict[str, Any]:
    """Fields of DataItem."""
    form = item.word
    is_open = (item.share_type or entry.share_type) == "UNCONDITIONAL"
    return {
        "name": form.name,
        "identifier": item.identifier,
        "data_type": form.data_type,
        "length": form.length,
        "scale": form.scale,
        "grade": form.grade,
        "share_type": item.share_type,
        "use_conditions": "" if is_open else USE_CONDITIONS.get(form.grade, ""),
        "is_key": item.is_key,
        "is_basic": item.is_basic,
        "is_required": item.is_key,
        "description": "",
    }
