"""Taking the log out is itself an act."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from audit import log, policies
from audit.queries import Filters


@transaction.atomic
def export_events(*, filters: Filters, by: Any, now: datetime) -> None:
    """Record that the events passing `filters` are taken out as a sheet."""
    policies.export_events(by).enforce()
    facts = {name: value for name, value in asdict(filters).items() if value not in (None, "")}
    for name in ("since", "until"):
        if name in facts:
            facts[name] = str(facts[name])
    log.record("audit.export", by=by, at=now, subject_label="审计日志", **facts)
