"""The Chinese words of this area's audit verbs and facts."""

from sharing.ledgers.models import Section

LABELS = {
    "ledger.open": "建立使用台账",
    "ledger.write": "登记使用台账",
    "ledger.inspect": "检查使用台账",
    "ledger.answer": "答复台账检查",
    "ledger.export": "导出使用台账",
}
WORDS = {"section": "事项", "entry": "记录", "corrects": "更正的记录", **dict(Section.choices)}
