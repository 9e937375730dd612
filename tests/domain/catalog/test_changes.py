"""A change of law or duties: the touched entries, their clocks, more time, the two ways to close a task."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from catalog.changes import actions, queries
from catalog.changes.models import ChangeRecord, ChangeTask
from catalog.changes.workflow import Status
from gdshare.lib.errors import Conflict, Denied, Invalid
from security.notices.models import Notice
from sharing.deadlines import actions as deadlines
from sharing.deadlines.models import Deadline
from tests.atomic import assert_atomic_with_audit
from tests.factories.catalog import draft_resource, publish_again, published_resource, revised_resource

NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 3)
LAW = {
    "kind": "LAW", "title": "《不动产登记暂行条例》修订", "happened_on": date(2026, 3, 2),
    "text": "第二十七条改为第三十条。",
    "legal_text": "不动产登记暂行条例",
}  # fmt: skip


@pytest.fixture
def regulation(settings):
    """The clocks of 国务院令第809号 instead of 粤府办〔2018〕50号."""
    settings.RULE_PROFILE = "CN-809"


def recorded(cast, by=None, **values):
    return actions.record_change(by=by or cast.liang, now=NOW, **(LAW | values))


def one_task(cast, **values):
    published_resource(cast, share_type="CONDITIONAL")
    return recorded(cast, **values).tasks.get()


def clock_of(task):
    return Deadline.objects.get(subject_kind="changetask", subject_id=task.pk)


def test_each_touched_entry_gets_a_task_with_its_clock(cast):
    touched = published_resource(cast, share_type="CONDITIONAL")
    published_resource(cast)
    draft_resource(cast, share_type="CONDITIONAL")
    task = recorded(cast).tasks.get()
    assert task.resource == touched
    clock = clock_of(task)
    assert (clock.clock, clock.allowance, clock.due_on) == ("CATALOG_UPDATE", 15, date(2026, 3, 23))
    assert clock.responsible_ids == [cast.natural_resources.pk]
    assert clock.escalation_ids == [cast.authority.pk]
    assert "第九条" in clock.basis
    notice = Notice.objects.get(recipient=cast.li, kind="change_task.open")
    assert notice.needs_action
    assert "目录须更新" in notice.title


@pytest.mark.usefixtures("regulation")
def test_the_regulation_gives_ten_days_and_five_more_with_consent(cast):
    task = one_task(cast)
    assert (clock_of(task).allowance, clock_of(task).due_on) == (10, date(2026, 3, 16))
    with pytest.raises(Invalid, match="写明理由"), transaction.atomic():
        actions.ask_extension(task=task, by=cast.li, now=NOW, reason=" ")
    actions.ask_extension(task=task, by=cast.li, now=NOW, reason="涉及部门多，需核对")
    with pytest.raises(Conflict, match="已经申请过"), transaction.atomic():
        actions.ask_extension(task=task, by=cast.li, now=NOW, reason="再延")
    for person in (cast.li, cast.zhou, cast.huang):
        with pytest.raises(Denied), transaction.atomic():
            actions.decide_extension(task=task, by=person, now=NOW, is_granted=True)
    actions.decide_extension(task=task, by=cast.liang, now=NOW, is_granted=True, note="同意")
    clock = clock_of(task)
    assert (clock.allowance, clock.extended_days, clock.due_on) == (10, 5, date(2026, 3, 23))
    with pytest.raises(Conflict, match="没有待决定"), transaction.atomic():
        actions.decide_extension(task=task, by=cast.liang, now=NOW, is_granted=True)


@pytest.mark.usefixtures("regulation")
def test_a_refused_extension_moves_nothing(cast):
    task = one_task(cast)
    actions.ask_extension(task=task, by=cast.li, now=NOW, reason="需核对")
    actions.decide_extension(task=task, by=cast.he, now=NOW, is_granted=False, note="期限充足")
    assert clock_of(task).extended_days == 0


def test_the_provinces_text_knows_no_extension(cast):
    with pytest.raises(Invalid, match="没有规定可以延长"), transaction.atomic():
        actions.ask_extension(task=one_task(cast), by=cast.li, now=NOW, reason="需核对")


def test_entries_are_found_by_basis_provider_and_word_and_only_ones_own(cast):
    theirs = published_resource(cast, by=cast.chen, head=cast.huang, name="婚姻登记信息")
    ours = published_resource(cast, share_type="CONDITIONAL")
    found = lambda person, **by: list(queries.touched(person, **by))  # noqa: E731
    assert found(cast.liang) == []
    assert found(cast.liang, departments=[cast.civil_affairs]) == [theirs]
    assert found(cast.liang, word="婚姻") == [theirs]
    assert found(cast.liang, word="身份证", legal_text="不动产") == [ours]
    assert found(cast.chen, legal_text="不动产") == []
    assert found(cast.li, legal_text="不动产") == [ours]
    with pytest.raises(Invalid, match="没有条目受"), transaction.atomic():
        recorded(cast, by=cast.chen)
    task = recorded(cast, kind="DUTIES", legal_text="", departments=[cast.civil_affairs]).tasks.get()
    assert task.resource == theirs


def test_an_entry_that_cites_a_short_title_is_found_by_the_register(cast):
    basis = {"legal_basis": "《个人信息保护法》第十三条"}
    resource = published_resource(cast, share_type="CONDITIONAL", **basis)
    assert list(queries.touched(cast.liang, legal_text="中华人民共和国个人信息保护法")) == [resource]
    assert list(queries.touched(cast.liang, legal_text="中华人民共和国档案法")) == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"kind": "WEATHER"}, "变更种类"),
        ({"title": " "}, "名称和内容"),
        ({"text": ""}, "名称和内容"),
        ({"happened_on": date(2026, 3, 4)}, "不能晚于今天"),
        ({"legal_text": "没有这部法"}, "没有条目受"),
    ],
)
def test_a_change_says_what_and_since_when(cast, values, words):
    published_resource(cast, share_type="CONDITIONAL")
    with pytest.raises(Invalid, match=words), transaction.atomic():
        recorded(cast, **values)
    for person in (cast.zhou, cast.sysadmin):
        with pytest.raises(Denied), transaction.atomic():
            recorded(cast, by=person)
    assert not ChangeRecord.objects.exists()


def test_a_published_revision_closes_the_task_and_stops_its_clock(cast):
    task = one_task(cast)
    copy = revised_resource(cast, resource=task.resource)
    publish_again(cast, copy, now=NOW + timedelta(days=1))
    task.refresh_from_db()
    assert (task.status, task.revision, task.closed_by) == (Status.UPDATED, 2, cast.liang)
    assert clock_of(task).closed_on == date(2026, 3, 4)
    publish_again(cast, revised_resource(cast, resource=task.resource))
    task.refresh_from_db()
    assert task.revision == 2


def test_no_change_needs_a_reason_and_the_heads_word(cast):
    task = one_task(cast)
    with pytest.raises(Invalid, match="写明理由"), transaction.atomic():
        actions.propose_no_change(task=task, by=cast.li, now=NOW, reason="")
    for person in (cast.zhou, cast.chen, cast.liang):
        with pytest.raises(Denied), transaction.atomic():
            actions.propose_no_change(task=task, by=person, now=NOW, reason="不涉及")
    actions.propose_no_change(task=task, by=cast.li, now=NOW, reason="所引条款未改")
    with pytest.raises(Denied), transaction.atomic():
        actions.confirm_no_change(task=task, by=cast.li, now=NOW)
    with pytest.raises(Invalid, match="为什么仍要更新"), transaction.atomic():
        actions.reject_no_change(task=task, by=cast.zhou, now=NOW, opinion="")
    actions.reject_no_change(task=task, by=cast.zhou, now=NOW, opinion="条款号变了")
    assert clock_of(task).closed_at is None
    actions.propose_no_change(task=task, by=cast.li, now=NOW, reason="条款号未变，已核对")
    actions.confirm_no_change(task=task, by=cast.zhou, now=NOW)
    task.refresh_from_db()
    assert (task.status, task.closed_by, task.revision) == (Status.NO_CHANGE, cast.zhou, None)
    assert clock_of(task).closed_at == NOW
    with pytest.raises(Conflict, match="不需更新"), transaction.atomic():
        actions.propose_no_change(task=task, by=cast.li, now=NOW, reason="又")


def test_the_late_are_listed_and_reminded(cast):
    task = one_task(cast)
    counts = lambda person, today: queries.counts(person, today=today)  # noqa: E731
    assert counts(cast.liang, date(2026, 3, 23)) == {"": 1, "late": 0, "done": 0}
    assert counts(cast.liang, date(2026, 3, 24)) == {"": 1, "late": 1, "done": 0}
    assert list(queries.tasks(cast.li, show="late", today=date(2026, 3, 24))) == [task]
    assert counts(cast.wu, date(2026, 3, 24)) == {"": 0, "late": 0, "done": 0}
    assert queries.clocks([task], today=date(2026, 3, 24))[task.pk].tone == "over"
    deadlines.tick(now=datetime(2026, 3, 24, 1, 0, tzinfo=UTC))
    assert Notice.objects.filter(recipient=cast.li, kind="deadline.overdue").exists()
    assert Notice.objects.filter(recipient=cast.he, kind="deadline.overdue").exists()


def test_the_audit_of_an_updated_entry_has_its_two_days(cast):
    copy = revised_resource(cast)
    entry = copy.entry
    from catalog.resources import actions as resources

    resources.submit(resource=copy, by=cast.li, now=NOW)
    resources.approve(resource=copy, by=cast.zhou, now=NOW)
    clock = Deadline.objects.get(subject_kind="dataresource", subject_id=entry.pk)
    assert (clock.clock, clock.allowance, clock.due_on) == ("CATALOG_AUDIT", 2, date(2026, 3, 5))
    assert clock.responsible_ids == [cast.authority.pk]
    resources.return_(resource=copy, by=cast.liang, now=NOW, opinion="再改")
    clock.refresh_from_db()
    assert clock.closed_at == NOW
    publish_again(cast, copy)
    assert Deadline.objects.open().count() == 0
    assert Deadline.objects.count() == 2


def test_the_database_keeps_tasks_whole(cast):
    task = one_task(cast)
    rows = ChangeTask.objects.filter(pk=task.pk)
    for values, name in (
        ({"status": "GONE"}, "status_known|closed_dated"),
        ({"status": "UPDATED", "closed_at": NOW}, "names_revision"),
        ({"status": "UPDATED", "revision": 2}, "closed_dated"),
        ({"status": "PROPOSED"}, "no_change_says_why"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**values)
    with pytest.raises(IntegrityError, match="once"), transaction.atomic():
        ChangeTask.objects.create(record=task.record, resource=task.resource, created_at=NOW)
    with pytest.raises(IntegrityError, match="kind_known"), transaction.atomic():
        ChangeRecord.objects.filter(pk=task.record_id).update(kind="WEATHER")


def test_nothing_happens_that_is_not_on_the_log(cast):
    published_resource(cast, share_type="CONDITIONAL")
    assert_atomic_with_audit(lambda: recorded(cast), ChangeRecord, ChangeTask, Deadline)
    task = ChangeTask.objects.get()
    assert_atomic_with_audit(
        lambda: actions.propose_no_change(task=task, by=cast.li, now=NOW, reason="未改"), ChangeTask
    )
    assert_atomic_with_audit(lambda: actions.confirm_no_change(task=task, by=cast.zhou, now=NOW), ChangeTask, Deadline)
