"""Register entries of systems in any state, brought there by the real actions."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from catalog.systems import actions
from catalog.systems.models import InformationSystem
from tests.cast import Cast

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
