"""Who is told that next year's holiday notice is missing, and that it is there."""

from datetime import datetime

from django.urls import reverse

from security.access.permissions import Permission
from security.departments.models import Department, DepartmentKind
from security.notices import actions as notices
from security.notices.actions import Message, Ref

KIND = "calendaryear"


def alarm(year: int, *, now: datetime) -> int:
    """To every authority's handlers, once a year each: a to-do that stays until the notice has taken effect."""
    authorities = Department.objects.filter(kind=DepartmentKind.AUTHORITY, is_active=True)
    message = Message(
        department_ids=tuple(authorities.order_by("pk").values_list("pk", flat=True)),
        permissions=(Permission.CALENDAR_MANAGE,),
        kind="calendar.missing",
        subject=Ref(KIND, year),
        title=f"请导入 {year} 年放假安排",
        body=f"{year} 年的放假安排还没有导入，涉及的到期日都是暂定。国务院办公厅通知公布后，请导入并核对到期日的变动。",
        url=reverse("sharing:calendar:list"),
        dedupe_key=f"calendar:{year}:missing",
        needs_action=True,
    )
    return notices.tell_many(messages=[message], now=now)[0]


def settle_alarm(year: int, *, now: datetime) -> None:
    """The notice has taken effect: nobody needs to import it any more."""
    notices.settle(subject=Ref(KIND, year), now=now)
