"""The rules in force and the working-day calendar, for everybody who is signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from gdshare.lib.clock import day_of
from gdshare.rules import queries


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """规则与时限: who decides in which order, every clock with its article; `profile` shows another text."""
    in_force = queries.profile_in_force(day_of(timezone.now()))
    shown = queries.profile_named(request.GET["profile"]) if request.GET.get("profile") else in_force
    context = {"shown": queries.read(shown), "in_force": in_force, "others": queries.enabled_profiles()}
    return render(request, "rules/index.html", context)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """工作日历: one year, every day worked, off, or provisional, with the notices."""
    today = day_of(timezone.now())
    year = request.GET.get("year", "")
    shown = queries.year_view(int(year) if year.isdecimal() and len(year) == 4 else today.year, today=today)
    holds = getattr(request.user, "holds", None)
    context = {
        "shown": shown,
        "years": queries.years(),
        "may_keep": holds is not None and (holds("CALENDAR_MANAGE") or holds("SUPERVISION_VIEW")),
    }
    return render(request, "rules/calendar.html", context)
