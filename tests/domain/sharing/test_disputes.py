"""争议: the ladder from negotiation to the government, who acts on each rung, and that nothing is decided twice."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEvent
from catalog.resources import actions as catalog
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Denied, Invalid
from gdshare.rules import queries as rules
from gdshare.rules.models import RuleProfile
from gdshare.rules.workdays import due_on
from security.access.roles import AUTHORITY_HANDLER, AUTHORITY_HEAD, HANDLER, OFFICE_HEAD
from security.departments.models import Region
from security.notices.models import Notice
from sharing.deadlines.models import Deadline
from sharing.disputes import actions, policies, queries
from sharing.disputes.models import Dispute, DisputeEntry
from sharing.share_requests import actions as requests
from sharing.share_requests.workflow import Status
from tests.at_once import at_once
from tests.atomic import assert_atomic_with_audit
from tests.cast import make_department, make_person
from tests.domain.sharing.matrix import assert_table
from tests.factories.catalog import approved_resource
from tests.factories.disputes import CLAIM, dispute, disputed_doubt
from tests.factories.mounts import mounted_resource
from tests.factories.sharing import AT, BASIS, draft_request, share_request_at

TABLE = Path(__file__).parent / "disputes_matrix.txt"
SETTLED = {"outcome": "SUPPORTED", "result": "属于核对所必需，应当提供"}
RULED = SETTLED | {"document_no": "府办会纪〔2026〕12号"}


@pytest.fixture
def now():
    return timezone.now()


def another_head(cast):
    """A head of the authority who has answered nothing."""
    return make_person("ma", "马骏", cast.authority, AUTHORITY_HEAD)


def climbed(cast, case, now, *verbs):
    for verb in verbs:
        case = ACTS[verb](cast, case, now)
    return case


ACTS = {
    "escalate": lambda cast, case, now: actions.escalate(dispute=case, by=cast.huang, now=now, text="分歧在证件号码"),
    "refer": lambda cast, case, now: actions.refer(
        dispute=case, by=cast.people.get("ma") or another_head(cast), now=now, text="双方不接受协调"
    ),
}


# Raising -------------------------------------------------------------------------------------------------------------
def test_the_refused_department_raises_it_once_and_the_other_side_is_told(cast, now):
    case = dispute(cast, now=now)
    assert (case.claimant, case.respondent, case.status) == (cast.civil_affairs, cast.natural_resources, "NEGOTIATING")
    for person in (cast.li, cast.zhou):
        assert Notice.objects.get(recipient=person, kind="dispute").needs_action
    with pytest.raises(Conflict, match="正在处理"):
        actions.raise_dispute(subject=case.share_request, by=cast.chen, now=now, claim=CLAIM)
    actions.withdraw(dispute=case, by=cast.chen, now=now)
    assert actions.raise_dispute(subject=case.share_request, by=cast.chen, now=now, claim=CLAIM).pk != case.pk


@pytest.mark.parametrize("status", [Status.UNDER_REVIEW, Status.APPROVED, Status.WITHDRAWN])
def test_only_a_refusal_is_disputed(cast, now, status):
    with pytest.raises(Denied, match="只有不同意"):
        dispute(cast, now=now, status=status)


def test_who_was_not_refused_raises_nothing(cast, now):
    refused = share_request_at(cast, Status.PARTLY_APPROVED)
    for person in (cast.huang, cast.li, cast.wu):
        with pytest.raises(Denied, match="由收到答复的部门"):
            actions.raise_dispute(subject=refused, by=person, now=now, claim=CLAIM)
    with pytest.raises(Invalid, match="诉求和理由"):
        actions.raise_dispute(subject=refused, by=cast.chen, now=now, claim=" ")


def test_a_doubt_that_was_turned_down_is_disputed_too(cast, now):
    case = disputed_doubt(cast, mounted_resource(cast), now=now)
    assert (case.correction.status, case.share_request, case.respondent) == ("REFUSED", None, cast.natural_resources)


# Negotiation ---------------------------------------------------------------------------------------------------------
def test_agreed_on_the_words_that_the_other_side_offered(cast, now):
    case = dispute(cast, now=now)
    with pytest.raises(Denied, match="还没有可以同意"):
        actions.agree(dispute=case, by=cast.huang, now=now, terms="")
    actions.state(dispute=case, by=cast.zhou, now=now, text="姓名已够用")
    actions.offer(dispute=case, by=cast.li, now=now, text="提供后四位")
    with pytest.raises(Denied, match="由对方的负责人同意"):
        actions.agree(dispute=case, by=cast.zhou, now=now, terms="提供后四位")
    actions.offer(dispute=case, by=cast.li, now=now, text="提供后六位")
    with pytest.raises(Conflict, match="刚刚改了"):
        actions.agree(dispute=case, by=cast.huang, now=now, terms="提供后四位")
    agreed = actions.agree(dispute=case, by=cast.huang, now=now, terms="提供后六位")
    assert (agreed.status, agreed.terms, agreed.closed_by) == ("AGREED", "提供后六位", cast.huang)
    assert [entry.verb for entry in agreed.entries.all()] == ["raise", "state", "offer", "offer", "agree"]
    assert not Notice.objects.filter(kind="dispute", needs_action=True, done_at=None).exists()


# The competent authority ---------------------------------------------------------------------------------------------
def city(cast, code, name, number):
    """A city of the province with an authority of its own, and its two officers."""
    region = Region.objects.create(code=code, name=name, level="CITY", parent=cast.region)
    bureau = make_department(
        f"{name}数据局", number, region, kind="AUTHORITY", level="CITY", short_name=f"{name}数据局"
    )
    return region, bureau


def test_of_one_region_its_own_across_regions_the_common_superior(cast, now):
    canton, canton_bureau = city(cast, "440100", "广州市", 21)
    foshan, _ = city(cast, "440600", "佛山市", 22)
    police, health = (
        make_department(f"广州市{name}", n, canton, level="CITY") for name, n in (("甲局", 31), ("乙局", 32))
    )
    land = make_department("佛山市丙局", 33, foshan, level="CITY")
    assert queries.competent_authority(police, health) == canton_bureau
    assert queries.competent_authority(police, land) == cast.authority
    assert queries.competent_authority(police, cast.sports) == cast.authority
    assert queries.competent_authority(canton_bureau, health) == cast.authority, "a party does not coordinate"
    assert queries.competent_authority(cast.authority, land) is None


def test_two_cities_climb_to_the_province(cast, now, settings):
    settings.RULE_PROFILE = "CN-809"
    canton, _ = city(cast, "440100", "广州市", 21)
    foshan, foshan_bureau = city(cast, "440600", "佛山市", 22)
    asking, answering = (
        make_department(f"{name}民政局", number, region, level="CITY")
        for name, number, region in (("广州市", 31, canton), ("佛山市", 32, foshan))
    )
    handler, head = make_person("a", "甲", asking, HANDLER), make_person("b", "乙", asking, OFFICE_HEAD)
    li, zhou = make_person("c", "丙", answering, HANDLER), make_person("d", "丁", answering, OFFICE_HEAD)
    publisher = make_person("e", "戊", foshan_bureau, AUTHORITY_HANDLER)
    consented = approved_resource(cast, share_type="CONDITIONAL", by=li, head=zhou)
    resource = catalog.publish(resource=consented, by=publisher, now=AT)
    refused = draft_request(cast, resource=resource, by=handler)
    requests.submit(share_request=refused, by=handler, now=AT)
    requests.endorse(share_request=refused, by=head, now=AT)
    requests.propose(share_request=refused, by=li, now=AT, conclusion="DENY", opinion="用途不明", basis=BASIS)
    requests.confirm(share_request=refused, by=zhou, now=AT)
    refused.refresh_from_db()
    case = actions.raise_dispute(subject=refused, by=handler, now=now, claim=CLAIM)
    case = actions.escalate(dispute=case, by=head, now=now, text="分歧")
    assert case.authority == cast.authority
    assert actions.coordinate(dispute=case, by=cast.he, now=now, **SETTLED).outcome == "SUPPORTED"


def test_where_nobody_neutral_stands_above_it_goes_to_the_government(cast, now):
    case = dispute(cast, now=now)
    cast.authority.is_active = False
    cast.authority.save()
    case = climbed(cast, case, now, "escalate")
    assert (case.status, case.authority) == ("REFERRED", None)
    with pytest.raises(Denied, match="由双方的负责人登记"):
        actions.record_ruling(dispute=case, by=cast.liang, now=now, document_on=day_of(now), **RULED)
    ruled = actions.record_ruling(dispute=case, by=cast.zhou, now=now, document_on=day_of(now), **RULED)
    assert (ruled.status, ruled.document_no) == ("RULED", RULED["document_no"])


# Coordination and ruling ---------------------------------------------------------------------------------------------
def test_coordinated_by_a_head_who_did_not_answer_the_case(cast, now):
    case = climbed(cast, dispute(cast, now=now), now, "escalate")
    assert not Notice.objects.filter(recipient=cast.li, kind="dispute", needs_action=True, done_at=None).exists()
    with pytest.raises(Denied, match="您审核过这份申请"):
        actions.coordinate(dispute=case, by=cast.he, now=now, **SETTLED)
    head = another_head(cast)
    with pytest.raises(Invalid, match="处理结果"):
        actions.coordinate(dispute=case, by=head, now=now, outcome="", result="理由")
    assert [rung.state for rung in queries.rungs(case)] == ["ok", "now", ""]
    settled = actions.coordinate(dispute=case, by=head, now=now, **SETTLED)
    assert [rung.state for rung in queries.rungs(settled)] == ["ok", "ok", ""]
    assert (settled.status, settled.outcome) == ("COORDINATED", "SUPPORTED")
    settled.share_request.refresh_from_db()
    assert settled.share_request.status == Status.DENIED, "the answer stands; who won applies again"
    assert Notice.objects.filter(recipient=cast.chen, title="争议已协调：支持诉求").exists()
    assert AuditEvent.objects.get(verb="dispute.coordinate").facts["outcome"] == "支持诉求"


def test_reviewers_of_the_next_application_see_what_was_settled(cast, now):
    resource = mounted_resource(cast, share_type="CONDITIONAL")
    case = climbed(cast, dispute(cast, now=now, resource=resource), now, "escalate")
    again = share_request_at(cast, Status.UNDER_REVIEW, resource=resource)
    assert queries.settled_before(again, [resource.pk]) == []
    actions.coordinate(dispute=case, by=another_head(cast), now=now, **SETTLED)
    assert queries.settled_before(again, [resource.pk]) == [case]
    assert queries.settled_before(case.share_request, [resource.pk]) == []


def test_the_ruling_of_the_government_is_recorded_with_its_document(cast, now):
    case = climbed(cast, dispute(cast, now=now), now, "escalate", "refer")
    tomorrow = day_of(now) + timedelta(days=1)
    for wrong in ({"document_no": " "}, {"document_on": tomorrow}, {"result": ""}):
        with pytest.raises(Invalid):
            actions.record_ruling(dispute=case, by=cast.he, now=now, **RULED | {"document_on": day_of(now)} | wrong)
    ruled = actions.record_ruling(dispute=case, by=cast.he, now=now, document_on=day_of(now), **RULED)
    assert (ruled.status, ruled.document_on) == ("RULED", day_of(now))


# Clocks --------------------------------------------------------------------------------------------------------------
def test_no_text_gives_days_so_no_clock_runs(cast, now):
    climbed(cast, dispute(cast, now=now), now, "escalate")
    assert not Deadline.objects.filter(subject_kind="dispute").exists()


def test_each_rung_has_the_clock_that_the_operator_set(cast, now):
    profile = rules.profile_in_force(day_of(now))
    data = profile.data | {"version": 99}
    days = {"DISPUTE_NEGOTIATION": 7, "DISPUTE_COORDINATION": 9, "DISPUTE_RULING": 11}
    data["clocks"] = [clock | {"days": days.get(clock["clock"], clock["days"])} for clock in profile.data["clocks"]]
    values = {name: getattr(profile, name) for name in ("code", "title", "document_no", "is_enabled")}
    RuleProfile.objects.create(**values, version=99, in_force_from=day_of(now), data=data)
    case = climbed(cast, dispute(cast, now=now), now, "escalate", "refer")
    actions.record_ruling(dispute=case, by=cast.he, now=now, document_on=day_of(now), **RULED)
    clocks = Deadline.objects.filter(subject_kind="dispute").order_by("pk")
    assert [(one.clock, one.due_on, one.responsible_ids) for one in clocks] == [
        ("DISPUTE_NEGOTIATION", due_on(day_of(now), 7, rules.calendar()), [cast.natural_resources.pk]),
        ("DISPUTE_COORDINATION", due_on(day_of(now), 9, rules.calendar()), [cast.authority.pk]),
        ("DISPUTE_RULING", due_on(day_of(now), 11, rules.calendar()), [cast.authority.pk]),
    ]
    assert all(one.closed_on == day_of(now) for one in clocks)


# Walls ---------------------------------------------------------------------------------------------------------------
MOMENTS = {
    "NEGOTIATING": (), "COORDINATING": ("escalate",), "REFERRED": ("escalate", "refer"), "AGREED": ("agree",),
    "COORDINATED": ("escalate", "coordinate"), "RULED": ("escalate", "refer", "record_ruling"),
    "WITHDRAWN": ("withdraw",),
}  # fmt: skip


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_matrix(cast, now, moment):
    case = actions.offer(dispute=dispute(cast, now=now), by=cast.li, now=now, text="提供后四位")
    ruled = RULED | {"document_on": day_of(now)}
    values = {
        "state": {"text": "甲"}, "offer": {"text": "乙"}, "agree": {"terms": "提供后四位"}, "escalate": {"text": "丙"},
        "coordinate": SETTLED, "refer": {"text": "丁"}, "record_ruling": ruled, "withdraw": {},
    }  # fmt: skip
    by = {"agree": cast.huang, "escalate": cast.huang, "withdraw": cast.chen, "record_ruling": cast.he}
    ma = another_head(cast)
    for verb in MOMENTS[moment]:
        case = getattr(actions, verb)(dispute=case, by=by.get(verb, ma), now=now, **values[verb])
    verbs = {
        verb: lambda by, verb=verb: getattr(actions, verb)(dispute=case, by=by, now=now, **values[verb])
        for verb in values
    }
    assert_table(TABLE, moment, case, verbs, cast)


def test_strangers_and_the_authority_below_the_second_rung_see_nothing(cast, now):
    case = dispute(cast, now=now)
    assert not Dispute.objects.visible_to(cast.he).exists()
    assert not Dispute.objects.visible_to(cast.wu).exists()
    climbed(cast, case, now, "escalate")
    assert Dispute.objects.visible_to(cast.he).get() == case
    assert not policies.coordinate(make_person("x", "许", cast.authority, AUTHORITY_HANDLER), case)


def test_two_ends_at_once_give_one(committed_cast):
    cast, now = committed_cast, timezone.now()
    case = actions.offer(dispute=dispute(cast, now=now), by=cast.li, now=now, text="提供后四位")
    outcomes = at_once(
        lambda: actions.agree(dispute=case, by=cast.huang, now=now, terms="提供后四位"),
        lambda: actions.escalate(dispute=case, by=cast.zhou, now=now, text="分歧"),
        lambda: actions.withdraw(dispute=case, by=cast.chen, now=now),
    )
    case.refresh_from_db()
    done, refused = outcomes.count("done"), sum(isinstance(one, Conflict) for one in outcomes)
    assert (done + refused, done in (1, 2)) == (3, True), outcomes
    assert done == 1 or case.status == "WITHDRAWN", "only a withdrawal may follow an escalation"


def test_each_act_is_recorded_or_does_not_happen(cast, now):
    assert_atomic_with_audit(lambda: dispute(cast, now=now), Dispute, DisputeEntry)
    case = Dispute.objects.get()
    assert_atomic_with_audit(
        lambda: actions.escalate(dispute=case, by=cast.huang, now=now, text="分歧"), Dispute, DisputeEntry
    )


def test_the_database_refuses(cast, now):
    case = climbed(cast, dispute(cast, now=now), now, "escalate")
    wrongs = [
        {"claim": ""}, {"status": "LOST"}, {"status": "AGREED"}, {"outcome": "SUPPORTED", "result": "甲"},
        {"claimant": case.respondent}, {"authority": case.claimant}, {"document_no": "甲"}, {"share_request": None},
        {"closed_at": now}, {"terms": "甲"},
    ]  # fmt: skip
    for wrong in wrongs:
        with pytest.raises(IntegrityError), transaction.atomic():
            Dispute.objects.update(**wrong)
    for change in (lambda rows: rows.update(text="改"), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError, match="不能修改或删除"), transaction.atomic():
            change(DisputeEntry.objects.all())
