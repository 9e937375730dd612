"""Keys: issued once, hashed, expiring, revocable; each refusal says what and what to do."""

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest

from audit.models import AuditEvent
from gdshare.lib.errors import Conflict, Denied, Invalid
from security.access import roles
from security.accounts import actions
from security.accounts.models import ApiClient, Membership
from tests.atomic import assert_atomic_with_audit
from tests.cast import appoint

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)


def issue(person, **changes):
    values = {"name": "低保核对系统", "purpose": "核对不动产", "kind": "SYSTEM", "expires_at": LATER} | changes
    return actions.issue_api_client(by=person, now=NOW, **values)


def test_only_the_digest_is_kept(cast):
    api_client, key = issue(cast.chen)
    row = ApiClient.objects.values().get(pk=api_client.pk)
    assert key not in str(row)
    assert row["key_hash"] == hashlib.sha256(key.encode()).hexdigest()
    assert key.startswith(row["key_prefix"] + "_")
    assert key not in str(list(AuditEvent.objects.values()))
    assert len(key) - len(row["key_prefix"]) - 1 >= 43  # 256 bits in base64


def test_system_key_acts_for_the_department_and_takes_data_only(cast):
    _, key = issue(cast.chen)
    actor = actions.open_with_key(key=key, now=NOW).actor
    assert actor.department == cast.civil_affairs
    assert actor.holds("DATA_TAKE", cast.civil_affairs)
    assert not actor.holds("DATA_TAKE", cast.sports)
    assert not actor.holds("SHARE_REQUEST_DRAFT")


def test_person_key_acts_as_the_membership_it_was_issued_in(cast):
    appoint(cast.chen, cast.sports, roles.OFFICE_HEAD)
    _, key = issue(cast.chen, kind="PERSON")
    actor = actions.open_with_key(key=key, now=NOW).actor
    assert actor == cast.chen
    assert actor.holds("SHARE_REQUEST_ENDORSE", cast.sports)
    assert not actor.holds("SHARE_REQUEST_DRAFT")


@pytest.mark.parametrize("key", ["", "gd_x", "ü" * 40, "gd_" + "a" * 3000])
def test_unknown_key(cast, key):
    result = actions.open_with_key(key=key, now=NOW)
    assert (result.actor, result.code) == (None, "key_unknown")
    assert result.remedy


def test_expired_key_tells_the_date(cast):
    _, key = issue(cast.chen)
    assert actions.open_with_key(key=key, now=LATER - timedelta(seconds=1)).actor is not None
    result = actions.open_with_key(key=key, now=LATER)
    assert (result.actor, result.code) == (None, "key_expired")
    assert "2026-12-02" in result.reason


def test_revoked_key(cast):
    api_client, key = issue(cast.chen)
    actions.revoke_api_client(api_client=api_client, by=cast.huang, now=NOW)
    assert actions.open_with_key(key=key, now=NOW).code == "key_revoked"
    with pytest.raises(Conflict, match="撤销"):
        actions.revoke_api_client(api_client=api_client, by=cast.huang, now=NOW)


def test_key_of_a_person_who_left_opens_nothing(cast):
    _, key = issue(cast.chen, kind="PERSON")
    actions.dismiss(membership=Membership.objects.get(user=cast.chen), by=cast.secadmin, now=NOW)
    assert actions.open_with_key(key=key, now=NOW).code == "key_owner_gone"


def test_key_of_a_department_no_longer_in_use(cast):
    _, key = issue(cast.chen)
    cast.civil_affairs.is_active = False
    cast.civil_affairs.save()
    assert actions.open_with_key(key=key, now=NOW).code == "key_owner_gone"


def test_day_of_use_is_written_once_a_day(cast, django_assert_num_queries):
    api_client, key = issue(cast.chen)
    actions.open_with_key(key=key, now=NOW)
    with django_assert_num_queries(1):
        actions.open_with_key(key=key, now=NOW + timedelta(hours=1))
    api_client.refresh_from_db()
    assert api_client.last_used_on == date(2026, 11, 2)
    actions.open_with_key(key=key, now=NOW + timedelta(days=1))
    api_client.refresh_from_db()
    assert api_client.last_used_on == date(2026, 11, 3)


@pytest.mark.parametrize("expires_at", [NOW, NOW - timedelta(days=1), NOW + timedelta(days=366)])
def test_period_is_bounded(cast, expires_at):
    with pytest.raises(Invalid, match="365 天"):
        issue(cast.chen, expires_at=expires_at)


@pytest.mark.parametrize("who", ["sysadmin", "secadmin", "auditor"])
def test_administrators_issue_no_keys(cast, who):
    with pytest.raises(Denied):
        issue(cast.people[who])


def test_a_stranger_revokes_nothing(cast):
    api_client, key = issue(cast.chen)
    with pytest.raises(Denied):
        actions.revoke_api_client(api_client=api_client, by=cast.wu, now=NOW)
    assert actions.open_with_key(key=key, now=NOW).actor is not None


def test_atomic_with_the_log(cast):
    api_client, _ = issue(cast.chen)
    assert_atomic_with_audit(lambda: issue(cast.chen), ApiClient)
    assert_atomic_with_audit(lambda: actions.revoke_api_client(api_client=api_client, by=cast.chen, now=NOW), ApiClient)
