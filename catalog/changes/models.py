"""目录变更任务: a change of law or of duties, and what it asks of each entry that it touches."""

from typing import Any

from django.db import models
from django.db.models import Q

from catalog.changes import workflow


class ChangeKind(models.TextChoices):
    LAW = "LAW", "法律法规调整"
    DUTIES = "DUTIES", "部门职责变化"


class ChangeRecord(models.Model):
    """What changed, from which day, and by what the touched entries were chosen."""

    kind = models.CharField("种类", max_length=8, choices=ChangeKind.choices)
    title = models.CharField("名称", max_length=200)
    happened_on = models.DateField("变化日")
    text = models.TextField("说明")
    legal_text = models.CharField("法律文本", max_length=200, blank=True, default="")
    departments = models.ManyToManyField("security.Department", blank=True, related_name="+", verbose_name="涉及部门")
    word = models.CharField("筛选词", max_length=100, blank=True, default="")
    created_at = models.DateTimeField("登记")
    created_by = models.ForeignKey("security.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ChangeKind.values), name="%(app_label)s_%(class)s_kind_known"),
        ]

    def __str__(self) -> str:
        return self.title


class ChangeTaskQuerySet(models.QuerySet["ChangeTask"]):
    def visible_to(self, actor: Any) -> "ChangeTaskQuerySet":
        """The provider's own, and the authority."""
        acting = getattr(actor, "acting", None)
        if acting is None or "RESOURCE_VIEW" not in acting.role.permissions:
            return self.none()
        if acting.role.is_authority:
            return self.all()
        return self.filter(resource__provider_id=acting.department.pk)

    def under_way(self) -> "ChangeTaskQuerySet":
        return self.filter(status__in=[status.value for status in workflow.UNDER_WAY])


class Extension(models.TextChoices):
    """Whether more time was asked for, and given."""

    NONE = "", "没有申请"
    ASKED = "ASKED", "已申请延长"
    GRANTED = "GRANTED", "已同意延长"
    REFUSED = "REFUSED", "不同意延长"


class ChangeTask(models.Model):
    """One entry that one change touches. Its clock runs in sharing.deadlines, through the port."""

    record = models.ForeignKey(ChangeRecord, models.PROTECT, related_name="tasks")
    resource = models.ForeignKey("catalog.DataResource", models.PROTECT, related_name="change_tasks")
    status = models.CharField("状态", max_length=10, choices=workflow.CHOICES, default=workflow.Status.OPEN)
    created_at = models.DateTimeField("下达")
    reason = models.TextField("不需更新的理由", blank=True, default="")
    proposed_by = models.ForeignKey("security.User", models.PROTECT, null=True, blank=True, related_name="+")
    revision = models.PositiveIntegerField("更新后的版本", null=True, blank=True)
    closed_at = models.DateTimeField("办结", null=True, blank=True)
    closed_by = models.ForeignKey("security.User", models.PROTECT, null=True, blank=True, related_name="+")
    extension = models.CharField("延长", max_length=8, choices=Extension.choices, blank=True, default=Extension.NONE)
    extension_reason = models.TextField("延长理由", blank=True, default="")
    extension_note = models.TextField("延长答复", blank=True, default="")

    objects = ChangeTaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "resource"], name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in workflow.Status]), name="%(app_label)s_%(class)s_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["OPEN", "PROPOSED"], closed_at=None)
                | Q(status__in=["UPDATED", "NO_CHANGE"], closed_at__isnull=False),
                name="%(app_label)s_%(class)s_closed_dated",
            ),
            models.CheckConstraint(
                condition=~Q(status="UPDATED") | Q(revision__isnull=False),
                name="%(app_label)s_%(class)s_names_revision",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["PROPOSED", "NO_CHANGE"]) | (~Q(reason="") & Q(proposed_by__isnull=False)),
                name="%(app_label)s_%(class)s_no_change_says_why",
            ),
        ]
        indexes = [models.Index(fields=["resource", "status"])]

    def __str__(self) -> str:
        return f"{self.record.title}：{self.resource.name}"
