"""案内留言: what the sides of a case say to each other, for good; and the authority's words for saying it."""

from django.db import models
from django.db.models import Q


class CaseMessage(models.Model):
    """One message in one case. The database refuses every change. It moves no status and no clock."""

    share_request = models.ForeignKey("sharing.ShareRequest", models.PROTECT, related_name="messages")
    department = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    text = models.TextField("留言")
    sent_at = models.DateTimeField("时间")
    sent_by = models.ForeignKey("security.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="%(app_label)s_%(class)s_says_something")]
        indexes = [models.Index(fields=["share_request", "id"])]


class MessageTemplate(models.Model):
    """留言模板: words with placeholders, kept by the authority; one that is out of use is no longer offered."""

    title = models.CharField("名称", max_length=40, unique=True)
    text = models.TextField("正文")
    is_active = models.BooleanField("在用", default=True)
    changed_at = models.DateTimeField("修改")
    changed_by = models.ForeignKey("security.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="%(app_label)s_%(class)s_says_something")
        ]

    def __str__(self) -> str:
        return self.title
