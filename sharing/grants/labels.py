"""The Chinese words of this area's audit verbs."""

LABELS = {
    "grant.issue": "开通授权",
    "grant.suspend": "暂停授权",
    "grant.resume": "恢复授权",
    "grant.revoke": "撤销授权",
    "grant.expire": "授权到期",
}
