"""The words of this area's audit verbs."""

LABELS = {
    "notice.pace": "选择提醒方式",
    "notice.send_again": "重新发送提醒",
}
