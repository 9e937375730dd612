"""Opening a 使用台账 and writing in it."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from audit import log
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Invalid
from security.departments.models import Department
from security.notices import actions as notices
from sharing.ledgers import notify, policies, queries
from sharing.ledgers.models import MATTERS, LedgerEntry, Section, UsageLedger

LONGEST = 2000


def open_ledger(*, department: Department, resource: Any, by: Any, now: datetime) -> UsageLedger | None:
    """The book of a department about a resource, opened when it is not yet; None for its own data.

    Called inside the transaction of the grant or of the taking.
    """
    if department.pk == resource.provider_id:
        return None
    ledger, is_new = UsageLedger.objects.get_or_create(
        department=department, resource=resource, defaults={"opened_at": now}
    )
    if is_new:
        log.record("ledger.open", by=by, at=now, subject=ledger, subject_label=str(ledger))
    return ledger


@transaction.atomic
def write(
    *, ledger: UsageLedger, by: Any, now: datetime, section: str, text: str, happened_on: date | None = None,
    corrects: int | None = None,
) -> LedgerEntry:  # fmt: skip
    """A line about one of the five matters (条例 Art 29). `happened_on`: the day it is about, today when left out;
    `corrects`: the line it puts right, which stays readable.
    """
    locked = _lock(ledger)
    policies.write(by, locked).enforce()
    if section not in MATTERS:
        raise Invalid("请选择登记的事项。", remedy=f"可选：{'、'.join(str(one.label) for one in MATTERS)}。")
    wrong = _to_correct(locked, corrects, section)
    entry = _note(locked, section, text, by=by, now=now, happened_on=happened_on, corrects=wrong)
    log.record(
        "ledger.write", by=by, at=now, subject=locked, subject_label=str(locked), section=section, entry=entry.pk,
        corrects=corrects,
    )  # fmt: skip
    return entry


@transaction.atomic
def inspect(*, ledger: UsageLedger, by: Any, now: datetime, text: str) -> LedgerEntry:
    """What who inspects finds wanting; the department is told, and answers."""
    locked = _lock(ledger)
    policies.inspect(by, locked).enforce()
    entry = _note(locked, Section.INSPECTION, text, by=by, now=now)
    log.record("ledger.inspect", by=by, at=now, subject=locked, subject_label=str(locked), entry=entry.pk)
    notify.inspected(locked, entry, now=now)
    return entry


@transaction.atomic
def answer(*, ledger: UsageLedger, by: Any, now: datetime, text: str) -> LedgerEntry:
    """The department's answer to the last inspection; who inspected is told. Raises Conflict when none is open."""
    locked = _lock(ledger)
    policies.answer(by, locked).enforce()
    asked = queries.open_inspections(locked)
    if not asked:
        raise Conflict("没有待答复的检查意见。", remedy="请刷新页面，看最新状态。")
    entry = _note(locked, Section.ANSWER, text, by=by, now=now)
    log.record("ledger.answer", by=by, at=now, subject=locked, subject_label=str(locked), entry=entry.pk)
    notices.settle(subject=locked, now=now, department=locked.department)
    notify.answered(locked, entry, [one.department for one in asked], now=now)
    return entry


@transaction.atomic
def export(*, ledger: UsageLedger, by: Any, now: datetime) -> None:
    """The book leaves as a file; that is written down first."""
    policies.export(by, ledger).enforce()
    log.record("ledger.export", by=by, at=now, subject=ledger, subject_label=str(ledger))


def remind_incomplete(*, now: datetime) -> int:
    """Once a quarter, tell the handlers of books whose data were taken and that say nothing of 应用成效 or 存储情况;
    returns how many books.
    """
    books = list(queries.to_complete(today=day_of(now)))
    for ledger in books:
        with transaction.atomic():
            notify.incomplete(ledger, now=now)
    return len(books)


def _note(
    ledger: UsageLedger, section: str, text: str, *, by: Any, now: datetime, happened_on: date | None = None,
    corrects: LedgerEntry | None = None,
) -> LedgerEntry:  # fmt: skip
    words, today = text.strip(), day_of(now)
    if not words:
        raise Invalid("请写明内容。", remedy="写清时间、系统和做法，便于检查。")
    if len(words) > LONGEST:
        raise Invalid(f"内容有 {len(words)} 个字，最多 {LONGEST} 个。", remedy="请分几条登记。")
    if happened_on is not None and happened_on > today:
        raise Invalid(f"日期 {happened_on} 还没有到。", remedy="请写今天或以前的日子。")
    return LedgerEntry.objects.create(
        ledger=ledger, section=section, text=words, happened_on=happened_on or today,
        department=by.acting.department, written_by=by, written_at=now, corrects=corrects,
    )  # fmt: skip


def _to_correct(ledger: UsageLedger, pk: int | None, section: str) -> LedgerEntry | None:
    if pk is None:
        return None
    wrong = ledger.entries.filter(pk=pk, section=section).first()
    if wrong is None:
        raise Invalid("要更正的记录不在这一事项里。", remedy="请刷新页面，从要更正的那一条进入。")
    if LedgerEntry.objects.filter(corrects=wrong).exists():
        raise Conflict("这条记录已经更正过。", remedy="请更正最新的那一条。")
    return wrong


def _lock(ledger: UsageLedger) -> UsageLedger:
    rows = UsageLedger.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("department", "resource__provider").get(pk=ledger.pk)
