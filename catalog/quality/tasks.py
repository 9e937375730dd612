"""Celery knocks; the rows decide."""

from celery import shared_task
from django.utils import timezone

from catalog.quality import actions


@shared_task
def review_freshness() -> None:
    """Early in the morning: a day has passed, so some updates are near or late now."""
    actions.review_freshness(now=timezone.now())


@shared_task
def look_at_imports() -> int:
    """Compare sheets that were checked with what other departments supply; how many were compared."""
    waiting = actions.waiting_imports()
    for row in waiting:
        actions.look_at_import(catalog_import=row, now=timezone.now())
    return len(waiting)


@shared_task
def remind_updates() -> None:
    """In office hours: give the reminders of the day that were not given yet."""
    actions.remind_updates(now=timezone.now())
