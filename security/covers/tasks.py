"""Celery knocks; the rows decide."""

from celery import shared_task
from django.utils import timezone

from security.covers import actions


@shared_task
def end_lapsed() -> int:
    """Write down the covers that are over."""
    return actions.end_lapsed(now=timezone.now())
