"""Two stories of the catalog: an entry is revised and the diff read; a withdrawal warns its users."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.resources.models import DataResource
from catalog.withdrawals import actions as withdrawals
from catalog.withdrawals.models import Withdrawal
from tests.factories.catalog import published_resource
from tests.factories.delivery import granted_resource

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]


def sign_in_as(site, open_page, who):
    page = open_page()
    site.sign_in(page, who)
    return page


def assess(page, address):
    """Other items need another assessment of either kind: no secret in them, and the people in them protected."""
    for kind, answer in (("SECRECY", "no"), ("PERSONAL", "yes")):
        page.goto(address)
        card = page.locator(f"section:has(input[value={kind}])")
        for radio in card.locator(f"input[type=radio][value={answer}]").all():
            radio.check()
        with page.expect_navigation():
            card.locator("button").click()


def test_an_entry_is_revised_and_the_diff_read(site, committed_cast, open_page):
    entry = published_resource(committed_cast, name="不动产登记信息")
    li = sign_in_as(site, open_page, "li")
    li.goto(f"{site.url}/catalog/resources/{entry.pk}/")
    li.get_by_role("button", name="修订", exact=True).click()
    li.get_by_text("这是第 1 版的修订稿").wait_for()
    copy = DataResource.objects.get(revises=entry)
    li.get_by_role("link", name="修改").click()
    li.get_by_label("更新周期").select_option(label="每周")
    names = li.locator("input[name$='-name']")
    row = next(number for number in range(names.count()) if names.nth(number).input_value() == "权利类型")
    names.nth(row).fill("权利种类")
    gone = next(number for number in range(names.count()) if names.nth(number).input_value() == "建筑面积")
    names.nth(gone).fill("")
    li.get_by_role("button", name="保存草稿").click()
    diff = li.locator("table.gd-diff")
    diff.wait_for()
    words = diff.inner_text()
    for part in ("更新周期", "每日", "每周", "权利种类", "改名", "建筑面积", "停用"):
        assert part in words
    assert diff.locator("tbody tr").count() == 3

    other = sign_in_as(site, open_page, "chen")
    other.goto(f"{site.url}/catalog/resources/{entry.pk}/")
    assert "建筑面积" in other.locator("main").inner_text()
    assert "权利种类" not in other.locator("main").inner_text()

    assess(li, f"{site.url}/catalog/resources/{copy.pk}/assess/")
    li.get_by_role("button", name="提交").click()
    li.get_by_text("已提交").first.wait_for()
    zhou = sign_in_as(site, open_page, "zhou")
    zhou.goto(f"{site.url}/catalog/resources/{copy.pk}/")
    zhou.get_by_role("button", name="同意", exact=True).click()
    zhou.get_by_text("已同意").first.wait_for()
    liang = sign_in_as(site, open_page, "liang")
    liang.goto(f"{site.url}/catalog/resources/{copy.pk}/")
    liang.get_by_role("link", name="逐项审核").click()
    assert "每周" in liang.locator(".gd-audit .gd-diff ins").first.inner_text()
    for label in ("唯一性", "完整性", "关联性", "表述性"):
        liang.get_by_role("group", name=label).get_by_label("符合", exact=True).check()
    liang.get_by_role("button", name="审核发布").click()
    liang.get_by_text("已发布").first.wait_for()

    other.goto(f"{site.url}/catalog/resources/{entry.pk}/?tab=versions")
    assert "第 2 版" in other.locator("main").inner_text()
    other.get_by_role("button", name="逐项对照").click()
    other.wait_for_url("**/compare/?*")
    assert "权利种类" in other.locator("table.gd-diff").inner_text()
    for page in (li, zhou, liang, other):
        assert page.faults == []


def test_a_withdrawal_warns_its_users(site, committed_cast, open_page):
    resource = granted_resource(committed_cast, name="不动产抵押信息")
    zhou = sign_in_as(site, open_page, "zhou")
    zhou.goto(f"{site.url}/catalog/resources/{resource.pk}/")
    assert "1 个部门在用" in zhou.locator("main").inner_text()
    zhou.get_by_role("link", name="征求意见后下架").click()
    assert "省民政厅" in zhou.locator("main table").inner_text()
    zhou.get_by_label("下架原因").fill("系统停用，数据并入新系统")
    zhou.get_by_role("button", name="向 1 个部门征求意见").click()
    zhou.get_by_text("没有答复").wait_for()
    withdrawal = Withdrawal.objects.get()

    huang = sign_in_as(site, open_page, "huang")
    huang.goto(f"{site.url}/notices/")
    huang.get_by_role("button", name="拟下架，请在").first.click()
    huang.get_by_label("有异议").check()
    huang.get_by_label("理由").fill("低保核对每日要用")
    huang.get_by_role("button", name="答复").click()
    huang.get_by_text("已答复").first.wait_for()
    huang.goto(f"{site.url}/catalog/resources/{resource.pk}/")
    assert f"拟于 {withdrawal.close_on} 下架" in huang.locator("main").inner_text()

    liang = sign_in_as(site, open_page, "liang")
    liang.goto(f"{site.url}/catalog/withdrawals/{withdrawal.pk}/")
    assert "低保核对每日要用" in liang.locator("main").inner_text()
    liang.get_by_label("备案意见").fill("改由新系统提供")
    liang.get_by_role("button", name="备案", exact=True).click()
    liang.get_by_text("已备案").first.wait_for()

    day = timezone.now() + (withdrawal.close_on - timezone.localdate()) + timedelta(hours=1)
    for moment in (day - timedelta(days=2), day):
        withdrawals.advance(withdrawal_id=withdrawal.pk, now=moment)
    huang.goto(f"{site.url}/notices/")
    words = huang.locator("main").inner_text()
    for part in ("拟下架，请在", "下架已备案", "将下架", "已下架"):
        assert part in words
    for page in (zhou, huang, liang):
        assert page.faults == []
