"""Who may open, stop and end a 授权; and `decide`, the one question that every exit of data asks."""

from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission
from sharing.grants.decision import decide

__all__ = ["decide", "issue", "resume", "revoke", "suspend", "toolbar"]


def issue(actor: Any, share_request: Any) -> Verdict:
    """A grant follows a decision, and nothing else."""
    if share_request.decided_at is None:
        return Verdict("这份申请还没有答复，不能开通授权。", remedy="请等各方审核完成。")
    return ALLOWED


def suspend(actor: Any, grant: Any) -> Verdict:
    """The provider's head, or the authority's, answers for what leaves."""
    is_provider = actor.holds(Permission.SHARE_REQUEST_CONFIRM, grant.resource.provider_id)
    is_authority = actor.holds(Permission.SHARE_REQUEST_CONFIRM) and actor.acting.role.is_authority
    if is_provider or is_authority:
        return ALLOWED
    provider = grant.resource.provider.short_name
    return Verdict("授权由提供部门或主管部门的负责人管理。", remedy=f"请联系{provider}的负责人。")


resume = revoke = suspend


def toolbar(actor: Any, grant: Any) -> dict[str, Verdict]:
    """The verbs that are legal in the grant's status, with the actor's verdict."""
    verbs = {
        "ACTIVE": (("suspend", suspend), ("revoke", revoke)),
        "SUSPENDED": (("resume", resume), ("revoke", revoke)),
    }
    return {verb: policy(actor, grant) for verb, policy in verbs.get(grant.status, ())}
