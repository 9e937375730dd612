"""The words of this area's audit verbs."""

LABELS = {
    "legal_text.add": "登记法规",
    "legal_text.change": "修改法规",
    "legal_text.close": "登记法规失效",
    "legal_text.remove": "删除法规",
}
