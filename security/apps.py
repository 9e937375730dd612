from django.apps import AppConfig


class SecurityConfig(AppConfig):
    name = "security"
    verbose_name = "安全"

    def ready(self) -> None:
        from audit import labels
        from security.access.roles import ROLES
        from security.accounts.labels import LABELS as ACCOUNT_LABELS
        from security.accounts.models import NoticePace
        from security.departments.labels import LABELS as DEPARTMENT_LABELS
        from security.notices.labels import LABELS as NOTICE_LABELS

        labels.register(ACCOUNT_LABELS | DEPARTMENT_LABELS | NOTICE_LABELS)
        labels.register_words(dict(NoticePace.choices) | {"error": "最近一次错误"})
        labels.register_words({role.code: role.label for role in ROLES.values()})
