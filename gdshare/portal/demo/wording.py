"""Words of the demonstration that mean the same: synonyms that the search looks for besides, and other names of data
elements by which 一数一源 knows an item.
"""

from typing import TYPE_CHECKING

from catalog.quality import actions as quality
from catalog.quality.models import DataElement
from catalog.taxonomy import actions as taxonomy

if TYPE_CHECKING:
    from gdshare.portal.demo.loading import Province

SYNONYMS = (
    ("最低生活保障", ("低保",)),
    ("住房公积金", ("公积金",)),
    ("不动产", ("房产", "房地产")),
    ("残疾人证", ("残疾证",)),
    ("机动车驾驶证", ("驾照", "驾驶执照")),
    ("营业执照", ("工商执照",)),
    ("基本医疗保险", ("医保",)),
    ("基本养老保险", ("养老保险",)),
    ("学籍", ("在校生",)),
    ("户籍", ("户口",)),
)
"""Term and the words that people type for it."""

ALIASES = {
    "参保状态": ("养老参保状态",),
    "学校名称": ("就读院校", "就读学校"),
    "与户主关系": ("家庭成员关系",),
}
"""Data element and other names that the authority wrote down when it met them."""


def load(province: "Province") -> str:
    """By the authority, through its own actions; an element's shipped names stay."""
    by, moment = province.person("sj", "AUTHORITY_HANDLER"), province.before(80)
    for term, variants in SYNONYMS:
        taxonomy.add_synonym(by=by, now=moment, term=term, variants=variants)
    for name, aliases in ALIASES.items():
        element = DataElement.objects.get(name=name)
        values = {"aliases": [*element.aliases, *(word for word in aliases if word not in element.aliases)]}
        quality.change_element(element=element, by=by, now=moment, values=values)
    return f"同义词 {len(SYNONYMS)} 组，数据元别名 {sum(map(len, ALIASES.values()))} 个"
