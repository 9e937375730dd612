"""What is mounted, and what arrived."""

from typing import Any

from django.db.models import QuerySet

from catalog.mounts.models import TableVersion
from catalog.resources.models import DataResource


def current_table(resource: DataResource) -> TableVersion | None:
    """The version that readers see, or None while nothing is mounted."""
    return TableVersion.objects.filter(mount__resource=resource, state=TableVersion.State.CURRENT).first()


def versions(actor: Any, resource: DataResource) -> QuerySet[TableVersion]:
    """Every load of a resource, newest first, for its own department."""
    return (
        TableVersion.objects.visible_to(actor)
        .filter(mount__resource=resource)
        .select_related("created_by")
        .order_by("-number")
    )
