"""The Chinese words of this area's audit verbs and facts."""

LABELS = {
    "correction.report": "报告数据疑义",
    "correction.accept": "受理疑义",
    "correction.mend": "更正数据",
    "correction.refuse": "答复核实无误",
    "correction.withdraw": "撤回疑义",
    "correction.acknowledge": "确认更正",
}
WORDS = {"item": "信息项", "record_key": "记录", "mended_version": "更正后的版本"}
