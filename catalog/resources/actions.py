"""Everything that changes an entry: compile, submit, consent, publish, return, revise, withdraw (50号 Art 8-9)."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q, Value
from django.db.models.functions import Concat

from audit import log
from catalog.resources import codes, contents, importing, notify, policies, snapshots, workflow
from catalog.resources.importing import ImportReport
from catalog.resources.models import (
    CatalogImport,
    DataItem,
    DataResource,
    Grade,
    ResourceRevision,
    ResourceStatusChange,
    ShareType,
)
from catalog.taxonomy.models import Term, TermKind
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, DomainError, Invalid
from gdshare.rules import queries as rules
from security.access.permissions import Permission
from security.accounts.models import Membership
from security.departments.models import Department

LEASE = timedelta(minutes=5)
"""How long a worker may be silent before its import is given to another."""
MOST_ATTEMPTS = 3
TERM_FIELDS = {"theme": TermKind.THEME, "base_library": TermKind.BASE_LIBRARY}


@transaction.atomic
def create_resource(
    *, by: Any, now: datetime, values: Mapping[str, Any], items: Iterable[Mapping[str, Any]]
) -> DataResource:
    """A new draft. `values` are fields of DataResource (terms as rows or codes; `provider` defaults to one's own
    department); `items` are fields of DataItem, everything but the name optional.
    """
    given = {**values, "provider": values.get("provider") or by.acting.department}
    policies.create_resource(by, given["provider"]).enforce()
    cite = rules.citations_in_force(day_of(now))
    cleaned, faults = contents.clean_values(given, is_new=True, cite=cite)
    cleaned_items, item_faults = contents.clean_items(list(items), cite=cite)
    contents.refuse([*faults, *_terms(cleaned), *item_faults])
    resource = DataResource(**cleaned, created_at=now, created_by=by, updated_at=now)
    resource.code = codes.take(codes.prefix_of(resource))[0]
    _summarise(resource, cleaned_items)
    resource.save()
    DataItem.objects.bulk_create(
        DataItem(resource=resource, position=position, **item) for position, item in enumerate(cleaned_items, 1)
    )
    log.record("resource.create", by=by, at=now, subject=resource, items=len(cleaned_items))
    return resource


@transaction.atomic
def update_resource(
    *,
    resource: DataResource,
    by: Any,
    now: datetime,
    values: Mapping[str, Any],
    items: Iterable[Mapping[str, Any]] | None = None,
) -> DataResource:
    """Change a draft: the given fields, and the items when given (None leaves them). An item is the same when its id,
    else its name, else its identifier is.
    """
    locked = _lock(resource)
    policies.update_resource(by, locked).enforce()
    return _update(locked, by=by, now=now, values=values, items=items)


def _update(
    locked: DataResource,
    *,
    by: Any,
    now: datetime,
    values: Mapping[str, Any],
    items: Iterable[Mapping[str, Any]] | None,
) -> DataResource:
    if locked.status != workflow.Status.DRAFT:
        label = workflow.LABELS[workflow.Status(locked.status)]
        raise Conflict(f"这条目录现在是“{label}”，不能修改。", remedy="已发布的请先修订；正在审核的请等待结果。")
    if "provider" in values and values["provider"] != locked.provider:
        raise Invalid("提供部门不能改。", remedy="请由正确的部门另行编制。")
    cite = rules.citations_in_force(day_of(now))
    cleaned, faults = contents.clean_values(values, is_new=False, cite=cite)
    given = list(items) if items is not None else []
    cleaned_items, item_faults = contents.clean_items(given, cite=cite)
    contents.refuse([*faults, *_terms(cleaned), *item_faults])
    changed = sorted(name for name, value in cleaned.items() if getattr(locked, name) != value)
    for name, value in cleaned.items():
        setattr(locked, name, value)
    if items is not None:
        _replace_items(locked, given, cleaned_items, now)
    locked.updated_at = now
    current = [_as_dict(item) for item in current_items(locked)]
    _summarise(locked, current)
    locked.save()
    log.record("resource.update", by=by, at=now, subject=locked, changed=changed, items=len(current))
    return locked


@transaction.atomic
def submit(*, resource: DataResource, by: Any, now: datetime, opinion: str = "") -> DataResource:
    """To the department's office head, once nothing is missing."""
    locked = _lock_for("submit", resource, by)
    contents.refuse(contents.missing(locked, current_items(locked), cite=rules.citations_in_force(day_of(now))))
    return _move(locked, "submit", by=by, now=now, opinion=opinion, submitted_by=by)


@transaction.atomic
def approve(*, resource: DataResource, by: Any, now: datetime, opinion: str = "") -> DataResource:
    """部门负责人同意 → to the authority."""
    locked = _lock_for("approve", resource, by)
    return _move(locked, "approve", by=by, now=now, opinion=opinion, approved_by=by)


@transaction.atomic
def publish(*, resource: DataResource, by: Any, now: datetime, opinion: str = "") -> DataResource:
    """主管部门审核发布: the entry is listed, and what it says is kept as a revision."""
    locked = _lock_for("publish", resource, by)
    items = current_items(locked)
    contents.refuse(contents.missing(locked, items, cite=rules.citations_in_force(day_of(now))))
    snapshot = snapshots.take(locked, items)
    number = locked.revision + 1
    ResourceRevision.objects.create(
        resource=locked, number=number, snapshot=snapshot, published_at=now, published_by=by
    )
    return _move(
        locked,
        "publish",
        by=by,
        now=now,
        opinion=opinion,
        published_at=now,
        published_by=by,
        revision=number,
        content_hash=snapshots.digest(snapshot),
    )


@transaction.atomic
def return_(*, resource: DataResource, by: Any, now: datetime, opinion: str = "") -> DataResource:
    """Back to the handler, with remarks that say what to change."""
    locked = _lock_for("return_", resource, by)
    if not opinion.strip():
        raise Invalid("退回须写明意见。", code="OPINION_MISSING", remedy="请写明要改什么。")
    return _move(locked, "return_", by=by, now=now, opinion=opinion)


@transaction.atomic
def revise(*, resource: DataResource, by: Any, now: datetime, opinion: str = "") -> DataResource:
    """Open a published or withdrawn entry for change. It is not listed until it is published again."""
    return _move(_lock_for("revise", resource, by), "revise", by=by, now=now, opinion=opinion)


@transaction.atomic
def withdraw(*, resource: DataResource, by: Any, now: datetime, opinion: str = "") -> DataResource:
    """Take the entry off the list, with the reason."""
    locked = _lock_for("withdraw", resource, by)
    if not opinion.strip():
        raise Invalid("下架须写明原因。", code="OPINION_MISSING", remedy="请写明为什么下架。")
    return _move(locked, "withdraw", by=by, now=now, opinion=opinion)


@dataclass
class Batch:
    """What a verb over many entries did: how many went through, and why the others did not."""

    done: list[DataResource] = field(default_factory=list)
    refused: list[tuple[DataResource, str]] = field(default_factory=list)


def submit_all(
    *,
    resources: Iterable[DataResource],
    by: Any,
    now: datetime,
    opinion: str = "",
    is_declared_non_secret: bool = False,
    legal_basis: str = "",
    share_conditions: str = "",
    makes_unconditional: bool = False,
) -> Batch:
    """Submit many drafts, as after an import of hundreds. What the sheet did not say is completed for those that lack
    it: the declaration, basis and conditions, or, where there is no basis, 无条件共享 (50号 Art 18). Each entry is its
    own transaction: one that is refused does not hold up the others.
    """

    def one(resource: DataResource) -> DataResource:
        locked = _lock_for("submit", resource, by)
        values: dict[str, Any] = {}
        if is_declared_non_secret and not locked.is_declared_non_secret:
            values["is_declared_non_secret"] = True
        if locked.share_type != ShareType.UNCONDITIONAL and not locked.legal_basis:
            if makes_unconditional:
                values["share_type"] = ShareType.UNCONDITIONAL.value
            elif legal_basis:
                values["legal_basis"] = legal_basis
        if locked.share_type == ShareType.CONDITIONAL and not locked.share_conditions and share_conditions:
            values["share_conditions"] = share_conditions
        if values:
            _update(locked, by=by, now=now, values=values, items=None)
        return submit(resource=locked, by=by, now=now, opinion=opinion)

    return _each(resources, one)


def approve_all(*, resources: Iterable[DataResource], by: Any, now: datetime, opinion: str = "") -> Batch:
    """Consent to many at once; each by its own rules."""
    return _each(resources, lambda resource: approve(resource=resource, by=by, now=now, opinion=opinion))


def publish_all(*, resources: Iterable[DataResource], by: Any, now: datetime, opinion: str = "") -> Batch:
    """Publish many at once; each by its own rules."""
    return _each(resources, lambda resource: publish(resource=resource, by=by, now=now, opinion=opinion))


def _each(resources: Iterable[DataResource], verb: Callable[[DataResource], DataResource]) -> Batch:
    batch = Batch()
    for resource in resources:
        try:
            with transaction.atomic():
                batch.done.append(verb(resource))
        except DomainError as refusal:
            batch.refused.append((resource, refusal.message))
    return batch


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
                _update(_lock(resource), by=by, now=now, values=draft.values, items=given)
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


def current_items(resource: DataResource) -> list[DataItem]:
    """Items in use, in order."""
    return list(resource.items.filter(retired_at=None).order_by("position", "id"))


def _lock(resource: DataResource) -> DataResource:
    return DataResource.objects.locked().select_related("provider__region", "theme", "base_library").get(pk=resource.pk)


def _lock_for(verb: str, resource: DataResource, by: Any) -> DataResource:
    """The row as it is now, locked; who first, then when."""
    locked = _lock(resource)
    getattr(policies, verb)(by, locked).enforce()
    workflow.require(verb, locked.status)
    return locked


def _move(resource: DataResource, verb: str, *, by: Any, now: datetime, opinion: str, **fields: Any) -> DataResource:
    """The only line that assigns `status`: table, row, timeline, evidence, notices."""
    move = workflow.require(verb, resource.status)
    before, resource.status = resource.status, move.target.value
    resource.updated_at = now
    for name, value in fields.items():
        setattr(resource, name, value)
    resource.save(update_fields=["status", "updated_at", *fields])
    last = resource.status_changes.aggregate(last=Max("seq"))["last"] or 0
    ResourceStatusChange.objects.create(
        resource=resource,
        seq=last + 1,
        verb=verb,
        from_status=before,
        to_status=resource.status,
        at=now,
        by=by,
        opinion=opinion.strip(),
    )
    log.record(
        f"resource.{verb}",
        by=by,
        at=now,
        subject=resource,
        before=before,
        after=resource.status,
        opinion=opinion.strip(),
    )
    notify.moved(resource, verb, seq=last + 1, now=now, opinion=opinion.strip())
    return resource


def _terms(cleaned: dict[str, Any]) -> list[contents.Fault]:
    """Turn codes into terms, in place."""
    faults = []
    for name, kind in TERM_FIELDS.items():
        word = cleaned.get(name)
        if isinstance(word, Term):
            continue
        if name in cleaned and not word:
            cleaned[name] = None
        elif word:
            cleaned[name] = Term.objects.filter(kind=kind, code=word, is_active=True).first()
            if cleaned[name] is None:
                label = contents.label_of(name)
                faults.append(
                    contents.Fault(name, f"{label}“{word}”不在字典里。", f"请从{label}中选择。", str(word)[:60])
                )
    return faults


def _summarise(resource: DataResource, items: list[dict[str, Any]]) -> None:
    """What is derived from the items: grade, number, text to search. Same transaction, so it never lags."""
    resource.grade = max((item["grade"] for item in items), default=Grade.L1)
    resource.item_count = len(items)
    resource.search_text = contents.search_lines(
        resource, (word for item in items for word in (item["name"], item["identifier"]))
    )


def _as_dict(item: DataItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in contents.ITEM_FIELDS}


def _replace_items(
    resource: DataResource, given: list[Mapping[str, Any]], cleaned: list[dict[str, Any]], now: datetime
) -> None:
    """Make the items of a draft what was given. An item that was ever published is retired, not deleted: grants and
    applications point to it.
    """
    existing = current_items(resource)
    by_id = {item.pk: item for item in existing}
    by_name = {item.name: item for item in existing}
    by_identifier = {item.identifier: item for item in existing}
    pairs: list[tuple[DataItem | None, dict[str, Any]]] = []
    used: set[int] = set()
    for raw, item in zip(given, cleaned, strict=True):
        candidates = (
            by_id.get(int(raw.get("id") or 0)),
            by_name.get(item["name"]),
            by_identifier.get(item["identifier"]),
        )
        match = next((found for found in candidates if found is not None and found.pk not in used), None)
        if match is not None:
            used.add(match.pk)
            if not raw.get("identifier"):
                item["identifier"] = match.identifier
        pairs.append((match, item))
    gone = [item.pk for item in existing if item.pk not in used]
    if resource.revision:
        DataItem.objects.filter(pk__in=gone).update(retired_at=now)
    else:
        DataItem.objects.filter(pk__in=gone).delete()
    # Names may be swapped between items: step aside first, so that no moment has two of one name.
    DataItem.objects.filter(pk__in=used).update(
        name=Concat(Value("~"), F("id"), Value("~"), output_field=DataItem._meta.get_field("name")),
        identifier=Concat(Value("moving_"), F("id"), output_field=DataItem._meta.get_field("identifier")),
    )
    _free_identifiers(pairs)
    for position, (match, item) in enumerate(pairs, 1):
        target = match or DataItem(resource=resource)
        target.position = position
        for name, value in item.items():
            setattr(target, name, value)
        target.save()


def _free_identifiers(pairs: list[tuple[DataItem | None, dict[str, Any]]]) -> None:
    """A generated identifier gives way to one that an existing item already carries."""
    taken = {item["identifier"] for match, item in pairs if match is not None}
    for match, item in pairs:
        if match is None:
            if item["identifier"] in taken:
                item["identifier"] = contents.free_identifier(item["name"], taken)
            taken.add(item["identifier"])
