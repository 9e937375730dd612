from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "gdshare.rules"
    label = "rules"
    verbose_name = "规则"

    def ready(self) -> None:
        from audit import labels
        from gdshare.rules.labels import LABELS, WORDS

        labels.register(LABELS)
        labels.register_words(WORDS)
