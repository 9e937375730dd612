"""The words of this area's audit verbs."""

LABELS = {
    "drafting_run.file": "读取数据文件生成目录",
    "drafting_run.database": "读取数据库结构生成目录",
    "drafting_run.confirm": "确认生成的目录",
    "drafting_run.discard": "删去读取结果",
}
