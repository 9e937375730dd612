"""Signing in: failures are counted, the account locks, names cannot be guessed, and all of it is in the log."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from audit.models import AuditEvent
from security.accounts import actions
from security.accounts.models import User
from tests.cast import PASSWORD

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _limits(settings):
    settings.SIGN_IN_MAX_FAILURES = 3
    settings.SIGN_IN_LOCK_MINUTES = 30
    cache.clear()


def fail(username: str, times: int, *, at: datetime = NOW) -> list[str]:
    return [actions.sign_in(username=username, password="wrong", now=at).reason for _ in range(times)]


def verbs() -> list[tuple[str, bool]]:
    return list(AuditEvent.objects.order_by("id").values_list("verb", "is_allowed"))


def test_right_password(cast):
    result = actions.sign_in(username=" chen ", password=PASSWORD, now=NOW)
    assert result.user == cast.chen
    assert verbs() == [("account.sign_in", True)]


def test_third_failure_locks_and_says_until_when(cast):
    reasons = fail("chen", 3)
    assert "还可以试 2 次" in reasons[0]
    assert "已锁定，2026-11-02 09:30 解锁" in reasons[2]
    assert verbs() == [("account.sign_in_refused", False)] * 3 + [("account.lock", True)]
    cast.chen.refresh_from_db()
    assert cast.chen.locked_until == NOW + timedelta(minutes=30)


def test_the_right_password_does_not_open_a_locked_account(cast):
    fail("chen", 3)
    result = actions.sign_in(username="chen", password=PASSWORD, now=NOW + timedelta(minutes=29))
    assert result.user is None
    assert "已锁定" in result.reason


def test_the_lock_ends_and_counting_begins_anew(cast):
    fail("chen", 3)
    later = NOW + timedelta(minutes=30)
    assert "还可以试 2 次" in fail("chen", 1, at=later)[0]
    assert actions.sign_in(username="chen", password=PASSWORD, now=later).user == cast.chen
    assert User.objects.get(username="chen").failed_sign_ins == 0


def test_success_forgets_earlier_failures(cast):
    fail("chen", 2)
    actions.sign_in(username="chen", password=PASSWORD, now=NOW)
    assert "还可以试 2 次" in fail("chen", 1)[0]


def test_an_unknown_name_gets_the_same_words_lock_included(cast):
    assert fail("nobody-of-this-name", 4) == fail("chen", 4)


def test_an_unknown_name_is_not_written_whole(cast):
    fail("MyPassword123", 1)
    assert "MyPassword123" not in str(AuditEvent.objects.values().get())


def test_a_closed_account_gets_the_words_of_a_wrong_password(cast):
    cast.chen.is_active = False
    cast.chen.save()
    assert "用户名或密码不对" in actions.sign_in(username="chen", password=PASSWORD, now=NOW).reason


def test_change_password(cast):
    cast.chen.must_change_password = True
    cast.chen.save()
    actions.change_password(by=cast.chen, now=NOW, password="Brand-New-Horse-1")
    assert actions.sign_in(username="chen", password="Brand-New-Horse-1", now=NOW).user == cast.chen
    assert not User.objects.get(username="chen").must_change_password
    assert "Brand-New-Horse-1" not in str(list(AuditEvent.objects.values()))
