"""Everything that changes an entry: compile, submit, consent, publish, return, revise, withdraw (50号 Art 8-9)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Value
from django.db.models.functions import Concat

from audit import log
from catalog.resources import codes, contents, notify, policies, snapshots, workflow
from catalog.resources.models import DataItem, DataResource, Grade, ResourceRevision, ResourceStatusChange
from catalog.taxonomy.models import Term, TermKind
from gdshare.lib.errors import Conflict, Invalid

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
    cleaned, faults = contents.clean_values(given, is_new=True)
    cleaned_items, item_faults = contents.clean_items(list(items))
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
    if locked.status != workflow.Status.DRAFT:
        label = workflow.LABELS[workflow.Status(locked.status)]
        raise Conflict(f"这条目录现在是“{label}”，不能修改。", remedy="已发布的请先修订；正在审核的请等待结果。")
    if "provider" in values and values["provider"] != locked.provider:
        raise Invalid("提供部门不能改。", remedy="请由正确的部门另行编制。")
    cleaned, faults = contents.clean_values(values, is_new=False)
    cleaned_items, item_faults = contents.clean_items(list(items)) if items is not None else (None, [])
    contents.refuse([*faults, *_terms(cleaned), *item_faults])
    changed = sorted(name for name, value in cleaned.items() if getattr(locked, name) != value)
    for name, value in cleaned.items():
        setattr(locked, name, value)
    if cleaned_items is not None and items is not None:
        _replace_items(locked, list(items), cleaned_items, now)
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
    contents.refuse(contents.missing(locked, current_items(locked)))
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
    contents.refuse(contents.missing(locked, items))
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
