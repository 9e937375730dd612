"""Status × person × verb, as a committed table that people read: `permissions_matrix.txt`.

After a change of rules: `UPDATE_MATRIX=1 pytest tests/domain/sharing/test_share_requests_matrix.py`, then
`make docs`, and review both as what they are: who may do what.
"""

import os
from pathlib import Path

import pytest
from django.db import transaction

from gdshare.lib.errors import DomainError
from sharing.share_requests import actions, workflow
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.workflow import Status
from tests.factories.sharing import AT, share_request_at

TABLE = Path(__file__).parent / "permissions_matrix.txt"
PEOPLE = ("chen", "huang", "li", "zhou", "liang", "he", "wu", "auditor")
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


def outcome(share_request, verb, person):
    """ok, or the HTTP status of the refusal."""
    if not ShareRequest.objects.visible_to(person).filter(pk=share_request.pk).exists():
        return "404"
    try:
        with transaction.atomic():
            getattr(actions, verb)(share_request=share_request, by=person, now=AT, **VALUES[verb])
            transaction.set_rollback(True)
    except DomainError as error:
        return str(error.status)
    return "ok"


def lines(cast, moment):
    share_request = at_moment(cast, moment)
    for verb in VALUES:
        cells = [outcome(share_request, verb, cast.people[who]) for who in PEOPLE]
        yield f"{moment:24}{verb:18}" + "".join(f"{cell:9}" for cell in cells).rstrip()


HEAD = f"{'status':24}{'verb':18}" + "".join(f"{who:9}" for who in PEOPLE).rstrip()


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_matrix(cast, moment):
    found = list(lines(cast, str(moment)))
    if os.environ.get("UPDATE_MATRIX"):
        kept = (
            [line for line in TABLE.read_text().splitlines()[1:] if line.split()[0] != moment] if TABLE.exists() else []
        )
        TABLE.write_text("\n".join([HEAD, *kept, *found]) + "\n")
    expected = [line for line in TABLE.read_text().splitlines() if line.split()[0] == moment]
    assert found == expected


def test_every_verb_of_the_tables_is_in_the_matrix():
    verbs = {verb for verb, move in workflow.MOVES.items() if move.side is not workflow.Side.SYSTEM}
    assert verbs | set(workflow.INNER_VERBS) | {"save_draft"} == set(VALUES)
    assert len(TABLE.read_text().splitlines()) == 1 + len(MOMENTS) * len(VALUES)
