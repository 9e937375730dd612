"""Celery knocks; the rows decide."""

from celery import shared_task
from django.utils import timezone

from sharing.ledgers import actions


@shared_task
def remind_incomplete() -> int:
    return actions.remind_incomplete(now=timezone.now())
