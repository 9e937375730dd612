from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "gdshare.portal"
    label = "portal"
    verbose_name = "门户"

    def ready(self) -> None:
        from audit import labels
        from gdshare.portal.labels import LABELS

        labels.register(LABELS)
