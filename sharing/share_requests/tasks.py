"""Celery knocks; the rows decide."""

from celery import shared_task
from django.utils import timezone

from sharing.share_requests import actions


@shared_task
def warn_of_late_risks() -> None:
    """Every working-day morning: which answers may come too late?"""
    actions.warn_of_late_risks(now=timezone.now())
