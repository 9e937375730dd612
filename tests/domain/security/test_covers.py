"""代办: a colleague carries a post for a time; every act stays his own, recorded for whom."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEvent
from gdshare.lib.clock import SHANGHAI, day_of
from gdshare.lib.errors import Conflict, Denied, Invalid
from security.access import roles
from security.access.permissions import Permission
from security.accounts import actions as accounts
from security.accounts import queries as people
from security.accounts.models import Membership
from security.covers import actions
from security.notices.models import Notice
from sharing.share_requests import actions as share_requests
from sharing.share_requests.workflow import Status
from tests.atomic import assert_atomic_with_audit
from tests.cast import make_person
from tests.factories.sharing import AT, share_request_at

LONG = timedelta(days=3)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def tan(cast):
    """A second handler of 省民政厅, who has no part in what chen drafts."""
    return make_person("tan", "谭敏", cast.civil_affairs, roles.HANDLER)


def cover(by, to, now, *, first=0, days=3, reason="出差"):
    today = day_of(now)
    return actions.start(
        to=to, by=by, now=now, from_on=today + timedelta(days=first), until_on=today + timedelta(days=first + days - 1),
        reason=reason,
    )  # fmt: skip


def acting(user, membership):
    fresh = type(user).objects.get(pk=user.pk)
    fresh.acting = Membership.objects.current().select_related("department").get(pk=membership.pk).as_acting()
    return fresh


def test_a_stand_in_endorses_and_the_log_says_for_whom(cast, tan, now):
    share_request = share_request_at(cast, Status.ENDORSING)
    membership = cover(cast.huang, tan, now)
    share_requests.endorse(share_request=share_request, by=acting(tan, membership), now=AT)
    event = AuditEvent.objects.get(verb="share_request.endorse")
    assert (event.actor_name, event.role, event.facts["in_place_of"]) == ("谭敏", "OFFICE_HEAD", cast.huang.name)
    share_request.refresh_from_db()
    assert share_request.endorsed_by == tan


def test_the_two_person_rule_holds_for_a_stand_in(cast, now):
    """chen drafted; as huang's stand-in he still may not endorse his own."""
    share_request = share_request_at(cast, Status.ENDORSING)
    membership = cover(cast.huang, cast.chen, now)
    with pytest.raises(Denied):
        share_requests.endorse(share_request=share_request, by=acting(cast.chen, membership), now=AT)


def test_notices_reach_the_stand_in_from_the_first_day_on(cast, tan, now):
    membership = cover(cast.huang, tan, now, first=1)
    assert tan not in people.users_holding(Permission.SHARE_REQUEST_ENDORSE, cast.civil_affairs)
    assert not Membership.objects.current().filter(pk=membership.pk).exists()
    Membership.objects.filter(pk=membership.pk).update(started_at=now)
    assert tan in people.users_holding(Permission.SHARE_REQUEST_ENDORSE, cast.civil_affairs)
    assert Notice.objects.get(recipient=tan, kind="cover").title.startswith(f"请您代办：{cast.huang.name}的负责人岗位")


def test_a_cover_ends_with_its_last_day(cast, tan, now):
    membership = cover(cast.huang, tan, now, days=1)
    assert membership.lapses_at == datetime.combine(day_of(now) + timedelta(days=1), time(), tzinfo=SHANGHAI)
    assert membership.holds_at(now)
    assert not membership.holds_at(membership.lapses_at)
    Membership.objects.filter(pk=membership.pk).update(
        started_at=now - timedelta(days=2), lapses_at=now - timedelta(minutes=1)
    )
    assert not Membership.objects.current().filter(pk=membership.pk).exists()
    assert not people.still_acts(acting_past(tan, membership), api_client=None, now=now)
    assert actions.end_lapsed(now=now) == 1
    assert actions.end_lapsed(now=now) == 0
    membership.refresh_from_db()
    assert membership.ended_at == membership.lapses_at
    assert AuditEvent.objects.filter(verb="cover.lapse").count() == 1
    cover(cast.huang, tan, now)


def acting_past(user, membership):
    fresh = type(user).objects.get(pk=user.pk)
    fresh.acting = Membership.objects.select_related("department").get(pk=membership.pk).as_acting()
    return fresh


def test_a_key_of_a_stand_in_ends_with_the_cover(cast, tan, now):
    membership = cover(cast.huang, tan, now, days=1)
    by = acting(tan, membership)
    _, key = accounts.issue_api_client(
        by=by, now=now, name="测试", purpose="测试", kind="PERSON", expires_at=now + timedelta(days=30)
    )
    assert accounts.open_with_key(key=key, now=now).actor == tan
    assert accounts.open_with_key(key=key, now=now).actor.acting.in_place_of == cast.huang.name
    assert accounts.open_with_key(key=key, now=membership.lapses_at).actor is None


@pytest.mark.parametrize("who", ["huang", "tan"])
def test_either_of_the_two_ends_it(cast, tan, now, who):
    membership = cover(cast.huang, tan, now, first=2)
    ended = actions.end(membership=membership, by={"huang": cast.huang, "tan": tan}[who], now=now)
    assert ended.ended_at == membership.started_at
    told = tan if who == "huang" else cast.huang
    assert Notice.objects.filter(recipient=told, title__startswith="代办已收回").count() == 1
    with pytest.raises(Conflict):
        actions.end(membership=membership, by=cast.huang, now=now)


def test_nobody_else_ends_it(cast, tan, now):
    membership = cover(cast.huang, tan, now)
    with pytest.raises(Denied):
        actions.end(membership=membership, by=cast.chen, now=now)
    accounts.dismiss(membership=membership, by=cast.secadmin, now=now)
    assert not Membership.objects.current().filter(pk=membership.pk).exists()


def test_a_cover_falls_with_the_post_it_covers(cast, tan, now):
    membership = cover(cast.huang, tan, now)
    principal = membership.stands_in_for
    accounts.dismiss(membership=principal, by=cast.secadmin, now=now)
    membership.refresh_from_db()
    assert membership.ended_at == max(now, membership.started_at)


def test_a_stand_in_hands_nothing_on(cast, tan, now):
    by = acting(tan, cover(cast.huang, tan, now))
    with pytest.raises(Denied, match="不能再转给别人"):
        cover(by, cast.chen, now)


@pytest.mark.parametrize("who", ["sysadmin", "secadmin", "auditor"])
def test_the_three_administrators_are_not_covered(cast, now, who):
    with pytest.raises(Denied, match="三员"):
        cover(cast.people[who], cast.chen, now)


@pytest.mark.parametrize("to", ["huang", "li", "sysadmin"])
def test_who_may_not_stand_in(cast, now, to):
    with pytest.raises(Invalid, match="不能代办"):
        cover(cast.huang, cast.people[to], now)


def test_twice_the_same_colleague(cast, tan, now):
    cover(cast.huang, tan, now)
    with pytest.raises(Invalid, match="不能代办"):
        cover(cast.huang, tan, now, first=20)


@pytest.mark.parametrize(("first", "days"), [(-1, 3), (0, 0), (0, 91), (91, 1)])
def test_days_that_cannot_be(cast, tan, now, first, days):
    with pytest.raises(Invalid):
        cover(cast.huang, tan, now, first=first, days=days)


def test_a_reason_is_needed(cast, tan, now):
    with pytest.raises(Invalid, match="原因"):
        cover(cast.huang, tan, now, reason=" ")


def test_starting_is_recorded_or_does_not_happen(cast, tan, now):
    assert_atomic_with_audit(lambda: cover(cast.huang, tan, now), Membership)


@pytest.mark.parametrize(
    "wrong", [{"lapses_at": None}, {"cover_reason": ""}, {"role": "AUDIT_ADMIN"}, {"stands_in_for": None}]
)
def test_the_database_refuses_half_a_cover(cast, tan, now, wrong):
    membership = cover(cast.huang, tan, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=membership.pk).update(**wrong)


def test_the_last_day_may_be_the_first(cast, tan, now):
    assert cover(cast.huang, tan, now, days=1).lapses_at > now
    assert date.fromisoformat(AuditEvent.objects.get(verb="cover.start").facts["until_on"]) == day_of(now)
