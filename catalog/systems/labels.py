"""The words of this area's audit verbs."""

LABELS = {
    "information_system.create": "登记信息系统",
    "information_system.update": "修改信息系统",
    "information_system.submit": "提交信息系统",
    "information_system.approve": "部门同意信息系统",
    "information_system.verify": "核验信息系统",
    "information_system.return_": "退回信息系统",
    "information_system.revise": "修订信息系统",
    "information_system.retire": "停用信息系统",
    "information_system.import": "导入信息系统普查表",
}
