"""Secrecy and personal information are assessed before an entry leaves its compiler."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.models import AuditEvent
from catalog.resources import actions, assessing
from catalog.resources.models import Assessment
from gdshare.lib.errors import Conflict, Denied, Invalid
from tests.factories.catalog import draft_resource, published_resource, submitted_resource

NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
FINE = assessing.MEASURES_IN_PLACE


def assess(resource, by, kind="SECRECY", answers=None, **options):
    answers = assessing.NO_SECRETS if answers is None else answers
    return actions.assess(resources=[resource], kind=kind, answers=answers, by=by, now=NOW, **options)


@pytest.mark.parametrize("code", list(assessing.NO_SECRETS))
def test_a_yes_stops_the_entry_with_the_article(cast, settings, code):
    resource = draft_resource(cast)
    made = assess(resource, cast.li, answers={**assessing.NO_SECRETS, code: True})
    assert (made.conclusion, made.made_by, made.made_at) == ("STOPPED", cast.li, NOW)
    with pytest.raises(Invalid, match=r"涉及国家秘密或工作秘密，不得在本平台登记（50号文第二条）"):
        actions.submit(resource=resource, by=cast.li, now=NOW)
    settings.RULE_PROFILE = "CN-809"
    with pytest.raises(Invalid, match=r"不得在本平台登记（条例第三条）"):
        actions.submit(resource=resource, by=cast.li, now=NOW)
    assess(resource, cast.li)
    assert actions.submit(resource=resource, by=cast.li, now=NOW).status == "DEPARTMENT_REVIEW"


def test_people_need_their_own_assessment(cast):
    resource = draft_resource(cast, is_assessed=False)
    with pytest.raises(
        Invalid, match=r"“权利人姓名”、“权利人身份证号”等 2 项可能涉及个人信息.*个人信息保护法第五十五条"
    ):
        actions.submit(resource=resource, by=cast.li, now=NOW)
    assess(resource, cast.li, "PERSONAL", {**FINE, "measures": False})
    with pytest.raises(Invalid, match="个人信息保护评估没有通过，不得发布"):
        actions.submit(resource=resource, by=cast.li, now=NOW)
    assess(resource, cast.li, "PERSONAL", {"personal": False})
    assert actions.submit(resource=resource, by=cast.li, now=NOW).status == "DEPARTMENT_REVIEW"


def test_a_data_category_of_people_asks_for_it_too(cast):
    resource = draft_resource(cast, items=[{"name": "积分"}], data_category="PERSON", is_assessed=False)
    with pytest.raises(Invalid, match="“积分”等 1 项可能涉及个人信息"):
        actions.submit(resource=resource, by=cast.li, now=NOW)


def test_every_question_is_answered(cast):
    resource = draft_resource(cast)
    with pytest.raises(Invalid, match="保密评估还有 2 项没有回答"):
        assess(resource, cast.li, answers={"classified": False})
    with pytest.raises(Invalid, match="没有这种评估"):
        assess(resource, cast.li, "OTHER")
    assert not Assessment.objects.filter(kind="SECRECY").exists()


def test_a_declaration_is_kept_as_an_assessment(cast):
    resource = submitted_resource(cast)
    made = Assessment.objects.get(kind="SECRECY")
    assert (made.is_declaration, made.made_by, made.answers) == (True, cast.li, assessing.NO_SECRETS)
    assert resource.assessments.filter(assessment=made).count() == 1


def test_one_assessment_for_a_batch(cast):
    drafts = [draft_resource(cast, is_assessed=False, is_declared_non_secret=False) for _ in range(3)]
    refused = actions.submit_all(resources=drafts, by=cast.li, now=NOW, is_declared_non_secret=True)
    assert all("没有做个人信息保护评估" in reason for _, reason in refused.refused)
    assert len(refused.refused) == 3
    batch = actions.submit_all(
        resources=drafts, by=cast.li, now=NOW, is_declared_non_secret=True, protects_people=True
    )  # fmt: skip
    assert len(batch.done) == 3
    assert [row.subjects.count() for row in Assessment.objects.order_by("kind")] == [3, 3]


def test_only_the_compiler_and_only_drafts(cast):
    resource = draft_resource(cast)
    for person in (cast.zhou, cast.chen, cast.liang):
        with pytest.raises(Denied, match="只有提供部门的经办可以作目录评估"):
            assess(resource, person)
    with pytest.raises(Conflict, match="“已发布”，不能重新评估"):
        assess(published_resource(cast), cast.li)
    with pytest.raises(Invalid, match="没有选择"):
        actions.assess(resources=[], kind="SECRECY", answers={}, by=cast.li, now=NOW)


def test_a_paper_is_kept_and_told_to_the_log(cast):
    paper = SimpleUploadedFile("评估报告.pdf", b"%PDF-1.7 report")
    made = assess(draft_resource(cast), cast.li, file=paper, note="经保密办核")
    assert made.attachment_name == "评估报告.pdf"
    assert made.attachment.name.startswith("assessments/")
    event = AuditEvent.objects.filter(verb="assessment.make").latest("pk")
    assert event.facts["file_name"] == "评估报告.pdf"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("报告.exe", b"MZ", "格式不收"),
        ("报告.html", b"<script>", "格式不收"),
        ("报告.pdf", b"<html>", "内容不是 pdf 文件"),
    ],
)
def test_other_files_are_refused(cast, name, content, says):
    resource = draft_resource(cast)
    with pytest.raises(Invalid, match=says):
        assess(resource, cast.li, file=SimpleUploadedFile(name, content))


def test_a_paper_too_large_is_refused(cast, monkeypatch):
    monkeypatch.setattr("gdshare.lib.uploads.MOST_BYTES", 10)
    with pytest.raises(Invalid, match="超过 20 MB"):
        assess(draft_resource(cast), cast.li, file=SimpleUploadedFile("报告.pdf", b"%PDF-1.7 report"))
