"""The words of this area's audit verbs."""

LABELS = {
    "department.create": "登记部门",
    "department.update": "修改部门",
    "region.load": "载入行政区划",
}
