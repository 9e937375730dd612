"""The standing cast: the same people everywhere, so that a test reads as a story.

| short name | who |
|---|---|
| chen, huang | 省民政厅: handler 陈嘉敏, office head 黄志远 (the requester) |
| li, zhou | 省自然资源厅: handler 李卓然, office head 周文斌 (the provider) |
| liang, he | 省政务服务和数据管理局: handler 梁颖, head 何敏 (the authority) |
| wu | 省体育局: handler 吴刚 (the stranger) |
| sysadmin, secadmin, auditor | the three administrators |
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from gdshare.lib.codes import uscc_check_character
from security.access import roles
from security.accounts.models import Membership, User
from security.departments.models import Department, Region

PASSWORD = "Correct-Horse-9"
HIRED_AT = datetime(2024, 1, 2, 1, 0, tzinfo=UTC)


@dataclass
class Cast:
    """Departments and people; every person acts in his one membership already."""

    region: Region
    civil_affairs: Department
    natural_resources: Department
    authority: Department
    sports: Department
    chen: User
    huang: User
    li: User
    zhou: User
    liang: User
    he: User
    wu: User
    sysadmin: User
    secadmin: User
    auditor: User
    people: dict[str, User] = field(default_factory=dict)


def make_uscc(number: int) -> str:
    """A valid, invented 统一社会信用代码 (its check character computed)."""
    body = f"1144000{number:010d}"
    return body + uscc_check_character(body)


def make_department(name: str, number: int, region: Region, **fields: object) -> Department:
    """A provincial department; override what the test is about."""
    values = {"short_name": name.replace("广东省", "省"), "level": "PROVINCE", "kind": "GOVERNMENT"} | fields
    return Department.objects.create(name=name, uscc=make_uscc(number), region=region, **values)


def make_person(username: str, name: str, department: Department, role: roles.Role) -> User:
    """A person with one membership, acting in it."""
    user = User(username=username, name=name)
    user.set_password(PASSWORD)
    user.save()
    return appoint(user, department, role)


def appoint(user: User, department: Department, role: roles.Role) -> User:
    """Give a person a membership and let him act in it."""
    membership = Membership.objects.create(user=user, department=department, role=role.code, started_at=HIRED_AT)
    user.acting = membership.as_acting()
    return user


def make_cast() -> Cast:
    """Everybody."""
    region, _ = Region.objects.get_or_create(code="440000", defaults={"name": "广东省", "level": "PROVINCE"})
    civil = make_department("广东省民政厅", 1, region)
    natural = make_department("广东省自然资源厅", 2, region)
    authority = make_department("广东省政务服务和数据管理局", 3, region, kind="AUTHORITY")
    sports = make_department("广东省体育局", 4, region)
    people = {
        "chen": make_person("chen", "陈嘉敏", civil, roles.HANDLER),
        "huang": make_person("huang", "黄志远", civil, roles.OFFICE_HEAD),
        "li": make_person("li", "李卓然", natural, roles.HANDLER),
        "zhou": make_person("zhou", "周文斌", natural, roles.OFFICE_HEAD),
        "liang": make_person("liang", "梁颖", authority, roles.AUTHORITY_HANDLER),
        "he": make_person("he", "何敏", authority, roles.AUTHORITY_HEAD),
        "wu": make_person("wu", "吴刚", sports, roles.HANDLER),
        "sysadmin": make_person("sysadmin", "苏系统", authority, roles.SYSTEM_ADMIN),
        "secadmin": make_person("secadmin", "安全英", authority, roles.SECURITY_ADMIN),
        "auditor": make_person("auditor", "沈计", authority, roles.AUDIT_ADMIN),
    }
    return Cast(region, civil, natural, authority, sports, **people, people=people)
