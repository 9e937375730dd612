from django.apps import AppConfig


class SecurityConfig(AppConfig):
    name = "security"
    verbose_name = "安全"

    def ready(self) -> None:
        from audit import labels
        from security.access.roles import ROLES
        from security.accounts.labels import LABELS as ACCOUNT_LABELS
        from security.accounts.models import NoticePace
        from security.covers.labels import LABELS as COVER_LABELS
        from security.covers.labels import WORDS as COVER_WORDS
        from security.departments.labels import LABELS as DEPARTMENT_LABELS
        from security.notices.labels import LABELS as NOTICE_LABELS

        labels.register(ACCOUNT_LABELS | COVER_LABELS | DEPARTMENT_LABELS | NOTICE_LABELS)
        labels.register_words(dict(NoticePace.choices) | {"error": "最近一次错误"} | COVER_WORDS)
        labels.register_words({role.code: role.label for role in ROLES.values()})
