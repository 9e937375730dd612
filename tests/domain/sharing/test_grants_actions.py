"""授权: given once with the decision, stopped with a reason, ended by its period."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

import pytest

from audit.models import AuditEvent
from gdshare.lib.clock import SHANGHAI
from gdshare.lib.errors import Conflict, Denied, Invalid
from security.notices.models import Notice
from sharing.grants import actions, policies
from sharing.grants.models import Grant, GrantStatus
from sharing.share_requests.workflow import Status
from tests.factories.sharing import AT, share_request_at

VERBS = [
    ("suspend", GrantStatus.ACTIVE, GrantStatus.SUSPENDED),
    ("resume", GrantStatus.SUSPENDED, GrantStatus.ACTIVE),
    ("revoke", GrantStatus.ACTIVE, GrantStatus.REVOKED),
    ("revoke", GrantStatus.SUSPENDED, GrantStatus.REVOKED),
]


@pytest.fixture
def grant(cast):
    share_request_at(cast, Status.APPROVED)
    return Grant.objects.get()


def brought_to(cast, grant, status):
    if status == GrantStatus.SUSPENDED:
        actions.suspend(grant=grant, by=cast.zhou, now=AT, reason="用途不符")
    grant.refresh_from_db()
    return grant


@pytest.mark.parametrize(("verb", "source", "target"), VERBS)
@pytest.mark.parametrize("who", ["zhou", "he"])
def test_the_provider_s_head_and_the_authority_s_do_it(cast, grant, verb, source, target, who):
    brought_to(cast, grant, source)
    changed = getattr(actions, verb)(grant=grant, by=cast.people[who], now=AT, reason="已核实")
    assert (changed.status, changed.status_reason) == (target, "已核实")
    assert (changed.ended_at is not None) == (target == GrantStatus.REVOKED)
    event = AuditEvent.objects.filter(verb=f"grant.{verb}").latest("pk")
    assert (event.facts["before"], event.facts["after"], event.facts["reason"]) == (source, target, "已核实")
    assert Notice.objects.filter(recipient=cast.chen, body__startswith="原因：已核实").exists()


@pytest.mark.parametrize("verb", ["suspend", "resume", "revoke"])
@pytest.mark.parametrize("who", ["chen", "huang", "li", "liang", "wu"])
def test_nobody_else_does(cast, grant, verb, who):
    with pytest.raises(Denied, match="提供部门或主管部门的负责人") as refusal:
        getattr(actions, verb)(grant=grant, by=cast.people[who], now=AT, reason="试试")
    assert "省自然资源厅" in refusal.value.remedy


@pytest.mark.parametrize(("verb", "status"), [("suspend", GrantStatus.SUSPENDED), ("resume", GrantStatus.ACTIVE)])
def test_the_wrong_moment_is_a_conflict(cast, grant, verb, status):
    brought_to(cast, grant, status)
    with pytest.raises(Conflict):
        getattr(actions, verb)(grant=grant, by=cast.zhou, now=AT, reason="再来")


def test_a_reason_is_needed_and_nothing_changes_without_it(cast, grant):
    with pytest.raises(Invalid, match="原因"):
        actions.revoke(grant=grant, by=cast.zhou, now=AT, reason="  ")
    grant.refresh_from_db()
    assert grant.status == GrantStatus.ACTIVE


def test_without_its_audit_row_a_grant_stays(cast, grant):
    with patch("audit.log.AuditEvent.objects.create", side_effect=RuntimeError), pytest.raises(RuntimeError):
        actions.revoke(grant=grant, by=cast.zhou, now=AT, reason="用途不符")
    grant.refresh_from_db()
    assert grant.status == GrantStatus.ACTIVE


def test_a_grant_follows_a_decision_and_nothing_else(cast):
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    item = share_request.request_items.first().item_id
    with pytest.raises(Denied, match="还没有答复"):
        actions.issue(share_request=share_request, decisions={item: "AGREE"}, by=cast.zhou, now=AT)
    assert not policies.issue(cast.zhou, share_request)


def test_a_grant_begins_on_the_later_of_today_and_the_asked_day(cast):
    share_request_at(cast, Status.APPROVED, use_from=date(2027, 1, 5))
    share_request_at(cast, Status.APPROVED, use_from=date(2026, 1, 5))
    assert list(Grant.objects.order_by("pk").values_list("valid_from", flat=True)) == [
        date(2027, 1, 5), date(2026, 11, 20),
    ]  # fmt: skip


@pytest.mark.parametrize("status", [GrantStatus.ACTIVE, GrantStatus.SUSPENDED])
def test_a_grant_ends_after_its_last_day_not_on_it(cast, grant, status):
    brought_to(cast, grant, status)
    last_evening = datetime.combine(grant.valid_to, datetime.max.time(), SHANGHAI)
    assert actions.expire_due(now=last_evening) == 0
    assert actions.expire_due(now=last_evening + timedelta(seconds=1)) == 1
    assert actions.expire_due(now=last_evening + timedelta(seconds=1)) == 0
    grant.refresh_from_db()
    assert grant.status == GrantStatus.EXPIRED
    assert AuditEvent.objects.filter(verb="grant.expire").count() == 1
    assert not actions.expire_due.__wrapped__(now=last_evening)


def test_only_those_concerned_see_a_grant(cast, grant):
    seen = {who: Grant.objects.visible_to(person).exists() for who, person in cast.people.items()}
    assert {who for who, sees in seen.items() if sees} == {"chen", "huang", "li", "zhou", "liang", "he"}
