"""The words of this area's audit verbs and facts."""

LABELS = {
    "synonym.add": "登记同义词",
    "synonym.remove": "移除同义词",
    "term.add": "增加字典项",
    "term.change": "修改字典项",
    "term.retire": "停用字典项",
    "term.restore": "恢复字典项",
    "term.move": "调整字典顺序",
    "term.remove": "删除字典项",
}
