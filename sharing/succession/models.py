"""机构变更: a department is renamed, merged into another, or abolished; and what followed its successor."""

from django.db import models
from django.db.models import Q


class ChangeKind(models.TextChoices):
    RENAMED = "RENAMED", "更名"
    MERGED = "MERGED", "并入"
    ABOLISHED = "ABOLISHED", "撤销"


class DepartmentChange(models.Model):
    """One change of the register by a document (批文). Written once, never changed."""

    kind = models.CharField("变更", max_length=10, choices=ChangeKind.choices)
    department = models.ForeignKey("security.Department", models.PROTECT, related_name="changes")
    successor = models.ForeignKey(
        "security.Department", models.PROTECT, null=True, blank=True, related_name="takeovers"
    )
    before = models.CharField("原名称", max_length=100)
    after = models.CharField("现名称", max_length=100, blank=True, default="")
    document_no = models.CharField("文号", max_length=60)
    document_on = models.DateField("成文日期")
    effective_on = models.DateField("生效")
    made_at = models.DateTimeField("登记")
    made_by = models.ForeignKey("security.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="RENAMED", successor=None) & ~Q(after="")
                | Q(kind="MERGED", successor__isnull=False, after="") & ~Q(successor=models.F("department"))
                | Q(kind="ABOLISHED", successor=None, after=""),
                name="%(app_label)s_%(class)s_whole",
            ),
            models.CheckConstraint(condition=~Q(document_no=""), name="%(app_label)s_%(class)s_by_document"),
            models.UniqueConstraint(
                fields=["department"], condition=~Q(kind="RENAMED"), name="%(app_label)s_%(class)s_ends_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before}{self.get_kind_display()}{self.successor.name if self.successor else self.after}"


class FollowedRow(models.Model):
    """随转: one row whose party became the successor. Written once; what it was before is `change.department`."""

    change = models.ForeignKey(DepartmentChange, models.PROTECT, related_name="rows")
    kind = models.CharField("对象种类", max_length=40)
    object_id = models.BigIntegerField("对象")
    field = models.CharField("当事方", max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["change", "kind", "object_id", "field"], name="%(app_label)s_%(class)s_once"
            ),
        ]
        indexes = [models.Index(fields=["kind", "object_id"])]
