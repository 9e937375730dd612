"""The database agrees: what must never be is refused by raw SQL; any sequence of verbs keeps the invariants."""

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gdshare.lib.errors import DomainError
from sharing.deadlines.models import Deadline
from sharing.grants.models import Grant
from sharing.share_requests import actions, workflow
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.workflow import Status
from tests.factories.sharing import AT, BASIS, draft_request, share_request_at

REFUSED = [
    ("UPDATE sharing_sharerequest SET status = 'GRANTED'", "status_known"),
    ("UPDATE sharing_sharerequest SET status = 'APPROVED'", "decision_complete"),
    ("UPDATE sharing_sharerequest SET decided_at = now()", "decision_complete"),
    ("UPDATE sharing_sharerequest SET endorsed_at = NULL", "endorsed_pair"),
    ("UPDATE sharing_sharerequest SET endorsed_by_id = handler_id", "two_people"),
    ("UPDATE sharing_sharerequest SET provider_id = requester_id", "two_departments"),
    ("UPDATE sharing_sharerequest SET returned_count = 2", "returned_once"),
    ("UPDATE sharing_sharerequest SET use_basis = ''", "five_elements"),
    ("UPDATE sharing_sharerequest SET use_to = use_from - 1", "five_elements"),
    ("UPDATE sharing_sharerequest SET is_pledged = false", "five_elements"),
    ("UPDATE sharing_requestitem SET decision = 'PERHAPS'", "decision_known"),
    ("UPDATE sharing_reviewstep SET state = 'DONE'", "decided_pair"),
    ("UPDATE sharing_reviewstep SET position = 1", "position_once"),
    ("UPDATE sharing_statuschange SET to_status = 'APPROVED'", "legal_move"),
    ("UPDATE sharing_statuschange SET verb = 'approve'", "legal_move"),
    ("UPDATE sharing_statuschange SET seq = 1", "seq_once"),
]


@pytest.mark.parametrize(("statement", "constraint"), REFUSED)
def test_the_database_refuses(cast, statement, constraint):
    share_request_at(cast, Status.UNDER_REVIEW)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE sharing_grant SET valid_to = valid_from - 1", "grant_period"),
        ("UPDATE sharing_grant SET status = 'FOREVER'", "grant_status_known"),
        ("INSERT INTO sharing_grantitem (grant_id, item_id, is_masked) SELECT grant_id, item_id, true"
         " FROM sharing_grantitem", "grantitem_once"),
    ],
)  # fmt: skip
def test_the_database_refuses_of_a_grant(cast, statement, constraint):
    share_request_at(cast, Status.APPROVED)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


PEOPLE = ("chen", "huang", "li", "zhou", "liang", "he", "wu")
PROPOSALS = (
    {"conclusion": "APPROVE"},
    {"conclusion": "DENY", "opinion": "无关", "basis": BASIS},
)
ACTS = st.one_of(
    st.tuples(st.sampled_from(["submit", "endorse", "confirm", "withdraw"]), st.just({})),
    st.tuples(st.just("send_back"), st.just({"opinion": "改"})),
    st.tuples(st.just("rework"), st.just({"opinion": "改"})),
    st.tuples(st.just("return_"), st.just({"points": ["补"]})),
    st.tuples(st.just("complete"), st.just({"note": "已补"})),
    st.tuples(st.just("propose"), st.sampled_from(PROPOSALS)),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(ACTS, st.sampled_from(PEOPLE)), max_size=40))
def test_any_sequence_of_verbs_keeps_the_invariants(cast, steps):
    with transaction.atomic():
        share_request = draft_request(cast, items=2)
        for (verb, values), who in steps:
            before = ShareRequest.objects.get(pk=share_request.pk)
            refusal = attempt(verb, before, cast.people[who], values)
            if refusal is not None:
                assert refusal.message
                assert ShareRequest.objects.filter(pk=before.pk, status=before.status, version=before.version).exists()
        check_invariants(ShareRequest.objects.get(pk=share_request.pk))
        transaction.set_rollback(True)


def attempt(verb, share_request, person, values):
    """The refusal, or None when it was done."""
    try:
        with transaction.atomic():
            getattr(actions, verb)(share_request=share_request, by=person, now=AT, **values)
    except DomainError as error:
        return error
    return None


def check_invariants(share_request):
    is_running = share_request.status in (Status.UNDER_REVIEW, Status.RETURNED)
    assert Deadline.objects.open().exists() == is_running
    is_granted = share_request.status in (Status.APPROVED, Status.PARTLY_APPROVED)
    assert Grant.objects.filter(share_request=share_request).exists() == is_granted
    assert (share_request.decided_at is not None) == (share_request.status in workflow.DECIDED)
    if share_request.status in workflow.DECIDED:
        assert not share_request.steps.exclude(state="DONE").exists()
        assert not share_request.request_items.filter(decision="").exists()
    changes = list(share_request.status_changes.order_by("seq"))
    path = [Status.DRAFT, *[change.to_status for change in changes]]
    assert [change.from_status for change in changes] == path[:-1]
    assert path[-1] == share_request.status
