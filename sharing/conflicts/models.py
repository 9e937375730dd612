"""数据不一致比对: two mounted tables laid side by side by a key, and which value counts (50号 Art 14, 条例 Art 19)."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from security.access.permissions import Permission
from sharing.conflicts.workflow import LABELS, ComparisonStatus


class ComparisonQuerySet(models.QuerySet["Comparison"]):
    def visible_to(self, actor: Any) -> "ComparisonQuerySet":
        """Who asked for it, the two providers, the lead sources of its items; and the authority."""
        acting = getattr(actor, "acting", None)
        if acting is None or Permission.SHARE_REQUEST_VIEW not in acting.role.permissions:
            return self.none()
        if acting.role.is_authority:
            return self.all()
        own = acting.department
        leads = ComparedItem.objects.filter(
            Q(left_item__element_link__element__lead_source__department=own)
            | Q(right_item__element_link__element__lead_source__department=own)
        ).values("comparison")
        return self.filter(Q(department=own) | Q(left__provider=own) | Q(right__provider=own) | Q(pk__in=leads))


class Comparison(models.Model):
    """One run over two versions. Holds counts and row numbers, never a value: what a viewer sees is read anew for him.

    `sample_size` keys are chosen by a hash of key and `seed`; 0 compares every key.
    """

    left = models.ForeignKey("catalog.DataResource", models.PROTECT, related_name="comparisons_left")
    right = models.ForeignKey("catalog.DataResource", models.PROTECT, related_name="comparisons_right")
    left_version = models.ForeignKey("catalog.TableVersion", models.PROTECT, related_name="+")
    right_version = models.ForeignKey("catalog.TableVersion", models.PROTECT, related_name="+")
    left_key = models.ForeignKey("catalog.DataItem", models.PROTECT, related_name="+")
    right_key = models.ForeignKey("catalog.DataItem", models.PROTECT, related_name="+")
    sample_size = models.PositiveIntegerField("抽样", default=0)
    seed = models.PositiveIntegerField("抽样种子", default=0)
    department = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    status = models.CharField("状态", max_length=10, choices=list(LABELS.items()), default=ComparisonStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField("比对次数", default=0)
    lease_until = models.DateTimeField("租约", null=True, blank=True)
    fault = models.CharField("没有比对完的原因", max_length=300, blank=True, default="")
    only_left = models.PositiveBigIntegerField("仅甲方有", default=0)
    only_right = models.PositiveBigIntegerField("仅乙方有", default=0)
    both = models.PositiveBigIntegerField("两方都有", default=0)
    repeated = models.PositiveBigIntegerField("关键项重复", default=0)
    created_at = models.DateTimeField("提出")
    created_by = models.ForeignKey("security.User", models.PROTECT, related_name="+")
    finished_at = models.DateTimeField("完成", null=True, blank=True)

    objects = ComparisonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in ComparisonStatus]), name="%(app_label)s_%(class)s_status_known"
            ),
            models.CheckConstraint(condition=~Q(left=F("right")), name="%(app_label)s_%(class)s_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.left.name}与{self.right.name}的比对"


class ComparedItem(models.Model):
    """One pair of 信息项. `differing`: [row of left, row of right] of some keys whose values differ."""

    class Stands(models.TextChoices):
        LEFT = "LEFT", "以甲方为准"
        RIGHT = "RIGHT", "以乙方为准"
        BOTH = "BOTH", "口径不同，各自保留"

    comparison = models.ForeignKey(Comparison, models.PROTECT, related_name="items")
    left_item = models.ForeignKey("catalog.DataItem", models.PROTECT, related_name="+")
    right_item = models.ForeignKey("catalog.DataItem", models.PROTECT, related_name="+")
    compared = models.PositiveBigIntegerField("两方都有值", default=0)
    different = models.PositiveBigIntegerField("不一致", default=0)
    one_blank = models.PositiveBigIntegerField("一方为空", default=0)
    differing = models.JSONField("不一致的行", default=list)
    stands = models.CharField("以谁为准", max_length=5, choices=Stands.choices, blank=True, default="")
    reason = models.CharField("理由", max_length=500, blank=True, default="")
    decided_at = models.DateTimeField("决定", null=True, blank=True)
    decided_by = models.ForeignKey("security.User", models.PROTECT, null=True, blank=True, related_name="+")
    correction = models.ForeignKey(
        "sharing.CorrectionRequest", models.PROTECT, null=True, blank=True, related_name="+"
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["comparison", "left_item", "right_item"], name="%(app_label)s_%(class)s_once"
            ),
            models.CheckConstraint(
                condition=Q(different__lte=F("compared")), name="%(app_label)s_%(class)s_different_of_compared"
            ),
            models.CheckConstraint(
                condition=Q(stands="", reason="", decided_at=None, decided_by=None, correction=None)
                | Q(stands__in=["LEFT", "RIGHT", "BOTH"], decided_at__isnull=False, decided_by__isnull=False)
                & ~Q(reason=""),
                name="%(app_label)s_%(class)s_decided_with_a_reason",
            ),
        ]
