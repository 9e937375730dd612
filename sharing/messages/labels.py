"""The Chinese words of this area's audit verbs."""

LABELS = {"message_template.keep": "保存留言模板", "message_template.retire": "停用或恢复留言模板"}
