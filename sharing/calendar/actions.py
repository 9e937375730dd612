"""Changing the working-day calendar: proposed with a preview, then applied once, signed, with every clock it moves."""

from datetime import date, datetime
from typing import Any, BinaryIO

from django.db import transaction

from audit import log
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Invalid
from gdshare.rules import calendar_changes, notice_files
from gdshare.rules import queries as rules
from gdshare.rules.calendar_changes import DayChange
from gdshare.rules.locks import hold_calendar
from sharing.calendar import notify, policies
from sharing.calendar.models import CalendarChange
from sharing.deadlines import actions as deadlines
from sharing.share_requests import actions as share_requests

Kind, Status = CalendarChange.Kind, CalendarChange.Status


@transaction.atomic
def propose_notice(
    *,
    file: BinaryIO,
    file_name: str,
    by: Any,
    now: datetime,
    year: int | None = None,
    title: str = "",
    address: str = "",
    is_adjustment: bool = False,
) -> CalendarChange:
    """Read a year's notice and keep what it would change; nothing takes effect yet.

    `title` and `address` of the notice are its source; a JSON file that names its papers may do without the address.
    `is_adjustment`: a notice that alters one already out, so that only the days it names change.
    """
    policies.propose_notice(by).enforce()
    notice = notice_files.read(file, file_name, year=year)
    addresses = address.strip() or " ".join(notice.papers)
    if not addresses:
        raise Invalid("没有写明通知的网址。", remedy="请填写通知原文的网址，每个日期都要查得到依据。")
    title = title.strip() or f"国务院办公厅关于{notice.year}年部分节假日安排的通知"
    source = f"{title} {addresses}"
    if len(source) > 300:
        raise Invalid(f"通知名称和网址合计最多 300 字，现为 {len(source)} 字。", remedy="请缩短名称，或只留一个网址。")
    if is_adjustment and not _is_settled(notice.year):
        raise Invalid(f"{notice.year} 年的全年安排还没有导入，不能先导入调整。", remedy="请先导入全年的放假安排。")
    changes = calendar_changes.for_notice(notice.year, notice.days, source=source, replaces_year=not is_adjustment)
    kind = Kind.ADJUSTMENT if is_adjustment else Kind.NOTICE
    return _propose(kind, notice.year, changes, source=source, file_name=file_name, by=by, now=now)


@transaction.atomic
def propose_correction(*, day: date, kind: str, name: str, source: str, by: Any, now: datetime) -> CalendarChange:
    """Put one day right. `kind`: WORK, OFF, or PLAIN (as its weekday says)."""
    policies.propose_correction(by).enforce()
    if kind not in ("WORK", "OFF", "PLAIN"):
        raise Invalid("请选择这一天是上班、放假，还是不作特别安排。")
    if kind != "PLAIN" and not name.strip():
        raise Invalid("没有写明节日名称。", remedy="请写明因哪个节日放假或调休。")
    if not source.strip():
        raise Invalid("没有写明更正的依据。", remedy="请写明通知名称和网址。")
    if day.year not in rules.years():
        raise Invalid(f"工作日历里没有 {day.year} 年。", remedy="请先导入这一年的放假安排。")
    changes = calendar_changes.for_correction(day, kind=kind, name=name.strip()[:40], source=source.strip())
    return _propose(Kind.CORRECTION, day.year, changes, source=source.strip()[:300], file_name="", by=by, now=now)


@transaction.atomic
def apply_change(*, change: CalendarChange, digest: str, by: Any, now: datetime) -> CalendarChange:
    """The change takes effect and every open clock is counted again, in one transaction.

    `digest` signs what was shown: another change, or a calendar changed since the preview, is refused.
    Requests are locked before their clocks, as every verb locks.
    """
    policies.apply_change(by).enforce()
    share_requests.hold_requests()
    hold_calendar(to_change=True)
    locked = _lock(change)
    if digest != locked.digest or calendar_changes.fingerprint() != locked.base:
        raise Conflict(
            "工作日历在您预览之后有过改动，这份预览已经不准。",
            code="STALE",
            remedy="请放弃这份更改，重新导入后再核对。",
        )
    settles = _settles(locked)
    calendar_changes.write(day_changes(locked), official_year=settles, source=locked.source)
    cause = f"{locked}：{locked.source}"
    tally = deadlines.recompute(by=by, now=now, cause=cause, digest=locked.digest)
    share_requests.follow_clocks()
    locked.status, locked.decided_at, locked.decided_by = Status.APPLIED, now, by
    locked.open_count, locked.later_count, locked.earlier_count = tally.open, tally.later, tally.earlier
    locked.save()
    log.record(
        "calendar.apply", by=by, at=now, subject=locked, year=locked.year, source=locked.source, digest=locked.digest,
        days=len(locked.changes), total=tally.open, later=tally.later, earlier=tally.earlier,
    )  # fmt: skip
    if settles is not None:
        notify.settle_alarm(settles, now=now)
    return locked


@transaction.atomic
def discard_change(*, change: CalendarChange, by: Any, now: datetime) -> CalendarChange:
    """The proposal is dropped; it stays on record."""
    policies.discard_change(by).enforce()
    locked = _lock(change)
    locked.status, locked.decided_at, locked.decided_by = Status.DISCARDED, now, by
    locked.save(update_fields=["status", "decided_at", "decided_by"])
    log.record("calendar.discard", by=by, at=now, subject=locked, year=locked.year, digest=locked.digest)
    return locked


@transaction.atomic
def raise_alarm(*, now: datetime) -> int:
    """From November on: tell the authorities that next year's notice is missing. Returns how many people hear."""
    year = rules.missing_year(day_of(now))
    return notify.alarm(year, now=now) if year is not None else 0


def day_changes(change: CalendarChange) -> list[DayChange]:
    """The stored days as values."""
    return [DayChange.from_data(data) for data in change.changes]


def _propose(
    kind: str, year: int, changes: list[DayChange], *, source: str, file_name: str, by: Any, now: datetime
) -> CalendarChange:
    if not changes and (kind != Kind.NOTICE or _is_settled(year)):
        raise Invalid("工作日历已经是这样，没有要改的日子。", code="NOTHING_TO_CHANGE", remedy="请核对文件和日期。")
    base, data = calendar_changes.fingerprint(), [change.as_data() for change in changes]
    proposed = CalendarChange.objects.create(
        kind=kind, year=year, source=source, file_name=file_name[:200], changes=data, base=base,
        digest=calendar_changes.digest([base, kind, year, source, data]), created_at=now, created_by=by,
    )  # fmt: skip
    log.record(
        "calendar.propose", by=by, at=now, subject=proposed, year=year, source=source, digest=proposed.digest,
        days=len(data), file_name=file_name,
    )  # fmt: skip
    return proposed


def _lock(change: CalendarChange) -> CalendarChange:
    locked = CalendarChange.objects.select_for_update(of=("self",), no_key=True).get(pk=change.pk)
    if locked.status != Status.PROPOSED:
        raise Conflict(f"这份更改{locked.get_status_display()}。", remedy="请刷新页面，看最新状态。")
    return locked


def _settles(change: CalendarChange) -> int | None:
    """The year that becomes official: only a whole year's notice settles it."""
    return change.year if change.kind == Kind.NOTICE else None


def _is_settled(year: int) -> bool:
    return year in rules.official_years()
