"""使用台账: opened by itself, filled by takings, written by hand, inspected, kept."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEvent
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Denied, Invalid
from security.notices.models import Notice
from sharing.delivery import actions as delivery
from sharing.delivery.models import ServiceCall
from sharing.grants import actions as grants
from sharing.grants.models import Grant
from sharing.ledgers import actions, queries
from sharing.ledgers.models import LedgerEntry, Section, UsageLedger
from tests.at_once import at_once
from tests.atomic import assert_atomic_with_audit
from tests.factories.delivery import granted_resource
from tests.factories.mounts import mounted_resource


def taken(resource, by, now=None):
    """One page of rows, by the real exit."""
    now = now or timezone.now()
    access = delivery.decide_access(resource=resource, by=by, now=now)
    return delivery.take_page(
        resource=resource, access=access, items=access.choose(None), conditions=(), cursor="", size=100, by=by, now=now
    )


def book_of(cast):
    return UsageLedger.objects.get(department=cast.civil_affairs)


@pytest.fixture
def ledger(cast):
    taken(granted_resource(cast), cast.chen)
    return book_of(cast)


def written(cast, ledger, section=Section.EFFECT, text="核对 1,204 户，减少证明 3 份", **values):
    return actions.write(ledger=ledger, by=cast.chen, now=timezone.now(), section=section, text=text, **values)


def test_a_grant_opens_the_book_and_takings_fill_it(cast):
    resource = granted_resource(cast)
    ledger = book_of(cast)
    assert queries.book(ledger, today=date.today()).filled == {"SCENARIO": True}
    taken(resource, cast.chen)
    taken(resource, cast.chen)
    book = queries.book(ledger, today=day_of(timezone.now()))
    [month] = book.months
    assert (month.times, month.complete, month.rows) == (2, 2, 6)
    assert book.missing == ["应用成效", "存储情况"]
    assert UsageLedger.objects.count() == 1
    assert AuditEvent.objects.filter(verb="ledger.open").count() == 1


def test_self_service_opens_a_book_too_and_own_data_none(cast):
    resource = mounted_resource(cast)
    taken(resource, cast.li)
    assert not UsageLedger.objects.exists()
    taken(resource, cast.wu)
    [ledger] = UsageLedger.objects.all()
    assert ledger.department == cast.sports
    assert queries.book(ledger, today=day_of(timezone.now())).filled["SCENARIO"] is False


def test_the_department_writes_and_nobody_changes_what_stands(cast, ledger):
    entry = written(cast, ledger)
    assert (entry.department, entry.happened_on) == (cast.civil_affairs, day_of(timezone.now()))
    again = written(cast, ledger, text="核对 1,024 户", corrects=entry.pk)
    assert entry.corrected_by == again
    with pytest.raises(Conflict, match="已经更正过"):
        written(cast, ledger, corrects=entry.pk)
    with pytest.raises(Invalid, match="不在这一事项里"):
        written(cast, ledger, section=Section.STORAGE, corrects=again.pk)
    for change in (lambda: LedgerEntry.objects.update(text="甲"), again.delete):
        with pytest.raises(IntegrityError, match="不能修改或删除"), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"text": " "}, "写明内容"),
        ({"text": "甲" * 2001}, "最多 2000 个"),
        ({"section": "INSPECTION"}, "选择登记的事项"),
        ({"section": "甲"}, "选择登记的事项"),
        ({"happened_on": date(2099, 1, 1)}, "还没有到"),
    ],
)
def test_what_cannot_be_written(cast, ledger, values, says):
    with pytest.raises(Invalid, match=says):
        written(cast, ledger, **values)
    assert not LedgerEntry.objects.exists()


def test_only_the_using_department_writes_and_only_the_others_inspect(cast, ledger):
    now = timezone.now()
    for person in (cast.li, cast.he, cast.wu, cast.auditor):
        with pytest.raises(Denied, match="由使用部门登记"):
            actions.write(ledger=ledger, by=person, now=now, section="EFFECT", text="甲")
    for person in (cast.chen, cast.huang):
        with pytest.raises(Denied, match="由提供部门和主管部门检查"):
            actions.inspect(ledger=ledger, by=person, now=now, text="甲")
    with pytest.raises(Denied, match="由提供部门和主管部门检查"):
        actions.inspect(ledger=ledger, by=cast.wu, now=now, text="甲")
    assert not LedgerEntry.objects.exists()
    for person in (cast.li, cast.zhou, cast.liang, cast.he):
        actions.inspect(ledger=ledger, by=person, now=now, text="甲")


def test_who_sees_the_book(cast, ledger):
    seeing = {
        name for name, person in cast.people.items() if UsageLedger.objects.visible_to(person).filter(pk=ledger.pk)
    }
    assert {"chen", "huang", "li", "zhou", "liang", "he"} <= seeing
    assert not seeing & {"wu", "sysadmin", "secadmin"}


def test_a_remark_waits_for_its_answer(cast, ledger):
    now = timezone.now()
    with pytest.raises(Conflict, match="没有待答复"):
        actions.answer(ledger=ledger, by=cast.chen, now=now, text="已补")
    actions.inspect(ledger=ledger, by=cast.li, now=now, text="请写明存在哪个库")
    assert Notice.objects.to_do().filter(recipient=cast.chen, title__startswith="台账检查意见").exists()
    actions.answer(ledger=ledger, by=cast.chen, now=now, text="核对平台 hd_estate 表")
    assert not Notice.objects.to_do().filter(title__startswith="台账检查意见").exists()
    assert Notice.objects.filter(recipient=cast.li, title__startswith="台账检查已答复").exists()
    assert queries.open_inspections(ledger) == []


def test_every_verb_stands_or_falls_with_its_event(cast, ledger):
    now = timezone.now()
    assert_atomic_with_audit(lambda: written(cast, ledger), LedgerEntry)
    assert_atomic_with_audit(lambda: actions.inspect(ledger=ledger, by=cast.li, now=now, text="甲"), LedgerEntry)
    actions.inspect(ledger=ledger, by=cast.li, now=now, text="甲")
    assert_atomic_with_audit(lambda: actions.answer(ledger=ledger, by=cast.chen, now=now, text="乙"), LedgerEntry)


# How long it is kept -------------------------------------------------------------------------------------------------
def test_it_is_kept_three_years_after_the_end(cast, ledger):
    today = day_of(timezone.now())
    assert queries.book(ledger, today=today).kept_until is None
    grant = Grant.objects.get(department=cast.civil_affairs)
    done = {"method": "DELETED", "covered": "库表", "disposed_on": today, "witness": "黄志"}
    grants.dispose(grant=grant, by=cast.chen, now=timezone.now(), **done)
    book = queries.book(ledger, today=today)
    assert book.kept_until == queries.years_after(today, 3)
    assert book.filled["DESTRUCTION"] is True
    assert [done.witness for done in book.disposals] == ["黄志"]


@pytest.mark.parametrize(
    ("day", "until"),
    [(date(2026, 11, 20), date(2029, 11, 20)), (date(2028, 2, 29), date(2031, 2, 28))],
)
def test_three_years_later_is(day, until):
    assert queries.years_after(day, 3) == until


def test_takings_of_the_last_three_years_cannot_be_deleted(cast, ledger):
    call = ServiceCall.objects.get()
    with pytest.raises(IntegrityError, match="至少保存三年"), transaction.atomic():
        ServiceCall.objects.filter(pk=call.pk).delete()
    ServiceCall.objects.filter(pk=call.pk).update(started_at=timezone.now() - timedelta(days=3 * 366))
    assert ServiceCall.objects.filter(pk=call.pk).delete()[0] == 1


# Reminders -----------------------------------------------------------------------------------------------------------
def test_incomplete_books_are_reminded_of_once_a_quarter(cast, ledger):
    def told():
        return Notice.objects.filter(recipient=cast.chen, title__startswith="请补全使用台账").count()

    first = ServiceCall.objects.get().started_at
    assert actions.remind_incomplete(now=first + timedelta(days=29)) == 0
    assert actions.remind_incomplete(now=first + timedelta(days=31)) == 1
    actions.remind_incomplete(now=first + timedelta(days=31, hours=1))
    assert told() == 1
    actions.remind_incomplete(now=first + timedelta(days=31 + 92))
    assert told() == 2
    written(cast, ledger)
    written(cast, ledger, Section.STORAGE, "核对平台")
    assert actions.remind_incomplete(now=first + timedelta(days=300)) == 0


def test_the_sheet_has_every_line(cast, ledger):
    entry = written(cast, ledger)
    written(cast, ledger, text="核对 9 户", corrects=entry.pk)
    lines = list(queries.sheet(ledger))
    assert [line[0] for line in lines] == ["使用场景", "使用过程", "应用成效", "应用成效"]
    assert lines[1][2].startswith("取数 1 次，取完 1 次，3 行")
    assert [line[2].endswith("（已更正）") for line in lines] == [False, False, True, False]


def test_two_first_takings_open_one_book(committed_cast):
    resource = mounted_resource(committed_cast)
    assert at_once(*[lambda: taken(resource, committed_cast.wu)] * 2) == ["done", "done"]
    assert UsageLedger.objects.count() == 1
    assert set(ServiceCall.objects.values_list("ledger", flat=True)) == {UsageLedger.objects.get().pk}
