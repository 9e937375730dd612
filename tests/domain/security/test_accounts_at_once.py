"""Several at once, and a lost cache: every failure counts, a role is given once, people still come in."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.db import connection
from redis.exceptions import ConnectionError as CacheLost

from audit.models import AuditEvent
from gdshare.lib.errors import Conflict
from security.accounts import actions
from security.accounts.models import Membership, User
from tests.cast import PASSWORD

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def at_once(act: Callable[[], object], times: int) -> list[object]:
    """What each of `times` threads got, exceptions included."""
    start = Barrier(times)

    def run(_: int) -> object:
        start.wait()
        try:
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def test_parallel_guesses_are_all_counted(committed_cast, settings):
    settings.SIGN_IN_MAX_FAILURES = 4
    results = at_once(lambda: actions.sign_in(username="chen", password="wrong", now=NOW), 6)
    assert all(result.user is None for result in results)
    user = User.objects.get(username="chen")
    assert user.failed_sign_ins == 4
    assert user.locked_until is not None
    assert AuditEvent.objects.filter(verb="account.lock").count() == 1
    assert AuditEvent.objects.filter(verb="account.sign_in_refused").count() == 6


def test_a_role_given_twice_at_once_is_given_once(committed_cast):
    cast = committed_cast
    results = at_once(
        lambda: actions.appoint(
            user=cast.chen, department=cast.sports, role="HANDLER", post="", by=cast.secadmin, now=NOW
        ),
        3,
    )
    assert sum(isinstance(result, Membership) for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 2
    assert AuditEvent.objects.filter(verb="membership.appoint").count() == 1


@pytest.mark.parametrize("username", ["chen", "nobody"])
def test_a_lost_cache_keeps_nobody_out(cast, username):
    lost = CacheLost("gone")
    with patch.object(cache, "get", side_effect=lost), patch.object(cache, "set", side_effect=lost):
        assert "用户名或密码不对" in actions.sign_in(username=username, password="wrong", now=NOW).reason
        assert actions.sign_in(username="chen", password=PASSWORD, now=NOW).user == cast.chen
