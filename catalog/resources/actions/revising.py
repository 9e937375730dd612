"""Changing what is listed: the entry stays as it was published, and a working copy beside it walks through both
consents; on the day of its publication the entry takes over its text (ADR-0014).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat

from audit import log
from catalog.resources import contents, freshness, workflow
from catalog.resources.actions.compiling import update
from catalog.resources.actions.moving import lock_for, record
from catalog.resources.models import DataItem, DataResource, ResourceRevision
from catalog.taxonomy.models import Term
from gdshare.lib.errors import Conflict, Invalid

STAYS = frozenset(
    {
        "id", "code", "provider", "revises", "is_restricted", "status", "revision", "effective_on", "created_at",
        "created_by", "updated_at", "submitted_by", "approved_by", "published_at", "published_by", "data_updated_at",
        "row_count", "freshness", "fresh_due_on", "data_as_of", "beats", "closing_on", "content_hash", "pinyin",
        "use_count",
    }
)  # fmt: skip
"""Fields that belong to the entry, not to its text: a working copy neither takes them along nor brings them back."""
CARRIED = ("system_links", "bases", "assessments")
"""Rows that hang on an entry's text, by their related name: cloned for a working copy, taken over on publication."""
SAME_BY = {"system_links": "system_id"}
"""By what a carried row is the one the entry already has: that one stays, for others point to it."""
ITEM_STAYS = frozenset({"id", "resource", "revises", "retired_at"})


@transaction.atomic
def revise(*, resource: DataResource, by: Any, now: datetime, opinion: str = "") -> DataResource:
    """Open a working copy (修订稿) of a published or withdrawn entry and return it. The entry stays as it is."""
    return _open(resource, by=by, now=now, opinion=opinion)


@transaction.atomic
def discard(*, resource: DataResource, by: Any, now: datetime, opinion: str = "") -> DataResource:
    """Give up a working copy that is a draft. Returns the entry, which never changed."""
    copy = lock_for("discard", resource, by)
    if copy.revises is None:
        raise Conflict("这不是修订稿，不能放弃。", remedy="不再需要的草稿可以留着，不会列出。")
    entry = copy.revises
    record(entry, "discard", before=copy.status, after=entry.status, by=by, now=now, opinion=opinion)
    copy.delete()
    return entry


@transaction.atomic
def restore(*, resource: DataResource, number: int, by: Any, now: datetime) -> DataResource:
    """A working copy that says what revision `number` said, items that were retired since included."""
    revision = ResourceRevision.objects.filter(resource=resource, number=number).first()
    if revision is None:
        raise Invalid(f"没有第 {number} 版。", remedy="请从版本列表中选择。")
    copy = _open(resource, by=by, now=now, opinion=f"恢复第 {number} 版")
    items = _bring_back(copy, revision.snapshot["items"])
    values = _values_of(revision.snapshot["entry"])
    copy = update(copy, by=by, now=now, values=values, items=items)
    log.record("resource.restore", by=by, at=now, subject=copy.entry, number=number)
    return copy


def _open(resource: DataResource, *, by: Any, now: datetime, opinion: str) -> DataResource:
    entry = lock_for("revise", resource, by)
    if DataResource.objects.filter(revises=entry).exists():
        raise Conflict("这条目录已有一份修订稿。", remedy="请在那份修订稿上改，或先放弃它。")
    copy = DataResource(
        code=entry.code, provider=entry.provider, revises=entry, status=workflow.Status.DRAFT,
        is_restricted=entry.is_restricted, created_at=now, created_by=by, updated_at=now,
    )  # fmt: skip
    _take_over(copy, entry)
    copy.save()
    DataItem.objects.bulk_create(_item_like(item, copy, item.pk) for item in _items_in_use(entry))
    for name in CARRIED:
        rows = list(getattr(entry, name).all())
        for row in rows:
            row.pk, row.resource = None, copy
        getattr(copy, name).bulk_create(rows)
    record(entry, "revise", before=entry.status, after=copy.status, by=by, now=now, opinion=opinion)
    return copy


def apply(copy: DataResource, *, now: datetime) -> DataResource:
    """The entry takes over the text and the items of its working copy, and the copy goes. An item of the entry keeps
    its row, so grants and loaded columns still point to it; one that is no longer there is retired, never deleted.
    """
    entry = DataResource.objects.locked().select_related("provider__region").get(pk=copy.entry.pk)
    _take_over(entry, copy)
    if entry.row_count is None:
        entry.freshness = freshness.unmounted(entry.update_cycle)
    entry.submitted_by_id, entry.approved_by_id = copy.submitted_by_id, copy.approved_by_id
    _take_items(entry, _items_in_use(copy), now)
    copy.remarks.update(resource=entry)
    for name in CARRIED:
        _carry(entry, copy, name)
    copy.delete()
    entry.save()
    return entry


def _carry(entry: DataResource, copy: DataResource, name: str) -> None:
    old, new = getattr(entry, name), getattr(copy, name)
    if same_by := SAME_BY.get(name):
        wanted = set(new.values_list(same_by, flat=True))
        new.filter(**{f"{same_by}__in": list(old.values_list(same_by, flat=True))}).delete()
        old.exclude(**{f"{same_by}__in": wanted}).delete()
    else:
        old.all().delete()
    new.update(resource=entry)


def _take_over(target: DataResource, source: DataResource) -> None:
    for field in DataResource._meta.concrete_fields:
        if field.name not in STAYS:
            setattr(target, field.attname, getattr(source, field.attname))


def _items_in_use(resource: DataResource) -> list[DataItem]:
    return list(DataItem.objects.filter(resource=resource, retired_at=None).order_by("position", "id"))


def _item_fields() -> list[str]:
    return [field.attname for field in DataItem._meta.concrete_fields if field.name not in ITEM_STAYS]


def _item_like(item: DataItem, resource: DataResource, revises_id: int) -> DataItem:
    values = {name: getattr(item, name) for name in _item_fields()}
    return DataItem(resource=resource, revises_id=revises_id, **values)


def _take_items(entry: DataResource, items: list[DataItem], now: datetime) -> None:
    kept = {item.revises_id: item for item in items if item.revises_id}
    DataItem.objects.filter(resource=entry, retired_at=None).exclude(pk__in=kept).update(retired_at=now)
    # Names may be swapped between items: step aside first, so that no moment has two of one name.
    DataItem.objects.filter(pk__in=kept).update(
        name=Concat(Value("~"), F("id"), Value("~"), output_field=DataItem._meta.get_field("name")),
        identifier=Concat(Value("moving_"), F("id"), output_field=DataItem._meta.get_field("identifier")),
    )
    names = _item_fields()
    rows = list(DataItem.objects.filter(pk__in=kept, resource=entry))
    for row in rows:
        for name in names:
            setattr(row, name, getattr(kept[row.pk], name))
        row.retired_at = None
    DataItem.objects.bulk_update(rows, [*names, "retired_at"], batch_size=500)
    DataItem.objects.filter(pk__in=[item.pk for item in items if not item.revises_id]).update(resource=entry)


def _bring_back(copy: DataResource, said: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items of a snapshot for the copy: each with the id of its row there. One that was retired since gets a row
    again, tied to the item it was.
    """
    here = {item.revises_id: item for item in _items_in_use(copy)}
    by_id = {item.pk: item for item in DataItem.objects.filter(resource=copy.revises_id)}
    by_identifier = {item.identifier: item for item in sorted(by_id.values(), key=lambda item: item.pk)}
    found = []
    for one in said:
        origin = by_id.get(one.get("id", 0)) or by_identifier.get(one["identifier"])
        values = {name: value for name, value in one.items() if name in contents.ITEM_FIELDS}
        if origin is not None:
            row = here.get(origin.pk)
            if row is None:
                row = _item_like(origin, copy, origin.pk)
                row.name, row.identifier = f"~{origin.pk}~", f"moving_{origin.pk}"
                row.save()
            values["id"] = row.pk
        found.append(values)
    return found


def _values_of(said: dict[str, Any]) -> dict[str, Any]:
    terms = {
        name: Term.objects.filter(kind=kind, name=said.get(name) or "", is_active=True).first()
        for name, kind in (("theme", "THEME"), ("base_library", "BASE_LIBRARY"), ("data_category", "DATA_CATEGORY"))
    }
    plain = set(contents.FIELDS) - {"provider", "region", "is_restricted", *terms}
    return {name: value for name, value in said.items() if name in plain} | terms
