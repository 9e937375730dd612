"""The words of this area's audit verbs and facts."""

LABELS = {
    "synonym.add": "登记同义词",
    "synonym.remove": "移除同义词",
}
