"""A change of law or duties opens a task for each entry it touches, with the clock that the rules give it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from audit import log
from catalog.changes import notify, policies, queries, workflow
from catalog.changes.models import ChangeKind, ChangeRecord, ChangeTask, Extension
from catalog.changes.workflow import Status
from catalog.resources.models import DataResource
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Invalid
from gdshare.rules import clock_port
from gdshare.rules import queries as rules
from gdshare.rules.profiles import Clock
from security.departments.models import Department
from security.departments.queries import authority_of

MOST_TASKS = 500


@transaction.atomic
def record_change(
    *,
    by: Any,
    now: datetime,
    kind: str,
    title: str,
    happened_on: date,
    text: str,
    legal_text: str = "",
    departments: Iterable[Department] = (),
    word: str = "",
) -> ChangeRecord:
    """Keep what changed and open a task for each listed entry that it touches (by basis, by provider, by a word)."""
    policies.record_change(by).enforce()
    chosen = list(departments)
    _check(kind, title, happened_on, text, today=day_of(now))
    rows = list(queries.touched(by, legal_text=legal_text, departments=chosen, word=word)[: MOST_TASKS + 1])
    if not rows:
        raise Invalid(
            "没有条目受这次变更影响。", code="NOTHING_TOUCHED", remedy="请核对法律文本名称、涉及部门和筛选词。"
        )
    if len(rows) > MOST_TASKS:
        raise Invalid(f"一次最多下达 {MOST_TASKS} 项任务。", code="TOO_MANY", remedy="请加上部门或筛选词，分几次登记。")
    record = ChangeRecord.objects.create(
        kind=kind, title=title.strip(), happened_on=happened_on, text=text.strip(), legal_text=legal_text.strip(),
        word=word.strip(), created_at=now, created_by=by,
    )  # fmt: skip
    record.departments.set(chosen)
    log.record("change.record", by=by, at=now, subject=record, kind=kind, since=str(happened_on), resources=len(rows))
    for resource in rows:
        _open(record, resource, by=by, now=now)
    return record


def _check(kind: str, title: str, happened_on: date, text: str, *, today: date) -> None:
    if kind not in ChangeKind.values:
        raise Invalid("没有选择变更种类。", code="KIND", remedy=f"请选择{'或'.join(ChangeKind.labels)}。")
    if not title.strip() or not text.strip():
        raise Invalid("变更须写明名称和内容。", code="TEXT_MISSING", remedy="请写明改了什么、依据哪份文件。")
    if happened_on > today:
        raise Invalid("变化日不能晚于今天。", code="CHANGE_DAY", remedy="尚未施行的，请到施行之日再登记。")


def _open(record: ChangeRecord, resource: DataResource, *, by: Any, now: datetime) -> ChangeTask:
    task = ChangeTask.objects.create(record=record, resource=resource, created_at=now)
    authority = authority_of(resource.provider)
    clock_port.engine().start(
        subject=task,
        clock=Clock.CATALOG_UPDATE,
        profile=rules.profile_in_force(day_of(now)),
        title=f"更新目录《{resource.name}》",
        url=notify.url_of(task),
        started_on=record.happened_on,
        responsible_ids=[resource.provider_id],
        escalation_ids=[authority.pk] if authority else [],
        by=by,
        now=now,
    )
    log.record("change_task.open", by=by, at=now, subject=task, resource=resource.name)
    notify.opened(task, now=now)
    return task


@transaction.atomic
def propose_no_change(*, task: ChangeTask, by: Any, now: datetime, reason: str) -> ChangeTask:
    """The handler says why nothing has to be changed; the office head has the last word."""
    locked = _lock_for("propose_no_change", task, by)
    if not reason.strip():
        raise Invalid("不需更新须写明理由。", code="REASON_MISSING", remedy="请写明核对了哪些内容、为什么不受影响。")
    locked.status, locked.reason, locked.proposed_by = Status.PROPOSED, reason.strip(), by
    locked.save(update_fields=["status", "reason", "proposed_by"])
    log.record("change_task.propose_no_change", by=by, at=now, subject=locked, reason=locked.reason)
    notify.proposed(locked, now=now)
    return locked


@transaction.atomic
def confirm_no_change(*, task: ChangeTask, by: Any, now: datetime, opinion: str = "") -> ChangeTask:
    """The office head agrees: the task is closed and its clock stops."""
    locked = _lock_for("confirm_no_change", task, by)
    _close(locked, Status.NO_CHANGE, by=by, now=now)
    log.record("change_task.confirm_no_change", by=by, at=now, subject=locked, opinion=opinion.strip())
    notify.closed(locked, "不需更新", now=now)
    return locked


@transaction.atomic
def reject_no_change(*, task: ChangeTask, by: Any, now: datetime, opinion: str) -> ChangeTask:
    """The office head does not agree: the entry has to be updated; the clock never stopped."""
    locked = _lock_for("reject_no_change", task, by)
    if not opinion.strip():
        raise Invalid("须写明为什么仍要更新。", code="OPINION_MISSING", remedy="请写明要改什么。")
    locked.status = Status.OPEN
    locked.save(update_fields=["status"])
    log.record("change_task.reject_no_change", by=by, at=now, subject=locked, opinion=opinion.strip())
    notify.rejected(locked, opinion.strip(), now=now)
    return locked


@transaction.atomic
def ask_extension(*, task: ChangeTask, by: Any, now: datetime, reason: str) -> ChangeTask:
    """Ask the authority for more time, where the rules know of it; once."""
    locked = _lock_for("ask_extension", task, by)
    extension_days(today=day_of(now))
    if locked.extension != Extension.NONE:
        raise Conflict("已经申请过延长。", remedy="每项任务只能延长一次。")
    if not reason.strip():
        raise Invalid("延长须写明理由。", code="REASON_MISSING", remedy="请写明有什么特殊原因。")
    locked.extension, locked.extension_reason = Extension.ASKED, reason.strip()
    locked.save(update_fields=["extension", "extension_reason"])
    log.record("change_task.ask_extension", by=by, at=now, subject=locked, reason=locked.extension_reason)
    notify.extension_asked(locked, now=now)
    return locked


@transaction.atomic
def decide_extension(*, task: ChangeTask, by: Any, now: datetime, is_granted: bool, note: str = "") -> ChangeTask:
    """The authority consents or not; consent lengthens the clock by what the rules allow."""
    locked = _lock_for("decide_extension", task, by)
    if locked.extension != Extension.ASKED:
        raise Conflict("没有待决定的延长申请。", remedy="请刷新页面，看最新状态。")
    days = extension_days(today=day_of(now))
    locked.extension = Extension.GRANTED if is_granted else Extension.REFUSED
    locked.extension_note = note.strip()
    locked.save(update_fields=["extension", "extension_note"])
    if is_granted:
        clock_port.engine().extend(
            subject=locked, clock=Clock.CATALOG_UPDATE, days=days, reason=locked.extension_reason, by=by, now=now
        )
    log.record(
        "change_task.decide_extension", by=by, at=now, subject=locked, is_allowed=True, decision=str(locked.extension),
        opinion=locked.extension_note,
    )  # fmt: skip
    notify.extension_decided(locked, now=now)
    return locked


def extension_days(*, today: date) -> int:
    """By how many working days the rules in force let a task be lengthened. Invalid where they do not."""
    profile = rules.parsed(rules.profile_in_force(today))
    allowance = profile.allowance(Clock.CATALOG_UPDATE)
    if not allowance.extendable_by:
        raise Invalid(f"{profile.short_name}没有规定可以延长更新期限。", code="NO_EXTENSION", remedy="请在期限内更新。")
    return allowance.extendable_by


def updated(*, entry: DataResource, by: Any, now: datetime) -> None:
    """A revision of the entry was put in force: its open tasks are done. Called within that transaction."""
    rows = ChangeTask.objects.under_way().filter(resource=entry).select_related("record", "resource__provider")
    for task in rows.select_for_update(of=("self",), no_key=True).order_by("pk"):
        task.revision = entry.revision
        _close(task, Status.UPDATED, by=by, now=now)
        log.record("change_task.update", by=by, at=now, subject=task, revision=entry.revision)
        notify.closed(task, f"已发布第 {entry.revision} 版", now=now)


def _close(task: ChangeTask, status: Status, *, by: Any, now: datetime) -> None:
    task.status, task.closed_at, task.closed_by = status, now, by
    task.save(update_fields=["status", "closed_at", "closed_by", "revision"])
    clock_port.engine().stop(subject=task, clock=Clock.CATALOG_UPDATE, by=by, now=now)


def _lock_for(verb: str, task: ChangeTask, by: Any) -> ChangeTask:
    """The row as it is now, locked; who first, then when. The entry is locked first, as publication does."""
    DataResource.objects.locked().get(pk=task.resource_id)
    rows = ChangeTask.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related("record", "resource__provider__region").get(pk=task.pk)
    getattr(policies, verb)(by, locked).enforce()
    workflow.require(verb, locked.status)
    return locked
