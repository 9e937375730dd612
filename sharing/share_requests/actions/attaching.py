"""证明材料: handed in while the requester writes, kept once sent on, taken as a download only."""

import hashlib
import uuid
from datetime import datetime
from typing import IO, Any

from django.db import transaction

from audit import log
from gdshare.lib import scanning, uploads
from gdshare.lib.errors import Conflict, Invalid
from sharing.share_requests import policies
from sharing.share_requests.actions.drafting import require_editable
from sharing.share_requests.actions.moves import lock_for
from sharing.share_requests.models import Attachment, ShareRequest

MOST_FILES = 20
State = Attachment.State


@transaction.atomic
def attach(*, share_request: ShareRequest, by: Any, now: datetime, file: Any) -> Attachment:
    """Put an uploaded file beside a draft, or beside an application that is being completed.

    Raises Invalid for a kind or size not taken, for one file too many, and for a file that is there already.
    """
    locked = lock_for("save_draft", share_request)
    policies.attach(by, locked).enforce()
    require_editable(locked)
    name, suffix = uploads.checked(file, what="证明材料")
    there = list(locked.attachments.values_list("sha256", flat=True))
    if len(there) >= MOST_FILES:
        raise Invalid(f"一份申请最多 {MOST_FILES} 份证明材料。", remedy="请合并后再上传，或删去不需要的。")
    sha256 = _digest(file)
    if sha256 in there:
        raise Invalid(f"“{name}”已经上传过，内容相同。", remedy="不用再传。")
    is_scanned = scanning.is_configured()
    attachment = Attachment(
        share_request=locked, name=name, size=file.size, sha256=sha256, uploaded_at=now, uploaded_by=by,
        state=State.WAITING if is_scanned else State.UNSCANNED, next_attempt_at=now if is_scanned else None,
    )  # fmt: skip
    attachment.file.save(f"{uuid.uuid4().hex}{suffix}", file, save=False)
    attachment.save()
    log.record("share_request.attach", by=by, at=now, subject=locked, file_name=name, sha256=sha256)
    return attachment


@transaction.atomic
def detach(*, share_request: ShareRequest, by: Any, now: datetime, attachment_id: int) -> None:
    """Take a file away again that was not sent on yet; with the row goes the file."""
    locked = lock_for("save_draft", share_request)
    policies.detach(by, locked).enforce()
    require_editable(locked)
    attachment = locked.attachments.select_for_update(of=("self",)).filter(pk=attachment_id).first()
    if attachment is None:
        raise Conflict("这份证明材料已经删除。", remedy="请刷新页面。")
    if attachment.sent_at is not None:
        raise Conflict("已随申请送出的证明材料不能删除。", remedy="有误的，请另传正确的文件，并在补正说明里写明。")
    log.record(
        "share_request.detach", by=by, at=now, subject=locked, file_name=attachment.name, sha256=attachment.sha256
    )
    storage, stored = attachment.file.storage, str(attachment.file.name)
    attachment.delete()
    transaction.on_commit(lambda: storage.delete(stored))


@transaction.atomic
def take_attachment(*, share_request: ShareRequest, by: Any, now: datetime, attachment: Attachment) -> IO[bytes]:
    """The file, open; whoever sends it closes it. Raises Denied while it is not cleared."""
    policies.take_attachment(by, share_request, attachment).enforce()
    try:
        kept = attachment.file.open("rb")
    except FileNotFoundError as error:
        raise Conflict("文件不在存储里了。", remedy="请联系系统管理员从备份恢复。") from error
    log.record(
        "share_request.take_attachment", by=by, at=now, subject=share_request, file_name=attachment.name,
        sha256=attachment.sha256,
    )  # fmt: skip
    return kept


def send_attachments(share_request: ShareRequest, *, now: datetime) -> None:
    """The application leaves the department: from now on its files stay."""
    share_request.attachments.filter(sent_at=None).update(sent_at=now)


def _digest(file: Any) -> str:
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()
