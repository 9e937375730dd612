"""The Chinese words of this area's audit verbs and facts."""

LABELS = {"handover.make": "人员交接", "orphan.look": "查找无主事项"}
WORDS = {"to": "接手人", "cases": "在办申请", "handed": "交接事项", "found": "新发现", "resolved": "已解决"}
