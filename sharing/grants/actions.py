"""授权: given with the decision, suspended, resumed, revoked with a reason; over when its period is, or its purpose."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from audit import log
from catalog.resources.models import DataItem
from gdshare.lib.clock import SHANGHAI, day_of
from gdshare.lib.errors import Exceeded, Invalid
from security.access.permissions import Permission
from security.notices import actions as notices
from sharing.grants import policies, queries, workflow
from sharing.grants.models import Disposal, Grant, GrantItem, GrantRowRule, GrantStatus, GrantUse, Rectification
from sharing.grants.terms import Left, Terms, least

NO_TERMS = Terms()
MASKED = "MASK"
REMIND_DAYS = (90, 60, 30, 14, 7, 0)
"""Days before the last one on which the holder is reminded."""
TO_DISPOSE = "请按承诺处置已取得的数据，并出具处置证明；还需使用的，请重新申请。"


@transaction.atomic
def issue(
    *, share_request: Any, decisions: Mapping[int, str], by: Any, now: datetime, terms: Terms = NO_TERMS
) -> list[Grant]:
    """Open the agreed items to the requester: one grant per resource, from the later of today and the asked day, on
    the rows and with the figures of `terms`. A rule on rows belongs to the grant of its item's resource.

    Called inside the transaction of the decision, so that a decision without its grant, or a grant without its rules,
    never exists.
    """
    policies.issue(by, share_request).enforce()
    items: dict[int, list[DataItem]] = {}
    for item in DataItem.objects.filter(pk__in=decisions).order_by("resource_id", "position"):
        items.setdefault(item.resource_id, []).append(item)
    ruled = dict(
        DataItem.objects.filter(pk__in=[rule.item_id for rule in terms.rules]).values_list("pk", "resource_id")
    )
    grants = []
    for resource_id, chosen in items.items():
        grant = Grant.objects.create(
            department_id=share_request.requester_id,
            resource_id=resource_id,
            share_request=share_request,
            share_mode=share_request.share_mode,
            purpose=share_request.use_scenario,
            valid_from=max(day_of(now), share_request.use_from),
            valid_to=share_request.use_to,
            is_backflow=share_request.is_backflow,
            rows_per_day=terms.rows_per_day,
            calls_per_day=terms.calls_per_day,
            issued_at=now,
        )
        GrantItem.objects.bulk_create(
            [GrantItem(grant=grant, item=item, is_masked=decisions[item.pk] == MASKED) for item in chosen]
        )
        rules = [rule for rule in terms.rules if ruled[rule.item_id] == resource_id]
        GrantRowRule.objects.bulk_create(
            [GrantRowRule(grant=grant, item_id=r.item_id, kind=r.kind, values=list(r.values)) for r in rules]
        )
        masked = [item.pk for item in chosen if decisions[item.pk] == MASKED]
        log.record(
            "grant.issue", by=by, at=now, subject=grant, subject_label=share_request.number,
            items=[item.pk for item in chosen], masked=masked, row_rules=[rule.item_id for rule in rules],
            rows_per_day=terms.rows_per_day, calls_per_day=terms.calls_per_day,
        )  # fmt: skip
        grants.append(grant)
    return grants


@transaction.atomic
def charge(*, grant_ids: Iterable[int], rows: int, now: datetime) -> Left:
    """Count one taking of `rows` rows against each counted grant, before anything leaves; returns what is left today.

    The day's row is locked, so that takings at once never pass the figure together. Raises Exceeded, and counts
    nothing, when this one would: nothing is taken in part. What a broken-off taking did not use is not given back, for
    nobody knows how much arrived.
    """
    left, day = Left(), day_of(now)
    grants = Grant.objects.filter(pk__in=list(grant_ids)).select_related("share_request").order_by("pk")
    for grant in grants.exclude(rows_per_day=None, calls_per_day=None):
        GrantUse.objects.bulk_create([GrantUse(grant=grant, day=day)], ignore_conflicts=True)
        use = GrantUse.objects.select_for_update(of=("self",), no_key=True).get(grant=grant, day=day)
        _refuse_over(grant, "calls", "次", limit=grant.calls_per_day, used=use.calls, asked=1, now=now)
        _refuse_over(grant, "rows", "行", limit=grant.rows_per_day, used=use.rows, asked=rows, now=now)
        use.rows, use.calls = use.rows + rows, use.calls + 1
        use.save(update_fields=["rows", "calls"])
        left = least(left, queries.left_of(grant, use))
    return left


def _refuse_over(
    grant: Grant, name: str, unit: str, *, limit: int | None, used: int, asked: int, now: datetime
) -> None:
    if limit is None or used + asked <= limit:
        return
    number, left = grant.share_request.number, max(limit - used, 0)
    tomorrow = datetime.combine(day_of(now) + timedelta(days=1), time(), SHANGHAI)
    asks = f"，这次要取 {asked:,} 行" if name == "rows" else ""
    more = "减小 page_size、加筛选条件，或" if name == "rows" and left else ""
    raise Exceeded(
        f"授权 {number} 每天最多取 {limit:,} {unit}，今天还可取 {left:,} {unit}{asks}，没有取。",
        remedy=f"请{more}明天再取；每天都不够用的，请申请变更授权。",
        retry_after=max(ceil((tomorrow - now).total_seconds()), 1),
        details={"quota": name, "limit": limit, "remaining": left, "asked": asked},
    )


@transaction.atomic
def supersede(*, grant: Grant, by: Any, now: datetime, successor: Grant) -> Grant:
    """A changed grant takes the place of the old one: it ends where the new one begins, so that there is no gap.

    Called inside the transaction that gives the new one.
    """
    policies.supersede(by, successor.share_request).enforce()
    locked = _lock(grant)
    if locked.status not in workflow.LIVING:
        return locked
    if successor.valid_from > day_of(now):
        locked.valid_to = min(locked.valid_to, successor.valid_from - timedelta(days=1))
    else:
        locked.status, locked.ended_at = GrantStatus.CLOSED, now
        locked.status_reason = f"由 {successor.share_request.number} 变更"
    locked.save(update_fields=["valid_to", "status", "status_reason", "ended_at"])
    log.record(
        "grant.supersede", by=by, at=now, subject=locked, subject_label=locked.resource.name, successor=successor.pk,
        valid_to=str(locked.valid_to),
    )  # fmt: skip
    return locked


@transaction.atomic
def absorb(*, grant: Grant, by: Any, now: datetime) -> Grant:
    """Holder and provider become one department: what it takes is its own, and nothing is shared any more.

    Called inside the transaction of the merger.
    """
    locked = _lock(grant)
    policies.absorb(by, locked).enforce()
    workflow.require("absorb", locked.status)
    before, locked.status, locked.ended_at = locked.status, GrantStatus.CLOSED, now
    locked.status_reason = "机构合并，使用部门与提供部门成为同一部门"
    locked.save(update_fields=["status", "status_reason", "ended_at"])
    locked.rectifications.filter(closed_at=None).update(closed_at=now)
    notices.settle(subject=locked, now=now)
    log.record(
        "grant.absorb", by=by, at=now, subject=locked, subject_label=locked.share_request.number, before=before,
        after=locked.status,
    )  # fmt: skip
    return locked


@transaction.atomic
def dispose(
    *, grant: Grant, by: Any, now: datetime, method: str, covered: str, disposed_on: date, witness: str
) -> Disposal:
    """The purpose is over, or the right is: say what was done with the data. Ends the grant for good.

    Raises Invalid for what is missing, for a day to come, and for a person who witnesses himself.
    """
    locked = _lock(grant)
    policies.dispose(by, locked).enforce()
    workflow.require("dispose", locked.status)
    covered, witness = covered.strip(), witness.strip()
    if method not in Disposal.Method.values:
        raise Invalid("请选择处置方式。", remedy=f"可选：{'、'.join(Disposal.Method.labels)}。")
    if not covered or not witness:
        raise Invalid("处置范围和监督人都要写明。", remedy="范围写清系统、库表和备份；监督人是看着处置的另一个人。")
    if witness in (by.name, by.username):
        raise Invalid("监督人须是另一个人。", remedy="请写看着处置的同事。")
    if not day_of(locked.issued_at) <= disposed_on <= day_of(now):
        raise Invalid(
            f"处置日期应在 {day_of(locked.issued_at)} 至 {day_of(now)} 之间。", remedy="请写实际处置的那一天。"
        )
    before = locked.status
    disposal = Disposal.objects.create(
        grant=locked, method=method, covered=covered, disposed_on=disposed_on, witness=witness[:40], made_at=now,
        made_by=by,
    )  # fmt: skip
    locked.status, locked.status_reason = GrantStatus.CLOSED, f"已处置：{disposal.get_method_display()}"
    locked.ended_at = locked.ended_at or now
    locked.save(update_fields=["status", "status_reason", "ended_at"])
    log.record(
        "grant.dispose", by=by, at=now, subject=locked, subject_label=locked.resource.name, before=before,
        after=locked.status, method=method, disposed_on=str(disposed_on),
    )  # fmt: skip
    notices.settle(subject=locked, now=now)
    notices.tell(
        department=locked.resource.provider, permission=Permission.SHARE_REQUEST_REVIEW, kind="grant", subject=locked,
        title=f"数据已处置：{locked.resource.name}"[:200], url=reverse("sharing:grants:detail", args=[locked.pk]),
        now=now, body=f"{locked.department.name}于 {disposed_on} {disposal.get_method_display()}。",
        dedupe_key=f"grant-disposed:{locked.pk}",
    )  # fmt: skip
    return disposal


@transaction.atomic
def remind_expiring(*, now: datetime, limit: int = 500) -> int:
    """Tell the holders whose grants end within 90, 60, 30, 14, 7 and 0 days, each step once; returns how many grants.

    After days without this only the latest step is told. What a renewal has already followed is left alone.
    """
    told, today = 0, day_of(now)
    for days in sorted(REMIND_DAYS):
        last = today + timedelta(days=days)
        due = Grant.objects.filter(status=GrantStatus.ACTIVE, valid_to__gte=today, valid_to__lte=last)
        due = due.filter(Q(reminded_days=None) | Q(reminded_days__gt=days)).exclude(followers__grants__isnull=False)
        rows = due.select_for_update(skip_locked=True, of=("self",), no_key=True).order_by("valid_to", "id")
        for grant in rows.select_related("resource", "department")[: limit - told]:
            grant.reminded_days = days
            grant.save(update_fields=["reminded_days"])
            left = (grant.valid_to - today).days
            words = f"还有 {left} 天到期" if left else "今天到期"
            _tell(grant, f"授权{words}：{grant.resource.name}", "还需使用的，请在授权页续期；不再使用的，请处置。", now)
            told += 1
    return told


@transaction.atomic
def suspend(
    *, grant: Grant, by: Any, now: datetime, reason: str, demand: str = "", due_on: date | None = None
) -> Grant:
    """Stop the taking of data until the cause is put right (条例 Art 25): `demand` says what, `due_on` until when.

    Raises Invalid for a day that is past, or a day without a demand.
    """
    if due_on is not None and due_on < day_of(now):
        raise Invalid("整改期限已经过去。", remedy="请写今天或以后的日子。")
    if due_on is not None and not demand.strip():
        raise Invalid("写了整改期限，没有写整改要求。", remedy="请写明要改正什么。")
    changed = _change(grant, "suspend", by=by, now=now, reason=reason, more=_order_words(demand, due_on))
    is_authority = by.acting.role.is_authority
    Rectification.objects.create(
        grant=changed, side=Rectification.Side.AUTHORITY if is_authority else Rectification.Side.PROVIDER,
        demand=demand.strip(), due_on=due_on, ordered_at=now, ordered_by=by,
    )  # fmt: skip
    return changed


@transaction.atomic
def report_rectified(*, grant: Grant, by: Any, now: datetime, report: str) -> Rectification:
    """The holder says what he has put right; who suspended is told and decides. A second report replaces the first."""
    locked = _lock(grant)
    policies.report_rectified(by, locked).enforce()
    workflow.require("report_rectified", locked.status)
    if not report.strip():
        raise Invalid("请写明怎样整改的。", remedy="写清改了什么、谁负责、怎样防止再发生。")
    order = locked.rectifications.select_for_update(of=("self",)).get(closed_at=None)
    order.report, order.reported_at, order.reported_by = report.strip(), now, by
    order.save(update_fields=["report", "reported_at", "reported_by"])
    log.record("grant.report_rectified", by=by, at=now, subject=locked, subject_label=locked.resource.name)
    notices.settle(subject=locked, now=now, department=locked.department)
    department = order.ordered_by.memberships.filter(ended_at=None).first()
    notices.tell(
        department=department.department if department else locked.resource.provider,
        permission=Permission.SHARE_REQUEST_CONFIRM, kind="grant", subject=locked, needs_action=True, now=now,
        title=f"已报告整改：{locked.resource.name}"[:200], url=reverse("sharing:grants:detail", args=[locked.pk]),
        body=f"{locked.department.name}：{order.report}", dedupe_key=f"rectified:{order.pk}:{now:%Y%m%d%H%M%S}",
    )  # fmt: skip
    return order


@transaction.atomic
def chase_rectifications(*, now: datetime, limit: int = 500) -> int:
    """Tell the holder, once, that the day of a rectification is over and nothing was reported."""
    late = Rectification.objects.filter(closed_at=None, reported_at=None, due_on__lt=day_of(now), is_chased=False)
    rows = list(
        late.select_for_update(skip_locked=True, of=("self",), no_key=True)
        .select_related("grant__resource__provider", "grant__department")
        .order_by("due_on", "id")[:limit]
    )
    for order in rows:
        order.is_chased = True
        order.save(update_fields=["is_chased"])
        words = f"整改期限 {order.due_on} 已过，还没有报告整改情况。"
        _tell(order.grant, f"整改逾期：{order.grant.resource.name}", words, now, needs_action=True)
    return len(rows)


def _order_words(demand: str, due_on: date | None) -> str:
    until = f"，{due_on} 前报告" if due_on else ""
    return f"。整改要求：{demand.strip()}{until}" if demand.strip() else ""


@transaction.atomic
def resume(*, grant: Grant, by: Any, now: datetime, reason: str) -> Grant:
    """Open a suspended grant again."""
    return _change(grant, "resume", by=by, now=now, reason=reason)


@transaction.atomic
def revoke(*, grant: Grant, by: Any, now: datetime, reason: str) -> Grant:
    """End a grant for good."""
    return _change(grant, "revoke", by=by, now=now, reason=reason)


@transaction.atomic
def expire_due(*, now: datetime, limit: int = 500) -> int:
    """End the grants whose last day is past. Several workers may run: each row is taken once."""
    due = Grant.objects.filter(
        status__in=(GrantStatus.ACTIVE, GrantStatus.SUSPENDED), valid_to__lt=day_of(now)
    ).order_by("valid_to", "id")
    grants = list(
        due.select_for_update(skip_locked=True, of=("self",)).select_related("resource", "department")[:limit]
    )
    for grant in grants:
        grant.status, grant.status_reason, grant.ended_at = GrantStatus.EXPIRED, "使用时限已满", now
        grant.save(update_fields=["status", "status_reason", "ended_at"])
        log.record("grant.expire", by=None, at=now, subject=grant, subject_label=grant.resource.name)
        _tell(grant, f"授权已到期：{grant.resource.name}", TO_DISPOSE, now, needs_action=True)
    return len(grants)


def _lock(grant: Grant) -> Grant:
    rows = Grant.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("resource__provider", "department", "share_request").get(pk=grant.pk)


def _change(grant: Grant, verb: str, *, by: Any, now: datetime, reason: str, more: str = "") -> Grant:
    locked = _lock(grant)
    getattr(policies, verb)(by, locked).enforce()
    workflow.require(verb, locked.status)
    if not reason.strip():
        raise Invalid("请写明原因。", remedy="原因会告知使用部门。")
    target = workflow.MOVES[verb].target
    before, locked.status, locked.status_reason = locked.status, target, reason.strip()[:300]
    locked.ended_at = now if target == GrantStatus.REVOKED else None
    locked.save(update_fields=["status", "status_reason", "ended_at"])
    log.record(
        f"grant.{verb}", by=by, at=now, subject=locked, subject_label=locked.resource.name,
        before=before, after=target, reason=locked.status_reason,
    )  # fmt: skip
    words = {"suspend": "授权已暂停", "resume": "授权已恢复", "revoke": "授权已撤销"}[verb]
    if verb != "suspend":
        locked.rectifications.filter(closed_at=None).update(closed_at=now)
        notices.settle(subject=locked, now=now)
    more = f"。{TO_DISPOSE}" if verb == "revoke" else more
    why = f"原因：{locked.status_reason}{more}"
    _tell(locked, f"{words}：{locked.resource.name}", why, now, needs_action=bool(more))
    return locked


def _tell(grant: Grant, title: str, body: str, now: datetime, *, needs_action: bool = False) -> None:
    notices.tell(
        department=grant.department, permission=Permission.SHARE_REQUEST_DRAFT, kind="grant", subject=grant,
        title=title[:200], url=reverse("sharing:grants:detail", args=[grant.pk]), now=now, body=body,
        dedupe_key=f"grant:{grant.pk}:{grant.status}:{now:%Y%m%d%H%M%S%f}", needs_action=needs_action,
    )  # fmt: skip
