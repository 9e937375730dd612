"""The clock of an audit: the authority has so many days for an entry that was updated (条例 Art 17), where the rules in
force give a figure. A first publication has none.
"""

from datetime import datetime
from typing import Any

from django.urls import reverse

from catalog.resources.models import DataResource
from gdshare.lib.clock import day_of
from gdshare.rules import clock_port
from gdshare.rules import queries as rules
from gdshare.rules.profiles import Clock
from security.departments.queries import authority_of


def start(entry: DataResource, *, by: Any, now: datetime) -> None:
    """The authority received the updated entry today."""
    profile = rules.profile_in_force(day_of(now))
    if not any(a.clock is Clock.CATALOG_AUDIT and a.days for a in rules.parsed(profile).allowances):
        return
    authority = authority_of(entry.provider)
    ids = [authority.pk] if authority else []
    clock_port.engine().start(
        subject=entry, clock=Clock.CATALOG_AUDIT, profile=profile, title=f"审核目录《{entry.name}》",
        url=reverse("catalog:resources:detail", args=[entry.pk]), started_on=day_of(now), responsible_ids=ids,
        escalation_ids=ids, by=by, now=now,
    )  # fmt: skip


def stop(entry: DataResource, *, by: Any, now: datetime) -> None:
    """It was decided; nothing happens when no clock runs."""
    clock_port.engine().stop(subject=entry, clock=Clock.CATALOG_AUDIT, by=by, now=now)
