"""Celery knocks; the rows decide."""

from celery import shared_task
from django.utils import timezone

from sharing.supervision import actions


@shared_task
def note_stopped() -> None:
    """Every ten minutes: what was ordered has been done meanwhile; the authority is told to look at it."""
    while actions.note_stopped(now=timezone.now()):
        pass
