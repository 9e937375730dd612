"""The words of this area's audit verbs."""

LABELS = {
    "data.take": "取用数据",
    "data.preview": "预览数据",
    "data.cut": "中断取数",
}
