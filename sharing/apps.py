from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "sharing"
    verbose_name = "共享"

    def ready(self) -> None:
        from audit import labels
        from sharing.grants.labels import LABELS as GRANTS
        from sharing.share_requests.labels import LABELS as SHARE_REQUESTS

        labels.register(GRANTS)
        labels.register(SHARE_REQUESTS)
