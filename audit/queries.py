"""Reads of the log: what the auditor filters by, page by page from the newest, and the facts in words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet

from audit import labels
from audit.models import AuditEvent
from gdshare.lib.clock import SHANGHAI

MOST_SHOWN = 20
MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d")


@dataclass(frozen=True)
class Filters:
    """What the log is narrowed by; empty means all."""

    since: date | None = None
    until: date | None = None
    actor: str = ""
    department: str = ""
    verb: str = ""
    subject: str = ""
    subject_kind: str = ""
    subject_id: int | None = None
    is_allowed: bool | None = None
    request_id: str = ""


@dataclass(frozen=True)
class EventPage:
    """Events from the newest to the oldest; `older` is the id to ask the next page before."""

    events: list[AuditEvent]
    older: int | None


def search(filters: Filters) -> QuerySet[AuditEvent]:
    """The events that pass, newest first."""
    wanted = Q()
    if filters.since:
        wanted &= Q(at__gte=datetime.combine(filters.since, time(), tzinfo=SHANGHAI))
    if filters.until:
        wanted &= Q(at__lt=datetime.combine(filters.until + timedelta(days=1), time(), tzinfo=SHANGHAI))
    if filters.actor:
        wanted &= Q(actor_name__icontains=filters.actor)
    if filters.department:
        wanted &= Q(department_name__icontains=filters.department)
    if filters.verb:
        wanted &= Q(verb=filters.verb)
    if filters.subject:
        wanted &= Q(subject_label__icontains=filters.subject)
    if filters.subject_kind and filters.subject_id:
        wanted &= Q(subject_kind=filters.subject_kind, subject_id=filters.subject_id)
    if filters.is_allowed is not None:
        wanted &= Q(is_allowed=filters.is_allowed)
    if filters.request_id:
        wanted &= Q(request_id=filters.request_id)
    return AuditEvent.objects.filter(wanted).order_by("-id")


def page(filters: Filters, *, before: int | None = None, size: int = 50) -> EventPage:
    """One page: constant cost at any depth, and no row twice while the log grows."""
    found = search(filters)
    if before is not None:
        found = found.filter(id__lt=before)
    rows = list(found[: size + 1])
    return EventPage(rows[:size], rows[size - 1].pk if len(rows) > size else None)


def every(filters: Filters, *, batch: int = 2000) -> Iterator[AuditEvent]:
    """All events that passed when the reading began, in batches, so that an export needs little memory."""
    before = (search(filters).order_by().aggregate(last=Max("id"))["last"] or 0) + 1
    while True:
        rows = list(search(filters).filter(id__lt=before)[:batch])
        yield from rows
        if len(rows) < batch:
            return
        before = rows[-1].pk


def verb_choices() -> list[tuple[str, str]]:
    """Verbs with their words, for the filter."""
    return sorted(labels.all_labels().items(), key=lambda pair: pair[0])


def readable(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """Facts as (name, words). A pair [before, after] under `changed` reads «before → after»."""
    rows: list[tuple[str, str]] = []
    for name, value in facts.items():
        if name == "changed" and isinstance(value, dict):
            rows += [(labels.word(key), _change(pair)) for key, pair in value.items()]
        else:
            rows.append((labels.word(name), _words(value)))
    return rows


def _change(pair: Any) -> str:
    if isinstance(pair, list) and len(pair) == 2:
        return f"{_words(pair[0])} → {_words(pair[1])}"
    return _words(pair)


def _words(value: Any) -> str:
    if value is None or value == "" or value == [] or value == {}:
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        shown = "、".join(_words(part) for part in value[:MOST_SHOWN])
        return shown + (f" 等 {len(value)} 项" if len(value) > MOST_SHOWN else "")
    if isinstance(value, dict):
        return "；".join(f"{labels.word(key)} {_words(part)}" for key, part in list(value.items())[:MOST_SHOWN])
    if isinstance(value, str) and MOMENT.match(value):
        return datetime.fromisoformat(value).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return labels.word(str(value))
