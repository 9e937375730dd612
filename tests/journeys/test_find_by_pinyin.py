"""A requester types the initials, narrows to what he may take now, takes it, and keeps what he found."""

from typing import Any

import pytest

from catalog.finding.models import Favourite, RecentView, SavedSearch
from catalog.resources.models import DataResource
from sharing.delivery.models import ServiceCall
from tests.cast import Cast
from tests.factories.catalog import published_resource
from tests.factories.mounts import mounted_resource
from tests.journeys.site import Site

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


def test_a_requester_finds_by_pinyin_takes_and_keeps(site: Site, committed_cast: Cast, open_page: Any) -> None:
    offices = mounted_resource(committed_cast, name="不动产登记信息")
    published_resource(committed_cast, name="不动产登记查封信息", share_type="CONDITIONAL")
    published_resource(
        committed_cast, name="地名地址信息", items=[{"name": "地名", "identifier": "dm"}], abstract="地名"
    )
    page = open_page()
    site.sign_in(page, "chen")
    search(page, "bdcdj")
    narrow_to_what_may_be_taken(page)
    keep(page, offices)
    take(page, offices)
    look_at_what_was_kept(page, site, offices)
    assert page.faults == []


def search(page: Any, text: str) -> None:
    """From the home page; both names begin with these initials, the third does not."""
    page.locator("main input[name=q]").fill(text)
    with page.expect_navigation():
        page.locator("main input[name=q]").press("Enter")
    assert page.locator("#results .gd-res").count() == 2


def narrow_to_what_may_be_taken(page: Any) -> None:
    with page.expect_response(lambda response: "available=" in response.url):
        page.get_by_role("checkbox", name="可直接取用").check()
    page.locator("#results .gd-res").nth(1).wait_for(state="detached")
    row = page.locator("#results .gd-res").inner_text()
    assert "可直接取用" in row
    assert "不需申请" in row


def keep(page: Any, resource: DataResource) -> None:
    """The star turns where it stands; the search is saved with what narrows it."""
    page.get_by_role("button", name=f"收藏：{resource.name}", exact=True).click()
    page.get_by_role("button", name=f"取消收藏：{resource.name}").wait_for()
    page.get_by_text("保存这次查找").click()
    page.get_by_label("名称", exact=True).fill("不动产，现在能取的")
    with page.expect_navigation():
        page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("已保存查找“不动产，现在能取的”").wait_for()
    assert Favourite.objects.get().resource == resource
    assert "q=bdcdj" in SavedSearch.objects.get().query


def take(page: Any, resource: DataResource) -> None:
    with page.expect_navigation():
        page.get_by_role("link", name=f"取用：{resource.name}").click()
    page.get_by_role("button", name="已收藏").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="取用", exact=True).click()
    with open(download.value.path(), encoding="utf-8-sig") as file:
        assert file.readline().startswith("不动产单元号,权利类型")
    assert ServiceCall.objects.get().department.name == "广东省民政厅"
    assert RecentView.objects.get().resource == resource


def look_at_what_was_kept(page: Any, site: Site, resource: DataResource) -> None:
    page.goto(f"{site.url}/favourites/")
    assert resource.name in page.locator("main .gd-res").inner_text()
    page.get_by_role("link", name="保存的查找").click()
    with page.expect_navigation():
        page.get_by_role("link", name="不动产，现在能取的").click()
    assert page.locator("#results .gd-res").count() == 1
    page.goto(site.url)
    page.get_by_role("region", name="最近看过").get_by_role("link", name=resource.name).wait_for()
