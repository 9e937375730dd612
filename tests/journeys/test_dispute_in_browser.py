"""Refused by a department of another city, disputed, not agreed, settled by the authority above both."""

from typing import Any

import pytest
from django.utils import timezone

from catalog.resources import actions as catalog
from security.access.roles import AUTHORITY_HANDLER, HANDLER, OFFICE_HEAD
from security.departments.models import Region
from sharing.disputes.models import Dispute
from sharing.share_requests import actions as requests
from tests.cast import Cast, make_department, make_person
from tests.factories.catalog import approved_resource
from tests.factories.sharing import BASIS, draft_request
from tests.journeys.site import Site
from tests.journeys.stage import Stage, send

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


def refused_across_cities(cast: Cast) -> Any:
    """广州's 民政局 asks 佛山's, which refuses (under the regulation the provider answers alone)."""
    now, people = timezone.now(), {}
    for number, (code, city, letter) in enumerate((("440100", "广州市", "g"), ("440600", "佛山市", "f"))):
        region = Region.objects.create(code=code, name=city, level="CITY", parent=cast.region)
        bureau = make_department(f"{city}数据局", 20 + number, region, kind="AUTHORITY", level="CITY")
        office = make_department(f"{city}民政局", 30 + number, region, level="CITY")
        people[f"{letter}_auditor"] = make_person(f"{letter}_auditor", f"{city}审核", bureau, AUTHORITY_HANDLER)
        people[f"{letter}_handler"] = make_person(f"{letter}_handler", f"{city}经办", office, HANDLER)
        people[f"{letter}_head"] = make_person(f"{letter}_head", f"{city}负责人", office, OFFICE_HEAD)
    consented = approved_resource(
        cast, share_type="CONDITIONAL", by=people["f_handler"], head=people["f_head"], name="佛山低保对象名册"
    )
    resource = catalog.publish(resource=consented, by=people["f_auditor"], now=now)
    case = draft_request(cast, resource=resource, by=people["g_handler"], now=now)
    requests.submit(share_request=case, by=people["g_handler"], now=now)
    requests.endorse(share_request=case, by=people["g_head"], now=now)
    requests.propose(
        share_request=case, by=people["f_handler"], now=now, conclusion="DENY", opinion="用途不明", basis=BASIS
    )
    requests.confirm(share_request=case, by=people["f_head"], now=now)
    return case


def test_denied_disputed_settled_by_the_common_superior(
    monkeypatch: pytest.MonkeyPatch, settings: Any, committed_cast: Cast, open_page: Any, request: Any
) -> None:
    settings.RULE_PROFILE = "CN-809"
    monkeypatch.setenv("RULE_PROFILE", "CN-809")
    site: Site = request.getfixturevalue("site")
    case = refused_across_cities(committed_cast)
    at = Stage(site, open_page)

    page = at("g_handler", f"/sharing/requests/{case.pk}/")
    page.get_by_role("link", name="对答复有不同意见？提出争议").click()
    assert "由广东省政务服务和数据管理局协调" in page.locator("main").inner_text()
    page.get_by_label("对答复有什么不同意见").fill("核对低保对象是否重复享受，法有明文")
    send(page, page.get_by_role("button", name="提出争议"))
    path = f"/sharing/disputes/{Dispute.objects.get().pk}/"

    page = at("f_handler", "/todo/")
    send(page, page.get_by_role("link", name="争议：").first)
    page.get_by_text("提出协商意见").first.click()
    page.get_by_label("怎样解决").fill("只提供是否在册，不提供名册")
    send(page, page.get_by_role("button", name="送对方"))
    page = at("g_head", path)
    assert "只提供是否在册" in page.locator("main").inner_text()
    page.get_by_text("协商不成，提请").click()
    page.get_by_label("协商的经过和分歧").fill("是否在册不足以核对金额")
    send(page, page.get_by_role("button", name="提请协调"))

    assert at("g_auditor", path).title().startswith("没有找到"), "neither city's authority stands above both"
    at.pages["g_auditor"].faults.clear()  # the 404 itself
    page = at("he", path)
    page.get_by_label("处理结果").select_option(label="支持诉求")
    page.get_by_label("理由").fill("属于履职必需，应当共享")
    send(page, page.get_by_role("button", name="协调办结"))
    text = at("g_handler", path).locator("main").inner_text()
    assert "已协调" in text
    assert "属于履职必需，应当共享" in text
    case.refresh_from_db()
    assert case.status == "DENIED", "the answer stands until it is asked again"
    assert at.faults() == []
