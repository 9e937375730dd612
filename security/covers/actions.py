"""代办: a colleague carries one's post for a time known beforehand; everything he does is recorded as his, for whom."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.urls import reverse

from audit import log
from gdshare.lib.clock import SHANGHAI, day_of
from gdshare.lib.errors import Conflict, Invalid
from security.accounts.models import Membership, User
from security.accounts.queries import acting_membership
from security.covers import policies, queries
from security.notices import actions as notices

MOST_DAYS = 90
"""Calendar days of one cover; who is away for longer is replaced by 安全管理员."""


@transaction.atomic
def start(*, to: User, by: User, now: datetime, from_on: date, until_on: date, reason: str) -> Membership:
    """`to` may act in the post that `by` acts in, from the first day to the last, both whole.

    Raises Invalid for days that cannot be and for a person who may not stand in; Conflict when he does already.
    """
    policies.start(by).enforce()
    _check_days(from_on, until_on, day_of(now))
    if not reason.strip():
        raise Invalid("请写明代办原因。", remedy="例如：出差、休假、住院。")
    end_lapsed(now=now)
    principal = acting_membership(by)
    if principal is None:
        raise Conflict("您的任职刚刚结束。", remedy="请刷新页面。")
    users = {user.pk: user for user in User.objects.select_for_update(of=("self",), no_key=True)
             .filter(pk__in=(by.pk, to.pk)).order_by("pk")}  # fmt: skip
    if not queries.colleagues(by).filter(pk=to.pk).exists():
        raise Invalid(
            f"{to.name}不能代办这个岗位。", remedy="代办人须是本部门在任的同事，且现在没有这个角色。"
        )  # fmt: skip
    membership = Membership.objects.create(
        user=users[to.pk], department=principal.department, role=principal.role, post=principal.post,
        started_at=max(now, _midnight(from_on)), started_by=by, stands_in_for=principal,
        lapses_at=_midnight(until_on + timedelta(days=1)), cover_reason=reason.strip()[:200],
    )  # fmt: skip
    role = queries.role_label(membership)
    log.record(
        "cover.start", by=by, at=now, subject=membership, subject_label=f"{by.name} {role}", stand_in=to.name,
        from_on=str(from_on), until_on=str(until_on), reason=membership.cover_reason,
    )  # fmt: skip
    notices.tell_person(
        user=to, department=principal.department, kind="cover", subject=membership, now=now,
        title=f"请您代办：{by.name}的{role}岗位，{from_on} 至 {until_on}", url=reverse("security:covers:list"),
        body=f"原因：{membership.cover_reason}。到时在页首选择“代{by.name}”办理。", dedupe_key=f"cover:{membership.pk}",
    )  # fmt: skip
    return membership


@transaction.atomic
def end(*, membership: Membership, by: User, now: datetime) -> Membership:
    """Before its last day. Raises Conflict when it is over already."""
    locked = Membership.objects.select_for_update(of=("self",), no_key=True).get(pk=membership.pk)
    policies.end(by, locked).enforce()
    if locked.ended_at is not None or (locked.lapses_at is not None and locked.lapses_at <= now):
        raise Conflict("这次代办已经结束。", remedy="请刷新页面。")
    _close(locked, max(now, locked.started_at), by)
    role = queries.role_label(locked)
    principal: User = locked.stands_in_for.user  # type: ignore[union-attr]
    log.record("cover.end", by=by, at=now, subject=locked, subject_label=f"{principal.name} {role}")
    notices.tell_person(
        user=principal if by.pk == locked.user_id else locked.user, department=locked.department, kind="cover",
        subject=locked, now=now, title=f"代办已收回：{principal.name}的{role}岗位", url=reverse("security:covers:list"),
        body=f"{by.name}在 {day_of(now)} 收回。", dedupe_key=f"cover-ended:{locked.pk}",
    )  # fmt: skip
    return locked


@transaction.atomic
def end_lapsed(*, now: datetime) -> int:
    """Write down the end of covers whose last day is over. They opened nothing since: this is for the record, and so
    that the same colleague can stand in again. Returns how many.
    """
    over = Membership.objects.filter(ended_at=None, lapses_at__lte=now).order_by("id")
    rows = list(over.select_for_update(of=("self",), no_key=True, skip_locked=True).select_related("user"))
    for membership in rows:
        _close(membership, membership.lapses_at, None)
        log.record("cover.lapse", by=None, at=now, subject=membership, subject_label=membership.user.name)
    return len(rows)


def _close(membership: Membership, at: datetime | None, by: User | None) -> None:
    membership.ended_at, membership.ended_by = at, by
    membership.save(update_fields=["ended_at", "ended_by"])


def _check_days(from_on: date, until_on: date, today: date) -> None:
    if from_on < today or until_on < from_on:
        raise Invalid("代办从今天或以后的一天起，到同一天或以后的一天止。", remedy="请核对起止日期。")
    if (until_on - from_on).days >= MOST_DAYS or (from_on - today).days > MOST_DAYS:
        raise Invalid(
            f"一次代办最长 {MOST_DAYS} 天，最早 {MOST_DAYS} 天前安排。",
            remedy="更长的离岗，请由安全管理员另行授予角色。",
        )  # fmt: skip


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=SHANGHAI)
