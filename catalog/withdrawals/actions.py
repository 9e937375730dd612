"""Taking an entry off the list that others use: they are asked, the authority files it, then the day comes."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from audit import log
from catalog.resources import actions as resources
from catalog.resources import consumers
from catalog.resources.models import DataResource
from catalog.resources.workflow import Status as ResourceStatus
from catalog.withdrawals import notify, policies, workflow
from catalog.withdrawals.models import Answer, Withdrawal, WithdrawalAnswer
from catalog.withdrawals.workflow import Status
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Invalid
from gdshare.rules import queries as rules
from gdshare.rules import workdays

LEAST_ANSWER_WORKDAYS = 5
"""Using departments get at least a week to answer; a house rule, no text gives a figure."""
WARNED_DAYS = 3


@transaction.atomic
def open_(
    *, resource: DataResource, by: Any, now: datetime, reason: str, answer_by: date, close_on: date
) -> Withdrawal:
    """Ask every department that uses the entry. An entry that nobody uses is withdrawn directly instead."""
    entry = DataResource.objects.locked().select_related("provider__region").get(pk=resource.pk)
    policies.open_(by, entry).enforce()
    if entry.status != ResourceStatus.PUBLISHED:
        raise Conflict("这条目录没有发布，不用下架。", remedy="请刷新页面，看最新状态。")
    if Withdrawal.objects.under_way().filter(resource=entry).exists():
        raise Conflict("这条目录的下架已在办理。", remedy="请在那次下架里继续。")
    today = day_of(now)
    users = consumers.of(entry, today=today)
    if not users:
        raise Conflict("没有部门在用这条目录，不用征求意见。", remedy="请直接下架。")
    _check_days(reason, answer_by, close_on, today)
    withdrawal = Withdrawal.objects.create(
        resource=entry, reason=reason.strip(), answer_by=answer_by, close_on=close_on, opened_at=now, opened_by=by
    )
    WithdrawalAnswer.objects.bulk_create(
        WithdrawalAnswer(
            withdrawal=withdrawal, department=user.department, grants=user.grants, takes=user.takes,
            requests=user.requests,
        )
        for user in users
    )  # fmt: skip
    _mark(entry, close_on)
    log.record(
        "withdrawal.open", by=by, at=now, subject=withdrawal, reason=withdrawal.reason, until=str(answer_by),
        due_on=str(close_on), told=len(users),
    )  # fmt: skip
    notify.opened(withdrawal, now=now)
    return withdrawal


def _check_days(reason: str, answer_by: date, close_on: date, today: date) -> None:
    if not reason.strip():
        raise Invalid("下架须写明原因。", code="REASON_MISSING", remedy="请写明为什么下架。")
    first = workdays.add_workdays(today, LEAST_ANSWER_WORKDAYS, rules.calendar())
    if answer_by < first:
        raise Invalid(
            f"答复截止太早，使用部门至少要有 {LEAST_ANSWER_WORKDAYS} 个工作日。", code="ANSWER_DAY",
            remedy=f"请填写 {first} 或以后的日期。",
        )  # fmt: skip
    if close_on <= answer_by:
        raise Invalid("下架日应在答复截止之后。", code="CLOSE_DAY", remedy=f"请填写 {answer_by} 以后的日期。")


@transaction.atomic
def answer(*, withdrawal: Withdrawal, by: Any, now: datetime, answer: str, reason: str = "") -> Withdrawal:
    """What a using department says; it may change its word until the day. Silence is kept as silence."""
    locked = _lock(withdrawal)
    policies.answer(by, locked).enforce()
    workflow.require("answer", locked.status)
    if day_of(now) > locked.answer_by:
        raise Conflict(f"答复已于 {locked.answer_by} 截止。", remedy="有异议的，请直接联系主管部门。")
    if answer not in Answer.values:
        raise Invalid("没有选择同意还是有异议。", code="ANSWER_MISSING", remedy="请选择其一。")
    if answer == Answer.OBJECT and not reason.strip():
        raise Invalid("有异议须写明理由。", code="REASON_MISSING", remedy="请写明下架会影响什么工作。")
    department = by.acting.department
    locked.answers.filter(department=department).update(
        answer=answer, reason=reason.strip(), answered_at=now, answered_by=by
    )
    log.record(
        "withdrawal.answer", by=by, at=now, subject=locked, department=department.name, decision=answer,
        reason=reason.strip(),
    )  # fmt: skip
    notify.answered(locked, department, Answer(answer).label, now=now)
    return locked


@transaction.atomic
def file(*, withdrawal: Withdrawal, by: Any, now: datetime, note: str) -> Withdrawal:
    """备案: the authority's note on what was said. Not before everybody has answered or the day for it is over."""
    locked = _lock(withdrawal)
    policies.file(by, locked).enforce()
    workflow.require("file", locked.status)
    if not note.strip():
        raise Invalid("备案须写明意见。", code="NOTE_MISSING", remedy="请写明协商情况和处理意见。")
    if day_of(now) <= locked.answer_by and locked.answers.filter(answer="").exists():
        raise Conflict(f"还有部门没有答复，答复截止 {locked.answer_by}。", remedy="请等答复齐了或截止以后再备案。")
    locked.status, locked.filed_at, locked.filed_by, locked.filing_note = Status.FILED, now, by, note.strip()
    locked.save(update_fields=["status", "filed_at", "filed_by", "filing_note"])
    log.record("withdrawal.file", by=by, at=now, subject=locked, opinion=locked.filing_note)
    notify.filed(locked, now=now)
    return locked


@transaction.atomic
def call_off(*, withdrawal: Withdrawal, by: Any, now: datetime, reason: str) -> Withdrawal:
    """Not withdrawn after all; everything stays as it was."""
    locked = _lock(withdrawal)
    policies.call_off(by, locked).enforce()
    workflow.require("call_off", locked.status)
    if not reason.strip():
        raise Invalid("撤销下架须写明原因。", code="REASON_MISSING", remedy="请写明为什么不再下架。")
    locked.status, locked.ended_at, locked.ended_by = Status.CALLED_OFF, now, by
    locked.call_off_reason = reason.strip()
    locked.save(update_fields=["status", "ended_at", "ended_by", "call_off_reason"])
    _mark(locked.resource, None)
    log.record("withdrawal.call_off", by=by, at=now, subject=locked, reason=locked.call_off_reason)
    notify.called_off(locked, now=now)
    return locked


def due(*, now: datetime) -> list[int]:
    """Withdrawals whose day has come, or whose users are to be warned of it."""
    near = day_of(now) + timedelta(days=WARNED_DAYS)
    rows = Withdrawal.objects.filter(status=Status.FILED, close_on__lte=near)
    coming = rows.filter(warned_at=None) | rows.filter(close_on__lte=day_of(now))
    return list(coming.order_by("close_on", "pk").values_list("pk", flat=True)[:200])


@transaction.atomic
def advance(*, withdrawal_id: int, now: datetime) -> Withdrawal | None:
    """Warn, or close on the day; each once, whatever kills the worker. None when there is nothing to do any more."""
    found = Withdrawal.objects.filter(pk=withdrawal_id).first()
    locked = _lock(found) if found is not None else None
    if locked is None or locked.status != Status.FILED:
        return None
    if locked.close_on <= day_of(now):
        return _close(locked, now)
    if locked.warned_at is None:
        locked.warned_at = now
        locked.save(update_fields=["warned_at"])
        notify.warned(locked, now=now)
        log.record("withdrawal.warn", by=None, at=now, subject=locked, due_on=str(locked.close_on))
        return locked
    return None


def _close(locked: Withdrawal, now: datetime) -> Withdrawal:
    resources.close(resource=locked.resource, now=now, opinion=f"征求意见并备案后下架。{locked.reason}")
    locked.status, locked.ended_at = Status.CLOSED, now
    locked.save(update_fields=["status", "ended_at"])
    _mark(locked.resource, None)
    log.record("withdrawal.close", by=None, at=now, subject=locked)
    notify.closed(locked, now=now)
    return locked


def _mark(resource: DataResource, closing_on: date | None) -> None:
    """The day stands on the entry's own page, for everybody."""
    DataResource.objects.filter(pk=resource.pk).update(closing_on=closing_on)


def _lock(withdrawal: Withdrawal) -> Withdrawal:
    """The entry first, then the withdrawal: the order in which everybody locks them."""
    DataResource.objects.locked().get(pk=withdrawal.resource_id)
    rows = Withdrawal.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("resource__provider__region").get(pk=withdrawal.pk)
