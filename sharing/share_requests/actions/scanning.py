"""Asking the scanner about new files: a row at a time, tried again until it answers.

Each attempt is booked and committed before the scanner is asked, so no lock is held meanwhile, and a worker that dies
leaves a row that is tried again. Two workers that ask about one file harm nothing: the first answer counts.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from audit import log
from gdshare.lib import scanning
from sharing.share_requests import notify
from sharing.share_requests.models import Attachment

logger = logging.getLogger(__name__)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 240))
"""How long after each attempt the next may begin; the last stands for all that follow, and nothing is given up."""
State = Attachment.State


def scan_due(*, now: datetime, limit: int = 10) -> int:
    """Ask about what is due; returns how many answers came. Where there is no scanner, nothing waits for one; where
    there is one now, what came before it is asked about too.
    """
    if not scanning.is_configured():
        Attachment.objects.filter(state=State.WAITING).update(state=State.UNSCANNED, next_attempt_at=None)
        return 0
    Attachment.objects.filter(state=State.UNSCANNED).update(state=State.WAITING, next_attempt_at=now)
    answers = 0
    for _ in range(limit):
        attachment = _book(now)
        if attachment is None:
            break
        try:
            with attachment.file.open("rb") as kept:
                finding = scanning.scan(kept)
        except (scanning.NoAnswer, OSError) as error:
            logger.warning("attachment %s not scanned (attempt %s): %s", attachment.pk, attachment.attempts, error)
            Attachment.objects.filter(pk=attachment.pk, state=State.WAITING).update(error=str(error)[:300])
            continue
        answers += _settle(attachment.pk, finding, now)
    return answers


@transaction.atomic
def _book(now: datetime) -> Attachment | None:
    due = Attachment.objects.filter(state=State.WAITING, next_attempt_at__lte=now).order_by("next_attempt_at", "pk")
    attachment = due.select_for_update(of=("self",), skip_locked=True, no_key=True).first()
    if attachment is not None:
        attachment.next_attempt_at = now + WAITS[min(attachment.attempts, len(WAITS) - 1)]
        attachment.attempts += 1
        attachment.save(update_fields=["attempts", "next_attempt_at"])
    return attachment


@transaction.atomic
def _settle(pk: int, finding: scanning.Finding, now: datetime) -> bool:
    """Write the answer down, unless the file was taken away or somebody was quicker."""
    waiting = Attachment.objects.filter(pk=pk, state=State.WAITING).select_related("share_request__requester")
    attachment = waiting.select_for_update(of=("self",), no_key=True).first()
    if attachment is None:
        return False
    attachment.state = State.HARMFUL if finding.is_harmful else State.CLEAN
    attachment.scanned_at, attachment.next_attempt_at = now, None
    attachment.finding, attachment.error = finding.words, ""
    attachment.save(update_fields=["state", "scanned_at", "next_attempt_at", "finding", "error"])
    log.record(
        "share_request.scan", by=None, at=now, subject=attachment.share_request, file_name=attachment.name,
        attachment_state=attachment.get_state_display(), finding=finding.words,
    )  # fmt: skip
    if finding.is_harmful:
        notify.harmful(attachment, now=now)
    return True
