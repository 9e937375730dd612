"""Celery knocks at night; the rows decide."""

from celery import shared_task
from django.utils import timezone

from sharing.handover import actions


@shared_task
def look_for_orphans() -> list[int]:
    return list(actions.look_for_orphans(now=timezone.now()))
