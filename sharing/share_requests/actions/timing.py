"""Which clock of a request runs: the reply's, or the own one of a check or a consultation. One place for all verbs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse

from catalog.resources.models import ShareType
from gdshare.lib.clock import day_of
from gdshare.rules import queries as rules
from gdshare.rules.profiles import DUTY_CLOCKS, Clock, Duty, Side
from sharing.deadlines import actions as deadlines
from sharing.deadlines import queries as clocks
from sharing.deadlines.models import Deadline
from sharing.grants.models import Grant
from sharing.share_requests import notify
from sharing.share_requests.models import ReviewStep, ShareRequest

OVERALL = (Clock.REPLY, Clock.PRECHECK)
"""The clocks whose date is the request's own 最迟答复, one after the other."""


def share_type_of(share_request: ShareRequest) -> str:
    """Which allowance and which steps apply: 无条件 only when every item is."""
    rows = share_request.request_items.select_related("item__resource")
    is_open = all(row.item.effective_share_type(row.item.resource) == ShareType.UNCONDITIONAL for row in rows)
    return ShareType.UNCONDITIONAL if is_open else ShareType.CONDITIONAL


def start_for(share_request: ShareRequest, opened: Iterable[ReviewStep], *, by: Any, now: datetime) -> Deadline:
    """Start the clock of the steps just opened; the request shows its date."""
    opened = list(opened)
    clock = DUTY_CLOCKS[Duty(opened[0].duty)]
    deadline = deadlines.start(
        subject=share_request,
        clock=clock,
        profile=share_request.profile,
        share_type=share_type_of(share_request),
        figure=_figure(share_request, clock),
        title=f"{share_request.number} {share_request.title}"[:200],
        url=notify.review_url(share_request),
        started_on=day_of(now),
        responsible_ids=sorted({step.department_id for step in opened}),
        escalation_ids=[share_request.authority_id] if share_request.authority_id else [],
        by=by,
        now=now,
    )
    if clock in OVERALL:
        show(share_request, deadline)
    return deadline


def hand_over(share_request: ShareRequest, steps: Iterable[ReviewStep], *, by: Any, now: datetime) -> None:
    """After a step: clocks of finished duties stop, the clock of an open duty runs and reminds whose turn it is."""
    steps = list(steps)
    opened = [step for step in steps if step.state == ReviewStep.State.OPEN]
    wanted = {DUTY_CLOCKS[Duty(step.duty)] for step in opened}
    running = clocks.running(share_request)
    for clock in running:
        is_asked = clock == Clock.REPLY and Clock.CONSULT in wanted
        if clock not in wanted and not is_asked:
            deadlines.stop(subject=share_request, clock=clock, by=by, now=now)
    for clock in sorted(wanted):
        own = [step for step in opened if DUTY_CLOCKS[Duty(step.duty)] == clock]
        if clock in running:
            responsible = sorted({step.department_id for step in own})
            deadlines.assign(subject=share_request, clock=clock, responsible_ids=responsible, by=by, now=now)
        else:
            start_for(share_request, own, by=by, now=now)


def pause(share_request: ShareRequest, *, by: Any, now: datetime) -> None:
    """补正: whatever runs stands still, if the profile says so."""
    if not rules.parsed(share_request.profile).return_pauses:
        return
    for clock in clocks.running(share_request):
        deadline = deadlines.pause(subject=share_request, clock=clock, reason="一次性告知补正", by=by, now=now)
        if clock in OVERALL:
            show(share_request, deadline)


def resume(share_request: ShareRequest, *, by: Any, now: datetime) -> None:
    """补正 is done: whatever stood still runs on."""
    if not rules.parsed(share_request.profile).return_pauses:
        return
    for clock in clocks.running(share_request):
        deadline = deadlines.resume(subject=share_request, clock=clock, reason="补正完成", by=by, now=now)
        if clock in OVERALL:
            show(share_request, deadline)


def start_supply(share_request: ShareRequest, grants: Iterable[Grant], *, by: Any, now: datetime) -> None:
    """条例 Art 22: from the consent on, whoever decided has so many working days to supply each resource; the provider
    where several did. The clock ends with a proof that the data can be taken (ADR-0037); no figure in the rule text, no
    clock.
    """
    profile = rules.parsed(share_request.profile)
    if not profile.has_clock(Clock.SUPPLY):
        return
    authority_id = share_request.authority_id
    deciding = {step.side for step in profile.chain if step.duty is Duty.DECIDE}
    is_by_authority = deciding == {Side.AUTHORITY}
    for grant in grants:
        supplier_id = authority_id if authority_id and is_by_authority else grant.resource.provider_id
        deadlines.start(
            subject=grant,
            clock=Clock.SUPPLY,
            profile=share_request.profile,
            title=f"向{grant.department.short_name}提供《{grant.resource.name}》",
            url=reverse("sharing:grants:detail", args=[grant.pk]),
            started_on=day_of(now),
            responsible_ids=[supplier_id],
            escalation_ids=[authority_id] if authority_id else [],
            by=by,
            now=now,
        )
        if grant.resource.row_count is None:
            notify.to_supply(grant, now=now)


def stop(share_request: ShareRequest, *, by: Any, now: datetime) -> None:
    """The request is answered or withdrawn: nothing runs any more."""
    for clock in clocks.running(share_request):
        deadlines.stop(subject=share_request, clock=clock, by=by, now=now)


def show(share_request: ShareRequest, deadline: Deadline) -> None:
    """The request's own 最迟答复 follows its clock."""
    share_request.due_on = deadline.due_on
    share_request.save(update_fields=["due_on"])


def _figure(share_request: ShareRequest, clock: str) -> str | None:
    """高平: what is not yet on the platform has to be published first, and has a longer reply."""
    if clock != Clock.REPLY or not rules.parsed(share_request.profile).has_clock(Clock.REPLY_NOT_MOUNTED):
        return None
    is_bare = share_request.request_items.filter(item__resource__row_count=None).exists()
    return Clock.REPLY_NOT_MOUNTED if is_bare else None
