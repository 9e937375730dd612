"""Celery knocks; the work is in actions."""

from celery import shared_task
from django.utils import timezone

from catalog.resources import actions


@shared_task
def run_import(pk: int) -> None:
    """Run one queued import now."""
    for row in actions.claim_imports(now=timezone.now(), only=pk):
        actions.run_import(catalog_import=row, now=timezone.now())


@shared_task
def resume_imports() -> int:
    """Pick up imports that nobody runs: queued while the broker was away, or left by a worker that died."""
    claimed = actions.claim_imports(now=timezone.now())
    for row in claimed:
        actions.run_import(catalog_import=row, now=timezone.now())
    return len(claimed)
