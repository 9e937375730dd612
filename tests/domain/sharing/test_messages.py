"""案内留言: between the sides of a case, for good, and without a touch on status or clock."""

import json
import zipfile
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from gdshare.lib.errors import Conflict, Denied, Invalid
from security.notices.models import Notice
from sharing.deadlines.models import Deadline
from sharing.messages.actions import keep_template, retire_template
from sharing.messages.models import CaseMessage, MessageTemplate
from sharing.share_requests import actions
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.queries.conversation import conversation
from sharing.share_requests.workflow import Status
from tests.atomic import assert_atomic_with_audit
from tests.factories.sharing import AT, share_request_at


def say(case, by, text="请说明频次", now=AT):
    return actions.post_message(share_request=case, by=by, now=now, text=text)


def told(person):
    return Notice.objects.filter(recipient=person, title__startswith="案内留言").count()


def test_it_moves_nothing(cast):
    case = share_request_at(cast, Status.UNDER_REVIEW)
    before = (ShareRequest.objects.filter(pk=case.pk).values().get(), list(Deadline.objects.values()))
    assert say(case, cast.li, " 请说明频次\r\n ").text == "请说明频次"
    assert (ShareRequest.objects.filter(pk=case.pk).values().get(), list(Deadline.objects.values())) == before
    assert AuditEvent.objects.get(verb="share_request.post_message").facts["opinion"] == "请说明频次"
    assert_atomic_with_audit(lambda: say(case, cast.chen), CaseMessage, Notice)


@pytest.mark.parametrize("status", list(Status))
def test_once_it_has_left_its_department(cast, status):
    case = share_request_at(cast, status)
    if case.endorsed_at is None:
        with pytest.raises(Conflict, match="还没有送达"):
            say(case, cast.chen)
        return
    for person in (cast.chen, cast.huang, cast.li, cast.zhou, cast.liang, cast.he):
        assert say(case, person).department == person.department


def test_strangers_and_administrators_say_nothing(cast):
    case = share_request_at(cast, Status.UNDER_REVIEW)
    for person in (cast.wu, cast.auditor, cast.sysadmin):
        with pytest.raises(Denied, match="只在申请部门、提供部门和主管部门之间"):
            say(case, person)
    for text, says in ((" ", "留言是空的"), ("长" * 2001, "最多 2000 字")):
        with pytest.raises(Invalid, match=says):
            say(case, cast.chen, text)
    assert not CaseMessage.objects.exists()


def test_nobody_changes_it(cast):
    said = say(share_request_at(cast, Status.UNDER_REVIEW), cast.li)
    for change in (lambda: CaseMessage.objects.update(text="改"), said.delete):
        with pytest.raises(IntegrityError, match="不能修改或删除"), transaction.atomic():
            change()


def test_the_other_sides_hear_once_a_day(cast):
    case = share_request_at(cast, Status.UNDER_REVIEW)
    say(case, cast.li)
    say(case, cast.li, "再问")
    assert (told(cast.chen), told(cast.liang), told(cast.li), told(cast.zhou), told(cast.wu)) == (1, 1, 0, 0, 0)
    heard = Notice.objects.get(recipient=cast.chen, title__startswith="案内留言")
    assert (heard.needs_action, heard.is_statutory) == (False, False)
    say(case, cast.li, now=AT + timedelta(days=1))
    assert told(cast.chen) == 2
    say(case, cast.chen)
    assert told(cast.li) == 1


def test_it_is_in_the_timeline_and_in_the_dossier(cast):
    case = share_request_at(cast, Status.UNDER_REVIEW)
    said_at = AT + timedelta(minutes=30)
    say(case, cast.li, now=said_at)
    actions.withdraw(share_request=case, by=cast.chen, now=AT + timedelta(hours=1), opinion="不需要了")
    with actions.take_dossier(share_request=case, by=cast.chen, now=AT) as file, zipfile.ZipFile(file) as archive:
        told = json.loads(archive.read("case.json"))
    assert [(one["department"], one["text"]) for one in told["messages"]] == [(cast.li.department.name, "请说明频次")]
    assert [entry["what"] for entry in told["timeline"]][-2:] == ["留言", "撤回申请"]


# Templates -----------------------------------------------------------------------------------------------------------
def test_a_template_speaks_of_the_case(cast):
    case = share_request_at(cast, Status.UNDER_REVIEW)
    made = keep_template(by=cast.liang, now=AT, title="进度", text="{申请部门}的{单号}最迟{最迟答复}答复。")
    said = conversation(cast.li, case, template=str(made.pk))
    assert said.draft == f"广东省民政厅的{case.number}最迟2026-12-04答复。"
    keep_template(by=cast.liang, now=AT, title="进度", text="改过", template=made)
    assert conversation(cast.li, case, template=str(made.pk)).draft == "改过"
    retire_template(template=made, by=cast.liang, now=AT)
    said = conversation(cast.li, case, template=str(made.pk))
    assert (said.templates, said.draft) == ([], "")
    retire_template(template=made, by=cast.liang, now=AT, is_active=True)
    assert conversation(cast.li, case).templates == [made]


def test_only_the_authoritys_handler_keeps_them(cast):
    for person in (cast.he, cast.li, cast.chen):
        with pytest.raises(Denied, match="由主管部门经办维护"):
            keep_template(by=person, now=AT, title="甲", text="乙")
    for values, says in (
        ({"text": "{单号}{电话}"}, "不认得的占位词：{电话}"),
        ({"title": " "}, "都要写明"),
        ({"text": "长" * 2001}, "最多"),
    ):
        with pytest.raises(Invalid, match=says):
            keep_template(by=cast.liang, now=AT, **{"title": "甲", "text": "乙"} | values)
    keep_template(by=cast.liang, now=AT, title="甲", text="乙")
    with pytest.raises(Invalid, match="已有名为“甲”"):
        keep_template(by=cast.liang, now=AT, title="甲", text="丙")
    assert_atomic_with_audit(lambda: keep_template(by=cast.liang, now=AT, title="丁", text="乙"), MessageTemplate)
