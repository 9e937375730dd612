"""What every verb does the same way: lock, meet the table, move, record."""

from datetime import datetime
from typing import Any

from audit import log
from gdshare.lib.clock import SHANGHAI
from gdshare.lib.errors import Conflict
from sharing.share_requests import workflow
from sharing.share_requests.labels import VERBS
from sharing.share_requests.models import ShareRequest, StatusChange


def lock_for(verb: str, share_request: ShareRequest, *, version: int | None = None) -> ShareRequest:
    """The row, locked and fresh; Conflict when `verb` is not legal now or the page showed older content.

    `version` counts what a reviewer reads (elements, items, status). An opinion of the other side does not raise it:
    the two sides review side by side, and neither loses what he typed because the other was quicker.
    """
    rows = ShareRequest.objects.locked().select_related("requester", "provider", "authority", "profile", "handler")
    locked = rows.get(pk=share_request.pk)
    if verb != "save_draft":
        workflow.require(verb, locked.status)
    if version is not None and version != locked.version:
        raise Conflict(_last_act_words(locked), code="STALE", remedy="刷新后看最新状态，再办理。")
    return locked


def move(
    share_request: ShareRequest, verb: str, *, by: Any, now: datetime, opinion: str = "", **fields: Any
) -> StatusChange:
    """The only line that assigns `status`: target from the table, fields saved, timeline and audit written."""
    before = share_request.status
    share_request.status = workflow.MOVES[verb].target
    share_request.version += 1
    for name, value in fields.items():
        setattr(share_request, name, value)
    share_request.save(update_fields=["status", "version", *fields])
    return note(share_request, verb, before=before, by=by, now=now, opinion=opinion)


def note(
    share_request: ShareRequest, verb: str, *, before: str, by: Any, now: datetime, opinion: str = "", **facts: Any
) -> StatusChange:
    """One line on the timeline and one in the log."""
    last = share_request.status_changes.order_by("-seq").values_list("seq", flat=True).first()
    change = StatusChange.objects.create(
        share_request=share_request,
        seq=(last or 0) + 1,
        verb=verb,
        from_status=before,
        to_status=share_request.status,
        at=now,
        by=by,
        department=by.acting.department if by is not None else None,
        opinion=opinion,
    )
    facts |= {"from": before, "to": share_request.status, "opinion": opinion}
    log.record(f"share_request.{verb}", by=by, at=now, subject=share_request, **facts)
    return change


def _last_act_words(share_request: ShareRequest) -> str:
    change = share_request.status_changes.select_related("by").order_by("-seq").first()
    if change is None or change.by is None:
        return "这份申请在您打开页面之后有了改动。"
    at = change.at.astimezone(SHANGHAI)
    return f"{change.by.name}在 {at:%m-%d %H:%M} 办理了“{VERBS[change.verb]}”，您看到的页面已经旧了。"
