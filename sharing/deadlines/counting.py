"""What follows from the stored facts of a clock: its due date, whether that is settled, when to look at it first."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from gdshare.rules import queries as rules
from gdshare.rules import workdays
from gdshare.rules.profiles import Allowance, Clock, Profile
from gdshare.rules.workdays import Calendar
from sharing.deadlines import clocks
from sharing.deadlines.clocks import Run
from sharing.deadlines.models import Deadline, Pause

BATCH = 1000
Derived = tuple[date | None, bool, datetime | None]
"""Due date, whether it is provisional, when to look first (None while paused)."""


def pauses_of(deadline: Deadline) -> tuple[workdays.Pause, ...]:
    """The stored pauses as values, in order."""
    return tuple(
        workdays.Pause(pause.started_on, pause.ended_on)
        for pause in sorted(deadline.pauses.all(), key=lambda pause: pause.started_on)
    )


def allowance_of(deadline: Deadline, profile: Profile) -> Allowance:
    """The rule that the clock was started by; the general one of its kind when the profile has none just like it."""
    kinds = (deadline.clock, f"{deadline.clock}_NOT_MOUNTED")
    return next(
        (
            a
            for a in profile.allowances
            if a.clock in kinds and a.basis == deadline.basis and a.days == deadline.allowance
        ),
        profile.allowance(Clock(deadline.clock)),
    )


def run_of(deadline: Deadline, profile: Profile) -> Run:
    """The clock as a value."""
    remind = next((a.remind for a in profile.allowances if a.clock == deadline.clock), ())
    return Run(deadline.started_on, deadline.allowance + deadline.extended_days, pauses_of(deadline), remind)


def derived(run: Run, cal: Calendar) -> Derived:
    """What follows from a run and the calendar."""
    due = workdays.due_on(run.started_on, run.allowance, cal, run.pauses)
    if due is None:
        return None, False, None
    is_provisional = workdays.is_provisional(run.started_on, run.allowance, cal, run.pauses)
    return due, is_provisional, clocks.morning_of(next(clocks.reminders(run, due, cal)).day)


def derive(deadline: Deadline, run: Run, cal: Calendar) -> None:
    """Set on the row what follows from the rest."""
    deadline.due_on, deadline.is_provisional, check_at = derived(run, cal)
    if check_at is not None:
        deadline.next_check_at = check_at


@dataclass
class Counter:
    """Counts many clocks with one calendar; those with the same facts are counted once, profiles are read once."""

    cal: Calendar
    profiles: dict[int, Profile] = field(default_factory=dict)
    known: dict[Run, Derived] = field(default_factory=dict)

    def run(self, deadline: Deadline) -> Run:
        """The clock as a value. Raises Invalid when its profile cannot be read."""
        if deadline.profile_id not in self.profiles:
            self.profiles[deadline.profile_id] = rules.parsed(deadline.profile)
        return run_of(deadline, self.profiles[deadline.profile_id])

    def derived(self, run: Run) -> Derived:
        if run not in self.known:
            self.known[run] = derived(run, self.cal)
        return self.known[run]


@dataclass(frozen=True)
class Move:
    """One open clock whose stored date no longer follows from the calendar."""

    deadline: Deadline
    after: date | None
    is_provisional: bool
    check_at: datetime | None

    @property
    def before(self) -> date | None:
        return self.deadline.due_on

    @property
    def is_moved(self) -> bool:
        """Whether the date itself moves, not only its 暂定."""
        return self.before != self.after

    @property
    def words(self) -> str:
        """延后 4 天，对办理部门有利."""
        return move_words(self.before, self.after)


def move_words(before: date | None, after: date | None) -> str:
    """By how many calendar days a date moves and in whose favour: who must act gets time, or who waits saves it."""
    if before is None or after is None or before == after:
        return "日期不变"
    days = (after - before).days
    return f"延后 {days} 天，对办理部门有利" if days > 0 else f"提前 {-days} 天，对申请部门有利"


@dataclass
class Tally:
    """How many open clocks a calendar concerns. `settled`: only 暂定 changes."""

    open: int = 0
    later: int = 0
    earlier: int = 0
    settled: int = 0

    @property
    def moved(self) -> int:
        return self.later + self.earlier

    def add(self, before: date | None, after: date | None, *, is_marked: bool, count: int = 1) -> None:
        if before is not None and after is not None and after != before:
            self.later += count * (after > before)
            self.earlier += count * (after < before)
        elif is_marked:
            self.settled += count


GROUP = ("started_on", "allowance", "extended_days", "due_on", "is_provisional")


def _plain() -> QuerySet[Deadline]:
    """Open clocks that were never paused: many have the same facts."""
    return Deadline.objects.open().filter(~Exists(Pause.objects.filter(deadline=OuterRef("pk"))))


def _stale_groups(cal: Calendar, tally: Tally) -> set[date]:
    """Receipt days of never-paused clocks whose date changes; their numbers are added to `tally`."""
    found = set()
    for row in _plain().order_by().values(*GROUP).annotate(count=Count("pk")).iterator():
        run = Run(row["started_on"], row["allowance"] + row["extended_days"], (), ())
        due, is_provisional, _ = derived(run, cal)
        if (due, is_provisional) != (row["due_on"], row["is_provisional"]):
            found.add(row["started_on"])
            tally.add(row["due_on"], due, is_marked=True, count=row["count"])
    return found


def moves(cal: Calendar, *, after: int = 0, lock: bool = False, tally: Tally | None = None) -> Iterator[list[Move]]:
    """Open clocks whose stored date differs under `cal`, by number, in batches; memory does not grow with them.

    `lock`: each batch is locked as it is read, always in the same order. `after`: only clocks with a higher number.
    """
    counter = Counter(cal)
    paused = Exists(Pause.objects.filter(deadline=OuterRef("pk")))
    stale = _stale_groups(cal, tally or Tally())
    rows = Deadline.objects.open().filter(Q(started_on__in=stale) | paused)
    rows = rows.select_related("profile").prefetch_related("pauses").order_by("pk")
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    while batch := list(rows.filter(pk__gt=after)[:BATCH]):
        after = batch[-1].pk
        found = []
        for deadline in batch:
            due, is_provisional, check_at = counter.derived(counter.run(deadline))
            if (due, is_provisional) != (deadline.due_on, deadline.is_provisional):
                found.append(Move(deadline, due, is_provisional, check_at))
        if found:
            yield found


def tally(cal: Calendar) -> Tally:
    """How many open clocks there are, and how many a calendar would move, which way."""
    found = Tally(open=Deadline.objects.open().count())
    _stale_groups(cal, found)
    counter = Counter(cal)
    paused = Deadline.objects.open().filter(pauses__isnull=False).distinct()
    for deadline in paused.select_related("profile").prefetch_related("pauses").iterator(BATCH):
        due, is_provisional, _ = counter.derived(counter.run(deadline))
        if (due, is_provisional) != (deadline.due_on, deadline.is_provisional):
            found.add(deadline.due_on, due, is_marked=True)
    return found
