"""Taking a list out is itself an act."""

from datetime import datetime
from typing import Any

from django.db import transaction

from audit import log
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Invalid
from gdshare.lib.tables import MOST_ROWS
from gdshare.portal.lists import policies
from gdshare.portal.lists.tables import Filters, ListKind


@transaction.atomic
def export_list(*, kind: ListKind, filters: Filters, form: str, by: Any, now: datetime) -> int:
    """Record that the list, narrowed by `filters`, is taken out as `form` (csv, xlsx); returns how many rows it has."""
    policies.export_list(by, kind).enforce()
    total = kind.rows(by, filters, day_of(now)).count()
    if form == "xlsx" and total > MOST_ROWS:
        raise Invalid(
            f"这份清单有 {total:,} 行，一张 Excel 表最多 {MOST_ROWS:,} 行。",
            code="TOO_MANY_ROWS",
            remedy="请改选 CSV，或先筛选。",
        )
    log.record(
        "list.export", by=by, at=now, subject_label=kind.title, format=form.upper(), filters=filters.facts, total=total
    )
    return total
