"""供给: the clock from the consent on, and the proof that ends it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from catalog.resources.actions import current_items, update_resource
from gdshare.lib.clock import day_of
from gdshare.rules.profiles import Clock
from security.notices.models import Notice
from sharing.deadlines import actions as deadlines
from sharing.deadlines.models import Deadline, Reminder
from sharing.grants import actions as grants
from sharing.grants.models import Grant
from sharing.share_requests.workflow import Status
from sharing.supply import actions, queries
from sharing.supply.models import SupplyProof
from tests.at_once import at_once
from tests.atomic import assert_atomic_with_audit
from tests.factories.catalog import COMPILED_AT, publish_again, published_resource, revised_resource
from tests.factories.conditions import grant as grant_rows
from tests.factories.conditions import regional_resource, rule
from tests.factories.mounts import LOADED_AT, ROWS, load, mounted_resource
from tests.factories.sharing import AT, share_request_at

LATER = AT + timedelta(days=4)


def granted(cast, resource=None, **options):
    """A conditional resource's items granted on Friday 2026-11-20."""
    resource = resource or published_resource(cast, share_type="CONDITIONAL")
    return Grant.objects.get(share_request=share_request_at(cast, Status.APPROVED, resource=resource, **options))


def clock_of(grant):
    return Deadline.objects.get(subject_kind="grant", subject_id=grant.pk, clock=Clock.SUPPLY)


def mount(cast, resource, content=ROWS, *, at=LATER):
    """Data arrive at `at`."""
    version = load(resource, content, cast.li)
    type(version).objects.filter(pk=version.pk).update(loaded_at=at)


def test_the_clock_runs_from_the_consent_for_twenty_working_days_against_the_provider(cast):
    clock = clock_of(granted(cast))
    assert (clock.started_on, clock.allowance, clock.due_on) == (date(2026, 11, 20), 20, date(2026, 12, 18))
    assert clock.responsible_ids == [cast.natural_resources.pk]
    assert clock.escalation_ids == [cast.authority.pk]
    assert "第二十二条" in clock.basis
    assert Notice.objects.get(recipient=cast.li, title__startswith="待挂接数据").needs_action


def test_what_was_mounted_before_is_supplied_with_the_answer(cast):
    grant = granted(cast, mounted_resource(cast, share_type="CONDITIONAL"))
    assert not Notice.objects.filter(title__startswith="待挂接数据").exists()
    assert actions.prove_due(now=LATER) == 1
    proof = grant.supply_proof
    assert (proof.version_number, proof.item_count, proof.row_count) == (1, 6, 3)
    assert (proof.supplied_at, proof.proved_at) == (grant.issued_at, LATER)
    assert clock_of(grant).closed_on == day_of(AT)
    assert not Notice.objects.filter(recipient=cast.chen, title__startswith="数据可以取用").exists()
    assert actions.prove_due(now=LATER) == 0


def test_the_clock_stops_on_the_day_the_data_could_be_taken_however_late_that_is_seen(cast):
    grant = granted(cast)
    assert actions.prove_due(now=AT) == 0
    assert queries.supply_of(grant, today=day_of(AT)).missing == "还没有挂接数据。"
    mount(cast, grant.resource, at=AT + timedelta(days=30))
    assert actions.prove_due(now=AT + timedelta(days=33)) == 1
    clock = clock_of(grant)
    assert clock.closed_on == date(2026, 12, 20)
    assert AuditEvent.objects.get(verb="deadline.stop", facts__clock="SUPPLY").facts["is_late"] is True
    assert not Notice.objects.to_do().filter(title__startswith="待挂接数据").exists()
    assert Notice.objects.filter(recipient=cast.chen, title__startswith="数据可以取用了").count() == 1


def test_a_version_that_lacks_a_granted_item_proves_nothing(cast):
    resource = mounted_resource(cast, share_type="CONDITIONAL")
    copy = revised_resource(cast, resource=resource)
    names = ("name", "identifier", "data_type", "length", "scale", "grade")
    items = [{"id": item.pk} | {name: getattr(item, name) for name in names} for item in current_items(copy)]
    more = {"name": "共有方式", "identifier": "gyfs", "grade": 1}
    update_resource(resource=copy, by=cast.li, now=COMPILED_AT, values={}, items=[*items, more])
    publish_again(cast, copy)
    grant = granted(cast, resource)
    assert actions.prove_due(now=LATER) == 0
    assert queries.trial(grant).missing == "第 1 版数据缺少“共有方式”。"
    assert clock_of(grant).closed_at is None
    head, *lines = ROWS.splitlines()
    mount(cast, resource, "\n".join([f"{head},共有方式", *(f"{line},共同" for line in lines)]))
    assert actions.prove_due(now=LATER) == 1
    assert grant.supply_proof.version_number == 2


def test_rows_of_somebody_else_prove_nothing(cast):
    resource = regional_resource(cast)
    grant = grant_rows(cast, resource, "xm", "qhdm", rows=[rule(resource, "9999", kind="IN")])
    assert "没有一行属于这项授权" in queries.trial(grant).missing
    assert actions.prove_due(now=grant.issued_at) == 0


def test_an_entry_that_was_withdrawn_supplies_nobody(cast):
    grant = granted(cast, mounted_resource(cast, share_type="CONDITIONAL"))
    type(grant.resource).objects.filter(pk=grant.resource_id).update(status="WITHDRAWN")
    assert actions.prove_due(now=LATER) == 0
    grant.resource.refresh_from_db()
    assert queries.trial(grant).missing == "这项资源没有发布。"


def test_a_right_that_is_over_stops_the_clock_without_a_proof(cast):
    grant = granted(cast)
    grants.revoke(grant=grant, by=cast.zhou, now=LATER, reason="用途不符")
    assert actions.prove_due(now=LATER + timedelta(days=3)) == 0
    assert clock_of(grant).closed_on == day_of(LATER)
    assert not SupplyProof.objects.exists()
    assert not Notice.objects.to_do().filter(title__startswith="待挂接数据").exists()


def test_the_provider_is_reminded_and_the_authority_when_it_is_late(cast):
    grant = granted(cast)
    deadlines.tick(now=AT + timedelta(days=40))
    assert Reminder.objects.filter(deadline=clock_of(grant), kind="T+1").exists()
    told = Notice.objects.filter(title__contains=f"向省民政厅提供《{grant.resource.name}》")
    assert {notice.recipient for notice in told} == {cast.li, cast.zhou, cast.liang, cast.he}


def test_a_proof_is_written_once_and_says_something(cast):
    grant = granted(cast, mounted_resource(cast, share_type="CONDITIONAL"))
    actions.prove_due(now=LATER)
    proof = SupplyProof.objects.get(grant=grant)
    for change in (lambda: SupplyProof.objects.update(row_count=9), proof.delete):
        with pytest.raises(IntegrityError, match="供给凭据不能修改或删除"), transaction.atomic():
            change()
    other = granted(cast, published_resource(cast, share_type="CONDITIONAL", name="空"))
    values = {
        "grant": other, "version_number": 1, "item_count": 1, "row_count": 1, "digest": "a", "supplied_at": AT,
        "proved_at": AT,
    }  # fmt: skip
    for wrong in ({"row_count": 0}, {"item_count": 0}, {"digest": ""}, {"supplied_at": LATER}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SupplyProof.objects.create(**values | wrong)


def test_the_proof_stands_or_falls_with_its_event(cast):
    granted(cast, mounted_resource(cast, share_type="CONDITIONAL"))
    assert_atomic_with_audit(lambda: actions.prove_due(now=LATER), SupplyProof)


def test_two_workers_at_once_prove_it_once(committed_cast):
    granted(committed_cast, mounted_resource(committed_cast, share_type="CONDITIONAL"))
    outcomes = at_once(*[lambda: actions.prove_due(now=LATER)] * 2)
    assert outcomes == ["done", "done"]
    assert SupplyProof.objects.count() == 1
    assert AuditEvent.objects.filter(verb="supply.prove").count() == 1


def test_a_version_replaced_before_anybody_looked_counts_from_the_first_that_had_everything(cast):
    grant = granted(cast)
    for days in (2, 3, 9):
        mount(cast, grant.resource, at=AT + timedelta(days=days))
    assert actions.prove_due(now=AT + timedelta(days=10)) == 1
    assert (grant.supply_proof.version_number, grant.supply_proof.supplied_at) == (3, AT + timedelta(days=2))


def test_data_loaded_long_ago_count_from_the_consent(cast):
    grant = granted(cast, mounted_resource(cast, share_type="CONDITIONAL"))
    actions.prove_due(now=LATER)
    assert grant.issued_at > LOADED_AT
    assert grant.supply_proof.supplied_at == grant.issued_at
