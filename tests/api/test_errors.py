"""Every refusal has one shape over REST, and the same words as the page."""

import json
import re

import pytest

from tests.client import visible_text

pytestmark = pytest.mark.urls("tests.api.refusing_urls")

MEMBERS = {"type", "title", "status", "detail", "code", "remedy", "request_id"}
REFUSALS = {
    "invalid": (400, "DATES_CROSSED", "到期日早于起始日。", "请改到期日。"),
    "denied": (403, "DENIED", "只有负责人可以同意。", "请转本部门负责人。"),
    "unseen": (404, "NOT_FOUND", "没有这份申请。", "请核对单号。"),
    "conflict": (409, "CONFLICT", "这份申请已被撤回。", "请刷新页面。"),
    "slow": (503, "BUSY", "这次查询超过了时间上限", "请缩小范围"),
    "locked": (503, "BUSY", "有人正在办理同一件事", "再试一次"),
}


def problem(response, status: int) -> dict:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert set(body) >= MEMBERS
    assert body["status"] == status
    assert body["request_id"] == response["X-Request-Id"]
    for member in ("title", "detail", "remedy"):
        assert re.search("[\u4e00-\u9fff]", body[member]), f"{member} is not Chinese: {body[member]!r}"
    return body


@pytest.mark.parametrize("name", REFUSALS)
def test_page_fragment_and_api_say_the_same(web, api, cast, name):
    status, code, words, remedy = REFUSALS[name]
    body = problem(api(cast.chen).post(f"/api/v1/refuse/{name}/"), status)
    assert body["code"] == code
    assert words in body["detail"]
    assert remedy in body["remedy"]
    client = web(cast.chen)
    for response in (client.post(f"/refuse/{name}/"), client.htmx(f"/refuse/{name}/", method="post")):
        assert response.status_code == status
        text = visible_text(response.content.decode())
        assert body["detail"] in text
        assert body["remedy"] in text
    if status == 503:
        assert response["Retry-After"] == "5"


def test_details_and_the_way_out_are_members(api, cast):
    client = api(cast.chen)
    assert problem(client.get("/api/v1/refuse/invalid/"), 400)["field"] == "until"
    assert problem(client.get("/api/v1/refuse/denied/"), 403)["remedy_url"] == "/todo/"


def test_no_key_and_no_session(api, db):
    response = api(None).get("/api/v1/refuse/echo/")
    body = problem(response, 401)
    assert body["code"] == "NOT_AUTHENTICATED"
    assert response["WWW-Authenticate"] == 'Bearer realm="gdshare"'
    assert "访问密钥" in body["remedy"]


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Token abc", "gd_abc", "Bearer  "])
def test_a_malformed_header(api, db, header):
    response = api(None).get("/api/v1/refuse/echo/", headers={"Authorization": header})
    body = problem(response, 401)
    assert body["code"] == "KEY_MALFORMED"
    assert "WWW-Authenticate" in response


def test_a_proxys_header_is_not_ours(api, cast):
    headers = {"Authorization": "Basic Y2hlbjp4"}
    assert api(cast.sysadmin).get("/api/v1/refuse/echo/", headers=headers).status_code == 200
    assert problem(api(None).get("/api/v1/refuse/echo/", headers=headers), 401)["code"] == "NOT_AUTHENTICATED"


def test_an_unknown_key(api, db):
    assert problem(api("gd_nothing").get("/api/v1/refuse/echo/"), 401)["code"] == "KEY_UNKNOWN"


def test_a_key_acts_as_its_holder(api, make_key, cast):
    echo = "/api/v1/refuse/echo/"
    assert api(cast.chen).get(echo).json()["actor"] == "陈嘉敏"
    assert api(make_key(cast.chen, kind="SYSTEM")).get(echo).json()["actor"] == "测试"


def test_wrong_method(api, cast):
    response = api(cast.chen).put("/api/v1/refuse/echo/", {}, format="json")
    body = problem(response, 405)
    assert "PUT" in body["detail"]
    assert "GET" in response["Allow"]


def test_broken_json(api, cast):
    response = api(cast.chen).post("/api/v1/refuse/echo/", '{"a": ', content_type="application/json")
    assert problem(response, 400)["code"] == "PARSE_ERROR"


def test_foreign_format(api, cast):
    response = api(cast.chen).post("/api/v1/refuse/echo/", "<a/>", content_type="text/xml")
    assert "text/xml" in problem(response, 415)["detail"]


def test_foreign_answer_format(api, cast):
    problem(api(cast.chen).get("/api/v1/refuse/echo/", headers={"Accept": "text/xml"}), 406)


def test_too_many(api, cast):
    response = api(cast.chen).get("/api/v1/refuse/throttled/")
    assert problem(response, 429)["code"] == "THROTTLED"
    assert response["Retry-After"] == "7"


@pytest.mark.parametrize(("name", "status"), [("missing", 404), ("forbidden", 403)])
def test_djangos_own_refusals(api, cast, name, status):
    problem(api(cast.chen).get(f"/api/v1/refuse/{name}/"), status)


def test_an_unknown_address(api, cast):
    body = problem(api(cast.chen).get("/api/v1/no/such/thing/"), 404)
    assert "/api/docs/" in body["remedy"]


def test_a_bug_is_a_problem_too_and_tells_nothing(api, cast):
    client = api(cast.chen)
    client.raise_request_exception = False
    body = problem(client.get("/api/v1/refuse/bug/"), 500)
    assert "ZeroDivisionError" not in json.dumps(body)
    assert "request_id" in body["remedy"]


def test_a_session_needs_the_token(cast):
    from rest_framework.test import APIClient

    client = APIClient(enforce_csrf_checks=True)
    client.force_login(cast.chen, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/api/v1/refuse/echo/").json()["actor"] == "陈嘉敏"
    assert problem(client.post("/api/v1/refuse/echo/", {}, format="json"), 403)["code"] == "CSRF_FAILED"


def test_a_session_with_a_given_password_must_change_it_first(api, cast):
    cast.sysadmin.must_change_password = True
    cast.sysadmin.save()
    assert problem(api(cast.sysadmin).get("/api/v1/refuse/echo/"), 401)["code"] == "PASSWORD_MUST_CHANGE"


def test_an_act_by_a_key_is_told_from_one_at_the_screen(api, web, cast):
    from audit.models import AuditEvent
    from security.accounts.models import ApiClient

    api(cast.chen).post("/api/v1/refuse/act/")
    prefix = ApiClient.objects.get().key_prefix
    assert AuditEvent.objects.get(verb="account.act_as").facts == {"key": prefix}
    web(cast.chen).get("/record/")
    assert AuditEvent.objects.filter(verb="account.act_as").latest("id").facts == {}
