"""The page of results: who stands how to what, without script as with it."""

from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.urls import reverse
from django.utils import timezone

from catalog.resources import queries as catalog
from catalog.taxonomy import actions as taxonomy
from gdshare.lib.clock import day_of
from gdshare.portal import results
from sharing.share_requests import actions
from sharing.share_requests.workflow import Status
from tests.client import assert_constant_queries, visible_text, web_client
from tests.factories.catalog import ITEMS, draft_resource, published_resource
from tests.factories.delivery import granted_resource
from tests.factories.mounts import mounted_resource
from tests.factories.sharing import share_request_at


@pytest.fixture
def now():
    return timezone.now()


def access(person, resource, now):
    """How a person's department stands to one entry."""
    page = catalog.search(person, text=resource.name)
    [line] = [line for line in results.lines(person, page, today=day_of(now)) if line.hit.resource.pk == resource.pk]
    return line.access


def test_each_state_has_its_words_and_its_verb(cast, now):
    granted = share_request_at(cast, Status.APPROVED, now=now - timedelta(hours=1))
    full = mounted_resource(cast, share_type="CONDITIONAL")
    granted_full = share_request_at(cast, Status.APPROVED, now=now - timedelta(hours=1), resource=full)
    pending = share_request_at(cast, Status.UNDER_REVIEW, now=now)
    denied = share_request_at(cast, Status.DENIED, now=now)
    of = lambda row: row.request_items.first().item.resource  # noqa: E731
    states = {
        "granted": access(cast.chen, of(granted), now),
        "granted_full": access(cast.chen, of(granted_full), now),
        "pending": access(cast.chen, of(pending), now),
        "denied": access(cast.chen, of(denied), now),
        "open": access(cast.chen, mounted_resource(cast), now),
        "empty": access(cast.chen, published_resource(cast, share_type="UNCONDITIONAL"), now),
        "closed": access(cast.chen, published_resource(cast, share_type="NOT_SHARED"), now),
        "own": access(cast.li, of(pending), now),
    }
    assert {name: (state.kind, state.verb) for name, state in states.items()} == {
        "granted": ("granted", "查看"),
        "granted_full": ("granted", "取用"),
        "pending": ("pending", "查看申请"),
        "denied": ("apply", "加入选数车"),
        "open": ("open", "取用"),
        "empty": ("empty", "查看"),
        "closed": ("closed", "查看依据"),
        "own": ("own", "查看"),
    }
    assert states["granted"].title == f"已获授权 {granted.request_items.count()} 项"
    assert states["granted"].note.endswith("，尚未挂接数据")
    assert states["granted_full"].note.startswith("有效至 ")
    assert (states["empty"].title, states["empty"].note) == ("无条件共享", "尚未挂接数据")
    assert states["pending"].note.startswith("剩 ")
    assert (states["denied"].title, states["denied"].note) == (
        "可申请，须审核", "提供部门、主管部门审核，最迟 10 个工作日答复"
    )  # fmt: skip
    assert (states["closed"].title, states["closed"].note) == ("不予共享", "依据：《不动产登记暂行条例》第二十七条")
    assert states["pending"].url == reverse("sharing:share_requests:detail", args=[pending.pk])


def test_taking_is_offered_once_there_is_data(cast, now):
    resource = published_resource(cast, share_type="UNCONDITIONAL")
    before = access(cast.chen, resource, now)
    assert (before.verb, before.note) == ("查看", "尚未挂接数据")
    type(resource).objects.filter(pk=resource.pk).update(row_count=3)
    found = access(cast.chen, resource, now)
    assert (found.verb, found.note) == ("取用", "不需申请")


def test_a_row_says_what_of_a_mixed_entry_stands_differently(cast, now):
    items = [dict(item) for item in ITEMS]
    items[0]["share_type"], items[1]["share_type"] = "UNCONDITIONAL", "NOT_SHARED"
    mixed = published_resource(cast, share_type="CONDITIONAL", items=items)
    assert access(cast.chen, mixed, now).extra == "其中 1 项无条件共享，不需申请"
    items[0]["share_type"] = "CONDITIONAL"
    not_shared = published_resource(cast, share_type="NOT_SHARED", items=items[:2], share_conditions="限统计用途")
    partly = access(cast.chen, not_shared, now)
    assert (partly.kind, partly.extra) == ("apply", "只有 1 项可以申请，其余不予共享")


def test_items_that_hit_beyond_the_grant_can_be_added(cast, now):
    resource = granted_resource(cast, items=2)
    names = list(resource.items.order_by("position").values_list("name", "pk"))
    [line] = results.lines(cast.chen, catalog.search(cast.chen, text=names[0][0]), today=day_of(now))
    assert (line.access.verb, line.access.item_ids) == ("取用", ())
    [line] = results.lines(cast.chen, catalog.search(cast.chen, text=names[4][0]), today=day_of(now))
    assert (line.access.verb, line.access.item_ids) == ("增加信息项", (names[4][1],))
    assert line.access.extra == "命中的信息项里 1 项还没有授权"


def test_what_others_were_granted_opens_nothing_for_me(cast, now):
    granted = share_request_at(cast, Status.APPROVED, now=now - timedelta(hours=1))
    assert access(cast.wu, granted.request_items.first().item.resource, now).kind == "apply"


def test_a_revoked_grant_no_longer_shows(cast, now):
    granted = share_request_at(cast, Status.APPROVED, now=now - timedelta(hours=1))
    granted.grants.update(status="REVOKED", ended_at=now)
    assert access(cast.chen, granted.request_items.first().item.resource, now).kind == "apply"


def test_only_the_handler_can_put_hits_in_the_cart(cast, now):
    resource = published_resource(cast, share_type="CONDITIONAL")
    item = resource.items.order_by("position").first()
    page = catalog.search(cast.chen, text=item.name)
    [line] = results.lines(cast.chen, page, today=day_of(now))
    assert item.pk in line.access.item_ids
    [for_head] = results.lines(cast.huang, page, today=day_of(now))
    assert (for_head.access.item_ids, for_head.access.verb) == ((), "查看")
    assert for_head.access.extra == "由本部门经办申请"
    actions.add_to_cart(item_ids=[item.pk], by=cast.chen, now=now)
    [line] = results.lines(cast.chen, page, today=day_of(now))
    assert (line.access.kind, line.access.note) == ("cart", "已选 1 项")


def test_the_button_adds_and_comes_back_to_the_same_results(cast):
    resource = published_resource(cast, share_type="CONDITIONAL")
    item = resource.items.order_by("position").first()
    client = web_client(cast.chen)
    here = f"/search/?q={item.name}"
    page = client.get(here)
    assert f'name="item" value="{item.pk}"' in page.content.decode()
    answer = client.post(reverse("sharing:share_requests:cart_add"), {"item": item.pk, "next": here})
    assert unquote(answer["Location"]) == here
    assert "已在选数车" in visible_text(client.get(here).content.decode())


def test_htmx_gets_the_middle_of_the_same_page(cast):
    resource = published_resource(cast)
    client = web_client(cast.chen)
    path = "/search/?share_type=UNCONDITIONAL"
    whole, part = client.get(path).content.decode(), client.htmx(path).content.decode()
    assert part.strip().startswith('<div id="results"')
    assert "<html" not in part
    assert resource.name in part
    assert visible_text(part) in visible_text(whole)


def test_chosen_filters_are_ticked_repeated_as_chips_and_can_be_dropped(cast):
    published_resource(cast, share_type="UNCONDITIONAL")
    conditional = published_resource(cast, share_type="CONDITIONAL")
    client = web_client(cast.chen)
    page = client.get(f"/search/?share_type=CONDITIONAL&provider={cast.natural_resources.pk}")
    assert page.context["page"].total == 1
    assert conditional.name in visible_text(page.content.decode())
    chips = {chip.label: chip for chip in page.context["chips"]}
    assert set(chips) == {"共享类型", "提供部门"}
    assert chips["共享类型"].url == f"?provider={cast.natural_resources.pk}"
    assert client.get("/search/" + chips["共享类型"].url).context["page"].total == 2


def test_counts_are_cut_to_what_one_may_know(cast):
    resource = published_resource(cast)
    draft_resource(cast)
    assert web_client(cast.chen).get("/search/").context["page"].total == 1
    resource.is_restricted = True
    resource.save(update_fields=["is_restricted"])
    page = web_client(cast.chen).get("/search/")
    assert page.context["page"].total == 0
    assert all(not facet["first"] for facet in page.context["facets"])


@pytest.mark.parametrize(
    "query", ["page=99", "page=-1", "page=x", "grade=abc", "provider=9" * 30, "sort=zzz", "q=%00%27"]
)
def test_a_foreign_address_is_no_error(cast, query):
    published_resource(cast)
    assert web_client(cast.chen).get(f"/search/?{query}").status_code == 200


def test_nothing_found_says_what_to_try(cast):
    text = visible_text(web_client(cast.chen).get("/search/?q=渔船检验").content.decode())
    assert "没有找到“渔船检验”" in text
    assert "看全部目录" in text


def test_results_ask_a_constant_number_of_queries(cast, now):
    assert_constant_queries(
        web_client(cast.chen),
        "/search/",
        lambda: (
            share_request_at(cast, Status.APPROVED, now=now - timedelta(hours=1)),
            share_request_at(cast, Status.UNDER_REVIEW, now=now),
        ),
        few=2,
        many=4,
    )


def test_an_administrator_may_not_search(cast):
    assert web_client(cast.sysadmin).get("/search/").status_code == 403


def test_suggestions_come_as_a_page_and_as_options(cast):
    published_resource(cast, name="婚姻登记信息")
    client = web_client(cast.chen)
    whole = client.get("/search/suggest/?q=hydj").content.decode()
    part = client.htmx("/search/suggest/?q=婚姻").content.decode()
    assert "婚姻登记信息" in visible_text(whole)
    assert part.startswith('<li role="option"')
    assert client.htmx("/search/suggest/?q=").content.decode() == ""
    assert web_client(cast.sysadmin).get("/search/suggest/?q=婚姻").status_code == 403


def test_what_one_may_take_is_counted_and_chosen_on_the_page(cast, now):
    granted = share_request_at(cast, Status.APPROVED, now=now - timedelta(hours=1))
    published_resource(cast, share_type="NOT_SHARED")
    page = web_client(cast.chen).get("/search/?available=GRANTED").context["page"]
    assert [hit.resource.pk for hit in page.rows] == [granted.request_items.first().item.resource_id]
    counts = {facet.key: {option.value: option.count for option in facet.options} for facet in page.facets}
    assert counts["available"] == {"GRANTED": 1, "CLOSED": 1}


def test_synonyms_are_said_on_the_page(cast, now):
    published_resource(cast, name="最低生活保障对象")
    taxonomy.add_synonym(by=cast.liang, now=now, term="最低生活保障", variants=["低保"])
    text = visible_text(web_client(cast.chen).get("/search/?q=低保").content.decode())
    assert "同时查找了：最低生活保障" in text
    assert "最低生活保障对象" in text.replace(" ", "")  # the hit is marked, so the name comes in two pieces
