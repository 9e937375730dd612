"""Share requests in any status, brought there by the real actions and the cast."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from sharing.share_requests import actions
from sharing.share_requests.models import Attachment, ShareRequest
from sharing.share_requests.workflow import Status
from tests.cast import Cast
from tests.factories.catalog import published_resource

AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
"""A Friday morning in Guangdong; ten working days later is 2026-12-04."""
BASIS = "《不动产登记暂行条例》第二十七条"

ELEMENTS: dict[str, Any] = {
    "title": "低收入家庭经济状况核对",
    "use_basis": "《社会救助暂行办法》（国务院令第649号）",
    "use_basis_article": "第五十八条",
    "use_scenario": "受理低保申请后，由省级核对平台逐户查询家庭成员名下不动产。",
    "use_scope": "OWN_DEPARTMENT",
    "share_mode": "API",
    "use_from": date(2026, 11, 20),
    "use_to": date(2027, 11, 19),
    "disposal": "不落库",
    "is_pledged": True,
}
NECESSITY = "核对家庭成员名下财产必需"


def draft_request(
    cast: Cast, *, resource: Any = None, by: Any = None, now: datetime = AT, items: int | None = None, **values: Any
) -> ShareRequest:
    """A complete draft of chen's, for the first `items` items of one conditional resource of 省自然资源厅."""
    resource = resource or published_resource(cast, share_type="CONDITIONAL")
    ids = list(resource.items.order_by("position").values_list("pk", flat=True))[:items]
    drafts = actions.draft(
        item_ids=ids, by=by or cast.chen, now=now, values=ELEMENTS | values,
        necessities=dict.fromkeys(ids, NECESSITY),
    )  # fmt: skip
    return drafts[0]


PAPER = b"%PDF-1.7 evidence"


def attached(
    cast: Cast, share_request: ShareRequest, *, now: datetime = AT, name: str = "三定规定.pdf", content: bytes = PAPER
) -> Attachment:
    """chen hands in a 证明材料."""
    file = SimpleUploadedFile(name, content)
    return actions.attach(share_request=share_request, by=cast.chen, now=now, file=file)


def share_request_at(cast: Cast, status: Status, *, now: datetime = AT, **options: Any) -> ShareRequest:
    """One application at `status`; each act a minute after the last."""
    share_request = draft_request(cast, now=now, **options)
    for act in WALKS[status]:
        now += timedelta(minutes=1)
        share_request = act(cast, share_request, now)
    share_request.refresh_from_db()
    return share_request


def _submit(cast: Cast, share_request: ShareRequest, now: datetime) -> ShareRequest:
    return actions.submit(share_request=share_request, by=cast.chen, now=now)


def _endorse(cast: Cast, share_request: ShareRequest, now: datetime) -> ShareRequest:
    return actions.endorse(share_request=share_request, by=cast.huang, now=now)


def _return(cast: Cast, share_request: ShareRequest, now: datetime) -> ShareRequest:
    return actions.return_(share_request=share_request, by=cast.li, now=now, points=["写明使用环节"])


def _withdraw(cast: Cast, share_request: ShareRequest, now: datetime) -> ShareRequest:
    return actions.withdraw(share_request=share_request, by=cast.chen, now=now)


def review(
    cast: Cast, share_request: ShareRequest, now: datetime, *, sides: str = "PA", **proposal: Any
) -> ShareRequest:
    """Both sides (P, A) propose the same and confirm."""
    proposal = {"conclusion": "APPROVE"} | proposal
    people = {"P": (cast.li, cast.zhou), "A": (cast.liang, cast.he)}
    for side in sides:
        handler, head = people[side]
        actions.propose(share_request=share_request, by=handler, now=now, **proposal)
        actions.confirm(share_request=share_request, by=head, now=now)
    return share_request


def _approve(cast: Cast, share_request: ShareRequest, now: datetime) -> ShareRequest:
    return review(cast, share_request, now)


def _approve_partly(cast: Cast, share_request: ShareRequest, now: datetime) -> ShareRequest:
    return review(cast, share_request, now, **partly(share_request))


def partly(share_request: ShareRequest) -> dict[str, Any]:
    """A proposal that refuses the last item and masks the one before it."""
    *_, masked, refused = share_request.request_items.order_by("item__position").values_list("item_id", flat=True)
    return {
        "conclusion": "APPROVE_PARTLY", "opinion": "按需提供", "basis": BASIS,
        "item_decisions": {masked: {"decision": "MASK"}, refused: {"decision": "REFUSE", "reason": "超出申请用途"}},
    }  # fmt: skip


def _deny(cast: Cast, share_request: ShareRequest, now: datetime) -> ShareRequest:
    return review(cast, share_request, now, conclusion="DENY", opinion="与核对用途无关", basis=BASIS)


WALKS: dict[Status, tuple[Any, ...]] = {
    Status.DRAFT: (),
    Status.ENDORSING: (_submit,),
    Status.UNDER_REVIEW: (_submit, _endorse),
    Status.RETURNED: (_submit, _endorse, _return),
    Status.APPROVED: (_submit, _endorse, _approve),
    Status.PARTLY_APPROVED: (_submit, _endorse, _approve_partly),
    Status.DENIED: (_submit, _endorse, _deny),
    Status.WITHDRAWN: (_submit, _withdraw),
}
