"""The words of this area's audit verbs."""

LABELS = {
    "calendar.propose": "提出日历更改",
    "calendar.apply": "日历更改生效",
    "calendar.discard": "放弃日历更改",
}
WORDS = {"year": "年份", "source": "依据", "digest": "更改摘要", "days": "日期", "later": "延后", "earlier": "提前"}
