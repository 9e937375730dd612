"""争议: a refusal that is disputed, and how it was settled on which rung (条例 Art 28)."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from security.access.permissions import Permission
from security.departments.models import held_by
from sharing.disputes.workflow import DECIDED, LABELS, OVER, RUNNING, DisputeStatus


class Outcome(models.TextChoices):
    SUPPORTED = "SUPPORTED", "支持诉求"
    PARTLY = "PARTLY", "部分支持"
    REJECTED = "REJECTED", "不支持"


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def visible_to(self, actor: Any) -> "DisputeQuerySet":
        """The two parties, and the authority once it coordinates."""
        acting = getattr(actor, "acting", None)
        if acting is None or Permission.SHARE_REQUEST_VIEW not in acting.role.permissions:
            return self.none()
        mine = held_by(acting.department)
        return self.filter(Q(claimant_id__in=mine) | Q(respondent_id__in=mine) | Q(authority_id__in=mine))

    def running(self) -> "DisputeQuerySet":
        return self.filter(status__in=RUNNING)


class Dispute(models.Model):
    """One disputed answer: to a 共享申请, or to a 校核申请. `authority` is who coordinates, once it was asked."""

    share_request = models.ForeignKey(
        "sharing.ShareRequest", models.PROTECT, null=True, blank=True, related_name="disputes"
    )
    correction = models.ForeignKey(
        "sharing.CorrectionRequest", models.PROTECT, null=True, blank=True, related_name="disputes"
    )
    claimant = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    respondent = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    authority = models.ForeignKey("security.Department", models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField("状态", max_length=12, choices=list(LABELS.items()), default=DisputeStatus.NEGOTIATING)
    profile = models.ForeignKey("rules.RuleProfile", models.PROTECT, related_name="+")
    claim = models.TextField("诉求和理由")
    raised_at = models.DateTimeField("提出")
    raised_by = models.ForeignKey("security.User", models.PROTECT, related_name="+")
    terms = models.TextField("协商意见", blank=True, default="")
    offered_by = models.ForeignKey("security.Department", models.PROTECT, null=True, blank=True, related_name="+")
    rung_since = models.DateTimeField("本级开始")
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices, blank=True, default="")
    result = models.TextField("处理结果", blank=True, default="")
    document_no = models.CharField("政府决定文号", max_length=60, blank=True, default="")
    document_on = models.DateField("政府决定日期", null=True, blank=True)
    closed_at = models.DateTimeField("办结", null=True, blank=True)
    closed_by = models.ForeignKey("security.User", models.PROTECT, null=True, blank=True, related_name="+")

    objects = DisputeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(share_request=None, correction__isnull=False)
                | Q(share_request__isnull=False, correction=None),
                name="%(app_label)s_%(class)s_one_subject",
            ),
            models.UniqueConstraint(
                fields=["share_request"], condition=Q(status__in=RUNNING), name="%(app_label)s_%(class)s_one_of_request"
            ),
            models.UniqueConstraint(
                fields=["correction"], condition=Q(status__in=RUNNING), name="%(app_label)s_%(class)s_one_of_correction"
            ),
            models.CheckConstraint(
                condition=Q(status__in=DisputeStatus.values), name="%(app_label)s_%(class)s_status_known"
            ),
            models.CheckConstraint(condition=~Q(claim=""), name="%(app_label)s_%(class)s_says_what"),
            models.CheckConstraint(
                condition=~Q(claimant=F("respondent"))
                & (Q(authority=None) | ~Q(authority=F("claimant")) & ~Q(authority=F("respondent"))),
                name="%(app_label)s_%(class)s_nobody_twice",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OVER, closed_at__isnull=False, closed_by__isnull=False)
                | (~Q(status__in=OVER) & Q(closed_at=None, closed_by=None)),
                name="%(app_label)s_%(class)s_closed_iff_over",
            ),
            models.CheckConstraint(
                condition=(Q(status__in=DECIDED) & ~Q(outcome="") & ~Q(result=""))
                | (~Q(status__in=DECIDED) & Q(outcome="", result="")),
                name="%(app_label)s_%(class)s_outcome_iff_decided",
            ),
            models.CheckConstraint(
                condition=(Q(status="RULED", document_on__isnull=False) & ~Q(document_no=""))
                | (~Q(status="RULED") & Q(document_no="", document_on=None)),
                name="%(app_label)s_%(class)s_document_iff_ruled",
            ),
            models.CheckConstraint(
                condition=Q(offered_by=None, terms="") | (Q(offered_by__isnull=False) & ~Q(terms="")),
                name="%(app_label)s_%(class)s_terms_of_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status="AGREED") | Q(offered_by__isnull=False),
                name="%(app_label)s_%(class)s_agreed_on_terms",
            ),
        ]
        indexes = [models.Index(fields=["claimant", "-id"]), models.Index(fields=["respondent", "-id"])]

    def __str__(self) -> str:
        return f"{self.title}的争议"

    @property
    def title(self) -> str:
        """What is disputed, in the words of its own page."""
        return self.share_request.title if self.share_request else self.correction.resource.name  # type: ignore[union-attr]

    @property
    def is_running(self) -> bool:
        return self.status in RUNNING

    @property
    def parties(self) -> tuple[int, int]:
        return (self.claimant_id, self.respondent_id)


class DisputeEntry(models.Model):
    """What was said on which rung, and by whom. Written once: the database refuses every change."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="entries")
    verb = models.CharField("动作", max_length=20)
    status = models.CharField("此后状态", max_length=12, choices=list(LABELS.items()))
    department = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    by = models.ForeignKey("security.User", models.PROTECT, related_name="+")
    at = models.DateTimeField("时间")
    text = models.TextField("内容", blank=True, default="")

    class Meta:
        ordering = ["id"]
