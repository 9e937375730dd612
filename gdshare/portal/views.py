"""The pages that belong to no single app: home, to-do, search, developer."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from catalog.resources import layouts
from catalog.resources import queries as catalog
from gdshare.lib.clock import day_of
from gdshare.portal import figures, results, work
from gdshare.portal.context_processors import Link
from gdshare.rules import queries as rules
from gdshare.rules.profiles import Clock
from security.access.permissions import Permission as P
from security.notices.models import Notice
from sharing.grants.models import Grant
from sharing.grants.queries import search_access
from sharing.share_requests.queries.cart import cart_view
from sharing.share_requests.queries.case import case_view

TABS = {"": "在办", "done": "已办", "drafts": "草稿"}
EMPTY = {"": "没有在办的事", "done": "近 90 天没有办结的事", "drafts": "没有草稿"}


def home(request: HttpRequest) -> HttpResponse:
    """First what is due, then what there is. The three administrators see their console and no business data."""
    actor: Any = request.user
    if not actor.holds(P.RESOURCE_VIEW):
        return render(request, "portal/console.html")
    today = day_of(timezone.now())
    cases = work.in_hand(actor, today=today)
    band = work.calendar_strip(cases, today=today, calendar=rules.calendar(), workdays=11)
    profile = rules.parsed(rules.profile_in_force(today))
    context = {
        "cases": cases,
        "band": band,
        "tally": figures.tally(actor, today=today),
        "often": figures.often_taken(actor, today=today),
        "base_libraries": figures.base_libraries(actor),
        "themes": figures.themes(actor),
        "providers": figures.providers(actor, today=today),
        "changes": figures.changes(actor),
        "shelves": figures.shelves(actor, today=today),
        "own_grants": _own_grants(actor, today),
        "reply": profile.allowance(Clock.REPLY),
        "document_no": profile.document_no,
    }
    return render(request, "portal/home.html", context)


def todo(request: HttpRequest) -> HttpResponse:
    """The desk: what is due in ten working days, the cases, the way of the chosen one, grants that end, notices."""
    actor: Any = request.user
    if not actor.holds(P.SHARE_REQUEST_VIEW):
        raise PermissionDenied
    today = day_of(timezone.now())
    tab = request.GET.get("tab", "") if request.GET.get("tab", "") in TABS else ""
    in_hand = work.in_hand(actor, today=today)
    lists = {"": in_hand, "done": work.done(actor, today=today), "drafts": work.drafts(actor, today=today)}
    chosen = next((case.share_request for case in lists[tab] if case.share_request), None)
    late = sum(case.urgency == "over" for case in in_hand)
    near = sum(case.urgency == "soon" for case in in_hand)
    context = {
        "in_hand": in_hand,
        "late": late,
        "near": near,
        "rest": len(in_hand) - late - near,
        "due_soon_days": rules.parsed(rules.profile_in_force(today)).due_soon_days,
        "done_count": len(lists["done"]),
        "can_draft": actor.holds(P.SHARE_REQUEST_DRAFT),
        "cases": lists[tab],
        "tabs": [Link(label, f"?tab={name}", name == tab, len(lists[name])) for name, label in TABS.items()],
        "empty_title": EMPTY[tab],
        "strip": work.calendar_strip(in_hand, today=today, calendar=rules.calendar(), workdays=work.CALENDAR_DAYS),
        "chosen": chosen,
        "nodes": case_view(actor, chosen, today=today).nodes if chosen else [],
        "notices": Notice.objects.of(actor).order_by("-created_at")[:5],
        **_expiring(actor, today),
    }
    return render(request, "portal/todo.html", context)


def search(request: HttpRequest) -> HttpResponse:
    """The catalog, narrowed. The address holds everything; htmx asks the same address for the middle of the page."""
    actor: Any = request.user
    if not actor.holds(P.RESOURCE_VIEW):
        raise PermissionDenied
    today = day_of(timezone.now())
    number = request.GET.get("page", "")
    page = catalog.search(
        actor,
        text=request.GET.get("q", ""),
        filters=results.filters_of(request.GET),
        sort=request.GET.get("sort", ""),
        page=int(number) if number.isdecimal() and len(number) < 9 else 1,
        access=search_access(actor, today=today),
    )
    chosen = results.chips(page, request.GET)
    context = {
        "page": page,
        "lines": results.lines(actor, page, today=today),
        "facets": results.folded(page.facets),
        "chips": chosen,
        "pages": results.pages(page),
        "cart": cart_view(actor, today=today) if actor.holds(P.SHARE_REQUEST_DRAFT) else None,
        "here": request.get_full_path(),
        "query": request.GET.urlencode(),
        "layouts": layouts.TEMPLATES.values(),
        "save_name": " ".join([page.text, *(chip.value for chip in chosen)]).strip()[:60],
    }
    return render(request, "portal/search.html#results" if request.htmx else "portal/search.html", context)  # type: ignore[attr-defined]


def suggest(request: HttpRequest) -> HttpResponse:
    """What one may mean, while typing; htmx gets the options alone."""
    actor: Any = request.user
    if not actor.holds(P.RESOURCE_VIEW):
        raise PermissionDenied
    found = catalog.suggest(actor, request.GET.get("q", ""))
    template = "portal/suggest.html#options" if request.htmx else "portal/suggest.html"  # type: ignore[attr-defined]
    return render(request, template, {"suggestions": found})


def developer(request: HttpRequest) -> HttpResponse:
    """How a business system takes data, with examples that name this very site."""
    actor: Any = request.user
    if not actor.holds(P.API_CLIENT_MANAGE):
        raise PermissionDenied
    grant = (
        Grant.objects.usable_on(day_of(timezone.now()))
        .filter(department=actor.department)
        .select_related("resource")
        .order_by("-issued_at")
        .first()
    )
    resource_id = grant.resource_id if grant else 1
    return render(
        request,
        "portal/developer.html",
        {"site": settings.SITE_URL.rstrip("/"), "resource_id": resource_id, "grant": grant},
    )


def _own_grants(actor: Any, today: date) -> list[tuple[str, str, str]]:
    own = figures.own_grants(actor, today=today)
    expiring = f"{own.expiring} 类，最早 {own.first_expiry:%Y-%m-%d}" if own.first_expiry else "没有"
    return [
        ("有效授权", f"{own.resources} 类资源，{own.items} 个信息项", reverse("sharing:grants:list")),
        ("30 天内到期", expiring, reverse("sharing:grants:list") if own.expiring else ""),
        ("昨日取数", f"{own.calls} 次" + (f"，中断 {own.cut_calls} 次" if own.cut_calls else ""), ""),
    ]


def _expiring(actor: Any, today: date) -> dict[str, Any]:
    own = Grant.objects.usable_on(today).filter(department=actor.department)
    rows = list(
        own.filter(valid_to__lte=today + timedelta(days=90))
        .select_related("resource__provider")
        .order_by("valid_to", "id")[:5]
    )
    return {"expiring": rows, "grant_count": own.count(), "near_until": today + timedelta(days=30)}
