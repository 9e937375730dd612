"""疑义校核 over REST: a system reports, the provider mends, a consumer pulls again and says so."""

from tests.factories.corrections import DOUBT
from tests.factories.mounts import ROWS, load, mounted_resource

PATH = "/api/v1/corrections/"


def test_the_whole_story_with_real_pulls(committed_cast, api):
    cast = committed_cast
    resource = mounted_resource(cast)
    chen, li, wu = api(cast.chen), api(cast.li), api(cast.wu)
    rows = f"/api/v1/resources/{resource.pk}/rows/"
    assert wu.get(rows).status_code == 200
    item = resource.items.get(name="建筑面积").pk
    made = chen.post(PATH, DOUBT | {"resource": resource.pk, "item": item}, format="json")
    assert made.status_code == 201, made.content
    case = f"{PATH}{made.json()['id']}/"
    assert wu.get(case).status_code == 404
    assert li.post(f"{case}accept/").json()["status"] == "ACCEPTED"
    early = li.post(f"{case}mend/", {"answer": "已更正"}, format="json")
    assert (early.status_code, early.json()["code"]) == (409, "NOT_MENDED_YET")
    load(resource, ROWS.replace("89.62", "98.26"), cast.li)
    assert li.post(f"{case}mend/", {"answer": "已更正"}, format="json").json()["mended_version"] == 2
    consumers = {one["department"]: one for one in li.get(f"{case}consumers/").json()}
    assert consumers[cast.sports.name]["is_on_old"]
    assert wu.get(rows).status_code == 200
    assert wu.post(f"{case}acknowledge/", {"note": "已重取"}, format="json").status_code == 200
    consumers = {one["department"]: one for one in li.get(f"{case}consumers/").json()}
    assert (consumers[cast.sports.name]["is_on_old"], consumers[cast.sports.name]["received_version"]) == (False, 2)
    assert consumers[cast.sports.name]["acknowledged_at"]


def test_what_cannot_be_reported(cast, api):
    resource = mounted_resource(cast)
    other = mounted_resource(cast, name="另一条")
    chen = api(cast.chen)
    assert chen.post(PATH, {"resource": resource.pk, "doubt": "甲"}, format="json").status_code == 400
    assert chen.post(PATH, DOUBT | {"resource": 0}, format="json").status_code == 404
    closed = mounted_resource(cast, name="有条件的", share_type="CONDITIONAL")
    refused = chen.post(PATH, DOUBT | {"resource": closed.pk, "record_key": "44"}, format="json")
    assert (refused.status_code, refused.json()["remedy"][:2]) == (403, "可以")
    wrong = DOUBT | {"resource": resource.pk, "item": other.items.first().pk}
    assert chen.post(PATH, wrong, format="json").status_code == 404
    assert api(cast.li).post(PATH, DOUBT | {"resource": resource.pk}, format="json").status_code == 403
