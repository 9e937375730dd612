"""使用台账: what a department does with the data of another, kept for years (条例 Art 29)."""

from typing import Any

from django.db import models
from django.db.models import Q

from security.departments.models import held_by


class Section(models.TextChoices):
    """The five matters of 条例 Art 29, and what those who inspect the book say in it."""

    SCENARIO = "SCENARIO", "使用场景"
    PROCESS = "PROCESS", "使用过程"
    EFFECT = "EFFECT", "应用成效"
    STORAGE = "STORAGE", "存储情况"
    DESTRUCTION = "DESTRUCTION", "销毁情况"
    INSPECTION = "INSPECTION", "检查意见"
    ANSWER = "ANSWER", "检查答复"


MATTERS = (Section.SCENARIO, Section.PROCESS, Section.EFFECT, Section.STORAGE, Section.DESTRUCTION)


class UsageLedgerQuerySet(models.QuerySet["UsageLedger"]):
    def visible_to(self, actor: Any) -> "UsageLedgerQuerySet":
        """Who uses the data, who supplies them, and the authority (条例 Art 29: 监督检查)."""
        acting = getattr(actor, "acting", None)
        if acting is None or "GRANT_VIEW" not in acting.role.permissions:
            return self.none()
        if acting.role.is_authority:
            return self.all()
        return self.filter(
            Q(department_id__in=held_by(acting.department)) | Q(resource__provider_id=acting.department.pk)
        )


class UsageLedger(models.Model):
    """The book of one department about one resource; opened by the first grant or the first taking."""

    department = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    resource = models.ForeignKey("catalog.DataResource", models.PROTECT, related_name="usage_ledgers")
    opened_at = models.DateTimeField("建立")

    objects = UsageLedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["department", "resource"], name="%(app_label)s_%(class)s_once"),
        ]

    def __str__(self) -> str:
        return f"{self.department.short_name}使用《{self.resource.name}》"


class LedgerEntry(models.Model):
    """One line written by a person. Never changed, never deleted: what was wrong is followed by a line that corrects it
    (`corrects`).
    """

    ledger = models.ForeignKey(UsageLedger, models.PROTECT, related_name="entries")
    section = models.CharField("事项", max_length=12, choices=Section.choices)
    happened_on = models.DateField("日期")
    text = models.TextField("记录")
    department = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    written_by = models.ForeignKey("security.User", models.PROTECT, related_name="+")
    written_at = models.DateTimeField("登记")
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(section__in=Section.values), name="%(app_label)s_%(class)s_section_known"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="%(app_label)s_%(class)s_says_something"),
        ]
        indexes = [models.Index(fields=["ledger", "section"])]
