"""Reads over regions and departments."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, QuerySet

from security.departments.models import Department, DepartmentKind, FormerName, Level, Region


def region_line(region: Region) -> list[Region]:
    """The region and those above it, nearest first: 县区, 地市, 省."""
    line = [region]
    while line[-1].parent is not None:
        line.append(line[-1].parent)
    return line


def authority_of(department: Department) -> Department | None:
    """The 政务数据主管部门 that reviews together with `department`: of its own region, else of the nearest above."""
    line = [region.pk for region in region_line(department.region)]
    authorities = Department.objects.filter(kind=DepartmentKind.AUTHORITY, is_active=True, region_id__in=line)
    return min(authorities, key=lambda authority: line.index(authority.region_id), default=None)


def names_on(departments: Iterable[Department], day: date) -> dict[int, str]:
    """What departments were called on `day`, by number: papers of a day keep the names of that day. One query."""
    names = {department.pk: department.name for department in departments}
    former = FormerName.objects.filter(department__in=names, until__gt=day).order_by("-until")
    return names | dict(former.values_list("department_id", "name"))


@dataclass
class Branch:
    """A region of the directory with its departments and the regions under it."""

    region: Region
    departments: list[Department] = field(default_factory=list)
    children: list["Branch"] = field(default_factory=list)


def search(*, text: str = "", level: str = "") -> QuerySet[Department]:
    """Departments in use whose name, short or former name, or code contains `text`."""
    found = Department.objects.filter(is_active=True).select_related("region", "parent")
    if level:
        found = found.filter(level=level)
    if text:
        found = found.filter(
            Q(name__icontains=text) | Q(short_name__icontains=text) | Q(aliases__icontains=text) | Q(uscc__iexact=text)
        )
    return found.order_by("region__code", "-kind", "id")


def tree(departments: QuerySet[Department]) -> list[Branch]:
    """`departments` under their regions, regions under regions; regions without any are left out. Two queries."""
    branches: dict[int, Branch] = {}
    roots: list[Branch] = []
    regions = {region.pk: region for region in Region.objects.order_by("code")}

    def branch_of(region_id: int) -> Branch:
        if region_id not in branches:
            region = regions[region_id]
            branches[region_id] = Branch(region)
            siblings = branch_of(region.parent_id).children if region.parent_id else roots
            siblings.append(branches[region_id])
        return branches[region_id]

    for department in departments:
        branch_of(department.region_id).departments.append(department)
    return roots


def level_counts() -> list[tuple[str, str, int]]:
    """(code, words, number) of departments in use, by level."""
    rows = Department.objects.filter(is_active=True).values_list("level").annotate(number=Count("pk"))
    numbers = dict(rows)
    return [(level.value, level.label, numbers.get(level.value, 0)) for level in Level]
