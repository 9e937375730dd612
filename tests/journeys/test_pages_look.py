"""Every page, opened in a real browser by everybody, wide and on a phone.

No console error (a breach of the content security policy is one), no sideways scroll, no serious fault by axe, no raw
code among the words, and on a phone nothing too small to touch.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from catalog.census.models import CatalogCertificate
from catalog.changes import actions as changes
from catalog.changes.models import ChangeTask
from catalog.finding.actions import follow, save_search, star
from catalog.laws.models import LegalText
from catalog.libraries.actions import create_library
from catalog.libraries.models import ThematicLibrary
from catalog.resources import actions as catalog
from catalog.resources.models import CatalogImport, DataResource
from catalog.systems.models import InformationSystem
from catalog.withdrawals import actions as withdrawals
from catalog.withdrawals.models import Withdrawal
from gdshare.lib.clock import day_of
from gdshare.rules.actions import begin_draft
from gdshare.rules.models import RuleProfile
from security.access import roles
from security.accounts.actions import dismiss
from security.accounts.models import Membership
from security.departments.models import Department
from security.notices.models import Notice
from sharing.calendar.actions import propose_correction
from sharing.calendar.models import CalendarChange
from sharing.conflicts import actions as conflicts
from sharing.conflicts.models import Comparison
from sharing.corrections import actions
from sharing.corrections.models import CorrectionRequest
from sharing.deadlines.models import Deadline
from sharing.demands.models import DataDemand
from sharing.disputes import actions as settling
from sharing.disputes.models import Dispute
from sharing.grants.models import Grant
from sharing.handover.actions import look_for_orphans
from sharing.ledgers import actions as ledgers
from sharing.ledgers.models import UsageLedger
from sharing.messages.actions import keep_template
from sharing.messages.models import MessageTemplate
from sharing.share_requests.actions import add_to_cart
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.workflow import Status
from sharing.succession.actions import merge
from sharing.supervision.models import SupervisionOrder
from sharing.supply.actions import prove_due
from tests.cast import make_department, make_person
from tests.factories.catalog import (
    approved_resource,
    draft_resource,
    published_resource,
    revised_resource,
    submitted_resource,
)
from tests.factories.conflicts import comparison, two_sources
from tests.factories.corrections import doubt, took
from tests.factories.demands import confirmed, need, routed
from tests.factories.disputes import dispute
from tests.factories.drafting import drafting_table
from tests.factories.mounts import ROWS, load, mounted_resource
from tests.factories.sharing import draft_request, share_request_at
from tests.factories.supervision import order_over, overdue_case
from tests.factories.systems import approved_system, draft_system, issue, ready, registered_system, submitted_system
from tests.journeys.conftest import absent
from tests.journeys.site import ROOT

pytestmark = [pytest.mark.journey, pytest.mark.timeout(1800)]

WIDTHS = (1440, 390)
PEOPLE = {"chen": True, "huang": False, "li": True, "zhou": False, "liang": True, "sysadmin": True, "auditor": True}
"""Who opens every example; the others open one of each kind, since their pages differ in buttons only."""
GROUPS = (("chen", "zhou"), ("li", "huang"), ("liang", "sysadmin", "auditor"))
"""Who shares a site, so that two cores share the work."""
APART = ("api/", "admin/", "static/", "sign-out/")
"""Not pages of ours, or not pages."""
RAW_CODE = re.compile(r"\b[A-Z]{4,}(?:_[A-Z]+)*\b")
WORDS = {
    "API", "CSV", "REST", "JSON", "NDJSON", "GXSQ", "HTTP", "HTTPS", "XLSX", "UTF", "SHA", "URL", "XML", "PDF", "XLS",
    "WPS", "GBK", "RFC", "KEY", "MAC", "TXT", "TSV", "CATALOG", "RULE_PROFILE", "ISO", "KINGBASEES", "POSTGRESQL",
}  # fmt: skip
"""Latin capitals that are words here."""
AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}

NOT_READ = {"script", "style", "pre", "code", "title"}
NO_END = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SPOKEN = re.compile(r'\b(?:value|title|placeholder|aria-label|href|action|content|datetime)="[^"]*"')
WIDER = """() => Array.from(document.querySelectorAll("body *"))
  .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1)
  .filter((e) => getComputedStyle(e).position !== "fixed")
  .slice(0, 4).map((e) => e.tagName + "." + e.className)"""
SHAPE = """() => {
  const body = document.body.cloneNode(true);
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) { walker.currentNode.data = walker.currentNode.data.trim() ? "x" : ""; }
  return body.outerHTML.replace(/(value|title|placeholder|aria-label)="[^"]+"/g, '$1="x"').replace(/[0-9]+/g, "0");
}"""
"""The page without its words and numbers: what axe finds in one page of a shape it finds in the next."""
TOO_SMALL = """() => Array.from(
    document.querySelectorAll("main .btn, main .gd-tabs a, main .gd-pager a, header .gd-tool"))
  .filter((e) => e.offsetParent !== null && !e.closest(".gd-wide, .gd-scroll-m, .gd-hide-m"))
  .map((e) => [e.getBoundingClientRect(), e])
  .filter(([box]) => box.height > 0 && box.height < 43.5)
  .slice(0, 4).map(([box, e]) => Math.round(box.height) + "px " + (e.textContent.trim() || e.className))"""


def world(cast: Any) -> None:
    """One of everything, by the real actions."""
    now = timezone.now()
    library = create_library(by=cast.liang, now=now, values={"name": "不动产库", "lead": cast.natural_resources})
    published_resource(cast, share_type="CONDITIONAL", share_conditions="视情况", thematic_library=library.pk)
    mounted_resource(cast)
    published_resource(cast, share_type="NOT_SHARED")
    draft_resource(cast)
    submitted_resource(cast)
    approved_resource(cast)
    for make_system in (registered_system, draft_system, submitted_system, approved_system):
        make_system(cast)
    issue(cast, ready(cast))
    drafting_table(cast)
    for status in Status:
        share_request_at(cast, status, now=now - timedelta(days=1))
    share_request_at(cast, Status.UNDER_REVIEW, now=now - timedelta(days=40))
    wanted = published_resource(cast, share_type="CONDITIONAL", name="将下架的资源")
    star(resource=wanted, by=cast.chen, now=now)
    follow(resource=wanted, by=cast.chen, now=now)
    save_search(name="核对", query="q=不动产", notifies=True, by=cast.chen, now=now)
    revised_resource(cast, resource=published_resource(cast))
    share_request_at(cast, Status.APPROVED, now=now - timedelta(days=1), resource=wanted)
    withdrawals.open_(
        resource=wanted, by=cast.zhou, now=now, reason="系统停用", answer_by=day_of(now) + timedelta(days=30),
        close_on=day_of(now) + timedelta(days=40),
    )  # fmt: skip
    changes.record_change(
        by=cast.liang, now=now, kind="LAW", title="条例修订", happened_on=day_of(now), text="条款改号", word="将下架"
    )  # fmt: skip
    add_to_cart(item_ids=wanted.items.values_list("pk", flat=True)[:3], by=cast.chen, now=now)
    begin_draft(code="GD-50", by=cast.liang, now=now)
    propose_correction(
        day=day_of(now) + timedelta(days=1), kind="OFF", name="元旦", source="通知", by=cast.liang, now=now
    )
    disputes(cast, now)
    books(cast, now)
    reforms(cast, now)
    wishes(cast, now)
    Deadline.objects.filter(closed_at=None).order_by("id").update(due_on=day_of(now) + timedelta(days=2))
    imports(cast, now)


def disputes(cast: Any, now: Any) -> None:
    """A doubt that runs, one that was mended, and refusals disputed up to each rung."""
    resource = mounted_resource(cast)
    took(resource, cast.sports, 1, now)
    doubt(cast, resource, now=now)
    wrong = doubt(cast, resource, now=now - timedelta(days=1))
    load(resource, ROWS.replace("89.62", "98.26"), cast.li)
    actions.mend(correction=wrong, by=cast.li, now=now, answer="已更正")
    offered = settling.offer(dispute=dispute(cast, now=now), by=cast.li, now=now, text="提供后四位")
    assert offered.terms
    climbed = settling.escalate(dispute=dispute(cast, now=now), by=cast.huang, now=now, text="分歧")
    settling.refer(dispute=climbed, by=cast.he, now=now, text="不接受协调")
    settling.escalate(dispute=dispute(cast, now=now), by=cast.huang, now=now, text="分歧")


def books(cast: Any, now: Any) -> None:
    """A book of use with a line that was corrected and a remark that waits, and what can be taken."""
    ledger = UsageLedger.objects.earliest("id")
    line = {"ledger": ledger, "by": cast.chen, "now": now, "section": "EFFECT"}
    wrong = ledgers.write(**line, text="核对 1,204 户")
    ledgers.write(**line, text="核对 1,024 户", corrects=wrong.pk)
    ledgers.inspect(ledger=ledger, by=cast.li, now=now, text="请写明存在哪个库")
    prove_due(now=now)


def wishes(cast: Any, now: Any) -> None:
    """Demands at three steps, an order over a late answer, two sources compared, and a template of words."""
    confirmed(cast, need(cast, now=now, title="老年人 能力评估"), now)
    routed(cast, need(cast, now=now, title="居家上门 工单"), now)
    need(cast, now=now)
    order_over(cast, overdue_case(cast, now=now), now=now)
    comparison(cast, two_sources(cast))
    for pk in conflicts.claim(now=now):
        conflicts.run(pk=pk, now=now)
    keep_template(by=cast.liang, now=now, title="请说明", text="请说明〔信息项〕的用途")


def reforms(cast: Any, now: Any) -> None:
    """A department that was merged, its people waiting for their roles; and a case that hangs on nobody."""
    merged, heir = (make_department(f"广东省{name}局", number, cast.region) for name, number in (("旧", 8), ("新", 9)))
    make_person("ke", "柯远", merged, roles.HANDLER)
    document = {"document_no": "粤编〔2026〕3号", "document_on": day_of(now)}
    merge(department=merged, successor=heir, by=cast.sysadmin, now=now, **document)
    gone = make_person("qiu", "邱实", cast.civil_affairs, roles.HANDLER)
    draft_request(cast, by=gone, now=now)
    dismiss(membership=Membership.objects.get(user=gone), by=cast.secadmin, now=now)
    look_for_orphans(now=now)


def imports(cast: Any, now: Any) -> None:
    """A sheet that was checked, and one whose columns nobody knows."""
    checked = (
        "资源名称,资源代码,信息项,共享类型,更新周期\n甲目录,A-1,姓名|金额,无条件共享,每日\n乙目录,A-2,金额,也许,每日\n"
    )
    for name, text in (("目录.csv", checked), ("台账.csv", "叫什么,讲什么\n婚姻登记,每日汇总的登记信息\n")):
        catalog.queue_import(
            by=cast.li, now=now, department=cast.natural_resources, file=ContentFile(text.encode()), file_name=name
        )
    for row in catalog.claim_imports(now=now):
        catalog.run_import(catalog_import=row, now=now)


def paths() -> Iterator[tuple[str, str]]:
    """Every GET address: (name, path), its number filled with a row's id of the right kind."""
    for name, route in _routes(get_resolver(), "", ""):
        if not route.startswith(APART):
            yield name, route


def _routes(resolver: URLResolver, prefix: str, names: str) -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            space = f"{names}{pattern.namespace}:" if pattern.namespace else names
            yield from _routes(pattern, route, space)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield names + pattern.name, route


def addresses(*, opens_all: bool) -> list[str]:
    """The addresses to open: those without arguments, and those with a number for one row of each kind or state."""
    ids = {kind: found if opens_all else found[:1] for kind, found in example_ids().items()}
    found = []
    for name, route in paths():
        if "<" not in route:
            found.append("/" + route)
        elif route.count("<") == 1 and "<int:" in route:
            for pk in ids.get(name, ids.get(name.rsplit(":", 1)[0], [1])):
                found.append("/" + re.sub(r"<int:\w+>", str(pk), route))
    return found


def example_ids() -> dict[str, list[int]]:
    """One row of each state, by the name space of its pages."""

    def one_per_status(rows: Any) -> list[int]:
        return list({row.status: row.pk for row in rows.order_by("id")}.values())

    resources = one_per_status(DataResource.objects)
    imports = list(CatalogImport.objects.order_by("id").values_list("pk", flat=True))
    mounted = list(DataResource.objects.exclude(row_count=None).values_list("pk", flat=True)[:1])
    closed = list(DataResource.objects.filter(share_type="NOT_SHARED").values_list("pk", flat=True)[:1])
    return {
        "catalog:resources": [*resources, *mounted, *closed],
        "catalog:finding": mounted,
        "catalog:resources:import_detail": imports,
        "catalog:resources:import_columns": imports[:1],
        "catalog:resources:import_marked": [],
        "catalog:resources:paper": [],
        "catalog:laws": list(LegalText.objects.order_by("id").values_list("pk", flat=True)[:1]),
        "catalog:libraries": list(ThematicLibrary.objects.values_list("pk", flat=True)),
        "catalog:mounts": mounted,
        "catalog:census": one_per_status(InformationSystem.objects),
        "catalog:census:certificate": list(CatalogCertificate.objects.values_list("pk", flat=True)),
        "catalog:withdrawals": one_per_status(Withdrawal.objects),
        "catalog:changes": one_per_status(ChangeTask.objects),
        "catalog:systems": one_per_status(InformationSystem.objects),
        "catalog:quality": mounted,
        "sharing:delivery": mounted,
        "sharing:share_requests": one_per_status(ShareRequest.objects),
        "sharing:grants": one_per_status(Grant.objects),
        "sharing:demands": one_per_status(DataDemand.objects),
        "sharing:supervision": one_per_status(SupervisionOrder.objects),
        "sharing:conflicts": one_per_status(Comparison.objects),
        "sharing:messages": list(MessageTemplate.objects.order_by("id").values_list("pk", flat=True)[:1]),
        "sharing:succession": list(
            Department.objects.filter(is_active=True).order_by("-id").values_list("pk", flat=True)[:1]
        ),
        "sharing:handover": list(ShareRequest.objects.order_by("id").values_list("handler", flat=True)[:1]),
        "sharing:ledgers": list(UsageLedger.objects.order_by("id").values_list("pk", flat=True)[:2]),
        "sharing:corrections": one_per_status(CorrectionRequest.objects),
        "sharing:corrections:report": mounted,
        "sharing:disputes": one_per_status(Dispute.objects),
        "sharing:disputes:raise_over_request": one_per_status(ShareRequest.objects.filter(status="DENIED")),
        "sharing:disputes:raise_over_correction": [],
        "rules": list(RuleProfile.objects.filter(is_draft=True).values_list("pk", flat=True)),
        "sharing:calendar": one_per_status(CalendarChange.objects),
        "sharing:deadlines": list(Deadline.objects.order_by("id").values_list("pk", flat=True)[:2]),
        "security:departments": list(Department.objects.order_by("id").values_list("pk", flat=True)[:1]),
        "security:notices": list(Notice.objects.order_by("id").values_list("pk", flat=True)[:1]),
    }


def faults_of(page: Any, width: int, looked_at: set[tuple[int, str]]) -> Iterator[str]:
    """What is wrong with the page as it stands at this width."""
    page.set_viewport_size({"width": width, "height": 900})
    scroll, inner = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    if scroll > inner:
        yield f"sideways scroll {scroll} > {inner}: {page.evaluate(WIDER)}"
    if width < 760 and (small := page.evaluate(TOO_SMALL)):
        yield f"too small to touch: {small}"
    shape = (width, sha256(page.evaluate(SHAPE).encode()).hexdigest())
    if shape in looked_at:
        return
    looked_at.add(shape)
    result = page.evaluate("rules => axe.run(document, rules)", AXE_RULES)
    for violation in result["violations"]:
        if violation["impact"] in {"serious", "critical"}:
            nodes = [node["html"][:110] + " | " + node["failureSummary"][:160] for node in violation["nodes"][:2]]
            yield f"axe {violation['id']}: {nodes}"


@pytest.fixture(scope="session")
def axe() -> str:
    """The checker itself, from the front-end packages."""
    path = ROOT / "node_modules" / "axe-core" / "axe.min.js"
    if not path.is_file():
        absent("no axe-core: run `npm ci`")
    return Path(path).read_text(encoding="utf-8")


def test_everybody_is_in_one_group():
    assert sorted(person for group in GROUPS for person in group) == sorted(PEOPLE)


@pytest.mark.parametrize("people", GROUPS, ids="-".join)
def test_every_page_of_everybody_looks_right(site, committed_cast, open_page, axe, people):
    world(committed_cast)
    wrong = []
    looked_at: set[tuple[int, str]] = set()
    opened: set[str] = set()
    for person in people:
        page = open_page(WIDTHS[0])
        page.context.add_init_script(axe)
        site.sign_in(page, person)
        every = addresses(opens_all=PEOPLE[person])
        wrong += [f"{person} {fault}" for fault in faults_of_all(page, site.url, every, looked_at, opened)]
        page.context.close()
    assert len(opened) > 20
    assert not wrong, "\n".join(wrong)


class Words(HTMLParser):
    """The texts of a page that people read as words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._closed = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        is_code = tag in NOT_READ or "gd-mono" in (dict(attrs).get("class") or "")
        if tag not in NO_END and (self._closed or is_code):
            self._closed += 1

    def handle_endtag(self, tag: str) -> None:
        if self._closed and tag not in NO_END:
            self._closed -= 1

    def handle_data(self, data: str) -> None:
        if not self._closed:
            self.texts.append(data)


def skeleton(html: str) -> str:
    """The page's own part without its words and numbers: two of one skeleton look alike, so one is opened."""
    main = re.search(r"<main.*</main>", html, re.DOTALL)
    bare = re.sub(r">[^<]+<", "><", SPOKEN.sub("", main.group() if main else html))
    return sha256(re.sub(r"[0-9]+", "0", bare).encode()).hexdigest()


def faults_of_all(
    page: Any, root: str, every: list[str], looked_at: set[tuple[int, str]], opened: set[str]
) -> Iterator[str]:
    """What is wrong with any page that this person may open. A refusal is a page too, but one of a kind is enough."""
    seen: set[int] = set()
    for path in every:
        response = page.request.get(root + path, max_redirects=0)
        is_page = response.headers.get("content-type", "").startswith("text/html")
        if response.status >= 500:
            yield f"{path}: {response.status}"
        if not is_page or response.status not in {200, 403, 404, 409} or response.status in seen:
            continue
        if response.status != 200:
            seen.add(response.status)
        html = response.text()
        codes = {word for text in Words(html).texts for word in RAW_CODE.findall(text)} - WORDS
        if codes:
            yield f"{path}: raw codes: {sorted(codes)}"
        if skeleton(html) in opened:
            continue
        opened.add(skeleton(html))
        page.faults.clear()
        page.goto(root + path)
        if page.locator("[hx-trigger=load]").count():
            page.wait_for_load_state("networkidle")  # panels that come after the page belong to it
        for fault in page.faults:
            if not fault.startswith("Failed to load resource"):
                yield f"{path}: console: {fault[:200]}"
        for width in WIDTHS:
            yield from (f"{path} at {width}: {fault}" for fault in faults_of(page, width, looked_at))
