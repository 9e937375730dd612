"""One line of migrations, none missing."""

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation

OURS = ("rules", "audit", "security", "catalog", "sharing")


def test_no_migration_is_missing():
    loader = MigrationLoader(None)
    translation.deactivate_all()  # as makemigrations does: labels of Django's own are written in English
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(graph=loader.graph)
    translation.activate("zh-hans")
    missing = {app: [str(operation) for migration in found for operation in migration.operations]
               for app, found in changes.items() if app in OURS}  # fmt: skip
    assert missing == {}


def test_migrations_are_one_line():
    loader = MigrationLoader(None)
    for app in OURS:
        assert len(loader.graph.leaf_nodes(app)) == 1
        names = sorted(name for label, name in loader.disk_migrations if label == app)
        numbers = [int(name.split("_")[0]) for name in names]
        assert numbers == list(range(1, len(names) + 1)), names
