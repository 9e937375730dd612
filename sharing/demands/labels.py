"""The Chinese words of this area's audit verbs and facts."""

VERBS = {
    "submit": "提出需求", "route": "分办", "point": "指出已有目录", "refuse": "不予受理", "confirm": "确认承办",
    "decline": "退回分办", "compile": "开始编目", "fulfil": "目录发布", "second": "附议", "withdraw": "撤回",
}  # fmt: skip
LABELS = {f"demand.{verb}": f"目录外需求：{words}" for verb, words in VERBS.items()}
WORDS = {"duty": "承办部门", "promised_on": "承诺发布", "is_binding": "指定办理"}
