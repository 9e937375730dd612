"""Ends grants whose period is over, every ten minutes; reminds before that, each morning."""

from celery import shared_task
from django.utils import timezone

from sharing.grants import actions


@shared_task
def expire_due() -> int:
    return actions.expire_due(now=timezone.now())


@shared_task
def remind_expiring() -> int:
    return actions.remind_expiring(now=timezone.now())


@shared_task
def chase_rectifications() -> int:
    return actions.chase_rectifications(now=timezone.now())
