"""争议 over REST: raised, climbed, settled; the words that were offered are the ones agreed to."""

from security.access.roles import AUTHORITY_HEAD
from sharing.share_requests.workflow import Status
from tests.cast import make_person
from tests.factories.disputes import CLAIM
from tests.factories.sharing import share_request_at

PATH = "/api/v1/disputes/"


def test_the_whole_ladder(cast, api):
    refused = share_request_at(cast, Status.PARTLY_APPROVED)
    chen, huang, li = api(cast.chen), api(cast.huang), api(cast.li)
    head = api(make_person("ma", "马骏", cast.authority, AUTHORITY_HEAD))
    made = chen.post(PATH, {"share_request": refused.pk, "claim": CLAIM}, format="json")
    assert made.status_code == 201, made.content
    case = f"{PATH}{made.json()['id']}/"
    assert made.json()["allowed"]["withdraw"] == ""
    assert api(cast.wu).get(case).status_code == 404
    assert chen.post(f"{case}state/", {"text": "没有它不能区分"}, format="json").status_code == 200
    assert li.post(f"{case}offer/", {"text": "后四位"}, format="json").json()["terms"] == "后四位"
    assert huang.post(f"{case}agree/", {"terms": "后六位"}, format="json").status_code == 409
    climbed = huang.post(f"{case}escalate/", {"text": "分歧"}, format="json").json()
    assert (climbed["status"], climbed["authority"]) == ("COORDINATING", cast.authority.name)
    wrong = head.post(f"{case}coordinate/", {"outcome": "YES", "result": "理由"}, format="json")
    assert wrong.status_code == 400
    assert head.post(f"{case}refer/", {"text": "不接受"}, format="json").json()["status"] == "REFERRED"
    ruling = {"outcome": "REJECTED", "result": "维持", "document_no": "府办〔2026〕1号", "document_on": "2026-11-01"}
    ruled = head.post(f"{case}record-ruling/", ruling, format="json").json()
    assert (ruled["status"], ruled["outcome"], ruled["allowed"]) == ("RULED", "REJECTED", {})
    assert [one["id"] for one in chen.get(PATH).json()["results"]] == [made.json()["id"]]


def test_what_cannot_be_raised(cast, api):
    chen, running = api(cast.chen), share_request_at(cast, Status.UNDER_REVIEW)
    both = {"share_request": running.pk, "correction": 1, "claim": CLAIM}
    assert chen.post(PATH, both, format="json").status_code == 400
    assert chen.post(PATH, {"claim": CLAIM}, format="json").status_code == 400
    refused = chen.post(PATH, {"share_request": running.pk, "claim": CLAIM}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (403, "NOT_REFUSED")
    assert chen.post(PATH, {"correction": 9, "claim": CLAIM}, format="json").status_code == 404
