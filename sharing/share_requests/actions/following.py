"""Keeping the stored 最迟答复 in step with the clock it was copied from."""

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from gdshare.rules.profiles import Clock
from sharing.deadlines.models import Deadline
from sharing.share_requests.models import ShareRequest


def follow_clocks() -> int:
    """After the clocks were counted anew: every request under way shows its clock's date again. Returns how many moved.

    Each in its own transaction, request before clock, as every action locks; running it again changes nothing.
    """
    clocks = Deadline.objects.open().filter(subject_kind="sharerequest", subject_id=OuterRef("pk"), clock=Clock.REPLY)
    stale = (
        ShareRequest.objects.in_progress()
        .annotate(clock_due_on=Subquery(clocks.values("due_on")[:1]), has_clock=Subquery(clocks.values("pk")[:1]))
        .filter(has_clock__isnull=False)
        .exclude(due_on=F("clock_due_on"))
        .exclude(due_on=None, clock_due_on=None)
    )
    moved = 0
    for pk in list(stale.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            locked = ShareRequest.objects.locked().get(pk=pk)
            clock = Deadline.objects.open().filter(
                subject_kind="sharerequest", subject_id=pk, clock=Clock.REPLY
            ).first()  # fmt: skip
            if clock is not None and locked.due_on != clock.due_on:
                locked.due_on = clock.due_on
                locked.save(update_fields=["due_on"])
                moved += 1
    return moved
