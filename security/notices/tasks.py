"""Celery knocks; the rows decide."""

from celery import shared_task
from django.utils import timezone

from security.notices import mail


@shared_task
def send_due() -> None:
    """Every minute: send the notices that wait for the mail server."""
    mail.send_due(now=timezone.now())
