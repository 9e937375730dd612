"""Pages of changes: recording one, the tasks with their clocks, one task."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from catalog.changes import actions, forms, policies, queries
from catalog.changes.models import ChangeTask
from catalog.resources.queries import working_copy
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Denied, Invalid
from gdshare.rules import queries as rules
from gdshare.rules.profiles import Clock
from security.access.permissions import Permission as P

PER_PAGE = 50
TABS = (("", "办理中"), ("late", "已逾期"), ("done", "已办结"))


def _seen(request: HttpRequest, pk: int) -> ChangeTask:
    rows = ChangeTask.objects.visible_to(request.user)
    joined = ("record__created_by", "resource__provider__region", "proposed_by", "closed_by")
    return get_object_or_404(rows.select_related(*joined), pk=pk)


def _cleaned(form: Any) -> dict[str, Any]:
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        raise Invalid(f"{form.fields[name].label}：{errors[0]}", remedy="请返回上一页改正后再提交。")
    return form.cleaned_data


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """What has to be updated, with the clock of each; the authority sees everybody's and who is late."""
    actor: Any = request.user
    if not any(actor.holds(right) for right in (P.RESOURCE_DRAFT, P.RESOURCE_APPROVE, P.RESOURCE_AUDIT)):
        raise Denied("目录变更只供提供部门和主管部门使用。", remedy="请联系本部门数据共享工作机构。")
    today = day_of(timezone.now())
    show = request.GET.get("show", "")
    show = show if show in dict(TABS) else ""
    counts = queries.counts(actor, today=today)
    url = reverse("catalog:changes:tasks")
    page = Paginator(queries.tasks(actor, show=show, today=today), PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    clocks = queries.clocks(shown, today=today)
    context = {
        "page": page,
        "rows": [(row, *queries.MARKS[row.status], clocks.get(row.pk)) for row in shown],
        "tabs": [
            {"label": label, "url": f"{url}?show={key}" if key else url, "is_current": key == show,
             "count": counts[key]}
            for key, label in TABS
        ],
        "can_record": policies.record_change(actor),
        "allowance": _allowance(today),
    }  # fmt: skip
    return render(request, "catalog/changes/tasks.html", context)


def _allowance(today: Any) -> Any:
    return rules.parsed(rules.profile_in_force(today)).allowance(Clock.CATALOG_UPDATE)


def record(request: HttpRequest) -> HttpResponse:
    """First which entries are touched, then the tasks."""
    policies.record_change(request.user).enforce()
    now = timezone.now()
    form = forms.RecordForm(request.POST or None, initial={"happened_on": day_of(now)})
    found: Any = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if "look" not in request.POST:
            made = actions.record_change(by=request.user, now=now, **given)
            messages.success(request, f"已下达 {made.tasks.count()} 项更新任务")
            return redirect("catalog:changes:tasks")
        rows = queries.touched(
            request.user, legal_text=given["legal_text"], departments=given["departments"], word=given["word"]
        )
        found = Paginator(rows, PER_PAGE).get_page(1)
    context = {"form": form, "found": found, "allowance": _allowance(day_of(now))}
    status = 422 if form.errors else 200
    return render(request, "catalog/changes/record.html", context, status=status)


@require_safe
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One task: what changed, how long there is, and what may be done now."""
    row = _seen(request, pk)
    today = day_of(timezone.now())
    allowance = _allowance(today)
    toolbar = queries.toolbar(request.user, row)
    if not allowance.extendable_by:
        toolbar.pop("ask_extension", None)
    context = {
        "task": row,
        "tone": queries.MARKS[row.status],
        "clock": queries.clocks([row], today=today).get(row.pk),
        "allowance": allowance,
        "toolbar": toolbar,
        "working_copy": working_copy(row.resource) if toolbar.get("propose_no_change") else None,
        "reason_form": forms.ReasonForm(),
        "opinion_form": forms.OpinionForm(),
        "decide_form": forms.DecideForm(),
    }
    return render(request, "catalog/changes/task.html", context)


@require_POST
def propose_no_change(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, "propose_no_change", forms.ReasonForm(request.POST), "已报负责人确认")


@require_POST
def confirm_no_change(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, "confirm_no_change", forms.OpinionForm(request.POST), "已确认不需更新")


@require_POST
def reject_no_change(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, "reject_no_change", forms.OpinionForm(request.POST), "仍须更新，已退回经办")


@require_POST
def ask_extension(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, "ask_extension", forms.ReasonForm(request.POST), "已向主管部门申请延长")


@require_POST
def decide_extension(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, "decide_extension", forms.DecideForm(request.POST), "已答复")


def _done(request: HttpRequest, pk: int, verb: str, form: Any, words: str) -> HttpResponse:
    row = getattr(actions, verb)(task=_seen(request, pk), by=request.user, now=timezone.now(), **_cleaned(form))
    messages.success(request, f"{row.resource.name}：{words}")
    return redirect("catalog:changes:task", pk)
