"""The 申请表 on real paper: one A4 page with up to twelve items, then more pages, never a colour."""

import re

import pytest
from django.urls import reverse

from sharing.share_requests.workflow import Status
from tests.factories.catalog import published_resource
from tests.factories.sharing import draft_request, share_request_at

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

SCENARIO = (
    "县级民政部门受理低保、特困、临时救助申请后，经申请人书面授权，由省级核对平台逐户查询家庭成员名下不动产，"
    "用于判断财产是否超过认定标准。"
)
COLOURS = """() => Array.from(document.querySelectorAll(".gd-a4, .gd-a4 *")).map((e) => getComputedStyle(e))
  .flatMap((s) => [s.color, s.backgroundColor, s.borderTopColor])"""
INK = {"rgb(0, 0, 0)", "rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
A4 = re.compile(rb"/MediaBox \[0 0 59[45]\.?\d* 84[12]\.?\d*\]")
PAGE = re.compile(rb"/Type /Page\b(?!s)")


def items(count):
    return [
        {"name": f"不动产登记信息项名称{n}", "identifier": f"f{n}", "data_type": "C", "grade": n % 4 + 1}
        for n in range(1, count + 1)
    ]


@pytest.mark.parametrize(
    ("status", "count", "pages"),
    [
        (Status.DRAFT, 1, 1),
        (Status.DRAFT, 12, 1),
        (Status.DRAFT, 40, 2),
        (Status.PARTLY_APPROVED, 12, 1),
        (Status.PARTLY_APPROVED, 40, 2),
    ],
)
def test_it_prints(site, committed_cast, open_page, tmp_path, status, count, pages):
    resource = published_resource(committed_cast, share_type="CONDITIONAL", items=items(count))
    walk = draft_request if status == Status.DRAFT else share_request_at
    given = () if status == Status.DRAFT else (status,)
    case = walk(committed_cast, *given, resource=resource, use_scenario=SCENARIO)
    page = open_page()
    site.sign_in(page, "chen")
    page.goto(site.url + reverse("sharing:share_requests:detail", args=[case.pk]))
    with page.expect_navigation():
        page.get_by_role("link", name="打印申请表").click()
    assert page.get_by_role("button", name="打印").is_visible()
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="打印").is_visible()
    assert set(page.evaluate(COLOURS)) <= INK
    paper = page.pdf(path=tmp_path / f"{count}-{status}.pdf", prefer_css_page_size=True)
    assert len(PAGE.findall(paper)) == pages
    assert len(A4.findall(paper)) == pages
    assert page.faults == []
