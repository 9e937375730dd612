"""目录外需求: the catalog is looked at first, one department takes it on, its publication fulfils it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEvent
from catalog.resources import actions as catalog
from catalog.resources import assessing
from catalog.systems.models import InformationSystem
from gdshare.lib.clock import SHANGHAI, day_of
from gdshare.lib.errors import Conflict, Denied, Invalid
from gdshare.rules import queries as rules
from gdshare.rules.models import RuleProfile
from gdshare.rules.workdays import due_on
from security.notices.models import Notice
from sharing.deadlines.models import Deadline
from sharing.demands import actions, queries
from sharing.demands.models import DataDemand, DemandStep
from tests.at_once import at_once
from tests.atomic import assert_atomic_with_audit
from tests.domain.sharing.matrix import assert_table
from tests.factories.catalog import published_resource, resource_values
from tests.factories.demands import NEED, confirmed, need, routed

TABLE = Path(__file__).parent / "demands_matrix.txt"


@pytest.fixture
def now():
    return timezone.now()


def to_dos(person):
    return set(Notice.objects.filter(recipient=person, kind="demand").to_do().values_list("title", flat=True))


def publish(cast, draft, now):
    """The draft is completed and goes through both consents."""
    catalog.update_resource(resource=draft, by=cast.li, now=now, values=resource_values(name=draft.name))
    for kind in assessing.standings(draft, catalog.current_items(draft)):
        answers = {"SECRECY": assessing.NO_SECRETS, "PERSONAL": assessing.MEASURES_IN_PLACE}[kind]
        catalog.assess(resources=[draft], kind=kind, answers=answers, by=cast.li, now=now)
    catalog.submit(resource=draft, by=cast.li, now=now)
    catalog.approve(resource=draft, by=cast.zhou, now=now)
    return catalog.publish(resource=draft, by=cast.liang, now=now)


# The catalog first ---------------------------------------------------------------------------------------------------
def test_what_the_catalog_has_is_looked_at_first(cast, now):
    listed = published_resource(cast, name="养老机构 床位台账")
    with pytest.raises(Invalid, match="养老机构 床位台账") as refusal:
        need(cast, now=now)
    assert refusal.value.code == "LOOK_FIRST"
    made = need(cast, now=now, why_unfit="只有汇总数")
    assert (made.shown_entries, made.why_unfit) == ([listed.pk], "只有汇总数")


def test_items_are_matched_whatever_the_title_says(cast, now):
    listed = published_resource(cast)
    found = queries.matches(
        cast.chen, title="无此名称", item_names=["建筑面积", "登记日期"], department=cast.civil_affairs
    )
    assert found[0].resource == listed
    assert "建筑面积" in found[0].names


def test_a_restricted_entry_is_never_named(cast, now):
    """The wall: both searches ask for the permission."""
    hidden = published_resource(cast, name="养老机构 床位台账", items=[{"name": "护理床位数"}, {"name": "入住老人数"}])
    catalog.restrict(resource=hidden, by=cast.liang, now=now, is_restricted=True)
    assert need(cast, now=now).shown_entries == []


@pytest.mark.parametrize("missing", [{"title": " "}, {"item_names": [" "]}, {"use_purpose": ""}, {"use_basis": " "}])
def test_what_and_why_are_needed(cast, missing):
    with pytest.raises(Invalid, match="都要写明"):
        need(cast, **missing)


# Triage --------------------------------------------------------------------------------------------------------------
def test_the_authority_is_told_whose_duty_it_seems(cast, now):
    cast.natural_resources.duties = "登记养老机构用地。"
    cast.natural_resources.save()
    InformationSystem.objects.create(
        code="S1", name="床位系统", department=cast.sports, life="PLANNED", created_at=now, updated_at=now
    )  # fmt: skip
    demand = need(cast, now=now)
    assert to_dos(cast.liang) == {f"需求待分办：{demand.title}"}
    likely = {line.department: line.reasons for line in queries.likely_duties(cast.liang, demand)}
    assert likely == {cast.natural_resources: ["职责中写到"], cast.sports: ["信息系统“床位系统”"]}
    routed(cast, demand, now)
    actions.decline(demand=demand, by=cast.li, now=now, reason="不管")
    assert [line.department for line in queries.likely_duties(cast.liang, demand)] == [cast.sports]


def test_the_authority_names_an_entry_that_the_demander_can_find(cast, now):
    demand, hidden = need(cast, now=now), published_resource(cast)
    catalog.restrict(resource=hidden, by=cast.liang, now=now, is_restricted=True)
    hidden.refresh_from_db()
    with pytest.raises(Invalid, match="没有发布，或者不对"):
        actions.point(demand=demand, by=cast.liang, now=now, resource=hidden, reason="合用")
    listed = published_resource(cast)
    done = actions.point(demand=demand, by=cast.liang, now=now, resource=listed, reason="合用")
    assert (done.status, done.answer, done.closed_at) == ("LISTED", "合用", now)
    assert Notice.objects.filter(recipient=cast.chen, title=f"目录中已有：{listed.name}").exists()
    assert not to_dos(cast.liang)


def test_not_mine_twice_and_the_third_word_binds(cast, now):
    demand = need(cast, now=now)
    for duty, person in ((cast.natural_resources, cast.li), (cast.sports, cast.wu)):
        routed(cast, demand, now, duty=duty)
        with pytest.raises(Invalid, match="为什么不是"):
            actions.decline(demand=demand, by=person, now=now, reason=" ")
        actions.decline(demand=demand, by=person, now=now, reason="不归我管")
        assert f"需求被退回：{demand.title}" in to_dos(cast.liang)
        assert not to_dos(person)
    with pytest.raises(Invalid, match="指定的理由"):
        routed(cast, demand, now)
    bound = routed(cast, demand, now, reason="三定方案第五条")
    assert bound.is_binding
    with pytest.raises(Conflict, match="不能再退回"):
        actions.decline(demand=demand, by=cast.li, now=now, reason="仍不归我管")
    with pytest.raises(Invalid, match="不能分给提出"):
        routed(cast, need(cast, now=now, title="别的"), now, duty=cast.civil_affairs)


# The clock -----------------------------------------------------------------------------------------------------------
def test_a_clock_runs_where_the_text_gives_a_figure(cast, now):
    demand = routed(cast, need(cast, now=now), now)
    assert not Deadline.objects.filter(subject_kind="datademand").exists()
    monday = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)
    assert queries.age(DataDemand(submitted_at=monday), today=date(2026, 11, 27)) == 4
    demand = need(cast, now=now, title="别的")
    DataDemand.objects.filter(pk=demand.pk).update(profile=RuleProfile.objects.filter(code="SH-2021").latest("version"))
    routed(cast, demand, now)
    clock = Deadline.objects.get(subject_kind="datademand", subject_id=demand.pk)
    assert clock.due_on == due_on(day_of(now), 15, rules.calendar())
    assert clock.responsible_ids == [cast.natural_resources.pk]
    actions.decline(demand=demand, by=cast.li, now=now, reason="不管")
    clock.refresh_from_db()
    assert clock.closed_on == day_of(now)


# Fulfilled by publication --------------------------------------------------------------------------------------------
def test_publication_fulfils_and_tells_everybody_with_the_need(cast, now):
    demand = confirmed(cast, need(cast, now=now), now)
    assert f"编目任务：{demand.title}" in to_dos(cast.li)
    actions.second(demand=demand, by=cast.wu, now=now, use_purpose="体育设施进机构")
    with pytest.raises(Conflict, match="已经附议"):
        actions.second(demand=demand, by=cast.wu, now=now, use_purpose="再来")
    with pytest.raises(Conflict, match="已有部门附议"):
        actions.withdraw(demand=demand, by=cast.chen, now=now)
    draft = actions.compile(demand=demand, by=cast.li, now=now)
    assert (draft.name, draft.status) == (demand.title, "DRAFT")
    assert list(draft.items.order_by("position").values_list("name", flat=True)) == NEED["item_names"]
    with pytest.raises(Conflict, match="已经开始"):
        actions.compile(demand=demand, by=cast.li, now=now)
    with pytest.raises(Invalid, match="已发布的目录"):
        actions.fulfil(demand=demand, by=cast.li, now=now, resource=draft)
    assert queries.shown_resource(cast.chen, DataDemand.objects.get()) is None
    publish(cast, draft, now)
    demand.refresh_from_db()
    assert (demand.status, demand.closed_at) == ("FULFILLED", now)
    for person in (cast.chen, cast.wu):
        notice = Notice.objects.get(recipient=person, title=f"需要的数据已编目：{demand.title}")
        assert notice.url.endswith(f"/{draft.pk}/")
    assert not to_dos(cast.li)
    assert queries.shown_resource(cast.chen, demand) == draft


def test_only_an_entry_of_the_department_itself_fulfils(cast, now):
    demand = confirmed(cast, need(cast, now=now), now)
    other = published_resource(cast, by=cast.liang, head=cast.he)
    with pytest.raises(Invalid, match="本部门已发布"):
        actions.fulfil(demand=demand, by=cast.li, now=now, resource=other)
    own = published_resource(cast)
    assert actions.fulfil(demand=demand, by=cast.li, now=now, resource=own).status == "FULFILLED"


def test_a_promise_lies_ahead(cast, now):
    demand = routed(cast, need(cast, now=now), now)
    with pytest.raises(Invalid, match="不能早于今天"):
        actions.confirm(demand=demand, by=cast.zhou, now=now, promised_on=day_of(now) - timedelta(days=1))


# Who, when, once -----------------------------------------------------------------------------------------------------
MOMENTS = {
    "SUBMITTED": (), "ROUTED": ("route",), "CONFIRMED": ("route", "confirm"),
    "FULFILLED": ("route", "confirm", "fulfil"),
    "LISTED": ("point",), "REFUSED": ("refuse",), "WITHDRAWN": ("withdraw",),
}  # fmt: skip


def test_the_matrix(cast, now):
    resource = published_resource(cast)
    values = {
        "route": {"duty": cast.natural_resources}, "point": {"resource": resource, "reason": "合用"},
        "refuse": {"reason": "没有依据"}, "confirm": {"promised_on": day_of(now)}, "decline": {"reason": "不管"},
        "compile": {}, "fulfil": {"resource": resource}, "second": {"use_purpose": "同样需要"}, "withdraw": {},
    }  # fmt: skip
    for moment, path in MOMENTS.items():
        demand = need(cast, now=now, why_unfit="不合用")
        for verb in path:
            by = {"confirm": cast.li, "fulfil": cast.li, "withdraw": cast.chen}.get(verb, cast.liang)
            demand = getattr(actions, verb)(demand=demand, by=by, now=now, **values[verb])
        verbs = {
            verb: lambda by, verb=verb, demand=demand: getattr(actions, verb)(
                demand=demand, by=by, now=now, **values[verb]
            )
            for verb in values
        }
        assert_table(TABLE, moment, demand, verbs, cast)
    with pytest.raises(Denied, match="由使用部门的经办"):
        need(cast, by=cast.huang)


def test_two_answers_at_once_give_one(committed_cast):
    cast, now = committed_cast, timezone.now()
    demand = routed(cast, need(cast, now=now), now)
    outcomes = at_once(
        lambda: actions.confirm(demand=demand, by=cast.li, now=now, promised_on=day_of(now)),
        lambda: actions.decline(demand=demand, by=cast.zhou, now=now, reason="不管"),
    )
    assert outcomes.count("done") == 1, outcomes
    assert sum(isinstance(outcome, Conflict | Denied) for outcome in outcomes) == 1, outcomes


def test_each_act_is_recorded_or_does_not_happen(cast, now):
    assert_atomic_with_audit(lambda: need(cast, now=now), DataDemand, DemandStep)
    demand = DataDemand.objects.get()
    assert_atomic_with_audit(lambda: routed(cast, demand, now), DataDemand, DemandStep)
    assert AuditEvent.objects.get(verb="demand.route").facts["duty"] == cast.natural_resources.name


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""}, {"item_names": []}, {"status": "LOST"}, {"status": "ROUTED"}, {"shown_entries": [1]},
        {"status": "REFUSED"}, {"closed_at": datetime(2026, 1, 5, tzinfo=SHANGHAI)}, {"declines": 3},
    ],
)  # fmt: skip
def test_the_database_refuses(cast, now, wrong):
    demand = need(cast, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        DataDemand.objects.filter(pk=demand.pk).update(**wrong)


def test_what_was_said_stays(cast, now):
    need(cast, now=now)
    with pytest.raises(DatabaseError, match="不能修改"), transaction.atomic():
        DemandStep.objects.update(text="别的")


# The promised day ----------------------------------------------------------------------------------------------------
def test_the_promised_day_is_reminded_of_though_no_clock_runs(cast):
    now = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)  # a Monday
    taken_on = routed(cast, need(cast, now=now), now)
    promised = date(2026, 11, 24)
    actions.confirm(demand=taken_on, by=cast.li, now=now, promised_on=promised)

    def told(person, on):
        actions.remind_promised(now=datetime(on.year, on.month, on.day, 1, 0, tzinfo=UTC))
        rows = Notice.objects.filter(recipient=person, title__startswith="承诺").order_by("pk")
        return [notice.title.partition("：")[0] for notice in rows]

    assert told(cast.li, date(2026, 11, 18)) == []
    assert told(cast.li, date(2026, 11, 19)) == ["承诺临近"]
    assert told(cast.li, date(2026, 11, 20)) == ["承诺临近"]
    assert told(cast.zhou, promised) == ["承诺临近"] * 2
    assert told(cast.liang, date(2026, 11, 26)) == []
    assert told(cast.liang, date(2026, 11, 30)) == ["承诺逾期"]
    assert told(cast.liang, date(2026, 12, 7)) == ["承诺逾期"] * 2
    actions.fulfil(demand=taken_on, by=cast.li, now=timezone.now(), resource=published_resource(cast, name="床位"))
    assert told(cast.liang, date(2026, 12, 14)) == ["承诺逾期"] * 2
