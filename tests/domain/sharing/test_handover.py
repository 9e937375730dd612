"""人员交接: everything at once, by the right person; and what hangs on nobody is found at night, told once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from gdshare.lib.clock import day_of
from gdshare.lib.errors import Denied, Invalid
from security.access import roles
from security.accounts import actions as accounts
from security.accounts.models import ApiClient, Membership
from security.covers import actions as covers
from security.notices.models import Notice
from sharing.handover import actions, queries
from sharing.handover.models import HandedItem, Handover, Orphan
from sharing.share_requests import actions as share_requests
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.workflow import Status
from tests.at_once import at_once
from tests.atomic import assert_atomic_with_audit
from tests.cast import appoint, make_person
from tests.factories.delivery import key_of
from tests.factories.sharing import draft_request, share_request_at


@pytest.fixture
def lin(cast):
    """A second handler of 省民政厅."""
    return make_person("lin", "林岚", cast.civil_affairs, roles.HANDLER)


def hand_over(cast, to, **values):
    given = {"person": cast.chen, "to": to, "by": cast.huang, "now": timezone.now(), "reason": "调离"} | values
    return actions.hand_over(**given)


def gone(cast, name="chen"):
    """安全管理员 takes the roles back."""
    for membership in Membership.objects.filter(user=cast.people[name], ended_at=None):
        accounts.dismiss(membership=membership, by=cast.secadmin, now=timezone.now())


def look(**later):
    return actions.look_for_orphans(now=timezone.now() + timedelta(**later))


def test_everything_goes_over_at_once(cast, lin):
    now = timezone.now()
    open_case = share_request_at(cast, Status.RETURNED, now=now)
    over = share_request_at(cast, Status.DENIED, now=now)
    key_of(cast.chen)
    cover = covers.start(
        to=cast.chen, by=cast.huang, now=now, from_on=day_of(now), until_on=day_of(now), reason="出差"
    )  # fmt: skip
    handover = hand_over(cast, lin)
    open_case.refresh_from_db()
    over.refresh_from_db()
    assert (open_case.handler, over.handler) == (lin, cast.chen)
    assert Membership.objects.get(pk=cover.pk).ended_at is not None
    assert Notice.objects.to_do().filter(recipient=lin, title__startswith="请补正").exists()
    assert not Notice.objects.to_do().filter(recipient=cast.chen).exists()
    assert set(handover.items.values_list("kind", flat=True)) == {"CASE", "KEY", "COVER", "TODO"}
    told = Notice.objects.get(recipient=lin, kind="handover")
    assert "请换发密钥：核对平台" in told.body
    assert Notice.objects.to_do().filter(recipient=cast.secadmin, title__startswith="请收回角色：陈嘉敏").exists()
    assert [one.person for one in queries.handed(HandedItem.Kind.CASE, open_case.pk)] == [cast.chen]
    share_requests.complete(share_request=open_case, by=lin, now=timezone.now(), note="已补")


def test_the_leaver_himself_may_and_a_colleague_may_not(cast, lin):
    draft_request(cast)
    with pytest.raises(Denied, match="由本人或本部门负责人"):
        hand_over(cast, lin, by=lin)
    with pytest.raises(Denied, match="三员"):
        hand_over(cast, lin, by=cast.secadmin)
    hand_over(cast, lin, by=cast.chen)


def test_the_head_of_another_department_hands_over_nothing_of_it(cast, lin):
    case = draft_request(cast)
    with pytest.raises(Invalid, match="不能接手"):
        hand_over(cast, lin, by=cast.zhou)
    case.refresh_from_db()
    assert case.handler == cast.chen


@pytest.mark.parametrize(
    ("to", "reason", "says"),
    [
        ("huang", "调离", "不是本部门的经办"),
        ("li", "调离", "不能接手"),
        ("chen", "调离", "不能接手"),
        ("lin", " ", "写明交接的原因"),
    ],
)
def test_what_cannot_be_handed_over(cast, lin, to, reason, says):
    draft_request(cast)
    people = cast.people | {"lin": lin}
    with pytest.raises(Invalid, match=says):
        hand_over(cast, people[to], reason=reason)
    assert not Handover.objects.exists()


def test_who_agreed_as_the_head_does_not_become_the_handler(cast):
    share_request_at(cast, Status.UNDER_REVIEW, now=timezone.now())
    appoint(cast.huang, cast.civil_affairs, roles.HANDLER)
    cast.huang.acting = Membership.objects.get(user=cast.huang, role="OFFICE_HEAD").as_acting()
    with pytest.raises(Invalid, match="作为负责人同意过"):
        hand_over(cast, cast.huang)


def test_the_only_holder_of_a_role_is_named(cast, lin):
    assert queries.desk(cast.huang, cast.civil_affairs).alone == ["负责人"]
    assert queries.desk(cast.chen, cast.civil_affairs).alone == []


def test_all_or_nothing_and_written_once(cast, lin):
    draft_request(cast)
    assert_atomic_with_audit(lambda: hand_over(cast, lin), Handover, HandedItem)
    hand_over(cast, lin)
    for change in (
        lambda: Handover.objects.update(reason="甲"), lambda: HandedItem.objects.update(label="甲"),
        HandedItem.objects.earliest("pk").delete,
    ):  # fmt: skip
        with pytest.raises(IntegrityError, match="不能修改或删除"), transaction.atomic():
            change()


def test_a_submission_while_it_is_handed_over(committed_cast):
    cast, now = committed_cast, timezone.now()
    lin = make_person("lin", "林岚", cast.civil_affairs, roles.HANDLER)
    today = day_of(now)
    draft = draft_request(cast, now=now, use_from=today, use_to=today + timedelta(days=90))
    outcomes = at_once(
        lambda: share_requests.submit(share_request=draft, by=cast.chen, now=now), lambda: hand_over(cast, lin)
    )
    assert outcomes[1] == "done"
    draft.refresh_from_db()
    assert draft.handler in (cast.chen, lin)
    assert draft.status in (Status.DRAFT, Status.ENDORSING)
    if draft.handler == cast.chen:
        assert draft.status == Status.ENDORSING, "who submits after the handover becomes its handler by his own act"


# 无主事项 ------------------------------------------------------------------------------------------------------------
def kinds():
    return sorted(Orphan.objects.standing().values_list("kind", flat=True))


def test_nothing_hangs_on_nobody(cast):
    share_request_at(cast, Status.UNDER_REVIEW, now=timezone.now())
    key_of(cast.chen)
    assert look() == (0, 0)


def test_the_cases_and_keys_of_who_left_are_found_told_once_and_resolved(cast, lin):
    draft_request(cast, now=timezone.now())
    key_of(cast.chen)
    gone(cast)
    assert look() == (2, 0)
    assert kinds() == ["CASE", "KEY"]
    assert Notice.objects.filter(recipient=cast.huang, kind="orphan").count() == 1
    assert look(days=1) == (0, 0)
    assert Notice.objects.filter(recipient=cast.huang, kind="orphan").count() == 1
    hand_over(cast, lin)
    assert look(days=2) == (0, 1)
    assert kinds() == ["KEY"]
    accounts.revoke_api_client(api_client=ApiClient.objects.get(), by=lin, now=timezone.now())
    assert look(days=3) == (0, 1)
    assert kinds() == []


def test_a_step_that_nobody_can_take_and_a_clock_that_nobody_hears(cast):
    share_request_at(cast, Status.UNDER_REVIEW, now=timezone.now())
    gone(cast, "li")
    look()
    assert kinds() == ["STEP"]
    gone(cast, "zhou")
    look()
    assert kinds() == ["CLOCK", "STEP"]
    assert Notice.objects.filter(recipient=cast.he, kind="orphan").exists(), "no head there: the authority's"


def test_an_application_without_a_head_to_agree(cast):
    share_request_at(cast, Status.ENDORSING, now=timezone.now())
    gone(cast, "huang")
    look()
    assert kinds() == ["ENDORSE"]
    assert Orphan.objects.visible_to(cast.he).count() == 1
    for person in (cast.chen, cast.zhou, cast.wu, cast.secadmin):
        assert not Orphan.objects.visible_to(person).exists()


def test_two_looks_at_once_find_it_once(committed_cast):
    draft_request(committed_cast, now=timezone.now())
    gone(committed_cast)
    assert at_once(look, look) == ["done", "done"]
    assert Orphan.objects.count() == 1
    assert Notice.objects.filter(recipient=committed_cast.huang, kind="orphan").count() == 1


def test_queries_do_not_grow_with_the_cases(cast, django_assert_max_num_queries):
    for _ in range(3):
        share_request_at(cast, Status.UNDER_REVIEW, now=timezone.now())
    with django_assert_max_num_queries(8):
        queries.orphans()
    assert ShareRequest.objects.count() == 3
