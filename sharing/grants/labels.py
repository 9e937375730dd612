"""The Chinese words of this area's audit verbs."""

from sharing.grants.models import Disposal

LABELS = {
    "grant.issue": "开通授权",
    "grant.suspend": "暂停授权",
    "grant.report_rectified": "报告整改",
    "grant.resume": "恢复授权",
    "grant.revoke": "撤销授权",
    "grant.expire": "授权到期",
    "grant.supersede": "授权变更后结束",
    "grant.dispose": "出具处置证明",
}

WORDS = {
    "successor": "新授权",
    "valid_to": "截止",
    "rows_per_day": "每日行数",
    "calls_per_day": "每日次数",
    "method": "处置方式",
    "disposed_on": "处置日期",
    "grant": "原授权",
    "source": "照抄的申请",
    **dict(Disposal.Method.choices),
}
"""The words of its facts and codes."""
