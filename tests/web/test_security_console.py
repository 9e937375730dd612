"""Keys, people and departments in the browser."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from gdshare.lib.clock import day_of
from security.accounts import actions
from security.accounts.models import ApiClient, Membership, User
from security.departments.models import Department
from tests.cast import make_department, make_person, make_uscc
from tests.client import assert_constant_queries, visible_text

KEYS = "/developer/keys/"
PEOPLE = "/console/people/"


def text(response) -> str:
    return visible_text(response.content.decode())


def a_key(**changes):
    day = day_of(timezone.now()) + timedelta(days=30)
    return {"name": "低保核对系统", "purpose": "核对不动产", "kind": "SYSTEM", "expires_on": str(day)} | changes


def test_a_key_is_shown_once_and_opens(web, api, cast):
    client = web(cast.chen)
    response = client.post(KEYS + "issue/", a_key())
    key = re.search(r"gd_[a-z0-9]{8}_[\w-]{43}", response.content.decode()).group()
    assert "no-store" in response["Cache-Control"]
    again = client.get(KEYS)
    assert key not in again.content.decode()
    assert "低保核对系统" in text(again)
    assert actions.open_with_key(key=key, now=timezone.now()).actor.department == cast.civil_affairs


def test_a_revoked_key_is_told_so(web, cast):
    client = web(cast.chen)
    client.post(KEYS + "issue/", a_key())
    pk = ApiClient.objects.get().pk
    assert client.get(f"{KEYS}{pk}/revoke/").status_code == 405
    assert client.post(f"{KEYS}{pk}/revoke/")["Location"] == KEYS
    assert "已撤销" in text(client.get(KEYS))
    assert client.post(f"{KEYS}{pk}/revoke/").status_code == 409


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "必填"),
        ({"expires_on": "2026-13-45"}, "有效"),
        ({"expires_on": "2020-01-01"}, "最长 365 天"),
        ({"expires_on": "2099-01-01"}, "最长 365 天"),
        ({"kind": "X"}, "X"),
    ],
)
def test_a_wrong_field_is_told_and_the_rest_stays(web, cast, typed, words):
    response = web(cast.chen).post(KEYS + "issue/", a_key(**typed))
    assert response.status_code == 422
    assert words in text(response)
    assert 'value="核对不动产"' in response.content.decode()
    assert not ApiClient.objects.exists()


def test_the_last_day_may_be_chosen(web, cast, settings):
    last = day_of(timezone.now()) + timedelta(days=settings.API_CLIENT_MAX_DAYS - 1)
    assert web(cast.chen).post(KEYS + "issue/", a_key(expires_on=str(last))).status_code == 200
    assert ApiClient.objects.count() == 1


def test_another_departments_key_is_not_there(web, cast):
    web(cast.chen).post(KEYS + "issue/", a_key())
    client = web(cast.wu)
    assert "低保核对系统" not in text(client.get(KEYS))
    assert client.post(f"{KEYS}{ApiClient.objects.get().pk}/revoke/").status_code == 404
    assert ApiClient.objects.get().revoked_at is None


def test_queries_of_the_key_page_do_not_grow(web, cast):
    def make_row():
        now = timezone.now()
        actions.issue_api_client(
            by=cast.chen, now=now, name="x", purpose="x", kind="PERSON", expires_at=now + timedelta(days=3)
        )

    assert_constant_queries(web(cast.huang), KEYS, make_row)


def test_an_account_is_made_by_one_and_given_a_role_by_another(web, cast):
    response = web(cast.sysadmin).post(PEOPLE + "create/", {"username": "lin", "name": "林一"})
    password = re.search(r"(?:[a-z0-9]{4}-){3}[a-z0-9]{4}", text(response)).group()
    lin = User.objects.get(username="lin")
    assert password not in text(web(cast.sysadmin).get(f"{PEOPLE}{lin.pk}/"))
    client = web(cast.secadmin)
    page = client.get(f"{PEOPLE}{lin.pk}/")
    assert "授予" in text(page)
    assert "重置密码" not in text(page)
    given = {"department": cast.sports.pk, "role": "HANDLER", "post": "科员"}
    assert client.post(f"{PEOPLE}{lin.pk}/appoint/", given).status_code == 302
    membership = Membership.objects.get(user=lin)
    assert "广东省体育局 经办 科员" in text(client.get(f"{PEOPLE}{lin.pk}/"))
    assert client.post(f"/console/memberships/{membership.pk}/dismiss/").status_code == 302
    membership.refresh_from_db()
    assert membership.ended_by == cast.secadmin


@pytest.mark.parametrize(
    ("typed", "words"),
    [({"username": "Lin Yi"}, "小写字母"), ({"name": ""}, "必填"), ({"username": ""}, "必填")],
)
def test_a_wrong_account_is_told(web, cast, typed, words):
    response = web(cast.sysadmin).post(PEOPLE + "create/", {"username": "lin", "name": "林一"} | typed)
    assert response.status_code == 422
    assert words in text(response)


def test_a_clash_of_administrators_is_a_sentence(web, cast):
    given = {"department": cast.authority.pk, "role": "AUDIT_ADMIN"}
    response = web(cast.secadmin).post(f"{PEOPLE}{cast.sysadmin.pk}/appoint/", given)
    assert response.status_code == 409
    assert "三员互相独立" in text(response)


def test_powers_are_apart(web, cast):
    given = {"department": cast.sports.pk, "role": "HANDLER"}
    assert web(cast.sysadmin).post(f"{PEOPLE}{cast.chen.pk}/appoint/", given).status_code == 403
    assert web(cast.secadmin).post(f"{PEOPLE}{cast.chen.pk}/reset-password/").status_code == 403
    assert web(cast.secadmin).post(f"{PEOPLE}{cast.chen.pk}/deactivate/").status_code == 403
    assert web(cast.secadmin).post(PEOPLE + "create/", {"username": "x", "name": "某"}).status_code == 403
    assert web(cast.auditor).get(PEOPLE).status_code == 403


def test_closing_and_opening_an_account(web, cast):
    client = web(cast.sysadmin)
    assert client.post(f"{PEOPLE}{cast.chen.pk}/deactivate/").status_code == 302
    assert "已停用" in text(client.get(f"{PEOPLE}{cast.chen.pk}/"))
    assert client.post(f"{PEOPLE}{cast.chen.pk}/activate/").status_code == 302
    assert client.post(f"{PEOPLE}{cast.chen.pk}/activate/").status_code == 409


def test_the_list_is_narrowed(web, cast):
    client = web(cast.sysadmin)
    assert "李卓然" not in text(client.get(PEOPLE, {"q": "陈"}))
    assert "陈嘉敏" in text(client.get(PEOPLE, {"q": "chen"}))
    assert "吴刚" in text(client.get(PEOPLE, {"department": cast.sports.pk}))
    assert "陈嘉敏" not in text(client.get(PEOPLE, {"department": cast.sports.pk}))
    assert "没有符合的人员" in text(client.get(PEOPLE, {"q": "没有这个人"}))


def test_queries_of_the_list_do_not_grow(web, cast):
    from itertools import count

    from security.access import roles

    numbers = count()
    assert_constant_queries(
        web(cast.sysadmin), PEOPLE, lambda: make_person(f"p{next(numbers)}", "某", cast.sports, roles.HANDLER)
    )


def department(cast, **changes):
    values = {
        "name": "广东省水利厅", "short_name": "省水利厅", "uscc": make_uscc(30), "kind": "GOVERNMENT",
        "level": "PROVINCE", "region": cast.region.pk, "is_active": "on", "aliases": "广东省水电厅\n\n广东省水利局",
    }  # fmt: skip
    return values | changes


def test_a_department_is_registered_and_changed(web, cast):
    client = web(cast.sysadmin)
    response = client.post("/departments/create/", department(cast))
    made = Department.objects.get(name="广东省水利厅")
    assert response["Location"] == f"/departments/{made.pk}/"
    assert made.aliases == ["广东省水电厅", "广东省水利局"]
    assert "广东省水电厅" in client.get(f"/departments/{made.pk}/edit/").content.decode()
    client.post(f"/departments/{made.pk}/edit/", department(cast, duties="水资源管理"))
    assert "水资源管理" in text(web(cast.wu).get(f"/departments/{made.pk}/"))


def test_a_wrong_code_is_told_beside_the_field(web, cast):
    code = make_uscc(30)
    wrong = code[:17] + ("0" if code[17] != "0" else "1")
    response = web(cast.sysadmin).post("/departments/create/", department(cast, uscc=wrong))
    assert response.status_code == 422
    assert "校验位不对" in text(response)
    assert "广东省水利厅" in response.content.decode()


@pytest.mark.parametrize("who", ["chen", "he", "secadmin", "auditor"])
def test_others_do_not_keep_the_register(web, cast, who):
    client = web(cast.people[who])
    assert "登记部门" not in text(client.get("/departments/"))
    assert client.get("/departments/create/").status_code == 403
    assert client.post(f"/departments/{cast.sports.pk}/edit/", department(cast)).status_code == 403


def test_the_directory_finds_and_narrows(web, cast):
    client = web(cast.wu)
    assert "广东省民政厅" in text(client.get("/departments/"))
    assert "广东省体育局" not in text(client.get("/departments/", {"q": "民政"}))
    assert "没有符合的部门" in text(client.get("/departments/", {"level": "COUNTY"}))


def test_queries_of_the_directory_do_not_grow(web, cast):
    from itertools import count

    numbers = count(100)

    def make_row():
        number = next(numbers)
        make_department(f"广东省第{number}局", number, cast.region)

    assert_constant_queries(web(cast.wu), "/departments/", make_row)
