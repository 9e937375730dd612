"""Stars, subscriptions and saved searches, as a browser without script uses them and as htmx does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.finding import actions
from catalog.finding.models import Favourite, RecentView, SavedSearch, Subscription
from gdshare.lib.clock import day_of
from gdshare.portal import figures
from sharing.share_requests.workflow import Status
from tests.client import assert_constant_queries, visible_text, web_client
from tests.factories.catalog import published_resource
from tests.factories.delivery import granted_resource
from tests.factories.sharing import share_request_at


@pytest.fixture
def now():
    return timezone.now()


def text_of(response):
    return visible_text(response.content.decode())


def test_a_star_on_a_row_works_without_script_and_comes_back(cast, web):
    resource = published_resource(cast)
    client, here = web(cast.chen), "/search/?q=不动产"
    assert f"收藏：{resource.name}" in client.get(here).content.decode()
    answer = client.post(f"/catalog/finding/resources/{resource.pk}/star/", {"next": here, "small": 1})
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert f"取消收藏：{resource.name}" in page.content.decode()
    assert "已收藏" in text_of(page)
    client.post(f"/catalog/finding/resources/{resource.pk}/unstar/", {"next": here})
    assert not Favourite.objects.exists()


def test_htmx_gets_the_star_alone(cast, web):
    resource = published_resource(cast)
    answer = web(cast.chen).htmx(f"/catalog/finding/resources/{resource.pk}/star/", {"small": 1}, method="post")
    body = answer.content.decode().strip()
    assert body.startswith("<form")
    assert 'aria-pressed="true"' in body
    assert "/unstar/" in body


def test_opening_the_page_is_noted_and_answered_with_its_buttons(cast, web):
    resource = published_resource(cast)
    client = web(cast.chen)
    page = client.get(f"/catalog/resources/{resource.pk}/").content.decode()
    assert not RecentView.objects.exists()  # a page only reads
    address = f"/catalog/finding/resources/{resource.pk}/seen/"
    assert f'hx-post="{address}"' in page
    answer = client.htmx(address, method="post")
    assert "订阅变更" in text_of(answer)
    assert RecentView.objects.get().resource == resource
    assert "最近看过" in text_of(client.get("/"))
    assert "最近看过" not in text_of(web(cast.huang).get("/"))


def test_following_without_script_has_a_page_of_its_own(cast, web):
    resource = published_resource(cast)
    client = web(cast.chen)
    assert "订阅变更" in text_of(client.get(f"/catalog/finding/resources/{resource.pk}/marks/"))
    client.post(f"/catalog/finding/resources/{resource.pk}/follow/")
    assert Subscription.objects.get().user == cast.chen
    assert resource.name in text_of(client.get("/favourites/?tab=followed"))
    client.post(f"/catalog/finding/resources/{resource.pk}/unfollow/")
    assert "还没有订阅" in text_of(client.get("/favourites/?tab=followed"))


def test_a_search_is_saved_from_its_page_listed_opened_silenced_and_deleted(cast, web):
    published_resource(cast, share_type="CONDITIONAL")
    client = web(cast.chen)
    here = "/search/?q=不动产&share_type=CONDITIONAL"
    page = client.get(here)
    assert 'value="不动产 有条件共享"' in page.content.decode()
    data = {"name": "核对", "query": page.context["query"], "notifies": "on", "next": here}
    assert "已保存查找“核对”" in text_of(client.post("/catalog/finding/searches/save/", data, follow=True))
    saved = SavedSearch.objects.get()
    listed = text_of(client.get("/favourites/?tab=searches"))
    assert "核对 查“不动产”，1 个筛选条件 还没有 每个工作日上午" in listed
    opened = client.get(f"/catalog/finding/searches/{saved.pk}/", follow=True)
    assert (opened.context["page"].total, opened.context["page"].sort) == (1, "published")
    client.post(f"/catalog/finding/searches/{saved.pk}/silence/")
    assert "不通知" in text_of(client.get("/favourites/?tab=searches"))
    client.post(f"/catalog/finding/searches/{saved.pk}/wake/")
    assert SavedSearch.objects.get().notifies
    assert web(cast.huang).post(f"/catalog/finding/searches/{saved.pk}/delete/").status_code == 404
    client.post(f"/catalog/finding/searches/{saved.pk}/delete/")
    assert "还没有保存的查找" in text_of(client.get("/favourites/?tab=searches"))


def test_a_search_without_a_name_is_refused_with_what_to_do(cast):
    answer = web_client(cast.chen).post("/catalog/finding/searches/save/", {"name": "", "query": "q=x"})
    assert answer.status_code == 400
    assert "请返回上一页写一个名称" in text_of(answer)


def test_favourites_show_how_the_department_stands(cast, web, now):
    pending = share_request_at(cast, Status.UNDER_REVIEW, now=now).request_items.first().item.resource
    actions.star(resource=pending, by=cast.chen, now=now)
    page = text_of(web(cast.chen).get("/favourites/"))
    assert pending.name in page
    assert "查看申请" in page


def test_favourites_are_taken_out_as_a_sheet(cast, web, now):
    kept = published_resource(cast)
    published_resource(cast)
    actions.star(resource=kept, by=cast.chen, now=now)
    client = web(cast.chen)
    assert "导出 CSV" in text_of(client.get("/favourites/"))
    body = b"".join(client.post("/lists/favourites/export/", {"format": "csv"}).streaming_content).decode("utf-8-sig")
    assert [line.split(",")[1] for line in body.splitlines()] == ["资源名称", kept.name]


def test_favourites_ask_a_constant_number_of_queries(cast, now):
    assert_constant_queries(
        web_client(cast.chen),
        "/favourites/",
        lambda: actions.star(resource=published_resource(cast, share_type="CONDITIONAL"), by=cast.chen, now=now),
        few=2,
        many=5,
    )


def test_related_entries_ask_a_constant_number_of_queries(cast):
    resource = published_resource(cast)
    assert_constant_queries(
        web_client(cast.chen),
        f"/catalog/finding/resources/{resource.pk}/related/",
        lambda: published_resource(cast),
        few=2,
        many=5,
    )


def test_an_administrator_keeps_nothing(cast):
    assert web_client(cast.sysadmin).get("/favourites/").status_code == 403


def test_hot_is_what_many_departments_use_and_the_provider_does_not_count(cast, now):
    granted_resource(cast)
    used = granted_resource(cast, name="不动产查封信息")
    used.service_calls.create(
        department=cast.sports, kind="CSV", version_number=1, item_count=1, started_at=now - timedelta(days=89)
    )
    old = published_resource(cast)
    for department, days in ((cast.sports, 91), (cast.natural_resources, 1)):
        old.service_calls.create(
            department=department, kind="CSV", version_number=1, item_count=1, started_at=now - timedelta(days=days)
        )
    found = figures.hot(cast.chen, today=day_of(now))
    assert next((pk, words) for pk, _, words in found) == (used.pk, "2 个部门")
    assert old.pk not in [pk for pk, _, _ in found]
    used.is_restricted = True
    used.save(update_fields=["is_restricted"])
    assert used.pk not in [pk for pk, _, _ in figures.hot(cast.wu, today=day_of(now))]
    assert figures.hot(cast.sysadmin, today=day_of(now)) == []
