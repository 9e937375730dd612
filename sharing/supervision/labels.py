"""The Chinese words of this area's audit verbs and facts, and of its buttons."""

LABELS = {
    "supervision.issue": "发出督办单",
    "supervision.answer": "答复督办",
    "supervision.note_stopped": "督办的时限已停止",
    "supervision.return": "退回督办答复",
    "supervision.close": "办结督办",
    "supervision.cancel": "撤销督办单",
}
VERBS = {verb.removeprefix("supervision."): words for verb, words in LABELS.items()}
WORDS = {"order_due_on": "答复期限", "overdue_on": "原到期日"}
