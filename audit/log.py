"""The only way into the log. Called inside the transaction of what it records."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from audit.models import AuditEvent
from gdshare.lib import request_context


def record(
    verb: str,
    *,
    by: Any,
    at: datetime,
    subject: Any = None,
    subject_label: str = "",
    is_allowed: bool = True,
    **facts: Any,
) -> AuditEvent:
    """Write one event: `by` (a User, an ApiClient, or None for the system) did `verb` to `subject` at `at`.

    `verb` is `noun.verb` in English, as registered in `audit.labels`; `facts` are JSON values (before, after, counts).
    """
    values = _values(verb, by=by, at=at, is_allowed=is_allowed, facts=facts)
    return AuditEvent.objects.create(
        **values,
        subject_kind=subject._meta.model_name if subject is not None else "",
        subject_id=getattr(subject, "pk", None),
        subject_label=(subject_label or (str(subject) if subject is not None else ""))[:200],
    )


@dataclass(frozen=True)
class Line:
    """One subject of many that the same verb was done to."""

    kind: str
    pk: int
    label: str
    facts: dict[str, Any] = field(default_factory=dict)


def record_many(verb: str, *, by: Any, at: datetime, lines: Iterable[Line]) -> None:
    """The same as `record` for each line, in few statements: for acts that move thousands of things at once."""
    AuditEvent.objects.bulk_create(
        [
            AuditEvent(
                **_values(verb, by=by, at=at, is_allowed=True, facts=dict(line.facts)),
                subject_kind=line.kind,
                subject_id=line.pk,
                subject_label=line.label[:200],
            )
            for line in lines
        ],
        batch_size=1000,
    )


def _values(verb: str, *, by: Any, at: datetime, is_allowed: bool, facts: dict[str, Any]) -> dict[str, Any]:
    """Who, when, from where: what an event has whatever it is about."""
    acting = getattr(by, "acting", None)
    kind = _actor_kind(by)
    if kind == "USER" and request_context.key_prefix.get():
        facts["key"] = request_context.key_prefix.get()  # a person's program, not the person at the screen
    if acting and acting.in_place_of:
        facts["in_place_of"] = acting.in_place_of
    return {
        "at": at,
        "verb": verb,
        "actor_kind": kind,
        "actor_id": getattr(by, "pk", None),
        "actor_name": (getattr(by, "name", "") or "系统")[:100],
        "department_id": acting.department.pk if acting else None,
        "department_name": acting.department.name if acting else "",
        "role": acting.role.code if acting else "",
        "is_allowed": is_allowed,
        "facts": facts,
        "address": request_context.address.get(),
        "request_id": request_context.request_id.get(),
    }


def _actor_kind(by: Any) -> str:
    if by is None or not getattr(by, "is_authenticated", False):
        return "SYSTEM"
    return "API_CLIENT" if by._meta.model_name == "apiclient" else "USER"
