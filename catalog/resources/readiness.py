"""Whether an entry may leave its compiler's desk: everything that is asked of it, told at once."""

from datetime import date
from typing import Any

from catalog.laws.queries import Register
from catalog.resources import assessing, contents, grounds
from catalog.resources.models import DataItem, DataResource
from catalog.taxonomy.models import TermKind
from catalog.taxonomy.names import names_of
from gdshare.rules import queries as rules


def faults(resource: DataResource, items: list[DataItem], *, today: date) -> list[contents.Fault]:
    """What still keeps the entry from being submitted or published, under the rules in force; empty: nothing."""
    profile = rules.parsed(rules.profile_in_force(today))
    cite = profile.citations
    return [
        *contents.missing(resource, items, cite=cite),
        *base_library_faults(resource, items, cite),
        *grounds.faults(resource, items, profile=profile, register=Register.load(), day=today),
        *assessing.faults(resource, items, cite=cite),
    ]


def base_library_faults(resource: DataResource, items: list[DataItem], cite: Any) -> list[contents.Fault]:
    """50号 Art 17, of an entry with its items."""
    library = resource.base_library
    if library is None:
        return []
    basic = sum(item.is_basic for item in items)
    return contents.basic_faults(
        library.code, resource.share_type, basic, len(items), cite=cite, name=f"“{library.name}”"
    )


def warnings(resource: DataResource, items: list[DataItem], *, today: date) -> list[str]:
    """What does not stop the entry but whoever reviews it must see: vague conditions, citations that do not carry."""
    found = [
        f"{where}写的“{word}”无法核对，请写明具体的范围、用途或者程序。"
        for where, word in grounds.vague(resource, items, names_of(TermKind.VAGUE_CONDITION, active=True).values())
    ]
    if not resource.legal_basis:
        return found
    profile = rules.parsed(rules.profile_in_force(today))
    register = Register.load()
    for kind in grounds.share_types_to_carry(resource, items) or [resource.share_type]:
        levels = profile.basis_levels(kind)
        weighed = grounds.weigh(resource.legal_basis, kind, levels=levels, register=register, day=today)
        found += [f"依据中的{one.weakness}。" for one in weighed if one.weakness]
    return list(dict.fromkeys(found))
