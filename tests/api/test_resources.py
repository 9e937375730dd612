"""目录 over REST: found, read, compiled and moved by key."""

import json

import pytest
from rest_framework.renderers import JSONRenderer

from catalog.resources.api import ResourceSerializer
from catalog.resources.models import DataResource
from catalog.taxonomy.models import Term
from tests.factories.catalog import (
    approved_resource,
    draft_resource,
    published_resource,
    revised_resource,
    submitted_resource,
)
from tests.factories.mounts import mounted_resource

URL = "/api/v1/resources/"


def test_list_finds_by_piece_of_a_word(api, cast):
    found = published_resource(cast, name="婚姻登记机关信息")
    published_resource(cast, name="企业登记")
    draft = draft_resource(cast, name="婚姻登记草稿")
    body = api(cast.chen).get(URL, {"q": "姻登记机"}).json()
    assert [row["id"] for row in body["results"]] == [found.pk]
    assert {row["id"] for row in api(cast.li).get(URL, {"q": "婚姻"}).json()["results"]} == {found.pk, draft.pk}


def test_list_reads_plain_rows_and_says_what_the_serializer_says(api, cast):
    theme, library = (Term.objects.filter(kind=kind).first() for kind in ("THEME", "BASE_LIBRARY"))
    published_resource(cast, theme=theme, base_library=library, share_type="UNCONDITIONAL")
    revised_resource(cast, resource=published_resource(cast))
    draft_resource(cast)
    mounted_resource(cast)
    listed = api(cast.li).get(URL).json()["results"]
    whole = DataResource.objects.filter(provider=cast.natural_resources).order_by("-id")
    assert listed == json.loads(JSONRenderer().render(ResourceSerializer(whole, many=True).data))
    assert len({row["status"] for row in listed}) > 1
    assert any(row["published_at"] and row["theme"] and row["base_library"] for row in listed)


@pytest.mark.parametrize(
    ("query", "name"),
    [({"sharetype": "1"}, "sharetype"), ({"share_type": "MAYBE"}, "share_type"), ({"grade": "9"}, "grade"),
     ({"cursor": "x"}, "cursor")],
)  # fmt: skip
def test_wrong_filter_is_named(api, cast, query, name):
    answer = api(cast.chen).get(URL, query)
    assert answer.status_code == 400
    body = answer.json()
    assert name in (body.get("parameters") or body["errors"])


def test_filters_narrow_and_pages_hold_every_row_once(api, cast):
    made = {published_resource(cast).pk for _ in range(5)}
    published_resource(cast, share_type="CONDITIONAL")
    client, url, seen = api(cast.chen), f"{URL}?share_type=UNCONDITIONAL&page_size=2", []
    while url:
        body = client.get(url).json()
        seen += [row["id"] for row in body["results"]]
        url = body["next"]
    assert len(seen) == 5
    assert set(seen) == made


def test_schema_tells_items_with_their_own_share_type(api, cast):
    resource = published_resource(
        cast, share_type="CONDITIONAL",
        items=[{"name": "姓名", "identifier": "xm"}, {"name": "办理点", "share_type": "UNCONDITIONAL"}],
    )  # fmt: skip
    body = api(cast.chen).get(f"{URL}{resource.pk}/schema/").json()
    assert [(item["identifier"], item["share_type"], item["grade"]) for item in body["items"]] == [
        ("xm", "CONDITIONAL", 3), ("bld", "UNCONDITIONAL", 1),
    ]  # fmt: skip


def test_walks_from_draft_to_published(api, cast):
    values = {"name": "测绘成果", "abstract": "目录", "share_type": "UNCONDITIONAL", "update_cycle": "YEARLY",
              "is_declared_non_secret": True, "items": [{"name": "图号"}, {"name": "比例尺"}]}  # fmt: skip
    made = api(cast.li).post(URL, values, format="json")
    assert made.status_code == 201, made.content
    body = made.json()
    assert body["allowed"]["submit"] == ""
    for who, verb in ((cast.li, "submit"), (cast.zhou, "approve"), (cast.liang, "publish")):
        answer = api(who).post(f"{URL}{body['id']}/{verb}/")
        assert answer.status_code == 200, answer.content
    assert answer.json()["status"] == "PUBLISHED"
    assert DataResource.objects.get(pk=body["id"]).revision == 1


def test_an_audit_over_rest_carries_marks_and_remarks(api, cast):
    resource = approved_resource(cast)
    unmet = [{"property": "EXPRESSION", "is_met": False, "remark": "摘要太短"}]
    refused = api(cast.liang).post(f"{URL}{resource.pk}/publish/", {"marks": unmet}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (400, "MARK_MISSING")
    remarks = [{"text": "写明覆盖范围", "field": "abstract"}]
    back = api(cast.liang).post(f"{URL}{resource.pk}/return/", {"remarks": remarks}, format="json")
    assert back.status_code == 200, back.content
    assert resource.remarks.get().text == "写明覆盖范围"


def test_a_revision_over_rest_is_another_row_until_it_is_published(api, cast):
    entry = published_resource(cast)
    copy = api(cast.li).post(f"{URL}{entry.pk}/revise/").json()
    assert (copy["revises"], copy["status"], copy["code"]) == (entry.pk, "DRAFT", entry.code)
    assert api(cast.li).patch(f"{URL}{copy['id']}/", {"name": "新名"}, format="json").status_code == 200
    assert api(cast.chen).get(f"{URL}{copy['id']}/").status_code == 404
    for who, verb in ((cast.li, "submit"), (cast.zhou, "approve"), (cast.liang, "publish")):
        answer = api(who).post(f"{URL}{copy['id']}/{verb}/").json()
    assert (answer["id"], answer["name"], answer["revision"]) == (entry.pk, "新名", 2)
    other = api(cast.li).post(f"{URL}{entry.pk}/revise/").json()
    assert api(cast.li).post(f"{URL}{other['id']}/discard/").json()["id"] == entry.pk


def test_refusals_have_reasons(api, cast):
    bad = api(cast.li).post(URL, {"name": "x", "share_type": "NOT_SHARED", "update_cycle": "DAILY",
                                  "legal_basis": "本局内部规定"}, format="json")  # fmt: skip
    assert (bad.status_code, bad.json()["code"]) == (400, "RESOURCE_INVALID")
    assert bad.json()["faults"][0]["field"] == "legal_basis"
    wrong_person = api(cast.liang).post(f"{URL}{published_resource(cast).pk}/revise/")
    assert wrong_person.status_code == 403
    assert wrong_person.json()["remedy"]
    stale = api(cast.zhou).post(f"{URL}{approved_resource(cast).pk}/approve/")
    assert stale.status_code == 409
    assert api(cast.chen).get(f"{URL}{submitted_resource(cast).pk}/").status_code == 404
    assert api(cast.zhou).post(f"{URL}{submitted_resource(cast).pk}/return/", {}, format="json").status_code == 400
    assert api(cast.sysadmin).get(URL).json()["results"] == []


def test_a_systems_key_reads_but_does_not_write(api, make_key, cast):
    published_resource(cast)
    system = api(make_key(cast.chen, kind="SYSTEM"))
    assert len(system.get(URL).json()["results"]) == 1
    values = {"name": "x", "share_type": "UNCONDITIONAL", "update_cycle": "DAILY"}
    assert system.post(URL, values, format="json").status_code == 403
    assert api(cast.huang).post(URL, values, format="json").status_code == 403
