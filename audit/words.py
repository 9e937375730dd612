"""Words of the log's own verb, of the names that facts have everywhere, and of coded values."""

import re

from django.apps import apps

LABELS = {"audit.export": "导出审计日志"}

FACTS = {
    "actor": "办理人",
    "after": "之后",
    "aliases": "曾用名",
    "allowance": "期限（工作日）",
    "basis": "依据",
    "before": "之前",
    "call": "调用",
    "changed": "修改",
    "clock": "时限",
    "code": "代码",
    "columns": "列",
    "contact": "联系方式",
    "counts": "数量",
    "created": "新建",
    "decision": "决定",
    "decisions": "逐项决定",
    "department": "部门",
    "due_on": "最迟",
    "due_on_before": "原最迟",
    "duplicate": "重复",
    "duties": "职责",
    "expires_on": "到期日",
    "failures": "连续失败",
    "faults": "问题",
    "fields": "字段",
    "file_name": "文件名",
    "filters": "筛选",
    "format": "格式",
    "from_status": "原状态",
    "grants": "授权",
    "is_active": "在用",
    "is_allowed": "结果",
    "is_confirmed": "已确认",
    "is_restricted": "限定可见",
    "shown_to": "可见部门",
    "is_dry_run": "只检查",
    "is_late": "已逾期",
    "is_provisional": "暂定",
    "item_ids": "信息项",
    "items": "信息项",
    "key": "所用密钥",
    "kind": "种类",
    "kinds": "种类",
    "level": "层级",
    "masked": "脱敏信息项",
    "missing": "未获授权的信息项",
    "mode": "共享方式",
    "name": "名称",
    "necessities": "必要性",
    "number": "序号",
    "opinion": "意见",
    "parent": "上级部门",
    "period": "期限",
    "post": "职务",
    "profile": "规则",
    "provider": "提供部门",
    "purpose": "用途",
    "reason": "原因",
    "refused": "拒绝",
    "region": "行政区划",
    "rejected": "未通过行",
    "request_id": "请求编号",
    "requester": "申请部门",
    "resource": "资源",
    "resources": "资源",
    "responsible": "责任人",
    "revision": "版本",
    "role": "角色",
    "row_count": "行数",
    "rows": "行数",
    "sha256": "文件摘要",
    "share_request": "共享申请",
    "sharing_office": "数据共享工作机构",
    "short_name": "简称",
    "since": "从",
    "started_on": "起算",
    "status": "状态",
    "subject": "对象",
    "subject_id": "对象编号",
    "subject_kind": "对象种类",
    "to_status": "新状态",
    "told": "通知人数",
    "total": "合计",
    "unchanged": "未变",
    "until": "到",
    "updated": "更新",
    "username": "用户名",
    "uscc": "统一社会信用代码",
    "variants": "同义词",
    "verb": "动作",
    "version": "版本",
    # why a sign-in was refused
    "password": "密码不对",
    "locked": "账号已锁定",
    "inactive": "账号已停用",
}
CODE = re.compile(r"^[A-Z][A-Z0-9_]*$")


def choice_labels() -> dict[str, str]:
    """Code → words of every choice of every model: the log shows words, whoever wrote the code."""
    found: dict[str, str] = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            for code, words in field.flatchoices:
                if isinstance(code, str) and CODE.match(code):
                    found.setdefault(code, str(words))
    return found
