"""Pages of 督办: what ran out, the orders over it, and how many each department got."""

import csv
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gdshare.lib.clock import day_of
from gdshare.lib.errors import DomainError
from gdshare.rules import queries as rules
from gdshare.rules.profiles import CLOCK_LABELS, Clock
from gdshare.rules.workdays import workdays_between
from security.departments.models import Department
from sharing.deadlines import queries as deadlines
from sharing.supervision import actions, policies, queries
from sharing.supervision.forms import IssueForm, PeriodForm, ReturnForm
from sharing.supervision.labels import VERBS
from sharing.supervision.models import SupervisionOrder
from sharing.supervision.workflow import RUNNING, OrderStatus

PILLS = {
    OrderStatus.ISSUED: ("err", "hourglass"),
    OrderStatus.RETURNED: ("err", "hourglass"),
    OrderStatus.ANSWERED: ("act", "hourglass"),
    OrderStatus.CLOSED: ("ok", "circle-check"),
    OrderStatus.CANCELLED: ("", "circle-off"),
}
PAGE_SIZE = 20
PERIOD = timedelta(days=30)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """`state` empty: those that run; `over`: the closed and the cancelled ones."""
    is_over = request.GET.get("state") == "over"
    seen = SupervisionOrder.objects.visible_to(request.user).select_related("deadline", "department", "authority")
    rows = seen.exclude(status__in=RUNNING) if is_over else seen.running()
    page = Paginator(rows.order_by("-id"), PAGE_SIZE).get_page(request.GET.get("page"))
    for row in page:
        row.pill = PILLS[OrderStatus(row.status)]  # type: ignore[attr-defined]
    return render(request, "sharing/supervision/list.html", {"page": page, "tabs": _tabs(request, "over" * is_over)})


@require_GET
def overdue(request: HttpRequest) -> HttpResponse:
    """逾期未督办: clocks that ran out, with one form for those that are chosen."""
    policies.view_overdue(request.user).enforce()
    return _overdue_page(request, IssueForm())


@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """One order for each chosen clock, each its own transaction: one that is refused does not hold up the others."""
    policies.view_overdue(request.user).enforce()
    form, now = IssueForm(request.POST), timezone.now()
    chosen = [int(pk) for pk in request.POST.getlist("deadline") if pk.isdecimal()]
    late = queries.overdue(request.user.department.pk, today=day_of(now)).filter(pk__in=chosen)  # type: ignore[union-attr]
    if not chosen:
        form.add_error(None, "请勾选要督办的事项。")
    if not form.is_valid():
        return _overdue_page(request, form, chosen, status=422)
    text, due_on, issued = form.cleaned_data["text"], form.cleaned_data["due_on"], 0
    for deadline in late:
        try:
            actions.issue(deadline=deadline, by=request.user, now=now, demand=text, due_on=due_on)
            issued += 1
        except DomainError as refusal:
            messages.error(request, f"{deadline.title}：{refusal.message}{refusal.remedy}")
    if issued:
        messages.success(request, f"已发出 {issued} 份督办单")
    return redirect("sharing:supervision:list" if issued else "sharing:supervision:overdue")


@require_GET
def departments(request: HttpRequest) -> HttpResponse:
    """通报: orders per department in a period, as a page or (`format=csv`) as a sheet."""
    policies.view_overdue(request.user).enforce()
    today = day_of(timezone.now())
    given = {"since": today - PERIOD, "until": today}
    form = PeriodForm(request.GET if "since" in request.GET else given)
    if form.is_valid():
        given = form.cleaned_data
    rows = queries.by_department(request.user, **given)
    if request.GET.get("format") == "csv":
        return _sheet(rows, given)
    context = {"rows": rows, "form": form, "tabs": _tabs(request, "departments")} | given
    return render(request, "sharing/supervision/departments.html", context)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One order: what is demanded until when, what was said, and how the overdue matter stands."""
    return _page(request, _visible(request, pk), ReturnForm())


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.answer, "已答复，等待主管部门核对", text=request.POST.get("text", ""))


@require_POST
def return_(request: HttpRequest, pk: int) -> HttpResponse:
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _page(request, _visible(request, pk), form, status=422)
    return _act(request, pk, actions.return_, "已退回重办", **form.cleaned_data)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.close, "督办已办结", text=request.POST.get("text", ""))


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.cancel, "督办单已撤销", text=request.POST.get("text", ""))


def _tabs(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    url = reverse("sharing:supervision:list")
    running = SupervisionOrder.objects.visible_to(request.user).running().count()
    tabs = [("", "办理中", url, running), ("over", "已结束", f"{url}?state=over", "")]
    if policies.view_overdue(request.user):
        late = queries.overdue(request.user.department.pk, today=day_of(timezone.now())).count()  # type: ignore[union-attr]
        tabs.append(("overdue", "逾期未督办", reverse("sharing:supervision:overdue"), late))
        tabs.append(("departments", "各部门情况", reverse("sharing:supervision:departments"), ""))
    return [{"label": label, "url": to, "is_current": key == current, "count": count} for key, label, to, count in tabs]


def _overdue_page(request: HttpRequest, form: IssueForm, chosen: list[int] | None = None, *, status: int = 200) -> Any:
    today, cal = day_of(timezone.now()), rules.calendar()
    late = queries.overdue(request.user.department.pk, today=today)  # type: ignore[union-attr]
    page = Paginator(late, PAGE_SIZE).get_page(request.GET.get("page"))
    names = Department.objects.in_bulk([pk for row in page for pk in row.responsible_ids])
    for row in page:
        verdict = policies.issue(request.user, row)
        row.verdict, row.is_chosen = verdict, row.pk in (chosen or ())  # type: ignore[attr-defined]
        row.who = "、".join(names[pk].short_name for pk in row.responsible_ids)  # type: ignore[attr-defined]
        row.what = CLOCK_LABELS[Clock(row.clock)]  # type: ignore[attr-defined]
        row.over = workdays_between(row.due_on, today, cal)  # type: ignore[attr-defined, arg-type]
    context = {
        "page": page, "form": form, "tabs": _tabs(request, "overdue"),
        "cite": rules.citations_in_force(today)["supervision"],
        "can_issue": any(row.verdict for row in page),  # type: ignore[attr-defined]
        "why_not": next((row.verdict for row in page if not row.verdict), None),  # type: ignore[attr-defined]
    }  # fmt: skip
    return render(request, "sharing/supervision/overdue.html", context, status=status)


def _page(request: HttpRequest, order: SupervisionOrder, form: ReturnForm, *, status: int = 200) -> HttpResponse:
    entries = [
        {
            "at": entry.at, "who": entry.department.short_name if entry.department else "平台",
            "title": VERBS[entry.verb],
            "text": f"{entry.text}　{entry.due_on} 前答复" if entry.due_on else entry.text,
        }
        for entry in order.entries.select_related("department").order_by("id")
    ]  # fmt: skip
    context = {
        "order": order,
        "pill": PILLS[OrderStatus(order.status)],
        "what": CLOCK_LABELS[Clock(order.deadline.clock)],
        "clock": deadlines.clock_view(order, today=day_of(timezone.now())),
        "entries": entries,
        "can": {verb: bool(verdict) for verb, verdict in policies.toolbar(request.user, order).items()},
        "returning": form,
    }
    return render(request, "sharing/supervision/detail.html", context, status=status)


def _sheet(rows: list[dict[str, Any]], period: dict[str, Any]) -> HttpResponse:
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = f"supervision-{period['since']}-{period['until']}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(["部门", "督办", "办理中", "退回过", "已办结", "已撤销"])
    columns = ("name", "issued", "running", "returned", "closed", "cancelled")
    writer.writerows([row[column] for column in columns] for row in rows)
    return response


def _act(request: HttpRequest, pk: int, action: Any, words: str, **values: Any) -> HttpResponse:
    action(order=_visible(request, pk), by=request.user, now=timezone.now(), **values)
    messages.success(request, words)
    return redirect("sharing:supervision:detail", pk=pk)


def _visible(request: HttpRequest, pk: int) -> SupervisionOrder:
    rows = SupervisionOrder.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("deadline", "department", "authority", "issued_by"), pk=pk)
