"""The requester's verbs: submit, the office head's two, complete, withdraw."""

from datetime import datetime
from typing import Any

from django.db import transaction

from gdshare.lib.clock import day_of
from gdshare.lib.errors import Invalid
from gdshare.rules import queries as rules
from gdshare.rules.profiles import Duty, Profile
from security.departments.models import Department
from security.notices import actions as notices
from sharing.share_requests import notify, policies
from sharing.share_requests.actions import timing
from sharing.share_requests.actions.attaching import send_attachments
from sharing.share_requests.actions.drafting import gaps_of, missing_details, save_draft
from sharing.share_requests.actions.extending import lapse_extension
from sharing.share_requests.actions.moves import lock_for, move
from sharing.share_requests.models import ReviewStep, ShareRequest
from sharing.share_requests.workflow import Status


@transaction.atomic
def submit(*, share_request: ShareRequest, by: Any, now: datetime, version: int | None = None) -> ShareRequest:
    """Send the draft to the office head; everything that is missing is told at once."""
    locked = lock_for("submit", share_request, version=version)
    policies.submit(by, locked).enforce()
    items = list(locked.request_items.select_related("item__resource"))
    gaps = gaps_of(locked, items, today=day_of(now))
    if gaps:
        raise Invalid(
            f"还有 {len(gaps)} 处要处理：{'；'.join(gap.text for gap in gaps)}。",
            code="INCOMPLETE",
            remedy="请逐处补全后再提交，已填的内容都在草稿里。",
            details={"missing": missing_details(gaps)},
        )
    locked.handler = by
    change = move(locked, "submit", by=by, now=now, submitted_at=now, handler=by, accepted_at=now, accepted_by=by)
    notices.settle(subject=locked, now=now)
    notify.to_endorse(locked, seq=change.seq, now=now)
    return locked


@transaction.atomic
def send_back(
    *, share_request: ShareRequest, by: Any, now: datetime, opinion: str, version: int | None = None
) -> ShareRequest:
    """The office head wants changes before the request leaves the department."""
    locked = lock_for("send_back", share_request, version=version)
    policies.send_back(by, locked).enforce()
    opinion = _needed(opinion, "退回修改要写明改什么。", "请写明需要修改的内容。")
    change = move(locked, "send_back", by=by, now=now, opinion=opinion)
    notices.settle(subject=locked, now=now)
    notify.sent_back(locked, seq=change.seq, opinion=opinion, now=now)
    return locked


@transaction.atomic
def endorse(
    *, share_request: ShareRequest, by: Any, now: datetime, opinion: str = "", version: int | None = None
) -> ShareRequest:
    """条例 Art 20: the office head agrees. The chain is laid down, the request is received, the clock starts."""
    locked = lock_for("endorse", share_request, version=version)
    policies.endorse(by, locked).enforce()
    profile = rules.parsed(locked.profile)
    opened = open_next(locked, _lay_chain(locked, profile), now=now)
    change = move(locked, "endorse", by=by, now=now, opinion=opinion, endorsed_at=now, endorsed_by=by)
    send_attachments(locked, now=now)
    deadline = timing.start_for(locked, opened, by=by, now=now)
    notices.settle(subject=locked, now=now)
    due = f"最迟 {deadline.due_on} 答复。" if deadline.due_on else ""
    notify.to_review(locked, opened, seq=change.seq, now=now, body=due)
    return locked


@transaction.atomic
def complete(
    *,
    share_request: ShareRequest,
    by: Any,
    now: datetime,
    note: str,
    values: dict[str, Any] | None = None,
    necessities: dict[int, str] | None = None,
    version: int | None = None,
) -> ShareRequest:
    """Answer the points of the notice; the clock runs on from where it stopped."""
    locked = lock_for("complete", share_request, version=version)
    policies.complete(by, locked).enforce()
    note = _needed(note, "请逐条说明补正了什么。", "对照告知的内容逐条说明。")
    if values or necessities:
        locked = save_draft(share_request=locked, by=by, now=now, values=values, necessities=necessities)
    change = move(locked, "complete", by=by, now=now, opinion=note, completion_note=note)
    send_attachments(locked, now=now)
    timing.resume(locked, by=by, now=now)
    opened = [step for step in locked.steps.select_related("department") if step.state == ReviewStep.State.OPEN]
    notices.settle(subject=locked, now=now)
    notify.to_review(locked, opened, seq=change.seq, now=now, body="申请部门已补正。")
    return locked


@transaction.atomic
def withdraw(
    *, share_request: ShareRequest, by: Any, now: datetime, opinion: str = "", version: int | None = None
) -> ShareRequest:
    """The requester no longer wants it."""
    locked = lock_for("withdraw", share_request, version=version)
    policies.withdraw(by, locked).enforce()
    is_running = locked.status in (Status.UNDER_REVIEW, Status.RETURNED)
    change = move(locked, "withdraw", by=by, now=now, opinion=opinion)
    if is_running:
        timing.stop(locked, by=by, now=now)
        lapse_extension(share_request=locked, now=now)
    notices.settle(subject=locked, now=now)
    reviewers = Department.objects.filter(pk__in=locked.steps.values("department"))
    notify.withdrawn(locked, reviewers, seq=change.seq, now=now)
    return locked


def _needed(text: str, message: str, remedy: str) -> str:
    if not text.strip():
        raise Invalid(message, remedy=remedy)
    return text.strip()


def _lay_chain(share_request: ShareRequest, profile: Profile) -> list[ReviewStep]:
    """The posts of the profile's chain as rows. A side without a department to hold it is left out, and so are steps
    for another share type. A consultation waits to be asked for.
    """
    departments = {"PROVIDER": share_request.provider, "AUTHORITY": share_request.authority}
    share_type = timing.share_type_of(share_request)
    steps = [
        ReviewStep(
            share_request=share_request, side=str(link.side), post=str(link.post), stage=link.stage,
            position=link.position, department=department, duty=str(link.duty),
            state=ReviewStep.State.IDLE if link.duty is Duty.CONSULT else ReviewStep.State.WAITING,
        )
        for link in profile.chain
        if (department := departments[str(link.side)]) is not None
        and (not link.share_types or share_type in link.share_types)
    ]  # fmt: skip
    if not any(step.state == ReviewStep.State.WAITING for step in steps):
        raise Invalid("按现行规则，这份申请没有可以审核的部门。", remedy="请联系主管部门核对规则方案。")
    return ReviewStep.objects.bulk_create(steps)


def open_next(share_request: ShareRequest, steps: list[ReviewStep], *, now: datetime) -> list[ReviewStep]:
    """Open, in the lowest unfinished stage, the first unfinished post of each side. Returns the newly opened.

    While an opinion that was asked for is outstanding, only its posts are opened: whoever asked waits for it.
    """
    waiting = [step for step in steps if step.state in (ReviewStep.State.WAITING, ReviewStep.State.OPEN)]
    asked = [step for step in waiting if step.duty == ReviewStep.Duty.CONSULT]
    waiting = asked or waiting
    if not waiting:
        return []
    stage = min(step.stage for step in waiting)
    opened = []
    for side in ReviewStep.Side.values:
        posts = sorted((s for s in waiting if s.side == side and s.stage == stage), key=lambda s: s.position)
        if posts and posts[0].state == ReviewStep.State.WAITING:
            posts[0].state = ReviewStep.State.OPEN
            posts[0].opened_at = now
            posts[0].save(update_fields=["state", "opened_at"])
            opened.append(posts[0])
    return opened
