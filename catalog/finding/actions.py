"""Keeping, following, saving; and the morning look of saved searches and the telling of subscriptions."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, Max, OuterRef, Q

from audit import log
from catalog.finding import notify, policies, queries
from catalog.finding.access import access_of
from catalog.finding.models import Favourite, RecentView, SavedSearch, Subscription
from catalog.resources.freshness import Freshness
from catalog.resources.models import DataResource, ResourceStatusChange
from catalog.resources.workflow import Status
from gdshare.lib.clock import SHANGHAI, day_of
from gdshare.lib.errors import Conflict, Invalid, NotVisible
from gdshare.rules import queries as rules

logger = logging.getLogger(__name__)
MOST_VIEWS = 30
MOST_SEARCHES = 50
SETTLED = timedelta(minutes=10)
"""How long a publication may take from its stamp to its commit; what is younger waits for the next look."""
NEWS = (Status.PUBLISHED, Status.WITHDRAWN)


@transaction.atomic
def star(*, resource: DataResource, by: Any, now: datetime) -> Favourite:
    """收藏. A second time changes nothing."""
    policies.star(by).enforce()
    _see(by, resource)
    favourite, is_new = Favourite.objects.get_or_create(
        user=by, department=by.department, resource=resource, defaults={"added_at": now}
    )
    if is_new:
        log.record("favourite.star", by=by, at=now, subject=resource)
    return favourite


@transaction.atomic
def unstar(*, resource: DataResource, by: Any, now: datetime) -> None:
    """No longer a favourite; also of an entry that went out of sight."""
    policies.unstar(by).enforce()
    if Favourite.objects.of(by).filter(resource=resource).delete()[0]:
        log.record("favourite.unstar", by=by, at=now, subject=resource)


@transaction.atomic
def follow(*, resource: DataResource, by: Any, now: datetime) -> Subscription:
    """订阅变更, from now on: what happened before is not told."""
    policies.follow(by).enforce()
    _see(by, resource)
    told = ResourceStatusChange.objects.filter(resource=resource).aggregate(last=Max("seq"))["last"] or 0
    late_on = resource.fresh_due_on if resource.freshness == Freshness.LATE else None
    subscription, is_new = Subscription.objects.get_or_create(
        user=by,
        department=by.department,
        resource=resource,
        defaults={"added_at": now, "told_seq": told, "told_late_on": late_on},
    )
    if is_new:
        log.record("subscription.follow", by=by, at=now, subject=resource)
    return subscription


@transaction.atomic
def unfollow(*, resource: DataResource, by: Any, now: datetime) -> None:
    """No longer told."""
    policies.unfollow(by).enforce()
    if Subscription.objects.of(by).filter(resource=resource).delete()[0]:
        log.record("subscription.unfollow", by=by, at=now, subject=resource)


@transaction.atomic
def note_view(*, resource: DataResource, by: Any, now: datetime) -> None:
    """Remember that the page was open, and forget the oldest. Only for the person himself, so not on the log."""
    policies.note_view(by).enforce()
    _see(by, resource)
    RecentView.objects.bulk_create(
        [RecentView(user=by, department=by.department, resource=resource, at=now)],
        update_conflicts=True,
        unique_fields=["user", "department", "resource"],
        update_fields=["at"],
    )
    old = RecentView.objects.of(by).order_by("-at", "-pk").values_list("pk", flat=True)[MOST_VIEWS:]
    RecentView.objects.filter(pk__in=list(old)).delete()


@transaction.atomic
def save_search(*, name: str, query: str, notifies: bool, by: Any, now: datetime) -> SavedSearch:
    """Keep the address of a search under a name; new publications count from now."""
    policies.save_search(by).enforce()
    name = name.strip()
    kept = queries.normalised(query)
    if not name:
        raise Invalid("请给这次查找起个名字。", code="NAME_MISSING", remedy="写一个您自己认得的名称，例如“低保核对”。")
    if len(kept) > 2000:
        raise Invalid("这次查找的条件太多，保存不下。", code="QUERY_TOO_LONG", remedy="请减少筛选条件后再保存。")
    if SavedSearch.objects.of(by).count() >= MOST_SEARCHES:
        raise Invalid(
            f"您已保存 {MOST_SEARCHES} 个查找，不能再多。",
            code="TOO_MANY",
            remedy="请到“收藏与订阅”删去不用的。",
        )
    try:
        with transaction.atomic():
            saved = SavedSearch.objects.create(
                user=by, department=by.department, name=name, query=kept, notifies=notifies, created_at=now,
                looked_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict(f"您已有名为“{name}”的查找。", remedy="请换一个名称，或先删去原来的。") from error
    log.record("saved_search.save", by=by, at=now, subject=saved, filters=queries.conditions(saved))
    return saved


@transaction.atomic
def silence_search(*, saved: SavedSearch, by: Any, now: datetime) -> SavedSearch:
    """Keep it, but do not notify."""
    locked = _lock(saved)
    policies.silence_search(by, locked).enforce()
    if locked.notifies:
        locked.notifies = False
        locked.save(update_fields=["notifies"])
        log.record("saved_search.silence", by=by, at=now, subject=locked)
    return locked


@transaction.atomic
def wake_search(*, saved: SavedSearch, by: Any, now: datetime) -> SavedSearch:
    """Notify again, of what is published from now on."""
    locked = _lock(saved)
    policies.wake_search(by, locked).enforce()
    if not locked.notifies:
        locked.notifies, locked.looked_at = True, now
        locked.save(update_fields=["notifies", "looked_at"])
        log.record("saved_search.wake", by=by, at=now, subject=locked)
    return locked


@transaction.atomic
def delete_search(*, saved: SavedSearch, by: Any, now: datetime) -> None:
    """Gone for good."""
    locked = _lock(saved)
    policies.delete_search(by, locked).enforce()
    log.record("saved_search.delete", by=by, at=now, subject=locked)
    locked.delete()


def look_again(*, now: datetime) -> int:
    """The morning's look of every saved search that was not looked at today; returns how many notices went out.

    Only on working days. Each search is its own transaction: its notice and its `looked_at` stand or fall together,
    so a worker that dies tells nothing twice and leaves nothing out, and two workers share the rows.
    """
    today = day_of(now)
    until = now - SETTLED
    midnight = datetime.combine(today, time(), tzinfo=SHANGHAI)
    if until < midnight or not rules.calendar().is_workday(today):
        return 0
    due = SavedSearch.objects.filter(notifies=True, looked_at__lt=midnight).order_by("looked_at", "id")
    ids = list(due.values_list("pk", flat=True))
    return _each(ids, lambda pk: _look(pk, midnight=midnight, until=until, now=now))


@transaction.atomic
def _look(pk: int, *, midnight: datetime, until: datetime, now: datetime) -> int:
    row = SavedSearch.objects.filter(pk=pk, notifies=True, looked_at__lt=midnight)
    saved = row.select_for_update(of=("self",), skip_locked=True).select_related("user", "department").first()
    if saved is None:
        return 0
    since, told = saved.looked_at, 0
    actor = queries.acting_as(saved.user, saved.department)
    if actor is not None:
        stands = access_of(actor, today=day_of(now))
        found = queries.newly_published(actor, saved.query, since=since, until=until, access=stands)
        rows = list(found.values_list("name", "revision"))
        if rows:
            names = [name for name, _ in rows[: queries.NAMES_TOLD]]
            renewed = sum(revision > 1 for _, revision in rows)
            told = notify.found(saved, total=len(rows), renewed=renewed, names=names, since=since, now=now)
            saved.told_at, saved.told_count = now, len(rows)
    saved.looked_at = until
    saved.save(update_fields=["looked_at", "told_at", "told_count"])
    return told


def tell_changes(*, now: datetime) -> int:
    """Tell subscribers of publications, withdrawals and missed updates they were not told of; returns how many notices
    went out.
    """
    ids = list(_with_news(Subscription.objects.all()).order_by("pk").values_list("pk", flat=True))
    return _each(ids, lambda pk: _tell(pk, now=now))


@transaction.atomic
def _tell(pk: int, *, now: datetime) -> int:
    rows = _with_news(Subscription.objects.filter(pk=pk)).select_related("user", "department", "resource__provider")
    subscription = rows.select_for_update(of=("self",), skip_locked=True).first()
    if subscription is None:
        return 0
    resource = subscription.resource
    last = _news().filter(resource=resource, seq__gt=subscription.told_seq).order_by("-seq").first()
    is_late = resource.freshness == Freshness.LATE and resource.fresh_due_on != subscription.told_late_on
    actor = queries.acting_as(subscription.user, subscription.department)
    told = 0
    if actor is not None and queries.may_hear_of(actor, resource):
        if last is not None:
            told += notify.changed(subscription, last, now=now)
        if is_late and resource.status == Status.PUBLISHED:
            told += notify.late(subscription, now=now)
    if last is not None:
        subscription.told_seq = last.seq
    if is_late:
        subscription.told_late_on = resource.fresh_due_on
    subscription.save(update_fields=["told_seq", "told_late_on"])
    return told


def _news() -> Any:
    return ResourceStatusChange.objects.filter(to_status__in=NEWS)


def _with_news(rows: Any) -> Any:
    """Subscriptions that have something to tell."""
    due_on = F("resource__fresh_due_on")
    untold = Q(told_late_on=None) | Q(told_late_on__lt=due_on) | Q(told_late_on__gt=due_on)
    missed = untold & Q(resource__status=Status.PUBLISHED, resource__freshness=Freshness.LATE)
    news = _news().filter(resource=OuterRef("resource"), seq__gt=OuterRef("told_seq"))
    return rows.filter(Exists(news) | missed)


def _each(ids: Iterable[int], one: Callable[[int], int]) -> int:
    """Row by row; one that fails is logged and tried again at the next knock, and holds up no other."""
    told = 0
    for pk in ids:
        try:
            told += one(pk)
        except Exception:
            logger.exception("saved search or subscription %s", pk)
    return told


def _see(by: Any, resource: DataResource) -> None:
    if not DataResource.objects.visible_to(by).filter(pk=resource.pk).exists():
        raise NotVisible("没有这条目录，或者它不对您开放。", remedy="请从数据目录进入。")


def _lock(saved: SavedSearch) -> SavedSearch:
    locked = SavedSearch.objects.select_for_update(of=("self",), no_key=True).filter(pk=saved.pk).first()
    if locked is None:
        raise NotVisible("这个查找已经删去。", remedy="请刷新收藏页面。")
    return locked
