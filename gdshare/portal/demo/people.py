"""Invented people. Two for every department that has something to do; some of them are demonstration accounts."""

from dataclasses import dataclass

from gdshare.portal.demo.catalog import ENTRIES
from gdshare.portal.demo.departments import DEPARTMENTS

SURNAMES = (
    ("陈", "chen"), ("黄", "huang"), ("李", "li"), ("周", "zhou"), ("梁", "liang"), ("何", "he"), ("林", "lin"),
    ("张", "zhang"), ("刘", "liu"), ("吴", "wu"), ("罗", "luo"), ("郑", "zheng"), ("谢", "xie"), ("曾", "zeng"),
    ("邓", "deng"), ("叶", "ye"), ("冯", "feng"), ("郭", "guo"), ("蔡", "cai"), ("潘", "pan"), ("温", "wen"),
    ("钟", "zhong"), ("卢", "lu"), ("许", "xu"), ("苏", "su"), ("杨", "yang"), ("徐", "xu2"), ("朱", "zhu"),
)  # fmt: skip
GIVEN = (
    "嘉敏", "志远", "卓然", "文斌", "颖", "敏", "晓彤", "伟强", "俊杰", "思琪", "家豪", "丽华", "永康", "慧珊", "子健",
    "雅婷", "国栋", "秀兰", "浩然", "静怡", "启明", "婉仪", "海涛", "佩玲", "建业", "诗韵", "德明", "凯琳", "锦文",
    "宇轩", "淑贤", "振华",
)  # fmt: skip

FIXED = {
    "mz": (("陈嘉敏", "chen"), ("黄志远", "huang")),
    "zr": (("李卓然", "li"), ("周文斌", "zhou")),
    "sj": (("梁颖", "liang"), ("何敏", "he")),
}
"""The people of the tour."""

ACCOUNTS_OF = ("mz", "zr", "sj", "sc", "ga", "rs", "gzsj", "gzmz", "dsj")
"""Departments whose people can sign in, besides the three administrators. The rest exist without a password."""


@dataclass(frozen=True)
class PersonSeed:
    """One person in one post. `has_account`: a password is generated and printed."""

    username: str
    name: str
    department: str
    role: str
    post: str
    has_account: bool


def _people() -> tuple[PersonSeed, ...]:
    providers = {entry.department for entry in ENTRIES}
    seeds: list[PersonSeed] = []
    for number, department in enumerate(DEPARTMENTS):
        is_authority = department.kind == "AUTHORITY"
        if department.slug not in providers and not is_authority and department.slug not in ACCOUNTS_OF:
            continue
        pair = FIXED.get(department.slug) or tuple(_invented(2 * number + offset) for offset in (0, 1))
        roles = ("AUTHORITY_HANDLER", "AUTHORITY_HEAD") if is_authority else ("HANDLER", "OFFICE_HEAD")
        posts = ("四级主任科员", "处长") if department.level == "PROVINCE" else ("科员", "科长")
        seeds += [
            PersonSeed(f"{department.slug}.{pinyin}", name, department.slug, role, post, department.slug in ACCOUNTS_OF)
            for (name, pinyin), role, post in zip(pair, roles, posts, strict=True)
        ]
    return tuple(seeds)


def _invented(number: int) -> tuple[str, str]:
    surname, pinyin = SURNAMES[number % len(SURNAMES)]
    return surname + GIVEN[(number * 5 + number // len(SURNAMES)) % len(GIVEN)], pinyin


ADMINISTRATORS = (
    PersonSeed("admin.su", "苏系统", "sj", "SYSTEM_ADMIN", "系统管理员", True),
    PersonSeed("admin.an", "安全英", "sj", "SECURITY_ADMIN", "安全管理员", True),
    PersonSeed("admin.shen", "沈计", "sj", "AUDIT_ADMIN", "审计管理员", True),
)
SECOND_AUDITOR = PersonSeed("sj.fang", "方正", "sj", "AUTHORITY_HANDLER", "三级主任科员", True)
"""Publishes what 梁颖 compiled: nobody audits his own entry."""

PEOPLE = (*_people(), SECOND_AUDITOR, *ADMINISTRATORS)
