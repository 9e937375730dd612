"""An entry from draft to published, and who is refused on the way."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from audit import queries as audit_queries  # noqa: F401
from audit.models import AuditEvent
from catalog.resources import actions, assessing
from catalog.resources.models import DataItem, DataResource, ResourceStatusChange
from catalog.resources.workflow import MOVES, Status
from gdshare.lib.errors import Conflict, Denied, Invalid
from tests.factories.catalog import (
    approved_resource,
    draft_resource,
    published_resource,
    resource_values,
    revised_resource,
    submitted_resource,
)

NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
AT = {
    Status.DRAFT: draft_resource,
    Status.DEPARTMENT_REVIEW: submitted_resource,
    Status.AUTHORITY_AUDIT: approved_resource,
    Status.PUBLISHED: published_resource,
}


def withdrawn_resource(cast):
    return actions.withdraw(resource=published_resource(cast), by=cast.zhou, now=NOW, opinion="系统停用")


def scheduled_resource(cast):
    day = NOW.date() + timedelta(days=30)
    return actions.publish(resource=approved_resource(cast), by=cast.liang, now=NOW, effective_on=day)


AT[Status.WITHDRAWN] = withdrawn_resource
AT[Status.SCHEDULED] = scheduled_resource


def test_walks_from_draft_to_published(cast):
    resource = published_resource(cast, share_type="CONDITIONAL")
    assert resource.status == Status.PUBLISHED
    assert resource.revision == 1
    assert resource.published_by == cast.liang
    assert resource.grade == 4
    assert resource.item_count == 6
    assert list(resource.status_changes.order_by("seq").values_list("verb", "by__username")) == [
        ("submit", "li"), ("approve", "zhou"), ("publish", "liang"),
    ]  # fmt: skip
    snapshot = resource.revisions.get().snapshot
    assert snapshot["entry"]["provider"] == "广东省自然资源厅"
    assert [item["name"] for item in snapshot["items"]][3] == "权利人身份证号"
    verbs = AuditEvent.objects.filter(subject_kind="dataresource", subject_id=resource.pk).order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "resource.create", "assessment.make", "resource.submit", "resource.approve", "resource.publish",
    ]  # fmt: skip


def test_code_follows_the_guide_and_has_no_gaps(cast):
    first, second = draft_resource(cast), draft_resource(cast)
    organisation = cast.natural_resources.uscc[8:17]
    assert first.code == f"307000{organisation}/000001"
    assert second.code == f"307000{organisation}/000002"
    with pytest.raises(Invalid), transaction.atomic():
        draft_resource(cast, update_cycle="FORTNIGHTLY")
    assert draft_resource(cast).code.endswith("/000003")
    theme = draft_resource(cast, kind="THEME", theme="09")
    assert theme.code == f"209000{organisation}/000001"
    assert draft_resource(cast, kind="BASE", base_library="03").code == f"103000{organisation}/000001"


ALLOWED = {"submit": "li", "approve": "zhou", "publish": "liang", "revise": "li", "discard": "li", "withdraw": "zhou"}


@pytest.mark.parametrize("verb", [verb for verb in MOVES if verb != "return_"])
def test_wrong_person_is_told_why(cast, verb):
    resource = AT[MOVES[verb].sources[0]](cast) if verb != "discard" else revised_resource(cast)
    allowed = {ALLOWED[verb]} | ({"liang", "he"} if verb in {"withdraw", "publish"} else set())
    for name, person in cast.people.items():
        if name in allowed:
            continue
        with pytest.raises(Denied) as refusal, transaction.atomic():
            getattr(actions, verb)(resource=resource, by=person, now=NOW, opinion="意见")
        assert refusal.value.message
        assert refusal.value.remedy
    resource.refresh_from_db()
    assert resource.status == MOVES[verb].sources[0]
    moved = getattr(actions, verb)(resource=resource, by=cast.people[ALLOWED[verb]], now=NOW, opinion="意见")
    moved.refresh_from_db()
    assert moved.status == MOVES[verb].target


@pytest.mark.parametrize("verb", list(MOVES))
@pytest.mark.parametrize("status", list(Status))
def test_wrong_moment_is_a_conflict(cast, verb, status):
    if status in MOVES[verb].sources:
        return
    resource = AT[status](cast)
    person = cast.people[ALLOWED.get(verb, "zhou")]
    before = (ResourceStatusChange.objects.count(), AuditEvent.objects.count())
    with pytest.raises(Conflict), transaction.atomic():
        getattr(actions, verb)(resource=resource, by=person, now=NOW, opinion="意见")
    assert (ResourceStatusChange.objects.count(), AuditEvent.objects.count()) == before


def test_head_may_not_consent_to_what_he_compiled(cast):
    from security.access import roles
    from tests.cast import appoint

    resource = draft_resource(cast)
    actions.submit(resource=resource, by=cast.li, now=NOW)
    appoint(cast.li, cast.natural_resources, roles.OFFICE_HEAD)
    with pytest.raises(Denied, match="自己编制或提交"):
        actions.approve(resource=resource, by=cast.li, now=NOW)


def test_return_needs_an_opinion_and_goes_to_whoever_has_it(cast):
    resource = submitted_resource(cast)
    with pytest.raises(Denied):
        actions.return_(resource=resource, by=cast.liang, now=NOW, opinion="缺依据")
    with pytest.raises(Invalid, match="须写明意见"):
        actions.return_(resource=resource, by=cast.zhou, now=NOW, opinion=" ")
    actions.return_(resource=resource, by=cast.zhou, now=NOW, opinion="摘要太短")
    actions.submit(resource=resource, by=cast.li, now=NOW)
    actions.approve(resource=resource, by=cast.zhou, now=NOW)
    with pytest.raises(Denied):
        actions.return_(resource=resource, by=cast.zhou, now=NOW, opinion="再改")
    actions.return_(resource=resource, by=cast.he, now=NOW, opinion="缺依据")
    resource.refresh_from_db()
    assert resource.status == Status.DRAFT
    assert list(resource.status_changes.order_by("seq").values_list("opinion", flat=True)) == [
        "", "摘要太短", "", "", "缺依据",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("share_type", "values", "words"),
    [
        ("CONDITIONAL", {"legal_basis": ""}, "第十八条"),
        ("NOT_SHARED", {"legal_basis": ""}, "第十八条"),
        ("CONDITIONAL", {"share_conditions": ""}, "共享条件"),
        ("UNCONDITIONAL", {"is_declared_non_secret": False}, "第二条"),
        ("UNCONDITIONAL", {"abstract": ""}, "摘要"),
        ("UNCONDITIONAL", {"items": []}, "信息项"),
    ],
)
def test_incomplete_entry_is_not_submitted(cast, share_type, values, words):
    resource = draft_resource(cast, share_type=share_type, **values)
    with pytest.raises(Invalid, match=words):
        actions.submit(resource=resource, by=cast.li, now=NOW)


@pytest.mark.parametrize("basis", ["《省厅数据内部管理办法》", "本局规定，不得对外提供", "按内部规定执行"])
def test_internal_rule_is_no_basis(cast, basis):
    with pytest.raises(Invalid, match="第十六条"):
        draft_resource(cast, share_type="NOT_SHARED", legal_basis=basis)


def test_basic_item_is_always_unconditional(cast):
    with pytest.raises(Invalid, match="第十七条"):
        draft_resource(cast, items=[{"name": "姓名", "is_basic": True, "share_type": "CONDITIONAL"}])
    resource = draft_resource(cast, kind="BASE", base_library="01", items=[{"name": "姓名", "is_basic": True}])
    item = resource.items.get()
    assert item.share_type == "UNCONDITIONAL"
    with pytest.raises(IntegrityError, match="basic_is_unconditional"), transaction.atomic():
        DataItem.objects.filter(pk=item.pk).update(share_type="CONDITIONAL")


def test_all_faults_are_told_at_once(cast):
    with pytest.raises(Invalid) as refusal:
        draft_resource(
            cast, name="", share_type="MAYBE", theme="77",
            items=[{"name": "甲"}, {"name": "甲"}, {"name": "乙", "identifier": "9x"}, {"name": "丙", "grade": "L9"}],
        )  # fmt: skip
    faults = refusal.value.details["faults"]
    assert [(fault["field"], fault["item"]) for fault in faults] == [
        ("share_type", None), ("name", None), ("theme", None), ("name", 2), ("identifier", 3), ("grade", 4),
    ]  # fmt: skip
    assert all(fault["message"] and fault["remedy"] for fault in faults)


def test_constraints_refuse_what_no_action_would_write(cast):
    resource = published_resource(cast, share_type="CONDITIONAL")
    for change, name in (
        ({"share_conditions": ""}, "basis_stated"),
        ({"legal_basis": "", "share_type": "NOT_SHARED"}, "basis_stated"),
        ({"is_declared_non_secret": False}, "published_is_non_secret"),
        ({"published_at": None}, "published_dated"),
        ({"status": "GONE"}, "status_known"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            DataResource.objects.filter(pk=resource.pk).update(**change)
    with pytest.raises(IntegrityError, match="legal_move"), transaction.atomic():
        ResourceStatusChange.objects.create(
            resource=resource, seq=9, verb="publish", from_status="DRAFT", to_status="PUBLISHED", at=NOW
        )


def test_nothing_is_written_when_the_log_fails(cast, monkeypatch):
    resource = submitted_resource(cast)

    def broken(*args, **kwargs):
        raise RuntimeError("log is full")

    monkeypatch.setattr("audit.log.record", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.approve(resource=resource, by=cast.zhou, now=NOW)
    resource.refresh_from_db()
    assert resource.status == Status.DEPARTMENT_REVIEW
    assert resource.status_changes.count() == 1


def test_revision_keeps_what_was_published(cast):
    resource = published_resource(cast)
    kept = {item.name: item.pk for item in resource.items.all()}
    copy = actions.revise(resource=resource, by=cast.li, now=NOW)
    items = [{"name": "不动产单元号"}, {"name": "权利类型", "grade": 2}, {"name": "共有方式"}]
    actions.update_resource(resource=copy, by=cast.li, now=NOW, values={"update_cycle": "WEEKLY"}, items=items)
    later = NOW + timedelta(days=1)
    with pytest.raises(Invalid, match="信息项有变化，原来的保密评估不再适用"):
        actions.submit(resource=copy, by=cast.li, now=later)
    actions.assess(resources=[copy], kind="SECRECY", answers=assessing.NO_SECRETS, by=cast.li, now=later)
    for verb, person in (("submit", cast.li), ("approve", cast.zhou), ("publish", cast.liang)):
        getattr(actions, verb)(resource=copy, by=person, now=later)
    resource.refresh_from_db()
    assert resource.revision == 2
    current = actions.current_items(resource)
    assert [item.name for item in current] == ["不动产单元号", "权利类型", "共有方式"]
    assert current[0].pk == kept["不动产单元号"]
    assert current[0].identifier == "bdcdyh"
    assert DataItem.objects.get(pk=kept["建筑面积"]).retired_at == later
    from catalog.resources import snapshots

    first, second = resource.revisions.order_by("number")
    labels = {difference.label for difference in snapshots.differences(first.snapshot, second.snapshot)}
    assert {"更新周期", "信息项 共有方式", "信息项 建筑面积", "信息项 权利类型 / 数据分级"} <= labels


def test_items_of_an_unpublished_draft_may_swap_names(cast):
    resource = draft_resource(cast, items=[{"name": "甲", "identifier": "a"}, {"name": "乙", "identifier": "b"}])
    first, second = actions.current_items(resource)
    actions.update_resource(
        resource=resource, by=cast.li, now=NOW, values={},
        items=[{"id": first.pk, "name": "乙", "identifier": "b"}, {"id": second.pk, "name": "甲", "identifier": "a"}],
    )  # fmt: skip
    assert [(item.pk, item.name) for item in actions.current_items(resource)] == [(first.pk, "乙"), (second.pk, "甲")]


def test_update_is_refused_once_submitted(cast):
    resource = submitted_resource(cast)
    with pytest.raises(Conflict, match="不能修改"):
        actions.update_resource(resource=resource, by=cast.li, now=NOW, values={"name": "新名"}, items=None)
    with pytest.raises(Denied):
        actions.update_resource(resource=resource, by=cast.chen, now=NOW, values={"name": "新名"}, items=None)


def test_nobody_compiles_for_another_department(cast):
    with pytest.raises(Denied, match="本部门"):
        actions.create_resource(
            by=cast.chen, now=NOW, values=resource_values(provider=cast.natural_resources), items=[{"name": "甲"}]
        )


def test_unlisted_entries_are_seen_only_by_their_own(cast):
    draft, published = draft_resource(cast), published_resource(cast)
    waiting = approved_resource(cast)
    seen = {
        name: set(DataResource.objects.visible_to(person).values_list("pk", flat=True))
        for name, person in cast.people.items()
    }
    assert seen["li"] == seen["zhou"] == {draft.pk, published.pk, waiting.pk}
    assert seen["chen"] == seen["wu"] == {published.pk}
    assert seen["liang"] == {published.pk, waiting.pk}
    assert seen["sysadmin"] == seen["auditor"] == set()
