"""The Chinese words of this area's audit verbs and facts."""

LABELS = {
    "department.rename": "机构更名",
    "department.merge": "机构并入",
    "department.abolish": "机构撤销",
    "department.follow": "随机构变更转入",
    "department.carry_roles": "按原角色在承接部门任职",
    "grant.absorb": "机构合并后结束授权",
}
WORDS = {
    "successor_name": "承接部门", "document_no": "文号", "document_on": "成文日期", "follows": "随转",
    "ended": "结束的授权", "carried": "任职",
    "kept": "已有同样角色", "RENAMED": "更名", "MERGED": "并入", "ABOLISHED": "撤销",
}  # fmt: skip
