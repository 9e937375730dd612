"""The words of this area's audit verbs."""

LABELS = {
    "change.record": "登记变更并下达任务",
    "change_task.open": "下达目录更新任务",
    "change_task.propose_no_change": "提出不需更新",
    "change_task.confirm_no_change": "确认不需更新",
    "change_task.reject_no_change": "不同意不需更新",
    "change_task.ask_extension": "申请延长更新期限",
    "change_task.decide_extension": "决定是否延长更新期限",
    "change_task.update": "目录已更新",
}
