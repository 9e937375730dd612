"""Compiling an entry: what it says and which items it has (50号 Art 8-9)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat

from audit import log
from catalog.resources import codes, contents, freshness, policies, workflow
from catalog.resources.models import (
    DataItem,
    DataResource,
    Grade,
    ResourceSystem,
)
from catalog.systems.models import InformationSystem
from catalog.taxonomy.models import Term, TermKind
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Invalid
from gdshare.rules import queries as rules

TERM_FIELDS = {"theme": TermKind.THEME, "base_library": TermKind.BASE_LIBRARY}


@transaction.atomic
def create_resource(
    *,
    by: Any,
    now: datetime,
    values: Mapping[str, Any],
    items: Iterable[Mapping[str, Any]],
    systems: Iterable[InformationSystem] = (),
) -> DataResource:
    """A new draft. `values` are fields of DataResource (terms as rows or codes; `provider` defaults to one's own
    department); `items` are fields of DataItem, everything but the name optional; `systems` are what it draws on.
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
    _set_systems(resource, systems)
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
    systems: Iterable[InformationSystem] | None = None,
) -> DataResource:
    """Change a draft: the given fields, and items and systems when given (None leaves them). An item is the same when
    its id, else its name, else its identifier is.
    """
    locked = lock(resource)
    policies.update_resource(by, locked).enforce()
    updated = update(locked, by=by, now=now, values=values, items=items)
    if systems is not None:
        _set_systems(updated, systems)
    return updated


def update(
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


def current_items(resource: DataResource) -> list[DataItem]:
    """Items in use, in order."""
    return list(resource.items.filter(retired_at=None).order_by("position", "id"))


def lock(resource: DataResource) -> DataResource:
    rows = DataResource.objects.locked().select_related(
        "provider__region", "theme", "base_library", "revises__provider"
    )
    row = rows.filter(pk=resource.pk).first()
    if row is None:
        raise Conflict("这份修订稿已经发布或放弃。", remedy="请刷新页面，看最新状态。")
    return row


def _set_systems(resource: DataResource, systems: Iterable[InformationSystem]) -> None:
    """Link the entry to these systems and no others; a link that stays keeps its row."""
    wanted = {system.pk: system for system in systems}
    if any(system.department_id != resource.provider_id for system in wanted.values()):
        raise Invalid("来源系统不是提供部门的。", remedy="请只选提供部门登记的信息系统。")
    ResourceSystem.objects.filter(resource=resource).exclude(system__in=wanted).delete()
    ResourceSystem.objects.bulk_create(
        [ResourceSystem(resource=resource, system=system) for system in wanted.values()], ignore_conflicts=True
    )


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
    if resource.row_count is None:
        resource.freshness = freshness.unmounted(resource.update_cycle)
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
