"""Regions and the departments that hold and share data."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, QuerySet


class Level(models.TextChoices):
    PROVINCE = "PROVINCE", "省级"
    CITY = "CITY", "地市级"
    COUNTY = "COUNTY", "县区级"


class DepartmentKind(models.TextChoices):
    GOVERNMENT = "GOVERNMENT", "政务部门"
    AUTHORITY = "AUTHORITY", "主管部门"
    OPERATIONS_CENTER = "OPERATIONS_CENTER", "运营中心"
    PUBLIC_ENTERPRISE = "PUBLIC_ENTERPRISE", "公共企事业单位"


class Region(models.Model):
    """行政区划, six digits, by the Ministry of Civil Affairs."""

    code = models.CharField("区划代码", max_length=6, unique=True)
    name = models.CharField("名称", max_length=60)
    level = models.CharField("层级", max_length=10, choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{6}$"), name="%(app_label)s_%(class)s_code_shape"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="%(app_label)s_%(class)s_level_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.code}"


class Department(models.Model):
    """A 政务部门, 主管部门, 运营中心 or 公共企事业单位: a party to sharing, named everywhere by its `uscc`."""

    name = models.CharField("名称", max_length=100, unique=True)
    short_name = models.CharField("简称", max_length=40)
    aliases = ArrayField(models.CharField(max_length=100), default=list, blank=True, verbose_name="曾用名")
    uscc = models.CharField("统一社会信用代码", max_length=18, unique=True)
    level = models.CharField("层级", max_length=10, choices=Level.choices)
    kind = models.CharField("性质", max_length=20, choices=DepartmentKind.choices)
    region = models.ForeignKey(Region, models.PROTECT, related_name="departments")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    duties = models.TextField("职责", blank=True, default="")
    sharing_office = models.CharField("数据共享工作机构", max_length=100, blank=True, default="")
    is_active = models.BooleanField("在用", default=True)
    succeeded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name="承接部门"
    )
    """Who took over when it was merged; always one that is in use, never one that was merged itself."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__in=Level.values), name="%(app_label)s_%(class)s_level_known"),
            models.CheckConstraint(
                condition=Q(kind__in=DepartmentKind.values), name="%(app_label)s_%(class)s_kind_known"
            ),
            models.CheckConstraint(condition=~Q(parent=models.F("id")), name="%(app_label)s_%(class)s_not_own_parent"),
            models.CheckConstraint(
                condition=Q(succeeded_by=None) | (Q(is_active=False) & ~Q(succeeded_by=models.F("id"))),
                name="%(app_label)s_%(class)s_succeeded_when_closed",
            ),
            models.UniqueConstraint(
                fields=["region"],
                condition=Q(kind=DepartmentKind.AUTHORITY, is_active=True),
                name="%(app_label)s_%(class)s_one_authority_per_region",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_authority(self) -> bool:
        return self.kind == DepartmentKind.AUTHORITY


def held_by(department: Department) -> QuerySet[Department, int]:
    """Numbers of the department and of those it took over: whose closed papers it keeps. For `__in` of a query."""
    rows = Department.objects.filter(Q(pk=department.pk) | Q(succeeded_by=department.pk))
    return rows.order_by().values_list("pk", flat=True)


class FormerName(models.Model):
    """曾用名 with its end: what a department was called before the day `until`."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="former_names")
    name = models.CharField("名称", max_length=100)
    short_name = models.CharField("简称", max_length=40)
    until = models.DateField("用到（不含）")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["department", "until"], name="%(app_label)s_%(class)s_one_a_day"),
        ]
