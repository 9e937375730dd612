"""The Chinese words of this area's audit verbs and facts."""

LABELS = {
    "comparison.open": "提出数据比对",
    "comparison.finish": "完成数据比对",
    "comparison.fail": "数据比对没有完成",
    "comparison.cancel": "取消数据比对",
    "comparison.look": "查看不一致的行",
    "comparison.decide": "决定以谁为准",
}
WORDS = {"stands": "以谁为准", "both": "两方都有", "only_left": "仅甲方有", "only_right": "仅乙方有"}
