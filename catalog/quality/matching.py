"""Whether two 信息项 are one and the same datum, and why. Pure: described items in, a reason out.

The same means: the department that keeps the one could be asked instead of collecting the other again. A name that only
says something together with its entry (名称, 登记日期, 金额 …) counts when the two entries are about the same thing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from catalog.quality.wording import canonical, key_of, spellings
from gdshare.lib.folding import fold

TEXT, NUMBER, TIME, LOGIC = "TEXT", "NUMBER", "TIME", "LOGIC"
FAMILY = {
    "C": TEXT, "M": TEXT, "G": TEXT, "N": NUMBER, "Y": NUMBER, "I": NUMBER, "B": NUMBER, "F": NUMBER,
    "D": TIME, "T": TIME, "L": LOGIC,
}  # fmt: skip

BOUND_NAMES = """
名称 类型 状态 编号 日期 金额 数量 等级 面积 备注 说明 内容 地址 联系电话 序号 年度 年份 月份 季度 原因 结果
性质 用途 单位 单位名称 项目名称 项目编号 许可证编号 证书编号 证照编号 负责人 联系人 经办人 登记机关 发证机关
处罚机关 审批机关 发证日期 有效期 许可事项 经度 纬度 高程 行政区划代码 坐落 标准地址 传真号码 电子邮箱
邮政编码 通信地址 产品名称 权利人 权利人证件号码 申请人 申请人证件号码 受理编号 批准文号 文号 标题 图片 照片
附件 单价 价格 权利类型 共有方式 来源 排序 处罚事由 处罚依据 处罚结果 罚款金额 事项名称 办件编号 状况 简介
描述 职务 所属单位 主管部门 网址 开放时间
"""
SUBJECT_NAMES = """
出生日期 死亡日期 成立日期 注销日期 吊销日期 参加工作日期 退休日期 入学日期 毕业日期 参保日期 结婚登记日期
离婚登记日期 营业期限起 营业期限止 认缴出资额 实缴出资额 单位缴费金额 个人缴费金额 月保障金额 家庭人口数
从业人数 累计缴费月数 核准日期 死亡原因 婚姻状况 健康状况 就业状态 参保状态 致困原因 人口总数 户籍人口数
常住人口数 注册资本 初次领证日期 初次登记日期
"""
BOUND = frozenset(canonical(name) for name in BOUND_NAMES.split())
"""Names that need their entry to be understood."""
BOUND_ENDS = re.compile(r"(日期|金额|面积|数|起|止|原因|结果|备注|说明|时长|次数|比例|率|浓度|价格|费用|状态)$")
OF_SUBJECT = frozenset(canonical(name) for name in SUBJECT_NAMES.split())
"""Names with such an end that belong to a person or a body, whatever the entry."""
ABOUT = re.compile(
    r"信息|数据|情况|基本|基础|记录|名单|名册|目录|清单|明细|汇总|台账|登记表|核验|列表|资料|详情|全省|省级|全市|本省|[省市县]的?|的|表$|库$"
)
SIMILAR_ENTRIES = 0.5
STANDARD = re.compile(r"(?:GB|GB/T|GA|LD/T|JY/T|DB\d+/T)\s?(?:/T)?\s?\d+(?:\.\d+)*", re.IGNORECASE)


class Element(Protocol):
    """What is asked of a data element."""

    @property
    def pk(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def words(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Described:
    """An item as it is compared. `entry`: the name of its entry, empty when not known; `element_id`: as a person
    confirmed it.
    """

    name: str
    data_type: str
    entry: str = ""
    description: str = ""
    element_id: int | None = None


@dataclass(frozen=True)
class Match:
    """Two items are the same, and why. `rank`: the surer, the higher."""

    reason: str
    rank: int


@dataclass
class Dictionary:
    """Elements and synonyms, read once and asked many times."""

    elements: dict[int, Element] = field(default_factory=dict)
    _by_name: dict[str, int] = field(default_factory=dict)
    _groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _words: re.Pattern[str] | None = None

    @classmethod
    def of(cls, elements: Iterable[Element], synonyms: Iterable[Sequence[str]] = ()) -> "Dictionary":
        """`synonyms`: groups of words that the authority keeps for the search; one of two letters and more counts."""
        groups = {
            fold(word): tuple(fold(one) for one in group) for group in synonyms for word in group if len(word) > 1
        }
        found = cls(_groups=groups)
        if groups:
            found._words = re.compile("|".join(re.escape(word) for word in sorted(groups, key=len, reverse=True)))
        for element in elements:
            found.elements[element.pk] = element
            found._by_name[found.canonical(element.name)] = element.pk
        for element in list(found.elements.values()):
            for word in element.words:
                found._by_name.setdefault(found.canonical(word), element.pk)
        return found

    def canonical(self, name: str) -> str:
        """One spelling for all variants, the authority's synonyms included."""
        return canonical(self.settled(name))

    def settled(self, name: str) -> str:
        """The name with each synonym replaced by the first of its group."""
        if self._words is None:
            return name
        return self._words.sub(lambda match: self._groups[match.group()][0], fold(key_of(name)))

    def element_of(self, name: str) -> int | None:
        """The element that a name suggests, or None."""
        return self._by_name.get(self.canonical(name))

    def keys(self, item: Described) -> list[str]:
        """Every key under which the same item may stand in the catalog."""
        names = [item.name, self.settled(item.name)]
        if self._words is not None:
            text = fold(key_of(item.name))
            for match in self._words.finditer(text):
                names += [text[: match.start()] + word + text[match.end() :] for word in self._groups[match.group()]]
        element = item.element_id or self.element_of(item.name)
        if element is not None and element in self.elements:
            names += self.elements[element].words
        return list(dict.fromkeys(key for name in names for key in spellings(name)))


def compare(a: Described, b: Described, dictionary: Dictionary) -> Match | None:
    """The reason why two items are the same; None when they are not, or nobody can tell."""
    families = FAMILY.get(a.data_type, TEXT), FAMILY.get(b.data_type, TEXT)
    if set(families) in ({TIME, NUMBER}, {LOGIC, NUMBER}, {LOGIC, TIME}):
        return None
    if a.element_id and b.element_id:
        if a.element_id != b.element_id:
            return None
        return Match(f"同一数据元：{_element_name(a.element_id, dictionary)}{_codes(a, b)}", 4)
    common = dictionary.canonical(a.name)
    element = a.element_id or dictionary.element_of(a.name)
    same_name = common == dictionary.canonical(b.name)
    same_element = element is not None and element == (b.element_id or dictionary.element_of(b.name))
    if not same_name and not same_element:
        return None
    note = ""
    if needs_entry(common) and a.entry and b.entry:
        if not are_about_the_same(a.entry, b.entry):
            return None
        note = "，两条目录内容相近"
    if key_of(a.name) == key_of(b.name):
        return Match(f"同名{note}{_codes(a, b)}", 3)
    if same_element:
        return Match(f"同义：{b.name}，同一数据元“{_element_name(element, dictionary)}”{note}{_codes(a, b)}", 2)
    if families[0] != families[1]:
        return None
    if canonical(a.name) != canonical(b.name):
        return Match(f"同义：{b.name}{note}{_codes(a, b)}", 2)
    return Match(f"名称相近且类型一致：{b.name}{note}{_codes(a, b)}", 1)


def needs_entry(name: str) -> bool:
    """Whether a canonical name says nothing without its entry."""
    return name in BOUND or (bool(BOUND_ENDS.search(name)) and name not in OF_SUBJECT)


def are_about_the_same(a: str, b: str) -> bool:
    """Whether two entries' names name the same thing: most of their pairs of characters are common."""
    first, second = ABOUT.sub("", a) or a, ABOUT.sub("", b) or b
    if first == second:
        return True
    one, two = _pairs(first), _pairs(second)
    return bool(one | two) and len(one & two) / len(one | two) >= SIMILAR_ENTRIES


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}


def _codes(a: Described, b: Described) -> str:
    """What the code lists that both descriptions name say."""
    one, two = _standards(a.description), _standards(b.description)
    if not one or not two:
        return ""
    return f"，代码表一致（{sorted(one & two)[0]}）" if one & two else "，代码表不同，取用时须对照"


def _standards(text: str) -> set[str]:
    return {re.sub(r"\s+", " ", found.upper()) for found in STANDARD.findall(text)}


def _element_name(pk: int | None, dictionary: Dictionary) -> str:
    return dictionary.elements[pk].name if pk in dictionary.elements else ""
