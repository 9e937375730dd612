"""Clocks for those who stand below the clocks: catalog asks here, sharing's engine answers (ADR-0017).

The engine registers itself in AppConfig.ready. Every call runs in the caller's transaction, at once.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol


class Engine(Protocol):
    """What sharing.deadlines gives."""

    def start(
        self, *, subject: Any, clock: str, profile: Any, title: str, url: str, started_on: date,
        responsible_ids: Sequence[int], escalation_ids: Sequence[int], by: Any, now: datetime,
    ) -> None:  # fmt: skip
        """Start a clock; days, article and reminders come from `profile`, and `started_on` is not counted."""

    def stop(self, *, subject: Any, clock: str, by: Any, now: datetime) -> None:
        """The thing is done; nothing happens when no such clock runs."""

    def extend(self, *, subject: Any, clock: str, days: int, reason: str, by: Any, now: datetime) -> None:
        """Add working days to a running clock."""

    def views(self, kind: str, ids: Collection[int], *, today: date, clock: str) -> Mapping[int, Any]:
        """What the clock component draws, by id of the subject; the number of queries does not grow."""

    def due(self, kind: str, *, clock: str) -> Mapping[int, date]:
        """Due dates of the running clocks of one kind, by id of the subject."""


_engines: list[Engine] = []


def register(engine: Engine) -> None:
    """Called once, by sharing."""
    _engines[:] = [engine]


def engine() -> Engine:
    """The engine that is registered."""
    return _engines[0]
