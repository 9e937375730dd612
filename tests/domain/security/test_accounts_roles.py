"""Accounts and roles: three administrators, three powers, nobody for himself."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from gdshare.lib.errors import Conflict, Denied, Invalid
from security.access import roles
from security.accounts import actions, queries
from security.accounts.models import Membership, User
from security.departments.actions import group_of
from tests.atomic import assert_atomic_with_audit
from tests.cast import PASSWORD, make_person

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def appoint(cast, user, role="HANDLER", *, by=None, department=None):
    return actions.appoint(
        user=user, department=department or cast.sports, role=role, post="", by=by or cast.secadmin, now=NOW
    )


@pytest.fixture
def newcomer(cast) -> User:
    return actions.create_account(by=cast.sysadmin, now=NOW, username="lin", name="林一")[0]


def test_a_new_account_must_change_its_password_and_holds_nothing(cast):
    user, password = actions.create_account(by=cast.sysadmin, now=NOW, username="lin", name="林一")
    assert user.must_change_password
    assert user.check_password(password)
    assert queries.acting_membership(user) is None
    assert password not in str(list(AuditEvent.objects.values()))


def test_names_are_taken_once_whatever_the_case(cast):
    with pytest.raises(Conflict, match="已有人用"):
        actions.create_account(by=cast.sysadmin, now=NOW, username="CHEN", name="另一个")


@pytest.mark.parametrize("who", ["chen", "huang", "he", "secadmin", "auditor"])
def test_only_the_system_administrator_makes_accounts(cast, who):
    with pytest.raises(Denied, match="系统管理员"):
        actions.create_account(by=cast.people[who], now=NOW, username="lin", name="林一")


@pytest.mark.parametrize("who", ["chen", "huang", "he", "sysadmin", "auditor"])
def test_only_the_security_administrator_gives_roles(cast, newcomer, who):
    with pytest.raises(Denied, match="安全管理员"):
        appoint(cast, newcomer, by=cast.people[who])


def test_nobody_appoints_himself(cast):
    with pytest.raises(Denied, match="自己"):
        appoint(cast, cast.secadmin)
    with pytest.raises(Denied, match="自己"):
        actions.dismiss(membership=Membership.objects.get(user=cast.secadmin), by=cast.secadmin, now=NOW)


def test_an_appointed_person_joins_the_group_and_leaves_it(cast, newcomer):
    first = appoint(cast, newcomer)
    second = appoint(cast, newcomer, "OFFICE_HEAD")
    group = group_of(cast.sports)
    actions.dismiss(membership=first, by=cast.secadmin, now=NOW)
    assert group in newcomer.groups.all()
    actions.dismiss(membership=second, by=cast.secadmin, now=NOW)
    assert group not in newcomer.groups.all()
    with pytest.raises(Conflict, match="收回"):
        actions.dismiss(membership=second, by=cast.secadmin, now=NOW)


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ("AUDIT_ADMIN", "SYSTEM_ADMIN"),
        ("SYSTEM_ADMIN", "SECURITY_ADMIN"),
        ("HANDLER", "AUDIT_ADMIN"),
        ("AUDIT_ADMIN", "HANDLER"),
    ],
)
def test_administrators_exclude_each_other_and_business(cast, newcomer, held, wanted):
    appoint(cast, newcomer, held)
    with pytest.raises(Conflict, match="三员") as caught:
        appoint(cast, newcomer, wanted, department=cast.authority)
    assert caught.value.code == "ADMINISTRATORS_EXCLUSIVE"
    assert caught.value.remedy
    with pytest.raises(IntegrityError, match="three_administrators"), transaction.atomic():
        Membership.objects.create(user=newcomer, department=cast.authority, role=wanted, started_at=NOW)


def test_the_same_administrator_in_two_departments_is_no_clash(cast, newcomer):
    appoint(cast, newcomer, "AUDIT_ADMIN")
    appoint(cast, newcomer, "AUDIT_ADMIN", department=cast.authority)
    assert Membership.objects.current().filter(user=newcomer).count() == 2


def test_a_role_is_given_once(cast):
    with pytest.raises(Conflict, match="现在就是"):
        appoint(cast, cast.wu)


def test_authority_roles_only_in_an_authority(cast, newcomer):
    with pytest.raises(Invalid, match="主管部门"):
        appoint(cast, newcomer, "AUTHORITY_HANDLER")
    assert appoint(cast, newcomer, "AUTHORITY_HANDLER", department=cast.authority).pk


def test_a_closed_account_holds_nothing(cast):
    assert queries.users_holding("SHARE_REQUEST_DRAFT", cast.civil_affairs) == [cast.chen]
    actions.deactivate_account(user=cast.chen, by=cast.sysadmin, now=NOW)
    assert queries.users_holding("SHARE_REQUEST_DRAFT", cast.civil_affairs) == []
    with pytest.raises(Conflict, match="停用"):
        actions.deactivate_account(user=cast.chen, by=cast.sysadmin, now=NOW)
    actions.activate_account(user=cast.chen, by=cast.sysadmin, now=NOW)
    assert actions.sign_in(username="chen", password=PASSWORD, now=NOW).user == cast.chen


def test_reset_lifts_the_lock(cast, settings):
    settings.SIGN_IN_MAX_FAILURES = 1
    actions.sign_in(username="chen", password="wrong", now=NOW)
    user, password = actions.reset_password(user=cast.chen, by=cast.sysadmin, now=NOW)
    assert user.must_change_password
    assert actions.sign_in(username="chen", password=password, now=NOW).user == cast.chen


@pytest.mark.parametrize("act", [actions.reset_password, actions.deactivate_account, actions.activate_account])
def test_administrators_do_not_act_on_their_own_account(cast, act):
    with pytest.raises(Denied, match="自己"):
        act(user=cast.sysadmin, by=cast.sysadmin, now=NOW)
    with pytest.raises(Denied, match="系统管理员"):
        act(user=cast.chen, by=cast.secadmin, now=NOW)


def test_users_holding_names_each_once_and_acting(cast):
    make_person("mei", "梅", cast.civil_affairs, roles.OFFICE_HEAD)
    found = queries.users_holding("SHARE_REQUEST_ENDORSE", cast.civil_affairs)
    assert [user.username for user in found] == ["huang", "mei"]
    assert all(user.holds("SHARE_REQUEST_ENDORSE", cast.civil_affairs) for user in found)


def test_choose_only_ones_own_membership(cast):
    with pytest.raises(Denied, match="没有这项任职"):
        actions.choose_membership(membership=Membership.objects.get(user=cast.wu), by=cast.chen, now=NOW)


def test_atomic_with_the_log(cast, newcomer):
    membership = appoint(cast, newcomer)
    by = cast.sysadmin
    assert_atomic_with_audit(lambda: appoint(cast, newcomer, "OFFICE_HEAD"), Membership)
    assert_atomic_with_audit(lambda: actions.dismiss(membership=membership, by=cast.secadmin, now=NOW), Membership)
    assert_atomic_with_audit(lambda: actions.create_account(by=by, now=NOW, username="x", name="某"), User)
    assert_atomic_with_audit(lambda: actions.reset_password(user=newcomer, by=by, now=NOW), User)
    assert_atomic_with_audit(lambda: actions.deactivate_account(user=newcomer, by=by, now=NOW), User)
    assert_atomic_with_audit(lambda: actions.activate_account(user=newcomer, by=by, now=NOW), User)
    assert_atomic_with_audit(lambda: actions.change_password(by=newcomer, now=NOW, password="Other-Horse-22"), User)
