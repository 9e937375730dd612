"""The verbs of the register: the only writers."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, BinaryIO

from django.db import connection, transaction
from django.db.models import Max

from audit import log
from catalog.systems import contents, notify, policies, reading, workflow
from catalog.systems.models import InformationSystem, Life, SystemPart, SystemStatusChange
from catalog.systems.reading import ImportReport
from gdshare.lib.errors import Conflict, Invalid
from security.departments.models import Department


@transaction.atomic
def create_system(*, by: Any, now: datetime, department: Department, values: Mapping[str, Any]) -> InformationSystem:
    """A new draft. `values`: fields of InformationSystem, with `tables` and `matters` as lists of names."""
    policies.create_system(by, department).enforce()
    cleaned, faults = contents.clean(values)
    contents.refuse([*faults, *_name_faults(department, cleaned["name"], None)])
    return _create(cleaned, department, by=by, now=now)


@transaction.atomic
def update_system(*, system: InformationSystem, by: Any, now: datetime, values: Mapping[str, Any]) -> InformationSystem:
    """Say anew what a draft says."""
    locked = _lock(system)
    policies.update_system(by, locked).enforce()
    if locked.status != workflow.Status.DRAFT:
        label = workflow.LABELS[workflow.Status(locked.status)]
        raise Conflict(f"这个系统现在是“{label}”，不能修改。", remedy="已登记的请先修订；正在审核的请等待结果。")
    cleaned, faults = contents.clean(values)
    contents.refuse([*faults, *_name_faults(locked.department, cleaned["name"], locked)])
    return _update(locked, cleaned, by=by, now=now)


@transaction.atomic
def submit(*, system: InformationSystem, by: Any, now: datetime, opinion: str = "") -> InformationSystem:
    """To the office head, once it says what it holds."""
    locked = _lock_for("submit", system, by)
    if not locked.parts.exists():
        raise Invalid(
            "没有登记数据库表，也没有登记业务事项，无从核对目录是否编全。",
            code="SYSTEM_EMPTY",
            remedy="请至少登记一张数据库表或一个业务事项。",
        )
    return _move(locked, "submit", by=by, now=now, opinion=opinion, submitted_by=by)


@transaction.atomic
def approve(*, system: InformationSystem, by: Any, now: datetime, opinion: str = "") -> InformationSystem:
    """部门负责人同意 → to the authority."""
    return _move(_lock_for("approve", system, by), "approve", by=by, now=now, opinion=opinion, approved_by=by)


@transaction.atomic
def verify(*, system: InformationSystem, by: Any, now: datetime, opinion: str = "") -> InformationSystem:
    """主管部门核验: the system stands in the register."""
    locked = _lock_for("verify", system, by)
    return _move(locked, "verify", by=by, now=now, opinion=opinion, verified_at=now, verified_by=by)


@transaction.atomic
def return_(*, system: InformationSystem, by: Any, now: datetime, opinion: str = "") -> InformationSystem:
    """Back to the handler, with what to change."""
    locked = _lock_for("return_", system, by)
    if not opinion.strip():
        raise Invalid("退回须写明意见。", code="OPINION_MISSING", remedy="请写明要改什么。")
    return _move(locked, "return_", by=by, now=now, opinion=opinion)


@transaction.atomic
def revise(*, system: InformationSystem, by: Any, now: datetime, opinion: str = "") -> InformationSystem:
    """Open a registered system for change; it is verified anew afterwards."""
    return _move(_lock_for("revise", system, by), "revise", by=by, now=now, opinion=opinion)


@transaction.atomic
def retire(
    *, system: InformationSystem, by: Any, now: datetime, retired_on: date | None, opinion: str = ""
) -> InformationSystem:
    """The system is switched off on `retired_on`; office head and authority hear the reason and decide."""
    locked = _lock_for("retire", system, by)
    if locked.life == Life.STOPPED:
        raise Conflict("这个系统已经停用。", remedy="请刷新页面，看最新状态。")
    if not opinion.strip():
        raise Invalid("停用须写明原因。", code="OPINION_MISSING", remedy="请写明为什么停用，数据转到哪里。")
    values = {**contents.as_values(locked), "life": Life.STOPPED, "retired_on": retired_on}
    contents.refuse(contents.clean(values)[1])
    return _move(
        locked, "retire", by=by, now=now, opinion=opinion, life=Life.STOPPED.value, retired_on=retired_on,
        submitted_by=by,
    )  # fmt: skip


@transaction.atomic
def import_systems(*, by: Any, now: datetime, department: Department, file: BinaryIO, file_name: str) -> ImportReport:
    """A census sheet into drafts of `department`: good rows come in, bad rows are told by row and column. A system is
    known again by its code, else by its name; the same sheet a second time changes nothing.
    """
    policies.import_systems(by, department).enforce()
    Department.objects.select_for_update(no_key=True).get(pk=department.pk)
    drafts, report = reading.read(file, file_name)
    known = InformationSystem.objects.locked().filter(department=department).prefetch_related("parts")
    known = known.select_related("department", "network", "database_kind")
    by_code = {system.code: system for system in known}
    by_name = {system.name: system for system in by_code.values()}
    for draft in drafts:
        if draft.code and draft.code not in by_code:
            report.refuse(draft, "code", draft.code, "本部门没有这个系统编码。", "新系统请把系统编码留空，由平台给号。")
            continue
        system = by_code.get(draft.code) or by_name.get(draft.values["name"])
        if system is None and _says_right(draft, draft.values, report):
            created = _create(draft.values, department, by=by, now=now)
            by_code[created.code] = by_name[created.name] = created
            report.created += 1
        elif system is None:
            continue
        elif (merged := draft.onto(system)) == contents.as_values(system):
            report.unchanged += 1
        elif system.status != workflow.Status.DRAFT:
            label = workflow.LABELS[workflow.Status(system.status)]
            report.refuse(
                draft, "name", system.name, f"这个系统在平台上是“{label}”，内容有变化，不能直接覆盖。",
                "请先在平台上修订（已登记）或等审核结束，再导入。",
            )  # fmt: skip
        elif by_name.get(merged["name"], system) != system:
            report.refuse(draft, "name", merged["name"], "本部门另一个系统已用这个名称。", "请核对名称或编码。")
        elif _says_right(draft, merged, report):
            by_name.pop(system.name)
            by_name[merged["name"]] = _update(system, merged, by=by, now=now)
            report.updated += 1
    log.record(
        "information_system.import", by=by, at=now, subject=department, subject_label=file_name, total=report.total,
        created=report.created, updated=report.updated, unchanged=report.unchanged, refused=report.refused,
    )  # fmt: skip
    return report


def _says_right(draft: reading.Draft, values: dict[str, Any], report: ImportReport) -> bool:
    """Whether the whole entry is in order; what is not is told in the report."""
    faults = contents.clean(values)[1]
    if faults:
        report.refuse(
            draft, faults[0].field, contents.words(values[faults[0].field]), faults[0].message, faults[0].remedy
        )
    return not faults


def _create(cleaned: dict[str, Any], department: Department, *, by: Any, now: datetime) -> InformationSystem:
    values = dict(cleaned)
    parts = {name: values.pop(name) for name in contents.PARTS}
    system = InformationSystem.objects.create(
        **values, department=department, code=_take_code(department), created_at=now, created_by=by, updated_at=now
    )
    _set_parts(system, parts)
    log.record("information_system.create", by=by, at=now, subject=system, department=department.name)
    return system


def _update(locked: InformationSystem, cleaned: dict[str, Any], *, by: Any, now: datetime) -> InformationSystem:
    old = contents.as_values(locked)
    changed = [name for name in cleaned if cleaned[name] != old[name]]
    for name in contents.FIELDS:
        setattr(locked, name, cleaned[name])
    locked.updated_at = now
    locked.save(update_fields=[*contents.FIELDS, "updated_at"])
    _set_parts(locked, {name: cleaned[name] for name in contents.PARTS})
    log.record(
        "information_system.update", by=by, at=now, subject=locked,
        before={contents.label_of(name): contents.words(old[name]) for name in changed},
        after={contents.label_of(name): contents.words(cleaned[name]) for name in changed},
    )  # fmt: skip
    return locked


def _set_parts(system: InformationSystem, names: Mapping[str, list[str]]) -> None:
    """Parts that keep their name keep their row, and with it what is said of them elsewhere."""
    wanted = {(kind.value, name): position for field, kind in contents.PARTS.items()
              for position, name in enumerate(names[field], 1)}  # fmt: skip
    existing = {(part.kind, part.name): part for part in SystemPart.objects.filter(system=system)}
    SystemPart.objects.filter(pk__in=[part.pk for key, part in existing.items() if key not in wanted]).delete()
    moved = [part for key, part in existing.items() if key in wanted and part.position != wanted[key]]
    for part in moved:
        part.position = wanted[part.kind, part.name]
    SystemPart.objects.bulk_update(moved, ["position"])
    SystemPart.objects.bulk_create(
        SystemPart(system=system, kind=kind, name=name, position=position)
        for (kind, name), position in wanted.items()
        if (kind, name) not in existing
    )


def _name_faults(department: Department, name: str, own: InformationSystem | None) -> list[contents.Fault]:
    others = InformationSystem.objects.filter(department=department, name=name)
    if own is not None:
        others = others.exclude(pk=own.pk)
    if not others.exists():
        return []
    return [contents.Fault("name", f"本部门已经登记过“{name}”。", "请打开已有的那一条修改，或换一个名称。")]


def _take_code(department: Department) -> str:
    """组织机构代码-XT-序号. The row stays locked until the transaction ends: no gaps, no repeats."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_systemsequence (department_id, last) VALUES (%s, 1) "
            "ON CONFLICT (department_id) DO UPDATE SET last = catalog_systemsequence.last + 1 RETURNING last",
            [department.pk],
        )
        (number,) = cursor.fetchone()
    return f"{department.uscc[8:17]}-XT-{number:04d}"


def _lock(system: InformationSystem) -> InformationSystem:
    rows = InformationSystem.objects.locked().select_related("department__region", "network", "database_kind")
    return rows.get(pk=system.pk)


def _lock_for(verb: str, system: InformationSystem, by: Any) -> InformationSystem:
    """The row as it is now, locked; who first, then when."""
    locked = _lock(system)
    getattr(policies, verb)(by, locked).enforce()
    workflow.require(verb, locked.status)
    return locked


def _move(
    system: InformationSystem, verb: str, *, by: Any, now: datetime, opinion: str, **fields: Any
) -> InformationSystem:
    """The only line that assigns `status`: table, row, timeline, evidence, notices."""
    move = workflow.require(verb, system.status)
    before, system.status = system.status, move.target.value
    system.updated_at = now
    for name, value in fields.items():
        setattr(system, name, value)
    system.save(update_fields=["status", "updated_at", *fields])
    seq = (system.status_changes.aggregate(last=Max("seq"))["last"] or 0) + 1
    SystemStatusChange.objects.create(
        system=system, seq=seq, verb=verb, from_status=before, to_status=system.status, at=now, by=by, opinion=opinion
    )
    log.record(
        f"information_system.{verb}", by=by, at=now, subject=system, from_status=before, to_status=system.status,
        opinion=opinion,
    )  # fmt: skip
    notify.moved(system, verb, seq=seq, now=now, opinion=opinion)
    return system
