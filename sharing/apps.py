from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "sharing"
    verbose_name = "共享"

    def ready(self) -> None:
        from audit import labels
        from sharing.calendar.labels import LABELS as CALENDAR
        from sharing.calendar.labels import WORDS as CALENDAR_WORDS
        from sharing.deadlines.labels import LABELS as DEADLINES
        from sharing.delivery.labels import LABELS as DELIVERY
        from sharing.grants.labels import LABELS as GRANTS
        from sharing.share_requests.labels import LABELS as SHARE_REQUESTS

        labels.register(CALENDAR)
        labels.register_words(CALENDAR_WORDS)
        labels.register(DEADLINES)
        labels.register(DELIVERY)
        labels.register(GRANTS)
        labels.register(SHARE_REQUESTS)
