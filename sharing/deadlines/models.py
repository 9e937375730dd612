"""时限: running clocks, their pauses, and the reminders they gave."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def open(self) -> "DeadlineQuerySet":
        return self.filter(closed_at=None)


class Deadline(models.Model):
    """One clock on one thing. `due_on` is derived from the rest and stored; None while paused.

    `responsible_ids` are the departments whose turn it is: reminders go to them, to the owner and, when overdue,
    to the authority (`escalation_ids`).
    """

    subject_kind = models.CharField("对象种类", max_length=40)
    subject_id = models.BigIntegerField("对象")
    clock = models.CharField("时钟", max_length=20)
    profile = models.ForeignKey("rules.RuleProfile", models.PROTECT, related_name="+")
    basis = models.CharField("依据", max_length=200)
    title = models.CharField("事由", max_length=200)
    url = models.CharField("页面", max_length=300)
    started_on = models.DateField("收到")
    allowance = models.PositiveSmallIntegerField("工作日数")
    extended_days = models.PositiveSmallIntegerField("延长工作日", default=0)
    due_on = models.DateField("到期日", null=True, blank=True)
    is_provisional = models.BooleanField("暂定", default=False)
    responsible_ids = ArrayField(models.BigIntegerField(), default=list, verbose_name="办理部门")
    escalation_ids = ArrayField(models.BigIntegerField(), default=list, verbose_name="抄送部门")
    next_check_at = models.DateTimeField("下次检查")
    failed_checks = models.PositiveSmallIntegerField("检查失败", default=0)
    closed_at = models.DateTimeField("停止", null=True, blank=True)
    closed_on = models.DateField("停止日", null=True, blank=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "clock"],
                condition=Q(closed_at=None),
                name="%(app_label)s_%(class)s_one_open",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_on=None) | Q(closed_at__isnull=False, closed_on__isnull=False),
                name="%(app_label)s_%(class)s_closed_pair",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_check_at", "id"],
                condition=Q(closed_at=None, due_on__isnull=False),
                name="deadline_next_check",
            ),
            models.Index(fields=["started_on", "id"], condition=Q(closed_at=None), name="deadline_open_start"),
            models.Index(fields=["subject_kind", "subject_id"]),
        ]


class Pause(models.Model):
    """中止计时: days from `started_on` to before `ended_on` do not count; open while `ended_on` is None."""

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="pauses")
    started_on = models.DateField("起")
    ended_on = models.DateField("止", null=True, blank=True)
    reason = models.CharField("原因", max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["deadline"], condition=Q(ended_on=None), name="%(app_label)s_%(class)s_one_open"
            ),
        ]


class Reminder(models.Model):
    """催办: one reminder of one kind for one due date, once.

    `is_folded`: it fell due while the timetable stood still, and was told together with a later one.
    """

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="reminders")
    kind = models.CharField("种类", max_length=12)  # T-5, T-3, T-1, T, T+1, T+2, …
    due_on = models.DateField("到期日")
    sent_at = models.DateTimeField("发出")
    is_folded = models.BooleanField("并入后一次", default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deadline", "kind", "due_on"], name="%(app_label)s_%(class)s_once"),
        ]


class DueDateMove(models.Model):
    """到期日变动: a clock's date as it was and as a new calendar made it. `digest` is that of the calendar change."""

    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="moves")
    before = models.DateField("原到期日")
    after = models.DateField("现到期日")
    at = models.DateTimeField("时间")
    cause = models.CharField("原因", max_length=200)
    digest = models.CharField("更改摘要", max_length=64, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(before=models.F("after")), name="%(app_label)s_%(class)s_moves"),
        ]
        indexes = [models.Index(fields=["digest", "id"])]
