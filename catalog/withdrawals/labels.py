"""The words of this area's audit verbs."""

LABELS = {
    "withdrawal.open": "发起下架征求意见",
    "withdrawal.answer": "答复下架征求意见",
    "withdrawal.file": "下架备案",
    "withdrawal.warn": "提醒即将下架",
    "withdrawal.close": "到期下架",
    "withdrawal.call_off": "撤销下架",
}
