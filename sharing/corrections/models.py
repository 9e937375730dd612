"""疑义校核: a doubt about data, its answer, and who received the value that was wrong (50号 Art 21, 条例 Art 26)."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from security.access.permissions import Permission
from security.departments.models import held_by
from sharing.corrections.workflow import LABELS, RUNNING, CorrectionStatus


class CorrectionRequestQuerySet(models.QuerySet["CorrectionRequest"]):
    def visible_to(self, actor: Any) -> "CorrectionRequestQuerySet":
        """Who reported, who answers, who was told of the mend; and the authority."""
        acting = getattr(actor, "acting", None)
        if acting is None or Permission.SHARE_REQUEST_VIEW not in acting.role.permissions:
            return self.none()
        if acting.role.is_authority:
            return self.all()
        own = held_by(acting.department)
        told = CorrectionNotice.objects.filter(department_id__in=own).values("correction")
        mine = Q(department_id__in=own) | Q(resource__provider=acting.department)
        return self.filter(mine | Q(pk__in=told))


class CorrectionRequest(models.Model):
    """校核申请: of a resource, one of its 信息项, or one record, with what shows that it is wrong."""

    resource = models.ForeignKey("catalog.DataResource", models.PROTECT, related_name="corrections")
    item = models.ForeignKey("catalog.DataItem", models.PROTECT, null=True, blank=True, related_name="+")
    record_key = models.CharField("记录", max_length=200, blank=True, default="")
    department = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    doubt = models.TextField("疑义")
    expected = models.CharField("认为应是", max_length=300, blank=True, default="")
    evidence = models.TextField("依据")
    version_number = models.PositiveIntegerField("当时的数据版本", null=True, blank=True)
    status = models.CharField("状态", max_length=10, choices=list(LABELS.items()), default=CorrectionStatus.OPEN)
    profile = models.ForeignKey("rules.RuleProfile", models.PROTECT, related_name="+")
    reported_at = models.DateTimeField("报告")
    reported_by = models.ForeignKey("security.User", models.PROTECT, related_name="+")
    answer = models.TextField("答复", blank=True, default="")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey("security.User", models.PROTECT, null=True, blank=True, related_name="+")
    mended_version = models.PositiveIntegerField("更正后的数据版本", null=True, blank=True)

    objects = CorrectionRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in CorrectionStatus]), name="%(app_label)s_%(class)s_status_known"
            ),
            models.CheckConstraint(
                condition=~Q(doubt="") & ~Q(evidence=""), name="%(app_label)s_%(class)s_says_what_and_why"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["MENDED", "REFUSED"], answered_at__isnull=False, answered_by__isnull=False)
                & ~Q(answer="")
                | (~Q(status__in=["MENDED", "REFUSED"]) & Q(answer="", answered_at=None, answered_by=None)),
                name="%(app_label)s_%(class)s_answered_iff_closed",
            ),
            models.CheckConstraint(
                condition=Q(mended_version=None)
                | Q(status="MENDED", version_number=None)
                | Q(status="MENDED", mended_version__gt=F("version_number")),
                name="%(app_label)s_%(class)s_mended_by_a_newer",
            ),
        ]
        indexes = [
            models.Index(
                fields=["resource"], condition=Q(status__in=[s.value for s in RUNNING]), name="correction_running"
            ),
            models.Index(fields=["department", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.resource.name}的疑义"


class CorrectionNotice(models.Model):
    """更正告知: one department that received the value that was wrong, and when it said that it had taken note."""

    correction = models.ForeignKey(CorrectionRequest, models.PROTECT, related_name="consumers")
    department = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    received_version = models.PositiveIntegerField("取过的版本", null=True, blank=True)
    received_at = models.DateTimeField("最近取用", null=True, blank=True)
    told_at = models.DateTimeField("告知")
    note = models.CharField("处理情况", max_length=300, blank=True, default="")
    acknowledged_at = models.DateTimeField("确认", null=True, blank=True)
    acknowledged_by = models.ForeignKey("security.User", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["correction", "department"], name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="%(app_label)s_%(class)s_acknowledged_pair",
            ),
        ]
