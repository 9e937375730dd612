from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "gdshare.portal"
    label = "portal"
    verbose_name = "门户"
