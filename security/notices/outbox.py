"""The way of notices out of the portal: handed to the channels, sent a row at a time, tried again, proved.

Each attempt is booked and committed before the other side is spoken to, so no lock is held while it answers, two
workers never take the same row, and a worker that dies leaves a row that is tried again. A death between the other
side's yes and our note of it sends the message twice, with one identity, by which the receiver can tell.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from gdshare.rules import queries as rules
from security.accounts.models import NoticePace, User
from security.notices import hours, mail, webhook
from security.notices.message import Answer, Unreachable
from security.notices.models import Channel, Dispatch, Notice

logger = logging.getLogger(__name__)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
"""How long to wait after each failed attempt; after the last the notice stays in the in-box only."""
QUEUE = 1000
State = Dispatch.State


@dataclass(frozen=True)
class Way:
    """One channel: whether somebody can be reached by it, and the sending of one person's notices."""

    reaches: Callable[[User], bool]
    send: Callable[[User, list[Notice]], Answer]


WAYS = {
    Channel.MAIL: Way(lambda person: bool(person.email), mail.send),
    Channel.WEBHOOK: Way(lambda person: bool(settings.NOTICE_WEBHOOK_URL), webhook.send),
}


def queue(*, now: datetime, limit: int = QUEUE) -> int:
    """Hand new notices to the channels that reach their people; returns how many notices. Several workers may run."""
    with transaction.atomic():
        new = list(
            Notice.objects.filter(queued_at=None)
            .select_related("recipient")
            .order_by("id")
            .select_for_update(of=("self",), skip_locked=True, no_key=True)[:limit]
        )
        rows = [
            Dispatch(
                notice=notice,
                channel=channel,
                next_attempt_at=now,
                is_digest=not notice.is_statutory and notice.recipient.notice_pace == NoticePace.DAILY,
            )
            for notice in new
            if notice.is_statutory or notice.recipient.notice_pace != NoticePace.NONE
            for channel, way in WAYS.items()
            if way.reaches(notice.recipient)
        ]
        Dispatch.objects.bulk_create(rows, ignore_conflicts=True)
        Notice.objects.filter(pk__in=[notice.pk for notice in new]).update(queued_at=now)
    return len(new)


def send_due(*, now: datetime, limit: int = 100) -> int:
    """Send what is due on every channel; returns how many messages went out. Nothing leaves in quiet hours."""
    while queue(now=now) == QUEUE:
        pass
    opened = hours.opened_at(now, settings.NOTICE_HOURS, rules.calendar())
    if opened is None:
        return 0
    return sum(_drain(channel, now, opened, limit) for channel in WAYS)


def _drain(channel: Channel, now: datetime, opened: datetime, limit: int) -> int:
    """One channel's round; it ends early when the other side cannot be reached at all."""
    sent, busy = 0, set[int]()
    for _ in range(limit):
        rows = _take(channel, now, opened, busy)
        if not rows:
            break
        person, notices = rows[0].notice.recipient, [row.notice for row in rows]
        booked = Dispatch.objects.filter(pk__in=[row.pk for row in rows])
        try:
            answer = WAYS[channel].send(person, notices)
        except Exception as error:
            logger.warning("%s to %s not sent (attempt %s): %s", channel, person.pk, rows[0].attempts, error)
            booked.update(error=f"{type(error).__name__}: {error}"[:300])
            if isinstance(error, Unreachable):
                break
            continue
        booked.update(
            state=State.SENT, sent_at=now, sent_to=answer.sent_to[:254], proof=answer.proof[:300], next_attempt_at=None,
            error="",
        )  # fmt: skip
        sent += 1
    return sent


@transaction.atomic
def _take(channel: Channel, now: datetime, opened: datetime, busy: set[int]) -> list[Dispatch]:
    """Book the next attempt of one message: a notice of its own, or all that one person's summary holds.

    A summary holds what was told before today's hours began; what he has read meanwhile is left out. The person's row
    is locked meanwhile, so that two workers do not make two summaries of one; `busy` remembers whose was.
    """
    while True:
        due = (
            Dispatch.objects.filter(channel=channel, state=State.WAITING, next_attempt_at__lte=now)
            .filter(Q(is_digest=False) | Q(notice__created_at__lt=opened))
            .exclude(is_digest=True, notice__recipient__in=busy)
            .select_related("notice__recipient", "notice__department")
            .order_by("next_attempt_at", "id")
        )
        first = due.select_for_update(of=("self",), skip_locked=True).first()
        if first is None:
            return []
        rows = [first]
        if first.is_digest:
            recipient = first.notice.recipient_id
            busy.add(recipient)
            mine = User.objects.filter(pk=recipient).select_for_update(no_key=True, skip_locked=True)
            if not mine.exists():
                continue
            rows = list(
                Dispatch.objects.filter(channel=channel, state=State.WAITING, is_digest=True)
                .filter(next_attempt_at__lte=now, notice__recipient=recipient, notice__created_at__lt=opened)
                .select_related("notice__recipient", "notice__department")
                .order_by("id")
                .select_for_update(of=("self",))
            )
            read = [row.pk for row in rows if row.notice.read_at]
            Dispatch.objects.filter(pk__in=read).update(state=State.SKIPPED, next_attempt_at=None)
            rows = [row for row in rows if not row.notice.read_at]
            if not rows:
                continue
        for row in rows:
            wait = WAITS[row.attempts] if row.attempts < len(WAITS) else None
            row.attempts += 1
            row.next_attempt_at = now + wait if wait else None
            row.state = State.WAITING if wait else State.GIVEN_UP
        Dispatch.objects.bulk_update(rows, ["attempts", "next_attempt_at", "state"])
        return rows
