"""Celery knocks; the rows decide."""

from time import monotonic

from celery import shared_task
from django.utils import timezone

from sharing.deadlines import actions

BUDGET_SECONDS = 50
BATCH = 1000


@shared_task
def tick() -> None:
    """Every minute: give the reminders that have fallen due, batch after batch. What is left when the minute is over
    waits for the next knock, which another worker may take meanwhile.
    """
    until = monotonic() + BUDGET_SECONDS
    while actions.tick(now=timezone.now(), limit=BATCH) and monotonic() < until:
        pass
