"""Who uses an entry: asked of the floors above, which register their answer (catalog does not know of sharing)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from catalog.resources.models import DataResource
from security.departments.models import Department


@dataclass(frozen=True)
class Consumer:
    """A department that would lose something: live grants, takings in the last 90 days, applications under way."""

    department: Department
    grants: int = 0
    takes: int = 0
    requests: int = 0
    last_taken_at: datetime | None = None


Provider = Callable[[DataResource, date], list[Consumer]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Called in an AppConfig.ready; a second time changes nothing."""
    if provider not in _providers:
        _providers.append(provider)


def of(resource: DataResource, *, today: date) -> list[Consumer]:
    """The departments that use the entry today, those with most at stake first."""
    found = [consumer for provider in _providers for consumer in provider(resource, today)]
    return sorted(found, key=lambda one: (-one.grants, -one.requests, -one.takes, one.department.pk))
