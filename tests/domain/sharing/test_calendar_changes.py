"""A year's notice: read, shown with every clock it moves, signed, and applied with all of them at once."""

import io
import json
import threading
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction

from audit.queries import AuditEvent
from gdshare.lib.errors import Conflict, Denied, Invalid
from gdshare.rules import queries as rules
from gdshare.rules.models import CalendarDay, CalendarYear
from gdshare.rules.profiles import Clock
from security.notices.models import Notice
from sharing.calendar import actions, queries
from sharing.calendar.models import CalendarChange
from sharing.deadlines import actions as deadlines
from sharing.deadlines.models import Deadline, DueDateMove
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.workflow import Status
from tests.atomic import assert_atomic_with_audit
from tests.domain.sharing.clocks import at, draft, started
from tests.factories.sharing import share_request_at

NOW = at("2026-11-25 10:00")
REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "calendar"
NOTICE_2027 = [
    ("2027-01-01", True, "元旦"), ("2027-01-02", True, "元旦"), ("2027-01-03", True, "元旦"),
    *[(f"2027-02-{day:02}", True, "春节") for day in range(5, 13)],
    ("2027-01-31", False, "春节"), ("2027-02-14", False, "春节"), ("2027-04-05", True, "清明节"),
    ("2027-05-01", True, "劳动节"), ("2027-06-09", True, "端午节"), ("2027-09-15", True, "中秋节"),
    ("2027-10-01", True, "国庆节"), ("2026-12-26", False, "元旦"), ("2026-12-31", True, "元旦"),
]  # fmt: skip
"""An invented notice; like some real ones it moves days of the December before."""


def as_json(days=NOTICE_2027, year=2027, papers=("https://www.gov.cn/2027.htm",)) -> io.BytesIO:
    rows = [{"name": name, "date": day, "isOffDay": is_off} for day, is_off, name in days]
    return io.BytesIO(json.dumps({"year": year, "papers": list(papers), "days": rows}).encode())


def proposed(cast, file=None, name="2027.json", **values) -> CalendarChange:
    return actions.propose_notice(file=file or as_json(), file_name=name, by=cast.liang, now=NOW, **values)


def applied(cast, change, now=NOW) -> CalendarChange:
    return actions.apply_change(change=change, digest=change.digest, by=cast.liang, now=now)


def test_nothing_takes_effect_before_the_signature(cast):
    clock = started(cast, "2027-01-27")
    before = list(CalendarDay.objects.order_by("day").values())
    assert queries.view(proposed(cast)).tally.moved == 1
    assert list(CalendarDay.objects.order_by("day").values()) == before
    clock.refresh_from_db()
    assert (clock.due_on, clock.is_provisional) == (date(2027, 2, 12), True)


def test_the_preview_says_from_when_to_when_and_in_whose_favour(cast):
    later = started(cast, "2026-12-22", subject=draft(cast, 1))  # 12-26 worked, 12-31 off, New Year off
    stays = started(cast, "2026-11-20", subject=draft(cast, 2))
    far = started(cast, "2027-01-27", subject=draft(cast, 3))  # 01-31 worked; 02-05..12 off
    change = proposed(cast)
    view = queries.view(change)
    rows = {row.deadline.pk: row for row in view.rows}
    assert stays.pk not in rows
    assert (rows[far.pk].before, rows[far.pk].after) == (date(2027, 2, 12), date(2027, 2, 16))
    assert rows[far.pk].words == "延后 4 天，对办理部门有利"
    assert later.pk not in rows, "one day more worked, one less: the same date"
    assert (view.tally.open, view.tally.later, view.tally.earlier, view.tally.settled) == (3, 1, 0, 1)
    done = applied(cast, change)
    assert (done.open_count, done.later_count, done.earlier_count) == (3, 1, 0)
    far.refresh_from_db()
    later.refresh_from_db()
    assert (far.due_on, far.is_provisional, later.is_provisional) == (date(2027, 2, 16), False, False)
    past = queries.view(done)
    assert [(row.before, row.after) for row in past.rows] == [(date(2027, 2, 12), date(2027, 2, 16))]


def test_an_earlier_date_favours_the_requester(cast):
    started(cast, "2026-12-18")
    change = actions.propose_correction(
        day=date(2026, 12, 26), kind="WORK", name="元旦", source="通知 https://www.gov.cn/x", by=cast.liang, now=NOW
    )
    assert [row.words for row in queries.view(change).rows] == ["提前 4 天，对申请部门有利"]


def test_applied_once_signed_audited_and_told(cast):
    clock = started(cast, "2027-01-27")
    change = applied(cast, proposed(cast))
    event = AuditEvent.objects.get(verb="calendar.apply")
    assert (event.actor_name, event.facts["digest"], event.facts["later"]) == ("梁颖", change.digest, 1)
    moved = DueDateMove.objects.get()
    assert (moved.deadline, moved.digest) == (clock, change.digest)
    event = AuditEvent.objects.get(verb="deadline.recompute")
    assert (event.facts["before"], event.facts["after"]) == ("2027-02-12", "2027-02-16")
    heard = Notice.objects.filter(kind="deadline.moved")
    assert set(heard.values_list("recipient__username", "title")) == {
        ("li", "到期日改为 2027-02-16：不动产登记信息"), ("zhou", "到期日改为 2027-02-16：不动产登记信息"),
    }  # fmt: skip
    with pytest.raises(Conflict, match="已生效"):
        applied(cast, change)
    with pytest.raises(Conflict, match="已生效"):
        actions.discard_change(change=change, by=cast.liang, now=NOW)


def test_the_request_shows_the_new_date_at_once(cast):
    request = share_request_at(cast, Status.UNDER_REVIEW, now=at("2027-01-27"))
    applied(cast, proposed(cast), now=at("2027-01-28"))
    request.refresh_from_db()
    assert request.due_on == Deadline.objects.get(subject_id=request.pk).due_on == date(2027, 2, 16)


def test_a_year_becomes_official_and_its_provisional_days_go(cast):
    applied(cast, proposed(cast))
    assert rules.official_through() == date(2027, 12, 31)
    assert not CalendarDay.objects.filter(status="PROVISIONAL", day__year=2027).exists()
    assert not CalendarDay.objects.filter(day__in=["2027-05-02", "2027-10-02"]).exists(), "not in the notice"
    assert CalendarDay.objects.get(day="2026-12-31").notice_year == 2027
    assert CalendarYear.objects.get(year=2027).source.endswith("https://www.gov.cn/2027.htm")
    with pytest.raises(Invalid, match="已经是这样"):
        proposed(cast)


def test_replacing_a_year_leaves_december_days_of_the_next_notice(cast):
    applied(cast, proposed(cast))
    days = list(CalendarDay.objects.filter(notice_year=2026).order_by("day"))
    again = [(str(row.day), not row.is_workday, row.name) for row in days if row.name != "端午节"]
    file = as_json(again, 2026, ["https://www.gov.cn/2026.htm"])
    applied(cast, proposed(cast, file, "2026.json"))
    assert CalendarDay.objects.filter(day="2026-12-26", is_workday=True).exists()
    assert not CalendarDay.objects.filter(day="2026-06-19").exists()


def test_an_adjustment_changes_only_the_named_days(cast):
    with pytest.raises(Invalid, match="不能先导入调整"):
        proposed(cast, is_adjustment=True)
    file = as_json([("2026-12-31", True, "元旦"), ("2026-12-26", False, "元旦")], 2026)
    change = applied(cast, proposed(cast, file, "x.json", is_adjustment=True, title="关于调整元旦假期的通知"))
    assert len(change.changes) == 2
    assert CalendarDay.objects.filter(day="2026-10-10", is_workday=True).exists()


def test_a_preview_on_an_older_calendar_is_refused(cast):
    first, second = proposed(cast), proposed(cast, title="另一份")
    applied(cast, first)
    with pytest.raises(Conflict, match="已经不准"):
        applied(cast, second)
    assert queries.view(second).is_stale
    with pytest.raises(Conflict, match="已经不准"):
        actions.apply_change(change=second, digest="0" * 64, by=cast.liang, now=NOW)


def test_only_the_keeper_of_the_calendar(cast):
    change = proposed(cast)
    for person in (cast.he, cast.li, cast.chen, cast.sysadmin, cast.auditor):
        with pytest.raises(Denied):
            actions.apply_change(change=change, digest=change.digest, by=person, now=NOW)
        with pytest.raises(Denied):
            actions.propose_notice(file=as_json(), file_name="a.json", by=person, now=NOW)
        with pytest.raises(Denied):
            actions.propose_correction(day=date(2026, 1, 1), kind="OFF", name="a", source="b", by=person, now=NOW)
        with pytest.raises(Denied):
            actions.discard_change(change=change, by=person, now=NOW)


def test_each_act_stands_and_falls_with_its_record(cast):
    started(cast, "2027-01-27")
    assert_atomic_with_audit(lambda: proposed(cast), CalendarChange)
    change = CalendarChange.objects.get()
    assert_atomic_with_audit(lambda: applied(cast, change), CalendarChange, CalendarDay, CalendarYear, Deadline)
    other = actions.propose_correction(
        day=date(2026, 12, 28), kind="OFF", name="元旦", source="通知", by=cast.liang, now=NOW
    )
    assert_atomic_with_audit(lambda: actions.discard_change(change=other, by=cast.liang, now=NOW), CalendarChange)


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE sharing_calendarchange SET status = 'APPLIED'", "decided_pair"),
        ("UPDATE sharing_calendarchange SET status = 'X', decided_at = now(), decided_by_id = created_by_id", "status"),
        ("UPDATE sharing_calendarchange SET source = ''", "has_source"),
    ],
)
def test_the_database_refuses(cast, statement, constraint):
    proposed(cast)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_move_that_does_not_move_is_refused(cast):
    clock = started(cast)
    with pytest.raises(IntegrityError, match="moves"), transaction.atomic():
        DueDateMove.objects.create(deadline=clock, before=clock.due_on, after=clock.due_on, at=NOW, cause="x")


# Reading files -------------------------------------------------------------------------------------------------------
def sheet(rows, kind="xlsx") -> io.BytesIO:
    if kind == "csv":
        return io.BytesIO("\n".join(",".join(row) for row in rows).encode("gb18030"))
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_sheet_says_the_same_as_json(cast, kind):
    rows = [("日期", "安排", "名称"), *[(day, "放假" if off else "上班", name) for day, off, name in NOTICE_2027]]
    ways = {"year": 2027, "address": "https://www.gov.cn/2027.htm"}
    change = proposed(cast, sheet(rows, kind), f"放假安排.{kind}", **ways)
    assert change.digest == proposed(cast).digest


@pytest.mark.parametrize(
    ("days", "says"),
    [
        ([("2026-11-01", True, "元旦")], "2026-11-01 不属于 2027 年"),
        ([("2027-01-01", True, "元旦"), ("2027-01-01", True, "元旦")], "2027-01-01 出现两次"),
        ([("2027-01-01", True, "")], "没有写节日名称"),
        ([("2027-01-02", False, "元旦")], "没有一个放假的日子"),
        ([("2027-02-30", True, "春节")], "days 第 1 项缺少日期"),
    ],
)
def test_a_faulty_notice_changes_nothing(cast, days, says):
    with pytest.raises(Invalid, match=says):
        proposed(cast, as_json(days))
    assert not CalendarChange.objects.exists()


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"{}", "a.json", "结构不对"),
        (b"\xff\xfe", "a.json", "不是 UTF-8"),
        (b"x" * 1_000_001, "a.json", "超过 1 MB"),
        ("日期,安排,名称\n元旦,放假,元旦\n2027-01-01,看情况,元旦\n".encode(), "a.csv", r"3 处问题.*认不出.*认不出"),
        ("一,二\n1,2\n".encode(), "a.csv", "没有找到表头"),
    ],
)
def test_an_unreadable_file_is_refused_with_its_reason(cast, content, name, says):
    with pytest.raises(Invalid, match=says):
        proposed(cast, io.BytesIO(content), name, year=2027, address="https://www.gov.cn/x")


def test_a_sheet_needs_its_year_and_its_address(cast):
    rows = [("日期", "安排", "名称"), ("2027-01-01", "放假", "元旦")]
    with pytest.raises(Invalid, match="哪一年"):
        proposed(cast, sheet(rows), "a.xlsx")
    with pytest.raises(Invalid, match="网址"):
        proposed(cast, sheet(rows), "a.xlsx", year=2027)


@pytest.mark.parametrize("year", [2016, 2020, 2024, 2026])
def test_the_published_files_agree_with_the_calendar_shipped(cast, year):
    path = REAL / f"holiday-cn-{year}.json"
    if not path.exists():
        pytest.skip("the public calendar files are not on this machine")
    CalendarDay.objects.filter(notice_year=year).first().delete()
    with path.open("rb") as file:
        change = proposed(cast, file, path.name)
    assert len([day for day in queries.view(change).days if day.is_worked_differently]) == 1, "the one taken away"


# February 2020 -------------------------------------------------------------------------------------------------------
FIRST_2020 = [
    ("2020-01-01", True, "元旦"), ("2020-01-19", False, "春节"), ("2020-02-01", False, "春节"),
    *[(f"2020-01-{day}", True, "春节") for day in range(24, 31)],
    ("2020-04-04", True, "清明节"), ("2020-04-05", True, "清明节"), ("2020-04-06", True, "清明节"),
]  # fmt: skip
EXTENDED = [(day, True, "春节（延长）") for day in ("2020-01-31", "2020-02-01", "2020-02-02")]


def test_february_2020_replayed(cast):
    """As published in November 2019; then the notice of 2020-01-27 extends the holiday to 02-02 while clocks run."""
    first = proposed(cast, as_json(FIRST_2020, 2020, ["https://www.gov.cn/2019-11-21"]), "2020.json")
    applied(cast, first, now=at("2019-12-01"))
    due = {}
    for number, (day, before) in enumerate(
        [("2020-01-15", "2020-02-03"), ("2020-01-20", "2020-02-07"), ("2020-01-06", "2020-01-19")]
    ):
        clock = started(cast, day, subject=draft(cast, number))
        assert str(clock.due_on) == before
        due[day] = clock
    paused = started(cast, "2020-01-16", subject=draft(cast, 9))
    subject = ShareRequest.objects.get(pk=paused.subject_id)
    deadlines.pause(subject=subject, clock=Clock.REPLY, reason="", by=cast.li, now=at("2020-01-17"))
    change = proposed(
        cast, as_json(EXTENDED, 2020, ["https://www.gov.cn/2020-01-27"]), "延长.json", is_adjustment=True,
        title="国务院办公厅关于延长2020年春节假期的通知",
    )  # fmt: skip
    view = queries.view(change)
    assert {str(row.deadline.started_on): str(row.after) for row in view.rows} == {
        "2020-01-15": "2020-02-05", "2020-01-20": "2020-02-11",
    }  # fmt: skip
    assert all("对办理部门有利" in row.words for row in view.rows)
    applied(cast, change, now=at("2020-01-27"))
    for clock in due.values():
        clock.refresh_from_db()
    assert [str(clock.due_on) for clock in due.values()] == ["2020-02-05", "2020-02-11", "2020-01-19"]
    paused.refresh_from_db()
    assert paused.due_on is None
    deadlines.resume(subject=subject, clock=Clock.REPLY, reason="", by=cast.chen, now=at("2020-02-03"))
    paused.refresh_from_db()
    assert str(paused.due_on) == "2020-02-14", "counted with the extended holiday: ten days from 02-03"


# The alarm -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "year"),
    [("2026-10-31", None), ("2026-11-01", 2027), ("2026-12-31", 2027), ("2027-01-05", 2027), ("2028-03-01", 2027)],
)
def test_which_year_is_missing(db, day, year):
    assert rules.missing_year(date.fromisoformat(day)) == year


def test_the_alarm_rings_once_until_the_notice_is_there(cast):
    assert actions.raise_alarm(now=at("2026-10-31")) == 0
    for day in ("2026-11-01", "2026-11-02", "2026-12-01"):
        actions.raise_alarm(now=at(day))
    notice = Notice.objects.get(kind="calendar.missing")
    assert (notice.recipient, notice.title, notice.needs_action) == (cast.liang, "请导入 2027 年放假安排", True)
    applied(cast, proposed(cast))
    notice.refresh_from_db()
    assert notice.done_at is not None
    assert actions.raise_alarm(now=at("2026-12-02")) == 0


# At once -------------------------------------------------------------------------------------------------------------
def test_a_clock_started_while_the_calendar_changes_counts_with_the_new_one(committed_cast):
    """Whoever comes second waits: no clock is left with a date of the old calendar."""
    cast = committed_cast
    change = proposed(cast)
    drafts = [draft(cast, number) for number in range(12)]
    gate, errors = threading.Barrier(3), []

    def work(act):
        try:
            gate.wait()
            act()
        except Exception as error:  # shown below, in the test's own thread
            errors.append(error)
        finally:
            connection.close()

    def start(rows):
        for row in rows:
            started(cast, "2027-01-27", subject=row)

    acts = [lambda: applied(cast, change), lambda: start(drafts[:6]), lambda: start(drafts[6:])]
    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        assert errors == []
        assert set(Deadline.objects.values_list("due_on", flat=True)) == {date(2027, 2, 16)}
    finally:
        restore_2027()


def restore_2027() -> None:
    """The calendar is seeded and outlives committed tests."""
    from importlib import import_module

    from django.apps import apps

    CalendarDay.objects.filter(notice_year=2027).delete()
    CalendarYear.objects.filter(year=2027).delete()
    import_module("gdshare.rules.migrations.0002_calendar").load(apps, None)
    assert not rules.calendar().is_workday(date(2027, 2, 5))
