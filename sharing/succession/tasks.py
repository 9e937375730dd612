"""Celery knocks; the rows decide."""

from celery import shared_task
from django.utils import timezone

from sharing.succession import actions


@shared_task
def follow_stragglers() -> int:
    return actions.follow_stragglers(now=timezone.now())
