"""What an import writes: a batch of new entries, or of changed drafts, in a handful of statements."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Concat

from catalog.laws.queries import Register
from catalog.resources import codes, contents
from catalog.resources.models import DataItem, DataResource, ResourceBasis
from catalog.resources.reading import Draft
from gdshare.lib.copying import copy_rows
from gdshare.rules.bases import cited
from security.departments.models import Department

_SUMMED = ("name", "identifier", "grade", "share_type")
"""What an entry's summary asks of its items."""


def write_new(drafts: Sequence[Draft], department: Department, *, by: Any, now: datetime, non_secret: bool) -> None:
    """New entries with their items; codes in the order of the sheet. Each draft's entry is told to it as `resource`."""
    user = by if getattr(by, "pk", None) and by._meta.model_name == "user" else None
    resources = [_build(draft, department, user, now, non_secret) for draft in drafts]
    prefixes = [codes.prefix_of(resource) for resource in resources]
    pools = {prefix: iter(codes.take(prefix, count)) for prefix, count in sorted(Counter(prefixes).items())}
    for resource, prefix, draft in zip(resources, prefixes, drafts, strict=True):
        resource.code = next(pools[prefix])
        draft.resource = resource
        contents.summarise(resource, draft.items or [])
    copy_rows(DataResource, resources)
    copy_rows(DataItem, [
        DataItem(resource_id=resource.pk, position=position, **item)
        for resource, draft in zip(resources, drafts, strict=True)
        for position, item in enumerate(draft.items or [], 1)
    ])  # fmt: skip
    _write_bases(resources)


def write_changed(
    changed: Sequence[tuple[DataResource, Draft]], existing: Mapping[int, list[DataItem]], *, now: datetime
) -> None:
    """Drafts of the catalog become what the sheet says; they are locked already. An item is the same when its name is,
    else when its identifier is; one that was ever published is retired, not deleted.
    """
    plans = [_ItemPlan(resource, existing.get(resource.pk, []), draft) for resource, draft in changed]
    fields = {"updated_at", "search_text", "freshness", *contents.COUNTED}
    for (resource, draft), plan in zip(changed, plans, strict=True):
        for name, value in draft.values.items():
            if getattr(resource, name) != value and not (name == "external_code" and value == resource.code):
                setattr(resource, name, value)
                fields.add(name)
        resource.updated_at = now
        contents.summarise(resource, plan.after)
    _write_items([plan for plan in plans if plan.is_given], now)
    resources = [resource for resource, _ in changed]
    DataResource.objects.bulk_update(resources, sorted(fields), batch_size=250)
    if "legal_basis" in fields:
        ResourceBasis.objects.filter(resource__in=resources).delete()
        _write_bases(resources)


def _write_bases(resources: Sequence[DataResource]) -> None:
    """Which registered texts the entries' 依据 cite."""
    if not any(resource.legal_basis for resource in resources):
        return
    register = Register.load()
    copy_rows(ResourceBasis, [
        ResourceBasis(resource_id=resource.pk, position=position, text_id=text.pk, article=one.article)
        for resource in resources
        for position, one in enumerate(cited(resource.legal_basis), 1)
        if (text := register.find(one)) is not None
    ])  # fmt: skip


class _ItemPlan:
    """What happens to the items of one entry."""

    def __init__(self, resource: DataResource, existing: list[DataItem], draft: Draft) -> None:
        self.resource, self.existing = resource, existing
        self.is_given = draft.items is not None
        self.pairs = [] if draft.items is None else self._pairs(draft.items, draft.spoken)
        used = {item.pk for item, _ in self.pairs if item is not None}
        self.gone = [item for item in existing if item.pk not in used] if self.is_given else []

    def _pairs(
        self, given: Iterable[Mapping[str, Any]], spoken: frozenset[str]
    ) -> list[tuple[DataItem | None, dict[str, Any]]]:
        by_name = {item.name: item for item in self.existing}
        by_identifier = {item.identifier: item for item in self.existing} if "identifier" in spoken else {}
        names = {item["name"] for item in given}
        pairs: list[tuple[DataItem | None, dict[str, Any]]] = []
        used: set[int] = set()
        for new in given:
            match = by_name.get(new["name"])
            if match is None:
                match = by_identifier.get(new["identifier"])
                match = None if match is None or match.name in names else match
            if match is None or match.pk in used:
                pairs.append((None, dict(new)))
                continue
            used.add(match.pk)
            values = {name: value for name, value in new.items() if name in spoken}
            pairs.append((match, values | {"grade": max(new["grade"], match.grade)}))
        return _with_free_identifiers(pairs)

    @property
    def after(self) -> list[dict[str, Any]]:
        """The items as they will be, as far as the entry's summary asks."""
        if not self.is_given:
            return [{name: getattr(item, name) for name in _SUMMED} for item in self.existing]
        return [
            {name: new[name] if name in new else getattr(item, name) for name in _SUMMED} for item, new in self.pairs
        ]


def _with_free_identifiers(
    pairs: list[tuple[DataItem | None, dict[str, Any]]],
) -> list[tuple[DataItem | None, dict[str, Any]]]:
    """A new item's identifier gives way to one that an item of ours already carries."""
    taken = {new.get("identifier") or item.identifier for item, new in pairs if item is not None}
    for item, new in pairs:
        if item is None:
            if new["identifier"] in taken:
                new["identifier"] = contents.free_identifier(new["name"], taken)
            taken.add(new["identifier"])
    return pairs


def _write_items(plans: Sequence[_ItemPlan], now: datetime) -> None:
    retired = [item.pk for plan in plans if plan.resource.revision for item in plan.gone]
    deleted = [item.pk for plan in plans if not plan.resource.revision for item in plan.gone]
    DataItem.objects.filter(pk__in=retired).update(retired_at=now)
    DataItem.objects.filter(pk__in=deleted).delete()
    kept, new = [], []
    for plan in plans:
        for position, (item, values) in enumerate(plan.pairs, 1):
            if item is None:
                new.append(DataItem(resource_id=plan.resource.pk, position=position, **values))
            elif item.position != position or any(getattr(item, name) != value for name, value in values.items()):
                item.position = position
                for name, value in values.items():
                    setattr(item, name, value)
                kept.append(item)
    # Names may be swapped between items: step aside first, so that no moment has two of one name.
    DataItem.objects.filter(pk__in=[item.pk for item in kept]).update(
        name=Concat(Value("~"), F("id"), Value("~"), output_field=DataItem._meta.get_field("name")),
        identifier=Concat(Value("moving_"), F("id"), output_field=DataItem._meta.get_field("identifier")),
    )
    DataItem.objects.bulk_update(kept, [*contents.ITEM_FIELDS, "position"], batch_size=500)
    copy_rows(DataItem, new)


def _build(draft: Draft, department: Department, user: Any, now: datetime, non_secret: bool) -> DataResource:
    values = {**contents.DEFAULTS, "region": department.region, **draft.values}
    return DataResource(
        **{"is_declared_non_secret": non_secret, **values},
        provider=department,
        created_at=now,
        created_by=user,
        updated_at=now,
    )
