"""Words and marks of a 共享申请 that several pages share."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from gdshare.lib.clock import SHANGHAI
from gdshare.lib.verdict import Verdict
from sharing.share_requests import policies
from sharing.share_requests.labels import VERBS
from sharing.share_requests.models import ReviewStep, ShareRequest
from sharing.share_requests.workflow import LABELS, Status

PILLS = {
    Status.DRAFT: ("", "circle-dashed"),
    Status.ENDORSING: ("", "user-check"),
    Status.UNDER_REVIEW: ("run", "progress"),
    Status.RETURNED: ("act", "alert-triangle"),
    Status.APPROVED: ("ok", "circle-check"),
    Status.PARTLY_APPROVED: ("ok", "circle-half-2"),
    Status.DENIED: ("no", "circle-x"),
    Status.WITHDRAWN: ("", "circle-off"),
}


@dataclass(frozen=True)
class Pill:
    """What the status_pill component draws."""

    tone: str
    icon: str
    label: str


def pill(share_request: ShareRequest) -> Pill:
    """The status as a mark."""
    status = Status(share_request.status)
    return Pill(*PILLS[status], LABELS[status])


def pledge_words(share_request: ShareRequest) -> str:
    """Which version was accepted, by whom and when."""
    if share_request.agreement is None:
        return "未承诺"
    if share_request.accepted_by is None or share_request.accepted_at is None:
        return f"已勾选{share_request.agreement}"
    at = share_request.accepted_at.astimezone(SHANGHAI)
    return f"已承诺{share_request.agreement}（{share_request.accepted_by.name} {at:%Y-%m-%d %H:%M}）"


def with_steps(rows: QuerySet[ShareRequest]) -> QuerySet[ShareRequest]:
    """Rows with everything that pills, turns and toolbars read: a constant number of queries."""
    steps = ReviewStep.objects.select_related("department", "decided_by").order_by("stage", "-side", "position")
    return rows.select_related("requester", "provider", "authority", "handler", "profile").prefetch_related(
        Prefetch("steps", steps), "extensions"
    )


def turn(share_request: ShareRequest) -> str:
    """Whose turn it is; empty when nobody's."""
    if share_request.status in (Status.DRAFT, Status.RETURNED):
        return f"{share_request.requester.short_name}经办"
    if share_request.status == Status.ENDORSING:
        return f"{share_request.requester.short_name}负责人"
    if share_request.status != Status.UNDER_REVIEW:
        return ""
    open_steps = [step for step in share_request.steps.all() if step.state == ReviewStep.State.OPEN]
    return "、".join(f"{step.department.short_name}{step.get_post_display()}" for step in open_steps)


@dataclass(frozen=True)
class Button:
    """One verb of the toolbar."""

    verb: str
    label: str
    verdict: Verdict


def buttons(actor: Any, share_request: ShareRequest) -> list[Button]:
    """The toolbar, computed: verbs of the tables with the actor's verdicts."""
    return [Button(verb, VERBS[verb], verdict) for verb, verdict in policies.toolbar(actor, share_request).items()]
