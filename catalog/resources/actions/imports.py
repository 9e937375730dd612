"""A sheet on its way into the catalog: checked, confirmed, written, whatever happens to the worker."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q

from audit import log
from catalog.resources import importing, policies, writing
from catalog.resources.importing import ImportReport, Outcome
from catalog.resources.models import CatalogImport, ImportLine, ImportMapping
from gdshare.lib.clock import day_of
from gdshare.lib.copying import copy_rows
from gdshare.lib.errors import Conflict, DomainError
from gdshare.rules import queries as rules
from security.access.permissions import Permission
from security.accounts.models import Membership
from security.departments.models import Department

LEASE = timedelta(minutes=5)
"""How long a worker may be silent before its import is given to another."""
MOST_ATTEMPTS = 3


def import_catalog(
    *,
    by: Any,
    now: datetime,
    department: Department,
    file_name: str,
    file: Any = None,
    path: str | Path = "",
    is_dry_run: bool = False,
    is_declared_non_secret: bool = False,
    mapping: ImportMapping | None = None,
    catalog_import: CatalogImport | None = None,
    clock: Callable[[], datetime] | None = None,
) -> ImportReport:
    """A sheet into drafts of `department`. The file is gone through first; then it is written a batch at a time, each
    in one transaction that also keeps how far it came, so that a cancel or a crash leaves whole entries only and the
    next run goes on behind them. `by` None is the command line; `clock` renews the lease of a long import.
    """
    policies.import_catalog(by, department).enforce()
    cite = rules.citations_in_force(day_of(now))
    if file is None:
        with Path(path).open("rb") as opened:
            job = importing.start(opened, file_name, department, cite, mapping)
            return _work(job, by, now, is_dry_run, is_declared_non_secret, catalog_import, clock)
    job = importing.start(file, file_name, department, cite, mapping)
    return _work(job, by, now, is_dry_run, is_declared_non_secret, catalog_import, clock)


def _work(
    job: importing.Job, by: Any, now: datetime, is_dry_run: bool, non_secret: bool, row: CatalogImport | None,
    clock: Callable[[], datetime] | None,
) -> ImportReport:  # fmt: skip
    report = ImportReport(job.source.file_name, is_dry_run, recognised_as=job.source.recognised_as)
    report.unknown_columns = job.source.unknown_heads[:100]
    behind = _begin(row, job, report) if row is not None else 0
    for batch in job.batches():
        found = job.once(batch)
        skipped, behind = found[:behind], max(0, behind - len(found))
        if found[len(skipped) :]:
            at = clock() if clock else now
            with transaction.atomic():
                _do_batch(job, found[len(skipped) :], report, by, at, is_dry_run, non_secret, row)
    report.notes = sorted(job.reader.notes.items(), key=lambda note: -note[1])
    if row is not None:
        _close_import(row, report, clock() if clock else now)
    return report


def _do_batch(
    job: importing.Job, found: list[Any], report: ImportReport, by: Any, now: datetime, is_dry_run: bool,
    non_secret: bool, row: CatalogImport | None,
) -> None:  # fmt: skip
    department = job.department
    importing.lock(department)
    if row is not None:
        _enforce_still_mine(row)
    lines, items = importing.settle(found, department)
    part = ImportReport(report.file_name, is_dry_run)
    part.count(lines)
    if not is_dry_run:
        new = [line.draft for line in lines if line.outcome == Outcome.CREATED]
        changed = [line for line in lines if line.outcome == Outcome.UPDATED]
        writing.write_new(new, department, by=by, now=now, non_secret=non_secret)
        writing.write_changed([(line.resource, line.draft) for line in changed if line.resource], items, now=now)
        log.record_many("resource.update", by=by, at=now, lines=[
            log.Line("dataresource", line.resource.pk, str(line.resource),
                     {"changed": [change.label for change in line.changes]})
            for line in changed if line.resource
        ])  # fmt: skip
        log.record(
            "catalog_import.run", by=by, at=now, subject=department, subject_label=report.file_name, total=part.total,
            created=part.created, updated=part.updated, unchanged=part.unchanged, duplicate=part.duplicate,
            refused=part.refused,
        )  # fmt: skip
    report.count(lines)
    if row is not None:
        copy_rows(ImportLine, [importing.as_row(line, row.pk) for line in lines])
        _keep_progress(row, report, now)


def _begin(row: CatalogImport, job: importing.Job, report: ImportReport) -> int:
    """Say what was found out, and take up the counts of a worker that died. Gives the number of records behind us."""
    with transaction.atomic():
        now = _enforce_still_mine(row)
        report.total, report.created, report.updated = now.done, now.created_count, now.updated_count
        report.unchanged, report.duplicate, report.refused = (
            now.unchanged_count, now.duplicate_count, now.refused_count,
        )  # fmt: skip
        now.total, now.recognised_as = job.source.total, job.source.recognised_as[:100]
        now.unknown_columns, now.needs_mapping = report.unknown_columns, False
        now.save(update_fields=["total", "recognised_as", "unknown_columns", "needs_mapping"])
    return report.total


def _keep_progress(row: CatalogImport, report: ImportReport, now: datetime) -> None:
    CatalogImport.objects.filter(pk=row.pk).update(
        done=report.total, created_count=report.created, updated_count=report.updated,
        unchanged_count=report.unchanged, duplicate_count=report.duplicate, refused_count=report.refused,
        lease_until=now + LEASE,
    )  # fmt: skip


@transaction.atomic
def queue_import(
    *, by: Any, now: datetime, department: Department, file: Any, file_name: str, is_declared_non_secret: bool = False
) -> CatalogImport:
    """Keep the uploaded file and check it in the background; nothing is written until it is confirmed."""
    policies.queue_import(by, department).enforce()
    row = CatalogImport(
        department=department, file_name=file_name[:255], is_dry_run=True, created_at=now, created_by=by,
        is_declared_non_secret=is_declared_non_secret,
    )  # fmt: skip
    row.file.save(f"{uuid.uuid4().hex}{Path(file_name).suffix[:10].lower()}", file, save=False)
    row.save()
    log.record("catalog_import.queue", by=by, at=now, subject=row, subject_label=row.file_name)
    return row


@transaction.atomic
def confirm_import(*, catalog_import: CatalogImport, by: Any, now: datetime) -> CatalogImport:
    """The check was read; now write."""
    row = CatalogImport.objects.select_for_update().get(pk=catalog_import.pk)
    policies.confirm_import(by, row).enforce()
    if row.status != CatalogImport.Status.DONE or not row.is_dry_run:
        raise Conflict("这份导入不在待确认的状态。", remedy="请刷新页面，看最新状态。")
    row.is_dry_run = False
    again(row)
    log.record("catalog_import.queue", by=by, at=now, subject=row, subject_label=row.file_name, is_confirmed=True)
    return row


def again(row: CatalogImport) -> None:
    """From the beginning of the file."""
    row.lines.all().delete()
    row.status, row.finished_at, row.lease_until, row.attempts = CatalogImport.Status.QUEUED, None, None, 0
    row.total = row.done = row.created_count = row.updated_count = row.unchanged_count = 0
    row.duplicate_count = row.refused_count = 0
    row.faults, row.notes = [], []
    row.save()


@transaction.atomic
def cancel_import(*, catalog_import: CatalogImport, by: Any, now: datetime) -> CatalogImport:
    """Stop it, at any time before its end. Batches that are written stay, whole; importing the file again goes on
    behind them.
    """
    row = CatalogImport.objects.select_for_update().get(pk=catalog_import.pk)
    policies.cancel_import(by, row).enforce()
    is_finished = row.status == CatalogImport.Status.DONE and not row.is_dry_run
    if is_finished or row.status in (CatalogImport.Status.REFUSED, CatalogImport.Status.CANCELLED):
        raise Conflict("这份导入已经结束，不能取消。", remedy="请刷新页面，看最新状态。")
    row.status, row.finished_at, row.lease_until = CatalogImport.Status.CANCELLED, now, None
    row.save(update_fields=["status", "finished_at", "lease_until"])
    written = 0 if row.is_dry_run else row.created_count + row.updated_count
    log.record("catalog_import.cancel", by=by, at=now, subject=row, subject_label=row.file_name, rows=written)
    return row


@transaction.atomic
def claim_imports(*, now: datetime, only: int | None = None, limit: int = 5) -> list[CatalogImport]:
    """Imports that wait, or whose worker died (its lease ran out), now leased to the caller. Two callers never get the
    same row; one that has failed three workers is refused.
    """
    waiting = CatalogImport.objects.filter(
        Q(status=CatalogImport.Status.QUEUED) | Q(status=CatalogImport.Status.RUNNING, lease_until__lt=now)
    )
    if only is not None:
        waiting = waiting.filter(pk=only)
    claimed = []
    for row in waiting.order_by("pk").select_for_update(skip_locked=True)[:limit]:
        row.attempts += 1
        if row.attempts > MOST_ATTEMPTS:
            row.status, row.finished_at = CatalogImport.Status.REFUSED, now
            row.faults = [_file_fault("连续三次没有导入完，已停止。", "请联系平台运维人员，或把文件拆小后再试。")]
        else:
            row.status, row.lease_until = CatalogImport.Status.RUNNING, now + LEASE
            claimed.append(row)
        row.save()
    return claimed


def run_import(
    *, catalog_import: CatalogImport, now: datetime, clock: Callable[[], datetime] | None = None
) -> CatalogImport:
    """Do a claimed import. A file that cannot be read at all closes it as refused, with the reason."""
    row = catalog_import
    try:
        by = _acting_again(row)
        with row.file.open("rb") as file:
            import_catalog(
                by=by, now=now, department=row.department, file=file, file_name=row.file_name, mapping=row.mapping,
                is_dry_run=row.is_dry_run, is_declared_non_secret=row.is_declared_non_secret, catalog_import=row,
                clock=clock,
            )  # fmt: skip
    except Conflict as refusal:
        if refusal.code != "IMPORT_TAKEN":
            raise
    except (DomainError, FileNotFoundError) as refusal:
        fault = (
            _file_fault(refusal.message, refusal.remedy)
            if isinstance(refusal, DomainError)
            else _file_fault("上传的文件找不到了。", "请重新上传。")
        )
        CatalogImport.objects.filter(pk=row.pk, attempts=row.attempts, status=CatalogImport.Status.RUNNING).update(
            status=CatalogImport.Status.REFUSED, finished_at=now, lease_until=None, faults=[fault],
            needs_mapping=getattr(refusal, "code", "") == "NO_HEADER",
        )  # fmt: skip
    row.refresh_from_db()
    return row


def _acting_again(row: CatalogImport) -> Any:
    """Who uploaded, acting for the department as then; the right is asked again when the worker runs."""
    person: Any = row.created_by
    memberships = Membership.objects.current().filter(user=person, department=row.department)
    acting = [membership.as_acting() for membership in memberships.select_related("department")]
    person.acting = next((one for one in acting if one.holds(Permission.RESOURCE_DRAFT)), acting[0] if acting else None)
    return person


def _enforce_still_mine(row: CatalogImport) -> CatalogImport:
    """Locks the row until the batch is committed: a cancel waits for it and stops the next."""
    now = CatalogImport.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if now.status != CatalogImport.Status.RUNNING or now.attempts != row.attempts:
        raise Conflict("这份导入已取消，或已由另一个进程接手。", code="IMPORT_TAKEN", remedy="请刷新页面。")
    return now


@transaction.atomic
def _close_import(row: CatalogImport, report: ImportReport, now: datetime) -> None:
    row = _enforce_still_mine(row)
    row.status, row.finished_at, row.lease_until = CatalogImport.Status.DONE, now, None
    row.notes = [list(note) for note in report.notes]
    row.save(update_fields=["status", "finished_at", "lease_until", "notes"])


def _file_fault(message: str, remedy: str) -> dict[str, Any]:
    return {"row": 0, "column": "", "value": "", "message": message, "remedy": remedy}
