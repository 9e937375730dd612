"""The Chinese words of this area's audit verbs and facts, and of its buttons."""

LABELS = {
    "dispute.raise": "提出争议",
    "dispute.state": "陈述争议意见",
    "dispute.offer": "提出协商意见",
    "dispute.agree": "协商一致",
    "dispute.escalate": "提请协调争议",
    "dispute.coordinate": "协调争议",
    "dispute.refer": "争议报政府决定",
    "dispute.record_ruling": "登记政府对争议的决定",
    "dispute.withdraw": "撤回争议",
}
VERBS = {verb.removeprefix("dispute."): words for verb, words in LABELS.items()}
WORDS = {"outcome": "结果", "authority": "协调部门"}
