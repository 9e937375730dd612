"""谁在办、办了多久, for the authority: what runs the risk of a late answer, and everything under way."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gdshare.lib.clock import day_of
from gdshare.lib.errors import Invalid
from gdshare.rules import queries as rules
from sharing.share_requests import policies
from sharing.share_requests.queries import holding
from sharing.share_requests.queries import what_if as queries


@require_GET
def held(request: HttpRequest) -> HttpResponse:
    """临期风险 first; `tab=all` lists everything under way."""
    policies.view_held(request.user).enforce()
    now, cal = timezone.now(), rules.calendar()
    authority = request.user.department  # type: ignore[union-attr]
    risks = holding.late_risks(authority, today=day_of(now), cal=cal)
    rows = {"risk": risks, "all": holding.under_way(authority)}
    tab = request.GET.get("tab", "risk")
    tab = tab if tab in rows else "risk"
    url = reverse("sharing:share_requests:held")
    context = {
        "page": holding.held_page(rows[tab], page=request.GET.get("page", 1), now=now, cal=cal),
        "tab": tab,
        "tabs": [
            {"label": label, "url": f"{url}?tab={key}", "count": rows[key].count(), "is_current": key == tab}
            for key, label in (("risk", "临期风险"), ("all", "全部在办"))
        ],
        "soon": rules.parsed(rules.profile_in_force(day_of(now))).due_soon_days,
    }
    return render(request, "sharing/share_requests/held.html", context)


@require_GET
def what_if(request: HttpRequest) -> HttpResponse:
    """推演: the last year's answers under another rule text; `profile` names it."""
    policies.view_held(request.user).enforce()
    today = day_of(timezone.now())
    offered = [row for row in rules.published_profiles() if not rules.parsed(row).missing()]
    code = request.GET.get("profile", "")
    row = rules.profile_named(code) if code else None
    if row is not None and rules.parsed(row).missing():
        raise Invalid("这个规则方案还缺数，不能推演。", remedy="请选择列出的规则方案。")
    view = queries.what_if(request.user, row, today=today) if row else None
    context = {"view": view, "offered": offered, "code": code, "in_force": rules.profile_in_force(today)}
    return render(request, "sharing/share_requests/what_if.html", context)
