"""A sheet on its way into the catalog: checked, confirmed, written, whatever happens to the worker."""

import uuid
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q

from audit import log
from catalog.resources import importing, policies
from catalog.resources.actions.compiling import lock, update
from catalog.resources.importing import ImportReport
from catalog.resources.models import (
    CatalogImport,
)
from gdshare.lib.clock import day_of
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
    catalog_import: CatalogImport | None = None,
) -> ImportReport:
    """A sheet into drafts of `department`. The file is read first; then everything is written in one transaction, or
    nothing. `by` None is the command line. `catalog_import`, when given, is closed in the same transaction.
    """
    policies.import_catalog(by, department).enforce()
    cite = rules.citations_in_force(day_of(now))
    if file is None:
        with Path(path).open("rb") as opened:
            reading = importing.read(opened, file_name, department, cite)
    else:
        reading = importing.read(file, file_name, department, cite)
    with transaction.atomic():
        importing.lock(department)
        if catalog_import is not None and not _still_mine(catalog_import):
            raise Conflict("这份导入已由另一个进程接手。", code="IMPORT_TAKEN", remedy="请刷新页面。")
        report = ImportReport(file_name=file_name, is_dry_run=is_dry_run)
        plan = importing.plan(reading, department, report)
        if not is_dry_run:
            importing.write_new(plan.new, department, by=by, now=now, non_secret=is_declared_non_secret)
            for resource, draft in plan.changed:
                given = importing.items_to_give(resource, draft)
                update(lock(resource), by=by, now=now, values=draft.values, items=given)
            log.record(
                "catalog_import.run", by=by, at=now, subject=department, subject_label=file_name, total=report.total,
                created=report.created, updated=report.updated, unchanged=report.unchanged,
                duplicate=report.duplicate, refused=report.refused,
            )  # fmt: skip
        if catalog_import is not None:
            _close_import(catalog_import, report, now)
    return report


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
    row.is_dry_run, row.status, row.finished_at, row.lease_until, row.attempts = False, "QUEUED", None, None, 0
    row.save()
    log.record("catalog_import.queue", by=by, at=now, subject=row, subject_label=row.file_name, is_confirmed=True)
    return row


@transaction.atomic
def cancel_import(*, catalog_import: CatalogImport, by: Any, now: datetime) -> CatalogImport:
    """Throw the upload away before anything was written."""
    row = CatalogImport.objects.select_for_update().get(pk=catalog_import.pk)
    policies.cancel_import(by, row).enforce()
    if row.status == CatalogImport.Status.RUNNING or (row.status == CatalogImport.Status.DONE and not row.is_dry_run):
        raise Conflict("这份导入正在写入或已经完成，不能取消。", remedy="请刷新页面，看最新状态。")
    row.status, row.finished_at = CatalogImport.Status.CANCELLED, now
    row.save(update_fields=["status", "finished_at"])
    log.record("catalog_import.cancel", by=by, at=now, subject=row, subject_label=row.file_name)
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


def run_import(*, catalog_import: CatalogImport, now: datetime) -> CatalogImport:
    """Do a claimed import. A file that cannot be read at all closes it as refused, with the reason."""
    row = catalog_import
    try:
        by = _acting_again(row)
        with row.file.open("rb") as file:
            import_catalog(
                by=by, now=now, department=row.department, file=file, file_name=row.file_name,
                is_dry_run=row.is_dry_run, is_declared_non_secret=row.is_declared_non_secret, catalog_import=row,
            )  # fmt: skip
    except Conflict as refusal:
        if refusal.code == "IMPORT_RUNNING":
            CatalogImport.objects.filter(pk=row.pk).update(
                status=CatalogImport.Status.QUEUED, lease_until=None, attempts=0
            )
    except (DomainError, FileNotFoundError) as refusal:
        fault = (
            _file_fault(refusal.message, refusal.remedy)
            if isinstance(refusal, DomainError)
            else _file_fault("上传的文件找不到了。", "请重新上传。")
        )
        CatalogImport.objects.filter(pk=row.pk).update(
            status=CatalogImport.Status.REFUSED, finished_at=now, lease_until=None, faults=[fault]
        )
    row.refresh_from_db()
    return row


def _acting_again(row: CatalogImport) -> Any:
    """Who uploaded, acting for the department as then; the right is asked again when the worker runs."""
    person: Any = row.created_by
    memberships = Membership.objects.current().filter(user=person, department=row.department)
    acting = [membership.as_acting() for membership in memberships.select_related("department")]
    person.acting = next((one for one in acting if one.holds(Permission.RESOURCE_DRAFT)), acting[0] if acting else None)
    return person


def _still_mine(row: CatalogImport) -> bool:
    now = CatalogImport.objects.select_for_update().get(pk=row.pk)
    return now.status == CatalogImport.Status.RUNNING and now.attempts == row.attempts


def _close_import(row: CatalogImport, report: ImportReport, now: datetime) -> None:
    row.status = CatalogImport.Status.DONE
    row.finished_at, row.lease_until = now, None
    row.total = row.done = report.total
    row.created_count, row.updated_count, row.unchanged_count = report.created, report.updated, report.unchanged
    row.duplicate_count, row.refused_count = report.duplicate, report.refused
    row.faults = [asdict(fault) for fault in report.faults]
    row.notes = [list(note) for note in report.notes]
    row.save()


def _file_fault(message: str, remedy: str) -> dict[str, Any]:
    return {"row": 0, "column": "", "value": "", "message": message, "remedy": remedy}
