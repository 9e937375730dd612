"""案内留言 as a page shows them, and the templates in the words of the case."""

from dataclasses import dataclass
from typing import Any

from gdshare.lib.verdict import Verdict
from sharing.messages.models import CaseMessage, MessageTemplate
from sharing.messages.queries import filled
from sharing.share_requests import policies
from sharing.share_requests.models import ShareRequest


@dataclass(frozen=True)
class Conversation:
    """What was said; `draft` is what stands in the box: the chosen template in the words of the case."""

    messages: list[CaseMessage]
    templates: list[MessageTemplate]
    draft: str
    verdict: Verdict
    is_open: bool


def conversation(actor: Any, share_request: ShareRequest, *, template: str = "") -> Conversation:
    """The messages of one case, oldest first; `template`: the number of the one to be filled in."""
    templates = list(MessageTemplate.objects.filter(is_active=True).order_by("title"))
    chosen = next((one for one in templates if str(one.pk) == template), None)
    return Conversation(
        messages=list(share_request.messages.select_related("department", "sent_by").order_by("pk")),
        templates=templates,
        draft=filled(chosen.text, _values(share_request)) if chosen else "",
        verdict=policies.post_message(actor, share_request),
        is_open=share_request.endorsed_at is not None,
    )


def _values(share_request: ShareRequest) -> dict[str, str]:
    return {
        "单号": share_request.number,
        "事由": share_request.title,
        "申请部门": share_request.requester.name,
        "提供部门": share_request.provider.name,
        "最迟答复": str(share_request.due_on or ""),
    }
