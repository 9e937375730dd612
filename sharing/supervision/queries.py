"""Reads over orders: which clocks ran out without one, how many each department got."""

from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from gdshare.rules.profiles import Clock
from sharing.deadlines.models import Deadline
from sharing.supervision.models import SupervisionOrder
from sharing.supervision.workflow import RUNNING


def overdue(authority_id: int, *, today: date) -> QuerySet[Deadline]:
    """Open clocks that ran out before `today`, are reported to this authority and have no running order; oldest
    first.
    """
    ordered = SupervisionOrder.objects.filter(deadline=OuterRef("pk"), status__in=RUNNING)
    late = Deadline.objects.open().filter(due_on__lt=today, escalation_ids__contains=[authority_id])
    # somebody else's turn: an authority gives itself no order
    others = late.exclude(responsible_ids__contained_by=[authority_id]).exclude(clock=Clock.SUPERVISION)
    return others.filter(~Exists(ordered)).order_by("due_on", "id")


def orders_over(subject: Any, actor: Any) -> list[SupervisionOrder]:
    """The orders about a thing that the actor sees, newest first. Whoever waits for its answer hears that one was
    given, to whom and until when (`is_open_to`: whether he may read it as well).
    """
    own = {"deadline__subject_kind": subject._meta.model_name, "deadline__subject_id": subject.pk}
    rows = list(SupervisionOrder.objects.filter(**own).select_related("department", "authority").order_by("-id"))
    if rows:
        readable = set(SupervisionOrder.objects.visible_to(actor).filter(**own).values_list("pk", flat=True))
        for row in rows:
            row.is_open_to = row.pk in readable  # type: ignore[attr-defined]
    return rows


def by_department(actor: Any, *, since: date, until: date) -> list[dict[str, Any]]:
    """督办 per department, issued from `since` to `until` inclusive, most first: `name`, `issued`, `running`,
    `returned` (orders that came back at least once), `closed`, `cancelled`.
    """
    rows = SupervisionOrder.objects.visible_to(actor).filter(issued_on__range=(since, until))
    counted = rows.values(name=F("department__name")).annotate(
        issued=Count("pk", distinct=True),
        running=Count("pk", filter=Q(status__in=RUNNING), distinct=True),
        returned=Count("pk", filter=Q(entries__verb="return"), distinct=True),
        closed=Count("pk", filter=Q(status="CLOSED"), distinct=True),
        cancelled=Count("pk", filter=Q(status="CANCELLED"), distinct=True),
    )
    return [dict(row) for row in counted.order_by("-issued", "name")]
