"""案内留言: said in the case, kept for good. No status and no clock moves."""

from datetime import datetime
from typing import Any

from django.db import transaction

from audit import log
from gdshare.lib.errors import Conflict, Invalid
from sharing.messages.models import CaseMessage
from sharing.share_requests import notify, policies
from sharing.share_requests.models import ShareRequest

LONGEST = 2000


@transaction.atomic
def post_message(*, share_request: ShareRequest, by: Any, now: datetime, text: str) -> CaseMessage:
    """Say something to the other sides; the posts that work on the case are told, once a day.

    Raises Conflict while the application has not left its department: nobody else would read it.
    """
    locked = ShareRequest.objects.locked().select_related("requester").get(pk=share_request.pk)
    policies.post_message(by, locked).enforce()
    if locked.endorsed_at is None:
        raise Conflict("申请还没有送达对方，不能留言。", remedy="本部门负责人同意、申请送达之后再留言。")
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid("留言是空的。", remedy="请写明要说的事。")
    if len(text) > LONGEST:
        raise Invalid(f"留言最多 {LONGEST} 字，现为 {len(text)} 字。", remedy="请缩短，或作为证明材料上传。")
    message = CaseMessage.objects.create(
        share_request=locked, department=by.acting.department, text=text, sent_at=now, sent_by=by
    )
    log.record("share_request.post_message", by=by, at=now, subject=locked, opinion=text)
    notify.message_posted(locked, message, now=now)
    return message
