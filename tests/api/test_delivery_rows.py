"""Rows over REST: who gets which items, in pages, filtered; every refusal names what and where to apply."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone
from rest_framework.test import APIClient

from audit.models import AuditEvent
from sharing.delivery.models import ServiceCall
from sharing.grants import actions as grants
from sharing.grants.models import Grant
from tests.factories.catalog import ITEMS, draft_resource, published_resource
from tests.factories.delivery import grant_items, granted_resource, key_of, rest
from tests.factories.mounts import mounted_resource, text_items

ALL = [item["identifier"] for item in ITEMS]


def url(resource, tail="rows/"):
    return f"/api/v1/resources/{resource.pk}/{tail}"


def person(user):
    client = APIClient()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


# --- who ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share_type", "name", "status"),
    [
        ("UNCONDITIONAL", "chen", 200), ("UNCONDITIONAL", "huang", 200), ("UNCONDITIONAL", "wu", 200),
        ("UNCONDITIONAL", "li", 200), ("UNCONDITIONAL", "liang", 200), ("UNCONDITIONAL", "sysadmin", 404),
        ("UNCONDITIONAL", "secadmin", 404), ("UNCONDITIONAL", "auditor", 404), ("UNCONDITIONAL", None, 401),
        ("CONDITIONAL", "chen", 200), ("CONDITIONAL", "huang", 200), ("CONDITIONAL", "wu", 403),
        ("CONDITIONAL", "li", 200), ("CONDITIONAL", "zhou", 200), ("CONDITIONAL", "liang", 403),
        ("CONDITIONAL", "he", 403), ("CONDITIONAL", "sysadmin", 404), ("CONDITIONAL", None, 401),
        ("NOT_SHARED", "chen", 403), ("NOT_SHARED", "wu", 403), ("NOT_SHARED", "li", 200),
        ("NOT_SHARED", "liang", 403), ("NOT_SHARED", "auditor", 404),
    ],
)  # fmt: skip
def test_who_gets_rows(cast, share_type, name, status):
    """省民政厅 holds the grant on the conditional one; 省自然资源厅 is the provider."""
    resource = granted_resource(cast) if share_type == "CONDITIONAL" else mounted_resource(cast, share_type=share_type)
    client = person(cast.people[name]) if name else APIClient()
    assert client.get(url(resource)).status_code == status


def test_a_departments_key_takes_what_was_granted_to_it(cast):
    resource = granted_resource(cast, items=3)
    answer = rest(key_of(cast.chen)).get(url(resource))
    assert answer.status_code == 200
    assert [item["identifier"] for item in answer.json()["items"]] == ALL[:3]
    assert answer.json()["rows"][0] == {"bdcdyh": "440106001001GB00001F00010001", "qllx": "4", "qlrxm": "陈大文"}
    call = ServiceCall.objects.get()
    assert (call.row_count, call.is_complete, call.grant, call.user) == (3, True, Grant.objects.get(), None)
    assert call.api_client.department == cast.civil_affairs


def test_an_unknown_key_is_401_and_another_departments_is_403(cast):
    resource = granted_resource(cast)
    assert rest("gd_wrong").get(url(resource)).status_code == 401
    refused = rest(key_of(cast.wu)).get(url(resource))
    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/problem+json"
    assert len(refused.json()["missing"]) == 6


def test_a_field_that_was_not_granted_is_named_with_the_address_to_apply(cast, settings):
    settings.SITE_URL = "https://share.example.cn"
    resource = granted_resource(cast, items=2)
    refused = rest(key_of(cast.chen)).get(url(resource), {"fields": "bdcdyh,jzmj"})
    assert refused.status_code == 403
    body = refused.json()
    assert [missing["identifier"] for missing in body["missing"]] == ["jzmj"]
    assert "建筑面积" in body["detail"]
    item = resource.items.get(identifier="jzmj")
    assert body["remedy_url"] == f"https://share.example.cn/sharing/requests/access/{resource.pk}/?item={item.pk}"
    event = AuditEvent.objects.get(verb="data.take")
    assert (event.is_allowed, event.facts["missing"]) == (False, ["jzmj"])
    assert not ServiceCall.objects.exists()


def test_not_shared_has_no_address_to_apply(cast):
    refused = rest(key_of(cast.chen)).get(url(mounted_resource(cast, share_type="NOT_SHARED")))
    assert refused.json()["code"] == "NOT_SHARED"
    assert "remedy_url" not in refused.json()


def test_a_resource_not_listed_does_not_exist_for_others(cast):
    assert rest(key_of(cast.chen)).get(url(draft_resource(cast))).status_code == 404
    assert rest(key_of(cast.chen)).get("/api/v1/resources/999999/rows/").status_code == 404


def test_a_resource_without_data_says_so(cast):
    answer = rest(key_of(cast.chen)).get(url(published_resource(cast)))
    assert (answer.status_code, answer.json()["code"]) == (409, "NO_DATA")


@pytest.mark.parametrize(
    ("change", "words"),
    [("suspend", "暂停"), ("revoke", "撤销"), ("expire", "到期"), ("not_yet", "起生效")],
)
def test_a_grant_that_ends_between_two_pages_ends_the_pull(cast, change, words):
    resource = granted_resource(cast)
    client = rest(key_of(cast.chen))
    first = client.get(url(resource), {"page_size": 2}).json()
    grant = Grant.objects.get()
    if change in ("suspend", "revoke"):
        getattr(grants, change)(grant=grant, by=cast.zhou, now=timezone.now(), reason="使用范围与申请不符")
    else:
        shift = timedelta(days=-400 if change == "expire" else 30)
        Grant.objects.update(valid_from=F("valid_from") + shift, valid_to=F("valid_to") + shift)
    refused = client.get(url(resource), {"page_size": 2, "cursor": first["next_cursor"]})
    assert refused.status_code == 403
    assert words in refused.json()["detail"]


def test_where_the_rules_ask_for_an_application_nothing_is_self_served(cast, settings):
    resource = mounted_resource(cast)
    settings.RULE_PROFILE = "CN-809"
    assert rest(key_of(cast.chen)).get(url(resource)).status_code == 403


# --- masks ----------------------------------------------------------------------------------------------------------


def test_self_served_sensitive_items_are_masked(cast):
    rows = rest(key_of(cast.chen)).get(url(mounted_resource(cast))).json()["rows"]
    assert [row["qlrxm"] for row in rows] == ["陈**", "林**", "佛山市**有限公司"]
    assert rows[0]["qlrsfzh"] == "4401**********1234"


def test_a_masked_grant_masks_and_an_agreed_item_is_whole(cast):
    resource = granted_resource(cast, masked=("qlrsfzh", "jzmj", "djrq"))
    row = rest(key_of(cast.chen)).get(url(resource)).json()["rows"][0]
    assert (row["qlrxm"], row["qlrsfzh"], row["jzmj"], row["djrq"]) == (
        "陈大文", "4401**********1234", "***", "2026-**-**",
    )  # fmt: skip


def test_a_masked_item_is_no_filter(cast):
    resource = granted_resource(cast, masked=("jzmj",))
    refused = rest(key_of(cast.chen)).get(url(resource), {"jzmj__gt": "100"})
    assert (refused.status_code, refused.json()["code"]) == (403, "MASKED")


# --- pages ----------------------------------------------------------------------------------------------------------


def numbered(cast, count=25):
    content = "编号,数\n" + "".join(f"{number:04d},{number}\n" for number in range(1, count + 1))
    items = text_items(["编号", "数"], f2="I")
    return mounted_resource(cast, items=items, content=content)


def test_pages_meet_without_gap_or_repeat(cast):
    resource, client = numbered(cast), rest(key_of(cast.chen))
    cursor, seen = "", []
    for _ in range(3):
        page = client.get(url(resource), {"page_size": 10, "cursor": cursor} if cursor else {"page_size": 10}).json()
        seen += [row["f2"] for row in page["rows"]]
        cursor = page["next_cursor"]
    assert seen == list(range(1, 26))
    assert cursor == ""


def test_a_pull_keeps_the_version_it_began_with(cast):
    from tests.factories.mounts import load

    resource, client = numbered(cast), rest(key_of(cast.chen))
    first = client.get(url(resource), {"page_size": 20}).json()
    load(resource, "编号,数\nx,1\n", cast.li)
    second = client.get(url(resource), {"page_size": 20, "cursor": first["next_cursor"]}).json()
    assert [row["f2"] for row in second["rows"]] == [21, 22, 23, 24, 25]
    assert second["version"] == first["version"]
    assert client.get(url(resource)).json()["rows"] == [{"f1": "x", "f2": 1}]


@pytest.mark.parametrize(
    ("query", "code", "named"),
    [
        ({"cursor": "abc"}, "CURSOR", "cursor"),
        ({"page_size": "0"}, "PAGE_SIZE", "page_size"),
        ({"page_size": "1001"}, "PAGE_SIZE", "page_size"),
        ({"page_size": "x"}, "PAGE_SIZE", "page_size"),
        ({"fields": "f1,nope"}, "FIELD_UNKNOWN", "nope"),
        ({"fields": ","}, "FIELD_UNKNOWN", "fields"),
        ({"nope": "1"}, "FILTER_UNKNOWN", "nope"),
        ({"f2__like": "1"}, "FILTER_UNKNOWN", "f2__like"),
        ({"f2": "一"}, "FILTER_VALUE", "f2"),
        ({"f2__in": "1,二"}, "FILTER_VALUE", "f2__in"),
        ({"f2__gte": "99999999999999999999"}, "FILTER_VALUE", "f2__gte"),
    ],
)
def test_a_wrong_cursor_field_or_filter_is_400_naming_it(cast, query, code, named):
    answer = rest(key_of(cast.chen)).get(url(numbered(cast)), query)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert named in answer.json()["detail"]


def test_a_cursor_fits_only_its_own_question(cast):
    resource, client = numbered(cast), rest(key_of(cast.chen))
    cursor = client.get(url(resource), {"page_size": 2}).json()["next_cursor"]
    other = client.get(url(resource), {"page_size": 2, "cursor": cursor, "fields": "f1"})
    assert (other.status_code, other.json()["code"]) == (400, "CURSOR")
    assert client.get(url(numbered(cast)), {"cursor": cursor}).status_code == 400


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"f1": "0007"}, [7]),
        ({"f2": "7"}, [7]),
        ({"f2__gte": "23"}, [23, 24, 25]),
        ({"f2__gt": "23", "f2__lt": "25"}, [24]),
        ({"f2__lte": "2"}, [1, 2]),
        ({"f2__in": "3,5"}, [3, 5]),
        ({"f1__gte": "0024"}, [24, 25]),
        ({"数": "9"}, [9]),
        ({"f1": "' OR 1=1 --"}, []),
    ],
)
def test_filters_by_type(cast, query, found):
    answer = rest(key_of(cast.chen)).get(url(numbered(cast)), query)
    assert [row["f2"] for row in answer.json()["rows"]] == found


def test_sensitive_values_go_in_a_body(cast):
    resource, client = granted_resource(cast), rest(key_of(cast.chen))
    refused = client.get(url(resource), {"qlrxm": "陈大文"})
    assert (refused.status_code, refused.json()["code"]) == (400, "SENSITIVE_IN_ADDRESS")
    answer = client.post(
        url(resource, "rows/query/"), {"filters": {"qlrxm": "陈大文"}, "fields": ["jzmj"]}, format="json"
    )
    assert answer.json()["rows"] == [{"jzmj": 89.62}]
    assert "陈大文" not in str(list(AuditEvent.objects.filter(verb="data.take").values()))


@pytest.mark.parametrize("body", [{"wrong": 1}, {"page_size": 0}, {"filters": []}, {"fields": "x"}, []])
def test_a_wrong_body_is_400(cast, body):
    answer = rest(key_of(cast.chen)).post(url(numbered(cast), "rows/query/"), body, format="json")
    assert answer.status_code == 400


def test_numbers_keep_their_digits(cast):
    answer = rest(key_of(cast.chen)).get(url(mounted_resource(cast)), {"fields": "jzmj"})
    assert b'{"jzmj":1204.00}' in answer.content


def test_two_grants_open_their_union(cast):
    resource = mounted_resource(cast, share_type="CONDITIONAL")
    grant_items(cast, resource, items=1)
    assert len(rest(key_of(cast.chen)).get(url(resource)).json()["items"]) == 1
    grant_items(cast, resource, items=3)
    assert len(rest(key_of(cast.chen)).get(url(resource)).json()["items"]) == 3
