"""Who may do what with accounts, roles and keys."""

from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission
from security.accounts.models import ApiClient, Membership
from security.departments.models import Department


def issue_api_client(actor, department: Department | None) -> Verdict:
    """Handlers and heads issue keys for their own department."""
    if department is not None and actor.holds(Permission.API_CLIENT_MANAGE, department):
        return ALLOWED
    return Verdict("您没有管理本部门密钥的权限。", remedy="请由本部门的经办或负责人办理。")


def revoke_api_client(actor, api_client: ApiClient) -> Verdict:
    """Keys are revoked by those who may issue them, in the same department."""
    return issue_api_client(actor, api_client.department)


def choose_membership(actor, membership: Membership) -> Verdict:
    """One acts only in a membership of one's own that still holds."""
    if membership.user_id == actor.pk and membership.ended_at is None and membership.department.is_active:
        return ALLOWED
    return Verdict("您没有这项任职，或任职已经结束。", remedy="请刷新页面后重新选择。")
