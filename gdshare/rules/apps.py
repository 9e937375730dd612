from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "gdshare.rules"
    label = "rules"
    verbose_name = "规则"
