"""Who owes an update of data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from catalog.resources.freshness import Freshness
from catalog.resources.models import DataResource
from gdshare.rules.workdays import Calendar, workdays_between
from security.access.permissions import Permission
from security.departments.models import Department, DepartmentKind
from security.departments.queries import region_line

OWED = (Freshness.LATE, Freshness.DUE_SOON, Freshness.NEVER)
"""What the list of owed updates has tabs for."""


@dataclass(frozen=True)
class Owed:
    """One entry with an owed update. `days`: working days it is late (or, negative, still has); None: never updated."""

    resource: DataResource
    days: int | None

    @property
    def words(self) -> str:
        """逾期 4 个工作日; 今天; 还剩 2 个工作日; 从未更新."""
        if self.days is None:
            return "从未更新"
        if self.days > 0:
            return f"逾期 {self.days} 个工作日"
        return f"还剩 {-self.days} 个工作日" if self.days else "今天"


def owed_updates(actor: Any, *, state: str) -> QuerySet[DataResource]:
    """Published entries in this state: one's own department's; for the authority those of every provider it audits.
    The longest owed first.
    """
    rows = _kept_by(actor).filter(freshness=state).select_related("provider")
    return rows.defer("search_text").order_by("fresh_due_on", "provider_id", "id")


def owed_counts(actor: Any) -> Mapping[str, int]:
    """How many entries stand in each of the states that owe something."""
    rows = _kept_by(actor).filter(freshness__in=OWED).order_by().values_list("freshness")
    counts = dict(rows.annotate(number=Count("pk")))
    return {state.value: counts.get(state.value, 0) for state in OWED}


def as_owed(resources: Iterable[DataResource], *, today: date, cal: Calendar) -> list[Owed]:
    """Rows of the list, with the working days counted."""
    return [
        Owed(row, workdays_between(row.fresh_due_on, today, cal) if row.fresh_due_on else None) for row in resources
    ]


def _kept_by(actor: Any) -> Any:
    rows = DataResource.objects.visible_to(actor).published()
    if actor.holds(Permission.RESOURCE_AUDIT):
        return rows.filter(provider__in=_audited_by(actor.department))
    return rows.filter(provider=actor.department)


def _audited_by(authority: Department) -> list[int]:
    """Departments whose authority is this one: of its region, or of one below that has none of its own."""
    kinds = Department.objects.filter(kind=DepartmentKind.AUTHORITY, is_active=True)
    by_region = dict(kinds.values_list("region_id", "pk"))
    found = []
    for department in Department.objects.select_related("region__parent__parent__parent"):
        line = (region.pk for region in region_line(department.region))
        nearest = next((by_region[pk] for pk in line if pk in by_region), None)
        if nearest == authority.pk:
            found.append(department.pk)
    return found
