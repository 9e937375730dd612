"""The one decision: who may take which item, why not, and in which form."""

import pytest

from sharing.grants.decision import Facts, GrantFact, Ground, ItemFact
from sharing.grants.policies import decide


def item(share_type="CONDITIONAL", grade=1):
    return ItemFact(7, "坐落", "zl", "C", grade, share_type)


def answer(share_type="CONDITIONAL", grade=1, *, grants=(), may_take=True, own=False, listed=True, self_service=True):
    facts = Facts(may_take, own, listed, self_service, {7: tuple(grants)} if grants else {})
    return decide(facts, [item(share_type, grade)])[0]


GRANT = GrantFact(1, False)
MASKED = GrantFact(2, True)
LAPSED = GrantFact(3, False, Ground.EXPIRED, "授权已在 2026-01-01 到期。")


@pytest.mark.parametrize("share_type", ["UNCONDITIONAL", "CONDITIONAL", "NOT_SHARED"])
def test_the_provider_takes_its_own_data_whole(share_type):
    access = answer(share_type, 4, own=True, listed=False)
    assert (access.is_open, access.is_masked, access.ground) == (True, False, Ground.OWN)


@pytest.mark.parametrize("share_type", ["UNCONDITIONAL", "CONDITIONAL", "NOT_SHARED"])
@pytest.mark.parametrize("own", [True, False])
def test_without_the_permission_nothing_opens(share_type, own):
    access = answer(share_type, grants=[GRANT], may_take=False, own=own)
    assert (access.is_open, access.ground) == (False, Ground.NO_PERMISSION)


def test_unconditional_items_are_self_served_where_the_rules_say_so():
    assert answer("UNCONDITIONAL").ground is Ground.SELF_SERVICE
    refused = answer("UNCONDITIONAL", self_service=False)
    assert (refused.is_open, refused.ground, refused.can_apply) == (False, Ground.NOT_GRANTED, True)


@pytest.mark.parametrize(("grade", "is_masked"), [(1, False), (2, False), (3, True), (4, True)])
def test_self_served_sensitive_items_leave_masked(grade, is_masked):
    assert answer("UNCONDITIONAL", grade).is_masked is is_masked


def test_conditional_items_need_a_grant():
    assert answer("CONDITIONAL").ground is Ground.NOT_GRANTED
    granted = answer("CONDITIONAL", 4, grants=[GRANT])
    assert (granted.ground, granted.is_masked, granted.grant_id) == (Ground.GRANTED, False, 1)


def test_a_masked_grant_masks_and_the_grant_that_opens_most_counts():
    assert answer(grants=[MASKED]).is_masked is True
    both = answer(grants=[GRANT, MASKED])
    assert (both.is_masked, both.grant_id) == (False, 1)


def test_a_grant_opens_a_sensitive_unconditional_item_whole():
    assert answer("UNCONDITIONAL", 4, grants=[GRANT]).is_masked is False


@pytest.mark.parametrize("grants", [(), (GRANT,)])
def test_not_shared_is_never_opened(grants):
    access = answer("NOT_SHARED", grants=grants)
    assert (access.is_open, access.ground, access.can_apply) == (False, Ground.NOT_SHARED, False)


@pytest.mark.parametrize(
    ("ground", "can_apply"),
    [(Ground.EXPIRED, True), (Ground.REVOKED, True), (Ground.SUSPENDED, False), (Ground.NOT_STARTED, False)],
)
def test_a_grant_that_is_not_usable_says_why(ground, can_apply):
    access = answer(grants=[GrantFact(3, False, ground, "原因。")])
    assert (access.is_open, access.ground, access.reason, access.can_apply) == (False, ground, "原因。", can_apply)


def test_a_lapsed_grant_does_not_take_self_service_away():
    assert answer("UNCONDITIONAL", grants=[LAPSED]).ground is Ground.SELF_SERVICE


def test_what_is_not_listed_is_closed_to_others():
    assert answer("UNCONDITIONAL", listed=False).ground is Ground.NOT_LISTED
