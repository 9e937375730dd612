"""Standing of entries day by day, and reminders of owed updates: each once, on working days, to the handlers."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from audit.queries import AuditEvent
from catalog.quality import actions, queries, tasks
from catalog.quality.models import UpdateReminder
from catalog.resources.models import DataResource
from security.notices.models import Notice
from tests.domain.catalog.test_mounts_freshness import NO_DATES, load
from tests.factories.catalog import draft_resource, published_resource
from tests.factories.mounts import text_items


def at(day: str, hour: int = 2) -> datetime:
    return datetime.fromisoformat(f"2026-{day}T{hour:02}:00:00").replace(tzinfo=UTC)


def daily(cast, loaded: str = "11-25", **values) -> DataResource:
    """A published entry of 省自然资源厅, updated last on that day of 2026."""
    resource = published_resource(cast, items=text_items(["甲", "乙"]), **values)
    return load(resource, NO_DATES, values.get("by") or cast.li, loaded)


def state(resource: DataResource) -> tuple[str, date | None]:
    resource.refresh_from_db()
    return resource.freshness, resource.fresh_due_on


def run(*days: str) -> int:
    """The timetable of these days: early review, then two knocks in office hours."""
    sent = 0
    for day in days:
        actions.review_freshness(now=at(day, 0))
        sent += actions.remind_updates(now=at(day)) + actions.remind_updates(now=at(day, 8))
    return sent


def test_days_pass_and_the_entry_grows_late(cast):
    resource = daily(cast)
    assert state(resource) == ("FRESH", date(2026, 11, 26))
    for day, expected in (("11-26", "DUE_SOON"), ("11-27", "LATE"), ("11-28", "LATE")):
        actions.review_freshness(now=at(day))
        assert state(resource) == (expected, date(2026, 11, 26))
    assert actions.review_freshness(now=at("11-28")) == 0, "a second look the same day changes nothing"


def test_a_changed_cycle_is_seen_the_next_morning(cast):
    resource, bare = daily(cast), draft_resource(cast)
    DataResource.objects.filter(pk__in=[resource.pk, bare.pk]).update(update_cycle="IRREGULAR")
    assert actions.review_freshness(now=at("12-01")) == 2
    assert state(resource) == ("NOT_APPLICABLE", None)
    assert state(bare) == ("NOT_APPLICABLE", None)
    DataResource.objects.filter(pk=bare.pk).update(update_cycle="MONTHLY")
    actions.review_freshness(now=at("12-01"))
    assert state(bare) == ("NEVER", None)


def test_handlers_are_reminded_by_working_day_each_once(cast):
    resource = daily(cast)
    assert run("11-26", "11-27", "11-28", "11-29", "11-30") == 3
    titles = list(Notice.objects.filter(kind="resource.update_due").order_by("id").values_list("title", flat=True))
    assert titles == [
        f"今天应更新数据：{resource.name}",
        f"数据更新已逾期 1 个工作日：{resource.name}",
        f"数据更新已逾期 2 个工作日：{resource.name}",
    ]
    assert set(Notice.objects.filter(kind="resource.update_due").values_list("recipient__username", flat=True)) == {
        "li"
    }, "handlers of the provider, nobody else"
    assert AuditEvent.objects.filter(verb="resource.remind_update").count() == 3


def test_only_the_newest_reminder_is_on_the_desk_and_an_update_clears_it(cast):
    resource = daily(cast)
    run("11-26", "11-27")
    open_to_dos = Notice.objects.filter(kind="resource.update_due", done_at=None)
    assert open_to_dos.get().title.startswith("数据更新已逾期 1 个工作日")
    load(resource, NO_DATES, cast.li, "11-27")
    assert open_to_dos.exists(), "touching clears nothing"
    load(resource, NO_DATES + "3,三\n", cast.li, "11-27")
    assert not open_to_dos.exists()
    assert run("11-27") == 0


def test_a_reminder_leaves_other_to_dos_of_the_entry_alone(cast):
    resource = daily(cast)
    returned = Notice.objects.create(
        recipient=cast.li, department=cast.natural_resources, kind="resource.return_", subject_kind="dataresource",
        subject_id=resource.pk, title="退回", url="/", needs_action=True, dedupe_key="x", created_at=at("11-25"),
    )  # fmt: skip
    run("11-26")
    returned.refresh_from_db()
    assert returned.done_at is None


def test_what_is_not_listed_is_not_reminded_of(cast):
    load(draft_resource(cast, items=text_items(["甲", "乙"])), NO_DATES, cast.li, "11-25")
    assert run("11-26", "11-27") == 0


def test_rest_days_are_silent(cast):
    daily(cast, loaded="09-29")
    assert run("09-30") == 1
    assert run(*[f"10-0{day}" for day in range(1, 8)]) == 0
    assert run("10-08") == 1


def test_the_database_refuses_a_second_reminder_and_an_unknown_kind(cast):
    resource = draft_resource(cast)
    values = {"resource": resource, "due_on": date(2026, 11, 25), "sent_at": at("11-25")}
    UpdateReminder.objects.create(kind="T+1", **values)
    with pytest.raises(IntegrityError, match="once"), transaction.atomic():
        UpdateReminder.objects.create(kind="T+1", **values)
    with pytest.raises(IntegrityError, match="kind_known"), transaction.atomic():
        UpdateReminder.objects.create(kind="soon", **values)


def test_tasks_only_knock(cast):
    daily(cast)
    tasks.review_freshness()
    tasks.remind_updates()


def test_two_workers_remind_once(committed_cast):
    cast = committed_cast
    for _ in range(3):
        daily(cast)
    actions.review_freshness(now=at("11-27", 0))
    start = threading.Barrier(2)
    sent: list[int] = []

    def work() -> None:
        try:
            start.wait()
            sent.append(actions.remind_updates(now=at("11-27")))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(sent) == 3
    assert UpdateReminder.objects.count() == 3
    notices = Notice.objects.filter(kind="resource.update_due")
    assert (notices.count(), notices.filter(done_at=None).count()) == (3, 3)


def test_lists_are_cut_by_who_asks(cast):
    late = daily(cast)
    foreign = daily(cast, by=cast.chen, head=cast.huang)
    load(draft_resource(cast, items=text_items(["甲", "乙"])), NO_DATES, cast.li, "11-25")
    actions.review_freshness(now=at("11-30"))
    assert [row.pk for row in queries.owed_updates(cast.li, state="LATE")] == [late.pk]
    assert [row.pk for row in queries.owed_updates(cast.huang, state="LATE")] == [foreign.pk]
    assert {row.pk for row in queries.owed_updates(cast.liang, state="LATE")} == {late.pk, foreign.pk}
    assert queries.owed_counts(cast.liang) == {"LATE": 2, "DUE_SOON": 0, "NEVER": 0}
