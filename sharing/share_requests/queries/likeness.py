"""How applications like this one ended: counted from decided rows, told only where there are enough of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low

from django.db.models import Count

from catalog.resources.models import DataItem
from gdshare.lib.clock import day_of
from gdshare.rules import queries as rules
from gdshare.rules.workdays import workdays_between
from sharing.share_requests import workflow
from sharing.share_requests.models import RequestItem, ShareRequest
from sharing.share_requests.queries.case import PRECEDENT_DAYS
from sharing.share_requests.workflow import Status

GIVEN = (Status.APPROVED, Status.PARTLY_APPROVED)
ENOUGH = 3
"""With fewer cases than this, a share or a median says nothing."""


@dataclass(frozen=True)
class Likeness:
    """Decided applications for the same resources within a year; `unasked` are items that those with the same
    使用场景 never asked for and were answered without (最少够用).
    """

    count: int
    given: int
    partly: int
    days: int
    unasked: frozenset[int]

    @property
    def words(self) -> str:
        if not self.count:
            return "近一年没有同类申请。"
        if self.count < ENOUGH:
            return f"近一年同类申请只有 {self.count} 件，不足 {ENOUGH} 件，不作统计。"
        partly = f"（部分同意 {self.partly} 件）" if self.partly else ""
        return f"近一年同类申请 {self.count} 件，{self.given} 件同意{partly}，中位 {self.days} 个工作日。"


def likeness(share_request: ShareRequest, resources: Collection[int], *, today: date) -> Likeness:
    """Figures without names: who asked is told only to those who see those applications."""
    same = RequestItem.objects.filter(item__resource__in=resources).exclude(share_request=share_request)
    since = today - timedelta(days=PRECEDENT_DAYS)
    decided = list(
        ShareRequest.objects.filter(
            pk__in=same.values("share_request"), status__in=workflow.DECIDED, decided_at__date__gte=since,
            endorsed_at__isnull=False,
        ).values_list("status", "endorsed_at", "decided_at")
    )  # fmt: skip
    calendar = rules.calendar()
    days = [
        workdays_between(day_of(received), day_of(answered), calendar)
        for _, received, answered in decided
        if received and answered
    ]
    given = [status for status, _, _ in decided if status in GIVEN]
    return Likeness(
        count=len(decided),
        given=len(given),
        partly=given.count(Status.PARTLY_APPROVED),
        days=median_low(days) if days else 0,
        unasked=_unasked(share_request, resources),
    )


def _unasked(share_request: ShareRequest, resources: Collection[int]) -> frozenset[int]:
    scenario = share_request.use_scenario.strip()
    if not scenario:
        return frozenset()
    alike = RequestItem.objects.filter(
        item__resource__in=resources, share_request__status__in=GIVEN, share_request__use_scenario__iexact=scenario
    ).exclude(share_request=share_request)
    cases = dict(alike.order_by().values_list("item__resource_id").annotate(n=Count("share_request", distinct=True)))
    told = [resource for resource, count in cases.items() if count >= ENOUGH]
    items = DataItem.objects.filter(resource__in=told, retired_at=None)
    return frozenset(items.exclude(pk__in=alike.values("item")).values_list("pk", flat=True))
