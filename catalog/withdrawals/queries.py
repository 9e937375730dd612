"""Reads of withdrawals for pages."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from catalog.withdrawals import policies, workflow
from catalog.withdrawals.models import Answer, Withdrawal, WithdrawalAnswer
from catalog.withdrawals.workflow import Status

MARKS = {
    Status.OPEN: ("run", "messages"),
    Status.FILED: ("act", "calendar-time"),
    Status.CLOSED: ("", "circle-off"),
    Status.CALLED_OFF: ("", "arrow-back-up"),
}
"""Tone and icon of a status."""


def listed(actor: Any) -> QuerySet[Withdrawal]:
    """Withdrawals that this person may see, those under way first, with the numbers of answers."""
    rows = Withdrawal.objects.visible_to(actor).select_related("resource__provider")
    counted = rows.annotate(
        asked=Count("answers"),
        answered=Count("answers", filter=~Q(answers__answer="")),
        objections=Count("answers", filter=Q(answers__answer=Answer.OBJECT)),
        is_over=Q(ended_at__isnull=False),
    )
    return counted.order_by("is_over", "close_on", "pk")


def answers(withdrawal: Withdrawal) -> list[WithdrawalAnswer]:
    """What each department said, objections first, silence last."""
    rows = withdrawal.answers.select_related("department", "answered_by").order_by("department__level", "pk")
    order = {Answer.OBJECT.value: 0, Answer.AGREE.value: 1, "": 2}
    return sorted(rows, key=lambda row: order[row.answer])


def own_answer(actor: Any, withdrawal: Withdrawal) -> WithdrawalAnswer | None:
    """What the actor's department was asked, if it was."""
    return withdrawal.answers.filter(department=actor.acting.department).first()


def toolbar(actor: Any, withdrawal: Withdrawal) -> dict[str, Any]:
    """Every verb that is legal now, with whether this person may."""
    verbs = ("answer", "file", "call_off")
    return {
        verb: getattr(policies, verb)(actor, withdrawal)
        for verb in verbs
        if withdrawal.status in workflow.SOURCES[verb]
    }
