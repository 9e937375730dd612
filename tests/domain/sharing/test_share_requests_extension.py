"""延期: asked before the day is over, consented to by the authority, told to the requester; without consent nothing."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from audit.queries import AuditEvent
from gdshare.lib.errors import Conflict, Denied, Invalid
from gdshare.rules.models import RuleProfile
from security.notices.models import Notice
from sharing.deadlines.models import Deadline
from sharing.share_requests import actions
from sharing.share_requests.models import Extension, ShareRequest
from sharing.share_requests.workflow import Status
from tests.atomic import assert_atomic_with_audit
from tests.client import visible_text, web_client
from tests.factories.sharing import AT, review, share_request_at

LATER = AT + timedelta(days=3)


@pytest.fixture
def case(cast) -> ShareRequest:
    return share_request_at(cast, Status.UNDER_REVIEW)


def ask(cast, case, *, by=None, now=LATER, days=5, reason="数据来源需逐项核对"):
    return actions.ask_extension(share_request=case, by=by or cast.li, now=now, days=days, reason=reason)


def agree(cast, case, *, now=LATER):
    return actions.agree_extension(share_request=case, by=cast.he, now=now, opinion="同意")


def test_asked_and_agreed(cast, case):
    ask(cast, case)
    case.refresh_from_db()
    assert case.due_on == date(2026, 12, 4), "without consent the old date stands"
    to_do = Notice.objects.get(recipient=cast.he, needs_action=True, subject_kind="extension")
    assert "延长 5 个工作日，原期限 2026-12-04" in to_do.body
    agree(cast, case)
    case.refresh_from_db()
    clock, extension = Deadline.objects.get(), Extension.objects.get()
    assert case.due_on == clock.due_on == extension.due_after == date(2026, 12, 11)
    assert (clock.extended_days, extension.state, extension.is_late) == (5, "AGREED", False)
    to_do.refresh_from_db()
    assert to_do.done_at is not None
    heard = set(
        Notice.objects.filter(title__startswith="延期至 2026-12-11").values_list("recipient__username", flat=True)
    )
    assert heard == {"chen", "huang", "li", "zhou"}
    events = list(AuditEvent.objects.filter(verb__contains="exten").order_by("id").values_list("verb", flat=True))
    assert events == ["share_request.ask_extension", "deadline.extend", "share_request.agree_extension"]


def test_refused_the_old_date_stands(cast, case):
    ask(cast, case)
    actions.refuse_extension(share_request=case, by=cast.he, now=LATER, opinion="材料已经齐全")
    case.refresh_from_db()
    assert case.due_on == Deadline.objects.get().due_on == date(2026, 12, 4)
    assert not Notice.objects.filter(recipient=cast.chen, title__startswith="不同意延期").exists()
    assert Notice.objects.filter(recipient=cast.li, title__startswith="不同意延期").exists()
    ask(cast, case, reason="另有原因")
    assert Extension.objects.filter(state="ASKED").count() == 1


def test_consent_after_the_day_is_recorded_as_late(cast, case):
    ask(cast, case, now=AT + timedelta(days=14))  # 2026-12-04, the last day
    agree(cast, case, now=AT + timedelta(days=17))
    extension = Extension.objects.get()
    assert (extension.is_late, extension.due_after) == (True, date(2026, 12, 11))
    assert "同意时原期限已过" in case.status_changes.get(verb="agree_extension").opinion


def test_too_late_too_long_without_reason(cast, case):
    with pytest.raises(Conflict, match="原期限已过"):
        ask(cast, case, now=AT + timedelta(days=15))
    for days in (0, 11):
        with pytest.raises(Invalid, match="1 至 10 个工作日"):
            ask(cast, case, days=days)
    with pytest.raises(Invalid, match="特殊原因"):
        ask(cast, case, reason=" ")
    with pytest.raises(Conflict, match="没有等待决定"):
        agree(cast, case)
    ask(cast, case)
    with pytest.raises(Invalid, match="写明理由"):
        actions.refuse_extension(share_request=case, by=cast.he, now=LATER, opinion="")
    agree(cast, case)
    with pytest.raises(Denied, match="已经申请过延期"):
        ask(cast, case)


def test_only_the_provider_asks_and_only_the_authoritys_head_decides(cast, case):
    for person in (cast.chen, cast.huang, cast.liang, cast.he):
        with pytest.raises(Denied, match="由提供部门提出"):
            ask(cast, case, by=person)
    ask(cast, case, by=cast.zhou)
    for person in (cast.chen, cast.li, cast.zhou, cast.liang):
        for act in (actions.agree_extension, actions.refuse_extension):
            with pytest.raises(Denied, match="由主管部门决定"):
                act(share_request=case, by=person, now=LATER, opinion="x")


def test_an_answer_leaves_nothing_to_decide(cast, case):
    ask(cast, case)
    review(cast, case, LATER)
    extension = Extension.objects.get()
    assert (extension.state, extension.decided_by) == ("LAPSED", None)
    assert not Notice.objects.filter(subject_kind="extension", done_at=None).exists()
    with pytest.raises(Conflict):
        agree(cast, case)


def test_a_rule_that_knows_no_extension(cast, case):
    profile = case.profile
    profile.pk, profile.version = None, 7
    for clock in profile.data["clocks"]:
        clock.pop("extendable_by", None)
    profile.save(force_insert=True)
    Deadline.objects.update(profile=profile)
    with pytest.raises(Invalid, match="没有规定可以延期"):
        ask(cast, case)


def test_under_the_regulation_the_authority_sees_the_case_once_asked(cast, settings):
    settings.RULE_PROFILE = "CN-809"
    case = share_request_at(cast, Status.UNDER_REVIEW)
    assert case.profile == RuleProfile.objects.get(code="CN-809", version=1)
    assert not ShareRequest.objects.visible_to(cast.he).filter(pk=case.pk).exists()
    ask(cast, case)
    page = web_client(cast.he).get(f"/sharing/requests/{case.pk}/").content.decode()
    assert "条例第二十一条" in visible_text(page)
    assert f"/sharing/requests/{case.pk}/agree-extension/" in page
    agree(cast, case)
    case.refresh_from_db()
    assert case.due_on == date(2026, 12, 11)


def test_each_act_stands_and_falls_with_its_record(cast, case):
    assert_atomic_with_audit(lambda: ask(cast, case), Extension, ShareRequest)
    assert_atomic_with_audit(lambda: agree(cast, case), Extension, ShareRequest, Deadline)


def test_the_pages(cast):
    case = share_request_at(cast, Status.UNDER_REVIEW, now=timezone.now())
    url = f"/sharing/requests/{case.pk}/"
    page = web_client(cast.li).get(url).content.decode()
    assert "最多 10 个工作日，须主管部门同意；参照《政务数据共享条例》第二十一条" in visible_text(page)
    refused = web_client(cast.li).post(f"{url}ask-extension/", {"days": "x", "reason": ""})
    assert refused.status_code == 400
    web_client(cast.li).post(f"{url}ask-extension/", {"days": 3, "reason": "核对来源"})
    assert "待主管部门决定" in visible_text(web_client(cast.chen).get(url).content.decode())
    assert "申请延期</button>" not in web_client(cast.chen).get(url).content.decode()
    web_client(cast.he).post(f"{url}agree-extension/", {"opinion": "同意"})
    words = visible_text(web_client(cast.chen).get(url).content.decode())
    assert f"最迟 {Extension.objects.get().due_after}，经批准延期 3 个工作日" in words


def test_over_the_api(cast, api):
    case = share_request_at(cast, Status.UNDER_REVIEW, now=timezone.now())
    url = f"/api/v1/share-requests/{case.pk}/"
    asked = api(cast.li).post(f"{url}ask-extension/", {"days": 4, "reason": "核对来源"}, format="json")
    assert asked.json()["extensions"][0]["state"] == "ASKED"
    agreed = api(cast.he).post(f"{url}agree-extension/", {}, format="json")
    assert (agreed.status_code, agreed.json()["due_on"]) == (200, str(Extension.objects.get().due_after))
    again = api(cast.he).post(f"{url}refuse-extension/", {"opinion": "x"}, format="json")
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE sharing_extension SET state = 'AGREED'", "decided_pair|agreed_date"),
        ("UPDATE sharing_extension SET due_after = due_before + 1", "agreed_date"),
        ("UPDATE sharing_extension SET decided_at = now()", "decided_pair"),
        ("INSERT INTO sharing_extension (share_request_id, state, days, reason, due_before, is_late, asked_at,"
         " asked_by_id, opinion) SELECT share_request_id, state, days, reason, due_before, is_late, asked_at,"
         " asked_by_id, opinion FROM sharing_extension", "extension_one"),
    ],
)  # fmt: skip
def test_the_database_refuses(cast, case, statement, constraint):
    ask(cast, case)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
