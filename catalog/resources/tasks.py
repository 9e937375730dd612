"""Celery knocks; the work is in actions."""

import logging

from celery import shared_task
from django.utils import timezone

from catalog.resources import actions

logger = logging.getLogger(__name__)


@shared_task
def run_import(pk: int) -> None:
    """Run one queued import now."""
    for row in actions.claim_imports(now=timezone.now(), only=pk):
        actions.run_import(catalog_import=row, now=timezone.now(), clock=timezone.now)


@shared_task
def resume_imports() -> int:
    """Pick up imports that nobody runs: queued while the broker was away, or left by a worker that died."""
    claimed = actions.claim_imports(now=timezone.now())
    for row in claimed:
        actions.run_import(catalog_import=row, now=timezone.now(), clock=timezone.now)
    return len(claimed)


@shared_task
def take_effect() -> int:
    """Put in force what was published for a day that has come. Each on its own: one that fails waits for the next
    knock and holds up no other.
    """
    done = 0
    for pk in actions.due_to_take_effect(now=timezone.now()):
        try:
            done += actions.take_effect(resource_id=pk, now=timezone.now()) is not None
        except Exception:
            logger.exception("entry %s could not take effect", pk)
    return done


@shared_task
def fold_tally() -> None:
    """Keep the search's tally short."""
    actions.fold_search_tally(now=timezone.now())
