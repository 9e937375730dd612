"""The words of this area's audit verbs."""

LABELS = {
    "resource.create": "新建目录",
    "resource.update": "修改目录",
    "resource.submit": "提交目录",
    "resource.approve": "部门同意目录",
    "resource.publish": "发布目录",
    "resource.return_": "退回目录",
    "resource.revise": "修订目录",
    "resource.discard": "放弃修订稿",
    "resource.mend": "勾选退回意见",
    "resource.restore": "恢复旧版",
    "resource.schedule": "目录定期生效",
    "resource.take_effect": "目录生效",
    "resource.withdraw": "下架目录",
    "resource.restrict": "限定目录可见范围",
    "catalog_import.queue": "提交目录导入",
    "catalog_import.cancel": "取消目录导入",
    "catalog_import.run": "导入目录",
    "catalog.export": "导出目录",
    "import_mapping.save": "保存导入的列对应",
    "import_mapping.delete": "删除导入的列对应",
}
