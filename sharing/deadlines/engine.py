"""The clocks as catalog sees them, through the port in gdshare.rules."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from gdshare.rules.models import RuleProfile
from sharing.deadlines import actions, queries
from sharing.deadlines.models import Deadline


class ClockEngine:
    """gdshare.rules.clock_port.Engine, by the actions of this area."""

    def start(
        self, *, subject: Any, clock: str, profile: RuleProfile, title: str, url: str, started_on: date,
        responsible_ids: Sequence[int], escalation_ids: Sequence[int], by: Any, now: datetime,
    ) -> None:  # fmt: skip
        actions.start(
            subject=subject, clock=clock, profile=profile, title=title, url=url, started_on=started_on,
            responsible_ids=responsible_ids, escalation_ids=escalation_ids, by=by, now=now,
        )  # fmt: skip

    def stop(self, *, subject: Any, clock: str, by: Any, now: datetime) -> None:
        actions.stop(subject=subject, clock=clock, by=by, now=now)

    def extend(self, *, subject: Any, clock: str, days: int, reason: str, by: Any, now: datetime) -> None:
        actions.extend(subject=subject, clock=clock, days=days, reason=reason, by=by, now=now)

    def views(self, kind: str, ids: Collection[int], *, today: date, clock: str) -> Mapping[int, Any]:
        return queries.clock_views(kind, ids, today=today, clock=clock)

    def due(self, kind: str, *, clock: str) -> Mapping[int, date]:
        rows = Deadline.objects.open().filter(subject_kind=kind, clock=clock, due_on__isnull=False)
        return dict(rows.order_by("due_on").values_list("subject_id", "due_on"))
