"""Signing in, signing out, the membership one acts in, and one's own password, in the browser."""

import pytest
from django.core.cache import cache

from security.access import roles
from security.accounts.models import Membership, User
from tests.cast import PASSWORD, appoint
from tests.client import visible_text

URL = "/sign-in/"
NEW = "Brand-New-Horse-1"


@pytest.fixture(autouse=True)
def _no_counts():
    cache.clear()


def sign_in(client, password=PASSWORD, username="chen", **more):
    return client.post(URL, {"username": username, "password": password, **more})


def test_page_is_open(web, db):
    response = web().get(URL)
    assert response.status_code == 200
    assert response["Cache-Control"].startswith("max-age=0")
    assert "登录" in visible_text(response.content.decode())


def test_right_password_comes_in_with_a_new_session(web, cast):
    client = web()
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key
    assert sign_in(client).status_code == 302
    assert client.cookies["sessionid"].value != session.session_key
    assert client.session["_auth_user_id"] == str(cast.chen.pk)
    assert client.get(URL).status_code == 302


def test_wrong_password_is_told_and_the_name_stays(web, cast):
    response = sign_in(web(), "wrong")
    assert response.status_code == 422
    html = response.content.decode()
    assert "用户名或密码不对。还可以试 4 次" in html
    assert 'value="chen"' in html
    assert "wrong" not in html


def test_fifth_failure_locks(web, cast):
    client = web()
    for _ in range(5):
        response = sign_in(client, "wrong")
    assert "账号已锁定" in response.content.decode()
    assert sign_in(client).status_code == 422
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("field", ["username", "password"])
def test_an_empty_field_is_named(web, db, field):
    response = web().post(URL, {"username": "a", "password": "b", field: ""})
    assert response.status_code == 422
    assert {"username": "请填写用户名", "password": "请填写密码"}[field] in response.content.decode()


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/departments/", "/departments/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\\evil.example", "/"),
        ("", "/"),
    ],
)
def test_next_is_only_one_of_our_pages(web, cast, wanted, goes):
    response = sign_in(web(), next=wanted)
    assert response["Location"] == goes


def test_a_closed_page_comes_back_after_signing_in(web, cast):
    client = web()
    asked = client.get("/departments/?q=民政")
    page = client.get(asked["Location"])
    assert 'name="next" value="/departments/?q=' in page.content.decode()


def test_sign_out_ends_the_session_and_is_a_post(web, cast):
    client = web(cast.chen)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == URL
    assert client.get("/departments/").status_code == 302


def test_forms_carry_the_token(web, cast):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    assert sign_in(client).status_code == 403


def test_a_person_with_several_memberships_chooses(web, cast):
    appoint(cast.chen, cast.sports, roles.OFFICE_HEAD)
    second = Membership.objects.get(user=cast.chen, department=cast.sports)
    first = Membership.objects.get(user=cast.chen, department=cast.civil_affairs)
    cast.chen.acting = first.as_acting()
    client = web(cast.chen)
    assert "省民政厅 · 经办" in visible_text(client.get("/departments/").content.decode())
    response = client.post("/acting/", {"membership": second.pk, "next": "/departments/"})
    assert response["Location"] == "/departments/"
    assert "省体育局 · 负责人" in visible_text(client.get("/departments/").content.decode())


@pytest.mark.parametrize("number", ["", "x", "0", "999999"])
def test_only_ones_own_membership_can_be_chosen(web, cast, number):
    client = web(cast.chen)
    assert client.post("/acting/", {"membership": number}).status_code == 404
    foreign = Membership.objects.get(user=cast.wu)
    assert client.post("/acting/", {"membership": foreign.pk}).status_code == 404


def test_an_ended_membership_ends_at_once(web, cast):
    client = web(cast.chen)
    assert client.get("/developer/keys/").status_code == 200
    Membership.objects.filter(user=cast.chen).update(ended_at="2026-01-01T00:00:00Z")
    assert client.get("/developer/keys/").status_code == 403


def test_a_closed_account_is_out_at_once(web, cast):
    client = web(cast.chen)
    User.objects.filter(pk=cast.chen.pk).update(is_active=False)
    assert client.get("/departments/").status_code == 302


def test_change_password(web, cast):
    mine, other = web(cast.chen), web(cast.chen)
    response = mine.post("/password/", {"old_password": PASSWORD, "password": NEW, "password_again": NEW})
    assert response.status_code == 302
    assert mine.get("/departments/").status_code == 200
    assert other.get("/departments/").status_code == 302
    assert sign_in(web(), NEW).status_code == 302


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"old_password": "no"}, "现在的密码不对"),
        ({"password": "short1", "password_again": "short1"}, "至少 10"),
        ({"password": "1234567890123", "password_again": "1234567890123"}, "数字"),
        ({"password": PASSWORD, "password_again": PASSWORD}, "不能与现在的相同"),
        ({"password_again": "Another-Horse-2"}, "不一致"),
    ],
)
def test_a_bad_new_password_is_told(web, cast, typed, words):
    values = {"old_password": PASSWORD, "password": NEW, "password_again": NEW} | typed
    response = web(cast.chen).post("/password/", values)
    assert response.status_code == 422
    assert words.replace(" ", "") in visible_text(response.content.decode()).replace(" ", "")
    assert sign_in(web()).status_code == 302


def test_a_given_password_must_be_changed_before_anything_else(web, cast):
    User.objects.filter(pk=cast.chen.pk).update(must_change_password=True)
    client = web(cast.chen)
    assert client.get("/departments/")["Location"] == "/password/"
    assert client.htmx("/departments/")["HX-Redirect"] == "/password/"
    assert "请先改成" in client.get("/password/").content.decode()
    client.post("/password/", {"old_password": PASSWORD, "password": NEW, "password_again": NEW})
    assert client.get("/departments/").status_code == 200
