"""The Chinese words of this area's audit verb and facts."""

LABELS = {"agreement.publish": "发布使用承诺"}
WORDS = {"valid_from": "施行"}
