"""What the machine sees of the four properties that an audit marks (唯一性, 完整性, 关联性, 表述性): facts from rows,
in words. A hint decides nothing; the reviewer does.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from catalog.resources import contents
from catalog.resources.models import AuditProperty, DataItem, DataResource, ResourceKind, ShareType, UpdateCycle
from catalog.resources.workflow import Status

SHORT_ABSTRACT = 15
"""An abstract of fewer characters hardly tells what the data is and what it covers."""
VAGUE = (
    "视情况",
    "原则上",
    "经领导同意",
    "有关规定",
    "相关规定",
    "等有关",
    "若干",
    "适当",
    "必要时",
    "另行",
    "酌情",
    "其他情况",
)
VAGUE_ITEM = re.compile(r"^(其他|其它|备用|预留|字段|数据项|信息项|test|测试)[\d一二三四五六七八九十]*$", re.IGNORECASE)
CODE = re.compile(r"\b\d{3,}[0-9A-Z]{9,}/\d{6}\b")
OPTIONAL = ("internal_unit", "contact", "format_category", "format_type", "share_modes", "theme")
"""Elements of 编制指南 that an entry may lack and still be submitted."""
MOST = 6

Hints = dict[str, list[str]]


def for_many(resources: Sequence[DataResource], *, cite: Mapping[str, str]) -> dict[int, Hints]:
    """Hints of each entry by id. The number of queries does not grow with them."""
    items: dict[int, list[DataItem]] = {}
    for item in DataItem.objects.filter(resource__in=[r.pk for r in resources], retired_at=None).order_by("position"):
        items.setdefault(item.resource_id, []).append(item)
    same = _same_names(resources)
    known = _known_codes(resources)
    return {
        resource.pk: {
            AuditProperty.UNIQUENESS.value: _unique(resource, same.get(resource.name, [])),
            AuditProperty.COMPLETENESS.value: _complete(resource, items.get(resource.pk, []), cite),
            AuditProperty.RELEVANCE.value: _related(resource, known),
            AuditProperty.EXPRESSION.value: _expressed(resource, items.get(resource.pk, [])),
        }
        for resource in resources
    }


def _same_names(resources: Iterable[DataResource]) -> dict[str, list[DataResource]]:
    rows = DataResource.objects.filter(name__in={resource.name for resource in resources}, revises=None)
    found: dict[str, list[DataResource]] = {}
    for row in rows.exclude(status=Status.WITHDRAWN).select_related("provider").order_by("pk").only(
        "name", "code", "status", "provider__short_name"
    ):  # fmt: skip
        found.setdefault(row.name, []).append(row)
    return found


def _known_codes(resources: Iterable[DataResource]) -> set[str]:
    named = {code for resource in resources for code in CODE.findall(resource.abstract)}
    return set(DataResource.objects.filter(code__in=named).values_list("code", flat=True)) if named else set()


def _unique(resource: DataResource, same: Iterable[DataResource]) -> list[str]:
    own = {resource.pk, resource.revises_id}
    others = [row for row in same if row.pk not in own]
    return [
        f"{'本部门' if row.provider_id == resource.provider_id else row.provider.short_name}已有同名条目 {row.code}"
        f"（{row.get_status_display()}）"
        for row in others[:MOST]
    ]


def _complete(resource: DataResource, items: Sequence[DataItem], cite: Mapping[str, str]) -> list[str]:
    found = [fault.message for fault in contents.missing(resource, items, cite=cite)]
    empty = [contents.label_of(name) for name in OPTIONAL if not getattr(resource, name)]
    if resource.share_type == ShareType.CONDITIONAL:
        empty += [contents.label_of(name) for name in ("share_scope", "share_purposes") if not getattr(resource, name)]
    if empty:
        found.append(f"没有填写{'、'.join(empty)}")
    if resource.update_cycle == UpdateCycle.IRREGULAR:
        found.append("更新周期是不定期，看不出多久更新一次")
    bare = [item.name for item in items if item.data_type == "C" and item.length is None]
    if bare:
        found.append(f"{len(bare)} 个字符型信息项没有写长度：{'、'.join(bare[:MOST])}")
    return found


def _related(resource: DataResource, known: set[str]) -> list[str]:
    found = [
        f"没有关联{contents.label_of(name)}"
        for name in ("information_system", "business_matter")
        if not getattr(resource, name)
    ]
    if resource.kind == ResourceKind.BASE and resource.base_library_id is None:
        found.append("基础信息资源没有写明属于哪个基础库")
    found += [f"摘要提到的资源代码 {code} 不在目录里" for code in CODE.findall(resource.abstract) if code not in known]
    return found


def _expressed(resource: DataResource, items: Iterable[DataItem]) -> list[str]:
    found = []
    if len(resource.abstract) < SHORT_ABSTRACT:
        found.append(f"摘要只有 {len(resource.abstract)} 个字")
    if resource.abstract.strip("。 ") == resource.name:
        found.append("摘要只重复了名称")
    for name in ("abstract", "share_conditions", "share_scope", "share_purposes"):
        words = [word for word in VAGUE if word in getattr(resource, name)]
        if words:
            found.append(f"{contents.label_of(name)}用词含糊：{'、'.join(words)}")
    vague = [item.name for item in items if VAGUE_ITEM.match(item.name)]
    if vague:
        found.append(f"信息项名称看不出含义：{'、'.join(vague[:MOST])}")
    return found
