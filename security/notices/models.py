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
    """A sentence to one person about one thing, with the page where to act. Mail goes out from the same row, later."""

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
    mail_attempts = models.PositiveSmallIntegerField("邮件尝试", default=0)
    mail_next_attempt_at = models.DateTimeField("下次发送", null=True, blank=True)
    mail_sent_at = models.DateTimeField("邮件送达", null=True, blank=True)
    mail_error = models.CharField("邮件错误", max_length=300, blank=True, default="")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient", "dedupe_key"], name="%(app_label)s_%(class)s_once"),
        ]
        indexes = [
            models.Index(fields=["recipient", "department", "-created_at"]),
            models.Index(fields=["subject_kind", "subject_id"], condition=Q(done_at=None), name="notice_open_subject"),
            models.Index(fields=["mail_next_attempt_at"], condition=Q(mail_sent_at=None), name="notice_mail_queue"),
        ]
