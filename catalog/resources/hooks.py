"""What the areas above must do at once when an entry is published: registered in AppConfig.ready, called within that
transaction.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from catalog.resources.models import DataResource


class AfterPublication(Protocol):
    def __call__(self, *, entry: DataResource, by: Any, now: datetime) -> None: ...


_after_publication: list[Callable[..., None]] = []


def after_publication(call: AfterPublication) -> None:
    """Have `call` told of every publication; a second time changes nothing."""
    if call not in _after_publication:
        _after_publication.append(call)


def published(entry: DataResource, *, by: Any, now: datetime) -> None:
    """An entry was put in force."""
    for call in _after_publication:
        call(entry=entry, by=by, now=now)
