"""The words of this area's audit verbs."""

LABELS = {
    "thematic_library.create": "建立主题库",
    "thematic_library.change": "修改主题库",
}
