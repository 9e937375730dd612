"""Roles, in code: a stable code, the words for whoever grants it, and its permissions."""

from dataclasses import dataclass

from security.access.permissions import Permission as P


@dataclass(frozen=True)
class Role:
    """A post that a person holds in a department. `is_exclusive` marks the three administrators (三员分立)."""

    code: str
    label: str
    description: str
    permissions: frozenset[P]
    is_exclusive: bool = False
    is_authority: bool = False


_STAFF = {P.RESOURCE_VIEW, P.SHARE_REQUEST_VIEW, P.GRANT_VIEW, P.DATA_TAKE}

HANDLER = Role(
    "HANDLER",
    "经办",
    "编制本部门目录、挂接数据、填写共享申请、对他部门的申请提出审核意见。",
    frozenset(
        _STAFF | {P.RESOURCE_DRAFT, P.MOUNT_LOAD, P.SHARE_REQUEST_DRAFT, P.SHARE_REQUEST_REVIEW, P.API_CLIENT_MANAGE}
    ),
)
OFFICE_HEAD = Role(
    "OFFICE_HEAD",
    "负责人",
    "数据共享工作机构负责人：同意本部门的目录和申请，确认本部门的审核意见。",
    frozenset(_STAFF | {P.RESOURCE_APPROVE, P.SHARE_REQUEST_ENDORSE, P.SHARE_REQUEST_CONFIRM, P.API_CLIENT_MANAGE}),
)
AUTHORITY_HANDLER = Role(
    "AUTHORITY_HANDLER",
    "主管部门经办",
    "政务数据主管部门：审核目录，会同提供部门审核申请，维护工作日历、字典、法规库和主题库，起草规则方案。",
    frozenset(
        HANDLER.permissions
        | {P.RESOURCE_AUDIT, P.SUPERVISION_VIEW, P.CALENDAR_MANAGE, P.DICTIONARY_MANAGE, P.RULES_DRAFT}
    ),
    is_authority=True,
)
AUTHORITY_HEAD = Role(
    "AUTHORITY_HEAD",
    "主管部门负责人",
    "政务数据主管部门负责人：确认本部门的审核意见，发布规则方案和使用承诺。",
    frozenset(OFFICE_HEAD.permissions | {P.RESOURCE_AUDIT, P.SUPERVISION_VIEW, P.RULES_PUBLISH}),
    is_authority=True,
)
SYSTEM_ADMIN = Role(
    "SYSTEM_ADMIN", "系统管理员", "建立部门和账号。看不到业务数据。", frozenset({P.ACCOUNT_MANAGE}), is_exclusive=True
)
SECURITY_ADMIN = Role(
    "SECURITY_ADMIN", "安全管理员", "授予和收回角色。看不到业务数据。", frozenset({P.ROLE_ASSIGN}), is_exclusive=True
)
AUDIT_ADMIN = Role(
    "AUDIT_ADMIN", "审计管理员", "查阅和导出审计日志。看不到业务数据。", frozenset({P.AUDIT_VIEW}), is_exclusive=True
)
API_CLIENT = Role(
    "API_CLIENT",
    "业务系统",
    "以部门的密钥取数的业务系统，不能授予个人。",
    frozenset({P.RESOURCE_VIEW, P.GRANT_VIEW, P.DATA_TAKE}),
)

ROLES = {
    role.code: role
    for role in (
        HANDLER, OFFICE_HEAD, AUTHORITY_HANDLER, AUTHORITY_HEAD, SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN, API_CLIENT
    )
}  # fmt: skip
GRANTABLE = tuple(role for role in ROLES.values() if role is not API_CLIENT)
EXCLUSIVE_CODES = tuple(role.code for role in ROLES.values() if role.is_exclusive)


def codes_holding(permission: P) -> tuple[str, ...]:
    """Codes of the roles that carry `permission`."""
    return tuple(role.code for role in ROLES.values() if permission in role.permissions)
