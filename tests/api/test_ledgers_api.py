"""使用台账 over REST: read, written, inspected, answered."""

from sharing.ledgers.models import UsageLedger
from tests.factories.delivery import granted_resource, key_of, rest

PATH = "/api/v1/ledgers/"


def test_the_book_is_filled_by_the_pull_and_by_the_system_that_uses_the_data(cast, api):
    resource = granted_resource(cast)
    pulled = rest(key_of(cast.chen)).get(f"/api/v1/resources/{resource.pk}/rows/")
    assert pulled.status_code == 200
    [ledger] = UsageLedger.objects.all()
    case, chen, li = f"{PATH}{ledger.pk}/", api(cast.chen), api(cast.li)
    book = chen.get(case).json()
    assert (book["times"], book["rows"], book["missing"], book["kept_until"]) == (1, 3, ["应用成效", "存储情况"], None)
    assert book["months"][0]["rows"] == 3
    made = chen.post(f"{case}write/", {"section": "EFFECT", "text": "核对 3 户"}, format="json")
    assert made.status_code == 200, made.content
    assert made.json()["missing"] == ["存储情况"]
    assert made.json()["entries"][0]["section_label"] == "应用成效"
    assert li.post(f"{case}write/", {"section": "EFFECT", "text": "甲"}, format="json").status_code == 403
    assert chen.post(f"{case}answer/", {"text": "甲"}, format="json").status_code == 409
    assert li.post(f"{case}inspect/", {"text": "写明库表"}, format="json").status_code == 200
    assert chen.post(f"{case}answer/", {"text": "hd_estate"}, format="json").status_code == 200
    assert api(cast.wu).get(case).status_code == 404
    assert [row["id"] for row in li.get(PATH).json()["results"]] == [ledger.pk]


def test_a_grant_says_since_when_it_is_supplied(cast, api):
    resource = granted_resource(cast)
    [grant] = api(cast.chen).get("/api/v1/grants/").json()["results"]
    assert api(cast.chen).get(f"/api/v1/grants/{grant['id']}/").json()["supplied_at"] is None
    assert resource.pk == grant["resource"]
