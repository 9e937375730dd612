"""Celery knocks; the rows decide."""

from celery import shared_task
from django.utils import timezone

from catalog.finding import actions


@shared_task
def look_again() -> int:
    """Through the working day: the morning's look of saved searches, for those that did not get theirs yet."""
    return actions.look_again(now=timezone.now())


@shared_task
def tell_changes() -> int:
    """Every few minutes: tell subscribers what was published anew or withdrawn."""
    return actions.tell_changes(now=timezone.now())
