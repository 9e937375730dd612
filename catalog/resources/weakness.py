"""Published entries whose basis does not carry their share type, under a profile and on a day: what became too weak
when a text expired, or will when another rule text takes effect (regulation 2018 → 2025).

One query, however many entries: an entry is weak when it (or an item of it) is of a share type that needs a basis and
none of the texts it cites is of an admitted rank and in force.
"""

from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from catalog.laws.queries import Register
from catalog.resources import grounds
from catalog.resources.models import DataItem, DataResource, ResourceBasis, ShareType
from gdshare.rules.profiles import Profile


def weak(actor: Any, *, profile: Profile, day: date) -> QuerySet[DataResource]:
    """Published entries that `actor` may see and whose basis is too weak."""
    found = Q()
    for kind in (ShareType.CONDITIONAL.value, ShareType.NOT_SHARED.value):
        levels = profile.basis_levels(kind)
        if not levels:
            continue
        carrying = ResourceBasis.objects.filter(resource=OuterRef("pk"), text__level__in=levels)
        carrying = carrying.filter(text__in_force_from__lte=day).exclude(text__in_force_to__lt=day)
        items = DataItem.objects.filter(resource=OuterRef("pk"), retired_at=None, share_type=kind)
        found |= (Q(share_type=kind) | Exists(items)) & ~Exists(carrying)
    rows = DataResource.objects.visible_to(actor).published()
    return (rows.filter(found) if found else rows.none()).select_related("provider")


def by_provider(rows: QuerySet[DataResource]) -> list[tuple[str, int, int]]:
    """(department, its number, entries) of those that have any, most first."""
    counted = rows.order_by().values_list("provider__short_name", "provider").annotate(n=Count("pk"))
    return sorted(((name, pk, n) for name, pk, n in counted), key=lambda row: (-row[2], row[0]))


def reason(resource: DataResource, *, profile: Profile, register: Register, day: date) -> str:
    """Why this entry stands in the report, in words."""
    faults = grounds.faults(resource, resource.items.all(), profile=profile, register=register, day=day)
    return "".join(fault.message for fault in faults) or "依据中的法规没有登记在引用里，请重新保存。"
