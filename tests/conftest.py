"""What every test stands on: a real PostgreSQL and Valkey, the cast, and commits that are cleaned away."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from django.utils import timezone
from rest_framework.test import APIClient

from security.accounts import actions as accounts
from security.accounts.models import User
from tests.cast import Cast, make_cast
from tests.client import StrictClient, api_client, web_client

SEEDED_TABLES = {
    "django_migrations", "django_content_type", "auth_permission",
    "rules_calendarday", "rules_calendaryear", "rules_ruleprofile", "catalog_term", "catalog_dataelement",
    "catalog_legaltext",
}  # fmt: skip
"""Filled by migrations; everything else belongs to the test that wrote it."""


def pytest_configure() -> None:
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop and Django's ORM share the test thread
    _own_cache(os.environ.get("PYTEST_XDIST_WORKER", ""))


def _own_cache(worker: str) -> None:
    """Each worker of a parallel run has a database of its own in Valkey too: the cast has the same names everywhere."""
    if worker:
        server, _, number = settings.REDIS_URL.rpartition("/")
        settings.REDIS_URL = f"{server}/{int(number) + 1 + int(worker.removeprefix('gw'))}"
        settings.CACHES["default"]["LOCATION"] = settings.CELERY_BROKER_URL = settings.REDIS_URL


@pytest.fixture(autouse=True)
def _fast_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _files(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STATIC_ROOT = tmp_path  # WhiteNoise warns of a missing directory


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment, django_db_modify_db_settings, django_db_blocker, django_db_keepdb, django_db_createdb
) -> Iterator[None]:
    """The test database, whichever tests run. pytest-django's own fixture makes none for tests that name neither `db`
    nor the marker, and a run of committed tests alone would then empty the database of `DATABASE_URL`.
    """
    with django_db_blocker.unblock():
        old = setup_databases(0, False, keepdb=django_db_keepdb and not django_db_createdb, aliases=["default"])
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            teardown_databases(old, 0)


@pytest.fixture
def cast(db) -> Cast:
    """The standing cast, rolled back after the test."""
    return make_cast()


@pytest.fixture
def committed_db(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Real commits, for concurrency, crash, live-server and streaming tests.

    Django's own flush would be refused by the audit log's trigger, and would empty the seeded tables.
    """
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            if connection.in_atomic_block:
                connection.rollback()
            empty_database()
            connection.close()


def empty_database() -> None:
    """Empty every table but the seeded ones, triggers off, and drop mounted tables. Never outside a test database."""
    assert connection.settings_dict["NAME"].startswith(connection.settings_dict["TEST"]["NAME"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall() if name not in SEEDED_TABLES]
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'mounted'")
        mounted = [name for (name,) in cursor.fetchall()]
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = '10s'")
        # the agreement that came with a migration: its table points at people, so it is emptied with them
        cursor.execute("CREATE TEMP TABLE kept AS SELECT * FROM sharing_agreement WHERE published_by_id IS NULL")
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER audit_no_truncate")
        cursor.execute("TRUNCATE {} RESTART IDENTITY CASCADE".format(", ".join(f'"{name}"' for name in tables)))
        cursor.execute("ALTER TABLE audit_auditevent ENABLE TRIGGER audit_no_truncate")
        cursor.execute("INSERT INTO sharing_agreement SELECT * FROM kept; DROP TABLE kept")
        cursor.execute("SELECT setval('sharing_agreement_id_seq', max(id)) FROM sharing_agreement")
        cursor.execute("DELETE FROM rules_ruleprofile WHERE is_draft")  # the seeded are published
        for name in mounted:
            cursor.execute(f'DROP TABLE IF EXISTS mounted."{name}" CASCADE')


@pytest.fixture
def committed_cast(committed_db) -> Cast:
    """The standing cast, committed."""
    return make_cast()


@pytest.fixture(scope="session")
def _zeal(django_db_setup) -> None:
    from zeal.constants import initialize_app_registry
    from zeal.patch import patch

    initialize_app_registry()
    patch()


@pytest.fixture
def web(_zeal, settings) -> Callable[..., StrictClient]:
    """`web(cast.chen)`: a strict browser of a person; `web()`: nobody's."""
    settings.ZEAL_ALLOWLIST = [{"model": "sessions.Session"}]  # Django itself asks again when a session's key changes
    return web_client


@pytest.fixture
def make_key() -> Callable[..., str]:
    """`make_key(cast.chen)`: a PERSON key of his; `make_key(cast.chen, kind="SYSTEM")`: one of his department."""

    def issue(person: User, *, kind: str = "PERSON") -> str:
        now = timezone.now()
        return accounts.issue_api_client(
            by=person, now=now, name="测试", purpose="测试用", kind=kind, expires_at=now + timedelta(days=30)
        )[1]

    return issue


@pytest.fixture
def api(make_key) -> Callable[..., APIClient]:
    """`api(cast.chen)`, `api(key)` or `api(None)`: a REST client."""
    return lambda who: api_client(who, make_key=make_key)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys first: they are long, and two cores share what is short better at the end."""
    items.sort(key=lambda item: item.get_closest_marker("journey") is None)
