"""Counts how much each entry is used, at night; the search ranks by it."""

from celery import shared_task
from django.utils import timezone

from catalog.resources import actions
from sharing.delivery import queries


@shared_task
def count_use() -> int:
    now = timezone.now()
    return actions.record_use(now=now, counts=queries.use_counts(now=now))
