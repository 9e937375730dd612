"""The only way into the log. Called inside the transaction of what it records."""

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
    acting = getattr(by, "acting", None)
    kind = _actor_kind(by)
    if kind == "USER" and request_context.key_prefix.get():
        facts["key"] = request_context.key_prefix.get()  # a person's program, not the person at the screen
    return AuditEvent.objects.create(
        at=at,
        verb=verb,
        actor_kind=kind,
        actor_id=getattr(by, "pk", None),
        actor_name=(getattr(by, "name", "") or "系统")[:100],
        department_id=acting.department.pk if acting else None,
        department_name=acting.department.name if acting else "",
        role=acting.role.code if acting else "",
        subject_kind=subject._meta.model_name if subject is not None else "",
        subject_id=getattr(subject, "pk", None),
        subject_label=(subject_label or (str(subject) if subject is not None else ""))[:200],
        is_allowed=is_allowed,
        facts=facts,
        address=request_context.address.get(),
        request_id=request_context.request_id.get(),
    )


def _actor_kind(by: Any) -> str:
    if by is None or not getattr(by, "is_authenticated", False):
        return "SYSTEM"
    return "API_CLIENT" if by._meta.model_name == "apiclient" else "USER"
