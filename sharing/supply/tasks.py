"""Looks every half minute which grants have become supplied."""

from celery import shared_task
from django.utils import timezone

from sharing.supply import actions


@shared_task
def prove_due() -> int:
    return actions.prove_due(now=timezone.now())
