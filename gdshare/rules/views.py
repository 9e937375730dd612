"""The rules in force and the working-day calendar, for everybody signed in; drafts of rules for the authority."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from gdshare.lib.clock import day_of
from gdshare.lib.errors import Invalid
from gdshare.rules import actions, policies, profile_changes, queries
from gdshare.rules.forms import ProfileForm


def _holds(request: HttpRequest, *permissions: str) -> bool:
    holds = getattr(request.user, "holds", None)
    return holds is not None and any(holds(permission) for permission in permissions)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """规则与时限: who decides in which order, every clock with its article; `profile` shows another text."""
    in_force = queries.profile_in_force(day_of(timezone.now()))
    shown = queries.profile_named(request.GET["profile"]) if request.GET.get("profile") else in_force
    view = queries.read(shown)
    is_authority = _holds(request, "RULES_DRAFT", "RULES_PUBLISH")
    context = {
        "shown": view,
        "in_force": in_force,
        "others": queries.published_profiles(),
        "missing": view.profile.missing(),
        "draft": queries.draft_of(shown.code) if is_authority else None,
        "may_draft": _holds(request, "RULES_DRAFT"),
    }
    return render(request, "rules/index.html", context)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """工作日历: one year, every day worked, off, or provisional, with the notices."""
    today = day_of(timezone.now())
    year = request.GET.get("year", "")
    shown = queries.year_view(int(year) if year.isdecimal() and len(year) == 4 else today.year, today=today)
    context = {
        "shown": shown,
        "years": queries.years(),
        "may_keep": _holds(request, "CALENDAR_MANAGE", "SUPERVISION_VIEW"),
    }
    return render(request, "rules/calendar.html", context)


@require_POST
def begin_draft(request: HttpRequest) -> HttpResponse:
    """Start writing the next version of a rule text."""
    draft = actions.begin_draft(code=request.POST.get("code", ""), by=request.user, now=timezone.now())
    return redirect("rules:draft", draft.pk)


@require_safe
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as a form, and what it says otherwise than the newest version."""
    policies.view_draft(request.user).enforce()
    return _draft(request, pk)


def _draft(
    request: HttpRequest, pk: int, form: ProfileForm | None = None, fault: str = "", status: int = 200
) -> HttpResponse:
    row = queries.draft_named(pk)
    base = queries.profile_named(row.code)
    profile = queries.parsed(row)
    context = {
        "row": row,
        "base": base,
        "form": form or ProfileForm(data_of_profile=row.data, initial={"in_force_from": row.in_force_from}),
        "differences": profile_changes.differences(base.data, row.data),
        "missing": profile.missing(),
        "fault": fault,
        "may_write": policies.save_draft(request.user, row),
        "may_publish": policies.publish(request.user, row),
    }
    return render(request, "rules/draft.html", context, status=status)


@require_POST
def save_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what was typed, checked as a whole."""
    row = queries.draft_named(pk)
    policies.save_draft(request.user, row).enforce()
    form = ProfileForm(request.POST, data_of_profile=row.data)
    if not form.is_valid():
        return _draft(request, pk, form, "；".join(form.faults()), status=422)
    try:
        actions.save_draft(
            profile=row, data=form.result(), in_force_from=form.cleaned_data["in_force_from"], by=request.user,
            now=timezone.now(),
        )  # fmt: skip
    except Invalid as refusal:
        return _draft(request, pk, form, f"{refusal.message}{refusal.remedy}", status=422)
    messages.success(request, "草稿已保存。")
    return redirect("rules:draft", pk)


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """In force from its day on."""
    row = actions.publish(profile=queries.draft_named(pk), by=request.user, now=timezone.now())
    messages.success(request, f"已发布第 {row.version} 版，{row.in_force_from} 起施行。")
    return redirect(f"/rules/?profile={row.code}")


@require_POST
def discard_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft is dropped."""
    row = queries.draft_named(pk)
    actions.discard_draft(profile=row, by=request.user, now=timezone.now())
    messages.success(request, "草稿已放弃。")
    return redirect("rules:index")
