"""The words of this area's audit verbs."""

LABELS = {
    "deadline.start": "开始计时",
    "deadline.assign": "变更办理部门",
    "deadline.pause": "暂停计时",
    "deadline.resume": "恢复计时",
    "deadline.extend": "延长期限",
    "deadline.stop": "停止计时",
    "deadline.remind": "时限提醒",
    "deadline.recompute": "重新计算到期日",
}
