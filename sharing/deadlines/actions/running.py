"""One clock's life. Workflow actions call these in their own transaction, after asking their own policy.

A clock only ever reminds. Whatever runs out, nothing is approved: silence is not consent in any rule text.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from audit import log
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Invalid
from gdshare.rules import queries as rules
from gdshare.rules.locks import hold_calendar
from gdshare.rules.models import RuleProfile
from gdshare.rules.profiles import CLOCK_LABELS, Allowance, Clock
from sharing.deadlines import clocks
from sharing.deadlines.counting import allowance_of, derive, run_of
from sharing.deadlines.models import Deadline, Pause


@transaction.atomic
def start(
    *,
    subject: Any,
    clock: str,
    profile: RuleProfile,
    title: str,
    url: str,
    started_on: date,
    responsible_ids: Sequence[int],
    escalation_ids: Sequence[int],
    by: Any,
    now: datetime,
    share_type: str | None = None,
    figure: str | None = None,
    days: int | None = None,
) -> Deadline:
    """Start the clock of `subject`; days, article and reminders come from `profile`. `started_on` is not counted.

    `figure`: the clock whose figure holds in this case (not yet mounted data), when it is another than `clock`'s own.
    `days`: working days that the case itself sets (a 督办单 names its day), instead of the profile's figure.
    """
    kind = subject._meta.model_name
    if Deadline.objects.open().filter(subject_kind=kind, subject_id=subject.pk, clock=clock).exists():
        raise Conflict(f"“{CLOCK_LABELS[Clock(clock)]}”已在计时。", remedy="请刷新页面，看最新状态。")
    allowance = rules.parsed(profile).allowance(Clock(figure or clock), share_type)
    deadline = Deadline(
        subject_kind=kind,
        subject_id=subject.pk,
        clock=Clock(clock),
        profile=profile,
        basis=allowance.basis,
        title=title[:200],
        url=url,
        started_on=started_on,
        allowance=_days(allowance, profile) if days is None else days,
        responsible_ids=list(responsible_ids),
        escalation_ids=list(escalation_ids),
        next_check_at=now,
    )
    hold_calendar()
    derive(deadline, clocks.Run(started_on, deadline.allowance, (), allowance.remind), rules.calendar())
    deadline.save(force_insert=True)
    log.record(
        "deadline.start",
        by=by,
        at=now,
        subject=subject,
        clock=deadline.clock,
        basis=deadline.basis,
        started_on=str(started_on),
        allowance=deadline.allowance,
        due_on=str(deadline.due_on),
        is_provisional=deadline.is_provisional,
    )
    return deadline


@transaction.atomic
def assign(*, subject: Any, clock: str, responsible_ids: Sequence[int], by: Any, now: datetime) -> Deadline | None:
    """Another department's turn: reminders go there from now on."""
    deadline = _locked(subject, clock)
    if deadline is None or deadline.responsible_ids == list(responsible_ids):
        return deadline
    before, deadline.responsible_ids = deadline.responsible_ids, list(responsible_ids)
    deadline.save(update_fields=["responsible_ids"])
    log.record(
        "deadline.assign", by=by, at=now, subject=subject, clock=clock, before=before, after=deadline.responsible_ids
    )  # fmt: skip
    return deadline


@transaction.atomic
def pause(*, subject: Any, clock: str, reason: str, by: Any, now: datetime) -> Deadline:
    """中止计时 from today on, where the profile says that 补正 stops the clock; else the clock runs on."""
    deadline = _require(subject, clock)
    if not rules.parsed(deadline.profile).return_pauses:
        return deadline
    if deadline.due_on is None:
        raise Conflict("计时已经暂停。", remedy="请刷新页面，看最新状态。")
    before = deadline.due_on
    Pause.objects.create(deadline=deadline, started_on=day_of(now), reason=reason[:200])
    _settle(deadline)
    log.record(
        "deadline.pause", by=by, at=now, subject=subject, clock=clock, reason=reason, due_on_before=str(before)
    )  # fmt: skip
    return deadline


@transaction.atomic
def resume(*, subject: Any, clock: str, reason: str, by: Any, now: datetime) -> Deadline:
    """The clock runs again; today counts."""
    deadline = _require(subject, clock)
    if not rules.parsed(deadline.profile).return_pauses:
        return deadline
    if not Pause.objects.filter(deadline=deadline, ended_on=None).update(ended_on=day_of(now)):
        raise Conflict("计时没有暂停。", remedy="请刷新页面，看最新状态。")
    _settle(deadline)
    log.record(
        "deadline.resume", by=by, at=now, subject=subject, clock=clock, reason=reason, due_on=str(deadline.due_on)
    )  # fmt: skip
    return deadline


@transaction.atomic
def extend(*, subject: Any, clock: str, days: int, by: Any, now: datetime, reason: str = "") -> Deadline:
    """By consent: `days` working days more, never beyond what the profile allows in all. The reminders of
    the new date are its own.
    """
    deadline = _require(subject, clock)
    if deadline.due_on is None:
        raise Conflict("计时已经暂停，不能延期。", remedy="请在恢复计时后办理。")
    most = allowance_of(deadline, rules.parsed(deadline.profile)).extendable_by
    if days < 1 or (most is not None and deadline.extended_days + days > most):
        raise Invalid(f"这个时限最多延长 {most or 0} 个工作日。", remedy="请改正天数。")
    before = deadline.due_on
    deadline.extended_days += days
    deadline.save(update_fields=["extended_days"])
    _settle(deadline)
    log.record(
        "deadline.extend", by=by, at=now, subject=subject, clock=clock, days=days, reason=reason,
        due_on_before=str(before), due_on=str(deadline.due_on),
    )  # fmt: skip
    return deadline


@transaction.atomic
def stop(*, subject: Any, clock: str, by: Any, now: datetime, on: date | None = None) -> Deadline | None:
    """The thing is done (or withdrawn): no more reminders. None when no such clock runs. `on`: the day it was done,
    where that was found out later.
    """
    deadline = _locked(subject, clock)
    if deadline is None:
        return None
    ended_on = on or day_of(now)
    if Pause.objects.filter(deadline=deadline, ended_on=None).update(ended_on=ended_on):
        _settle(deadline)
    deadline.closed_at, deadline.closed_on = now, ended_on
    deadline.save(update_fields=["closed_at", "closed_on"])
    is_late = deadline.due_on is not None and ended_on > deadline.due_on
    log.record(
        "deadline.stop", by=by, at=now, subject=subject, clock=clock, due_on=str(deadline.due_on), is_late=is_late
    )  # fmt: skip
    return deadline


@transaction.atomic
def hand_over(*, before: int, after: int, by: Any, now: datetime) -> int:
    """A department took over another: its open clocks run against, and remind, the successor. Returns how many."""
    hold_calendar()
    concerned = Q(responsible_ids__contains=[before]) | Q(escalation_ids__contains=[before])
    rows = Deadline.objects.open().filter(concerned).select_for_update(of=("self",), no_key=True).order_by("pk")
    lines = []
    for deadline in rows:
        deadline.responsible_ids = _replaced(deadline.responsible_ids, before, after)
        deadline.escalation_ids = _replaced(deadline.escalation_ids, before, after)
        deadline.save(update_fields=["responsible_ids", "escalation_ids"])
        facts = {"before": before, "after": after}
        lines.append(log.Line("deadline", deadline.pk, deadline.title, facts))
    log.record_many("deadline.assign", by=by, at=now, lines=lines)
    return len(lines)


def _replaced(ids: Sequence[int], before: int, after: int) -> list[int]:
    return sorted({after if pk == before else pk for pk in ids})


def _days(allowance: Allowance, profile: RuleProfile) -> int:
    if allowance.days is None:
        raise Invalid(
            f"“{profile.title}”没有给出“{allowance.label}”的工作日数，不能开始计时。",
            code="rule_profile_incomplete",
            remedy="请使用单位确定后填入规则方案。",
        )
    return allowance.days


def _locked(subject: Any, clock: str) -> Deadline | None:
    hold_calendar()
    return (
        Deadline.objects.open()
        .filter(subject_kind=subject._meta.model_name, subject_id=subject.pk, clock=clock)
        .select_related("profile")
        .select_for_update(of=("self",))
        .first()
    )


def _require(subject: Any, clock: str) -> Deadline:
    deadline = _locked(subject, clock)
    if deadline is None:
        raise Conflict(f"“{CLOCK_LABELS[Clock(clock)]}”没有在计时。", remedy="请刷新页面，看最新状态。")
    return deadline


def _settle(deadline: Deadline) -> None:
    """Derive and store again after a pause or an extension."""
    derive(deadline, run_of(deadline, rules.parsed(deadline.profile)), rules.calendar())
    deadline.save(update_fields=["due_on", "is_provisional", "next_check_at"])
