"""证明材料 of one application, as a page lists them."""

from dataclasses import dataclass
from typing import Any

from gdshare.lib import scanning
from gdshare.lib.verdict import Verdict
from sharing.share_requests import policies, workflow
from sharing.share_requests.models import Attachment, ShareRequest
from sharing.share_requests.queries.marks import Pill

MARKS = {
    Attachment.State.WAITING: ("run", "hourglass"),
    Attachment.State.CLEAN: ("ok", "shield-check"),
    Attachment.State.HARMFUL: ("bad", "shield-x"),
    Attachment.State.UNSCANNED: ("act", "shield-off"),
}


@dataclass(frozen=True)
class AttachmentLine:
    """One file: whether this reader may take it and, while the requester writes, take it away again."""

    attachment: Attachment
    pill: Pill
    verdict: Verdict
    can_detach: bool

    @property
    def can_take(self) -> bool:
        return bool(self.verdict)


def attachment_lines(actor: Any, share_request: ShareRequest) -> list[AttachmentLine]:
    """All files of an application in the order they came. One query."""
    is_writing = share_request.status in workflow.EDITABLE and bool(policies.detach(actor, share_request))
    found = []
    for attachment in share_request.attachments.select_related("uploaded_by").order_by("pk"):
        state = Attachment.State(attachment.state)
        if state == Attachment.State.UNSCANNED and scanning.is_configured():
            state = Attachment.State.WAITING
        verdict = policies.take_attachment(actor, share_request, attachment)
        pill = Pill(*MARKS[state], state.label)
        found.append(AttachmentLine(attachment, pill, verdict, is_writing and attachment.sent_at is None))
    return found
