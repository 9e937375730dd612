"""Status × person × verb of a 授权: `grants_matrix.txt`."""

from datetime import timedelta
from pathlib import Path

import pytest

from sharing.grants import actions, workflow
from sharing.grants.models import GrantStatus
from sharing.share_requests import actions as share_requests
from sharing.share_requests.workflow import Status
from tests.domain.sharing.matrix import assert_table
from tests.factories.sharing import AT, ELEMENTS, share_request_at

TABLE = Path(__file__).parent / "grants_matrix.txt"
NOW = AT + timedelta(hours=2)
VALUES = {
    "suspend": {"reason": "超出用途", "demand": "停止比对", "due_on": NOW.date()},
    "report_rectified": {"report": "已停止"},
    "resume": {"reason": "已改正"},
    "revoke": {"reason": "用途已终止"},
    "dispose": {"method": "DELETED", "covered": "库表和备份", "disposed_on": NOW.date(), "witness": "监督员"},
}
FOLLOWING = ("renew", "amend")


def verbs_of(grant, now=NOW):
    """Each verb of people as a function of the person."""
    own = {
        verb: lambda by, verb=verb: getattr(actions, verb)(grant=grant, by=by, now=now, **VALUES[verb])
        for verb in VALUES
    }
    return own | {
        verb: lambda by, verb=verb: getattr(share_requests, verb)(grant=grant, by=by, now=now) for verb in FOLLOWING
    }


def dispose(grant, cast):
    actions.dispose(grant=grant, by=cast.chen, now=AT, **VALUES["dispose"])


def expire(grant, cast):
    actions.expire_due(now=AT + (ELEMENTS["use_to"] - AT.date()) + timedelta(days=1))


WAYS = {
    "ACTIVE": lambda grant, cast: None,
    "SUSPENDED": lambda grant, cast: actions.suspend(grant=grant, by=cast.zhou, now=AT, reason="超出用途"),
    "SUSPENDED+BY_AUTHORITY": lambda grant, cast: actions.suspend(grant=grant, by=cast.he, now=AT, reason="超出用途"),
    "REVOKED": lambda grant, cast: actions.revoke(grant=grant, by=cast.zhou, now=AT, reason="用途已终止"),
    "EXPIRED": expire,
    "CLOSED": dispose,
}


@pytest.mark.parametrize("moment", WAYS)
def test_the_matrix(cast, moment):
    grant = share_request_at(cast, Status.APPROVED).grants.get()
    WAYS[moment](grant, cast)
    grant.refresh_from_db()
    assert_table(TABLE, moment, grant, verbs_of(grant), cast)


def test_every_status_and_verb_is_in_the_matrix():
    assert {moment.partition("+")[0] for moment in WAYS} == set(GrantStatus)
    assert {verb for verb, move in workflow.MOVES.items() if move.side != "SYSTEM"} == set(VALUES)
    assert len(TABLE.read_text().splitlines()) == 1 + len(WAYS) * (len(VALUES) + len(FOLLOWING))
