"""Telling people: who gets it, once; and settling what is done."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from gdshare.lib.errors import Denied
from security.access import roles
from security.access.permissions import Permission
from security.accounts.models import Membership
from security.notices import actions, policies, queries
from security.notices.models import Notice
from tests.cast import appoint, make_person

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SUBJECT = actions.Ref("sharerequest", 7)


def tell(department, permission=Permission.SHARE_REQUEST_REVIEW, **changes):
    values = {
        "kind": "share_request.review",
        "subject": SUBJECT,
        "title": "请审核：不动产登记信息",
        "url": "/sharing/requests/7/",
        "now": NOW,
        "dedupe_key": "share_request:7:review",
    } | changes
    return actions.tell(department=department, permission=permission, **values)


def test_everyone_who_holds_the_permission_there_and_nobody_else(cast):
    second = make_person("li2", "李二", cast.natural_resources, roles.HANDLER)
    assert tell(cast.natural_resources) == 2
    assert set(Notice.objects.values_list("recipient", flat=True)) == {cast.li.pk, second.pk}
    assert set(Notice.objects.values_list("department", flat=True)) == {cast.natural_resources.pk}


def test_the_same_notice_comes_once(cast):
    assert tell(cast.natural_resources) == 1
    assert tell(cast.natural_resources) == 0
    assert tell(cast.natural_resources, dedupe_key="share_request:7:review:2") == 1
    notice = Notice.objects.order_by("id")[0]
    notice.pk = None
    with pytest.raises(IntegrityError, match="notice_once"), transaction.atomic():
        notice.save(force_insert=True)


def test_people_who_left_hear_nothing(cast):
    Membership.objects.filter(user=cast.li).update(ended_at=NOW)
    assert tell(cast.natural_resources) == 0


def test_one_person(cast):
    told = actions.tell_person(
        user=cast.chen, department=cast.civil_affairs, kind="share_request.decided", subject=SUBJECT,
        title="已同意 9 项", url="/sharing/requests/7/", now=NOW, dedupe_key="share_request:7:decided",
    )  # fmt: skip
    assert told == 1
    assert Notice.objects.get().recipient == cast.chen


def test_settle_closes_the_to_dos_of_a_subject(cast):
    tell(cast.natural_resources, needs_action=True)
    tell(cast.authority, needs_action=True)
    tell(cast.natural_resources, needs_action=True, subject=actions.Ref("sharerequest", 8), dedupe_key="other")
    assert actions.settle(subject=SUBJECT, now=NOW, department=cast.natural_resources) == 1
    open_to_dos = Notice.objects.to_do().order_by("subject_id")
    assert [(n.subject_id, n.department) for n in open_to_dos] == [(7, cast.authority), (8, cast.natural_resources)]
    later = NOW + timedelta(hours=1)
    assert actions.settle(subject=SUBJECT, now=later) == 1
    assert actions.settle(subject=SUBJECT, now=later) == 0
    done = Notice.objects.get(department=cast.natural_resources, subject_id=7)
    assert (done.done_at, done.read_at) == (NOW, NOW)


def test_a_row_and_its_name_are_the_same_subject(cast):
    tell(cast.natural_resources, subject=cast.sports, needs_action=True)
    assert actions.settle(subject=actions.Ref("department", cast.sports.pk), now=NOW) == 1


def test_reading_is_the_recipients(cast):
    tell(cast.natural_resources)
    notice = Notice.objects.get()
    assert not policies.mark_read(cast.zhou, notice)
    with pytest.raises(Denied, match="不是发给您的"):
        actions.mark_read(notice=notice, by=cast.zhou, now=NOW)
    actions.mark_read(notice=notice, by=cast.li, now=NOW)
    actions.mark_read(notice=notice, by=cast.li, now=NOW + timedelta(days=1))
    notice.refresh_from_db()
    assert notice.read_at == NOW


def test_an_inbox_belongs_to_a_department_acted_for(cast):
    """黄志远 also serves 省体育局; what comes there stays there."""
    appoint(cast.huang, cast.sports, roles.HANDLER)
    tell(cast.sports, dedupe_key="a")
    assert queries.inbox(cast.huang).count() == 1
    cast.huang.acting = Membership.objects.get(user=cast.huang, department=cast.civil_affairs).as_acting()
    assert queries.inbox(cast.huang).count() == 0
    assert actions.mark_all_read(by=cast.huang, now=NOW) == 0
    cast.huang.acting = None
    with pytest.raises(Denied, match="没有任职部门"):
        actions.mark_all_read(by=cast.huang, now=NOW)


def test_order_and_counts(cast, django_assert_num_queries):
    for hour in range(3):
        tell(cast.natural_resources, dedupe_key=str(hour), title=str(hour), now=NOW + timedelta(hours=hour),
             needs_action=hour == 0)  # fmt: skip
    newest = Notice.objects.get(title="2")
    actions.mark_read(notice=newest, by=cast.li, now=NOW)
    assert [notice.title for notice in queries.inbox(cast.li)] == ["1", "0", "2"]
    assert [notice.title for notice in queries.inbox(cast.li, show="unread")] == ["1", "0"]
    assert [notice.title for notice in queries.inbox(cast.li, show="to_do")] == ["0"]
    with django_assert_num_queries(1):
        assert queries.inbox_counts(cast.li) == queries.InboxCounts(all=3, unread=2, to_do=1)
    assert actions.mark_all_read(by=cast.li, now=NOW + timedelta(hours=9)) == 2
    assert queries.inbox_counts(cast.li).unread == 0
