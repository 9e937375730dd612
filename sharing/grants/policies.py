"""Who may open, stop and end a 授权; and `decide`, the one question that every exit of data asks."""

from collections.abc import Sequence
from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission
from sharing.grants import workflow
from sharing.grants.decision import decide
from sharing.grants.models import GrantStatus

__all__ = [
    "absorb", "amend", "decide", "dispose", "issue", "renew", "report_rectified", "resume", "revoke", "supersede",
    "suspend", "toolbar",
]  # fmt: skip


def issue(actor: Any, share_request: Any) -> Verdict:
    """A grant follows a decision, and nothing else."""
    if share_request.decided_at is None:
        return Verdict("这份申请还没有答复，不能开通授权。", remedy="请等各方审核完成。")
    return ALLOWED


supersede = issue


def absorb(actor: Any, grant: Any) -> Verdict:
    """Follows from the register of departments: 系统管理员 keeps it."""
    if actor.holds(Permission.ACCOUNT_MANAGE):
        return ALLOWED
    return Verdict("只有系统管理员可以登记机构变更。", remedy="请把批文交系统管理员。")


def suspend(actor: Any, grant: Any) -> Verdict:
    """The provider's head, or the authority's, answers for what leaves."""
    is_provider = actor.holds(Permission.SHARE_REQUEST_CONFIRM, grant.resource.provider_id)
    is_authority = actor.holds(Permission.SHARE_REQUEST_CONFIRM) and actor.acting.role.is_authority
    if is_provider or is_authority:
        return ALLOWED
    provider = grant.resource.provider.short_name
    return Verdict("授权由提供部门或主管部门的负责人管理。", remedy=f"请联系{provider}的负责人。")


revoke = suspend


def resume(actor: Any, grant: Any) -> Verdict:
    """Who suspended, or the authority."""
    verdict = suspend(actor, grant)
    is_by_authority = grant.rectifications.filter(closed_at=None, side="AUTHORITY").exists()
    if verdict and is_by_authority and not actor.acting.role.is_authority:
        return Verdict("这项授权由主管部门暂停，也由主管部门恢复。", remedy="请联系主管部门的负责人。")
    return verdict


def report_rectified(actor: Any, grant: Any) -> Verdict:
    """The holder's handlers answer the order."""
    if actor.holds(Permission.SHARE_REQUEST_DRAFT, grant.department_id):
        return ALLOWED
    return Verdict("整改情况由使用部门的经办报告。", remedy=f"请联系{grant.department.short_name}的经办。")


def dispose(actor: Any, grant: Any) -> Verdict:
    """Who holds the data answers for its end: the holder's handlers."""
    if actor.holds(Permission.SHARE_REQUEST_DRAFT, grant.department_id):
        return ALLOWED
    return Verdict("处置证明由使用部门的经办出具。", remedy=f"请联系{grant.department.short_name}的经办。")


def renew(actor: Any, grant: Any) -> Verdict:
    """The holder's handlers, while the right holds or after its period; not after it was taken away."""
    return _follow(actor, grant, (GrantStatus.ACTIVE, GrantStatus.SUSPENDED, GrantStatus.EXPIRED), "续期")


def amend(actor: Any, grant: Any) -> Verdict:
    """The holder's handlers, while the right holds."""
    return _follow(actor, grant, (GrantStatus.ACTIVE,), "变更")


def _follow(actor: Any, grant: Any, statuses: Sequence[str], words: str) -> Verdict:
    if not actor.holds(Permission.SHARE_REQUEST_DRAFT, grant.department_id):
        return Verdict(f"{words}由使用部门的经办提出。", remedy="请由使用部门的经办办理。")
    if grant.status not in statuses:
        return Verdict(
            f"这项授权现在是“{GrantStatus(grant.status).label}”，不能{words}。", remedy="还需使用的，请重新申请。"
        )
    return ALLOWED


POLICIES = {
    "suspend": suspend,
    "report_rectified": report_rectified,
    "resume": resume,
    "revoke": revoke,
    "dispose": dispose,
}


def toolbar(actor: Any, grant: Any) -> dict[str, Verdict]:
    """The verbs that are legal in the grant's status, with the actor's verdict."""
    return {verb: ask(actor, grant) for verb, ask in POLICIES.items() if grant.status in workflow.MOVES[verb].sources}
