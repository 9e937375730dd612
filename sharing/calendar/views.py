"""Keeping the working-day calendar: import, preview, signature."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from gdshare.lib.clock import day_of
from gdshare.lib.errors import Invalid
from gdshare.rules import queries as rules
from sharing.calendar import actions, policies, queries
from sharing.calendar.forms import CorrectionForm, NoticeForm, SignForm


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """维护工作日历: the two ways in, and every change so far."""
    policies.view_changes(request.user).enforce()
    return _index(request)


def _index(request: HttpRequest, *, status: int = 200, **given: Any) -> HttpResponse:
    today = day_of(timezone.now())
    context = {
        "notice_form": NoticeForm(initial={"year": rules.missing_year(today) or today.year + 1}),
        "correction_form": CorrectionForm(),
        "missing_year": rules.missing_year(today),
        "verdict": policies.propose_notice(request.user),
        "changes": queries.recent(),
        "fault": "",
    }
    return render(request, "sharing/calendar/list.html", context | given, status=status)


@require_POST
def propose_notice(request: HttpRequest) -> HttpResponse:
    """Upload a notice; the preview follows."""
    policies.propose_notice(request.user).enforce()
    form = NoticeForm(request.POST, request.FILES)
    if not form.is_valid():
        return _index(request, status=422, notice_form=form)
    values = form.cleaned_data
    file = values.pop("file")
    try:
        change = actions.propose_notice(file=file, file_name=file.name, by=request.user, now=timezone.now(), **values)
    except Invalid as refusal:
        return _index(request, status=422, notice_form=form, fault=f"{refusal.message}{refusal.remedy}")
    return redirect("sharing:calendar:detail", change.pk)


@require_POST
def propose_correction(request: HttpRequest) -> HttpResponse:
    """Put one day right; the preview follows."""
    policies.propose_correction(request.user).enforce()
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return _index(request, status=422, correction_form=form)
    try:
        change = actions.propose_correction(by=request.user, now=timezone.now(), **form.cleaned_data)
    except Invalid as refusal:
        return _index(request, status=422, correction_form=form, fault=f"{refusal.message}{refusal.remedy}")
    return redirect("sharing:calendar:detail", change.pk)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One change: its days, and every open clock whose date moves."""
    policies.view_changes(request.user).enforce()
    after = request.GET.get("after", "")
    change = queries.change_named(pk)
    context = {
        "view": queries.view(change, after=int(after) if after.isdecimal() and len(after) < 19 else 0),
        "change": change,
        "after": after,
        "verdict": policies.apply_change(request.user),
    }
    return render(request, "sharing/calendar/detail.html", context)


@require_POST
def apply_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign: it takes effect."""
    policies.apply_change(request.user).enforce()
    form = SignForm(request.POST)
    if not form.is_valid():
        raise Invalid("没有核对过的摘要。", remedy="请刷新页面，核对后再签署。")
    change = queries.change_named(pk)
    done = actions.apply_change(change=change, by=request.user, now=timezone.now(), **form.cleaned_data)
    moved = done.later_count + done.earlier_count
    messages.success(request, f"已生效，{moved} 件到期日变动。")
    return redirect("sharing:calendar:detail", pk)


@require_POST
def discard_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop the proposal."""
    policies.discard_change(request.user).enforce()
    actions.discard_change(change=queries.change_named(pk), by=request.user, now=timezone.now())
    messages.success(request, "已放弃。")
    return redirect("sharing:calendar:list")
