"""督办: an overdue clock leads to an order of the 主管部门, never to an approval (50号 Art 29, 30; 条例 Art 38, 39)."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from security.access.permissions import Permission
from security.departments.models import held_by
from sharing.supervision.workflow import LABELS, OVER, RUNNING, OrderStatus

NUMBER_PREFIX = "DB"


class SupervisionOrderQuerySet(models.QuerySet["SupervisionOrder"]):
    def visible_to(self, actor: Any) -> "SupervisionOrderQuerySet":
        """The department that is ordered, and the authority that ordered."""
        acting = getattr(actor, "acting", None)
        if acting is None or Permission.SHARE_REQUEST_VIEW not in acting.role.permissions:
            return self.none()
        own = held_by(acting.department)
        return self.filter(Q(department_id__in=own) | Q(authority_id__in=own))

    def running(self) -> "SupervisionOrderQuerySet":
        return self.filter(status__in=RUNNING)


class SupervisionOrder(models.Model):
    """督办单 over one overdue clock. What was ordered is written once; `due_on` and `status` alone move.

    `overdue_on` is the day on which the clock had run out; `due_on` the day until which the order is to be answered.
    """

    deadline = models.ForeignKey("sharing.Deadline", models.PROTECT, related_name="orders")
    department = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    authority = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    demand = models.TextField("督办要求")
    basis = models.CharField("依据", max_length=200)
    overdue_on = models.DateField("原到期日")
    due_on = models.DateField("答复期限")
    status = models.CharField("状态", max_length=10, choices=list(LABELS.items()), default=OrderStatus.ISSUED)
    issued_at = models.DateTimeField("发出")
    issued_on = models.DateField("发出日")
    issued_by = models.ForeignKey("security.User", models.PROTECT, related_name="+")
    closed_at = models.DateTimeField("办结", null=True, blank=True)
    closed_by = models.ForeignKey("security.User", models.PROTECT, null=True, blank=True, related_name="+")

    objects = SupervisionOrderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deadline"], condition=Q(status__in=RUNNING), name="%(app_label)s_%(class)s_one_running"
            ),
            models.CheckConstraint(
                condition=Q(status__in=OrderStatus.values), name="%(app_label)s_%(class)s_status_known"
            ),
            models.CheckConstraint(condition=~Q(demand=""), name="%(app_label)s_%(class)s_says_what"),
            models.CheckConstraint(
                condition=~Q(department=F("authority")), name="%(app_label)s_%(class)s_not_to_itself"
            ),
            models.CheckConstraint(
                condition=Q(due_on__gt=F("issued_on"), overdue_on__lt=F("issued_on")),
                name="%(app_label)s_%(class)s_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OVER, closed_at__isnull=False, closed_by__isnull=False)
                | (~Q(status__in=OVER) & Q(closed_at=None, closed_by=None)),
                name="%(app_label)s_%(class)s_closed_iff_over",
            ),
        ]
        indexes = [models.Index(fields=["authority", "-id"]), models.Index(fields=["department", "-id"])]

    def __str__(self) -> str:
        return f"督办：{self.deadline.title}"

    @property
    def number(self) -> str:
        """DB-2026-000012."""
        return f"{NUMBER_PREFIX}-{self.issued_on.year}-{self.pk:06}"


class SupervisionEntry(models.Model):
    """What was said, by whom; nobody when the stop of the clock itself answered. The database refuses every change."""

    order = models.ForeignKey(SupervisionOrder, models.PROTECT, related_name="entries")
    verb = models.CharField("动作", max_length=20)
    department = models.ForeignKey("security.Department", models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey("security.User", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField("时间")
    text = models.TextField("内容", blank=True, default="")
    due_on = models.DateField("答复期限", null=True, blank=True)

    class Meta:
        ordering = ["id"]
