"""The cart page: by provider, because it is split that way."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from catalog.resources.models import DataItem, DataResource, ShareType
from gdshare.rules import queries as rules
from security.departments.models import Department
from sharing.deadlines import queries as deadlines
from sharing.share_requests.models import CartItem


@dataclass
class Shelf:
    """The chosen items of one resource."""

    resource: DataResource
    items: list[DataItem] = field(default_factory=list)

    @property
    def has_data(self) -> bool:
        return self.resource.row_count is not None


@dataclass
class Part:
    """What will be one application."""

    provider: Department
    shelves: list[Shelf] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(len(shelf.items) for shelf in self.shelves)


@dataclass
class CartView:
    """Parts to apply for, shelves to take at once, and the reply date if submitted today."""

    parts: list[Part]
    self_served: list[Shelf]
    clock: Any = None
    profile_name: str = ""

    @property
    def count(self) -> int:
        return sum(part.count for part in self.parts)

    @property
    def is_empty(self) -> bool:
        return not self.parts and not self.self_served


def cart_view(actor: Any, *, today: date) -> CartView:
    """The actor's cart for the department he acts for."""
    rows = (
        CartItem.objects.filter(cart__user=actor, cart__department=actor.department)
        .select_related("item__resource__provider")
        .order_by("item__resource__provider_id", "item__resource_id", "item__position")
    )
    rule_profile = rules.profile_in_force(today)
    profile = rules.parsed(rule_profile)
    shelves: dict[tuple[bool, int], Shelf] = {}
    for row in rows:
        resource = row.item.resource
        is_open = row.item.effective_share_type(resource) == ShareType.UNCONDITIONAL
        key = (is_open and profile.self_serves, resource.pk)
        shelves.setdefault(key, Shelf(resource)).items.append(row.item)
    parts: dict[int, Part] = {}
    for (is_self_served, _), shelf in shelves.items():
        if not is_self_served:
            provider = shelf.resource.provider
            parts.setdefault(provider.pk, Part(provider)).shelves.append(shelf)
    view = CartView(list(parts.values()), [shelf for (own, _), shelf in shelves.items() if own])
    if parts:
        view.clock = deadlines.what_if(profile=rule_profile, share_type=ShareType.CONDITIONAL, today=today)
    view.profile_name = profile.short_name
    return view


def cart_item_ids(actor: Any) -> set[int]:
    """Which items are in the cart, for pages that mark them."""
    chosen = CartItem.objects.filter(cart__user=actor, cart__department=actor.department)
    return set(chosen.values_list("item_id", flat=True))
