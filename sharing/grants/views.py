"""Pages of 授权: what my department may take, and what is taken from it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from catalog.resources.models import ShareMode
from sharing.grants import actions, policies
from sharing.grants.models import Grant, GrantStatus

PILLS = {
    GrantStatus.ACTIVE: ("ok", "plug-connected"),
    GrantStatus.SUSPENDED: ("act", "player-pause"),
    GrantStatus.REVOKED: ("no", "circle-off"),
    GrantStatus.EXPIRED: ("", "calendar-off"),
    GrantStatus.CLOSED: ("", "circle-off"),
}
VERBS = {"suspend": "暂停", "resume": "恢复", "revoke": "撤销"}
PAGE_SIZE = 20


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Grants my department holds, or (`side=given`) those others hold of its data."""
    is_given = request.GET.get("side") == "given"
    department = request.user.acting.department if request.user.acting else None  # type: ignore[union-attr]
    rows = Grant.objects.visible_to(request.user)
    rows = rows.exclude(department=department) if is_given else rows.filter(department=department)
    rows = rows.select_related("department", "resource__provider", "share_request").with_counts().order_by("-id")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    for grant in page:
        grant.pill = PILLS[GrantStatus(grant.status)]  # type: ignore[attr-defined]
    url = reverse("sharing:grants:list")
    tabs = [
        {"label": "我部门的授权", "url": url, "is_current": not is_given, "count": ""},
        {"label": "授予其他部门", "url": f"{url}?side=given", "is_current": is_given, "count": ""},
    ]
    return render(request, "sharing/grants/list.html", {"page": page, "tabs": tabs, "is_given": is_given})


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One grant: items, masks, period, purpose, and how to take the data."""
    grant = _visible(request, pk)
    verdicts = policies.toolbar(request.user, grant)
    context = {
        "grant": grant,
        "pill": PILLS[GrantStatus(grant.status)],
        "items": grant.grant_items.select_related("item").order_by("item__position"),
        "facts": [
            ("使用部门", grant.department.name),
            ("提供部门", grant.resource.provider.name),
            ("用途", grant.purpose),
            ("共享方式", ShareMode(grant.share_mode).label),
            ("使用时限", f"{grant.valid_from} 至 {grant.valid_to}"),
            ("依据的申请", grant.share_request.number),
        ],
        "verbs": [(verb, VERBS[verb], verdict) for verb, verdict in verdicts.items()],
        "api_url": request.build_absolute_uri(f"/api/v1/resources/{grant.resource_id}/rows/"),
        "is_holder": request.user.department == grant.department,  # type: ignore[union-attr]
    }
    return render(request, "sharing/grants/detail.html", context)


@require_POST
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.suspend, "授权已暂停")


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.resume, "授权已恢复")


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.revoke, "授权已撤销")


def _act(request: HttpRequest, pk: int, action: Any, words: str) -> HttpResponse:
    action(grant=_visible(request, pk), by=request.user, now=timezone.now(), reason=request.POST.get("reason", ""))
    messages.success(request, words)
    return redirect("sharing:grants:detail", pk=pk)


def _visible(request: HttpRequest, pk: int) -> Grant:
    rows = Grant.objects.visible_to(request.user).select_related("department", "resource__provider", "share_request")
    return get_object_or_404(rows, pk=pk)
