"""The sentences of saved searches and subscriptions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from catalog.finding.models import SavedSearch, Subscription
from security.notices import actions as notices


def found(saved: SavedSearch, *, total: int, renewed: int, names: Sequence[str], since: datetime, now: datetime) -> int:
    """What was published since the last look. The key names the look, so that no look is told twice."""
    new = total - renewed
    parts = [f"新发布 {new} 类"] if new else []
    parts += [f"修订后重新发布 {renewed} 类"] if renewed else []
    return notices.tell_person(
        user=saved.user,
        department=saved.department,
        kind="saved_search.found",
        subject=saved,
        title=f"您保存的查找“{saved.name}”：{'，'.join(parts)}",
        body="、".join(f"《{name}》" for name in names) + (f"等 {total} 类" if total > len(names) else ""),
        url=reverse("catalog:finding:open_search", args=[saved.pk]),
        now=now,
        dedupe_key=f"saved_search:{saved.pk}:{since:%Y%m%d%H%M%S%f}",
    )


def changed(subscription: Subscription, change: Any, *, now: datetime) -> int:
    """The entry was published anew, or withdrawn. Who withdrew it said why, and that is the news."""
    resource = subscription.resource
    is_gone = change.to_status == "WITHDRAWN"
    if is_gone:
        words, url = "已下架", reverse("portal:favourites")
    else:
        words = f"已发布第 {resource.revision} 版" if resource.revision > 1 else "已发布"
        url = reverse("catalog:resources:detail", args=[resource.pk])
    return notices.tell_person(
        user=subscription.user,
        department=subscription.department,
        kind="subscription.changed",
        subject=resource,
        title=f"您订阅的目录{words}：{resource.name}",
        body=f"原因：{change.opinion}" if is_gone and change.opinion else "",
        url=url,
        now=now,
        dedupe_key=f"subscription:{subscription.pk}:{change.seq}",
    )


def late(subscription: Subscription, *, now: datetime) -> int:
    """An update that was due did not come."""
    resource = subscription.resource
    return notices.tell_person(
        user=subscription.user,
        department=subscription.department,
        kind="subscription.late",
        subject=resource,
        title=f"您订阅的目录逾期未更新：{resource.name}",
        body=f"登记的更新周期是“{resource.get_update_cycle_display()}”，应在 {resource.fresh_due_on} 前更新。"
        f"急用的请联系{resource.provider.short_name}。",
        url=reverse("catalog:resources:detail", args=[resource.pk]),
        now=now,
        dedupe_key=f"subscription:{subscription.pk}:late:{resource.fresh_due_on}",
    )
