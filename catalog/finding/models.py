"""What a person keeps of the catalog for himself: favourites, subscriptions, saved searches, what he looked at last.

All of it belongs to a person *in a department*, as his cart and his in-box do: what he may know depends on it.
"""

from typing import Any

from django.db import models
from django.db.models import Q


class OwnQuerySet(models.QuerySet[Any]):
    def of(self, actor: Any) -> "OwnQuerySet":
        """The person's own, for the department he acts for; nobody else's ever."""
        if getattr(actor, "acting", None) is None or actor._meta.model_name != "user":
            return self.none()
        return self.filter(user=actor, department=actor.acting.department)


class Favourite(models.Model):
    """收藏."""

    user = models.ForeignKey("security.User", models.CASCADE, related_name="+")
    department = models.ForeignKey("security.Department", models.CASCADE, related_name="+")
    resource = models.ForeignKey("catalog.DataResource", models.CASCADE, related_name="+")
    added_at = models.DateTimeField("收藏")

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "department", "resource"], name="%(app_label)s_%(class)s_once"),
        ]


class Subscription(models.Model):
    """订阅变更: tell this person when the entry is published anew or withdrawn, or its data misses an update.

    `told_seq` is the last line of the entry's 流转记录 that he was told of, or that was there when he subscribed;
    `told_late_on` likewise the missed update, by the day on which it was due.
    """

    user = models.ForeignKey("security.User", models.CASCADE, related_name="+")
    department = models.ForeignKey("security.Department", models.CASCADE, related_name="+")
    resource = models.ForeignKey("catalog.DataResource", models.CASCADE, related_name="subscriptions")
    added_at = models.DateTimeField("订阅")
    told_seq = models.PositiveIntegerField("已告知到", default=0)
    told_late_on = models.DateField("已告知的逾期", null=True, blank=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "department", "resource"], name="%(app_label)s_%(class)s_once"),
        ]


class SavedSearch(models.Model):
    """保存的查找: the address of a page of results, looked at again every working-day morning while `notifies`.

    `looked_at`: publications up to this moment are told. It moves in the transaction that writes the notice.
    """

    user = models.ForeignKey("security.User", models.CASCADE, related_name="+")
    department = models.ForeignKey("security.Department", models.CASCADE, related_name="+")
    name = models.CharField("名称", max_length=60)
    query = models.CharField("条件", max_length=2000, blank=True, default="")
    notifies = models.BooleanField("有新发布时通知我", default=True)
    created_at = models.DateTimeField("保存")
    looked_at = models.DateTimeField("上次查看")
    told_at = models.DateTimeField("上次通知", null=True, blank=True)
    told_count = models.PositiveIntegerField("上次通知的条数", default=0)

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "department", "name"], name="%(app_label)s_%(class)s_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="%(app_label)s_%(class)s_named"),
        ]
        indexes = [
            models.Index(fields=["looked_at", "id"], condition=Q(notifies=True), name="saved_search_to_look"),
        ]

    def __str__(self) -> str:
        return self.name


class RecentView(models.Model):
    """最近看过: the last moment a person opened an entry's page. The oldest beyond `actions.MOST_VIEWS` are dropped."""

    user = models.ForeignKey("security.User", models.CASCADE, related_name="+")
    department = models.ForeignKey("security.Department", models.CASCADE, related_name="+")
    resource = models.ForeignKey("catalog.DataResource", models.CASCADE, related_name="+")
    at = models.DateTimeField("看过")

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "department", "resource"], name="%(app_label)s_%(class)s_once"),
        ]
        indexes = [models.Index(fields=["user", "department", "-at"])]
