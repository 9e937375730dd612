"""推演: the answers of the last year, had another rule text been in force, and the entries whose basis would not carry.
Only days are replayed: the same receipt, the same pauses, the same answer, counted with the other text's figures.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from catalog.resources import weakness
from catalog.resources.models import DataResource, ShareType
from gdshare.lib.clock import day_of
from gdshare.rules import queries as rules
from gdshare.rules import workdays
from gdshare.rules.models import RuleProfile
from gdshare.rules.profiles import Clock, Profile
from gdshare.rules.workdays import Calendar
from security.departments.models import Department
from sharing.deadlines.counting import pauses_of
from sharing.deadlines.models import Deadline
from sharing.share_requests import workflow
from sharing.share_requests.models import RequestItem, ShareRequest

DAYS = 366
BATCH = 500
SHOWN = 100


@dataclass(frozen=True)
class Replayed:
    """One answered application: its date then, and under the other text."""

    share_request: ShareRequest
    answered_on: date
    due_then: date
    due_now: date

    @property
    def was_late(self) -> bool:
        return self.answered_on > self.due_then

    @property
    def is_late(self) -> bool:
        return self.answered_on > self.due_now


@dataclass
class Tally:
    """Of one provider."""

    provider: Department
    answered: int = 0
    late_then: int = 0
    late_now: int = 0


@dataclass
class WhatIf:
    """What the page shows: the other text, counts by provider, the first of those that would have become late."""

    row: RuleProfile
    profile: Profile
    since: date
    tallies: list[Tally] = field(default_factory=list)
    newly_late: list[Replayed] = field(default_factory=list)
    newly_late_count: int = 0
    no_longer_late: int = 0
    unfounded: list[tuple[str, int, int]] = field(default_factory=list)
    """(provider, its number, entries) of those whose basis carries today and would not under the other text."""

    @property
    def unfounded_count(self) -> int:
        return sum(number for _, _, number in self.unfounded)

    @property
    def answered(self) -> int:
        return sum(tally.answered for tally in self.tallies)

    @property
    def late_then(self) -> int:
        return sum(tally.late_then for tally in self.tallies)

    @property
    def late_now(self) -> int:
        return sum(tally.late_now for tally in self.tallies)


def what_if(actor: Any, row: RuleProfile, *, today: date) -> WhatIf:
    """Replay the last year of the actor's authority under `row`, and weigh the entries he may see. Reads in batches;
    only counts and the first cases are kept.
    """
    authority, profile, cal = actor.department, rules.parsed(row), rules.calendar()
    view = WhatIf(row, profile, today - timedelta(days=DAYS))
    by_provider: dict[int, Tally] = {}
    for one in _replay(authority, profile, cal, since=view.since):
        provider = one.share_request.provider
        tally = by_provider.setdefault(provider.pk, Tally(provider))
        tally.answered += 1
        tally.late_then += one.was_late
        tally.late_now += one.is_late
        view.no_longer_late += one.was_late and not one.is_late
        if one.is_late and not one.was_late:
            view.newly_late_count += 1
            if len(view.newly_late) < SHOWN:
                view.newly_late.append(one)
    view.unfounded = weakness.by_provider(_unfounded(actor, row, today))
    view.tallies = sorted(by_provider.values(), key=lambda tally: (-tally.late_now, tally.provider.pk))
    return view


def _unfounded(actor: Any, row: RuleProfile, today: date) -> QuerySet[DataResource]:
    """Entries that lose their basis by the change, not those that have none already."""
    already = weakness.weak(actor, profile=rules.parsed(rules.profile_in_force(today)), day=today)
    return weakness.weak(actor, profile=rules.parsed(row), day=today).exclude(pk__in=already.values("pk"))


def _replay(authority: Any, profile: Profile, cal: Calendar, *, since: date) -> Iterator[Replayed]:
    closed_items = (
        RequestItem.objects.filter(share_request=OuterRef("pk"))
        .annotate(effective=Coalesce("item__share_type", "item__resource__share_type"))
        .exclude(effective=ShareType.UNCONDITIONAL)
    )
    decided = (
        ShareRequest.objects.filter(authority=authority, status__in=workflow.DECIDED, decided_at__date__gte=since)
        .annotate(is_conditional=Exists(closed_items))
        .select_related("provider", "requester")
    )
    last = 0
    while batch := list(decided.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        ids = [case.pk for case in batch]
        clocks = Deadline.objects.filter(subject_kind="sharerequest", clock=Clock.REPLY, subject_id__in=ids)
        clocks = clocks.prefetch_related("pauses")
        by_case = {clock.subject_id: clock for clock in clocks}
        for case in batch:
            clock = by_case.get(case.pk)
            if clock is None or clock.due_on is None or clock.closed_on is None or case.endorsed_at is None:
                continue
            share_type = ShareType.CONDITIONAL if case.is_conditional else ShareType.UNCONDITIONAL
            due = workdays.due_on(day_of(case.endorsed_at), _days(profile, share_type), cal, pauses_of(clock))
            if due is not None:
                yield Replayed(case, clock.closed_on, clock.due_on, due)


def _days(profile: Profile, share_type: str) -> int:
    """Working days from receipt to answer: the check's and the reply's, one after the other."""
    check = profile.allowance(Clock.PRECHECK).days if profile.has_clock(Clock.PRECHECK) else 0
    if profile.unconditional_mode == "precheck" and share_type == ShareType.UNCONDITIONAL:
        return check or 0
    return (check or 0) + (profile.allowance(Clock.REPLY, share_type).days or 0)
