"""The words of this area's audit verbs."""

LABELS = {
    "resource.remind_update": "提醒更新数据",
    "data_element.add": "登记数据元",
    "data_element.change": "修改数据元",
    "data_element.set_lead_source": "确定数源部门",
    "data_element.remove_lead_source": "取消数源部门",
    "resource.confirm_elements": "确认信息项的数据元",
}

FACTS = {"confirmed": "确认", "removed": "取消", "lead_source": "数源部门", "lead_source_before": "原数源部门"}
