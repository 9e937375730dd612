"""授权: the right of a department to take named items of a resource, for a purpose and a period."""

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from security.departments.models import held_by
from sharing.grants.terms import LONGEST_VALUE, RuleKind
from sharing.grants.workflow import LIVING, OVER, GrantStatus

__all__ = ["Disposal", "Grant", "GrantItem", "GrantRowRule", "GrantStatus", "GrantUse", "Rectification"]


class GrantQuerySet(models.QuerySet["Grant"]):
    def visible_to(self, actor: Any) -> "GrantQuerySet":
        """The holder's and the provider's department, and the authority."""
        acting = getattr(actor, "acting", None)
        if acting is None or "GRANT_VIEW" not in acting.role.permissions:
            return self.none()
        if acting.role.is_authority:
            return self.all()
        return self.filter(
            Q(department_id__in=held_by(acting.department)) | Q(resource__provider_id=acting.department.pk)
        )

    def usable_on(self, today: date) -> "GrantQuerySet":
        """Grants that open data on `today`."""
        return self.filter(status=GrantStatus.ACTIVE, valid_from__lte=today, valid_to__gte=today)

    def with_counts(self) -> "GrantQuerySet":
        """Adds `items_count` and `masked_count`."""
        masked = models.Count("grant_items", filter=Q(grant_items__is_masked=True))
        return self.annotate(items_count=models.Count("grant_items"), masked_count=masked)


class Grant(models.Model):
    """Written in the same transaction as the decision that gives it. The database refuses one that is 回流 and has no
    rule on rows for the holder's own region.
    """

    department = models.ForeignKey("security.Department", models.PROTECT, related_name="grants")
    resource = models.ForeignKey("catalog.DataResource", models.PROTECT, related_name="grants")
    share_request = models.ForeignKey("sharing.ShareRequest", models.PROTECT, related_name="grants")
    share_mode = models.CharField("共享方式", max_length=10)
    purpose = models.TextField("用途")
    valid_from = models.DateField("起")
    valid_to = models.DateField("止")
    is_backflow = models.BooleanField("回流", default=False)
    rows_per_day = models.PositiveIntegerField("每日行数", null=True, blank=True)
    calls_per_day = models.PositiveIntegerField("每日次数", null=True, blank=True)
    status = models.CharField("状态", max_length=10, choices=GrantStatus.choices, default=GrantStatus.ACTIVE)
    status_reason = models.CharField("状态原因", max_length=300, blank=True, default="")
    issued_at = models.DateTimeField("开通")
    ended_at = models.DateTimeField("终止", null=True, blank=True)
    reminded_days = models.PositiveSmallIntegerField("已提醒到期前天数", null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["share_request", "resource"], name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="%(app_label)s_%(class)s_period"),
            models.CheckConstraint(
                condition=Q(status__in=GrantStatus.values), name="%(app_label)s_%(class)s_status_known"
            ),
            models.CheckConstraint(
                condition=(Q(ended_at=None) & ~Q(status__in=OVER))
                | (Q(ended_at__isnull=False) & ~Q(status__in=LIVING)),
                name="%(app_label)s_%(class)s_ended_pair",
            ),
            models.CheckConstraint(
                condition=(Q(rows_per_day=None) | Q(rows_per_day__gte=1))
                & (Q(calls_per_day=None) | Q(calls_per_day__gte=1)),
                name="%(app_label)s_%(class)s_quota_positive",
            ),
        ]
        indexes = [models.Index(fields=["department", "resource", "status"])]


class GrantItem(models.Model):
    """One granted 信息项; `is_masked` means that only its masked form leaves."""

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="grant_items")
    item = models.ForeignKey("catalog.DataItem", models.PROTECT, related_name="+")
    is_masked = models.BooleanField("脱敏", default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["grant", "item"], name="%(app_label)s_%(class)s_once")]


class GrantRowRule(models.Model):
    """行条件: only rows whose `item` begins with, or is, one of `values` are open. All rules of a grant hold at once.

    The item need not be granted. Written with the grant; the database refuses every change, an empty value, a prefix
    that is no code, and an item of another resource.
    """

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="row_rules")
    item = models.ForeignKey("catalog.DataItem", models.PROTECT, related_name="+")
    kind = models.CharField("方式", max_length=6, choices=RuleKind.choices)
    values = ArrayField(models.CharField(max_length=LONGEST_VALUE), verbose_name="取值")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["grant", "item", "kind", "values"], name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(condition=Q(kind__in=RuleKind.values), name="%(app_label)s_%(class)s_kind_known"),
            models.CheckConstraint(
                condition=Q(values__len__gte=1) & ~Q(values__contains=[""]), name="%(app_label)s_%(class)s_has_values"
            ),
        ]


class GrantUse(models.Model):
    """What was taken of a counted grant on one day (Asia/Shanghai)."""

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="uses")
    day = models.DateField("日期")
    rows = models.PositiveBigIntegerField("行数", default=0)
    calls = models.PositiveIntegerField("次数", default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["grant", "day"], name="%(app_label)s_%(class)s_once")]


class Disposal(models.Model):
    """处置证明: what was done with the data when the purpose was over, and who saw it. Written once, never changed."""

    class Method(models.TextChoices):
        DELETED = "DELETED", "删除"
        DESTROYED = "DESTROYED", "销毁存储介质"
        RETURNED = "RETURNED", "退还提供部门"
        ARCHIVED = "ARCHIVED", "依法归档保存"
        NEVER_TAKEN = "NEVER_TAKEN", "没有取用过数据"

    grant = models.OneToOneField(Grant, models.PROTECT, related_name="disposal")
    method = models.CharField("处置方式", max_length=12, choices=Method.choices)
    covered = models.TextField("处置范围")
    disposed_on = models.DateField("处置日期")
    witness = models.CharField("监督人", max_length=40)
    made_at = models.DateTimeField("出具")
    made_by = models.ForeignKey("security.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(covered="") & ~Q(witness=""), name="%(app_label)s_%(class)s_complete"),
        ]


class Rectification(models.Model):
    """整改: why a grant was suspended, what is to be put right and until when, and what the holder says he has done.

    Closed when the grant is resumed or ended.
    """

    class Side(models.TextChoices):
        PROVIDER = "PROVIDER", "提供部门"
        AUTHORITY = "AUTHORITY", "主管部门"

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="rectifications")
    side = models.CharField("暂停的一方", max_length=10, choices=Side.choices)
    demand = models.TextField("整改要求", blank=True, default="")
    due_on = models.DateField("整改期限", null=True, blank=True)
    ordered_at = models.DateTimeField("提出")
    ordered_by = models.ForeignKey("security.User", models.PROTECT, related_name="+")
    report = models.TextField("整改情况", blank=True, default="")
    reported_at = models.DateTimeField("报告", null=True, blank=True)
    reported_by = models.ForeignKey("security.User", models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField("办结", null=True, blank=True)
    is_chased = models.BooleanField("已催办", default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["grant"], condition=Q(closed_at=None), name="%(app_label)s_%(class)s_one"),
            models.CheckConstraint(
                condition=Q(reported_at=None, reported_by=None, report="")
                | (Q(reported_at__isnull=False, reported_by__isnull=False) & ~Q(report="")),
                name="%(app_label)s_%(class)s_report_whole",
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(closed_at=None, reported_at=None), name="rectify_due")]

    def is_late(self, today: date) -> bool:
        """Whether the day is over and nothing was reported."""
        return self.due_on is not None and self.reported_at is None and self.due_on < today
