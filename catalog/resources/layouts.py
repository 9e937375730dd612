"""The sheets that are known by their heads: the national guide's and its derivatives (T-A to T-D of the research on
编制指南, 发改高技〔2017〕1272号), and, as data in `portal_layouts.json`, what open-data portals export.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from catalog.resources import mappings

ENOUGH = 0.8
"""Share of a layout's heads that a sheet must have to be of that layout."""


@dataclass(frozen=True)
class Column:
    """One column: its head, the group above it in a header of two rows, and what it is."""

    head: str
    element: str = ""
    group: str = ""

    @property
    def full_head(self) -> str:
        return f"{self.group}/{self.head}" if self.group else self.head


@dataclass(frozen=True)
class Layout:
    """A known shape. Columns without an element are kept for the eye and not read."""

    code: str
    name: str
    columns: tuple[Column, ...]

    @property
    def label(self) -> str:
        return f"{self.code} {self.name}".strip()

    @property
    def has_groups(self) -> bool:
        return any(column.group for column in self.columns)

    def by_head(self) -> Mapping[str, str]:
        return {mappings.plain(column.full_head): column.element for column in self.columns}


def _columns(*texts: str) -> tuple[Column, ...]:
    """«组/表头=element» each."""
    found = []
    for text in texts:
        head, _, element = text.partition("=")
        group, _, name = head.rpartition("/")
        found.append(Column(name, element, group))
    return tuple(found)


T_A = Layout("T-A", "国家编制指南导入表", (
    *_columns("序号", "部门类信息资源分类=kind", "项分类", "目分类", "细目分类1", "细目分类1.1",
              "关联业务事项=business_matter", "信息资源名称=name", "信息资源代码=external_code",
              "下设机构=internal_unit", "信息资源摘要=abstract",
              "信息资源格式分类=format_category", "信息资源格式类型=format_type", "其他类型资源格式描述",
              "信息项名称=item_name", "数据类型=item_type", "数据长度=item_length", "共享类型=share_type"),
    Column("共享条件/不予共享依据", "conditions_or_basis"),
    *_columns("共享方式分类=share_mode_category", "共享方式类型=share_mode", "是否向社会开放=open_flag",
              "开放条件=open_conditions", "更新周期=update_cycle", "发布日期=published_on", "开放主题分类=theme"),
))  # fmt: skip
T_B = Layout("T-B", "国家目录登记表（两行表头）", _columns(
    "信息资源名称=name", "信息资源代码=external_code", "提供方/单位=provider_name", "提供方/地址",
    "提供方代码=provider_code", "摘要=abstract", "格式/分类=format_category", "格式/类型=format_type",
    "格式/其他类型资源格式描述", "信息资源大普查/数据存储总量（G）",
    "信息资源大普查/结构化信息记录总数（万）=declared_volume_wan",
    "信息资源大普查/已共享存储量（G）", "信息资源大普查/已共享记录数（万）", "信息资源大普查/已开放存储量（G）",
    "信息资源大普查/已开放记录数（万）", "信息项/名称=item_name", "信息项/类型=item_type", "信息项/长度=item_length",
    "共享属性/共享类型=share_type", "共享属性/共享条件=conditions_or_basis", "共享方式/分类=share_mode_category",
    "共享方式/类型=share_mode", "开放属性/是否向社会开放=open_flag", "开放属性/开放条件=open_conditions",
    "更新周期=update_cycle", "发布日期=published_on", "关联及类目名称",
))  # fmt: skip
T_C = Layout("T-C", "信息系统与目录登记表", _columns(
    "信息系统名称=information_system", "系统部署网络=network", "业务事项名称=business_matter", "信息资源名称=name",
    "信息资源代码=external_code", "信息资源摘要=abstract", "部门名称=provider_name", "内设科室=internal_unit",
    "信息资源格式分类=format_category", "信息资源格式类型=format_type", "服务地址", "信息项名称=item_name",
    "信息项类型=item_type", "信息项长度=item_length", "共享类型=share_type", "共享条件=conditions_or_basis",
    "共享方式分类=share_mode_category", "共享方式类型=share_mode", "是否向社会开放=open_flag",
    "开放条件=open_conditions", "更新周期=update_cycle",
))  # fmt: skip
T_D = Layout("T-D", "公共数据目录登记表", (
    *_columns("目录名称=name", "目录代码=external_code", "目录类型=kind", "目录摘要=abstract", "提供部门=provider_name",
              "内设机构=internal_unit", "目录分级", "所属领域=theme", "应用场景=share_purposes"),
    Column("事项/实施清单编码", "business_matter"),
    *_columns("来源系统=information_system", "资源格式分类=format_category", "资源格式类型=format_type",
              "数据量=declared_volume", "更新周期=update_cycle", "更新周期描述", "提供渠道=share_mode", "是否电子证照",
              "是否挂载资源", "共享类型=share_type", "共享条件=conditions_or_basis", "是否向社会开放=open_flag"),
    Column("开放类型/依据", "open_conditions"),
    *_columns("数据项名称=item_name", "数据项英文名称=item_identifier", "数据类型=item_type", "数据长度=item_length",
              "精度=item_scale", "数据项分级=item_grade", "是否符合标准"),
))  # fmt: skip
TEMPLATES: Mapping[str, Layout] = {layout.code: layout for layout in (T_A, T_B, T_C, T_D)}
"""What the catalog is given out in, by code."""

OWN = (
    ("平台代码", "platform_code"), ("资源代码", "external_code"), ("责任处室", "internal_unit"), ("联系电话", "phone"),
    ("资源分类", "kind"), ("主题分类", "theme"), ("基础库", "base_library"), ("标签", "tags"), ("依据", "legal_basis"),
    ("共享条件（平台）", "share_conditions"), ("共享范围", "share_scope"), ("使用用途", "share_purposes"),
    ("共享方式", "share_mode"), ("来源信息系统", "information_system"), ("业务事项", "business_matter"),
    ("部署网络", "network"), ("责任人", "responsible_person"),
    ("资源使用条件", "use_conditions"), ("更新要求时限", "update_deadline"), ("关联资源代码", "related_codes"),
    ("数据分类", "data_category"), ("平台共享方式分类", "share_mode_category"),
    ("登记数据量", "declared_volume"), ("来源网址", "source_url"), ("是否涉密", "is_secret"),
    ("信息项英文标识", "item_identifier"), ("信息项小数位", "item_scale"), ("信息项分级", "item_grade"),
    ("信息项共享类型", "item_share_type"), ("信息项使用条件", "item_conditions"), ("是否主键", "item_key"),
    ("基础数据项", "item_basic"), ("必有", "item_required"), ("信息项说明", "item_description"),
)  # fmt: skip
"""Columns that the platform adds to the right of a template, so that nothing is lost on the way out and back. The
first of them tells a sheet that the platform itself gave out: it is read to the letter."""
MARK = "platform_code"


def complete(layout: Layout) -> tuple[Column, ...]:
    """A template's columns and behind them those of ours that it lacks."""
    present = {column.element for column in layout.columns}
    return (*layout.columns, *(Column(head, element) for head, element in OWN if element not in present))


@cache
def known() -> tuple[Layout, ...]:
    """Templates and the layouts of portals."""
    path = Path(__file__).with_name("portal_layouts.json")
    portals = json.loads(path.read_text(encoding="utf-8"))
    found = (
        Layout("", name, tuple(Column(head, element) for head, element in targets.items()))
        for name, targets in portals.items()
    )
    return (*TEMPLATES.values(), *found)


def recognise(heads: Collection[str]) -> Layout | None:
    """The layout that the heads are of, the one with the most heads in common; None when they are of none."""
    plain = {mappings.plain(head) for head in heads if head}
    scored = [(_share(layout, plain), len(layout.columns), layout) for layout in known()]
    share, _, best = max(scored, key=lambda entry: entry[:2])
    return best if share >= ENOUGH else None


def _share(layout: Layout, heads: Collection[str]) -> float:
    own = set(layout.by_head())
    return len(own & set(heads)) / len(own)


def targets_of(layout: Layout, heads: Sequence[str]) -> dict[str, str]:
    """Head → element of a sheet of this layout; heads beside the layout go by the general dictionary."""
    by_head = layout.by_head()
    rest = mappings.general_targets(heads)
    own = {mappings.plain(head): element for head, element in OWN}
    return {head: by_head.get(mappings.plain(head), own.get(mappings.plain(head), rest[head])) for head in heads}
