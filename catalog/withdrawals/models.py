"""下架征求意见: the withdrawal of an entry that somebody uses, and what each using department said."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from catalog.withdrawals import workflow


class WithdrawalQuerySet(models.QuerySet["Withdrawal"]):
    def visible_to(self, actor: Any) -> "WithdrawalQuerySet":
        """The provider, the departments that are asked, and the authority."""
        acting = getattr(actor, "acting", None)
        if acting is None or "RESOURCE_VIEW" not in acting.role.permissions:
            return self.none()
        if acting.role.is_authority:
            return self.all()
        asked = WithdrawalAnswer.objects.filter(department_id=acting.department.pk).values("withdrawal")
        return self.filter(Q(resource__provider_id=acting.department.pk) | Q(pk__in=asked))

    def under_way(self) -> "WithdrawalQuerySet":
        return self.filter(status__in=workflow.UNDER_WAY)


class Withdrawal(models.Model):
    """One withdrawal: answers until `answer_by`, filed with the authority, closed on `close_on`."""

    resource = models.ForeignKey("catalog.DataResource", models.PROTECT, related_name="withdrawals")
    status = models.CharField("状态", max_length=12, choices=workflow.CHOICES, default=workflow.Status.OPEN)
    reason = models.TextField("原因")
    answer_by = models.DateField("答复截止")
    close_on = models.DateField("下架日")
    opened_at = models.DateTimeField("发起")
    opened_by = models.ForeignKey("security.User", models.PROTECT, related_name="+")
    filed_at = models.DateTimeField("备案", null=True, blank=True)
    filed_by = models.ForeignKey("security.User", models.PROTECT, null=True, blank=True, related_name="+")
    filing_note = models.TextField("备案意见", blank=True, default="")
    warned_at = models.DateTimeField("提醒", null=True, blank=True)
    ended_at = models.DateTimeField("办结", null=True, blank=True)
    ended_by = models.ForeignKey("security.User", models.PROTECT, null=True, blank=True, related_name="+")
    call_off_reason = models.TextField("撤销原因", blank=True, default="")

    objects = WithdrawalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in workflow.Status]), name="%(app_label)s_%(class)s_status_known"
            ),
            models.UniqueConstraint(
                fields=["resource"],
                condition=Q(status__in=[s.value for s in workflow.UNDER_WAY]),
                name="%(app_label)s_%(class)s_one_under_way",
            ),
            models.CheckConstraint(
                condition=Q(close_on__gt=F("answer_by")), name="%(app_label)s_%(class)s_answers_come_first"
            ),
            # Nobody's data is cut off without the authority's record.
            models.CheckConstraint(
                condition=~Q(status__in=["FILED", "CLOSED"])
                | (Q(filed_at__isnull=False, filed_by__isnull=False) & ~Q(filing_note="")),
                name="%(app_label)s_%(class)s_filed_before_closed",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["OPEN", "FILED"], ended_at=None)
                | Q(status__in=["CLOSED", "CALLED_OFF"], ended_at__isnull=False),
                name="%(app_label)s_%(class)s_ended_dated",
            ),
        ]
        indexes = [models.Index(fields=["close_on"], condition=Q(status="FILED"), name="withdrawal_to_close")]

    def __str__(self) -> str:
        return f"下架 {self.resource.name}"


class Answer(models.TextChoices):
    AGREE = "AGREE", "同意"
    OBJECT = "OBJECT", "有异议"


class WithdrawalAnswer(models.Model):
    """One using department: what it stood to lose when it was asked, and what it said; no answer is silence."""

    withdrawal = models.ForeignKey(Withdrawal, models.CASCADE, related_name="answers")
    department = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    grants = models.PositiveIntegerField("有效授权", default=0)
    takes = models.PositiveIntegerField("近 90 天取用", default=0)
    requests = models.PositiveIntegerField("在办申请", default=0)
    answer = models.CharField("答复", max_length=8, choices=Answer.choices, blank=True, default="")
    reason = models.TextField("理由", blank=True, default="")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = models.ForeignKey("security.User", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["withdrawal", "department"], name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(
                condition=Q(answer__in=["", *Answer.values]), name="%(app_label)s_%(class)s_answer_known"
            ),
            models.CheckConstraint(
                condition=~Q(answer=Answer.OBJECT) | ~Q(reason=""), name="%(app_label)s_%(class)s_objection_says_why"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="%(app_label)s_%(class)s_answered_dated",
            ),
        ]
