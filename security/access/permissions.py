"""What a person may do. Held through a role in a department, never by name."""

from enum import StrEnum


class Permission(StrEnum):
    """Stored nowhere: roles in code map to these."""

    RESOURCE_VIEW = "RESOURCE_VIEW"
    RESOURCE_DRAFT = "RESOURCE_DRAFT"
    RESOURCE_APPROVE = "RESOURCE_APPROVE"
    RESOURCE_AUDIT = "RESOURCE_AUDIT"
    MOUNT_LOAD = "MOUNT_LOAD"
    SHARE_REQUEST_VIEW = "SHARE_REQUEST_VIEW"
    SHARE_REQUEST_DRAFT = "SHARE_REQUEST_DRAFT"
    SHARE_REQUEST_ENDORSE = "SHARE_REQUEST_ENDORSE"
    SHARE_REQUEST_REVIEW = "SHARE_REQUEST_REVIEW"
    SHARE_REQUEST_CONFIRM = "SHARE_REQUEST_CONFIRM"
    GRANT_VIEW = "GRANT_VIEW"
    DATA_TAKE = "DATA_TAKE"
    API_CLIENT_MANAGE = "API_CLIENT_MANAGE"
    AUDIT_VIEW = "AUDIT_VIEW"
    ACCOUNT_MANAGE = "ACCOUNT_MANAGE"
    ROLE_ASSIGN = "ROLE_ASSIGN"
    CALENDAR_MANAGE = "CALENDAR_MANAGE"
    DICTIONARY_MANAGE = "DICTIONARY_MANAGE"
    SUPERVISION_VIEW = "SUPERVISION_VIEW"
    RULES_DRAFT = "RULES_DRAFT"
    RULES_PUBLISH = "RULES_PUBLISH"


LABELS = {
    Permission.RESOURCE_VIEW: "查看目录",
    Permission.RESOURCE_DRAFT: "编制目录",
    Permission.RESOURCE_APPROVE: "同意本部门目录",
    Permission.RESOURCE_AUDIT: "审核目录并发布",
    Permission.MOUNT_LOAD: "挂接数据",
    Permission.SHARE_REQUEST_VIEW: "查看共享申请",
    Permission.SHARE_REQUEST_DRAFT: "填写共享申请",
    Permission.SHARE_REQUEST_ENDORSE: "同意本部门申请",
    Permission.SHARE_REQUEST_REVIEW: "提出审核意见",
    Permission.SHARE_REQUEST_CONFIRM: "确认审核意见",
    Permission.GRANT_VIEW: "查看授权",
    Permission.DATA_TAKE: "取用数据",
    Permission.API_CLIENT_MANAGE: "签发和撤销本部门密钥",
    Permission.AUDIT_VIEW: "查阅和导出审计日志",
    Permission.ACCOUNT_MANAGE: "维护部门和账号",
    Permission.ROLE_ASSIGN: "授予和收回角色",
    Permission.CALENDAR_MANAGE: "维护工作日历",
    Permission.DICTIONARY_MANAGE: "维护字典、法规库和主题库",
    Permission.SUPERVISION_VIEW: "查看监督情况",
    Permission.RULES_DRAFT: "起草规则方案",
    Permission.RULES_PUBLISH: "发布规则方案和使用承诺",
}
"""The words of each permission, for the generated table and for whoever grants a role."""
