"""代办 over REST: whom one may ask, begun, taken back."""

from datetime import timedelta

from django.utils import timezone

from gdshare.lib.clock import day_of
from tests.factories.delivery import key_of, rest

PATH = "/api/v1/covers/"


def test_a_head_has_his_post_covered_and_takes_it_back(cast, api):
    huang, today = api(cast.huang), day_of(timezone.now())
    assert [one["name"] for one in huang.get(f"{PATH}colleagues/").json()] == [cast.chen.name]
    body = {"to": cast.chen.pk, "from_on": str(today), "until_on": str(today + timedelta(days=2)), "reason": "出差"}
    made = huang.post(PATH, body, format="json")
    assert made.status_code == 201, made.content
    assert (made.json()["principal"], made.json()["stand_in"]) == (cast.huang.name, cast.chen.name)
    case = f"{PATH}{made.json()['id']}/end/"
    assert [one["id"] for one in api(cast.chen).get(PATH).json()] == [made.json()["id"]]
    assert api(cast.wu).post(case).status_code == 404
    assert huang.post(case).json()["ended_at"]
    assert huang.post(case).status_code == 409


def test_what_is_refused(cast, api):
    today = str(day_of(timezone.now()))
    body = {"to": cast.li.pk, "from_on": today, "until_on": today, "reason": "出差"}
    assert api(cast.huang).post(PATH, body, format="json").status_code == 404
    assert api(cast.huang).post(PATH, body | {"to": "甲"}, format="json").status_code == 400
    assert api(cast.sysadmin).post(PATH, body, format="json").status_code == 403
    system = rest(key_of(cast.chen)).get(PATH)
    assert (system.status_code, "个人密钥" in system.json()["remedy"]) == (403, True)
