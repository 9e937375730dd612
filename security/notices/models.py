"""In-box and to-do."""

from django.db import models
from django.db.models import Q


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of(self, user: object) -> "NoticeQuerySet":
        """What lies in a person's in-box for the department he acts for."""
        return self.filter(recipient=user, department=user.department)  # type: ignore[attr-defined]

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def to_do(self) -> "NoticeQuerySet":
        return self.filter(needs_action=True, done_at=None)


class Notice(models.Model):
    """A sentence to one person about one thing, with the page where to act. What leaves the portal: its dispatches."""

    recipient = models.ForeignKey("security.User", models.PROTECT, related_name="notices")
    department = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    kind = models.CharField("种类", max_length=40)
    subject_kind = models.CharField("对象种类", max_length=40)
    subject_id = models.BigIntegerField("对象")
    title = models.CharField("标题", max_length=200)
    body = models.TextField("正文", blank=True, default="")
    url = models.CharField("页面", max_length=300)
    needs_action = models.BooleanField("待办", default=False)
    is_statutory = models.BooleanField("法定时限提醒", default=False)
    dedupe_key = models.CharField("去重键", max_length=160)
    created_at = models.DateTimeField("产生")
    read_at = models.DateTimeField("已读", null=True, blank=True)
    done_at = models.DateTimeField("办结", null=True, blank=True)
    queued_at = models.DateTimeField("转入发送", null=True, blank=True)
    """When its dispatches were written; None: still to be handed to the channels."""

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient", "dedupe_key"], name="%(app_label)s_%(class)s_once"),
        ]
        indexes = [
            models.Index(fields=["recipient", "department", "-created_at"]),
            models.Index(fields=["subject_kind", "subject_id"], condition=Q(done_at=None), name="notice_open_subject"),
            models.Index(fields=["id"], condition=Q(queued_at=None), name="notice_to_queue"),
        ]


class Channel(models.TextChoices):
    """The ways out of the portal; the in-box is the notice itself."""

    MAIL = "MAIL", "邮件"
    WEBHOOK = "WEBHOOK", "办公通讯"


class Dispatch(models.Model):
    """送达: one notice on its way over one channel, with its attempts and the receiver's own words as proof.

    A `is_digest` row waits for the next morning of a working day and leaves with the others of its person.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", "待发送"
        SENT = "SENT", "已送达"
        SKIPPED = "SKIPPED", "已在站内阅读"
        GIVEN_UP = "GIVEN_UP", "未送达"

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="dispatches")
    channel = models.CharField("渠道", max_length=8, choices=Channel.choices)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    is_digest = models.BooleanField("随每日汇总", default=False)
    attempts = models.PositiveSmallIntegerField("尝试", default=0)
    next_attempt_at = models.DateTimeField("下次发送", null=True, blank=True)
    sent_at = models.DateTimeField("送达", null=True, blank=True)
    sent_to = models.CharField("发往", max_length=254, blank=True, default="")
    proof = models.CharField("对方回执", max_length=300, blank=True, default="")
    error = models.CharField("最近一次错误", max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(
                condition=Q(state="WAITING", next_attempt_at__isnull=False, sent_at=None)
                | Q(state="SENT", next_attempt_at=None, sent_at__isnull=False) & ~Q(proof="") & ~Q(sent_to="")
                | Q(state__in=["SKIPPED", "GIVEN_UP"], next_attempt_at=None, sent_at=None),
                name="%(app_label)s_%(class)s_proved",
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "next_attempt_at", "id"], condition=Q(state="WAITING"), name="dispatch_queue"
            ),
            models.Index(fields=["state", "-id"], name="dispatch_by_state"),
        ]
