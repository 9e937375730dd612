"""答复回执: what was asked, what was answered, by which rule and when, as a signed file for each party.

Written with the decision, in its transaction; `docs/verify_receipt.py` checks it without the portal.
"""

from collections.abc import Iterable
from typing import Any

from gdshare.lib import signing
from gdshare.lib.clock import SHANGHAI
from gdshare.rules import queries as rules
from sharing.deadlines.models import Deadline
from sharing.grants import queries
from sharing.share_requests.models import DecisionReceipt, ItemDecision, ReviewStep, ShareRequest

FORMAT = "gdshare-decision/1"


def write(share_request: ShareRequest, grants: Iterable[Any]) -> DecisionReceipt:
    """The receipt of a request that was just decided."""
    text = signing.canonical(_content(share_request, grants))
    signature = signing.sign(text)
    return DecisionReceipt.objects.create(
        share_request=share_request, text=text.decode(), algorithm=signature.algorithm, key=signature.key,
        signature=signature.value,
    )  # fmt: skip


def document(receipt: DecisionReceipt) -> dict[str, Any]:
    """The file: the signed text as it was signed, and the signature."""
    return {
        "format": FORMAT, "text": receipt.text,
        "signature": {"algorithm": receipt.algorithm, "key": receipt.key, "value": receipt.signature},
    }  # fmt: skip


def _content(share_request: ShareRequest, grants: Iterable[Any]) -> dict[str, Any]:
    profile = rules.parsed(share_request.profile)
    clock = Deadline.objects.filter(subject_kind="sharerequest", subject_id=share_request.pk).latest("id")
    rows = share_request.request_items.select_related("item__resource").order_by("item__resource_id", "item__position")
    return {
        "number": share_request.number,
        "requester": _party(share_request.requester),
        "provider": _party(share_request.provider),
        "authority": _party(share_request.authority) if share_request.authority else None,
        "title": share_request.title,
        "basis": f"{share_request.use_basis} {share_request.use_basis_article}".strip(),
        "scenario": share_request.use_scenario,
        "scope": share_request.get_use_scope_display(),
        "use_from": str(share_request.use_from),
        "use_to": str(share_request.use_to),
        "items": [
            {
                "resource": row.item.resource.code, "name": row.item.name, "identifier": row.item.identifier,
                "decision": ItemDecision(row.decision).label, "reason": row.reason,
            }
            for row in rows
        ],
        "agreement": _agreement(share_request),
        "attachments": [
            {"name": one.name, "bytes": one.size, "sha256": one.sha256}
            for one in share_request.attachments.order_by("pk")
        ],
        "answer": share_request.get_status_display(),
        "opinions": [
            {
                "department": step.department.name, "post": step.get_post_display(), "opinion": step.opinion,
                "basis": step.basis, "decided_at": _moment(step.decided_at),
            }
            for step in share_request.steps.select_related("department").order_by("stage", "side", "position")
            if step.state == ReviewStep.State.DONE
        ],
        "grants": [
            {
                "resource": grant.resource.code, "valid_from": str(grant.valid_from), "valid_to": str(grant.valid_to),
                "conditions": [{"name": name, "words": words} for name, words in queries.conditions_of(grant)],
            }
            for grant in grants
        ],
        "rule": {
            "code": profile.code, "version": share_request.profile.version, "document_no": profile.document_no,
            "basis": clock.basis,
        },
        "received_at": _moment(share_request.endorsed_at),
        "due_on": str(clock.due_on),
        "decided_at": _moment(share_request.decided_at),
        "is_late": bool(clock.due_on and clock.closed_on and clock.closed_on > clock.due_on),
    }  # fmt: skip


def _agreement(share_request: ShareRequest) -> dict[str, Any] | None:
    """The version of the pledge that was accepted."""
    agreement, person = share_request.agreement, share_request.accepted_by
    if agreement is None or person is None:
        return None
    return {
        "number": agreement.number, "title": agreement.title, "sha256": agreement.sha256,
        "accepted_at": _moment(share_request.accepted_at), "accepted_by": person.name,
    }  # fmt: skip


def _party(department: Any) -> dict[str, str]:
    return {"name": department.name, "uscc": department.uscc}


def _moment(moment: Any) -> str:
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds") if moment else ""
