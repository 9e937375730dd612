"""使用承诺: versions that nobody edits, and applications bound to the one they accepted."""

import json
import zipfile
from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Denied, Invalid
from sharing.agreements.actions import publish
from sharing.agreements.models import Agreement
from sharing.share_requests import actions
from sharing.share_requests.models import DecisionReceipt, ShareRequest
from sharing.share_requests.workflow import Status
from tests.atomic import assert_atomic_with_audit
from tests.factories.sharing import AT, draft_request, review, share_request_at

TODAY = day_of(AT)


def second(cast, valid_from=TODAY, **values):
    given = {"title": "政务数据使用承诺", "text": "不得留存。"} | values
    return publish(by=cast.he, now=AT, valid_from=valid_from, **given)


def test_the_first_came_with_us_and_its_hash_is_right(db):
    first = Agreement.objects.in_force(date(2018, 1, 1))
    assert (first.number, first.published_by) == (1, None)
    assert first.sha256 == sha256(first.text.encode()).hexdigest()
    assert "不提供第三方" in first.text


def test_a_version_holds_from_its_day_and_is_never_edited(cast):
    made = second(cast, TODAY + timedelta(days=3), text=" 不得留存。\r\n按期销毁。 ")
    assert (made.number, made.text) == (2, "不得留存。\n按期销毁。")
    assert Agreement.objects.in_force(TODAY + timedelta(days=2)).number == 1
    assert Agreement.objects.in_force(TODAY + timedelta(days=3)) == made
    assert AuditEvent.objects.get(verb="agreement.publish").facts["sha256"] == made.sha256
    for change in (lambda: Agreement.objects.filter(pk=made.pk).update(title="甲"), made.delete):
        with pytest.raises(IntegrityError, match="不能修改或删除"), transaction.atomic():
            change()


def test_only_the_authoritys_head_publishes(cast):
    for person in (cast.liang, cast.zhou, cast.chen, cast.auditor):
        with pytest.raises(Denied, match="由主管部门负责人发布"):
            publish(by=person, now=AT, title="甲", text="乙", valid_from=TODAY)
    assert_atomic_with_audit(lambda: second(cast), Agreement)


def test_what_cannot_be_published(cast):
    for says, values in (
        ("都要写明", {"text": " "}),
        ("都要写明", {"title": " "}),
        ("最多", {"text": "甲" * 5001}),
        ("正文和第 1 版相同", {"text": Agreement.objects.get(number=1).text}),
        ("已经过去", {"valid_from": TODAY - timedelta(days=1)}),
    ):
        with pytest.raises(Invalid, match=says):
            second(cast, **values)
    second(cast)
    with pytest.raises(Invalid, match="须在第 2 版施行"):
        second(cast, text="另一版")


def test_submitting_accepts_the_version_that_holds(cast):
    case = share_request_at(cast, Status.ENDORSING)
    assert (case.agreement.number, case.accepted_by, case.accepted_at) == (1, cast.chen, case.submitted_at)


def test_a_new_version_asks_again_before_it_is_sent_and_not_after(cast):
    draft = draft_request(cast)
    returned = share_request_at(cast, Status.RETURNED)
    made = second(cast)
    with pytest.raises(Invalid, match="使用承诺已有第 2 版，须重新承诺"):
        actions.submit(share_request=draft, by=cast.chen, now=AT)
    old_page = {"is_pledged": True, "agreement": draft.agreement_id, "title": "照样保存"}
    saved = actions.save_draft(share_request=draft, by=cast.chen, now=AT, values=old_page)
    assert (saved.is_pledged, saved.agreement, saved.title) == (False, None, "照样保存")
    saved = actions.save_draft(
        share_request=draft, by=cast.chen, now=AT, values={"is_pledged": True, "agreement": made.pk}
    )
    assert actions.submit(share_request=saved, by=cast.chen, now=AT).agreement == made
    values = {"is_pledged": True, "agreement": returned.agreement_id, "use_scenario": "写明环节"}
    done = actions.complete(share_request=returned, by=cast.chen, now=AT, note="已补", values=values)
    assert (done.status, done.agreement.number, done.use_scenario) == (Status.UNDER_REVIEW, 1, "写明环节")


def test_a_returned_pledge_cannot_be_taken_back(cast):
    returned = share_request_at(cast, Status.RETURNED)
    with pytest.raises(Invalid, match="还没有勾选使用承诺"):
        actions.save_draft(share_request=returned, by=cast.chen, now=AT, values={"is_pledged": False})


def test_the_database_binds_the_tick_to_a_version(cast):
    case = share_request_at(cast, Status.UNDER_REVIEW)
    row = ShareRequest.objects.filter(pk=case.pk)
    for values, wall in (({"agreement": None}, "pledged_to_a_version"), ({"accepted_at": None}, "pledged_when_sent")):
        with pytest.raises(IntegrityError, match=wall), transaction.atomic():
            row.update(**values)


def test_receipt_and_dossier_tell_which(cast):
    case = share_request_at(cast, Status.UNDER_REVIEW)
    review(cast, case, AT, conclusion="APPROVE", opinion="同意")
    told = json.loads(DecisionReceipt.objects.get(share_request=case).text)["agreement"]
    first = Agreement.objects.get(number=1)
    assert (told["number"], told["sha256"], told["accepted_by"]) == (1, first.sha256, cast.chen.name)
    with actions.take_dossier(share_request=case, by=cast.chen, now=AT) as file, zipfile.ZipFile(file) as archive:
        assert sha256(archive.read("agreement.txt")).hexdigest() == first.sha256
        assert json.loads(archive.read("case.json"))["agreement"]["number"] == 1
