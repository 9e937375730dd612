"""A clock's life: start, whose turn, pause, resume, stop, recompute; and how it looks on every day of it."""

from datetime import date

import pytest
from django.core.management import call_command
from django.utils import timezone

from audit.queries import AuditEvent
from gdshare.lib.errors import Conflict, Invalid, NotVisible
from gdshare.rules import queries as rules
from gdshare.rules import workdays
from gdshare.rules.models import CalendarDay, CalendarYear
from gdshare.rules.profiles import Clock
from security.notices.models import Notice
from sharing.agreements.models import Agreement
from sharing.deadlines import actions, queries
from sharing.deadlines.counting import Tally
from sharing.deadlines.models import Deadline, Pause
from sharing.share_requests.models import ShareRequest
from tests.domain.sharing.clocks import at, draft, profile, started


def verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("verb", flat=True))


def test_start(cast):
    deadline = started(cast)
    assert deadline.due_on == date(2026, 12, 4)
    assert (deadline.basis, deadline.allowance, deadline.is_provisional) == ("50号文第十九条", 10, False)
    assert deadline.next_check_at == at("2026-11-27 08:30"), "T-5 is the fifth working day before"
    event = AuditEvent.objects.get(verb="deadline.start")
    assert (event.actor_name, event.facts["due_on"]) == ("黄志远", "2026-12-04")


def test_start_under_the_regulation_tells_share_types_apart(cast):
    one = started(cast, profile=profile("CN-809"), share_type="UNCONDITIONAL")
    ten = started(cast, subject=draft(cast, 2), profile=profile("CN-809"), share_type="CONDITIONAL")
    assert (one.due_on, ten.due_on) == (date(2026, 11, 23), date(2026, 12, 4))
    assert one.next_check_at == at("2026-11-23 08:30"), "one day leaves room for T alone"


def test_one_open_clock_of_a_kind(cast):
    deadline = started(cast)
    subject = ShareRequest.objects.get(pk=deadline.subject_id)
    with pytest.raises(Conflict, match="“答复共享申请”已在计时"):
        started(cast, subject=subject)
    started(cast, subject=subject, clock=Clock.SUPPLY)
    actions.stop(subject=subject, clock=Clock.REPLY, by=cast.zhou, now=at("2026-11-24"))
    started(cast, "2026-11-25", subject=subject)
    assert Deadline.objects.filter(subject_id=subject.pk).count() == 3


def test_a_figure_nobody_gave_does_not_start(cast):
    row = profile("CN-809")
    row.pk, row.version = None, 9
    row.data["clocks"][1]["days"] = None
    row.save(force_insert=True)
    with pytest.raises(Invalid, match="没有给出“答复共享申请”的工作日数"):
        started(cast, profile=row)
    assert not Deadline.objects.exists()


def test_provisional_date_says_so(cast):
    deadline = started(cast, "2026-12-18")
    assert (deadline.due_on, deadline.is_provisional) == (date(2027, 1, 4), True)
    subject = ShareRequest.objects.get(pk=deadline.subject_id)
    assert queries.clock_view(subject, today=date(2026, 12, 21)).is_provisional


def test_assign_changes_who_hears(cast):
    deadline = started(cast)
    subject = ShareRequest.objects.get(pk=deadline.subject_id)
    actions.assign(subject=subject, clock=Clock.REPLY, responsible_ids=[cast.authority.pk], by=cast.zhou,
                   now=at("2026-11-24"))  # fmt: skip
    actions.tick(now=at("2026-11-27 08:30"))
    assert set(Notice.objects.values_list("recipient__username", flat=True)) == {"liang", "he"}
    assert verbs()[:2] == ["deadline.start", "deadline.assign"]
    assert actions.assign(subject=draft(cast, 9), clock=Clock.REPLY, responsible_ids=[], by=cast.zhou,
                          now=at("2026-11-24")) is None  # fmt: skip


def test_pause_and_resume_move_the_date_by_the_working_days_between(cast):
    deadline = started(cast)
    subject = ShareRequest.objects.get(pk=deadline.subject_id)
    paused = actions.pause(subject=subject, clock=Clock.REPLY, reason="补授权书", by=cast.zhou, now=at("2026-11-25"))
    assert paused.due_on is None
    view = queries.clock_view(subject, today=date(2026, 11, 28))
    assert (view.tone, view.words, view.why) == ("paused", "补正中，剩 8 个工作日", "11-25 起暂停")
    assert actions.tick(now=at("2026-12-10")) == 0, "a clock that stands reminds nobody"
    resumed = actions.resume(subject=subject, clock=Clock.REPLY, reason="已补正", by=cast.chen, now=at("2026-11-30"))
    assert resumed.due_on == date(2026, 12, 9)
    assert resumed.next_check_at == at("2026-12-02 08:30")
    assert verbs() == ["deadline.start", "deadline.pause", "deadline.resume"]


def test_pausing_twice_and_resuming_a_running_clock_conflict(cast):
    subject = ShareRequest.objects.get(pk=started(cast).subject_id)
    with pytest.raises(Conflict, match="没有暂停"):
        actions.resume(subject=subject, clock=Clock.REPLY, reason="", by=cast.chen, now=at("2026-11-24"))
    actions.pause(subject=subject, clock=Clock.REPLY, reason="", by=cast.zhou, now=at("2026-11-25"))
    with pytest.raises(Conflict, match="已经暂停"):
        actions.pause(subject=subject, clock=Clock.REPLY, reason="", by=cast.zhou, now=at("2026-11-25"))
    with pytest.raises(Conflict, match="没有在计时"):
        actions.pause(subject=draft(cast, 7), clock=Clock.REPLY, reason="", by=cast.zhou, now=at("2026-11-25"))


def test_a_profile_under_which_the_clock_runs_on(cast):
    row = profile()
    row.pk, row.version = None, 9
    row.data["return_pauses"] = False
    row.save(force_insert=True)
    subject = ShareRequest.objects.get(pk=started(cast, profile=row).subject_id)
    for act in (actions.pause, actions.resume):
        deadline = act(subject=subject, clock=Clock.REPLY, reason="", by=cast.zhou, now=at("2026-11-25"))
        assert deadline.due_on == date(2026, 12, 4)
    assert not Pause.objects.exists()


def test_stop_ends_everything(cast):
    subject = ShareRequest.objects.get(pk=started(cast).subject_id)
    actions.pause(subject=subject, clock=Clock.REPLY, reason="", by=cast.zhou, now=at("2026-11-25"))
    stopped = actions.stop(subject=subject, clock=Clock.REPLY, by=cast.chen, now=at("2026-11-26 15:34"))
    assert (stopped.closed_on, stopped.due_on) == (date(2026, 11, 26), date(2026, 12, 7))
    assert actions.tick(now=at("2027-02-01")) == 0
    assert actions.stop(subject=subject, clock=Clock.REPLY, by=cast.chen, now=at("2026-11-27")) is None


def test_a_stopped_action_leaves_nothing(cast, monkeypatch):
    """An audit that cannot be written takes the clock with it."""
    monkeypatch.setattr("audit.log.record", lambda *a, **k: (_ for _ in ()).throw(RuntimeError("disk full")))
    with pytest.raises(RuntimeError):
        started(cast)
    assert not Deadline.objects.exists()


@pytest.mark.parametrize(
    ("today", "tone", "words"),
    [
        ("2026-11-20", "time", "剩 10 个工作日"),
        ("2026-11-22", "time", "剩 10 个工作日"),
        ("2026-11-30", "time", "剩 4 个工作日"),
        ("2026-12-01", "soon", "剩 3 个工作日"),
        ("2026-12-04", "soon", "今天到期"),
        ("2026-12-05", "over", "已逾期"),
        ("2026-12-07", "over", "逾期 1 个工作日"),
        ("2026-12-09", "over", "逾期 3 个工作日"),
    ],
)
def test_words_of_every_day(cast, today, tone, words):
    subject = ShareRequest.objects.get(pk=started(cast).subject_id)
    view = queries.clock_view(subject, today=date.fromisoformat(today))
    assert (view.tone, view.words) == (tone, words)
    assert view.sentence == f"{words} · 最迟 2026-12-04 · 依据 50号文第十九条"


@pytest.mark.parametrize(
    ("moment", "tone", "words", "why"),
    [
        ("2026-11-26 15:34", "ok", "按期办结，用 4 个工作日", "2026-11-26 15:34 答复"),
        ("2026-12-04 23:59", "ok", "按期办结，用 10 个工作日", "2026-12-04 23:59 答复"),
        ("2026-12-05 10:00", "late", "已办结，逾期", "应于 2026-12-04 前答复，2026-12-05 答复"),
        ("2026-12-08 10:00", "late", "已办结，逾期 2 个工作日", "应于 2026-12-04 前答复，2026-12-08 答复"),
    ],
)
def test_words_of_a_clock_that_stopped(cast, moment, tone, words, why):
    subject = ShareRequest.objects.get(pk=started(cast).subject_id)
    actions.stop(subject=subject, clock=Clock.REPLY, by=cast.he, now=at(moment))
    view = queries.clock_view(subject, today=date(2027, 3, 1))
    assert (view.tone, view.words, view.why) == (tone, words, why)
    assert view.is_done


def test_ticks_and_ruler(cast):
    subject = ShareRequest.objects.get(pk=started(cast).subject_id)
    view = queries.clock_view(subject, today=date(2026, 12, 1))
    assert view.ticks == ("l",) * 3 + ("",) * 7
    assert view.ruler_label == "工作日标尺：2026-11-20 收到，2026-12-04 到期"
    assert [day.kind for day in view.days] == (
        ["recv", "rest", "rest"] + ["past"] * 5 + ["rest"] * 2 + ["past", "today", "left", "left", "due"]
    )
    assert [day.caption for day in view.days if day.caption] == ["11-20 收到", "今天", "12-04 到期"]
    assert view.days[1].title == "2026-11-21 星期六，休息日，不计"
    assert view.days[-1].title == "2026-12-04 星期五，第 10 个工作日"


def test_ticks_and_ruler_of_an_overdue_clock(cast):
    subject = ShareRequest.objects.get(pk=started(cast, "2026-11-12").subject_id)
    view = queries.clock_view(subject, today=date(2026, 12, 1))
    assert view.ticks == ("",) * 10 + ("x",) * 3
    assert [day.kind for day in view.days[-6:]] == ["due", "late", "rest", "rest", "late", "late today"]
    long_ago = queries.clock_view(subject, today=date(2027, 6, 1))
    assert len(long_ago.ticks) == 20
    assert long_ago.days[-1].date == date(2026, 12, 10), "the ruler stops two weeks after the due date"


def test_twenty_days_draw_ten_ticks(cast):
    subject = ShareRequest.objects.get(pk=started(cast, clock=Clock.SUPPLY, share_type=None).subject_id)
    view = queries.clock_view(subject, today=date(2026, 11, 20))
    assert (view.words, view.ticks) == ("剩 20 个工作日", ("l",) * 10)


def test_a_worked_weekend_looks_like_a_working_day(cast):
    subject = ShareRequest.objects.get(pk=started(cast, "2026-09-17").subject_id)
    view = queries.clock_view(subject, today=date(2026, 9, 17))
    cells = {day.date.isoformat(): day for day in view.days}
    assert (cells["2026-09-20"].kind, cells["2026-09-20"].title) == (
        "left",
        "2026-09-20 星期日，调休上班，第 2 个工作日",
    )
    assert cells["2026-10-01"].title == "2026-10-01 星期四，国庆节，不计"


def test_paused_after_it_was_overdue(cast):
    subject = ShareRequest.objects.get(pk=started(cast).subject_id)
    actions.pause(subject=subject, clock=Clock.REPLY, reason="", by=cast.zhou, now=at("2026-12-09"))
    assert queries.clock_view(subject, today=date(2026, 12, 9)).words == "补正中，此前已逾期 2 个工作日"
    resumed = actions.resume(subject=subject, clock=Clock.REPLY, reason="", by=cast.chen, now=at("2026-12-14"))
    assert resumed.due_on == date(2026, 12, 4), "a pause does not undo a missed date"


def test_what_if(db):
    view = queries.what_if(profile=profile(), share_type="CONDITIONAL", today=date(2026, 12, 1))
    assert (view.tone, view.due_on, view.words) == ("time", date(2026, 12, 15), "10 个工作日内答复")
    assert [day.caption for day in view.days if day.caption] == ["12-01 收到", "12-15 到期"]
    assert view.explain_url == "/rules/#reply"


def test_the_open_clock_is_shown_else_the_last(cast):
    subject = ShareRequest.objects.get(pk=started(cast).subject_id)
    actions.stop(subject=subject, clock=Clock.REPLY, by=cast.he, now=at("2026-11-24"))
    assert queries.clock_view(subject, today=date(2026, 11, 25)).tone == "ok"
    started(cast, "2026-11-24", subject=subject, clock=Clock.SUPPLY, share_type=None)
    assert queries.clock_view(subject, today=date(2026, 11, 25)).basis == "条例第二十二条"
    assert queries.clock_view(subject, today=date(2026, 11, 25), clock=Clock.REPLY).tone == "ok"
    started(cast, "2026-11-24", subject=subject)
    assert queries.clock_view(subject, today=date(2026, 11, 25)).basis == "条例第二十二条", "the older of two open ones"
    assert queries.clock_view(draft(cast, 5), today=date(2026, 11, 25)) is None


def test_clock_views_ask_as_often_for_twelve_as_for_two(cast, django_assert_num_queries):
    ids = [started(cast, subject=draft(cast, n)).subject_id for n in range(12)]
    for few in (2, 12):
        with django_assert_num_queries(4):
            assert len(queries.clock_views("sharerequest", ids[:few], today=date(2026, 11, 25))) == few
    with django_assert_num_queries(0):
        assert queries.clock_views("sharerequest", [], today=date(2026, 11, 25)) == {}


def test_every_stored_due_date_equals_the_recomputed(cast):
    for number, (day, paused) in enumerate([("2026-11-20", ""), ("2026-09-17", "2026-09-28"), ("2026-12-18", "")]):
        deadline = started(cast, day, subject=draft(cast, number))
        if paused:
            subject = ShareRequest.objects.get(pk=deadline.subject_id)
            actions.pause(subject=subject, clock=Clock.REPLY, reason="", by=cast.zhou, now=at(paused))
            actions.resume(subject=subject, clock=Clock.REPLY, reason="", by=cast.chen, now=at("2026-10-10"))
    cal = rules.calendar()
    for deadline in Deadline.objects.all():
        total = deadline.allowance + deadline.extended_days
        pauses = queries.pauses_of(deadline)
        assert deadline.due_on == workdays.due_on(deadline.started_on, total, cal, pauses)
        assert deadline.is_provisional == workdays.is_provisional(deadline.started_on, total, cal, pauses)
    assert actions.recompute(by=None, now=at("2026-12-20")) == Tally(open=3)


def test_a_new_calendar_moves_open_clocks_audited_and_told(cast):
    moves = started(cast, "2026-12-18")
    stays = started(cast, subject=draft(cast, 2))
    stopped = started(cast, "2026-12-18", subject=draft(cast, 3))
    subject = ShareRequest.objects.get(pk=stopped.subject_id)
    actions.stop(subject=subject, clock=Clock.REPLY, by=cast.he, now=at("2026-12-21"))
    CalendarYear.objects.filter(year=2027).update(status="OFFICIAL")
    CalendarDay.objects.filter(day__year=2027).update(status="OFFICIAL")
    CalendarDay.objects.create(day="2027-01-03", is_workday=True, name="元旦", source="通知", status="OFFICIAL")
    assert actions.recompute(by=cast.liang, now=at("2026-12-22")) == Tally(open=2, earlier=1)
    moves.refresh_from_db()
    assert (moves.due_on, moves.is_provisional) == (date(2027, 1, 3), False)
    stays.refresh_from_db()
    assert stays.due_on == date(2026, 12, 4)
    stopped.refresh_from_db()
    assert stopped.due_on == date(2027, 1, 4), "a stopped clock keeps the date it was judged by"
    event = AuditEvent.objects.get(verb="deadline.recompute")
    assert (event.facts["before"], event.facts["after"]) == ("2027-01-04", "2027-01-03")
    assert set(Notice.objects.values_list("title", flat=True)) == {"到期日改为 2027-01-03：不动产登记信息"}


def test_explanation(cast):
    deadline = started(cast, "2026-09-17")
    explanation = queries.explain(deadline, today=date(2026, 10, 8))
    assert (explanation.counted, len(explanation.lines), explanation.is_cut) == (10, 22, False)
    assert explanation.allowance.quote.endswith("应说明理由。")
    assert queries.explain(deadline, today=date(2028, 1, 1)).is_cut


def test_a_clock_is_seen_by_whoever_sees_what_it_times(cast):
    deadline = started(cast)
    assert queries.visible_deadline(cast.chen, deadline.pk) == deadline
    for person in (cast.wu, cast.auditor):
        with pytest.raises(NotVisible):
            queries.visible_deadline(person, deadline.pk)
    with pytest.raises(NotVisible):
        queries.visible_deadline(cast.chen, deadline.pk + 1)


def test_the_command_counts_again_and_requests_follow(cast, capsys):
    deadline = started(cast, "2026-12-18")
    ShareRequest.objects.filter(pk=deadline.subject_id).update(
        status="ENDORSING", due_on="2027-01-04", use_basis="a", use_scenario="b", use_scope="OWN_DEPARTMENT",
        share_mode="API", use_from="2026-12-18", use_to="2027-12-18", is_pledged=True,
        agreement=Agreement.objects.latest("id"), accepted_by=cast.chen, accepted_at=timezone.now(),
    )  # fmt: skip
    CalendarDay.objects.create(day="2027-01-02", is_workday=True, name="元旦", source="通知", status="OFFICIAL")
    call_command("recompute_deadlines")
    assert "到期日变动 1 件（延后 0，提前 1）" in capsys.readouterr().out
    assert ShareRequest.objects.get(pk=deadline.subject_id).due_on == date(2027, 1, 2)
    call_command("recompute_deadlines")
    assert "变动 0 件" in capsys.readouterr().out
