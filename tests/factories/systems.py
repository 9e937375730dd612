"""Register entries of systems in any state, brought there by the real actions."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from catalog.census import actions as census
from catalog.census import queries
from catalog.census.models import CatalogCertificate, Purpose
from catalog.resources.models import DataResource
from catalog.systems import actions
from catalog.systems.models import InformationSystem
from tests.cast import Cast
from tests.factories.mounts import mounted_resource

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
_numbers = count(1)


def system_values(**values: Any) -> dict[str, Any]:
    """Complete values; override what the test is about."""
    return {
        "name": f"不动产登记系统{next(_numbers)}",
        "life": "RUNNING",
        "online_on": date(2020, 5, 1),
        "protection_level": 3,
        "tables": ["不动产登记簿", "抵押登记"],
        "matters": ["不动产首次登记"],
        **values,
    }


def draft_system(cast: Cast, *, by: Any = None, **values: Any) -> InformationSystem:
    """A draft of 省自然资源厅, written by li."""
    by = by or cast.li
    return actions.create_system(by=by, now=AT, department=by.department, values=system_values(**values))


def submitted_system(cast: Cast, **values: Any) -> InformationSystem:
    """Waiting for zhou."""
    return actions.submit(system=draft_system(cast, **values), by=values.get("by") or cast.li, now=AT)


def approved_system(cast: Cast, *, head: Any = None, **values: Any) -> InformationSystem:
    """Waiting for the authority."""
    return actions.approve(system=submitted_system(cast, **values), by=head or cast.zhou, now=AT)


def registered_system(cast: Cast, *, head: Any = None, **values: Any) -> InformationSystem:
    """In the register: written by li, consented to by zhou, verified by liang."""
    return actions.verify(system=approved_system(cast, head=head, **values), by=cast.liang, now=AT)


def covered(cast: Cast, system: InformationSystem, *entries: DataResource) -> InformationSystem:
    """Every part of the system stands under the entries, in turn."""
    for entry in entries:
        census.link_entry(system=system, resource=entry, by=cast.li, now=AT)
    parts = queries.parts_of(system)
    chosen = {part.pk: entries[index % len(entries)].pk for index, part in enumerate(parts)}
    census.cover_parts(system=system, by=cast.li, now=AT, chosen=chosen)
    return system


def ready(cast: Cast, **values: Any) -> InformationSystem:
    """With all its parts under one mounted entry."""
    return covered(cast, registered_system(cast, **values), mounted_resource(cast))


def issue(cast: Cast, system: InformationSystem, **options: Any) -> CatalogCertificate:
    """A certificate for 验收, issued by liang."""
    return census.issue_certificate(
        system=system, **{"purpose": Purpose.ACCEPTANCE, "by": cast.liang, "now": AT, **options}
    )
