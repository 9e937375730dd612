from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "审计"

    def ready(self) -> None:
        from audit import labels, words

        labels.register(words.LABELS)
        labels.register_words(words.FACTS)
        labels.register_words(words.choice_labels())
