"""The verbs: read a file, start reading a database, keep what was read, confirm one table as a draft entry."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction

from audit import log
from catalog.census import actions as census
from catalog.drafting import files, networks, policies, queries
from catalog.drafting.databases import Target
from catalog.drafting.models import DraftingRun, DraftingTable
from catalog.drafting.tables import RawTable, findings
from catalog.resources import actions as resources
from catalog.resources.models import DataResource
from catalog.systems.models import InformationSystem, SystemPart
from catalog.taxonomy.queries import folded
from gdshare.lib.errors import Conflict, Invalid
from security.departments.models import Department

FORMATS = {"FILE": ("电子表格", ""), "POSTGRESQL": ("数据库", "postgresql"), "MYSQL": ("数据库", "mysql")}
MOST_COLUMNS_TOLD = 1_000


def draft_from_file(
    *, by: Any, now: datetime, department: Department, file: BinaryIO, file_name: str,
    system: InformationSystem | None = None,
) -> DraftingRun:  # fmt: skip
    """Every table of an uploaded file, read at once. The file itself is not kept."""
    policies.draft_from_file(by, department).enforce()
    _check_system(system, department)
    tables = files.read(file, file_name)
    with transaction.atomic():
        run = DraftingRun.objects.create(
            department=department, system=system, source=DraftingRun.Source.FILE, label=file_name[:400],
            state=DraftingRun.State.DONE, created_at=now, created_by=by, heard_at=now, total=len(tables),
            done=len(tables),
        )  # fmt: skip
        DraftingTable.objects.bulk_create(_row(run, position, table) for position, table in enumerate(tables, 1))
        log.record("drafting_run.file", by=by, at=now, subject=run, total=len(tables))
    return run


@transaction.atomic
def start_reading(
    *, by: Any, now: datetime, department: Department, target: Target, system: InformationSystem | None = None
) -> DraftingRun:
    """A place for what will be read of a database. Refused when the address is not allowed, or while another reading of
    the department runs.
    """
    policies.start_reading(by, department).enforce()
    _check_system(system, department)
    networks.address_of(target.host, target.port)
    Department.objects.select_for_update(no_key=True).get(pk=department.pk)
    for other in DraftingRun.objects.filter(department=department, state=DraftingRun.State.RUNNING):
        if not queries.is_lost(other, now=now):
            raise Conflict("本部门另一个数据库正在读取。", code="READING_RUNS", remedy="请等它读完再读下一个。")
        _close(other, now, "读取中断：平台重启了。", "请重新填写密码，再读一次。")
    run = DraftingRun.objects.create(
        department=department, system=system, source=target.kind, label=target.label[:400], created_at=now,
        created_by=by, heard_at=now,
    )  # fmt: skip
    log.record("drafting_run.database", by=by, at=now, subject=run)
    return run


@transaction.atomic
def keep_table(*, run: DraftingRun, table: RawTable, total: int, now: datetime) -> None:
    """What was found of one more table; the sample is let go here."""
    locked = DraftingRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    if locked.state != DraftingRun.State.RUNNING:
        raise Conflict("这次读取已经结束。", remedy="请重新读取。")
    _row(locked, locked.done + 1, table).save()
    locked.done, locked.total, locked.heard_at = locked.done + 1, total, now
    locked.save(update_fields=["done", "total", "heard_at"])


@transaction.atomic
def finish_reading(*, run: DraftingRun, now: datetime, fault: str = "", remedy: str = "") -> None:
    """Done, or refused with the reason."""
    locked = DraftingRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    if locked.state == DraftingRun.State.RUNNING:
        _close(locked, now, fault, remedy)


@transaction.atomic
def confirm_table(
    *, table: DraftingTable, by: Any, now: datetime, values: Mapping[str, Any], items: Iterable[Mapping[str, Any]]
) -> DataResource:
    """A person has looked at every guess: the table becomes a draft entry, linked to its system, and stands for the
    system's table of that name.
    """
    locked = DraftingTable.objects.select_for_update(of=("self",)).select_related("run__department", "run__system").get(
        pk=table.pk
    )  # fmt: skip
    policies.confirm_table(by, locked).enforce()
    if locked.resource_id is not None:
        raise Conflict("这张表已经生成过目录。", remedy="请到那条目录里修改。")
    chosen = list(items)
    if not chosen:
        raise Invalid("没有选择任何信息项。", code="NO_ITEMS", remedy="请至少保留一列。")
    run = locked.run
    category, kind = FORMATS[run.source]
    system = run.system
    about = {"format_category": category, "format_type": kind}
    if system is not None:
        about["information_system"] = system.name
    resource = resources.create_resource(
        by=by, now=now, values={**about, **values}, items=chosen, systems=[system] if system else []
    )
    locked.resource = resource
    locked.save(update_fields=["resource"])
    if system is not None:
        _cover(system, locked, resource, by=by, now=now)
    log.record("drafting_run.confirm", by=by, at=now, subject=resource, table=locked.name, items=len(chosen))
    return resource


@transaction.atomic
def discard_run(*, run: DraftingRun, by: Any, now: datetime) -> None:
    """Forget what was read; drafts that came of it stay."""
    locked = DraftingRun.objects.select_for_update(no_key=True).select_related("department").get(pk=run.pk)
    policies.discard_run(by, locked).enforce()
    if queries.is_running(locked, now=now):
        raise Conflict("正在读取，不能删去。", remedy="请等它读完。")
    log.record("drafting_run.discard", by=by, at=now, subject=locked)
    locked.delete()


def _close(run: DraftingRun, now: datetime, fault: str, remedy: str) -> None:
    run.state = DraftingRun.State.REFUSED if fault else DraftingRun.State.DONE
    run.fault, run.remedy, run.heard_at = fault[:500], remedy[:500], now
    run.save(update_fields=["state", "fault", "remedy", "heard_at"])


def _check_system(system: InformationSystem | None, department: Department) -> None:
    if system is not None and system.department_id != department.pk:
        raise Invalid("来源系统不是本部门的。", remedy="请只选本部门登记的信息系统。")


def _row(run: DraftingRun, position: int, table: RawTable) -> DraftingTable:
    return DraftingTable(
        run=run, position=position, name=table.name[:200], comment=table.comment[:500], row_count=table.row_count,
        note=table.note[:200], items=[finding.as_json() for finding in findings(table)],
    )  # fmt: skip


def _cover(
    system: InformationSystem, table: DraftingTable, resource: DataResource, *, by: Any, now: datetime
) -> None:  # fmt: skip
    names = {folded(name) for name in (table.name, table.comment, resource.name) if name}
    open_parts = SystemPart.objects.filter(system=system, kind=SystemPart.Kind.TABLE, entry=None)
    chosen = {part.pk: resource.pk for part in open_parts if folded(part.name) in names}
    if chosen:
        census.cover_parts(system=system, by=by, now=now, chosen=chosen)
