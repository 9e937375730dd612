"""Celery knocks; the rows decide."""

from celery import shared_task
from django.utils import timezone

from sharing.demands import actions


@shared_task
def remind_promised() -> int:
    return actions.remind_promised(now=timezone.now())
