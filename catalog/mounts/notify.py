"""The to-dos about keeping an entry's data up to date."""

from datetime import datetime

from catalog.resources.models import DataResource
from security.notices import actions as notices


def updating(resource: DataResource) -> notices.Ref:
    """What such a to-do is about: the updating, not the entry, whose other to-dos go their own way."""
    return notices.Ref("dataupdate", resource.pk)


def updated(resource: DataResource, *, now: datetime) -> int:
    """The data is up to date again: nothing more to do."""
    return notices.settle(subject=updating(resource), now=now)
