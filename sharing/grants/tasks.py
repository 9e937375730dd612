"""Ends grants whose period is over, every ten minutes."""

from celery import shared_task
from django.utils import timezone

from sharing.grants import actions


@shared_task
def expire_due() -> int:
    return actions.expire_due(now=timezone.now())
