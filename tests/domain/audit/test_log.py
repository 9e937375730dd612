"""The log: who, for whom, from where; narrowed, paged and told in words; nothing in it can be changed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from audit import actions, labels, log, queries
from audit.models import AuditEvent
from audit.queries import Filters
from gdshare.lib import request_context
from gdshare.lib.errors import Denied
from security.accounts import actions as accounts

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def write(by, verb="account.sign_in", *, at=NOW, **facts):
    return log.record(verb, by=by, at=at, subject=by, **facts)


def test_an_event_names_the_actor_his_department_and_the_request(cast):
    id_token, address_token = request_context.request_id.set("abc"), request_context.address.set("10.1.2.3")
    try:
        event = write(cast.chen)
    finally:
        request_context.request_id.reset(id_token)
        request_context.address.reset(address_token)
    assert (event.actor_kind, event.actor_name, event.department_name) == ("USER", "陈嘉敏", "广东省民政厅")
    assert (event.role, event.request_id, event.address) == ("HANDLER", "abc", "10.1.2.3")


def test_a_key_and_the_system_are_told_apart(cast):
    expires_at = NOW + timedelta(days=9)
    api_client, _ = accounts.issue_api_client(
        by=cast.chen, now=NOW, name="核对系统", purpose="核对", kind="SYSTEM", expires_at=expires_at
    )
    assert write(api_client).actor_kind == "API_CLIENT"
    system = log.record("account.sign_in", by=None, at=NOW)
    assert (system.actor_kind, system.actor_name) == ("SYSTEM", "系统")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET verb = 'x'",
        "UPDATE audit_auditevent SET facts = '{}' WHERE id = (SELECT max(id) FROM audit_auditevent)",
        "DELETE FROM audit_auditevent",
        "TRUNCATE audit_auditevent",
        "TRUNCATE audit_auditevent CASCADE",
        "WITH gone AS (DELETE FROM audit_auditevent RETURNING id) SELECT count(*) FROM gone",
        "INSERT INTO audit_auditevent SELECT * FROM audit_auditevent LIMIT 1 ON CONFLICT (id) DO UPDATE SET verb = 'x'",
    ],
)
def test_the_database_refuses_every_change(cast, statement):
    write(cast.chen)
    before = list(AuditEvent.objects.values())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(AuditEvent.objects.values()) == before


def test_the_orm_is_refused_too(cast):
    event = write(cast.chen)
    for change in (event.save, event.delete, lambda: AuditEvent.objects.update(verb="x")):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_filters(cast):
    first = write(cast.chen, at=NOW - timedelta(days=2))
    second = write(cast.li, "account.sign_out")
    third = log.record("account.sign_in_refused", by=None, at=NOW, subject=cast.wu, is_allowed=False)

    def ids(**narrow):
        return [event.pk for event in queries.search(Filters(**narrow))]

    assert ids() == [third.pk, second.pk, first.pk]
    assert ids(actor="陈") == [first.pk]
    assert ids(department="自然资源") == [second.pk]
    assert ids(verb="account.sign_out") == [second.pk]
    assert ids(is_allowed=False) == [third.pk]
    assert ids(is_allowed=True) == [second.pk, first.pk]
    assert ids(subject_kind="user", subject_id=cast.wu.pk) == [third.pk]
    assert ids(subject="wu") == [third.pk]
    assert ids(since=date(2026, 11, 1)) == [third.pk, second.pk]
    assert ids(until=date(2026, 10, 31)) == [first.pk]


def test_a_day_is_a_day_of_the_province(cast):
    event = write(cast.chen, at=datetime(2026, 11, 1, 16, 0, tzinfo=UTC))  # midnight in Shanghai
    assert list(queries.search(Filters(since=date(2026, 11, 2)))) == [event]
    assert not queries.search(Filters(until=date(2026, 11, 1))).exists()


def test_pages_go_down_without_gap_or_repeat(cast):
    made = [write(cast.chen).pk for _ in range(7)]
    first = queries.page(Filters(), size=3)
    write(cast.chen)  # the log grows meanwhile
    second = queries.page(Filters(), before=first.older, size=3)
    third = queries.page(Filters(), before=second.older, size=3)
    seen = [event.pk for page in (first, second, third) for event in page.events]
    assert seen == made[::-1]
    assert third.older is None


def test_export_reads_all_in_batches(cast):
    made = [write(cast.chen).pk for _ in range(7)]
    assert [event.pk for event in queries.every(Filters(), batch=3)] == made[::-1]
    assert [event.pk for event in queries.every(Filters(actor="nobody"), batch=3)] == []


def test_export_is_recorded_with_its_filters(cast):
    actions.export_events(filters=Filters(since=date(2026, 11, 1), actor="陈"), by=cast.auditor, now=NOW)
    event = AuditEvent.objects.get(verb="audit.export")
    assert event.facts == {"since": "2026-11-01", "actor": "陈"}


@pytest.mark.parametrize("who", ["chen", "he", "sysadmin", "secadmin"])
def test_only_the_auditor_takes_the_log_out(cast, who):
    with pytest.raises(Denied, match="审计管理员"):
        actions.export_events(filters=Filters(), by=cast.people[who], now=NOW)
    assert not AuditEvent.objects.filter(verb="audit.export").exists()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"reason": "locked"}, [("原因", "账号已锁定")]),
        ({"kind": "SYSTEM", "is_late": True}, [("种类", "业务系统"), ("已逾期", "是")]),
        ({"changed": {"name": ["甲", "乙"], "duties": ["", "丙"]}}, [("名称", "甲 → 乙"), ("职责", "（空） → 丙")]),
        ({"until": "2026-11-02T01:00:00+00:00"}, [("到", "2026-11-02 09:00")]),
        ({"items": ["姓名", "电话"]}, [("信息项", "姓名、电话")]),
        ({"items": [str(n) for n in range(25)]}, [("信息项", "、".join(str(n) for n in range(20)) + " 等 25 项")]),
        ({"counts": {"created": 2, "updated": 1}}, [("数量", "新建 2；更新 1")]),
    ],
)
def test_facts_in_words(facts, words):
    assert queries.readable(facts) == words


def test_a_verb_has_one_name():
    with pytest.raises(ValueError, match="already called"):
        labels.register({"audit.export": "别的"})
