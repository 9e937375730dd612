"""谁在办、办了多久, for the authority: what runs the risk of a late answer, and everything under way."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gdshare.lib.clock import day_of
from gdshare.rules import queries as rules
from sharing.share_requests import policies
from sharing.share_requests.queries import holding


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
