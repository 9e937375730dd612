"""Celery knocks; the rows decide."""

from celery import shared_task
from django.utils import timezone

from sharing.share_requests import actions


@shared_task
def scan_attachments() -> None:
    """Every quarter of a minute: ask the scanner about new files."""
    actions.scan_due(now=timezone.now())


@shared_task
def warn_of_late_risks() -> None:
    """Every working-day morning: which answers may come too late?"""
    actions.warn_of_late_risks(now=timezone.now())
