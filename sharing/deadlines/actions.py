"""Moving clocks. Workflow actions call these in their own transaction, after asking their own policy.

A clock only ever reminds. Whatever runs out, nothing is approved: silence is not consent in any rule text.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db import transaction
from django.db.models import F

from audit import log
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Invalid
from gdshare.rules import queries as rules
from gdshare.rules import workdays
from gdshare.rules.models import RuleProfile
from gdshare.rules.profiles import CLOCK_LABELS, Allowance, Clock, Profile
from gdshare.rules.workdays import Calendar
from sharing.deadlines import clocks, notify, queries
from sharing.deadlines.clocks import Run
from sharing.deadlines.models import Deadline, Pause, Reminder

logger = logging.getLogger(__name__)
RETRY_AFTER = timedelta(hours=1)


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
) -> Deadline:
    """Start the clock of `subject`; days, article and reminders come from `profile`. `started_on` is not counted."""
    kind = subject._meta.model_name
    if Deadline.objects.open().filter(subject_kind=kind, subject_id=subject.pk, clock=clock).exists():
        raise Conflict(f"“{CLOCK_LABELS[Clock(clock)]}”已在计时。", remedy="请刷新页面，看最新状态。")
    allowance = rules.parsed(profile).allowance(Clock(clock), share_type)
    deadline = Deadline(
        subject_kind=kind,
        subject_id=subject.pk,
        clock=Clock(clock),
        profile=profile,
        basis=allowance.basis,
        title=title[:200],
        url=url,
        started_on=started_on,
        allowance=_days(allowance, profile),
        responsible_ids=list(responsible_ids),
        escalation_ids=list(escalation_ids),
        next_check_at=now,
    )
    _derive(deadline, (), allowance.remind, rules.calendar())
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
def stop(*, subject: Any, clock: str, by: Any, now: datetime) -> Deadline | None:
    """The thing is done (or withdrawn): no more reminders. None when no such clock runs."""
    deadline = _locked(subject, clock)
    if deadline is None:
        return None
    today = day_of(now)
    if Pause.objects.filter(deadline=deadline, ended_on=None).update(ended_on=today):
        _settle(deadline)
    deadline.closed_at, deadline.closed_on = now, today
    deadline.save(update_fields=["closed_at", "closed_on"])
    is_late = deadline.due_on is not None and today > deadline.due_on
    log.record(
        "deadline.stop", by=by, at=now, subject=subject, clock=clock, due_on=str(deadline.due_on), is_late=is_late
    )  # fmt: skip
    return deadline


@transaction.atomic
def recompute(*, by: Any, now: datetime) -> list[Deadline]:
    """Count every open clock again, after a notice changed the calendar. Returns those whose date moved.

    Each moved date is audited and told. A moved date gives its own reminders; those of the old one stay on record.
    """
    moved = []
    cal = rules.calendar()
    for deadline in Deadline.objects.open().select_related("profile").order_by("id").select_for_update(of=("self",)):
        before = (deadline.due_on, deadline.is_provisional)
        _settle(deadline, cal)
        if (deadline.due_on, deadline.is_provisional) == before:
            continue
        log.record(
            "deadline.recompute",
            by=by,
            at=now,
            subject=deadline,
            subject_label=deadline.title,
            before=str(before[0]),
            after=str(deadline.due_on),
            is_provisional=deadline.is_provisional,
        )
        if deadline.due_on != before[0]:
            moved.append(deadline)
            notify.moved(deadline, before[0], now=now)
    return moved


@transaction.atomic
def tick(*, now: datetime, limit: int = 200) -> int:
    """Give the reminders that have fallen due; returns how many clocks were looked at.

    Several workers may tick at once: each row is taken by one, and each reminder is written once (unique per clock,
    kind and due date), with its notices, in one transaction. A crash in the middle leaves everything to the next tick.
    A row whose computation fails is pushed an hour ahead and counted; the others go on.
    """
    due = (
        Deadline.objects.open()
        .filter(next_check_at__lte=now, due_on__isnull=False)
        .select_related("profile")
        .order_by("next_check_at", "id")
        .select_for_update(of=("self",), skip_locked=True)
    )
    cal = None
    handled = 0
    for deadline in due[:limit]:
        cal = cal or rules.calendar()
        handled += 1
        try:
            with transaction.atomic():
                _check(deadline, cal, now)
        except Exception:
            logger.exception("deadline %s could not be checked; next try in an hour", deadline.pk)
            Deadline.objects.filter(pk=deadline.pk).update(
                next_check_at=now + RETRY_AFTER, failed_checks=F("failed_checks") + 1
            )
    return handled


def _check(deadline: Deadline, cal: Calendar, now: datetime) -> None:
    """One clock of a tick."""
    due_on = cast(date, deadline.due_on)  # the tick asks for running clocks only
    given = frozenset(Reminder.objects.filter(deadline=deadline, due_on=due_on).values_list("kind", flat=True))
    run = _run(deadline, rules.parsed(deadline.profile))
    step = clocks.next_step(run, due_on, given=given, today=day_of(now), cal=cal)
    if step.reminders:
        last = step.reminders[-1]
        Reminder.objects.bulk_create(
            Reminder(deadline=deadline, kind=due.kind, due_on=due_on, sent_at=now, is_folded=due is not last)
            for due in step.reminders
        )
        told = notify.remind(deadline, last.kind, now=now)
        log.record(
            "deadline.remind",
            by=None,
            at=now,
            subject=deadline,
            subject_label=deadline.title,
            kinds=[due.kind for due in step.reminders],
            due_on=str(deadline.due_on),
            told=told,
        )
    deadline.next_check_at = step.check_at
    deadline.save(update_fields=["next_check_at"])


def _days(allowance: Allowance, profile: RuleProfile) -> int:
    if allowance.days is None:
        raise Invalid(
            f"“{profile.title}”没有给出“{allowance.label}”的工作日数，不能开始计时。",
            code="rule_profile_incomplete",
            remedy="请使用单位确定后填入规则方案。",
        )
    return allowance.days


def _locked(subject: Any, clock: str) -> Deadline | None:
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


def _run(deadline: Deadline, profile: Profile) -> Run:
    remind = next((a.remind for a in profile.allowances if a.clock == deadline.clock), ())
    return Run(deadline.started_on, deadline.allowance + deadline.extended_days, queries.pauses_of(deadline), remind)


def _settle(deadline: Deadline, cal: Calendar | None = None) -> None:
    """Derive and store again after a pause or the calendar changed."""
    run = _run(deadline, rules.parsed(deadline.profile))
    _derive(deadline, run.pauses, run.remind, cal or rules.calendar())
    deadline.save(update_fields=["due_on", "is_provisional", "next_check_at"])


def _derive(deadline: Deadline, pauses: tuple[workdays.Pause, ...], remind: tuple[int, ...], cal: Calendar) -> None:
    """Set what follows from the rest: the due date, whether it is provisional, and when to look first."""
    total = deadline.allowance + deadline.extended_days
    deadline.due_on = workdays.due_on(deadline.started_on, total, cal, pauses)
    deadline.is_provisional = workdays.is_provisional(deadline.started_on, total, cal, pauses)
    if deadline.due_on is not None:
        first = next(clocks.reminders(Run(deadline.started_on, total, pauses, remind), deadline.due_on, cal))
        deadline.next_check_at = clocks.morning_of(first.day)
