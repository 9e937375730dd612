"""授权: given with the decision, suspended, resumed, revoked with a reason, ended when its period ends."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from audit import log
from catalog.resources.models import DataItem
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Invalid
from security.access.permissions import Permission
from security.notices import actions as notices
from sharing.grants import policies
from sharing.grants.models import Grant, GrantItem, GrantStatus

MASKED = "MASK"


@transaction.atomic
def issue(*, share_request: Any, decisions: Mapping[int, str], by: Any, now: datetime) -> list[Grant]:
    """Open the agreed items to the requester: one grant per resource, from the later of today and the asked day.

    Called inside the transaction of the decision, so that a decision without its grant never exists.
    """
    policies.issue(by, share_request).enforce()
    items: dict[int, list[DataItem]] = {}
    for item in DataItem.objects.filter(pk__in=decisions).order_by("resource_id", "position"):
        items.setdefault(item.resource_id, []).append(item)
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
            issued_at=now,
        )
        GrantItem.objects.bulk_create(
            [GrantItem(grant=grant, item=item, is_masked=decisions[item.pk] == MASKED) for item in chosen]
        )
        masked = [item.pk for item in chosen if decisions[item.pk] == MASKED]
        log.record(
            "grant.issue", by=by, at=now, subject=grant, subject_label=share_request.number,
            items=[item.pk for item in chosen], masked=masked,
        )  # fmt: skip
        grants.append(grant)
    return grants


@transaction.atomic
def suspend(*, grant: Grant, by: Any, now: datetime, reason: str) -> Grant:
    """Stop the taking of data until the cause is put right (条例 Art 25)."""
    return _change(grant, "suspend", (GrantStatus.ACTIVE,), GrantStatus.SUSPENDED, by=by, now=now, reason=reason)


@transaction.atomic
def resume(*, grant: Grant, by: Any, now: datetime, reason: str) -> Grant:
    """Open a suspended grant again."""
    return _change(grant, "resume", (GrantStatus.SUSPENDED,), GrantStatus.ACTIVE, by=by, now=now, reason=reason)


@transaction.atomic
def revoke(*, grant: Grant, by: Any, now: datetime, reason: str) -> Grant:
    """End a grant for good."""
    sources = (GrantStatus.ACTIVE, GrantStatus.SUSPENDED)
    return _change(grant, "revoke", sources, GrantStatus.REVOKED, by=by, now=now, reason=reason)


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
        _tell(grant, f"授权已到期：{grant.resource.name}", "请按承诺处置已取得的数据；还需使用的，请重新申请。", now)
    return len(grants)


def _change(
    grant: Grant, verb: str, sources: tuple[str, ...], target: str, *, by: Any, now: datetime, reason: str
) -> Grant:
    locked = (
        Grant.objects.select_for_update(of=("self",), no_key=True)
        .select_related("resource__provider", "department")
        .get(pk=grant.pk)
    )
    getattr(policies, verb)(by, locked).enforce()
    if locked.status not in sources:
        raise Conflict(
            f"这项授权现在是“{GrantStatus(locked.status).label}”，不能做这一步。", remedy="请刷新页面，看最新状态。"
        )
    if not reason.strip():
        raise Invalid("请写明原因。", remedy="原因会告知使用部门。")
    before, locked.status, locked.status_reason = locked.status, target, reason.strip()[:300]
    locked.ended_at = now if target == GrantStatus.REVOKED else None
    locked.save(update_fields=["status", "status_reason", "ended_at"])
    log.record(
        f"grant.{verb}", by=by, at=now, subject=locked, subject_label=locked.resource.name,
        before=before, after=target, reason=locked.status_reason,
    )  # fmt: skip
    words = {"suspend": "授权已暂停", "resume": "授权已恢复", "revoke": "授权已撤销"}[verb]
    _tell(locked, f"{words}：{locked.resource.name}", f"原因：{locked.status_reason}", now)
    return locked


def _tell(grant: Grant, title: str, body: str, now: datetime) -> None:
    notices.tell(
        department=grant.department, permission=Permission.SHARE_REQUEST_DRAFT, kind="grant", subject=grant,
        title=title[:200], url=reverse("sharing:grants:detail", args=[grant.pk]), now=now, body=body,
        dedupe_key=f"grant:{grant.pk}:{grant.status}:{now:%Y%m%d%H%M%S%f}",
    )  # fmt: skip
