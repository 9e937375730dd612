"""Celery knocks; the rows decide."""

from celery import shared_task
from django.utils import timezone

from sharing.deadlines import actions


@shared_task
def tick() -> None:
    """Every minute: give the reminders that have fallen due."""
    actions.tick(now=timezone.now())
