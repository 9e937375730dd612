"""The words of the audit verbs of rule profiles."""

LABELS = {
    "rule_profile.begin": "起草规则方案",
    "rule_profile.save": "保存规则方案草稿",
    "rule_profile.publish": "发布规则方案",
    "rule_profile.discard": "放弃规则方案草稿",
}
WORDS = {"in_force_from": "施行日期", "differences": "改动"}
