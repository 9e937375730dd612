"""The portal under a hand: narrowing without reload and without script, keys, focus, the phone's menu."""

import pytest
from django.utils import timezone

from sharing.share_requests.workflow import Status
from tests.factories.catalog import published_resource
from tests.factories.sharing import share_request_at

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]


def test_a_facet_narrows_in_place_and_the_address_brings_it_back(site, committed_cast, open_page):
    kept = published_resource(committed_cast, share_type="CONDITIONAL", name="存量房网签备案信息")
    gone = published_resource(committed_cast, name="地名地址信息")
    page = open_page()
    site.sign_in(page, "chen")
    page.goto(f"{site.url}/search/")
    page.evaluate("window.sameDocument = true")
    page.get_by_role("checkbox", name="有条件共享").check()
    page.wait_for_url("**/search/?*share_type=CONDITIONAL*")
    page.locator("#results .gd-res").nth(1).wait_for(state="detached")
    assert page.evaluate("window.sameDocument")
    assert page.locator("#results .gd-res").count() == 1
    assert page.locator("#live").text_content() == "筛选后 1 类资源"
    assert page.evaluate("document.activeElement.value") == "CONDITIONAL"
    page.reload()
    assert page.get_by_role("checkbox", name="有条件共享").is_checked()
    assert kept.name in page.locator("#results").inner_text()
    assert gone.name not in page.locator("#results").inner_text()
    page.get_by_label("去掉筛选 共享类型").click()
    page.locator("#results .gd-res").nth(1).wait_for()
    page.go_back()
    page.locator("#results .gd-res").nth(1).wait_for(state="detached")
    assert page.locator("#results .gd-res").count() == 1
    assert page.faults == []


def test_searching_and_narrowing_work_without_script(site, committed_cast, browser):
    published_resource(committed_cast, share_type="CONDITIONAL", name="存量房网签备案信息")
    published_resource(committed_cast, name="地名地址信息")
    page = browser.new_context(java_script_enabled=False).new_page()
    site.sign_in(page, "chen")
    page.goto(f"{site.url}/search/")
    page.locator("input[name=share_type][value=CONDITIONAL]").check()
    with page.expect_navigation():
        page.get_by_role("button", name="按所选筛选").click()
    assert "share_type=CONDITIONAL" in page.url
    assert page.locator("#results .gd-res").count() == 1
    page.locator("main input[name=q]").fill("地名")
    with page.expect_navigation():
        page.get_by_role("button", name="搜索").click()
    assert page.locator("#results .gd-res").count() == 0


def test_keys_lead_and_can_be_switched_off(site, committed_cast, open_page):
    share_request_at(committed_cast, Status.UNDER_REVIEW, now=timezone.now())
    page = open_page()
    site.sign_in(page, "chen")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "gd-skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url("**/todo/")
    page.keyboard.press("j")
    assert page.evaluate("Boolean(document.activeElement.closest('tbody tr'))")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    page.get_by_label("启用快捷键").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_timeout(300)
    assert page.url.endswith("/todo/")
    assert page.faults == []


def test_compact_rows_are_remembered(site, committed_cast, open_page):
    page = open_page()
    site.sign_in(page, "chen")
    page.keyboard.press("?")
    page.get_by_label("紧凑行距").check()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.gdDensity") == "compact"


def test_a_phone_has_a_menu_and_a_sheet_of_filters(site, committed_cast, open_page):
    published_resource(committed_cast)
    page = open_page(390, 844)
    site.sign_in(page, "chen")
    page.get_by_label("菜单").click()
    page.locator(".gd-menu .gd-pop").get_by_role("link", name="数据目录").click()
    page.wait_for_url("**/search/")
    sheet = page.locator("details.gd-facets")
    assert sheet.get_attribute("open") is None
    sheet.locator("summary").first.click()
    page.locator("input[name=share_type][value=UNCONDITIONAL]").check()
    page.wait_for_url("**share_type=UNCONDITIONAL*")
    assert page.locator("details.gd-facets").get_attribute("open") is not None
    assert page.faults == []


def test_a_lost_network_keeps_the_page_and_offers_to_send_again(site, committed_cast, open_page):
    published_resource(committed_cast)
    page = open_page()
    site.sign_in(page, "chen")
    page.goto(f"{site.url}/search/")
    page.context.set_offline(True)
    page.get_by_role("checkbox", name="无条件共享").check()
    page.get_by_text("没有送到：网络中断").wait_for()
    assert page.locator("#results .gd-res").count() == 1
    page.context.set_offline(False)
    page.get_by_role("button", name="重新提交").click()
    page.wait_for_url("**share_type=UNCONDITIONAL*")
    page.locator("#notice-area:empty").wait_for(state="attached")
