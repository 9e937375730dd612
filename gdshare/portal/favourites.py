"""收藏与订阅: what a person keeps of the catalog, with how his department stands to each entry today."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.finding import queries as finding
from gdshare.lib.clock import day_of
from gdshare.portal import results
from gdshare.portal.context_processors import Link
from security.access.permissions import Permission as P

PAGE_SIZE = 20
TABS = {"": "收藏的资源", "followed": "订阅的资源", "searches": "保存的查找"}


@require_safe
def favourites(request: HttpRequest) -> HttpResponse:
    """Three lists in one page; the rows are those of the search, so that a button means the same in both."""
    actor: Any = request.user
    if not actor.holds(P.RESOURCE_VIEW):
        raise PermissionDenied
    tab = request.GET.get("tab", "") if request.GET.get("tab", "") in TABS else ""
    rows = {"": finding.favourites(actor), "followed": finding.subscriptions(actor)}
    searches = finding.saved_searches(actor)
    counts = {"searches": len(searches)} | {name: found.count() for name, found in rows.items()}
    context: dict[str, Any] = {
        "tab": tab,
        "tabs": [Link(label, f"?tab={name}", name == tab, counts[name]) for name, label in TABS.items()],
        "here": request.get_full_path(),
        "searches": [(saved, finding.conditions(saved)) for saved in searches] if tab == "searches" else [],
        "lines": [],
        "page": None,
    }
    if tab in rows:
        shown = rows[tab].select_related("provider", "theme", "base_library", "mount")
        page = Paginator(shown.defer("search_text"), PAGE_SIZE).get_page(request.GET.get("page"))
        context |= {"page": page, "lines": results.lines_of(actor, page, today=day_of(timezone.now()))}
    return render(request, "portal/favourites.html", context)
