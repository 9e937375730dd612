"""共享申请 and 授权 over REST: the same verbs and words as the pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from security.accounts.models import ApiClient
from sharing.grants.models import Grant
from sharing.share_requests import actions
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.workflow import Status
from tests.client import BACKEND
from tests.factories.catalog import published_resource
from tests.factories.sharing import AT, BASIS, ELEMENTS, PAPER, share_request_at

ROOT = "/api/v1/share-requests/"


def rest(person):
    client = APIClient()
    client.force_login(person, backend=BACKEND)
    return client


def post(person, share_request, verb, **body):
    return rest(person).post(f"{ROOT}{share_request.pk}/{verb}/", body, format="json")


def test_the_whole_way_over_rest(cast):
    resource = published_resource(cast, share_type="CONDITIONAL")
    ids = list(resource.items.order_by("position").values_list("pk", flat=True))[:3]
    body = ELEMENTS | {"items": ids, "necessities": {str(pk): "必需" for pk in ids}, "use_from": "2026-11-20"}
    body |= {"use_to": "2099-11-19"}
    answer = rest(cast.chen).post(ROOT, body, format="json")
    assert answer.status_code == 201, answer.json()
    [made] = answer.json()
    assert made["status"] == "DRAFT"
    assert [item["item"] for item in made["items"]] == ids
    assert made["allowed"] == {"submit": "", "withdraw": ""}
    share_request = ShareRequest.objects.get(number=made["number"])
    assert post(cast.chen, share_request, "submit").json()["status"] == "ENDORSING"
    endorsed = post(cast.huang, share_request, "endorse").json()
    assert (endorsed["status"], endorsed["clock"]["basis"]) == ("UNDER_REVIEW", "50号文第十九条")
    refusal = {"item": ids[2], "decision": "REFUSE", "reason": "超出用途"}
    for handler, head in ((cast.li, cast.zhou), (cast.liang, cast.he)):
        proposal = {"conclusion": "APPROVE_PARTLY", "basis": BASIS, "items": [refusal]}
        assert post(handler, share_request, "propose", **proposal).status_code == 200
        assert post(head, share_request, "confirm").status_code == 200
    final = rest(cast.chen).get(f"{ROOT}{share_request.pk}/").json()
    assert final["status"] == "PARTLY_APPROVED"
    assert [item["decision"] for item in final["items"]] == ["AGREE", "AGREE", "REFUSE"]
    [entry] = [entry for entry in final["timeline"] if entry["what"] == "答复：部分同意"]
    assert entry["text"] == "同意 2 项，不同意 1 项"
    grant = rest(cast.chen).get(f"/api/v1/grants/{final['grants'][0]}/").json()
    assert [item["item"] for item in grant["items"]] == ids[:2]
    assert grant["share_request"] == share_request.number


def test_list_filters_and_never_shows_the_unseen(cast):
    share_request_at(cast, Status.UNDER_REVIEW)
    share_request_at(cast, Status.DRAFT)
    assert len(rest(cast.chen).get(ROOT).json()["results"]) == 2
    assert len(rest(cast.chen).get(ROOT + "?status=DRAFT").json()["results"]) == 1
    assert len(rest(cast.li).get(ROOT).json()["results"]) == 1
    assert rest(cast.wu).get(ROOT).json()["results"] == []
    assert rest(cast.auditor).get(ROOT).json()["results"] == []


@pytest.mark.parametrize(
    ("who", "verb", "body", "status"),
    [
        ("chen", "propose", {"conclusion": "APPROVE"}, 403),
        ("zhou", "propose", {"conclusion": "APPROVE"}, 403),
        ("zhou", "confirm", {}, 409),
        ("wu", "withdraw", {}, 404),
        ("huang", "endorse", {}, 409),
        ("li", "propose", {}, 400),
        ("li", "propose", {"conclusion": "DENY", "opinion": "不便", "basis": "内部规定"}, 400),
        ("li", "return", {"points": []}, 400),
        ("chen", "complete", {"note": "x"}, 409),
    ],
)
def test_refusals_are_problems_with_a_remedy(cast, who, verb, body, status):
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    answer = post(cast.people[who], share_request, verb, **body)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["remedy"]
    share_request.refresh_from_db()
    assert share_request.status == Status.UNDER_REVIEW


def test_an_incomplete_draft_tells_each_field(cast):
    share_request = share_request_at(cast, Status.DRAFT, is_pledged=False, use_basis="")
    problem = post(cast.chen, share_request, "submit").json()
    assert problem["code"] == "INCOMPLETE"
    assert [one["field"] for one in problem["missing"]] == ["use_basis", "is_pledged"]


def test_a_stale_version_is_told(cast):
    share_request = share_request_at(cast, Status.ENDORSING)
    answer = post(cast.huang, share_request, "endorse", version=share_request.version - 1)
    assert (answer.status_code, answer.json()["code"]) == (409, "STALE")


def test_opinions_wait_for_the_answer(cast):
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    actions.propose(share_request=share_request, by=cast.li, now=AT, conclusion="APPROVE", opinion="内部看法")
    path = f"{ROOT}{share_request.pk}/"
    assert "内部看法" not in rest(cast.chen).get(path).content.decode()
    assert "内部看法" in rest(cast.zhou).get(path).content.decode()


def test_return_complete_and_withdraw(cast):
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    assert post(cast.li, share_request, "return", points=["写明环节"]).json()["return_notice"] == "写明环节"
    answer = post(cast.chen, share_request, "complete", note="已写明", use_scenario="窗口核对")
    assert answer.json()["elements"]["use_scenario"] == "窗口核对"
    assert post(cast.chen, share_request, "withdraw").json()["status"] == "WITHDRAWN"


def test_a_draft_is_saved_and_sent_back(cast):
    share_request = share_request_at(cast, Status.DRAFT)
    assert post(cast.chen, share_request, "save", title="新事由").json()["title"] == "新事由"
    post(cast.chen, share_request, "submit")
    assert post(cast.huang, share_request, "send-back", opinion="改").json()["status"] == "DRAFT"


def test_rework_over_rest(cast):
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    post(cast.li, share_request, "propose", conclusion="APPROVE")
    answer = post(cast.zhou, share_request, "rework", opinion="再想想").json()
    assert answer["allowed"]["confirm"]


def test_a_department_s_key_takes_grants_but_files_nothing(cast):
    share_request_at(cast, Status.APPROVED)
    client = APIClient()
    key = ApiClient(department=cast.civil_affairs, name="核对系统", pk=1)
    client.force_authenticate(key)
    assert len(client.get("/api/v1/grants/").json()["results"]) == 1
    assert client.get(ROOT).json()["results"] == []
    assert client.post(ROOT, {"items": [1]}, format="json").status_code == 403


def test_a_grant_is_managed_over_rest(cast):
    share_request_at(cast, Status.APPROVED)
    grant = Grant.objects.get()
    path = f"/api/v1/grants/{grant.pk}/"
    assert rest(cast.zhou).post(path + "suspend/", {}, format="json").status_code == 400
    assert rest(cast.chen).post(path + "suspend/", {"reason": "x"}, format="json").status_code == 403
    assert rest(cast.zhou).post(path + "suspend/", {"reason": "不符"}, format="json").json()["status"] == "SUSPENDED"
    assert rest(cast.zhou).get(path).json()["allowed"] == {
        "report_rectified": "整改情况由使用部门的经办报告。",
        "resume": "",
        "revoke": "",
        "dispose": "处置证明由使用部门的经办出具。",
    }
    report = rest(cast.chen).post(path + "report-rectified/", {"report": "已停用账号"}, format="json")
    assert report.json()["status"] == "SUSPENDED"
    assert rest(cast.he).post(path + "resume/", {"reason": "已改"}, format="json").json()["status"] == "ACTIVE"
    assert rest(cast.he).post(path + "revoke/", {"reason": "停用"}, format="json").json()["status"] == "REVOKED"
    assert rest(cast.wu).get(path).status_code == 404


def test_the_papers_of_a_case_over_rest(cast):
    case = share_request_at(cast, Status.PARTLY_APPROVED)
    waiting = share_request_at(cast, Status.UNDER_REVIEW)
    begins = {"application.pdf": b"%PDF-", "answer.pdf": b"%PDF-", "dossier.zip": b"PK"}
    for name, begin in begins.items():
        kind = f"application/{name.rpartition('.')[2]}"
        answer = rest(cast.chen).get(f"{ROOT}{case.pk}/{name}", headers={"accept": kind})
        assert answer.status_code == 200
        assert answer["Content-Type"] == kind
        assert case.number in answer["Content-Disposition"]
        assert b"".join(answer).startswith(begin)
        assert rest(cast.wu).get(f"{ROOT}{case.pk}/{name}").status_code == 404
        assert rest(cast.auditor).get(f"{ROOT}{case.pk}/{name}").status_code == 404
    refused = rest(cast.chen).get(f"{ROOT}{waiting.pk}/answer.pdf")
    assert (refused.status_code, refused.json()["code"]) == (409, "CONFLICT")


def test_a_key_without_the_right_takes_no_papers(cast):
    case = share_request_at(cast, Status.APPROVED)
    assert APIClient().get(f"{ROOT}{case.pk}/dossier.zip").status_code in {401, 403}


def test_attachments_over_rest(cast):
    share_request = share_request_at(cast, Status.RETURNED)
    root, chen = f"{ROOT}{share_request.pk}/", rest(cast.chen)
    refused = chen.post(f"{root}attach/", {"file": SimpleUploadedFile("甲.exe", PAPER)}, format="multipart")
    assert (refused.status_code, refused.json()["code"]) == (400, "PAPER_KIND")
    assert rest(cast.li).post(f"{root}attach/", {"file": SimpleUploadedFile("甲.pdf", PAPER)}).status_code == 403
    made = chen.post(f"{root}attach/", {"file": SimpleUploadedFile("甲.pdf", PAPER)}, format="multipart")
    assert made.status_code == 201
    [line] = rest(cast.li).get(f"{root}attachments/").json()
    assert (line["name"], line["scan"], line["is_available"]) == ("甲.pdf", "未配置查毒", True)
    path = f"{root}attachments/{line['id']}/"
    assert b"".join(rest(cast.li).get(path).streaming_content) == PAPER
    assert rest(cast.wu).get(path).status_code == 404
    assert chen.post(f"{root}detach/", {"attachment": line["id"]}).json() == []


def test_the_pledge_is_to_the_version_that_was_read(cast):
    [first] = rest(cast.chen).get("/api/v1/agreements/").json()["results"]
    assert (first["number"], first["is_in_force"]) == (1, True)
    draft = share_request_at(cast, Status.DRAFT, is_pledged=False)
    made = post(cast.chen, draft, "save", is_pledged=True, agreement=first["id"] + 1).json()
    assert (made["elements"]["is_pledged"], made["elements"]["agreement"]) == (False, None)
    made = post(cast.chen, draft, "save", is_pledged=True, agreement=first["id"]).json()
    assert (made["elements"]["is_pledged"], made["elements"]["agreement"]) == (True, first["id"])


def test_messages_over_rest(cast):
    share_request = share_request_at(cast, Status.UNDER_REVIEW)
    path = f"{ROOT}{share_request.pk}/messages/"
    made = rest(cast.li).post(path, {"text": "请说明频次"}, format="json")
    assert (made.status_code, made.json()["department"]) == (201, cast.natural_resources.name)
    assert [one["text"] for one in rest(cast.chen).get(path).json()] == ["请说明频次"]
    assert rest(cast.chen).post(path, {"text": " "}, format="json").status_code == 400
    assert (rest(cast.wu).get(path).status_code, rest(cast.wu).post(path, {"text": "甲"}).status_code) == (404, 404)


def test_asking_again_over_rest(cast):
    """照此再申请, 续期, 变更: each answers with an ordinary draft."""
    share_request = share_request_at(cast, Status.APPROVED)
    grant = share_request.grants.get()
    copied = post(cast.chen, share_request, "copy")
    assert (copied.status_code, copied.json()["status"]) == (201, "DRAFT")
    renewed = rest(cast.chen).post(f"{ROOT}renew/", {"grant": grant.pk}, format="json")
    assert renewed.status_code == 201, renewed.json()
    assert ShareRequest.objects.get(number=renewed.json()["number"]).follows == grant
    twice = rest(cast.chen).post(f"{ROOT}amend/", {"grant": grant.pk}, format="json")
    assert (twice.status_code, "在办" in twice.json()["detail"]) == (409, True)
    assert rest(cast.huang).post(f"{ROOT}amend/", {"grant": grant.pk}, format="json").status_code == 403
    for stranger in (cast.wu, cast.auditor):
        assert rest(stranger).post(f"{ROOT}renew/", {"grant": grant.pk}, format="json").status_code in (403, 404)
    assert rest(cast.chen).post(f"{ROOT}renew/", {}, format="json").status_code == 400
