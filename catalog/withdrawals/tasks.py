"""Celery knocks; the work is in actions."""

import logging

from celery import shared_task
from django.utils import timezone

from catalog.withdrawals import actions

logger = logging.getLogger(__name__)


@shared_task
def advance() -> int:
    """Warn of withdrawals that are near, close those whose day has come; each on its own."""
    done = 0
    for pk in actions.due(now=timezone.now()):
        try:
            done += actions.advance(withdrawal_id=pk, now=timezone.now()) is not None
        except Exception:
            logger.exception("withdrawal %s could not go on", pk)
    return done
