"""Two at once, six at once, and a death in the middle: exactly one outcome, nothing half."""

import os
import signal
import subprocess
import sys
from unittest.mock import patch

import pytest
from django.db import connection

from audit.models import AuditEvent
from gdshare.lib.errors import Conflict
from sharing.deadlines.models import Deadline
from sharing.grants.models import Grant
from sharing.share_requests import actions
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.workflow import Status
from tests.at_once import at_once
from tests.factories.sharing import AT, draft_request, share_request_at


def proposed(cast, *handlers):
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    for handler in handlers:
        actions.propose(share_request=share_request, by=handler, now=AT, conclusion="APPROVE")
    return share_request


def confirmation(share_request, person):
    return lambda: actions.confirm(share_request=share_request, by=person, now=AT)


def test_six_confirmations_at_once_decide_once(committed_cast):
    cast = committed_cast
    share_request = proposed(cast, cast.li, cast.liang)
    actions.confirm(share_request=share_request, by=cast.he, now=AT)
    outcomes = at_once(*[confirmation(share_request, cast.zhou)] * 6)
    assert outcomes.count("done") == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 5, outcomes
    share_request.refresh_from_db()
    assert share_request.status == Status.APPROVED
    assert Grant.objects.count() == 1
    assert share_request.status_changes.filter(verb="approve").count() == 1
    assert AuditEvent.objects.filter(verb="share_request.approve").count() == 1
    assert AuditEvent.objects.filter(verb="grant.issue").count() == 1


@pytest.mark.parametrize("attempt", range(4))
def test_both_heads_at_once_settle_once(committed_cast, attempt):
    cast = committed_cast
    share_request = proposed(cast, cast.li, cast.liang)
    outcomes = at_once(confirmation(share_request, cast.zhou), confirmation(share_request, cast.he))
    assert outcomes == ["done", "done"], outcomes
    share_request.refresh_from_db()
    assert share_request.status == Status.APPROVED
    assert not share_request.steps.exclude(state="DONE").exists()
    assert share_request.status_changes.filter(verb="approve").count() == 1
    assert list(Grant.objects.values_list("share_request", flat=True)) == [share_request.pk]
    seqs = list(share_request.status_changes.order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))


def test_both_handlers_at_once_lose_nothing(committed_cast):
    cast = committed_cast
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    version = share_request.version
    outcomes = at_once(
        *[
            lambda by=by: actions.propose(
                share_request=share_request, by=by, now=AT, conclusion="APPROVE", version=version
            )
            for by in (cast.li, cast.liang)
        ]
    )
    assert outcomes == ["done", "done"], outcomes
    assert share_request.steps.filter(state="OPEN", post="HEAD").count() == 2


def test_a_decision_and_a_withdrawal_at_once_agree_on_one(committed_cast):
    cast = committed_cast
    share_request = proposed(cast, cast.li, cast.liang)
    actions.confirm(share_request=share_request, by=cast.he, now=AT)
    outcomes = at_once(
        confirmation(share_request, cast.zhou),
        lambda: actions.withdraw(share_request=share_request, by=cast.chen, now=AT),
    )
    assert outcomes.count("done") == 1
    assert any(isinstance(outcome, Conflict) for outcome in outcomes)
    share_request.refresh_from_db()
    assert Grant.objects.exists() == (share_request.status == Status.APPROVED)
    assert not Deadline.objects.open().filter(subject_kind="sharerequest").exists()


def test_drafts_made_at_once_get_numbers_without_gaps(committed_cast):
    cast = committed_cast
    resource = draft_request(cast).request_items.first().item.resource
    outcomes = at_once(*[lambda: draft_request(cast, resource=resource)] * 4)
    assert outcomes == ["done"] * 4, outcomes
    numbers = sorted(ShareRequest.objects.values_list("batch", flat=True))
    assert numbers == [f"GXSQ-2026-{n:06}" for n in range(1, 6)]


def state_of(share_request):
    share_request.refresh_from_db()
    return (
        share_request.status,
        share_request.decided_at,
        list(share_request.steps.order_by("pk").values_list("state", "decided_at")),
        list(share_request.request_items.order_by("pk").values_list("decision", flat=True)),
        share_request.status_changes.count(),
        Deadline.objects.open().count(),
        Grant.objects.count(),
        AuditEvent.objects.count(),
    )


@pytest.mark.parametrize("where", ["GrantItem.objects.bulk_create", "log.record", "Grant.objects.create"])
def test_a_crash_between_approval_and_grant_leaves_nothing_half(committed_cast, where):
    cast = committed_cast
    share_request = proposed(cast, cast.li, cast.liang)
    actions.confirm(share_request=share_request, by=cast.he, now=AT)
    before = state_of(share_request)
    with patch(f"sharing.grants.actions.{where}", side_effect=RuntimeError("gone")), pytest.raises(RuntimeError):
        actions.confirm(share_request=share_request, by=cast.zhou, now=AT)
    assert state_of(share_request) == before
    actions.confirm(share_request=share_request, by=cast.zhou, now=AT)
    share_request.refresh_from_db()
    assert share_request.status == Status.APPROVED
    assert Grant.objects.count() == 1


KILLED = """
import os, sys
import django
django.setup()
from django.db import connection
from unittest.mock import patch
from django.conf import settings
settings.DATABASES["default"]["NAME"] = {database!r}
connection.settings_dict["NAME"] = {database!r}
from security.accounts.models import Membership, User
from sharing.grants.models import GrantItem
from sharing.share_requests import actions
from sharing.share_requests.models import ShareRequest
from tests.at_once import at_once
from tests.factories.sharing import AT

def die(*args, **kwargs):
    os.write(1, b"decided, not yet granted\\n")
    sys.stdin.read()

zhou = User.objects.get(pk={person})
zhou.acting = Membership.objects.get(user=zhou).as_acting()
with patch("sharing.grants.actions.GrantItem.objects.bulk_create", die):
    actions.confirm(share_request=ShareRequest.objects.get(pk={pk}), by=zhou, now=AT)
"""


def test_kill_nine_between_approval_and_grant_leaves_nothing_half(committed_cast):
    cast = committed_cast
    share_request = proposed(cast, cast.li, cast.liang)
    actions.confirm(share_request=share_request, by=cast.he, now=AT)
    before = state_of(share_request)
    script = KILLED.format(database=connection.settings_dict["NAME"], person=cast.zhou.pk, pk=share_request.pk)
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "gdshare.settings"}
    worker = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"decided, not yet granted\n"
    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=10)
    for stream in (worker.stdin, worker.stdout):
        stream.close()
    assert state_of(share_request) == before
    actions.confirm(share_request=share_request, by=cast.zhou, now=AT)
    assert Grant.objects.count() == 1
