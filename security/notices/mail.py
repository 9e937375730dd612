"""Notices by e-mail: the outbox is the notice's own row, drained a row at a time.

Each attempt is booked and committed before the mail server is spoken to, so no lock is held while it answers, two
workers never take the same row, and a worker that dies leaves a row that is tried again. A death between the server's
yes and our note of it sends the mail twice, with one Message-ID, which mail programs show once.
"""

import logging
import smtplib
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string

from security.notices.models import Notice

logger = logging.getLogger(__name__)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
"""How long to wait after each failed attempt; after the last the notice stays in the in-box only."""

TIMEOUT_SECONDS = 10


def send_due(*, now: datetime, limit: int = 100) -> int:
    """Send what is due; returns how many went out. Stops early when the server cannot be reached at all."""
    sent = 0
    for _ in range(limit):
        notice = _take(now)
        if notice is None:
            break
        try:
            _message(notice).send()
        except Exception as error:
            logger.warning("notice %s not mailed (attempt %s): %s", notice.pk, notice.mail_attempts, error)
            Notice.objects.filter(pk=notice.pk).update(mail_error=f"{type(error).__name__}: {error}"[:300])
            if _is_unreachable(error):
                break
            continue
        Notice.objects.filter(pk=notice.pk).update(mail_sent_at=now, mail_next_attempt_at=None, mail_error="")
        sent += 1
    return sent


def _is_unreachable(error: Exception) -> bool:
    """Whether the server is away or lets nobody in; a refusal of one address is not that."""
    if isinstance(error, smtplib.SMTPException):
        return isinstance(
            error, (smtplib.SMTPConnectError, smtplib.SMTPServerDisconnected, smtplib.SMTPAuthenticationError)
        )
    return isinstance(error, OSError)


@transaction.atomic
def _take(now: datetime) -> Notice | None:
    """Book the next attempt of one row and hand it over."""
    notice = (
        Notice.objects.filter(mail_sent_at=None, mail_next_attempt_at__lte=now)
        .select_related("recipient")
        .order_by("mail_next_attempt_at", "id")
        .select_for_update(of=("self",), skip_locked=True)
        .first()
    )
    if notice is None:
        return None
    wait = WAITS[notice.mail_attempts] if notice.mail_attempts < len(WAITS) else None
    notice.mail_attempts += 1
    notice.mail_next_attempt_at = now + wait if wait else None
    notice.save(update_fields=["mail_attempts", "mail_next_attempt_at"])
    return notice


def _message(notice: Notice) -> EmailMessage:
    """What the person reads. The link leads to the page; no data ever stands in a mail."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return EmailMessage(
        subject=f"【一网共享】{notice.title}",
        body=render_to_string("emails/notice.txt", {"notice": notice, "site_url": settings.SITE_URL.rstrip("/")}),
        to=[notice.recipient.email],
        headers={"Message-ID": f"<notice-{notice.pk}-{notice.created_at:%Y%m%d%H%M%S}@{host}>"},
        connection=get_connection(timeout=TIMEOUT_SECONDS),
    )
