from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "sharing"
    verbose_name = "共享"

    def ready(self) -> None:
        from audit import labels
        from catalog.finding import access
        from catalog.resources import consumers, hooks
        from gdshare.rules import clock_port
        from sharing.agreements.labels import LABELS as AGREEMENTS
        from sharing.agreements.labels import WORDS as AGREEMENT_WORDS
        from sharing.calendar.labels import LABELS as CALENDAR
        from sharing.calendar.labels import WORDS as CALENDAR_WORDS
        from sharing.conflicts.labels import LABELS as COMPARISONS
        from sharing.conflicts.labels import WORDS as COMPARISON_WORDS
        from sharing.corrections.labels import LABELS as CORRECTIONS
        from sharing.corrections.labels import WORDS as CORRECTION_WORDS
        from sharing.deadlines.engine import ClockEngine
        from sharing.deadlines.labels import LABELS as DEADLINES
        from sharing.delivery.labels import LABELS as DELIVERY
        from sharing.delivery.queries import consumers_of
        from sharing.demands import actions as demands
        from sharing.demands.labels import LABELS as DEMANDS
        from sharing.demands.labels import WORDS as DEMAND_WORDS
        from sharing.disputes.labels import LABELS as DISPUTES
        from sharing.disputes.labels import WORDS as DISPUTE_WORDS
        from sharing.grants import queries as grants
        from sharing.grants.labels import LABELS as GRANTS
        from sharing.grants.labels import WORDS as GRANT_WORDS
        from sharing.handover.labels import LABELS as HANDOVER
        from sharing.handover.labels import WORDS as HANDOVER_WORDS
        from sharing.ledgers.labels import LABELS as LEDGERS
        from sharing.ledgers.labels import WORDS as LEDGER_WORDS
        from sharing.messages.labels import LABELS as MESSAGES
        from sharing.share_requests.labels import LABELS as SHARE_REQUESTS
        from sharing.share_requests.labels import WORDS as SHARE_REQUEST_WORDS
        from sharing.succession.labels import LABELS as SUCCESSION
        from sharing.succession.labels import WORDS as SUCCESSION_WORDS
        from sharing.supervision.labels import LABELS as SUPERVISION
        from sharing.supervision.labels import WORDS as SUPERVISION_WORDS
        from sharing.supply.labels import LABELS as SUPPLY
        from sharing.supply.labels import WORDS as SUPPLY_WORDS

        labels.register(AGREEMENTS)
        labels.register_words(AGREEMENT_WORDS)
        labels.register(CALENDAR)
        labels.register_words(CALENDAR_WORDS)
        labels.register_words(GRANT_WORDS)
        labels.register(COMPARISONS)
        labels.register_words(COMPARISON_WORDS)
        labels.register(CORRECTIONS)
        labels.register_words(CORRECTION_WORDS)
        labels.register(DEADLINES)
        labels.register(DELIVERY)
        labels.register(DEMANDS)
        labels.register_words(DEMAND_WORDS)
        hooks.after_publication(demands.published)
        labels.register(DISPUTES)
        labels.register_words(DISPUTE_WORDS)
        labels.register(GRANTS)
        labels.register(HANDOVER)
        labels.register_words(HANDOVER_WORDS)
        labels.register(LEDGERS)
        labels.register_words(LEDGER_WORDS)
        labels.register(MESSAGES)
        labels.register(SHARE_REQUESTS)
        labels.register_words(SHARE_REQUEST_WORDS)
        labels.register(SUCCESSION)
        labels.register_words(SUCCESSION_WORDS)
        labels.register(SUPERVISION)
        labels.register_words(SUPERVISION_WORDS)
        labels.register(SUPPLY)
        labels.register_words(SUPPLY_WORDS)
        consumers.register(consumers_of)
        clock_port.register(ClockEngine())
        access.register(grants.search_access)
