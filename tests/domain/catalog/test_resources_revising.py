"""An entry under revision: what is listed stays, the working copy waits beside it, publication moves its text over."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEvent
from catalog.resources import actions, policies, queries, snapshots
from catalog.resources.actions import revising
from catalog.resources.models import DataItem, DataResource, ResourceRevision
from catalog.resources.snapshots import Change
from catalog.resources.workflow import Status
from gdshare.lib.errors import Conflict, Denied, Invalid
from sharing.grants.models import GrantItem
from tests.atomic import assert_atomic_with_audit
from tests.factories.catalog import (
    approved_resource,
    assessed_again,
    draft_resource,
    publish_again,
    published_resource,
    revised_resource,
)
from tests.factories.delivery import granted_resource, key_of, rest
from tests.factories.systems import registered_system

NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
NEXT_DAY = NOW + timedelta(days=1)


def lines(resource):
    """The items as a form would send them back."""
    names = ("name", "identifier", "data_type", "length", "scale", "grade", "is_key")
    return [{"id": item.pk} | {name: getattr(item, name) for name in names} for item in actions.current_items(resource)]


def change(copy, cast, *, items=None, now=NOW, **values):
    changed = actions.update_resource(resource=copy, by=cast.li, now=now, values=values, items=items)
    assessed_again(cast, changed, now=now)
    return changed


# --- the listed entry -------------------------------------------------------------------------------------------------


def test_the_entry_stays_listed_and_unchanged_while_it_is_revised(cast):
    entry = published_resource(cast)
    before = DataResource.objects.filter(pk=entry.pk).values().get()
    copy = revised_resource(cast, resource=entry)
    change(copy, cast, name="改了名的不动产信息", items=lines(copy)[:2])
    actions.submit(resource=copy, by=cast.li, now=NOW)
    actions.approve(resource=copy, by=cast.zhou, now=NOW)
    assert DataResource.objects.filter(pk=entry.pk).values().get() == before
    assert len(actions.current_items(entry)) == 6
    found = queries.search(cast.wu, text=entry.name)
    assert [hit.resource.pk for hit in found.rows] == [entry.pk]
    assert queries.search(cast.wu, text="改了名的不动产信息").total == 0
    seen = {name: set(DataResource.objects.visible_to(person)) for name, person in cast.people.items()}
    assert copy in seen["li"]
    assert copy in seen["liang"], "the authority sees what waits for its audit"
    assert copy not in seen["wu"] | seen["chen"] | seen["sysadmin"]


def test_a_consumer_keeps_pulling_and_gets_new_items_only_after_publication(cast):
    entry = granted_resource(cast)
    client, url = rest(key_of(cast.chen)), f"/api/v1/resources/{entry.pk}/"
    before = client.get(f"{url}rows/").json()["rows"]
    assert len(before) == 3
    granted = set(GrantItem.objects.values_list("item_id", flat=True))
    copy = revised_resource(cast, resource=entry)
    kept = [line for line in lines(copy) if line["identifier"] != "jzmj"]
    kept[1]["name"] = "权利种类"
    change(copy, cast, items=[*kept, {"name": "共有方式", "identifier": "gyfs", "share_type": "UNCONDITIONAL"}])
    for step in ("submit", "approve"):
        getattr(actions, step)(resource=copy, by={"submit": cast.li, "approve": cast.zhou}[step], now=NOW)
        assert client.get(f"{url}rows/").json()["rows"] == before
        assert "gyfs" not in [item["identifier"] for item in client.get(f"{url}schema/").json()["items"]]
    actions.publish(resource=copy, by=cast.liang, now=NEXT_DAY)
    after = client.get(f"{url}rows/")
    assert after.status_code == 200
    assert "jzmj" not in after.json()["rows"][0], "a removed item is no longer handed out"
    assert after.json()["rows"][0]["qllx"] == before[0]["qllx"], "a renamed item still is the granted one"
    names = {item["identifier"]: item["name"] for item in client.get(f"{url}schema/").json()["items"]}
    assert names["qllx"] == "权利种类"
    assert "gyfs" in names
    assert client.get(f"{url}rows/?fields=jzmj").status_code == 400
    assert set(GrantItem.objects.values_list("item_id", flat=True)) == granted
    gone = DataItem.objects.get(resource=entry, identifier="jzmj")
    assert gone.retired_at == NEXT_DAY
    assert not DataResource.objects.filter(revises=entry).exists()


def test_publication_moves_text_and_keeps_what_is_the_entrys_own(cast):
    entry = published_resource(cast, external_code="X-1")
    actions.restrict(resource=entry, by=cast.zhou, now=NOW, is_restricted=True, shown_to=[cast.civil_affairs])
    copy = revised_resource(cast, resource=entry)
    change(copy, cast, update_cycle="WEEKLY", tags=["甲"], theme="09")
    actions.restrict(resource=entry, by=cast.zhou, now=NOW, is_restricted=False)
    DataResource.objects.filter(pk=entry.pk).update(row_count=7, data_updated_at=NOW)
    published = publish_again(cast, copy, now=NEXT_DAY)
    assert published.pk == entry.pk
    assert (published.update_cycle, published.tags, published.theme.code) == ("WEEKLY", ["甲"], "09")
    assert (published.code, published.external_code, published.created_at) == (entry.code, "X-1", entry.created_at)
    assert (published.status, published.revision, published.published_at) == (Status.PUBLISHED, 2, NEXT_DAY)
    assert (published.row_count, published.data_updated_at, published.is_restricted) == (7, NOW, False)
    assert [change.verb for change in entry.status_changes.order_by("seq")] == [
        "submit", "approve", "publish", "revise", "submit", "approve", "publish",
    ]  # fmt: skip
    verbs = AuditEvent.objects.filter(subject_kind="dataresource", subject_id=entry.pk)
    assert verbs.filter(verb="resource.revise").exists()
    assert verbs.filter(verb="resource.publish").count() == 2


def test_names_may_be_swapped_in_a_working_copy(cast):
    entry = published_resource(cast, items=[{"name": "甲", "identifier": "a"}, {"name": "乙", "identifier": "b"}])
    first, second = actions.current_items(entry)
    copy = revised_resource(cast, resource=entry)
    one, two = lines(copy)
    change(copy, cast, items=[one | {"name": "乙", "identifier": "b"}, two | {"name": "甲", "identifier": "a"}])
    publish_again(cast, copy)
    assert [(item.pk, item.name) for item in actions.current_items(entry)] == [(first.pk, "乙"), (second.pk, "甲")]


def test_one_working_copy_at_a_time(cast):
    entry = published_resource(cast)
    copy = revised_resource(cast, resource=entry)
    with pytest.raises(Conflict, match="已有一份修订稿"), transaction.atomic():
        actions.revise(resource=entry, by=cast.li, now=NOW)
    with pytest.raises(IntegrityError, match="revises"), transaction.atomic():
        DataResource.objects.create(
            code=entry.code, revises=entry, provider=entry.provider, name="又一份", abstract="",
            share_type="UNCONDITIONAL", update_cycle="DAILY", created_at=NOW, updated_at=NOW,
        )  # fmt: skip
    for status in ("PUBLISHED", "WITHDRAWN"):
        with pytest.raises(IntegrityError, match="working_copy_unlisted"), transaction.atomic():
            DataResource.objects.filter(pk=copy.pk).update(status=status, published_at=NOW)
    with pytest.raises(IntegrityError, match="code_once"), transaction.atomic():
        DataResource.objects.filter(pk=draft_resource(cast).pk).update(code=entry.code)


def test_a_withdrawn_entry_is_listed_again_only_by_publication(cast):
    entry = actions.withdraw(resource=published_resource(cast), by=cast.zhou, now=NOW, opinion="系统停用")
    copy = revised_resource(cast, resource=entry)
    entry.refresh_from_db()
    assert entry.status == Status.WITHDRAWN
    assert publish_again(cast, copy).status == Status.PUBLISHED


def test_discarding_leaves_the_entry_as_it_is(cast):
    entry = published_resource(cast)
    copy = revised_resource(cast, resource=entry)
    change(copy, cast, name="不要了", items=[{"name": "甲"}])
    before = DataResource.objects.filter(pk=entry.pk).values().get()
    back = actions.discard(resource=copy, by=cast.li, now=NOW)
    assert back == entry
    assert DataResource.objects.filter(pk=entry.pk).values().get() == before
    assert list(DataResource.objects.all()) == [entry]
    assert DataItem.objects.count() == 6
    with pytest.raises(Conflict, match="已经发布或放弃"):
        actions.update_resource(resource=copy, by=cast.li, now=NOW, values={"name": "晚了"})
    with pytest.raises(Conflict, match="不是修订稿"):
        actions.discard(resource=draft_resource(cast), by=cast.li, now=NOW)


def test_a_working_copy_has_no_data_and_no_listing_of_its_own(cast):
    from catalog.mounts import policies as mounts

    copy = revised_resource(cast)
    assert "正式条目" in mounts.queue_load(cast.li, copy).remedy
    assert "可见范围" in policies.restrict(cast.zhou, copy).reason
    assert set(policies.toolbar(cast.li, copy)) == {"submit", "discard", "update_resource"}


@pytest.mark.parametrize("act", ["revise", "discard", "restore", "publish"])
def test_nothing_moves_that_is_not_on_the_log(cast, act):
    entry = published_resource(cast)
    if act == "revise":
        do = lambda: actions.revise(resource=entry, by=cast.li, now=NOW)  # noqa: E731
    elif act == "restore":
        do = lambda: actions.restore(resource=entry, number=1, by=cast.li, now=NOW)  # noqa: E731
    else:
        copy = revised_resource(cast, resource=entry)
        if act == "publish":
            change(copy, cast, name="新名", items=lines(copy)[:3])
            actions.submit(resource=copy, by=cast.li, now=NOW)
            actions.approve(resource=copy, by=cast.zhou, now=NOW)
        person = cast.liang if act == "publish" else cast.li
        do = lambda: getattr(actions, act)(resource=copy, by=person, now=NEXT_DAY)  # noqa: E731
    assert_atomic_with_audit(do, DataResource, DataItem, ResourceRevision)


# --- differences and old revisions ------------------------------------------------------------------------------------


def test_the_diff_knows_items_by_identity_never_by_place(cast):
    items = [{"name": name, "identifier": code, "grade": 1} for name, code in (("甲", "a"), ("乙", "b"), ("丙", "c"))]
    entry = published_resource(cast, items=items)
    copy = revised_resource(cast, resource=entry)
    one, _, three = lines(copy)
    copy = change(
        copy, cast, update_cycle="WEEKLY",
        items=[{"name": "丁", "identifier": "d"}, three, one | {"name": "甲方", "identifier": "jf"}],
    )  # fmt: skip
    found = {(d.label, d.before, d.after, d.change) for d in queries.draft_differences(copy)}
    assert found == {
        ("更新周期", "每日", "每周", Change.CHANGED),
        ("信息项 丁", "", "新增 d C L1", Change.ADDED),
        ("信息项 甲方 / 信息项名称", "甲", "甲方", Change.RENAMED),
        ("信息项 甲方 / 英文标识", "a", "jf", Change.CHANGED),
        ("信息项 乙", "b C L1", "停用", Change.REMOVED),
    }
    publish_again(cast, copy)
    comparison = queries.comparison(entry, None, None)
    assert (comparison.before, comparison.after) == (1, 2)
    assert {(d.label, d.before, d.after, d.change) for d in comparison.differences} == found
    assert queries.comparison(entry, 1, 9) is None
    back = queries.comparison(entry, 2, 1).differences
    assert ("更新周期", "每周", "每日") in {(d.label, d.before, d.after) for d in back}


def test_a_moved_item_is_no_difference_and_old_snapshots_are_read_by_identifier(cast):
    entry = published_resource(cast)
    snapshot = entry.revisions.get().snapshot
    moved = {**snapshot, "items": snapshot["items"][::-1]}
    assert snapshots.differences(snapshot, moved) == []
    bare = {**snapshot, "items": [{k: v for k, v in item.items() if k != "id"} for item in snapshot["items"]]}
    assert snapshots.differences(bare, moved) == []
    assert snapshots.digest(bare) == snapshots.digest(snapshot)


def test_an_old_revision_comes_back_as_a_draft_with_its_items(cast):
    entry = published_resource(cast)
    first = {item.name: item.pk for item in actions.current_items(entry)}
    copy = revised_resource(cast, resource=entry)
    change(copy, cast, update_cycle="WEEKLY", items=[*lines(copy)[:2], {"name": "共有方式"}])
    publish_again(cast, copy, now=NEXT_DAY)
    with pytest.raises(Invalid, match="没有第 9 版"), transaction.atomic():
        actions.restore(resource=entry, number=9, by=cast.li, now=NOW)
    with pytest.raises(Denied), transaction.atomic():
        actions.restore(resource=entry, number=1, by=cast.zhou, now=NOW)
    copy = actions.restore(resource=entry, number=1, by=cast.li, now=NOW)
    assert copy.status == Status.DRAFT
    published = publish_again(cast, copy, now=NEXT_DAY + timedelta(days=1))
    assert published.revision == 3
    assert published.update_cycle == "DAILY"
    assert {item.name: item.pk for item in actions.current_items(entry)} == first, "the very same items"
    assert snapshots.differences(*(entry.revisions.get(number=number).snapshot for number in (1, 3))) == []
    assert DataItem.objects.get(resource=entry, name="共有方式").retired_at is not None


# --- a publication for a later day ------------------------------------------------------------------------------------


def test_a_publication_may_take_effect_on_a_later_day(cast):
    resource = approved_resource(cast)
    with pytest.raises(Invalid, match="早于今天"), transaction.atomic():
        actions.publish(resource=resource, by=cast.liang, now=NOW, effective_on=date(2026, 3, 2))
    actions.publish(resource=resource, by=cast.liang, now=NOW, effective_on=date(2026, 3, 10))
    resource.refresh_from_db()
    assert resource.status == Status.SCHEDULED
    assert queries.search(cast.wu, text=resource.name).total == 0
    assert actions.due_to_take_effect(now=datetime(2026, 3, 9, 15, 59, tzinfo=UTC)) == []
    assert actions.take_effect(resource_id=resource.pk, now=datetime(2026, 3, 9, 15, 59, tzinfo=UTC)) is None
    midnight = datetime(2026, 3, 9, 16, 1, tzinfo=UTC)
    assert actions.due_to_take_effect(now=midnight) == [resource.pk]
    listed = actions.take_effect(resource_id=resource.pk, now=midnight)
    assert (listed.status, listed.revision, listed.published_by) == (Status.PUBLISHED, 1, cast.liang)
    assert entry_revision(listed).effective_on == date(2026, 3, 10)
    assert actions.take_effect(resource_id=resource.pk, now=midnight) is None, "once"
    assert queries.search(cast.wu, text=resource.name).total == 1


def entry_revision(resource):
    return resource.revisions.order_by("-number").first()


def test_a_scheduled_revision_leaves_the_entry_until_its_day(cast):
    entry = published_resource(cast)
    copy = revised_resource(cast, resource=entry)
    change(copy, cast, name="新的名称")
    publish_again(cast, copy, now=NOW, effective_on=date(2026, 3, 10))
    entry.refresh_from_db()
    assert (entry.status, entry.revision) == (Status.PUBLISHED, 1)
    actions.take_effect(resource_id=copy.pk, now=datetime(2026, 3, 10, 1, 0, tzinfo=UTC))
    entry.refresh_from_db()
    assert (entry.name, entry.revision) == ("新的名称", 2)
    assert [hit.resource.pk for hit in queries.search(cast.wu, text="新的名称").rows] == [entry.pk]
    assert entry.status_changes.order_by("-seq").values_list("verb", "by").first() == ("take_effect", None)


def test_what_is_scheduled_may_be_sent_back_before_its_day(cast):
    resource = approved_resource(cast)
    actions.publish(resource=resource, by=cast.liang, now=NOW, effective_on=date(2026, 3, 10))
    with pytest.raises(Denied), transaction.atomic():
        actions.return_(resource=resource, by=cast.zhou, now=NOW, opinion="再改")
    actions.return_(resource=resource, by=cast.he, now=NOW, opinion="依据将修订")
    resource.refresh_from_db()
    assert (resource.status, resource.effective_on) == (Status.DRAFT, None)
    assert actions.take_effect(resource_id=resource.pk, now=datetime(2026, 3, 10, 1, 0, tzinfo=UTC)) is None
    with pytest.raises(IntegrityError, match="scheduled_for_a_day"), transaction.atomic():
        DataResource.objects.filter(pk=resource.pk).update(status="SCHEDULED")


def test_a_worker_that_dies_midway_leaves_all_to_the_next(cast, monkeypatch):
    from catalog.resources.tasks import take_effect

    first, second = approved_resource(cast), approved_resource(cast)
    today = timezone.localdate()
    for resource in (first, second):
        actions.publish(resource=resource, by=cast.liang, now=NOW, effective_on=NOW.date() + timedelta(days=1))
    assert today > NOW.date()
    record, calls = ResourceRevision.objects.create, []

    def dies_once(**values):
        calls.append(values)
        if len(calls) == 1:
            raise RuntimeError("the worker is killed")
        return record(**values)

    monkeypatch.setattr(ResourceRevision.objects, "create", dies_once)
    assert take_effect() == 1
    assert take_effect() == 1
    assert take_effect() == 0
    assert DataResource.objects.published().count() == 2
    assert ResourceRevision.objects.count() == 2


# --- what hangs on an entry -------------------------------------------------------------------------------------------

STAYS_WITH_THE_ENTRY = {
    "working_copy", "items", "revisions", "status_changes", "remarks", "mount", "grants", "service_calls",
    "withdrawals", "change_tasks", "corrections", "data_demands", "comparisons_left", "comparisons_right",
    "update_reminders", "subscriptions", "usage_ledgers",
    "dataresourceuserobjectpermission_set", "dataresourcegroupobjectpermission_set",
}  # fmt: skip
"""Relations that a working copy neither takes along nor brings back, or that `apply` treats by name."""


def test_every_relation_of_an_entry_is_carried_or_stays():
    named = {relation.get_accessor_name() for relation in DataResource._meta.related_objects if not relation.hidden}
    unknown = named - set(revising.CARRIED) - STAYS_WITH_THE_ENTRY
    assert not unknown, f"does a working copy carry {unknown}? Name them in revising.CARRIED or here"
    assert not DataResource._meta.many_to_many


def test_linked_systems_come_along_and_go_back(cast):
    first, second = registered_system(cast), registered_system(cast)
    entry = published_resource(cast)
    entry.system_links.create(system=first)
    copy = revised_resource(cast, resource=entry)
    actions.update_resource(resource=copy, by=cast.li, now=NOW, values={}, systems=[first, second])
    assert [link.system for link in entry.system_links.all()] == [first]
    labels = [difference.label for difference in queries.draft_differences(copy)]
    assert labels == ["来源系统（已登记的）"]
    publish_again(cast, copy)
    assert {link.system for link in entry.system_links.all()} == {first, second}
