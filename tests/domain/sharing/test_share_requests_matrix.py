"""Status × person × verb of a 共享申请: `permissions_matrix.txt`."""

from pathlib import Path

import pytest

from sharing.share_requests import actions, workflow
from sharing.share_requests.workflow import Status
from tests.domain.sharing.matrix import assert_table
from tests.factories.sharing import AT, share_request_at

TABLE = Path(__file__).parent / "permissions_matrix.txt"
VALUES = {
    "save_draft": {"values": {"title": "改"}}, "submit": {}, "withdraw": {}, "endorse": {}, "confirm": {},
    "send_back": {"opinion": "改"}, "propose": {"conclusion": "APPROVE"}, "rework": {"opinion": "改"},
    "return_": {"points": ["补"]}, "complete": {"note": "已补"},
    "consult": {"opinion": "可否提供"}, "ask_extension": {"days": 5, "reason": "核对数据来源"}, "agree_extension": {},
    "refuse_extension": {"opinion": "应按期"},
}  # fmt: skip
MOMENTS = (*Status, "UNDER_REVIEW+PROPOSED", "UNDER_REVIEW+EXTENSION")
"""The last two: the provider's handler has proposed, the authority's has not; the provider has asked for more days."""


def at_moment(cast, moment):
    if moment in list(Status):
        return share_request_at(cast, Status(moment))
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    if moment == "UNDER_REVIEW+EXTENSION":
        return actions.ask_extension(share_request=share_request, by=cast.li, now=AT, days=5, reason="核对数据来源")
    actions.propose(share_request=share_request, by=cast.li, now=AT, conclusion="APPROVE")
    return share_request


def verbs_of(share_request):
    """Each verb of people as a function of the person."""
    return {
        verb: lambda by, verb=verb: getattr(actions, verb)(share_request=share_request, by=by, now=AT, **VALUES[verb])
        for verb in VALUES
    }


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_matrix(cast, moment):
    share_request = at_moment(cast, moment)
    assert_table(TABLE, str(moment), share_request, verbs_of(share_request), cast)


def test_every_verb_of_the_tables_is_in_the_matrix():
    verbs = {verb for verb, move in workflow.MOVES.items() if move.side is not workflow.Side.SYSTEM}
    assert verbs | set(workflow.INNER_VERBS) | {"save_draft"} == set(VALUES)
    assert len(TABLE.read_text().splitlines()) == 1 + len(MOMENTS) * len(VALUES)
