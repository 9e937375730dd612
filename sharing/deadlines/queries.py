"""Reads of running clocks for pages, lists and the API."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.urls import reverse

from gdshare.lib.clock import SHANGHAI
from gdshare.lib.errors import NotVisible
from gdshare.rules import queries as rules
from gdshare.rules import workdays
from gdshare.rules.models import RuleProfile
from gdshare.rules.profiles import Allowance, Clock, Profile
from gdshare.rules.workdays import Calendar, Day
from sharing.deadlines import clock_view as views
from sharing.deadlines.clock_view import ClockView, Facts
from sharing.deadlines.counting import allowance_of, pauses_of
from sharing.deadlines.models import Deadline, DueDateMove


@dataclass(frozen=True)
class Explanation:
    """Why the date is that date: the clock, its rule, and every day counted or skipped."""

    deadline: Deadline
    view: ClockView
    allowance: Allowance
    profile: Profile
    lines: tuple[Day, ...]
    counted: int
    is_cut: bool
    moves: tuple[DueDateMove, ...] = ()
    extension_cite: str = ""


def clock_view(subject: Any, *, today: date, clock: str | None = None) -> ClockView | None:
    """The clock of one thing: the open one, else the one that ran last; None when it never had any."""
    return clock_views(subject._meta.model_name, [subject.pk], today=today, clock=clock).get(subject.pk)


def clock_views(kind: str, ids: Collection[int], *, today: date, clock: str | None = None) -> dict[int, ClockView]:
    """The clocks of many things of one kind by id. The number of queries does not grow with them."""
    ids = list(ids)
    if not ids:
        return {}
    deadlines = (
        Deadline.objects.filter(subject_kind=kind, subject_id__in=ids)
        .select_related("profile")
        .prefetch_related("pauses")
        .order_by("id")
    )
    if clock:
        deadlines = deadlines.filter(clock=clock)
    chosen: dict[int, Deadline] = {}
    for deadline in deadlines:
        held = chosen.get(deadline.subject_id)
        if held is None or held.closed_at is not None:
            chosen[deadline.subject_id] = deadline
    if not chosen:
        return {}
    cal = rules.calendar()
    profiles: dict[int, Profile] = {}
    for deadline in chosen.values():
        if deadline.profile_id not in profiles:
            profiles[deadline.profile_id] = rules.parsed(deadline.profile)
    return {
        subject_id: views.draw(_facts(deadline, profiles[deadline.profile_id]), today=today, cal=cal)
        for subject_id, deadline in chosen.items()
    }


def what_if(*, profile: RuleProfile, share_type: str | None, today: date, cal: Calendar | None = None) -> ClockView:
    """The reply clock as it would run if the application arrived today. Pass `cal` when drawing several."""
    parsed = rules.parsed(profile)
    allowance = parsed.allowance(Clock.REPLY, share_type)
    facts = Facts(
        started_on=today,
        allowance=allowance.days or 0,
        pauses=(),
        basis=allowance.basis,
        explain_url=f"{reverse('rules:index')}#{Clock.REPLY.lower()}",
        due_soon_days=parsed.due_soon_days,
        is_what_if=True,
    )
    return views.draw(facts, today=today, cal=cal or rules.calendar())


def visible_deadline(actor: Any, pk: int) -> Deadline:
    """One clock, if the actor sees what it times. Raises NotVisible otherwise."""
    deadline = Deadline.objects.select_related("profile").prefetch_related("pauses").filter(pk=pk).first()
    if deadline is not None:
        model: Any = next(model for model in apps.get_models() if model._meta.model_name == deadline.subject_kind)
        if model._default_manager.visible_to(actor).filter(pk=deadline.subject_id).exists():
            return deadline
    raise NotVisible("没有这个时限，或者它不对您开放。", remedy="请从申请页面进入。")


def running(subject: Any) -> list[str]:
    """The clocks of a thing that have not stopped, paused ones included, oldest first."""
    rows = Deadline.objects.open().filter(subject_kind=subject._meta.model_name, subject_id=subject.pk)
    return list(rows.order_by("pk").values_list("clock", flat=True))


def extendable_days(subject: Any, *, clock: str) -> int:
    """How many working days more the running clock of a thing may still get; 0 when none, or when none runs."""
    deadline = (
        Deadline.objects.open()
        .filter(subject_kind=subject._meta.model_name, subject_id=subject.pk, clock=clock)
        .select_related("profile")
        .first()
    )
    if deadline is None:
        return 0
    most = allowance_of(deadline, rules.parsed(deadline.profile)).extendable_by or 0
    return max(most - deadline.extended_days, 0)


def explain(deadline: Deadline, *, today: date) -> Explanation:
    """Every day of a clock with its source, at most a year of them."""
    cal, profile = rules.calendar(), rules.parsed(deadline.profile)
    facts = _facts(deadline, profile)
    view = views.draw(facts, today=today, cal=cal)
    end = min(deadline.closed_on or today, facts.started_on + workdays.ONE_DAY * 366)
    lines = workdays.explain(facts.started_on, facts.total, cal, facts.pauses, end)
    return Explanation(
        deadline=deadline,
        view=view,
        allowance=allowance_of(deadline, profile),
        profile=profile,
        lines=tuple(lines),
        counted=views.used_days(facts, min(deadline.closed_on or today, lines[-1].day), cal),
        is_cut=(deadline.closed_on or today) > end,
        extension_cite=profile.extension_cite(Clock(deadline.clock)),
        moves=tuple(deadline.moves.order_by("pk")),
    )


def _facts(deadline: Deadline, profile: Profile) -> Facts:
    closed_at = deadline.closed_at.astimezone(SHANGHAI) if deadline.closed_at else None
    return Facts(
        started_on=deadline.started_on,
        allowance=deadline.allowance,
        extended_days=deadline.extended_days,
        pauses=pauses_of(deadline),
        basis=deadline.basis,
        explain_url=reverse("sharing:deadlines:explain", args=[deadline.pk]),
        closed_on=deadline.closed_on,
        closed_at_words=f"{closed_at:%Y-%m-%d %H:%M}" if closed_at else "",
        done_word="答复" if deadline.clock == Clock.REPLY else "办结",
        due_soon_days=profile.due_soon_days,
    )
