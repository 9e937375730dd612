"""Pages of 争议: raise one over a refusal, and the ladder it climbs."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gdshare.lib.clock import day_of
from gdshare.lib.errors import Invalid
from gdshare.rules import queries as rules
from gdshare.rules.workdays import workdays_between
from sharing.corrections.models import CorrectionRequest
from sharing.deadlines import queries as deadlines
from sharing.disputes import actions, policies, queries
from sharing.disputes.forms import RulingForm, SettleForm
from sharing.disputes.labels import VERBS
from sharing.disputes.models import Dispute
from sharing.disputes.workflow import RUNNING, DisputeStatus
from sharing.share_requests.models import ShareRequest

PILLS = {
    DisputeStatus.NEGOTIATING: ("act", "hourglass"),
    DisputeStatus.COORDINATING: ("act", "hourglass"),
    DisputeStatus.REFERRED: ("act", "hourglass"),
    DisputeStatus.AGREED: ("ok", "circle-check"),
    DisputeStatus.COORDINATED: ("ok", "circle-check"),
    DisputeStatus.RULED: ("ok", "circle-check"),
    DisputeStatus.WITHDRAWN: ("", "circle-off"),
}
RELATED = (
    "share_request", "correction__resource", "claimant__region", "respondent__region", "authority", "offered_by",
    "profile",
)  # fmt: skip
PAGE_SIZE = 20


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """`state` empty: those that run; `over`: the settled ones."""
    is_over = request.GET.get("state") == "over"
    seen = Dispute.objects.visible_to(request.user).select_related(*RELATED).order_by("-id")
    running = Q(status__in=RUNNING)
    page = Paginator(seen.filter(~running if is_over else running), PAGE_SIZE).get_page(request.GET.get("page"))
    for row in page:
        row.pill = PILLS[DisputeStatus(row.status)]  # type: ignore[attr-defined]
    url = reverse("sharing:disputes:list")
    tabs = [
        {"label": "办理中", "url": url, "is_current": not is_over, "count": seen.filter(running).count()},
        {"label": "已办结", "url": f"{url}?state=over", "is_current": is_over, "count": ""},
    ]
    return render(request, "sharing/disputes/list.html", {"page": page, "tabs": tabs})


@require_http_methods(["GET", "POST"])
def raise_over_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Dispute the answer to an application."""
    subject = get_object_or_404(ShareRequest.objects.visible_to(request.user).select_related("provider__region"), pk=pk)
    back = reverse("sharing:share_requests:detail", args=[pk])
    return _raise(request, subject, subject.provider, subject.title, back)


@require_http_methods(["GET", "POST"])
def raise_over_correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Dispute the answer to a doubt."""
    rows = CorrectionRequest.objects.visible_to(request.user).select_related("resource__provider__region")
    subject = get_object_or_404(rows, pk=pk)
    back = reverse("sharing:corrections:detail", args=[pk])
    return _raise(request, subject, subject.resource.provider, subject.resource.name, back)


def _raise(request: HttpRequest, subject: Any, respondent: Any, title: str, back: str) -> HttpResponse:
    claim, fault, now = request.POST.get("claim", ""), "", timezone.now()
    if request.method == "POST":
        try:
            made = actions.raise_dispute(subject=subject, by=request.user, now=now, claim=claim)
        except Invalid as refusal:
            fault = refusal.message
        else:
            messages.success(request, f"已提出，等待{respondent.short_name}的意见")
            return redirect("sharing:disputes:detail", pk=made.pk)
    context = {
        "title": title, "respondent": respondent, "back": back, "claim": claim, "fault": fault,
        "verdict": policies.raise_dispute(request.user, subject), "cite": _cite(now),
        "authority": queries.competent_authority(request.user.department, respondent),  # type: ignore[union-attr]
    }  # fmt: skip
    return render(request, "sharing/disputes/raise.html", context, status=422 if fault else 200)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One dispute: the rungs, what was said, whose turn it is."""
    return _page(request, _visible(request, pk))


@require_POST
def state(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.state, "已告知对方", text=request.POST.get("text", ""))


@require_POST
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.offer, "已送对方负责人", text=request.POST.get("text", ""))


@require_POST
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.agree, "协商一致，已办结", terms=request.POST.get("terms", ""))


@require_POST
def escalate(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.escalate, "已提请协调", text=request.POST.get("text", ""))


@require_POST
def coordinate(request: HttpRequest, pk: int) -> HttpResponse:
    return _settle(request, pk, SettleForm(request.POST), "coordinating", actions.coordinate, "已协调，双方已告知")


@require_POST
def refer(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.refer, "已登记报政府决定", text=request.POST.get("text", ""))


@require_POST
def record_ruling(request: HttpRequest, pk: int) -> HttpResponse:
    return _settle(request, pk, RulingForm(request.POST), "ruling", actions.record_ruling, "已登记，双方已告知")


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.withdraw, "已撤回")


def _settle(request: HttpRequest, pk: int, form: forms.Form, name: str, action: Any, words: str) -> HttpResponse:
    if not form.is_valid():
        return _page(request, _visible(request, pk), status=422, **{name: form})
    return _act(request, pk, action, words, **form.cleaned_data)


def _page(request: HttpRequest, dispute: Dispute, *, status: int = 200, **bound: forms.Form) -> HttpResponse:
    today, verdicts = day_of(timezone.now()), policies.toolbar(request.user, dispute)
    entries = [
        {"at": entry.at, "who": entry.department.short_name, "title": VERBS[entry.verb], "text": entry.text}
        for entry in dispute.entries.select_related("department").order_by("id")
    ]
    context = {
        "dispute": dispute,
        "pill": PILLS[DisputeStatus(dispute.status)],
        "cite": _cite(timezone.now()),
        "rungs": queries.rungs(dispute),
        "competent": dispute.authority or queries.competent_authority(dispute.claimant, dispute.respondent),
        "clock": deadlines.clock_view(dispute, today=today) if dispute.closed_at is None else None,
        "age": workdays_between(day_of(dispute.rung_since), today, rules.calendar()),
        "entries": entries,
        "can": {verb: bool(verdict) for verb, verdict in verdicts.items()},
        "coordinating": SettleForm(),
        "ruling": RulingForm(),
    } | bound
    return render(request, "sharing/disputes/detail.html", context, status=status)


def _act(request: HttpRequest, pk: int, action: Any, words: str, **values: Any) -> HttpResponse:
    action(dispute=_visible(request, pk), by=request.user, now=timezone.now(), **values)
    messages.success(request, words)
    return redirect("sharing:disputes:detail", pk=pk)


def _visible(request: HttpRequest, pk: int) -> Dispute:
    return get_object_or_404(Dispute.objects.visible_to(request.user).select_related(*RELATED), pk=pk)


def _cite(now: Any) -> str:
    return rules.citations_in_force(day_of(now))["dispute"]
