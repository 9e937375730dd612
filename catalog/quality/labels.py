"""The words of this area's audit verbs."""

LABELS = {
    "resource.remind_update": "提醒更新数据",
}
