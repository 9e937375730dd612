from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = "目录"

    def ready(self) -> None:
        from audit import labels
        from catalog.census.labels import LABELS as CENSUS_LABELS
        from catalog.changes import actions as changes
        from catalog.changes.labels import LABELS as CHANGE_LABELS
        from catalog.drafting.labels import LABELS as DRAFTING_LABELS
        from catalog.finding.labels import LABELS as FINDING_LABELS
        from catalog.laws.labels import LABELS as LAW_LABELS
        from catalog.libraries.labels import LABELS as LIBRARY_LABELS
        from catalog.mounts.labels import LABELS as MOUNT_LABELS
        from catalog.quality.labels import FACTS as QUALITY_FACTS
        from catalog.quality.labels import LABELS as QUALITY_LABELS
        from catalog.resources import codes, hooks, term_usage
        from catalog.resources.labels import LABELS as RESOURCE_LABELS
        from catalog.systems.labels import LABELS as SYSTEM_LABELS
        from catalog.taxonomy import usage
        from catalog.taxonomy.labels import LABELS as TAXONOMY_LABELS
        from catalog.withdrawals.labels import LABELS as WITHDRAWAL_LABELS

        labels.register(CENSUS_LABELS)
        codes.check_setting()
        usage.register(count=term_usage.count, carry=term_usage.carry)
        for words in (LAW_LABELS, LIBRARY_LABELS):
            labels.register(words)
        labels.register(DRAFTING_LABELS)
        labels.register(RESOURCE_LABELS)
        labels.register(MOUNT_LABELS)
        labels.register(WITHDRAWAL_LABELS)
        labels.register(CHANGE_LABELS)
        hooks.after_publication(changes.updated)
        labels.register(QUALITY_LABELS)
        labels.register_words(QUALITY_FACTS)
        labels.register(TAXONOMY_LABELS)
        labels.register(SYSTEM_LABELS)
        labels.register(FINDING_LABELS)
