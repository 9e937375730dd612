"""疑义校核: the doubt, its clock, the answer, and the mend that is carried to everybody who had the wrong value."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEvent
from gdshare.lib.clock import SHANGHAI, day_of
from gdshare.lib.errors import Conflict, Denied, Invalid
from gdshare.rules import queries as rules
from gdshare.rules.workdays import due_on
from security.notices.models import Notice
from sharing.corrections import actions, policies, queries
from sharing.corrections.models import CorrectionNotice, CorrectionRequest
from sharing.corrections.workflow import CorrectionStatus
from sharing.deadlines.models import Deadline
from tests.at_once import at_once
from tests.atomic import assert_atomic_with_audit
from tests.domain.sharing.matrix import assert_table
from tests.factories.catalog import publish_again, published_resource, revised_resource
from tests.factories.corrections import doubt, took
from tests.factories.delivery import grant_items
from tests.factories.mounts import ROWS, load, mounted_resource

TABLE = Path(__file__).parent / "corrections_matrix.txt"
ANSWER = {"answer": "登记时录错，已按档案更正"}


@pytest.fixture
def resource(cast):
    return mounted_resource(cast)


@pytest.fixture
def now():
    return timezone.now()


def reload(cast, resource):
    """The provider loads what is right."""
    return load(resource, ROWS.replace("89.62", "98.26"), cast.li)


# The doubt and its clock ---------------------------------------------------------------------------------------------
def test_a_doubt_starts_ten_working_days_and_tells_the_provider(cast, resource, now):
    item = resource.items.get(name="建筑面积")
    correction = doubt(cast, resource, item=item, record_key="440106001001GB00001F00010001", now=now)
    assert (correction.status, correction.version_number, correction.department) == ("OPEN", 1, cast.civil_affairs)
    clock = Deadline.objects.get(subject_kind="correctionrequest", subject_id=correction.pk)
    assert clock.due_on == due_on(day_of(now), 10, rules.calendar())
    assert "第二十六条" in clock.basis
    assert clock.responsible_ids == [cast.natural_resources.pk]
    notice = Notice.objects.get(recipient=cast.li, kind="correction")
    assert (notice.needs_action, notice.title) == (True, f"数据疑义：{resource.name}")
    assert Notice.objects.filter(recipient=cast.zhou, kind="correction", needs_action=True).count() == 1


def test_the_golden_date(cast, resource):
    """Reported on 2026-09-28: two days in September, then 8 to 10 (a working Saturday) and 12 to 16 October."""
    correction = doubt(cast, resource, now=datetime(2026, 9, 28, 10, tzinfo=SHANGHAI))
    clock = Deadline.objects.get(subject_kind="correctionrequest", subject_id=correction.pk)
    assert clock.due_on == date(2026, 10, 16)


@pytest.mark.parametrize("missing", ["doubt", "evidence"])
def test_what_and_why_are_needed(cast, resource, missing):
    with pytest.raises(Invalid, match="疑义和依据"):
        doubt(cast, resource, **{missing: " "})


def test_an_item_of_another_resource_is_refused(cast, resource):
    with pytest.raises(Invalid, match="不在这条资源里"):
        doubt(cast, resource, item=published_resource(cast, name="另一条").items.first())


def test_a_record_is_doubted_by_who_can_know_it(cast, now):
    """The wall: a key says that the record exists. Whoever took the data once may, the others take no part."""
    closed = mounted_resource(cast, share_type="CONDITIONAL")
    with pytest.raises(Denied, match="不能针对某条记录") as refusal:
        doubt(cast, closed, record_key="440106001001GB00001F00010001", now=now)
    assert "整条资源或信息项" in refusal.value.remedy
    doubt(cast, closed, record_key=" ", item=closed.items.get(name="建筑面积"), now=now)
    took(closed, cast.civil_affairs, 1, now)
    assert doubt(cast, closed, record_key=" 44 ", now=now).record_key == "44"


def test_heads_do_not_report(cast, resource, now):
    with pytest.raises(Denied, match="由使用部门的经办报告"):
        actions.report(resource=resource, by=cast.huang, now=now, doubt="甲", evidence="乙")


def test_the_provider_does_not_doubt_himself(cast, resource, now):
    with pytest.raises(Denied, match="本部门的数据"):
        actions.report(resource=resource, by=cast.li, now=now, doubt="甲", evidence="乙")


# The answer ----------------------------------------------------------------------------------------------------------
def test_a_refusal_says_why_and_stops_the_clock(cast, resource, now):
    correction = doubt(cast, resource, now=now)
    with pytest.raises(Invalid, match="核实的经过"):
        actions.refuse(correction=correction, by=cast.li, now=now, answer=" ")
    actions.refuse(correction=correction, by=cast.li, now=now, answer="与档案一致")
    assert Deadline.objects.get(subject_kind="correctionrequest").closed_on == day_of(now)
    assert Notice.objects.get(recipient=cast.chen, title__startswith="核实无误").body == "与档案一致"
    assert not Notice.objects.filter(recipient=cast.li, kind="correction", done_at=None).exists()
    assert not CorrectionNotice.objects.exists()


def test_nothing_is_mended_while_the_data_are_the_same(cast, resource, now):
    correction = doubt(cast, resource, now=now)
    with pytest.raises(Conflict, match="还是报告时的第 1 版"):
        actions.mend(correction=correction, by=cast.li, now=now, **ANSWER)
    reload(cast, resource)
    assert actions.mend(correction=correction, by=cast.li, now=now, **ANSWER).mended_version == 2


def test_what_the_entry_says_is_mended_by_publishing_it_anew(cast, now):
    """No new data are needed, and everybody who uses the data is told: also who may take them by another way."""
    resource = mounted_resource(cast, share_type="CONDITIONAL")
    grant = grant_items(cast, resource)
    correction = actions.report(resource=resource, by=cast.wu, now=now, doubt="“建筑面积”是套内面积", evidence="证照")
    copy = revised_resource(cast, resource=resource)
    with pytest.raises(Conflict, match="目录也没有修订"):
        actions.mend(correction=correction, by=cast.li, now=now, **ANSWER)
    publish_again(cast, copy, now=now + timedelta(hours=1))
    mended = actions.mend(correction=correction, by=cast.li, now=now + timedelta(hours=2), **ANSWER)
    assert (mended.status, mended.mended_version) == ("MENDED", None)
    assert {notice.department for notice in mended.consumers.all()} == {grant.department, cast.sports}
    assert not any(line.is_on_old for line in queries.runners(mended))


def test_two_answers_at_once_give_one(committed_cast):
    cast = committed_cast
    resource, now = mounted_resource(cast), timezone.now()
    correction = doubt(cast, resource, now=now)
    reload(cast, resource)
    outcomes = at_once(
        lambda: actions.mend(correction=correction, by=cast.li, now=now, **ANSWER),
        lambda: actions.refuse(correction=correction, by=cast.zhou, now=now, answer="无误"),
        lambda: actions.withdraw(correction=correction, by=cast.chen, now=now),
    )
    assert outcomes.count("done") == 1, outcomes
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 2, outcomes
    correction.refresh_from_db()
    assert CorrectionNotice.objects.exists() == (correction.status == CorrectionStatus.MENDED)
    assert not Deadline.objects.open().exists()


# The mend is carried -------------------------------------------------------------------------------------------------
def mended(cast, resource, now):
    correction = doubt(cast, resource, now=now)
    reload(cast, resource)
    return actions.mend(correction=correction, by=cast.li, now=now, **ANSWER)


def test_everybody_who_had_the_wrong_value_is_told_once(cast, resource, now):
    took(resource, cast.civil_affairs, 1, now)
    took(resource, cast.sports, 1, now)
    took(resource, cast.sports, 1, now)
    took(resource, cast.natural_resources, 1, now)
    correction = mended(cast, resource, now)
    told = {notice.department: notice.received_version for notice in correction.consumers.all()}
    assert told == {cast.civil_affairs: 1, cast.sports: 1}
    assert Notice.objects.filter(recipient=cast.wu, title__startswith="数据已更正", needs_action=True).count() == 1
    assert CorrectionRequest.objects.visible_to(cast.wu).get() == correction


def test_who_began_with_the_new_value_is_not_told(cast, resource, now):
    """And who took both is told with the old one, whatever he took since."""
    took(resource, cast.civil_affairs, 1, now)
    correction = doubt(cast, resource, now=now)
    reload(cast, resource)
    took(resource, cast.civil_affairs, 2, now)
    took(resource, cast.sports, 2, now)
    actions.mend(correction=correction, by=cast.li, now=now, **ANSWER)
    assert correction.consumers.get().department == cast.civil_affairs
    assert correction.consumers.get().received_version == 1
    assert [(line.newest, line.is_on_old) for line in queries.runners(CorrectionRequest.objects.get())] == [(2, False)]


def test_the_page_knows_who_still_runs_on_the_old_value(cast, resource, now, django_assert_num_queries):
    took(resource, cast.civil_affairs, 1, now)
    took(resource, cast.sports, 1, now)
    correction = mended(cast, resource, now)
    took(resource, cast.civil_affairs, 2, now)
    with django_assert_num_queries(2):
        lines = queries.runners(correction)
    assert [(line.notice.department, line.newest, line.is_on_old) for line in lines] == [
        (cast.sports, 1, True),
        (cast.civil_affairs, 2, False),
    ]


def test_a_department_says_once_that_it_took_note(cast, resource, now):
    took(resource, cast.sports, 1, now)
    correction = mended(cast, resource, now)
    actions.acknowledge(correction=correction, by=cast.wu, now=now, note="已重取")
    consumer = correction.consumers.get(department=cast.sports)
    assert (consumer.acknowledged_by, consumer.note) == (cast.wu, "已重取")
    assert not Notice.objects.filter(recipient=cast.wu, kind="correction", done_at=None).exists()
    assert Notice.objects.filter(recipient=cast.chen, title__startswith="数据已更正", done_at=None).exists()
    with pytest.raises(Conflict, match="已在"):
        actions.acknowledge(correction=correction, by=cast.wu, now=now)
    with pytest.raises(Conflict, match="没有收到"):
        actions.acknowledge(correction=correction, by=cast.li, now=now)


def test_only_handlers_of_that_department_acknowledge(cast, resource, now):
    correction = mended(cast, resource, now)
    assert not policies.acknowledge(cast.huang, correction.consumers.get())
    with pytest.raises(Denied):
        actions.acknowledge(correction=correction, by=cast.huang, now=now)


# Walls ---------------------------------------------------------------------------------------------------------------
def test_strangers_see_nothing(cast, resource, now):
    doubt(cast, resource, now=now)
    seen = {who for who, person in cast.people.items() if CorrectionRequest.objects.visible_to(person).exists()}
    assert seen == {"chen", "huang", "li", "zhou", "liang", "he"}


MOMENTS = {
    "OPEN": (), "ACCEPTED": ("accept",), "MENDED": ("mend",), "REFUSED": ("refuse",), "WITHDRAWN": ("withdraw",)
}  # fmt: skip
VALUES = {"accept": {}, "mend": ANSWER, "refuse": ANSWER, "withdraw": {}, "acknowledge": {}}


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_matrix(cast, resource, now, moment):
    correction = doubt(cast, resource, now=now)
    reload(cast, resource)
    for verb in MOMENTS[moment]:
        by = cast.chen if verb == "withdraw" else cast.li
        correction = getattr(actions, verb)(correction=correction, by=by, now=now, **VALUES[verb])
    verbs = {
        verb: lambda by, verb=verb: getattr(actions, verb)(correction=correction, by=by, now=now, **VALUES[verb])
        for verb in VALUES
    }
    assert_table(TABLE, moment, correction, verbs, cast)


def test_each_act_is_recorded_or_does_not_happen(cast, resource, now):
    assert_atomic_with_audit(lambda: doubt(cast, resource, now=now), CorrectionRequest, Deadline)
    correction = CorrectionRequest.objects.get()
    reload(cast, resource)
    assert_atomic_with_audit(
        lambda: actions.mend(correction=correction, by=cast.li, now=now, **ANSWER), CorrectionRequest, CorrectionNotice
    )
    assert AuditEvent.objects.get(verb="correction.mend").facts["mended_version"] == 2


@pytest.mark.parametrize(
    "wrong", [{"doubt": ""}, {"status": "LOST"}, {"status": "MENDED"}, {"answer": "甲"}, {"mended_version": 1}]
)
def test_the_database_refuses(cast, resource, now, wrong):
    doubt(cast, resource, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        CorrectionRequest.objects.update(**wrong)
