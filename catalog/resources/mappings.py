"""How strangers name the columns of a catalog, as data: head → our element.

Typed from the Foshan catalog of 2018, 23 city portals and department sheets; the layouts of the national guide stand
in `layouts`. A head is looked up plain (half width, simplified, lower case, no blanks, colons, stars or «必填»); in a
header of two rows first with its group (格式/分类), then alone.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from catalog.taxonomy.queries import folded
from gdshare.lib.folding import simplified

ELEMENTS: dict[str, tuple[str, ...]] = {
    "external_code": (
        "资源代码",
        "信息资源代码",
        "目录编码",
        "目录代码",
        "资源编码",
        "数据资源代码",
        "信息资源编码",
        "cata_code",
        "cata_id",
        "国家目录代码",
        "资源标识符",
        "目录标识",
        "code",
    ),
    "source_url": ("详情页网址", "网址", "链接", "url", "来源网址"),
    "name": (
        "资源名称",
        "信息资源名称",
        "数据资源名称",
        "标题",
        "数据集名称",
        "数据目录名称",
        "目录名称",
        "资源信息名称",
        "名称",
        "cata_title",
        "title",
        "resourcename",
        "目录标题",
        "资源标题",
        "subjectbasename",
    ),
    "abstract": (
        "摘要",
        "资源摘要",
        "信息资源摘要",
        "描述",
        "数据摘要",
        "资源描述",
        "简介",
        "内容简介",
        "数据描述",
        "摘要信息",
        "摘要描述",
        "目录摘要",
        "资源简介",
        "description",
        "tabledescription",
        "remark",
    ),
    "internal_unit": (
        "来源部门",
        "提供机构",
        "数据提供方",
        "发布部门",
        "数源单位",
        "提供方",
        "信息资源提供方",
        "提供部门",
        "提供单位",
        "所属单位",
        "所属部门",
        "责任处室",
        "内设机构",
        "下设机构",
        "内设科室",
        "内部部门",
        "数据来源",
        "org_name",
        "orgname",
        "资源提供方",
        "资源提供单位",
        "信息资源提供方名称",
        "数据提供方单位",
        "责任部门",
        "datasource",
    ),
    "responsible_person": ("责任人", "资源责任人", "数据责任人"),
    "use_conditions": ("资源使用条件",),
    "update_deadline": ("更新要求时限",),
    "related_codes": ("关联资源代码", "关联信息资源代码", "关联及类目名称"),
    "data_category": ("数据分类", "数据分类分级/分类"),
    "platform_code": ("平台代码",),
    "provider_code": ("提供方代码", "信息资源提供方代码", "统一社会信用代码", "提供部门代码", "信用代码"),
    "phone": ("联系电话", "联系方式", "部门电话", "contact_phone", "orgphone", "提供方联系方式", "电话"),
    "email": ("部门邮箱", "电子邮箱", "联系邮箱", "contact_email", "orgemail", "邮箱"),
    "theme": (
        "主题",
        "主题分类",
        "数据领域",
        "重点领域",
        "主题名称",
        "所属主题",
        "所属领域",
        "应用场景",
        "topic_name",
        "主题领域",
        "开放主题分类",
        "领域",
        "category",
        "fieldname",
    ),
    "base_library": ("基础库", "基础信息资源", "所属基础库"),
    "kind": ("资源分类", "信息资源分类", "类", "目录类型"),
    "formats": ("数据格式", "资源格式", "资源类型", "conf_use_type", "format", "data_formats", "文件格式"),
    "format_category": ("信息资源格式分类", "格式分类", "资源格式分类", "格式/分类", "信息资源格式/分类"),
    "format_type": ("信息资源格式类型", "格式类型", "资源格式类型", "格式/类型", "信息资源格式/类型"),
    "items": ("信息项", "数据项", "信息项信息", "cata_items", "字段", "数据项名称列表"),
    "item_name": (
        "信息项名称",
        "数据项名称",
        "字段名称",
        "信息项/名称",
        "信息项信息/名称",
        "信息项信息/信息项名称",
        "字段中文名",
    ),
    "item_identifier": (
        "信息项英文名",
        "英文标识",
        "英文名称",
        "字段英文名",
        "字段英文名称",
        "数据项英文名称",
        "信息项/英文标识",
        "信息项标识",
    ),
    "item_type": (
        "数据类型",
        "信息项类型",
        "信息项数据类型",
        "字段类型",
        "信息项/类型",
        "信息项/数据类型",
        "信息项信息/类型",
        "信息项信息/数据类型",
    ),
    "item_length": (
        "数据长度",
        "信息项长度",
        "字段长度",
        "长度",
        "信息项/长度",
        "信息项/数据长度",
        "信息项信息/长度",
        "信息项信息/数据长度",
    ),
    "item_grade": ("信息项分级", "数据分级", "数据项分级", "信息项/分级", "敏感级别", "安全级别"),
    "item_share_type": ("信息项共享类型", "信息项/共享类型", "数据项共享类型"),
    "item_scale": ("小数位", "信息项小数位", "精度", "信息项精度", "信息项/精度"),
    "item_conditions": ("信息项使用条件", "信息项/使用条件"),
    "item_key": ("是否主键", "主键"),
    "item_basic": ("基础数据项", "是否基础数据项"),
    "item_required": ("必有", "是否必有", "是否必填"),
    "item_description": ("信息项描述", "信息项说明", "字段描述", "字段说明"),
    "share_type": ("共享类型", "共享属性", "共享级别", "shared_type", "共享属性/共享类型"),
    "share_conditions": ("共享条件", "共享属性/共享条件", "使用条件", "共享要求", "shared_condition"),
    "conditions_or_basis": ("共享条件/不予共享依据", "共享条件或不予共享依据"),
    "legal_basis": ("不予共享依据", "共享依据", "依据", "法律依据", "法律法规依据", "不予共享理由及依据"),
    "share_scope": ("共享范围", "shared_scope"),
    "share_purposes": ("使用用途", "用途", "使用要求"),
    "share_mode_category": ("共享方式分类", "共享方式/分类", "共享属性/共享方式分类"),
    "share_mode": ("共享方式类型", "共享方式", "共享方式/类型", "共享属性/共享方式类型", "提供渠道"),
    "openness": (
        "开放属性",
        "开放条件",
        "开放类型",
        "开放等级",
        "开放状态",
        "open_type",
        "公开属性",
        "开放方式",
        "opentype",
        "opentypename",
    ),
    "open_flag": ("是否向社会开放", "是否开放", "开放属性/是否向社会开放"),
    "update_cycle": (
        "更新周期",
        "更新频率",
        "更新频度",
        "更新时限",
        "conf_update_cycle",
        "frequency",
        "dataupdateperiod",
    ),
    "published_on": ("发布日期", "发布时间", "首次发布日期", "released_time", "上线日期", "publishtime"),
    "declared_volume": ("数据量", "数据条数", "data_count", "数据容量", "结构化信息记录总数", "datavolume"),
    "tags": ("标签", "数据标签", "关键字", "关键词", "cata_tags", "label"),
    "information_system": ("信息系统名称", "来源信息系统", "所属系统", "来源系统"),
    "business_matter": ("业务事项", "业务事项名称", "关联业务事项", "事项名称"),
    "network": ("系统部署网络", "部署网络", "网络"),
    "is_secret": ("是否涉密", "涉密标识", "涉密属性", "涉密属性分类"),
}

PREFERRED = {"external_code": ("cata_id",)}
"""Where a file has several columns for one element, these come last (an interface's row id after its code)."""

TARGETS: dict[str, str] = {
    "name": "资源名称", "external_code": "资源代码", "abstract": "资源摘要", "internal_unit": "责任处室",
    "provider_name": "提供部门名称", "provider_code": "提供部门代码", "phone": "联系电话", "email": "电子邮箱",
    "kind": "资源分类", "theme": "主题分类", "base_library": "基础库", "tags": "标签",
    "share_type": "共享类型", "share_conditions": "共享条件", "legal_basis": "依据",
    "conditions_or_basis": "共享条件或不予共享依据", "share_scope": "共享范围", "share_purposes": "使用用途",
    "share_mode": "共享方式", "share_mode_category": "共享方式分类", "openness": "开放属性（一列写明）",
    "open_flag": "是否向社会开放", "open_conditions": "开放条件", "update_cycle": "更新周期",
    "published_on": "发布日期", "formats": "数据格式（一列写明）", "format_category": "格式分类",
    "format_type": "格式类型", "information_system": "来源信息系统", "business_matter": "业务事项",
    "network": "部署网络", "responsible_person": "责任人", "use_conditions": "使用条件",
    "update_deadline": "更新时限", "related_codes": "关联资源代码", "data_category": "数据分类",
    "declared_volume": "数据量（条）", "declared_volume_wan": "数据量（万条）",
    "source_url": "来源网址", "is_secret": "是否涉密", "platform_code": "平台代码",
    "items": "信息项（一格写全部）", "item_name": "信息项名称", "item_identifier": "信息项英文标识",
    "item_type": "信息项数据类型", "item_length": "信息项长度", "item_scale": "信息项小数位",
    "item_grade": "信息项分级", "item_share_type": "信息项共享类型", "item_conditions": "信息项使用条件",
    "item_key": "信息项是否主键", "item_basic": "信息项是否基础数据项", "item_required": "信息项是否必有",
    "item_description": "信息项说明",
}  # fmt: skip
"""Everything a column can be, in the order of the page that lets a person choose."""

IGNORED = ("序号", "问题", "怎样改", "备注序号")
"""Heads that are never data: ordinals, and what our own marked workbook adds."""

_NOISE = re.compile(r"[：:*＊★#\s]|\((必填|选填|单位[^)]*|g|gb|万|万条|条)\)|(必填|选填)$")


@lru_cache(maxsize=8192)
def plain(head: str) -> str:
    """A head as it is compared."""
    return _NOISE.sub("", folded(simplified(str(head))))


_BY_HEAD = {plain(head): element for element, heads in ELEMENTS.items() for head in heads}
_IGNORED = {plain(head) for head in IGNORED}


def element_of(head: str) -> str:
    """The element a head stands for; empty when we do not know it."""
    text = plain(head)
    found = _BY_HEAD.get(text, "")
    if not found and "/" in text:
        found = _BY_HEAD.get(text.rpartition("/")[2], "")
    return found


def is_known(head: str) -> bool:
    return bool(element_of(head))


def is_name(head: str) -> bool:
    return element_of(head) == "name"


def is_ignored(head: str) -> bool:
    return plain(head) in _IGNORED


def fingerprint(heads: Iterable[str]) -> str:
    """Sheets with the same heads, in any order and spelling, have the same fingerprint."""
    return hashlib.sha256("\n".join(sorted({plain(head) for head in heads if head})).encode()).hexdigest()


def general_targets(heads: Iterable[str]) -> dict[str, str]:
    """Head → element by the dictionary above, of a sheet that nobody described."""
    targets = {head: "" if is_ignored(head) else element_of(head) for head in heads}
    # 开放条件 is the openness itself on a portal, but its conditions beside «是否向社会开放» in the guide's sheets.
    if "open_flag" in targets.values():
        targets = {head: "open_conditions" if element == "openness" else element for head, element in targets.items()}
    return targets


def columns_of(targets: Mapping[str, str]) -> dict[str, list[str]]:
    """Element → the heads that give it, the preferred one first."""
    found: dict[str, list[str]] = {}
    for head, element in targets.items():
        if element:
            found.setdefault(element, []).append(head)
    for element, last in PREFERRED.items():
        if element in found:
            found[element].sort(key=lambda head: head in last)
    return found
