"""Who may dispute an answer, speak, agree, and who settles. Nobody settles what he is a party of, or has answered."""

from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict, first_refusal
from security.access.permissions import Permission
from sharing.corrections.models import CorrectionRequest
from sharing.corrections.workflow import CorrectionStatus
from sharing.disputes import workflow
from sharing.disputes.models import Dispute
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.workflow import Status

DISPUTABLE = {ShareRequest: (Status.DENIED, Status.PARTLY_APPROVED), CorrectionRequest: (CorrectionStatus.REFUSED,)}
"""Answers that can be disputed: the ones that refuse, in whole or in part."""


def raise_dispute(actor: Any, subject: ShareRequest | CorrectionRequest) -> Verdict:
    """The department that was refused, by its handler."""
    if subject.status not in DISPUTABLE[type(subject)]:
        return Verdict("只有不同意、部分同意或核实无误的答复可以提出争议。", remedy="请等待答复。", code="NOT_REFUSED")
    asked = subject.requester_id if isinstance(subject, ShareRequest) else subject.department_id
    if actor.holds(Permission.SHARE_REQUEST_DRAFT, asked):
        return ALLOWED
    return Verdict("争议由收到答复的部门的经办提出。", remedy="请由本部门的经办办理。")


def state(actor: Any, dispute: Dispute) -> Verdict:
    """Either party says its position."""
    if any(_is_of(actor, party) for party in dispute.parties):
        return ALLOWED
    return Verdict("只有争议的双方可以陈述意见。", remedy="协调部门请写在协调意见里。")


def offer(actor: Any, dispute: Dispute) -> Verdict:
    """Either party writes words that the other may agree to."""
    return state(actor, dispute)


def agree(actor: Any, dispute: Dispute) -> Verdict:
    """The other party's head; nobody agrees with himself."""
    if dispute.offered_by_id is None:
        return Verdict("还没有可以同意的协商意见。", remedy="请先提出协商意见，由对方负责人同意。")
    others = [party for party in dispute.parties if party != dispute.offered_by_id]
    if actor.holds(Permission.SHARE_REQUEST_ENDORSE, others[0]):
        return ALLOWED
    return Verdict("协商意见由对方的负责人同意。", remedy="不同意的，可以另提一份协商意见。")


def escalate(actor: Any, dispute: Dispute) -> Verdict:
    """Either party's head: 协商不成."""
    if any(actor.holds(Permission.SHARE_REQUEST_ENDORSE, party) for party in dispute.parties):
        return ALLOWED
    return Verdict("提请协调由双方的负责人办理。", remedy="请由本部门负责人办理。")


def coordinate(actor: Any, dispute: Dispute) -> Verdict:
    """The head of the competent authority, who has not answered the case himself."""
    return first_refusal(_authority(actor, dispute), _has_not_answered(actor, dispute))


def refer(actor: Any, dispute: Dispute) -> Verdict:
    """The head of that authority, also one who answered the case: to report it decides nothing."""
    return _authority(actor, dispute)


def record_ruling(actor: Any, dispute: Dispute) -> Verdict:
    """The authority that referred it; where nobody neutral stands above, a party's head. A document is only copied."""
    if dispute.authority_id is not None:
        return _authority(actor, dispute)
    if any(actor.holds(Permission.SHARE_REQUEST_ENDORSE, party) for party in dispute.parties):
        return ALLOWED
    return Verdict("政府的决定由双方的负责人登记。", remedy="请由本部门负责人办理。")


def withdraw(actor: Any, dispute: Dispute) -> Verdict:
    """The party that raised it."""
    if actor.holds(Permission.SHARE_REQUEST_DRAFT, dispute.claimant_id):
        return ALLOWED
    return Verdict("争议由提出的部门撤回。", remedy=f"请联系{dispute.claimant.short_name}的经办。")


def toolbar(actor: Any, dispute: Dispute) -> dict[str, Verdict]:
    """The verbs that may be shown now, with why not."""
    asked = {
        "state": state, "offer": offer, "agree": agree, "escalate": escalate, "coordinate": coordinate, "refer": refer,
        "record_ruling": record_ruling, "withdraw": withdraw,
    }  # fmt: skip
    return {verb: ask(actor, dispute) for verb, ask in asked.items() if dispute.status in workflow.sources(verb)}


def _is_of(actor: Any, department: int) -> bool:
    return bool(
        actor.holds(Permission.SHARE_REQUEST_DRAFT, department)
        or actor.holds(Permission.SHARE_REQUEST_ENDORSE, department)
    )


def _authority(actor: Any, dispute: Dispute) -> Verdict:
    if dispute.authority_id is not None and actor.holds(Permission.SHARE_REQUEST_CONFIRM, dispute.authority_id):
        return ALLOWED
    name = dispute.authority.short_name if dispute.authority else "主管部门"
    return Verdict(f"争议由{name}的负责人协调。", remedy=f"请等待{name}的意见。")


def _has_not_answered(actor: Any, dispute: Dispute) -> Verdict:
    case = dispute.share_request
    if case is not None and case.steps.filter(decided_by=actor).exists():
        return Verdict("您审核过这份申请，不能协调它的争议。", remedy="请由主管部门的其他负责人办理。", code="CONFLICT")
    return ALLOWED
