"""Celery knocks; the work is in actions."""

from celery import shared_task
from django.utils import timezone

from sharing.conflicts import actions


@shared_task
def compare(pk: int | None = None) -> int:
    """Run one queued comparison; without `pk` one that nobody runs: the broker was away, or its worker died."""
    claimed = actions.claim(now=timezone.now(), only=pk)
    for found in claimed:
        actions.run(pk=found, now=timezone.now())
    return len(claimed)
