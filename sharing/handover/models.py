"""人员交接: who handed what to whom when he left; and what hangs on nobody (无主事项)."""

from typing import Any

from django.db import models
from django.db.models import Q

from security.access.permissions import Permission


class Handover(models.Model):
    """One person hands over what he has in hand in one department. Written once, never changed."""

    person = models.ForeignKey("security.User", models.PROTECT, related_name="+")
    to = models.ForeignKey("security.User", models.PROTECT, related_name="+")
    department = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    reason = models.CharField("原因", max_length=200)
    made_at = models.DateTimeField("办理")
    made_by = models.ForeignKey("security.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(person=models.F("to")), name="%(app_label)s_%(class)s_to_another"),
            models.CheckConstraint(condition=~Q(reason=""), name="%(app_label)s_%(class)s_says_why"),
        ]
        indexes = [models.Index(fields=["department", "-id"])]


class HandedItem(models.Model):
    """One thing that was handed over. `label` is what it was called then."""

    class Kind(models.TextChoices):
        CASE = "CASE", "在办申请"
        KEY = "KEY", "访问密钥"
        COVER = "COVER", "代办"
        TODO = "TODO", "待办"

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="items")
    kind = models.CharField("种类", max_length=8, choices=Kind.choices)
    object_id = models.BigIntegerField("对象")
    label = models.CharField("事项", max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["handover", "kind", "object_id"], name="%(app_label)s_%(class)s_once"),
        ]
        indexes = [models.Index(fields=["kind", "object_id"])]


class OrphanQuerySet(models.QuerySet["Orphan"]):
    def visible_to(self, actor: Any) -> "OrphanQuerySet":
        """The department's heads, and the authority."""
        acting = getattr(actor, "acting", None)
        if acting is None or Permission.SHARE_REQUEST_ENDORSE not in acting.role.permissions:
            return self.none()
        return self.all() if acting.role.is_authority else self.filter(department=acting.department)

    def standing(self) -> "OrphanQuerySet":
        return self.filter(resolved_at=None)


class Orphan(models.Model):
    """无主事项: found at night to hang on nobody, until a later night finds that it does no more."""

    class Kind(models.TextChoices):
        CASE = "CASE", "申请的经办已离岗"
        STEP = "STEP", "审核环节没有人办"
        ENDORSEMENT = "ENDORSE", "申请没有负责人同意"
        KEY = "KEY", "知道密钥的人已离岗，没有换发"
        CLOCK = "CLOCK", "时限没有人收到提醒"

    kind = models.CharField("种类", max_length=8, choices=Kind.choices)
    object_id = models.BigIntegerField("对象")
    department = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    label = models.CharField("事项", max_length=200)
    url = models.CharField("页面", max_length=300)
    found_at = models.DateTimeField("发现")
    resolved_at = models.DateTimeField("解决", null=True, blank=True)

    objects = OrphanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "department"], condition=Q(resolved_at=None),
                name="%(app_label)s_%(class)s_one_standing",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["department"], condition=Q(resolved_at=None), name="orphan_standing")]
