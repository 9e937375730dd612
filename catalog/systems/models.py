"""信息系统登记 (数据普查): the register of systems that data comes from, and what each of them holds."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from catalog.systems import workflow


class Life(models.TextChoices):
    """What has become of the system itself."""

    PLANNED = "PLANNED", "拟建"
    BUILDING = "BUILDING", "在建"
    RUNNING = "RUNNING", "运行"
    STOPPED = "STOPPED", "停用"


class ProtectionLevel(models.IntegerChoices):
    """网络安全等级保护 (GB/T 22240-2020)."""

    NONE = 0, "未定级"
    L1 = 1, "一级"
    L2 = 2, "二级"
    L3 = 3, "三级"
    L4 = 4, "四级"


class InformationSystemQuerySet(models.QuerySet["InformationSystem"]):
    def visible_to(self, actor: Any) -> "InformationSystemQuerySet":
        """One's own department's; the authority sees what was sent to it and what it once verified. A register of
        systems and their protection levels is nobody else's business.
        """
        acting = getattr(actor, "acting", None)
        if acting is None or "RESOURCE_VIEW" not in acting.role.permissions:
            return self.none()
        seen = Q(department_id=acting.department.pk)
        if acting.role.is_authority:
            seen |= Q(status__in=(workflow.Status.VERIFYING, workflow.Status.REGISTERED)) | Q(verified_at__isnull=False)
        return self.filter(seen)

    def registered(self) -> "InformationSystemQuerySet":
        return self.filter(status=workflow.Status.REGISTERED)

    def locked(self) -> "InformationSystemQuerySet":
        return self.select_for_update(of=("self",), no_key=True)


class InformationSystem(models.Model):
    """One information system of a department."""

    code = models.CharField("系统编码", max_length=40, unique=True)
    name = models.CharField("系统名称", max_length=200)
    department = models.ForeignKey("security.Department", models.PROTECT, related_name="information_systems")
    purpose = models.TextField("主要功能", blank=True, default="")
    life = models.CharField("系统状态", max_length=10, choices=Life.choices, default=Life.RUNNING)
    network = models.ForeignKey(
        "catalog.Term", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="部署网络"
    )
    database_kind = models.ForeignKey(
        "catalog.Term", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="数据库类型"
    )
    protection_level = models.PositiveSmallIntegerField(
        "等级保护", choices=ProtectionLevel.choices, default=ProtectionLevel.NONE
    )
    builder = models.CharField("承建单位", max_length=200, blank=True, default="")
    built_on = models.DateField("建成日期", null=True, blank=True)
    online_on = models.DateField("上线日期", null=True, blank=True)
    retired_on = models.DateField("停用日期", null=True, blank=True)
    status = models.CharField("登记状态", max_length=20, choices=workflow.CHOICES, default=workflow.Status.DRAFT)
    created_at = models.DateTimeField("建立")
    created_by = models.ForeignKey("security.User", models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField("更新")
    submitted_by = models.ForeignKey("security.User", models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey("security.User", models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField("核验", null=True, blank=True)
    verified_by = models.ForeignKey("security.User", models.PROTECT, null=True, related_name="+")

    objects = InformationSystemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["department", "name"], name="%(app_label)s_%(class)s_name_once"),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in workflow.Status]), name="%(app_label)s_%(class)s_status_known"
            ),
            models.CheckConstraint(condition=Q(life__in=Life.values), name="%(app_label)s_%(class)s_life_known"),
            models.CheckConstraint(
                condition=Q(protection_level__range=(0, 4)), name="%(app_label)s_%(class)s_level_known"
            ),
            models.CheckConstraint(
                condition=Q(life=Life.STOPPED, retired_on__isnull=False)
                | (~Q(life=Life.STOPPED) & Q(retired_on__isnull=True)),
                name="%(app_label)s_%(class)s_stopped_dated",
            ),
            models.CheckConstraint(
                condition=~Q(life=Life.RUNNING) | Q(online_on__isnull=False),
                name="%(app_label)s_%(class)s_running_dated",
            ),
            models.CheckConstraint(
                condition=(Q(built_on=None) | Q(online_on=None) | Q(built_on__lte=F("online_on")))
                & (Q(online_on=None) | Q(retired_on=None) | Q(online_on__lte=F("retired_on"))),
                name="%(app_label)s_%(class)s_dates_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(status=workflow.Status.REGISTERED) | Q(verified_at__isnull=False),
                name="%(app_label)s_%(class)s_registered_verified",
            ),
        ]
        indexes = [models.Index(fields=["department", "status"])]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class SystemPart(models.Model):
    """What the system holds that belongs into the catalog: one 数据库表 or one 业务事项 it serves."""

    class Kind(models.TextChoices):
        TABLE = "TABLE", "数据库表"
        MATTER = "MATTER", "业务事项"

    system = models.ForeignKey(InformationSystem, models.CASCADE, related_name="parts")
    kind = models.CharField("种类", max_length=6, choices=Kind.choices)
    name = models.CharField("名称", max_length=200)
    position = models.PositiveIntegerField("序号")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "kind", "name"], name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["TABLE", "MATTER"]), name="%(app_label)s_%(class)s_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SystemStatusChange(models.Model):
    """流转记录 of a register entry."""

    system = models.ForeignKey(InformationSystem, models.CASCADE, related_name="status_changes")
    seq = models.PositiveIntegerField("序号")
    verb = models.CharField("动作", max_length=20)
    from_status = models.CharField("原状态", max_length=20)
    to_status = models.CharField("新状态", max_length=20)
    at = models.DateTimeField("时间")
    by = models.ForeignKey("security.User", models.PROTECT, null=True, related_name="+")
    opinion = models.TextField("意见", blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "seq"], name="%(app_label)s_%(class)s_seq_once"),
            models.CheckConstraint(condition=workflow.legal_pairs(), name="%(app_label)s_%(class)s_legal_move"),
        ]


class SystemSequence(models.Model):
    """The last number a department has given to a system; locked while the next is taken, so codes have no gaps."""

    department = models.OneToOneField("security.Department", models.PROTECT, primary_key=True, related_name="+")
    last = models.PositiveIntegerField("末号", default=0)
