"""Each verb: does it, refuses the wrong person with a reason, refuses the wrong moment, is atomic, is audited."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from unittest.mock import patch

import pytest

from audit.models import AuditEvent
from gdshare.lib.errors import Conflict, Denied, Invalid
from gdshare.rules.models import RuleProfile
from security.access import roles
from security.notices.models import Notice
from sharing.deadlines import actions as deadlines
from sharing.deadlines.models import Deadline
from sharing.grants.models import Grant
from sharing.share_requests import actions
from sharing.share_requests.models import ReviewStep, ShareRequest
from sharing.share_requests.workflow import Status
from tests.cast import appoint, make_department, make_person
from tests.factories.catalog import published_resource
from tests.factories.sharing import AT, BASIS, ELEMENTS, NECESSITY, draft_request, partly, review, share_request_at


@dataclass
class Act:
    """One verb at its proper moment by its proper person."""

    verb: str
    at: Status
    by: str
    wrong: str
    values: dict = field(default_factory=dict)
    before: tuple[str, ...] = ()  # proposals that must stand first, by handler

    def prepare(self, cast) -> ShareRequest:
        share_request = share_request_at(cast, self.at)
        for who in self.before:
            actions.propose(share_request=share_request, by=cast.people[who], now=AT, conclusion="APPROVE")
        share_request.refresh_from_db()
        return share_request

    def do(self, cast, share_request, who: str = "", **values):
        person = cast.people[who or self.by]
        return getattr(actions, self.verb)(share_request=share_request, by=person, now=AT, **self.values | values)


ACTS = [
    Act("submit", Status.DRAFT, "chen", "huang"),
    Act("save_draft", Status.DRAFT, "chen", "huang", {"values": {"title": "改过的事由"}}),
    Act("send_back", Status.ENDORSING, "huang", "chen", {"opinion": "补写场景"}),
    Act("endorse", Status.ENDORSING, "huang", "zhou"),
    Act("propose", Status.UNDER_REVIEW, "li", "zhou", {"conclusion": "APPROVE"}),
    Act("confirm", Status.UNDER_REVIEW, "zhou", "huang", before=("li",)),
    Act("rework", Status.UNDER_REVIEW, "zhou", "li", {"opinion": "再想想"}, before=("li",)),
    Act("return_", Status.UNDER_REVIEW, "li", "chen", {"points": ["写明环节"]}),
    Act("complete", Status.RETURNED, "chen", "li", {"note": "已写明"}),
    Act("withdraw", Status.UNDER_REVIEW, "chen", "li"),
]
each_act = pytest.mark.parametrize("act", ACTS, ids=lambda act: act.verb)


@each_act
def test_the_right_person_does_it_and_it_is_on_record(cast, act):
    share_request = act.prepare(cast)
    before = AuditEvent.objects.count()
    act.do(cast, share_request)
    verb = {"save_draft": "save"}.get(act.verb, act.verb)
    event = AuditEvent.objects.filter(pk__gt=0, verb=f"share_request.{verb}").latest("pk")
    assert AuditEvent.objects.count() > before
    assert (event.actor_name, event.subject_id, event.at) == (cast.people[act.by].name, share_request.pk, AT)
    if act.verb != "save_draft":
        change = share_request.status_changes.latest("seq")
        assert (change.verb, change.by) == (act.verb, cast.people[act.by])


@each_act
def test_the_wrong_person_is_refused_with_a_reason(cast, act):
    share_request = act.prepare(cast)
    with pytest.raises((Denied, Conflict)) as refusal:
        act.do(cast, share_request, act.wrong)
    assert refusal.value.message
    assert refusal.value.remedy
    with pytest.raises(Denied):
        act.do(cast, share_request, "wu")


@each_act
@pytest.mark.parametrize("status", [Status.APPROVED, Status.DENIED, Status.WITHDRAWN])
def test_after_the_end_every_verb_is_a_conflict(cast, act, status):
    share_request = share_request_at(cast, status)
    with pytest.raises(Conflict) as refusal:
        act.do(cast, share_request)
    assert "刷新" in refusal.value.remedy


@each_act
def test_without_its_audit_row_nothing_happens(cast, act):
    share_request = act.prepare(cast)
    kept = (share_request.status, share_request.version, share_request.title)
    counts = (share_request.status_changes.count(), Notice.objects.count(), Deadline.objects.open().count())
    steps = list(share_request.steps.order_by("pk").values())
    with (
        patch("audit.log.AuditEvent.objects.create", side_effect=RuntimeError("disk full")),
        pytest.raises(RuntimeError),
    ):
        act.do(cast, share_request)
    share_request.refresh_from_db()
    assert (share_request.status, share_request.version, share_request.title) == kept
    assert (share_request.status_changes.count(), Notice.objects.count(), Deadline.objects.open().count()) == counts
    assert list(share_request.steps.order_by("pk").values()) == steps


@each_act
def test_a_stale_page_is_told_who_was_quicker(cast, act):
    share_request = act.prepare(cast)
    with pytest.raises(Conflict) as refusal:
        act.do(cast, share_request, version=share_request.version - 1)
    assert refusal.value.code == "STALE"


# The cart and the draft ----------------------------------------------------------------------------------------------
def other_provider(cast):
    """省公安厅 with a handler and a head, and one conditional resource."""
    police = make_department("广东省公安厅", 9, cast.region)
    handler = make_person("pol_h", "冯警", police, roles.HANDLER)
    head = make_person("pol_o", "邓警", police, roles.OFFICE_HEAD)
    return published_resource(cast, share_type="CONDITIONAL", by=handler, head=head), handler, head


def test_a_cart_becomes_one_draft_per_provider(cast):
    land = published_resource(cast, share_type="CONDITIONAL")
    police, _, _ = other_provider(cast)
    open_one = published_resource(cast)
    ids = [land.items.first().pk, police.items.first().pk, open_one.items.first().pk]
    assert actions.add_to_cart(item_ids=ids, by=cast.chen, now=AT) == 3
    assert actions.add_to_cart(item_ids=ids, by=cast.chen, now=AT) == 0
    drafts = actions.draft_from_cart(by=cast.chen, now=AT)
    assert [row.number for row in drafts] == ["GXSQ-2026-000001-01", "GXSQ-2026-000001-02"]
    assert {row.provider.name for row in drafts} == {"广东省自然资源厅", "广东省公安厅"}
    assert [row.request_items.count() for row in drafts] == [1, 1]
    # the unconditional one is not asked for: it stays to be taken
    assert actions.clear_cart(by=cast.chen, now=AT) == 1
    with pytest.raises(Invalid, match="没有需要申请"):
        actions.draft_from_cart(by=cast.chen, now=AT)


def test_what_is_not_shared_is_refused_with_its_basis(cast):
    closed = published_resource(cast, share_type="NOT_SHARED")
    with pytest.raises(Invalid, match="《不动产登记暂行条例》第二十七条") as refusal:
        actions.add_to_cart(item_ids=[closed.items.first().pk], by=cast.chen, now=AT)
    assert refusal.value.code == "NOT_SHARED"
    assert "协调" in refusal.value.remedy


def test_unseen_and_own_items_are_refused(cast):
    resource = published_resource(cast, share_type="CONDITIONAL")
    with pytest.raises(Invalid, match="看不到"):
        actions.add_to_cart(item_ids=[10**9], by=cast.chen, now=AT)
    with pytest.raises(Invalid, match="本部门自己的数据"):
        actions.add_to_cart(item_ids=[resource.items.first().pk], by=cast.li, now=AT)


def test_only_one_s_own_cart_is_touched(cast):
    resource = published_resource(cast, share_type="CONDITIONAL")
    item = resource.items.first().pk
    actions.add_to_cart(item_ids=[item], by=cast.chen, now=AT)
    assert actions.remove_from_cart(item_ids=[item], by=cast.wu, now=AT) == 0
    assert actions.remove_from_cart(item_ids=[item], by=cast.chen, now=AT) == 1


def test_numbers_go_by_year(cast):
    assert draft_request(cast).number == "GXSQ-2026-000001-01"
    assert draft_request(cast).number == "GXSQ-2026-000002-01"
    later = AT.replace(year=2027, month=3)
    assert draft_request(cast, now=later).number == "GXSQ-2027-000001-01"


def test_submitting_lists_everything_that_is_missing_at_once(cast):
    blank = dict.fromkeys(("use_basis", "use_scenario", "use_scope", "share_mode", "disposal"), "")
    share_request = draft_request(cast, **blank, use_from=None, use_to=None, is_pledged=False)
    share_request.request_items.update(necessity="")
    with pytest.raises(Invalid) as refusal:
        actions.submit(share_request=share_request, by=cast.chen, now=AT)
    fields = [one["field"] for one in refusal.value.details["missing"]]
    assert fields == [
        "necessity", "use_basis", "use_scenario", "use_scope", "share_mode", "use_from", "use_to", "disposal",
        "is_pledged",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"use_scope": "EVERYBODY"}, "使用范围"),
        ({"share_mode": "BATCH"}, "不提供“批量交换”"),
        ({"title": "长" * 121}, "最多 120 字"),
        ({"status": "APPROVED"}, "没有这些字段"),
    ],
)
def test_a_draft_refuses_what_is_not_offered(cast, values, words):
    share_request = draft_request(cast)
    with pytest.raises(Invalid, match=words):
        actions.save_draft(share_request=share_request, by=cast.chen, now=AT, values=values)


def test_a_draft_takes_items_of_its_provider_only(cast):
    share_request = draft_request(cast)
    police, _, _ = other_provider(cast)
    with pytest.raises(Invalid, match="一个提供部门"):
        actions.save_draft(
            share_request=share_request, by=cast.chen, now=AT, chosen={police.pk: [police.items.first().pk]}
        )
    resource = share_request.request_items.first().item.resource
    two = list(resource.items.order_by("position").values_list("pk", flat=True))[:2]
    actions.save_draft(share_request=share_request, by=cast.chen, now=AT, chosen={resource.pk: two})
    assert set(share_request.request_items.values_list("item_id", flat=True)) == set(two)
    with pytest.raises(Invalid, match="至少保留一个"):
        actions.save_draft(share_request=share_request, by=cast.chen, now=AT, chosen={resource.pk: []})
    assert share_request.request_items.count() == 2


# The chain -----------------------------------------------------------------------------------------------------------
def test_endorsing_lays_the_chain_and_starts_the_clock(cast):
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    steps = share_request.steps.order_by("side", "position").values_list("side", "post", "department__name", "state")
    assert list(steps) == [
        ("AUTHORITY", "HANDLER", "广东省政务服务和数据管理局", "OPEN"),
        ("AUTHORITY", "HEAD", "广东省政务服务和数据管理局", "WAITING"),
        ("PROVIDER", "HANDLER", "广东省自然资源厅", "OPEN"),
        ("PROVIDER", "HEAD", "广东省自然资源厅", "WAITING"),
    ]
    deadline = Deadline.objects.get()
    assert (deadline.started_on, deadline.due_on) == (date(2026, 11, 20), date(2026, 12, 4))
    assert deadline.responsible_ids == sorted([cast.natural_resources.pk, cast.authority.pk])
    assert share_request.due_on == deadline.due_on
    waiting = Notice.objects.to_do().order_by("recipient__username").values_list("recipient__username", flat=True)
    assert list(waiting) == ["li", "liang"]


def test_the_two_sides_decide_together(cast):
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    review(cast, share_request, AT, sides="P")
    share_request.refresh_from_db()
    assert share_request.status == Status.UNDER_REVIEW
    assert not Grant.objects.exists()
    assert Deadline.objects.get().responsible_ids == [cast.authority.pk]
    review(cast, share_request, AT, sides="A")
    share_request.refresh_from_db()
    assert share_request.status == Status.APPROVED
    assert Deadline.objects.get(clock="REPLY").closed_on == date(2026, 11, 20)
    assert set(Notice.objects.to_do().values_list("subject_kind", flat=True)) == {"supply"}
    assert Notice.objects.filter(recipient=cast.chen, title__contains="已答复").count() == 1


def test_one_side_s_no_waits_for_the_other_and_prevails(cast):
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    review(cast, share_request, AT, sides="P", conclusion="DENY", opinion="与用途无关", basis=BASIS)
    share_request.refresh_from_db()
    assert share_request.status == Status.UNDER_REVIEW
    review(cast, share_request, AT, sides="A")
    share_request.refresh_from_db()
    assert share_request.status == Status.DENIED
    assert not Grant.objects.exists()
    assert set(share_request.request_items.values_list("decision", "reason")) == {("REFUSE", "与用途无关")}


def test_each_item_is_as_open_as_the_strictest_side(cast):
    share_request = share_request_at(cast, Status.UNDER_REVIEW, items=3)
    a, b, c = share_request.request_items.order_by("item__position").values_list("item_id", flat=True)
    mask = {"conclusion": "APPROVE_PARTLY", "item_decisions": {b: {"decision": "MASK", "reason": "到县"}}}
    refuse = {
        "conclusion": "APPROVE_PARTLY", "basis": BASIS,
        "item_decisions": {b: {"decision": "AGREE"}, c: {"decision": "REFUSE", "reason": "无关"}},
    }  # fmt: skip
    review(cast, share_request, AT, sides="P", **mask)
    review(cast, share_request, AT, sides="A", **refuse)
    share_request.refresh_from_db()
    assert share_request.status == Status.PARTLY_APPROVED
    rows = {row.item_id: (row.decision, row.reason) for row in share_request.request_items.all()}
    assert rows == {a: ("AGREE", ""), b: ("MASK", "到县"), c: ("REFUSE", "无关")}
    grant = Grant.objects.get()
    assert dict(grant.grant_items.values_list("item_id", "is_masked")) == {a: False, b: True}
    assert (grant.valid_from, grant.valid_to, grant.purpose) == (
        date(2026, 11, 20), ELEMENTS["use_to"], ELEMENTS["use_scenario"],
    )  # fmt: skip


def test_masked_items_alone_are_still_an_approval(cast):
    share_request = share_request_at(cast, Status.UNDER_REVIEW, items=2)
    first = share_request.request_items.first().item_id
    review(cast, share_request, AT, conclusion="APPROVE_PARTLY", item_decisions={first: {"decision": "MASK"}})
    share_request.refresh_from_db()
    assert share_request.status == Status.APPROVED


def test_the_national_regulation_asks_the_provider_alone(cast):
    profile = RuleProfile.objects.filter(code="CN-809").latest("version")
    share_request = share_request_at(cast, Status.ENDORSING)
    ShareRequest.objects.filter(pk=share_request.pk).update(profile=profile)
    actions.endorse(share_request=share_request, by=cast.huang, now=AT)
    assert set(share_request.steps.values_list("department", flat=True)) == {cast.natural_resources.pk}
    review(cast, share_request, AT, sides="P")
    share_request.refresh_from_db()
    assert share_request.status == Status.APPROVED
    assert Deadline.objects.get(clock="REPLY").basis != "50号文第十九条"


@pytest.mark.parametrize(("post", "who"), [("HANDLER", "li"), ("HEAD", "zhou")])
def test_a_chain_with_one_post_a_side_works(cast, post, who):
    base = RuleProfile.objects.filter(code="GD-50").latest("version")
    data = base.data | {"chain": [{"side": "PROVIDER", "post": post, "stage": 1, "position": 1}]}
    profile = RuleProfile.objects.create(
        code="ONE", version=1, title="一岗", document_no="试", in_force_from=date(2020, 1, 1), data=data
    )
    share_request = share_request_at(cast, Status.ENDORSING)
    ShareRequest.objects.filter(pk=share_request.pk).update(profile=profile)
    actions.endorse(share_request=share_request, by=cast.huang, now=AT)
    actions.propose(share_request=share_request, by=cast.people[who], now=AT, conclusion="APPROVE")
    share_request.refresh_from_db()
    assert share_request.status == Status.APPROVED
    assert Grant.objects.count() == 1


def test_stages_follow_each_other(cast):
    base = RuleProfile.objects.filter(code="GD-50").latest("version")
    chain = [
        {"side": "AUTHORITY", "post": "HANDLER", "stage": 1, "position": 1},
        {"side": "PROVIDER", "post": "HANDLER", "stage": 2, "position": 1},
    ]
    profile = RuleProfile.objects.create(
        code="TWO", version=1, title="先后", document_no="试", in_force_from=date(2020, 1, 1),
        data=base.data | {"chain": chain},
    )  # fmt: skip
    share_request = share_request_at(cast, Status.ENDORSING)
    ShareRequest.objects.filter(pk=share_request.pk).update(profile=profile)
    actions.endorse(share_request=share_request, by=cast.huang, now=AT)
    with pytest.raises(Conflict):
        actions.propose(share_request=share_request, by=cast.li, now=AT, conclusion="APPROVE")
    actions.propose(share_request=share_request, by=cast.liang, now=AT, conclusion="APPROVE")
    actions.propose(share_request=share_request, by=cast.li, now=AT, conclusion="APPROVE")
    share_request.refresh_from_db()
    assert share_request.status == Status.APPROVED


def test_rework_goes_back_to_the_handler_with_the_reason(cast):
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    actions.propose(share_request=share_request, by=cast.li, now=AT, conclusion="APPROVE")
    with pytest.raises(Invalid):
        actions.rework(share_request=share_request, by=cast.zhou, now=AT, opinion=" ")
    actions.rework(share_request=share_request, by=cast.zhou, now=AT, opinion="坐落应脱敏")
    with pytest.raises(Conflict):
        actions.confirm(share_request=share_request, by=cast.zhou, now=AT)
    assert Notice.objects.to_do().get(recipient=cast.li).body == "负责人退回：坐落应脱敏"
    actions.propose(share_request=share_request, by=cast.li, now=AT, conclusion="APPROVE")
    actions.confirm(share_request=share_request, by=cast.zhou, now=AT)
    assert share_request.steps.filter(side="PROVIDER", state=ReviewStep.State.DONE).count() == 2


# Refusing ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("proposal", "words"),
    [
        ({"conclusion": "DENY", "basis": BASIS}, "没有写理由"),
        ({"conclusion": "DENY", "opinion": "不便"}, "须写明依据"),
        ({"conclusion": "DENY", "opinion": "不便", "basis": "本厅内部管理办法"}, "第十六条"),
        ({"conclusion": "DENY", "opinion": "不便", "basis": "《某厅数据内部规定》"}, "第十六条"),
        ({"conclusion": "DENY", "opinion": "不便", "basis": "领导要求"}, "书名号"),
        ({"conclusion": "NONSENSE"}, "审核结论"),
        ({"conclusion": "APPROVE_PARTLY"}, "每一项都是“同意”"),
        ({"conclusion": "APPROVE", "item_decisions": {-1: {"decision": "AGREE"}}}, "不属于"),
    ],
)
def test_a_proposal_that_does_not_hold_is_refused(cast, proposal, words):
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    with pytest.raises(Invalid, match=words):
        actions.propose(share_request=share_request, by=cast.li, now=AT, **proposal)
    assert not share_request.steps.filter(state="DONE").exists()


def test_partly_without_reason_or_with_contradiction_is_refused(cast):
    share_request = share_request_at(cast, Status.UNDER_REVIEW, items=2)
    first, second = share_request.request_items.order_by("item__position").values_list("item_id", flat=True)
    both = {pk: {"decision": "REFUSE", "reason": "无关"} for pk in (first, second)}
    for proposal, words in [
        (
            {"conclusion": "APPROVE_PARTLY", "item_decisions": {first: {"decision": "REFUSE"}}, "basis": BASIS},
            "没有写理由",
        ),
        ({"conclusion": "APPROVE_PARTLY", "item_decisions": both, "basis": BASIS}, "每一项都是“不同意”"),
        ({"conclusion": "APPROVE", "item_decisions": {first: {"decision": "MASK"}}}, "全部同意"),
    ]:
        with pytest.raises(Invalid, match=words):
            actions.propose(share_request=share_request, by=cast.li, now=AT, **proposal)


def test_an_approval_past_its_period_is_refused_whole(cast):
    share_request = share_request_at(cast, Status.UNDER_REVIEW, use_to=date(2026, 11, 21))
    later = AT + timedelta(days=5)
    review(cast, share_request, AT, sides="P")
    actions.propose(share_request=share_request, by=cast.liang, now=later, conclusion="APPROVE")
    with pytest.raises(Invalid, match="已经过去"):
        actions.confirm(share_request=share_request, by=cast.he, now=later)
    share_request.refresh_from_db()
    assert share_request.status == Status.UNDER_REVIEW


# Separation of people ------------------------------------------------------------------------------------------------
def test_nobody_endorses_his_own(cast):
    share_request = draft_request(cast)
    actions.submit(share_request=share_request, by=cast.chen, now=AT)
    appoint(cast.chen, cast.civil_affairs, roles.OFFICE_HEAD)
    with pytest.raises(Denied, match="不能同意自己的申请"):
        actions.endorse(share_request=share_request, by=cast.chen, now=AT)


def test_nobody_confirms_his_own_proposal(cast):
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    actions.propose(share_request=share_request, by=cast.li, now=AT, conclusion="APPROVE")
    appoint(cast.li, cast.natural_resources, roles.OFFICE_HEAD)
    with pytest.raises(Denied, match="不能由您确认"):
        actions.confirm(share_request=share_request, by=cast.li, now=AT)


@pytest.mark.parametrize(("person", "role"), [("chen", roles.HANDLER), ("huang", roles.HANDLER)])
def test_who_acted_for_the_requester_does_not_review(cast, person, role):
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    turncoat = appoint(cast.people[person], cast.natural_resources, role)
    with pytest.raises(Denied, match="不能再为审核部门审核"):
        actions.propose(share_request=share_request, by=turncoat, now=AT, conclusion="APPROVE")


def test_an_authority_that_is_a_party_does_not_also_judge(cast):
    own = published_resource(cast, share_type="CONDITIONAL", by=cast.liang, head=cast.he)
    share_request = share_request_at(cast, Status.UNDER_REVIEW, resource=own)
    assert share_request.authority is None
    assert set(share_request.steps.values_list("side", flat=True)) == {"PROVIDER"}
    ids = list(published_resource(cast, share_type="CONDITIONAL").items.values_list("pk", flat=True))
    asked = actions.draft(
        item_ids=ids, by=cast.liang, now=AT, values=ELEMENTS, necessities=dict.fromkeys(ids, NECESSITY)
    )
    assert asked[0].authority is None


# Completing ----------------------------------------------------------------------------------------------------------
def test_returning_pauses_once_and_completing_runs_on(cast):
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    monday = AT + timedelta(days=3)
    with pytest.raises(Invalid, match="全部内容"):
        actions.return_(share_request=share_request, by=cast.li, now=monday, points=[" "])
    actions.return_(share_request=share_request, by=cast.li, now=monday, points=["写明环节", "写明人员"])
    share_request.refresh_from_db()
    assert (share_request.status, share_request.due_on) == (Status.RETURNED, None)
    assert share_request.return_notice == "写明环节\n写明人员"
    assert Notice.objects.to_do().get(recipient=cast.chen).body == "写明环节\n写明人员"
    thursday = AT + timedelta(days=6)
    with pytest.raises(Invalid):
        actions.complete(share_request=share_request, by=cast.chen, now=thursday, note="")
    actions.complete(
        share_request=share_request, by=cast.chen, now=thursday, note="都写明了", values={"use_scenario": "窗口核对"}
    )
    share_request.refresh_from_db()
    # Monday, Tuesday and Wednesday did not count: three working days later than 12-04
    assert (share_request.status, share_request.due_on) == (Status.UNDER_REVIEW, date(2026, 12, 9))
    assert share_request.use_scenario == "窗口核对"
    with pytest.raises(Denied, match="不能再次告知"):
        actions.return_(share_request=share_request, by=cast.li, now=thursday, points=["还有"])


def test_a_returned_request_is_bettered_not_emptied_nor_widened(cast):
    share_request = share_request_at(cast, Status.RETURNED)
    with pytest.raises(Invalid, match="还没有填写使用依据"):
        actions.save_draft(share_request=share_request, by=cast.chen, now=AT, values={"use_basis": ""})
    resource_id = share_request.request_items.first().item.resource_id
    with pytest.raises(Conflict, match="不能增减信息项"):
        actions.save_draft(share_request=share_request, by=cast.chen, now=AT, chosen={resource_id: []})


def test_withdrawing_stops_the_clock_and_tells_the_reviewers(cast):
    share_request = share_request_at(cast, Status.RETURNED)
    actions.withdraw(share_request=share_request, by=cast.chen, now=AT)
    assert Deadline.objects.open().count() == 0
    assert not Notice.objects.to_do().exists()
    told = Notice.objects.filter(title__startswith="申请已撤回").values_list("recipient__username", flat=True)
    assert set(told) == {"li", "liang"}


def test_partial_approval_by_the_factory_is_what_it_says(cast):
    share_request = share_request_at(cast, Status.PARTLY_APPROVED)
    decisions = list(share_request.request_items.order_by("item__position").values_list("decision", flat=True))
    assert decisions == ["AGREE"] * 4 + ["MASK", "REFUSE"]
    assert partly(share_request)["conclusion"] == "APPROVE_PARTLY"


def test_silence_is_never_consent(cast):
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    for day in range(1, 60):
        deadlines.tick(now=AT + timedelta(days=day))
    share_request.refresh_from_db()
    assert share_request.status == Status.UNDER_REVIEW
    assert not Grant.objects.exists()
    assert (
        Notice.objects.filter(recipient=cast.zhou, is_statutory=True).exists()
        or Notice.objects.filter(recipient=cast.li, is_statutory=True).exists()
    )
