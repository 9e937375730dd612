"""Asking again: like an earlier application, to go on with a grant, or to change one while it lives.

Each makes an ordinary draft that is filled in already; what follows is the ordinary way, and a refusal leaves the old
grant as it was.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from audit import log
from catalog.resources.models import DataItem, DataResource
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Invalid
from sharing.grants.models import Grant
from sharing.share_requests import policies, workflow
from sharing.share_requests.actions.drafting import draft
from sharing.share_requests.models import FollowKind, ShareRequest

REPEATED = ("title", "use_basis", "use_basis_article", "use_scenario", "use_scope", "disposal", "is_backflow")
"""Elements that are taken over; the period and the pledge are given anew."""


@transaction.atomic
def copy(*, share_request: ShareRequest, by: Any, now: datetime) -> ShareRequest:
    """A new draft with the items, the reasons and the elements of an earlier application, as far as they can still be
    asked for. Raises Invalid when nothing of it can.
    """
    policies.copy(by, share_request).enforce()
    wanted = list(share_request.request_items.values_list("item_id", flat=True))
    return _draft_like(share_request, wanted, by=by, now=now)


@transaction.atomic
def renew(*, grant: Grant, by: Any, now: datetime) -> ShareRequest:
    """An application to go on with a grant, from the day after its last; until then, or its end, the old one holds."""
    return _follow(
        grant, FollowKind.RENEW, by=by, now=now, use_from=max(day_of(now), grant.valid_to + timedelta(days=1))
    )


@transaction.atomic
def amend(*, grant: Grant, by: Any, now: datetime) -> ShareRequest:
    """An application to change a grant's items or purpose; once agreed, the old grant ends where the new begins."""
    return _follow(grant, FollowKind.AMEND, by=by, now=now, use_from=day_of(now), use_to=grant.valid_to)


def _follow(grant: Grant, kind: FollowKind, *, by: Any, now: datetime, **period: date) -> ShareRequest:
    locked = Grant.objects.select_for_update(of=("self",), no_key=True).select_related("share_request").get(pk=grant.pk)
    getattr(policies, kind.lower())(by, locked).enforce()
    under_way = locked.followers.filter(status__in=workflow.OPEN).first()
    if under_way is not None:
        raise Conflict(
            f"这项授权已有一份{FollowKind(under_way.follow_kind).label}申请 {under_way.number} 在办。",
            remedy="请在那份申请上继续。",
        )
    items = list(locked.grant_items.values_list("item_id", flat=True))
    made = _draft_like(locked.share_request, items, by=by, now=now)
    made.follows, made.follow_kind = locked, kind
    made.use_from, made.use_to = period["use_from"], period.get("use_to")
    made.save(update_fields=["follows", "follow_kind", "use_from", "use_to"])
    log.record(f"share_request.{kind.lower()}", by=by, at=now, subject=made, grant=locked.pk)
    return made


def _draft_like(source: ShareRequest, wanted: Iterable[int], *, by: Any, now: datetime) -> ShareRequest:
    items = _askable(wanted, by=by)
    if not items:
        raise Invalid("原来的信息项现在都不能申请了。", remedy="资源可能已下架或改为不予共享，请重新查找。")
    values = {name: getattr(source, name) for name in REPEATED}
    if source.share_mode in policies.offered_modes({item.resource for item in items}):
        values["share_mode"] = source.share_mode
    reasons = dict(source.request_items.values_list("item_id", "necessity"))
    drafts = draft(item_ids=[item.pk for item in items], by=by, now=now, values=values, necessities=reasons)
    log.record("share_request.copy", by=by, at=now, subject=drafts[0], source=source.number)
    return drafts[0]


def _askable(wanted: Iterable[int], *, by: Any) -> list[DataItem]:
    """Those of the items that can be asked for today."""
    visible = DataResource.objects.visible_to(by).published().values("pk")
    rows = DataItem.objects.filter(pk__in=list(wanted), resource__in=visible).select_related("resource__provider")
    return [item for item in rows.order_by("resource_id", "position") if policies.askable(by, item)]
