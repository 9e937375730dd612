"""One page: who covers for whom, and the form."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gdshare.lib.clock import day_of
from security.accounts.models import Membership
from security.covers import actions, policies, queries
from security.covers.forms import CoverForm

A_MOMENT = timedelta(microseconds=1)
"""A cover lapses where the day after its last begins."""


def _page(request: HttpRequest, form: CoverForm | None = None, status: int = 200) -> HttpResponse:
    now, actor = timezone.now(), request.user
    verdict = policies.start(actor)
    context = {
        "covers": [
            (cover, day_of(cover.lapses_at - A_MOMENT), not cover.holds_at(now), policies.end(actor, cover))  # type: ignore[operator]
            for cover in queries.covers_of(actor)
        ],
        "verdict": verdict,
        "form": (form or CoverForm(actor=actor, today=day_of(now))) if verdict else None,
        "now": now,
    }
    return render(request, "security/covers/list.html", context, status=status)


@require_GET
def list_(request: HttpRequest) -> HttpResponse:
    """The covers one asked for and gives."""
    return _page(request)


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Have one's post covered."""
    policies.start(request.user).enforce()
    now = timezone.now()
    form = CoverForm(request.POST, actor=request.user, today=day_of(now))
    if not form.is_valid():
        return _page(request, form, status=422)
    cover = actions.start(by=request.user, now=now, **form.cleaned_data)  # type: ignore[arg-type]
    messages.success(request, f"已请{cover.user.name}代办，并已通知。")
    return redirect("security:covers:list")


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back, or give it up."""
    mine = Membership.objects.filter(pk__in=[cover.pk for cover in queries.covers_of(request.user)])
    actions.end(membership=get_object_or_404(mine, pk=pk), by=request.user, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, "代办已收回。")
    return redirect("security:covers:list")
