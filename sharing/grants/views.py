"""Pages of 授权: what my department may take, and what is taken from it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gdshare.lib.clock import day_of
from sharing.grants import actions, policies, queries, workflow
from sharing.grants.forms import DisposalForm, SuspendForm
from sharing.grants.models import Disposal, Grant, GrantStatus

PILLS = {
    GrantStatus.ACTIVE: ("ok", "plug-connected"),
    GrantStatus.SUSPENDED: ("act", "player-pause"),
    GrantStatus.REVOKED: ("no", "circle-off"),
    GrantStatus.EXPIRED: ("", "calendar-off"),
    GrantStatus.CLOSED: ("", "circle-off"),
}
VERBS = {"suspend": "暂停", "resume": "恢复", "revoke": "撤销"}
SIDES = ("given", "to_dispose", "backflow")
PAGE_SIZE = 20


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Grants my department holds, or (`side=given`) those others hold of its data, or (`side=to_dispose`) those over
    whose data nobody has accounted for.
    """
    side = request.GET.get("side", "")
    is_given = side == "given"
    department = request.user.acting.department if request.user.acting else None  # type: ignore[union-attr]
    seen = Grant.objects.visible_to(request.user)
    to_dispose = seen.filter(status__in=workflow.TO_DISPOSE)
    backflow = seen.filter(is_backflow=True)
    rows = {"given": seen.exclude(department=department), "to_dispose": to_dispose, "backflow": backflow}.get(
        side, seen.filter(department=department)
    )
    rows = rows.select_related("department", "resource__provider", "share_request").with_counts().order_by("-id")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    for grant in page:
        grant.pill = PILLS[GrantStatus(grant.status)]  # type: ignore[attr-defined]
    url = reverse("sharing:grants:list")
    tabs = [
        {"label": "我部门的授权", "url": url, "is_current": side not in SIDES, "count": ""},
        {"label": "授予其他部门", "url": f"{url}?side=given", "is_current": is_given, "count": ""},
        {
            "label": "待处置", "url": f"{url}?side=to_dispose", "is_current": side == "to_dispose",
            "count": to_dispose.count(),
        },
        {
            "label": "回流", "url": f"{url}?side=backflow", "is_current": side == "backflow", "count": backflow.count(),
        },
    ]  # fmt: skip
    context = {"page": page, "tabs": tabs, "shows_holder": bool(side)}
    return render(request, "sharing/grants/list.html", context)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One grant: items, masks, period, purpose, and how to take the data."""
    return _page(request, _visible(request, pk))


def _page(
    request: HttpRequest, grant: Grant, form: DisposalForm | None = None, *, suspending: SuspendForm | None = None
) -> HttpResponse:
    verdicts = policies.toolbar(request.user, grant)
    today = day_of(timezone.now())
    context = {
        "grant": grant,
        "pill": PILLS[GrantStatus(grant.status)],
        "items": grant.grant_items.select_related("item").order_by("item__position"),
        "facts": [
            ("使用部门", grant.department.name),
            ("提供部门", grant.resource.provider.name),
            ("依据的申请", grant.share_request.number),
        ],
        "conditions": queries.conditions_of(grant),
        "left_today": queries.left_today(grant, today=today),
        "verbs": [(verb, VERBS[verb], verdict) for verb, verdict in verdicts.items() if verb in VERBS],
        "can_renew": bool(policies.renew(request.user, grant)),
        "can_amend": bool(policies.amend(request.user, grant)),
        "can_dispose": bool(verdicts.get("dispose")),
        "is_over": grant.status in workflow.TO_DISPOSE,
        "left": (grant.valid_to - today).days if grant.status == GrantStatus.ACTIVE else None,
        "disposal": Disposal.objects.filter(grant=grant).select_related("made_by").first(),
        "orders": list(grant.rectifications.select_related("ordered_by", "reported_by").order_by("-id")),
        "can_report": bool(verdicts.get("report_rectified")),
        "suspending": suspending or SuspendForm(),
        "today": today,
        "form": form or DisposalForm(initial={"disposed_on": today}),
        "api_url": request.build_absolute_uri(f"/api/v1/resources/{grant.resource_id}/rows/"),
        "is_holder": request.user.department == grant.department,  # type: ignore[union-attr]
    }
    return render(request, "sharing/grants/detail.html", context, status=422 if form or suspending else 200)


@require_POST
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """暂停, with the order of what is to be put right."""
    grant, form = _visible(request, pk), SuspendForm(request.POST)
    policies.suspend(request.user, grant).enforce()
    if not form.is_valid():
        return _page(request, grant, suspending=form)
    actions.suspend(grant=grant, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, "授权已暂停")
    return redirect("sharing:grants:detail", pk=pk)


@require_POST
def report_rectified(request: HttpRequest, pk: int) -> HttpResponse:
    """报告整改情况."""
    report = request.POST.get("report", "")
    actions.report_rectified(grant=_visible(request, pk), by=request.user, now=timezone.now(), report=report)
    messages.success(request, "已报告整改情况")
    return redirect("sharing:grants:detail", pk=pk)


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.resume, "授权已恢复")


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.revoke, "授权已撤销")


@require_POST
def dispose(request: HttpRequest, pk: int) -> HttpResponse:
    """出具处置证明; what is missing is shown where it is."""
    grant, form = _visible(request, pk), DisposalForm(request.POST)
    policies.dispose(request.user, grant).enforce()
    if not form.is_valid():
        return _page(request, grant, form)
    actions.dispose(grant=grant, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, "处置证明已出具")
    return redirect("sharing:grants:detail", pk=pk)


@require_GET
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """处置证明 on paper."""
    grant = _visible(request, pk)
    disposal = get_object_or_404(Disposal.objects.select_related("made_by"), grant=grant)
    return render(request, "sharing/grants/certificate.html", {"grant": grant, "disposal": disposal})


def _act(request: HttpRequest, pk: int, action: Any, words: str) -> HttpResponse:
    action(grant=_visible(request, pk), by=request.user, now=timezone.now(), reason=request.POST.get("reason", ""))
    messages.success(request, words)
    return redirect("sharing:grants:detail", pk=pk)


def _visible(request: HttpRequest, pk: int) -> Grant:
    rows = Grant.objects.visible_to(request.user).select_related("department", "resource__provider", "share_request")
    return get_object_or_404(rows, pk=pk)
