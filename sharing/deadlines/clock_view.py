"""How a clock looks: the words, ticks and ruler that the `clock` and `ruler` components draw. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from gdshare.rules import workdays
from gdshare.rules.workdays import Calendar, Day, Level, Mark, Pause

MOST_TICKS = 10
LONGEST_LATE_RULER = timedelta(days=14)
CAPTION_ROOM = 3
"""Cells beside 收到 and 到期 where another caption would overlap theirs."""


@dataclass(frozen=True)
class RulerDay:
    """One cell of the ruler: every calendar day is one, rest days are narrow."""

    date: date
    kind: str
    number: str
    title: str
    caption: str = ""


@dataclass(frozen=True)
class ClockView:
    """A clock on a page. `tone`: time, soon, over, paused, ok (done in time), late (done too late)."""

    tone: str
    words: str
    why: str
    due_on: date | None
    basis: str
    explain_url: str
    is_provisional: bool
    left: int
    over: int
    allowance: int
    ticks: tuple[str, ...]
    days: tuple[RulerDay, ...]
    ruler_label: str

    @property
    def is_done(self) -> bool:
        """Whether the clock has stopped."""
        return self.tone in {"ok", "late"}

    @property
    def sentence(self) -> str:
        """剩 3 个工作日 · 最迟 2026-12-04 · 依据 50号文第十九条, for mail and API."""
        provisional = "（暂定）" if self.is_provisional else ""
        return " · ".join(filter(None, [self.words, self.why and self.why + provisional, f"依据 {self.basis}"]))


@dataclass(frozen=True)
class Facts:
    """What a view is drawn from: a stored clock, or one that would start today."""

    started_on: date
    allowance: int
    pauses: tuple[Pause, ...]
    basis: str
    explain_url: str
    extended_days: int = 0
    closed_on: date | None = None
    closed_at_words: str = ""
    done_word: str = "答复"
    due_soon_days: int = 3
    is_what_if: bool = False

    @property
    def total(self) -> int:
        """Working days allowed, extension included."""
        return self.allowance + self.extended_days

    @property
    def open_pause(self) -> Pause | None:
        """The pause that still lasts."""
        return next((pause for pause in self.pauses if pause.end is None), None)


def draw(facts: Facts, *, today: date, cal: Calendar) -> ClockView:
    """The view of a clock on `today`."""
    due = workdays.due_on(facts.started_on, facts.total, cal, facts.pauses)
    at = min(today, facts.closed_on) if facts.closed_on else today
    tone, words, why, left, over = _say(facts, due, at, cal)
    is_open = facts.closed_on is None
    return ClockView(
        tone=tone,
        words=words,
        why=why,
        due_on=due,
        basis=facts.basis,
        explain_url=facts.explain_url,
        is_provisional=is_open and workdays.is_provisional(facts.started_on, facts.total, cal, facts.pauses),
        left=left,
        over=over,
        allowance=facts.total,
        ticks=_ticks(facts.total, left, over),
        days=tuple(_ruler(facts, due, at, cal)),
        ruler_label=f"工作日标尺：{facts.started_on} 收到，{f'{due} 到期' if due else '补正中，暂停计时'}",
    )


def used_days(facts: Facts, until: date, cal: Calendar) -> int:
    """Working days of the clock gone by up to and including `until`; paused days left out."""
    lines = workdays.explain(facts.started_on, 0, cal, facts.pauses, until)
    return sum(line.mark is Mark.COUNTED for line in lines)


def _say(facts: Facts, due: date | None, at: date, cal: Calendar) -> tuple[str, str, str, int, int]:
    """Tone, words, the line beside them, days left, days over."""
    pause = facts.open_pause
    if due is None or pause is not None:
        stopped_on = pause.start if pause else at
        before = stopped_on - workdays.ONE_DAY
        left = facts.total - used_days(facts, before, cal)
        words = f"补正中，剩 {left} 个工作日" if left >= 0 else f"补正中，此前已逾期 {-left} 个工作日"
        return "paused", words, f"{stopped_on:%m-%d} 起暂停", max(left, 0), max(-left, 0)
    over = max(workdays.workdays_between(due, at, cal), 0)
    if facts.closed_on:
        if at <= due:
            used = used_days(facts, at, cal)
            return "ok", f"按期办结，用 {used} 个工作日", f"{facts.closed_at_words} {facts.done_word}", 0, 0
        late = f"，逾期 {over} 个工作日" if over else "，逾期"
        return "late", f"已办结{late}", f"应于 {due} 前{facts.done_word}，{at} {facts.done_word}", 0, over
    extended = f"，经批准延期 {facts.extended_days} 个工作日" if facts.extended_days else ""
    why = f"最迟 {due}{extended}"
    if facts.is_what_if:
        return "time", f"{facts.total} 个工作日内{facts.done_word}", why, facts.total, 0
    level = workdays.level(due, at, cal, facts.due_soon_days)
    if level is Level.OVERDUE:
        return "over", f"逾期 {over} 个工作日" if over else "已逾期", why, 0, over
    left = min(workdays.workdays_between(at, due, cal), facts.total)
    words = "今天到期" if at == due else f"剩 {left} 个工作日"
    return ("soon" if level is Level.DUE_SOON else "time"), words, why, left, 0


def _ticks(total: int, left: int, over: int) -> tuple[str, ...]:
    """One mark per working day: `l` left, blank gone, `x` late. Never more than ten of a kind."""
    width = min(total, MOST_TICKS)
    full = min(left, width)
    return ("l",) * full + ("",) * (width - full) + ("x",) * min(over, MOST_TICKS)


def _ruler(facts: Facts, due: date | None, at: date, cal: Calendar) -> Iterator[RulerDay]:
    end = at if due is None else min(max(at, due), due + LONGEST_LATE_RULER)
    lines = workdays.explain(facts.started_on, facts.total, cal, facts.pauses, end)
    for index, line in enumerate(lines):
        is_today = line.day == at and not facts.is_what_if and facts.closed_on is None
        kind, number = _cell(line, facts.total, at, is_today)
        caption = ""
        if index == 0:
            caption = f"{line.day.month}-{line.day.day:02d} 收到"
        elif line.day == due:
            caption = "今天到期" if is_today else f"{line.day.month}-{line.day.day:02d} 到期"
        elif is_today and index >= CAPTION_ROOM and (line.day > (due or at) or index < len(lines) - CAPTION_ROOM):
            caption = "今天"
        yield RulerDay(line.day, kind, number, _title(line), caption)


def _cell(line: Day, total: int, at: date, is_today: bool) -> tuple[str, str]:
    """Class and figure of one cell."""
    if line.mark is Mark.RECEIPT:
        return "recv", "收"
    if line.mark is Mark.REST:
        return "rest", "休"
    if line.mark is Mark.PAUSED:
        return "rest paused", "停"
    if line.number > total:
        return ("late today" if is_today else "late"), str(line.number)
    if line.number == total:
        return "due", str(line.number)
    if is_today:
        return "today", str(line.number)
    return ("past" if line.day < at else "left"), str(line.number)


def _title(line: Day) -> str:
    """2026-11-23 星期一，第 1 个工作日."""
    extra = "，暂定" if line.is_provisional else ""
    match line.mark:
        case Mark.RECEIPT:
            what = "收到当日不计"
        case Mark.COUNTED:
            worked = "调休上班，" if line.kind == "调休上班" else ""
            what = f"{worked}第 {line.number} 个工作日"
        case Mark.PAUSED:
            what = "补正，暂停计时"
        case _:
            what = f"{line.kind}，不计"
    return f"{line.day} {line.weekday}，{what}{extra}"
