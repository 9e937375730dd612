"""The tick: every reminder once, to the right people, whatever stood still or broke meanwhile."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from audit.queries import AuditEvent
from gdshare.rules.profiles import Clock
from security.notices.models import Notice
from sharing.deadlines import actions, clocks, notify, tasks
from sharing.deadlines.models import Deadline, Reminder
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.workflow import Status
from tests.domain.sharing.clocks import at, draft, started


def kinds(**filters) -> list[str]:
    return list(Reminder.objects.filter(**filters).order_by("id").values_list("kind", flat=True))


KNOCKS = ("00:00", "08:29", "08:30", "08:31", "17:00")


def run_beat(first: str, last: str) -> None:
    """A beat that never rests: it knocks at midnight, about the time of reminders, and in the evening."""
    day = at(first)
    while day.date() <= at(last).date():
        for knock in KNOCKS:
            moment = at(f"{day:%Y-%m-%d} {knock}")
            if at(first) <= moment <= at(last):
                actions.tick(now=moment)
        day += timedelta(days=1)


def test_every_reminder_on_its_morning_once(cast):
    started(cast)
    run_beat("2026-11-20", "2026-12-10 23:00")
    assert [
        (r.kind, f"{r.sent_at.astimezone(clocks.SHANGHAI):%m-%d %H:%M}") for r in Reminder.objects.order_by("id")
    ] == [
        ("T-5", "11-27 08:30"),
        ("T-3", "12-01 08:30"),
        ("T-1", "12-03 08:30"),
        ("T", "12-04 08:30"),
        ("T+1", "12-07 08:30"),
        ("T+2", "12-08 08:30"),
        ("T+3", "12-09 08:30"),
        ("T+4", "12-10 08:30"),
    ]
    assert not Reminder.objects.filter(is_folded=True).exists()


def test_who_hears_and_in_which_words(cast):
    started(cast)
    run_beat("2026-11-20", "2026-12-07 23:00")
    heard = Counter(Notice.objects.values_list("recipient__username", flat=True))
    assert heard == {"li": 5, "zhou": 5, "liang": 1, "he": 1}, "the authority hears when it is overdue"
    titles = list(Notice.objects.filter(recipient=cast.zhou).order_by("id").values_list("title", flat=True))
    assert titles == [
        "还剩 5 个工作日：不动产登记信息",
        "还剩 3 个工作日：不动产登记信息",
        "还剩 1 个工作日：不动产登记信息",
        "今天到期：不动产登记信息",
        "已逾期 1 个工作日：不动产登记信息",
    ]
    last = Notice.objects.filter(recipient=cast.he).get()
    assert "逾期不视为同意" in last.body
    assert "最迟 2026-12-04，依据 50号文第十九条" in last.body
    assert last.is_statutory
    assert AuditEvent.objects.filter(verb="deadline.remind").count() == 5


def test_overdue_never_approves(cast):
    deadline = started(cast)
    before = ShareRequest.objects.values().get(pk=deadline.subject_id)
    run_beat("2026-12-04", "2027-01-15")
    assert ShareRequest.objects.values().get(pk=deadline.subject_id) == before
    assert before["status"] == Status.DRAFT
    assert kinds()[-1].startswith("T+")
    assert len(kinds()) == len(set(kinds()))


def test_beat_off_for_three_days_tells_once_and_loses_nothing(cast):
    """Off from Monday 11-30 to Thursday 12-03: T-3 fell on Tuesday, T-1 on Thursday."""
    started(cast)
    run_beat("2026-11-20", "2026-11-30 00:00")
    Notice.objects.all().delete()
    actions.tick(now=at("2026-12-03 10:00"))
    assert kinds() == ["T-5", "T-3", "T-1"]
    assert kinds(is_folded=True) == ["T-3"]
    assert set(Notice.objects.values_list("title", flat=True)) == {"还剩 1 个工作日：不动产登记信息"}
    run_beat("2026-12-03 10:01", "2026-12-04 23:00")
    assert kinds() == ["T-5", "T-3", "T-1", "T"]


def test_beat_off_across_the_due_date(cast):
    """Off from T-1 until three working days after: four reminders fell due, one sentence says how it stands."""
    started(cast)
    run_beat("2026-11-20", "2026-12-03 23:00")
    Notice.objects.all().delete()
    actions.tick(now=at("2026-12-09 14:00"))
    assert kinds()[3:] == ["T", "T+1", "T+2", "T+3"]
    assert kinds(is_folded=False)[3:] == ["T+3"]
    assert Counter(Notice.objects.values_list("title", flat=True)) == {"已逾期 3 个工作日：不动产登记信息": 4}
    assert Deadline.objects.get().next_check_at == at("2026-12-10 08:30")


def test_a_resumed_clock_reminds_for_its_new_date_only(cast):
    deadline = started(cast)
    subject = ShareRequest.objects.get(pk=deadline.subject_id)
    run_beat("2026-11-20", "2026-12-01 12:00")
    actions.pause(subject=subject, clock=Clock.REPLY, reason="", by=cast.zhou, now=at("2026-12-02"))
    run_beat("2026-12-02", "2026-12-06")
    actions.resume(subject=subject, clock=Clock.REPLY, reason="", by=cast.chen, now=at("2026-12-07"))
    run_beat("2026-12-07", "2026-12-10 12:00")
    assert [(r.kind, str(r.due_on)) for r in Reminder.objects.order_by("id")] == [
        ("T-5", "2026-12-04"),
        ("T-3", "2026-12-04"),
        ("T-1", "2026-12-09"),
        ("T", "2026-12-09"),
        ("T+1", "2026-12-09"),
    ]


def test_the_database_refuses_a_second_reminder(cast):
    deadline = started(cast)
    values = {"deadline": deadline, "kind": "T-5", "due_on": deadline.due_on, "sent_at": at("2026-11-27")}
    Reminder.objects.create(**values)
    with pytest.raises(IntegrityError, match="reminder_once"), transaction.atomic():
        Reminder.objects.create(**values)


def test_a_broken_row_is_pushed_an_hour_and_the_others_go_on(cast, monkeypatch, caplog):
    broken = started(cast, subject=draft(cast, 1))
    sound = started(cast, subject=draft(cast, 2))
    real = notify.remind
    monkeypatch.setattr(
        notify, "remind", lambda deadline, *a, **k: 1 / 0 if deadline.pk == broken.pk else real(deadline, *a, **k)
    )
    now = at("2026-11-27 08:30")
    assert actions.tick(now=now) == 2
    broken.refresh_from_db()
    assert (broken.next_check_at, broken.failed_checks) == (now + timedelta(hours=1), 1)
    assert kinds(deadline=broken) == [], "half a reminder is none"
    assert kinds(deadline=sound) == ["T-5"]
    assert "could not be checked" in caplog.text
    monkeypatch.setattr(notify, "remind", real)
    actions.tick(now=now + timedelta(hours=1))
    assert kinds(deadline=broken) == ["T-5"]


def test_a_row_whose_rules_are_broken_does_not_block(cast, caplog):
    broken = started(cast, subject=draft(cast, 1))
    sound = started(cast, subject=draft(cast, 2))
    row = broken.profile
    row.pk, row.version, row.data = None, 9, {"code": "GD-50"}
    row.save(force_insert=True)
    Deadline.objects.filter(pk=broken.pk).update(profile=row)
    actions.tick(now=at("2026-11-27 08:30"))
    assert kinds() == ["T-5"]
    assert kinds(deadline=sound) == ["T-5"]
    broken.refresh_from_db()
    assert broken.failed_checks == 1


def test_limit_leaves_the_rest_for_the_next_tick(cast):
    for number in range(5):
        started(cast, subject=draft(cast, number))
    now = at("2026-11-27 08:30")
    assert [actions.tick(now=now, limit=3), actions.tick(now=now, limit=3), actions.tick(now=now, limit=3)] == [3, 2, 0]


def test_queries_do_not_grow_when_nothing_is_due(cast, django_assert_num_queries):
    started(cast)
    with django_assert_num_queries(3):  # savepoint, the question, release
        assert actions.tick(now=at("2026-11-24")) == 0


def test_six_workers_tick_fifty_clocks(committed_cast):
    """Each clock is handled, each reminder and each notice exists once."""
    for number in range(50):
        started(committed_cast, subject=draft(committed_cast, number))
    handled, errors, gate = [], [], threading.Barrier(6)

    def work():
        try:
            gate.wait()
            while count := actions.tick(now=at("2026-11-27 08:30"), limit=7):
                handled.append(count)
        except Exception as error:  # shown below, in the test's own thread
            errors.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert errors == []
    assert sum(handled) == 50
    assert Counter(kinds()) == {"T-5": 50}
    assert Counter(Notice.objects.values_list("recipient__username", flat=True)) == {"li": 50, "zhou": 50}
    assert set(Deadline.objects.values_list("next_check_at", flat=True)) == {at("2026-12-01 08:30")}


def test_a_worker_killed_in_the_middle_loses_nothing(committed_cast, monkeypatch):
    """The process dies at the third clock: the whole batch rolls back, and the next tick does it all, once."""

    class Killed(BaseException):
        pass

    for number in range(5):
        started(committed_cast, subject=draft(committed_cast, number))
    real, seen = notify.remind, []

    def dies(deadline, *args, **kwargs):
        seen.append(deadline.pk)
        if len(seen) == 3:
            raise Killed
        return real(deadline, *args, **kwargs)

    monkeypatch.setattr(notify, "remind", dies)
    with pytest.raises(Killed):
        actions.tick(now=at("2026-11-27 08:30"))
    assert (Reminder.objects.count(), Notice.objects.count()) == (0, 0)
    monkeypatch.setattr(notify, "remind", real)
    actions.tick(now=at("2026-11-27 08:31"))
    assert Counter(kinds()) == {"T-5": 5}
    assert Notice.objects.count() == 10


def test_tick_asks_no_broker(cast, monkeypatch):
    """A lost Valkey stops the knocking, not the counting: rows are the truth, and any later tick catches up."""

    def lost(*args, **kwargs):
        raise ConnectionError("no broker")

    monkeypatch.setattr("celery.app.task.Task.apply_async", lost)
    monkeypatch.setattr("redis.connection.AbstractConnection.connect", lost)
    started(cast)
    assert actions.tick(now=at("2026-11-27 08:30")) == 1
    assert kinds() == ["T-5"]


def test_the_task_reads_the_clock_and_knocks(cast, monkeypatch):
    started(cast)
    monkeypatch.setattr("sharing.deadlines.tasks.timezone.now", lambda: at("2026-11-27 08:30"))
    tasks.tick()
    assert kinds() == ["T-5"]
