"""延期: the provider asks before the day is over, the authority consents or refuses, the requester is told.

条例 Art 21. Without consent the old date stands. Consent that comes after the old date is recorded as late.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Invalid
from gdshare.rules.profiles import Clock
from security.notices import actions as notices
from sharing.deadlines import actions as deadlines
from sharing.deadlines import queries as clocks
from sharing.share_requests import notify, policies
from sharing.share_requests.actions import timing
from sharing.share_requests.actions.moves import lock_for, note
from sharing.share_requests.models import Extension, ShareRequest

State = Extension.State


@transaction.atomic
def ask_extension(
    *, share_request: ShareRequest, by: Any, now: datetime, days: int, reason: str, version: int | None = None
) -> ShareRequest:
    """The provider asks for `days` working days more, with the reason, while the clock still has time."""
    locked = lock_for("ask_extension", share_request, version=version)
    policies.ask_extension(by, locked).enforce()
    if not reason.strip():
        raise Invalid("申请延期要写明特殊原因。", remedy="请写明为什么不能按期答复。")
    most = clocks.extendable_days(locked, clock=Clock.REPLY)
    if most == 0:
        raise Invalid("这份申请适用的规则没有规定可以延期。", code="NOT_EXTENDABLE", remedy="请在原期限内答复。")
    if not 1 <= days <= most:
        raise Invalid(f"延期须是 1 至 {most} 个工作日，现为 {days}。", remedy="请改正天数。")
    if locked.due_on is None or day_of(now) > locked.due_on:
        raise Conflict("原期限已过，不能再申请延期。", code="TOO_LATE", remedy="请尽快答复，逾期已在记录中。")
    asked = Extension.objects.create(
        share_request=locked, days=days, reason=reason.strip()[:1000], due_before=locked.due_on, asked_at=now,
        asked_by=by,
    )  # fmt: skip
    words = f"{days} 个工作日。{asked.reason}"
    change = note(locked, "ask_extension", before=locked.status, by=by, now=now, opinion=words, days=days)
    notify.extension_asked(locked, asked, seq=change.seq, now=now)
    return locked


@transaction.atomic
def agree_extension(
    *, share_request: ShareRequest, by: Any, now: datetime, opinion: str = "", version: int | None = None
) -> ShareRequest:
    """The authority consents: the clock gets the days, and requester and provider the new date."""
    locked = lock_for("agree_extension", share_request, version=version)
    policies.agree_extension(by, locked).enforce()
    asked = _asked(locked)
    deadline = deadlines.extend(subject=locked, clock=Clock.REPLY, days=asked.days, by=by, now=now)
    timing.show(locked, deadline)
    asked.is_late = day_of(now) > asked.due_before
    asked.due_after = deadline.due_on
    _decide(asked, State.AGREED, by=by, now=now, opinion=opinion)
    late = "（同意时原期限已过）" if asked.is_late else ""
    words = f"延长 {asked.days} 个工作日，至 {deadline.due_on}{late}。{asked.opinion}"
    change = note(
        locked, "agree_extension", before=locked.status, by=by, now=now, opinion=words, days=asked.days,
        due_on_before=str(asked.due_before), due_on=str(deadline.due_on), is_late=asked.is_late,
    )  # fmt: skip
    notify.extension_decided(locked, asked, seq=change.seq, now=now)
    return locked


@transaction.atomic
def refuse_extension(
    *, share_request: ShareRequest, by: Any, now: datetime, opinion: str, version: int | None = None
) -> ShareRequest:
    """The authority does not consent: the old date stands."""
    locked = lock_for("refuse_extension", share_request, version=version)
    policies.refuse_extension(by, locked).enforce()
    if not opinion.strip():
        raise Invalid("不同意延期要写明理由。", remedy="请写明为什么应当按期答复。")
    asked = _asked(locked)
    _decide(asked, State.REFUSED, by=by, now=now, opinion=opinion)
    words = f"仍应于 {asked.due_before} 前答复。{asked.opinion}"
    change = note(locked, "refuse_extension", before=locked.status, by=by, now=now, opinion=words, days=asked.days)
    notify.extension_decided(locked, asked, seq=change.seq, now=now)
    return locked


def lapse_extension(*, share_request: ShareRequest, now: datetime) -> None:
    """The request is answered or withdrawn: nobody needs to decide of the extension any more."""
    for asked in share_request.extensions.filter(state=State.ASKED):
        asked.state, asked.decided_at = State.LAPSED, now
        asked.save(update_fields=["state", "decided_at"])
        notices.settle(subject=asked, now=now)


def _asked(share_request: ShareRequest) -> Extension:
    asked = share_request.extensions.filter(state=State.ASKED).first()
    if asked is None:
        raise Conflict("没有等待决定的延期申请。", remedy="请刷新页面，看最新状态。")
    return asked


def _decide(asked: Extension, state: str, *, by: Any, now: datetime, opinion: str) -> None:
    asked.state, asked.decided_at, asked.decided_by = state, now, by
    asked.opinion = opinion.strip()[:1000]
    asked.save()
    notices.settle(subject=asked, now=now)
