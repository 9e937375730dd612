"""同类申请一并办理: one opinion, each case by its own rules and in its own transaction."""

import pytest

from gdshare.lib.clock import day_of
from gdshare.lib.errors import Invalid
from sharing.share_requests import actions
from sharing.share_requests.models import ReviewStep, ShareRequest
from sharing.share_requests.queries import alike
from sharing.share_requests.workflow import Status
from tests.factories.catalog import published_resource
from tests.factories.sharing import AT, BASIS, attached, draft_request, share_request_at

TODAY = day_of(AT)


@pytest.fixture
def resource(cast):
    return published_resource(cast, share_type="CONDITIONAL")


@pytest.fixture
def cases(cast, resource):
    """Three for the same resource; the last asks for less and for another purpose."""
    made = [share_request_at(cast, Status.UNDER_REVIEW, resource=resource) for _ in range(2)]
    other = {"items": 5, "use_scenario": "核对特困人员的不动产。"}
    return [*made, share_request_at(cast, Status.UNDER_REVIEW, resource=resource, **other)]


def decide(by, cases, **values):
    chosen = {case.pk: ShareRequest.objects.get(pk=case.pk).version for case in cases}
    return actions.decide_all(chosen=chosen, by=by, now=AT, **{"conclusion": "APPROVE", "opinion": "同意"} | values)


def state(case, person):
    step = ReviewStep.objects.filter(share_request=case, department=person.department, post="HANDLER").get()
    return step.state, step.conclusion, step.opinion


def test_a_group_shows_what_sets_each_case_apart(cast, cases):
    share_request_at(cast, Status.UNDER_REVIEW)
    [group] = alike.groups(cast.li, today=TODAY)
    assert (group.verb, len(group.cases)) == ("propose", 3)
    assert group.common_items.count("、") == 5
    *usual, odd = group.cases
    assert all(not any(cell.is_odd for cell in case.cells) and not case.fewer_items for case in usual)
    assert [cell.words for cell in odd.cells if cell.is_odd] == ["核对特困人员的不动产。"]
    assert (odd.fewer_items, odd.more_items) == ("登记日期", "")
    assert alike.groups(cast.zhou, today=TODAY) == []
    assert alike.groups(cast.wu, today=TODAY) == []


def test_handlers_propose_and_heads_confirm_them_all(cast, cases):
    for handler, head in ((cast.li, cast.zhou), (cast.liang, cast.he)):
        assert [outcome.words for outcome in decide(handler, cases)] == ["已提出审核意见"] * 3
        [group] = alike.groups(head, today=TODAY)
        assert group.verb == "confirm"
        assert {case.proposal.opinion for case in group.cases} == {"同意"}
        assert all(outcome.is_done for outcome in decide(head, cases, conclusion="", opinion=""))
    for case in cases:
        case.refresh_from_db()
        assert case.status == Status.APPROVED
        assert case.grants.count() == 1
        assert [change.verb for change in case.status_changes.order_by("seq")][2:] == ["propose", "confirm"] * 2 + [
            "approve"
        ]


def test_a_refused_case_does_not_hold_up_the_others(cast, cases):
    """The walls of each case hold: the version that was read, the turn, and who acted for the requester."""
    stale, barred, fine = cases
    actions.return_(share_request=stale, by=cast.liang, now=AT, points=["补"])
    actions.complete(share_request=stale, by=cast.chen, now=AT, note="已补", values={"use_scenario": "改了"})
    ShareRequest.objects.filter(pk=barred.pk).update(handler=cast.li)
    chosen = {stale.pk: stale.version, barred.pk: None, fine.pk: None}
    outcomes = actions.decide_all(chosen=chosen, by=cast.li, now=AT, conclusion="APPROVE", opinion="同意")
    assert [outcome.is_done for outcome in outcomes] == [False, False, True]
    assert "您看到的页面已经旧了" in outcomes[0].words
    assert "不能再为审核部门审核" in outcomes[1].words
    assert [state(case, cast.li) for case in cases] == [("OPEN", "", "")] * 2 + [("DONE", "APPROVE", "同意")]
    assert ["不用再办" in outcome.words for outcome in decide(cast.li, [fine])] == [True]


def test_nothing_is_half_when_one_breaks(cast, cases):
    """A refusal without a basis refuses every case, and leaves every case as it was."""
    outcomes = decide(cast.li, cases, conclusion="DENY", opinion="不属于法定职责")
    assert not any(outcome.is_done for outcome in outcomes)
    assert {state(case, cast.li) for case in cases} == {("OPEN", "", "")}
    outcomes = decide(cast.li, cases, conclusion="DENY", opinion="不属于法定职责", basis=BASIS)
    assert all(outcome.is_done for outcome in outcomes)


def test_what_cannot_be_decided_together(cast, cases, monkeypatch):
    another = share_request_at(cast, Status.UNDER_REVIEW)
    for says, given in (
        ("没有选中", {"chosen": {}}),
        ("不是同一类", {"chosen": {cases[0].pk: None, another.pk: None}}),
        ("只能是“全部同意”或“不同意”", {"chosen": {cases[0].pk: None}, "conclusion": "APPROVE_PARTLY"}),
    ):
        with pytest.raises(Invalid, match=says):
            actions.decide_all(by=cast.li, now=AT, **{"conclusion": "APPROVE"} | given)
    monkeypatch.setattr(actions.batch, "MOST_AT_ONCE", 2)
    with pytest.raises(Invalid, match="一次最多办理 2 件"):
        decide(cast.li, cases)
    assert {state(case, cast.li) for case in cases} == {("OPEN", "", "")}


def test_strangers_decide_nothing(cast, cases):
    assert decide(cast.wu, cases) == []
    assert [outcome.is_done for outcome in decide(cast.zhou, cases)] == [False] * 3


def test_files_are_counted(cast, resource):
    for _ in range(2):
        draft = draft_request(cast, resource=resource)
        attached(cast, draft)
        actions.submit(share_request=draft, by=cast.chen, now=AT)
        actions.endorse(share_request=draft, by=cast.huang, now=AT)
    [group] = alike.groups(cast.li, today=TODAY)
    assert [case.attachment_count for case in group.cases] == [1, 1]
