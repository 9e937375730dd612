"""Clocks that ran out weeks ago, and orders over them."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from gdshare.lib.clock import day_of
from gdshare.rules import queries as rules
from gdshare.rules.workdays import add_workdays
from sharing.deadlines.models import Deadline
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.workflow import Status
from sharing.supervision import actions
from sharing.supervision.models import SupervisionOrder
from tests.cast import Cast
from tests.factories.sharing import share_request_at

DEMAND = "请在期限内依法答复申请，并书面说明逾期的原因"


def overdue_case(cast: Cast, *, now: datetime | None = None, **options: Any) -> ShareRequest:
    """chen's application, endorsed six weeks ago and not answered since."""
    return share_request_at(
        cast, Status.UNDER_REVIEW, now=(now or timezone.now()) - timedelta(days=42), **options
    )  # fmt: skip


def clock_of(subject: Any) -> Deadline:
    """The newest clock of a thing."""
    return Deadline.objects.filter(subject_kind=subject._meta.model_name, subject_id=subject.pk).latest("id")


def day_after(days: int, now: datetime) -> Any:
    """The working day that many working days from today."""
    return add_workdays(day_of(now), days, rules.calendar())


def order_over(cast: Cast, subject: Any, *, now: datetime, days: int = 3, **values: Any) -> SupervisionOrder:
    """he signs an order over the overdue clock of a thing."""
    given = {"demand": DEMAND, "due_on": day_after(days, now)} | values
    return actions.issue(deadline=clock_of(subject), by=cast.he, now=now, **given)
