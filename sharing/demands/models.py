"""目录外需求: data that a department needs and the catalog does not hold (2008 Art 21, 22)."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from security.access.permissions import Permission
from sharing.demands.workflow import LABELS, MOST_DECLINES, REASONED, RUNNING, DemandStatus


class DataDemandQuerySet(models.QuerySet["DataDemand"]):
    def visible_to(self, actor: Any) -> "DataDemandQuerySet":
        """Every department: a need that others share is counted once, and 附议 needs to see it."""
        acting = getattr(actor, "acting", None)
        if acting is None or Permission.SHARE_REQUEST_VIEW not in acting.role.permissions:
            return self.none()
        return self.all()

    def running(self) -> "DataDemandQuerySet":
        return self.filter(status__in=[status.value for status in RUNNING])


class DataDemand(models.Model):
    """One need, in words and wished 信息项; `duty` is the department whose duty it is, `resource` what answers it."""

    title = models.CharField("要什么数据", max_length=100)
    description = models.TextField("说明", blank=True, default="")
    item_names = ArrayField(models.CharField(max_length=200), verbose_name="信息项")
    use_purpose = models.TextField("用途和场景")
    use_basis = models.TextField("依据")
    update_cycle = models.CharField("多久更新", max_length=20)
    needed_from = models.DateField("何时起要")
    shown_entries = ArrayField(models.BigIntegerField(), default=list, blank=True, verbose_name="提出时看过的目录")
    why_unfit = models.TextField("为什么现有目录不能用", blank=True, default="")
    department = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    authority = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    duty = models.ForeignKey("security.Department", models.PROTECT, null=True, blank=True, related_name="+")
    is_binding = models.BooleanField("指定办理", default=False)
    declines = models.PositiveSmallIntegerField("退回次数", default=0)
    promised_on = models.DateField("承诺发布", null=True, blank=True)
    resource = models.ForeignKey(
        "catalog.DataResource", models.PROTECT, null=True, blank=True, related_name="data_demands"
    )
    status = models.CharField("状态", max_length=10, choices=list(LABELS.items()), default=DemandStatus.SUBMITTED)
    answer = models.TextField("答复", blank=True, default="")
    profile = models.ForeignKey("rules.RuleProfile", models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField("提出")
    submitted_by = models.ForeignKey("security.User", models.PROTECT, related_name="+")
    closed_at = models.DateTimeField("办结", null=True, blank=True)

    objects = DataDemandQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in DemandStatus]), name="%(app_label)s_%(class)s_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(use_purpose="") & ~Q(use_basis="") & Q(item_names__len__gt=0),
                name="%(app_label)s_%(class)s_says_what_and_why",
            ),
            models.CheckConstraint(
                condition=Q(shown_entries__len=0) | ~Q(why_unfit=""), name="%(app_label)s_%(class)s_catalog_looked_at"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["ROUTED", "CONFIRMED", "FULFILLED"]) | Q(duty__isnull=False),
                name="%(app_label)s_%(class)s_has_duty",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["CONFIRMED", "FULFILLED"]) | Q(promised_on__isnull=False),
                name="%(app_label)s_%(class)s_promised",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["FULFILLED", "LISTED"]) | Q(resource__isnull=False),
                name="%(app_label)s_%(class)s_names_entry",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[s.value for s in REASONED]) | ~Q(answer=""),
                name="%(app_label)s_%(class)s_answered_why",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in RUNNING], closed_at=None)
                | (~Q(status__in=[s.value for s in RUNNING]) & Q(closed_at__isnull=False)),
                name="%(app_label)s_%(class)s_closed_dated",
            ),
            models.CheckConstraint(
                condition=Q(declines__lte=MOST_DECLINES), name="%(app_label)s_%(class)s_no_ping_pong"
            ),
        ]
        indexes = [
            models.Index(fields=["duty"], condition=Q(status__in=["ROUTED", "CONFIRMED"]), name="demand_owed"),
            models.Index(fields=["department", "-id"], name="demand_of_department"),
        ]

    def __str__(self) -> str:
        return f"目录外需求：{self.title}"


class DemandSecond(models.Model):
    """附议: another department that has the same need, with its own use."""

    demand = models.ForeignKey(DataDemand, models.PROTECT, related_name="seconds")
    department = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    use_purpose = models.TextField("用途和场景")
    at = models.DateTimeField("附议")
    by = models.ForeignKey("security.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["demand", "department"], name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(condition=~Q(use_purpose=""), name="%(app_label)s_%(class)s_says_why"),
        ]


class DemandStep(models.Model):
    """办理经过: who did what, and in which words. Written once."""

    demand = models.ForeignKey(DataDemand, models.PROTECT, related_name="steps")
    verb = models.CharField("动作", max_length=10)
    duty = models.ForeignKey("security.Department", models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField("意见", blank=True, default="")
    at = models.DateTimeField("时间")
    by = models.ForeignKey("security.User", models.PROTECT, related_name="+")
