"""The Chinese words of this area's audit verbs and facts."""

LABELS = {"supply.prove": "查明数据已供给"}
WORDS = {"supplied_at": "可取", "reading": "读取摘要", "item_count": "信息项数"}
