"""使用承诺: the words that a requester accepts, in versions. The database refuses every change of one."""

import hashlib
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from security.access.permissions import Permission


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, actor: Any) -> "AgreementQuerySet":
        """Whoever has to do with applications; the three administrators have not."""
        acting = getattr(actor, "acting", None)
        may = acting is not None and Permission.SHARE_REQUEST_VIEW in acting.role.permissions
        return self.all() if may else self.none()

    def in_force(self, today: date) -> "Agreement":
        """The version that holds on a day: the latest that began."""
        return self.filter(valid_from__lte=today).latest("valid_from")


class Agreement(models.Model):
    """One version, from a day on until the next begins. `published_by` is empty for the one that came with us."""

    number = models.PositiveIntegerField("版本", unique=True)
    title = models.CharField("名称", max_length=80)
    text = models.TextField("正文")
    sha256 = models.CharField("正文的 SHA-256", max_length=64)
    valid_from = models.DateField("施行", unique=True)
    published_at = models.DateTimeField("发布")
    published_by = models.ForeignKey("security.User", models.PROTECT, null=True, blank=True, related_name="+")

    objects = AgreementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text="") & ~Q(title=""), name="%(app_label)s_%(class)s_says_something"),
        ]

    def __str__(self) -> str:
        return f"《{self.title}》第 {self.number} 版"


def digest_of(text: str) -> str:
    """SHA-256 of the text as it stands in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()
