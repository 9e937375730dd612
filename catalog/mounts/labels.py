"""The words of this area's audit verbs."""

LABELS = {
    "table_version.queue": "提交数据文件",
    "table_version.load": "装载数据",
    "table_version.refuse": "数据文件未通过",
    "table_version.drop": "清理旧版数据",
}
