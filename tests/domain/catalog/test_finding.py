"""What a person keeps of the catalog: stars, subscriptions, saved searches, what he looked at last."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from audit import queries as audit
from catalog.finding import actions, notify, queries
from catalog.finding.models import Favourite, RecentView, SavedSearch, Subscription
from catalog.resources import actions as resources
from catalog.resources.models import DataResource
from gdshare.lib.errors import Conflict, Denied, Invalid, NotVisible
from security.access import roles
from security.accounts.models import Membership
from security.notices.models import Notice
from tests.cast import appoint
from tests.factories.catalog import draft_resource, published_resource
from tests.factories.mounts import mounted_resource

FRIDAY = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
MONDAY = FRIDAY + timedelta(days=3)
SATURDAY = FRIDAY + timedelta(days=1)


def publish_at(cast, moment, **values):
    """An entry whose publication is stamped `moment`."""
    resource = published_resource(cast, **values)
    DataResource.objects.filter(pk=resource.pk).update(published_at=moment)
    return resource


def notices_of(person, kind):
    return list(Notice.objects.filter(recipient=person, kind=kind).order_by("id"))


def verbs(subject):
    return [
        event.verb
        for event in audit.search(audit.Filters(subject_kind=subject._meta.model_name, subject_id=subject.pk))
    ]


# ── star, follow, note_view ───────────────────────────────────────────────────────────────────────────────────────


def test_a_star_is_kept_once_and_taken_away(cast):
    resource = published_resource(cast)
    actions.star(resource=resource, by=cast.chen, now=FRIDAY)
    actions.star(resource=resource, by=cast.chen, now=FRIDAY)
    assert [row.pk for row in queries.favourites(cast.chen)] == [resource.pk]
    assert list(queries.favourites(cast.huang)) == []
    actions.unstar(resource=resource, by=cast.chen, now=FRIDAY)
    assert not Favourite.objects.exists()
    assert verbs(resource)[:2] == ["favourite.unstar", "favourite.star"]


@pytest.mark.parametrize("verb", [actions.star, actions.follow, actions.note_view])
def test_what_one_may_not_know_of_cannot_be_kept(cast, verb):
    draft = draft_resource(cast)
    with pytest.raises(NotVisible):
        verb(resource=draft, by=cast.wu, now=FRIDAY)
    with pytest.raises(Denied, match="不能查看目录"):
        verb(resource=draft, by=cast.sysadmin, now=FRIDAY)


def test_what_went_out_of_sight_leaves_the_list_and_can_still_be_dropped(cast):
    resource = published_resource(cast)
    actions.star(resource=resource, by=cast.chen, now=FRIDAY)
    DataResource.objects.filter(pk=resource.pk).update(is_restricted=True)
    assert list(queries.favourites(cast.chen)) == []
    actions.unstar(resource=resource, by=cast.chen, now=FRIDAY)
    assert not Favourite.objects.exists()


def test_another_post_is_another_list(cast):
    resource = published_resource(cast)
    actions.star(resource=resource, by=cast.chen, now=FRIDAY)
    appoint(cast.chen, cast.sports, roles.HANDLER)
    assert list(queries.favourites(cast.chen)) == []


def test_what_was_seen_last_stands_first_and_the_oldest_is_forgotten(cast, monkeypatch):
    monkeypatch.setattr(actions, "MOST_VIEWS", 2)
    first, second, third = (published_resource(cast) for _ in range(3))
    for minute, resource in enumerate([first, second, third, second]):
        actions.note_view(resource=resource, by=cast.chen, now=FRIDAY + timedelta(minutes=minute))
    assert [row.pk for row in queries.recent(cast.chen, 6)] == [second.pk, third.pk]
    assert RecentView.objects.count() == 2
    assert queries.recent(cast.huang, 6) == []
    DataResource.objects.filter(pk=second.pk).update(is_restricted=True)
    assert [row.pk for row in queries.recent(cast.chen, 6)] == [third.pk]


@pytest.mark.parametrize("model", [Favourite, Subscription])
def test_the_database_keeps_one_of_each(cast, model):
    resource = published_resource(cast)
    values = {"user": cast.chen, "department": cast.civil_affairs, "resource": resource, "added_at": FRIDAY}
    model.objects.create(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(**values)


# ── subscriptions ─────────────────────────────────────────────────────────────────────────────────────────────────


def revise(cast, resource, now):
    """A second version, through both consents."""
    copy = resources.revise(resource=resource, by=cast.li, now=now)
    resources.update_resource(resource=copy, by=cast.li, now=now, values={"abstract": "新增查封信息。"})
    resources.submit(resource=copy, by=cast.li, now=now)
    resources.approve(resource=copy, by=cast.zhou, now=now)
    return resources.publish(resource=copy, by=cast.liang, now=now)


def test_a_subscriber_hears_of_a_new_version_once(cast):
    resource = published_resource(cast)
    actions.follow(resource=resource, by=cast.chen, now=FRIDAY)
    assert actions.tell_changes(now=FRIDAY) == 0
    revise(cast, resource, FRIDAY)
    assert actions.tell_changes(now=FRIDAY) == 1
    assert actions.tell_changes(now=FRIDAY) == 0
    [notice] = notices_of(cast.chen, "subscription.changed")
    assert notice.title == f"您订阅的目录已发布第 2 版：{resource.name}"
    assert notice.department == cast.civil_affairs


def test_a_subscriber_hears_why_an_entry_was_withdrawn_though_he_no_longer_sees_it(cast):
    resource = published_resource(cast)
    actions.follow(resource=resource, by=cast.chen, now=FRIDAY)
    resources.withdraw(resource=resource, by=cast.zhou, now=FRIDAY, opinion="业务已取消")
    assert actions.tell_changes(now=FRIDAY) == 1
    [notice] = notices_of(cast.chen, "subscription.changed")
    assert (notice.title, notice.body) == (f"您订阅的目录已下架：{resource.name}", "原因：业务已取消")


def test_a_subscriber_hears_of_a_missed_update_once_and_not_of_one_missed_before(cast):
    resource, missed_before = published_resource(cast), published_resource(cast)
    late = {"freshness": "LATE", "fresh_due_on": FRIDAY.date()}
    DataResource.objects.filter(pk=missed_before.pk).update(**late)
    missed_before.refresh_from_db()
    for row in (resource, missed_before):
        actions.follow(resource=row, by=cast.chen, now=FRIDAY)
    DataResource.objects.filter(pk=resource.pk).update(**late)
    assert actions.tell_changes(now=MONDAY) == 1
    assert actions.tell_changes(now=MONDAY) == 0
    [notice] = notices_of(cast.chen, "subscription.late")
    assert notice.title == f"您订阅的目录逾期未更新：{resource.name}"
    assert "应在 2026-11-20 前更新" in notice.body
    DataResource.objects.filter(pk=resource.pk).update(fresh_due_on=MONDAY.date())
    assert actions.tell_changes(now=MONDAY) == 1


def test_who_was_shut_out_before_hears_nothing(cast):
    resource = published_resource(cast)
    actions.follow(resource=resource, by=cast.chen, now=FRIDAY)
    resources.restrict(resource=resource, by=cast.zhou, now=FRIDAY, is_restricted=True, shown_to=[])
    resources.withdraw(resource=resource, by=cast.zhou, now=FRIDAY, opinion="业务已取消")
    assert actions.tell_changes(now=FRIDAY) == 0
    assert notices_of(cast.chen, "subscription.changed") == []
    assert Subscription.objects.get().told_seq > 0


def test_who_left_the_department_hears_nothing(cast):
    resource = published_resource(cast)
    actions.follow(resource=resource, by=cast.chen, now=FRIDAY)
    Membership.objects.filter(user=cast.chen).update(ended_at=FRIDAY)
    revise(cast, resource, FRIDAY)
    assert actions.tell_changes(now=FRIDAY) == 0


# ── saved searches ────────────────────────────────────────────────────────────────────────────────────────────────


def save(cast, *, by=None, name="核对", query="q=不动产", notifies=True, now=FRIDAY):
    return actions.save_search(name=name, query=query, notifies=notifies, by=by or cast.chen, now=now)


def test_an_address_is_kept_without_what_does_not_narrow(cast):
    saved = save(cast, query="?page=3&share_type=CONDITIONAL&q= 不动产 &x=1&share_type=CONDITIONAL&provider=")
    assert saved.query == "q=%E4%B8%8D%E5%8A%A8%E4%BA%A7&share_type=CONDITIONAL"
    assert queries.conditions(saved) == "查“不动产”，1 个筛选条件"
    assert queries.conditions(save(cast, name="全部", query="")) == "全部目录"


def test_a_search_needs_a_name_of_its_own_and_an_end(cast, monkeypatch):
    save(cast)
    with pytest.raises(Conflict, match="已有名为“核对”"):
        save(cast)
    save(cast, by=cast.huang)
    with pytest.raises(Invalid, match="起个名字"):
        save(cast, name="  ")
    with pytest.raises(Invalid, match="条件太多"):
        save(cast, name="长", query="q=" + "不" * 900)
    monkeypatch.setattr(actions, "MOST_SEARCHES", 1)
    with pytest.raises(Invalid, match="已保存 1 个查找"):
        save(cast, name="另一个")
    assert SavedSearch.objects.count() == 2


def test_the_database_refuses_a_search_without_a_name(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedSearch.objects.create(
            user=cast.chen, department=cast.civil_affairs, name="", created_at=FRIDAY, looked_at=FRIDAY
        )


def test_the_morning_tells_what_is_new_and_tells_it_once(cast):
    publish_at(cast, FRIDAY - timedelta(days=1), name="不动产登记旧")
    save(cast, query="q=不动产&share_type=CONDITIONAL")
    new = publish_at(cast, FRIDAY + timedelta(hours=3), name="不动产查封信息", share_type="CONDITIONAL")
    publish_at(
        cast, FRIDAY + timedelta(hours=3), name="婚姻登记", abstract="婚姻", share_type="CONDITIONAL",
        items=items("姓名"), legal_basis="《婚姻登记条例》第二十条",
    )  # fmt: skip
    publish_at(cast, FRIDAY + timedelta(hours=3), name="不动产网点", share_type="UNCONDITIONAL")
    assert actions.look_again(now=FRIDAY + timedelta(hours=4)) == 0  # saved today: not before tomorrow
    assert actions.look_again(now=MONDAY) == 1
    assert actions.look_again(now=MONDAY + timedelta(minutes=15)) == 0
    assert actions.look_again(now=MONDAY + timedelta(days=1)) == 0
    [notice] = notices_of(cast.chen, "saved_search.found")
    assert notice.title == "您保存的查找“核对”：新发布 1 类"
    assert notice.body == f"《{new.name}》"
    assert SavedSearch.objects.get().told_count == 1


def test_a_saved_search_means_what_its_page_means(cast):
    """Found by initials, narrowed to what may be taken now: the floor above says what was granted."""
    save(cast, query="q=bdcdj&available=OPEN")
    save(cast, by=cast.huang, query="q=bdcdj&available=GRANTED")
    takeable = mounted_resource(cast, name="不动产登记网点")
    publish_at(cast, FRIDAY + timedelta(hours=3), name="不动产登记查封")  # nothing to take in it yet
    DataResource.objects.filter(pk=takeable.pk).update(published_at=FRIDAY + timedelta(hours=3))
    assert actions.look_again(now=MONDAY) == 1
    [notice] = notices_of(cast.chen, "saved_search.found")
    assert notice.body == f"《{takeable.name}》"


def test_renewed_entries_are_told_apart(cast):
    save(cast)
    renewed = published_resource(cast)
    revise(cast, renewed, FRIDAY + timedelta(hours=2))
    publish_at(cast, FRIDAY + timedelta(hours=2))
    assert actions.look_again(now=MONDAY) == 1
    [notice] = notices_of(cast.chen, "saved_search.found")
    assert notice.title == "您保存的查找“核对”：新发布 1 类，修订后重新发布 1 类"


def test_nothing_new_is_no_notice_and_a_rest_day_is_no_morning(cast):
    save(cast)
    publish_at(cast, FRIDAY + timedelta(hours=3))
    assert actions.look_again(now=SATURDAY) == 0
    assert SavedSearch.objects.get().looked_at == FRIDAY
    save(cast, by=cast.huang, query="q=渔船")
    assert actions.look_again(now=MONDAY) == 1
    assert notices_of(cast.huang, "saved_search.found") == []


def test_what_one_may_not_know_of_is_not_told(cast):
    save(cast)
    hidden = publish_at(cast, FRIDAY + timedelta(hours=3))
    DataResource.objects.filter(pk=hidden.pk).update(is_restricted=True)
    assert actions.look_again(now=MONDAY) == 0
    assert not Notice.objects.filter(kind="saved_search.found").exists()


def test_a_publication_just_being_committed_waits_for_the_next_morning(cast):
    save(cast)
    publish_at(cast, MONDAY - timedelta(minutes=2))
    assert actions.look_again(now=MONDAY) == 0
    assert actions.look_again(now=MONDAY + timedelta(days=1)) == 1


def test_a_silenced_search_is_quiet_and_begins_anew_when_woken(cast):
    saved = save(cast)
    actions.silence_search(saved=saved, by=cast.chen, now=FRIDAY)
    publish_at(cast, FRIDAY + timedelta(hours=3))
    assert actions.look_again(now=MONDAY) == 0
    actions.wake_search(saved=saved, by=cast.chen, now=MONDAY)
    assert actions.look_again(now=MONDAY + timedelta(days=1)) == 0
    actions.delete_search(saved=saved, by=cast.chen, now=MONDAY)
    assert not SavedSearch.objects.exists()
    assert verbs(saved) == [
        "saved_search.delete", "saved_search.wake", "saved_search.silence", "saved_search.save"
    ]  # fmt: skip


@pytest.mark.parametrize("verb", [actions.silence_search, actions.wake_search, actions.delete_search])
def test_others_do_not_touch_my_searches(cast, verb):
    saved = save(cast)
    with pytest.raises(Denied, match="不是您保存的"):
        verb(saved=saved, by=cast.huang, now=FRIDAY)
    saved.delete()
    saved.pk = 1
    with pytest.raises(NotVisible, match="已经删去"):
        verb(saved=saved, by=cast.chen, now=FRIDAY)


def test_a_worker_that_dies_while_telling_leaves_the_look_to_the_next(cast, monkeypatch):
    save(cast)
    save(cast, name="另一个")
    publish_at(cast, FRIDAY + timedelta(hours=3))
    told, die = notify.found, [True]

    def found(saved, **facts):
        number = told(saved, **facts)
        if die and saved.name == "核对":
            die.pop()
            raise DatabaseError("the server went away")
        return number

    monkeypatch.setattr(notify, "found", found)
    assert actions.look_again(now=MONDAY) == 1  # the other one
    assert len(notices_of(cast.chen, "saved_search.found")) == 1
    assert actions.look_again(now=MONDAY + timedelta(minutes=15)) == 1
    assert len(notices_of(cast.chen, "saved_search.found")) == 2


def test_four_workers_at_once_tell_each_search_once(committed_cast):
    cast = committed_cast
    for number in range(6):
        save(cast, name=f"核对{number}")
    resource = publish_at(cast, FRIDAY + timedelta(hours=3))
    for person in (cast.chen, cast.huang, cast.wu):
        actions.follow(resource=resource, by=person, now=FRIDAY)
    revise(cast, resource, FRIDAY + timedelta(hours=4))
    start, told = threading.Barrier(4), []

    def work():
        try:
            start.wait(20)
            told.append((actions.look_again(now=MONDAY), actions.tell_changes(now=MONDAY)))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [sum(column) for column in zip(*told, strict=True)] == [6, 3]
    assert len(notices_of(cast.chen, "saved_search.found")) == 6
    assert Notice.objects.filter(kind="subscription.changed").count() == 3


# ── related entries ───────────────────────────────────────────────────────────────────────────────────────────────


def items(*names):
    return [{"name": name, "identifier": f"x{number}", "grade": 1} for number, name in enumerate(names)]


def test_related_entries_share_items_and_say_how_many(cast):
    one = published_resource(cast, name="甲", items=items("单元号", "权利人", "坐落", "面积"))
    close = published_resource(
        cast, name="乙", items=items("单元号", "权利人", "坐落", "抵押"), by=cast.chen, head=cast.huang
    )
    less = published_resource(cast, name="丙", items=items("单元号", "权利人", "税额"), by=cast.chen, head=cast.huang)
    published_resource(cast, name="丁", items=items("单元号", "船名"), by=cast.chen, head=cast.huang)
    same_provider = published_resource(cast, name="戊", items=items("矿区"))
    found = queries.related(cast.wu, one)
    assert [(near.resource.pk, near.reason) for near in found] == [
        (close.pk, "共有 3 个信息项"),
        (less.pk, "共有 2 个信息项"),
        (same_provider.pk, "同一提供部门"),
    ]


def test_related_entries_are_those_one_may_know_of(cast):
    one = published_resource(cast, items=items("单元号", "权利人"))
    hidden = published_resource(cast, items=items("单元号", "权利人"))
    assert [near.resource.pk for near in queries.related(cast.wu, one)] == [hidden.pk]
    DataResource.objects.filter(pk=hidden.pk).update(is_restricted=True)
    assert queries.related(cast.wu, one) == []
    assert queries.related(cast.sysadmin, one) == []
    hidden.items.update(retired_at=FRIDAY)
    DataResource.objects.filter(pk=hidden.pk).update(is_restricted=False)
    assert [near.reason for near in queries.related(cast.wu, one)] == ["同一提供部门"]


def test_related_entries_are_found_by_index(cast):
    """Among 3,000 other items the plan goes through the names' index and never reads the items' table whole."""
    one = published_resource(cast, items=items("单元号", "权利人"))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_dataitem (resource_id, position, name, identifier, data_type, grade, use_conditions,"
            " is_key, is_basic, is_required, description)"
            " SELECT %s, n, '项' || n, 'y' || n, 'C', 1, '', false, false, false, '' FROM generate_series(1, 3000) n",
            [draft_resource(cast, items=items("甲项")).pk],
        )
        cursor.execute("ANALYZE catalog_dataitem")
        sql, params = queries.near_statement(cast.wu, one)
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "item_same_name" in plan
    assert "Seq Scan on catalog_dataitem" not in plan
