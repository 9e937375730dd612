"""Celery knocks; the rows decide."""

from celery import shared_task
from django.utils import timezone

from security.notices import outbox


@shared_task
def send_due() -> None:
    """Every minute: hand new notices to the channels and send what is due."""
    outbox.send_due(now=timezone.now())
