"""The worker's side of loading: knocked at by the page, and by the timetable when a knock was lost."""

from celery import shared_task
from django.utils import timezone

from catalog.mounts import actions


@shared_task
def load_version(version_id: int) -> None:
    """Load one version; no-op when another worker has it."""
    actions.load_version(version_id=version_id, by=None, now=timezone.now())


@shared_task
def resume_loads() -> None:
    """Take up loads that wait or whose worker died, then tidy old tables."""
    for version_id in actions.resumable(now=timezone.now()):
        actions.load_version(version_id=version_id, by=None, now=timezone.now())
    actions.drop_old_tables(now=timezone.now())
