"""Celery knocks; the rows decide."""

from celery import shared_task
from django.utils import timezone

from sharing.calendar import actions


@shared_task
def raise_alarm() -> None:
    """Every morning: is next year's holiday notice missing?"""
    actions.raise_alarm(now=timezone.now())
