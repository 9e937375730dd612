"""谁在办、办了多久: who held an application and for how many working days, replayed from its 流转记录; and which
applications run the risk of a late answer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from gdshare.lib.clock import day_of
from gdshare.rules import queries as rules
from gdshare.rules.workdays import Calendar, add_workdays, workdays_between
from security.departments.models import Department
from sharing.share_requests import workflow
from sharing.share_requests.models import ReviewStep, ShareRequest, StatusChange
from sharing.share_requests.queries.lists import Row, as_rows
from sharing.share_requests.queries.marks import with_steps
from sharing.share_requests.workflow import Status

PAGE_SIZE = 50
HANDLER, HEAD = ReviewStep.Post.HANDLER, ReviewStep.Post.HEAD
CONSULT = ReviewStep.Duty.CONSULT


@dataclass(frozen=True)
class Span:
    """One post of one department held the case from `since` to `until` (None: still). The first day is not counted."""

    department: Department
    post: str
    since: datetime
    until: datetime | None
    workdays: int

    @property
    def post_label(self) -> str:
        return ReviewStep.Post(self.post).label


@dataclass
class _Replay:
    """Who holds the case while its changes are gone through."""

    share_request: ShareRequest
    steps: Sequence[ReviewStep]
    now: datetime
    cal: Calendar
    held: dict[int, tuple[str, datetime]] = field(default_factory=dict)
    set_aside: dict[int, str] = field(default_factory=dict)
    asker: int | None = None
    stage: int = 0
    found: list[Span] = field(default_factory=list)
    departments: dict[int, Department] = field(default_factory=dict)

    def open(self, department: int, post: str, at: datetime) -> None:
        self.held[department] = (post, at)

    def close(self, department: int, at: datetime | None) -> None:
        if department not in self.held:
            return
        post, since = self.held.pop(department)
        days = workdays_between(day_of(since), day_of(at or self.now), self.cal)
        self.found.append(Span(self.departments[department], post, since, at, days))

    def close_all(self, at: datetime | None) -> None:
        for department in list(self.held):
            self.close(department, at)

    def open_stage(self, at: datetime) -> None:
        """The next stage's departments, each at its first post."""
        later = {step.stage for step in self.steps if step.duty != CONSULT and step.stage > self.stage}
        if later:
            self.stage = min(later)
            self._open_first(at, [s for s in self.steps if s.duty != CONSULT and s.stage == self.stage])

    def _open_first(self, at: datetime, steps: Iterable[ReviewStep]) -> None:
        for step in sorted(steps, key=lambda step: step.position):
            if step.department_id not in self.held:
                self.open(step.department_id, step.post, at)

    def apply(self, change: StatusChange) -> None:
        """One line of the timeline."""
        at, mine, own = change.at, self.share_request.requester_id, change.department_id
        match change.verb:
            case "submit":
                self.close(mine, at)
                self.open(mine, HEAD, at)
            case "send_back":
                self.close(mine, at)
                self.open(mine, HANDLER, at)
            case "endorse":
                self.close(mine, at)
                self.open_stage(at)
            case "return_":
                self.set_aside = {department: post for department, (post, _) in self.held.items()}
                self.close_all(at)
                self.open(mine, HANDLER, at)
            case "complete":
                self.close(mine, at)
                for department, post in self.set_aside.items():
                    self.open(department, post, at)
            case "consult" if own is not None:
                self.asker = own
                self.close(own, at)
                self._open_first(at, [step for step in self.steps if step.duty == CONSULT])
            case "propose" | "confirm" | "rework" if own is not None:
                self._reviewed(change.verb, own, at)
            case "approve" | "approve_partly" | "deny" | "withdraw":
                self.close_all(at)

    def _reviewed(self, verb: str, own: int, at: datetime) -> None:
        self.close(own, at)
        posts = {step.post for step in self.steps if step.department_id == own}
        if verb == "rework":
            self.open(own, HANDLER, at)
        elif verb == "propose" and len(posts) > 1:
            self.open(own, HEAD, at)
        elif not self.held and self.asker is not None:
            self.open(self.asker, HANDLER, at)
            self.asker = None
        elif not self.held:
            self.open_stage(at)


def spans(share_request: ShareRequest, *, now: datetime, cal: Calendar | None = None) -> list[Span]:
    """Every span of an application, in order of time. Reads `status_changes` and `steps` (prefetch them in lists)."""
    steps = list(share_request.steps.all())
    replay = _Replay(share_request, steps, now, cal or rules.calendar())
    involved = [share_request.requester, *(step.department for step in steps)]
    replay.departments = {department.pk: department for department in involved}
    for change in sorted(share_request.status_changes.all(), key=lambda change: change.seq):
        replay.apply(change)
    replay.close_all(None)
    return sorted(replay.found, key=lambda span: (span.since, span.until is None, span.department.pk))


@dataclass(frozen=True)
class Total:
    """How long one department held the case in all, working days, and whether it holds it now."""

    department: Department
    workdays: int
    holds: bool


def totals(held: Iterable[Span]) -> list[Total]:
    """Per department, the longest first."""
    days: dict[Department, int] = {}
    holding = set()
    for span in held:
        days[span.department] = days.get(span.department, 0) + span.workdays
        if span.until is None:
            holding.add(span.department)
    found = [Total(department, count, department in holding) for department, count in days.items()]
    return sorted(found, key=lambda total: -total.workdays)


@dataclass(frozen=True)
class HeldRow:
    """One application of the authority's list: its row, who holds it since when, how long each department held it."""

    row: Row
    holders: tuple[Span, ...]
    totals: tuple[Total, ...]


def late_risks(authority: Any, *, today: date, cal: Calendar) -> QuerySet[ShareRequest]:
    """Applications in the authority's care that are due within the profile's threshold, or over, with a post still to
    be reached: every one of them may be answered too late.
    """
    soon = rules.parsed(rules.profile_in_force(today)).due_soon_days
    waiting = ReviewStep.objects.filter(share_request=OuterRef("pk"), state=ReviewStep.State.WAITING)
    return (
        under_way(authority)
        .filter(status=Status.UNDER_REVIEW, due_on__lte=add_workdays(today, soon, cal))
        .filter(Exists(waiting))
        .order_by("due_on", "pk")
    )


def under_way(authority: Any) -> QuerySet[ShareRequest]:
    """Every application between submission and answer whose authority this department is."""
    return ShareRequest.objects.filter(authority=authority, status__in=workflow.IN_PROGRESS).order_by("due_on", "pk")


def held_page(rows: QuerySet[ShareRequest], *, page: str | int, now: datetime, cal: Calendar) -> Page:
    """One page of an authority's list; the number of queries does not grow with the rows."""
    changes = StatusChange.objects.order_by("seq")
    found = Paginator(with_steps(rows).prefetch_related(Prefetch("status_changes", changes)), PAGE_SIZE).get_page(page)
    listed = []
    for row in as_rows(found.object_list, today=day_of(now)):
        held = spans(row.share_request, now=now, cal=cal)
        holders = tuple(span for span in held if span.until is None)
        listed.append(HeldRow(row, holders, tuple(totals(held))))
    found.object_list = listed  # type: ignore[assignment]
    return found
