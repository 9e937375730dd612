"""Pages of 数据不一致比对: choose the other source, follow the run, see the rates, decide."""

from typing import Any

from celery import current_app
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from kombu.exceptions import OperationalError

from catalog.resources.models import DataResource
from gdshare.lib.reads import records_reads
from security.departments.queries import authority_of
from sharing.conflicts import actions, policies, queries
from sharing.conflicts.forms import OpenForm
from sharing.conflicts.models import ComparedItem, Comparison
from sharing.conflicts.workflow import RUNNING, ComparisonStatus

PILLS = {
    ComparisonStatus.QUEUED: ("act", "hourglass"),
    ComparisonStatus.RUNNING: ("act", "hourglass"),
    ComparisonStatus.DONE: ("ok", "circle-check"),
    ComparisonStatus.FAILED: ("", "circle-off"),
    ComparisonStatus.CANCELLED: ("", "circle-off"),
}
PAGE_SIZE = 20
_BOTH = ("left__provider__region", "right__provider__region", "department")


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    rows = Comparison.objects.visible_to(request.user).select_related(*_BOTH).order_by("-id")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    for row in page:
        row.pill = PILLS[ComparisonStatus(row.status)]  # type: ignore[attr-defined]
    return render(request, "sharing/conflicts/list.html", {"page": page})


@require_GET
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """The other sources that have items of the same name or data element."""
    resource = get_object_or_404(_listed(request), pk=pk)
    context = {"resource": resource, "candidates": queries.candidates(request.user, resource)}
    return render(request, "sharing/conflicts/choose.html", context)


@require_http_methods(["GET", "POST"])
def open_(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """提出比对: the form on GET, the run on POST."""
    listed = _listed(request)
    left = get_object_or_404(listed, pk=pk)
    right = get_object_or_404(listed, pk=other)
    sides = {"left": queries.items_of(left), "right": queries.items_of(right)}
    form = OpenForm(request.POST or None, **sides)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        made = actions.open_(
            left=left, right=right, by=request.user, now=now, seed=now.toordinal(), **form.cleaned_data
        )  # fmt: skip
        _knock(made)
        return redirect("sharing:conflicts:detail", pk=made.pk)
    context = {"left": left, "right": right, "form": form}
    return render(request, "sharing/conflicts/open.html", context, status=422 if form.errors else 200)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One comparison: how far it is, and how often the two differ."""
    comparison = _visible(request, pk)
    authority = authority_of(comparison.left.provider)
    lines = queries.lines(comparison)
    context = {
        "comparison": comparison,
        "pill": PILLS[ComparisonStatus(comparison.status)],
        "is_running": comparison.status in RUNNING,
        "can_cancel": bool(policies.cancel(request.user, comparison)),
        "lines": [(line, policies.decide(request.user, lead=line.lead, authority=authority)) for line in lines],
    }
    return render(request, "sharing/conflicts/detail.html", context)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    actions.cancel(comparison=_visible(request, pk), by=request.user, now=timezone.now())
    messages.success(request, "已取消")
    return redirect("sharing:conflicts:detail", pk=pk)


@require_GET
@records_reads
def look(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Some rows that differ. Looking at data is an event, so this read writes."""
    row = _item(request, pk, item)
    rows = actions.look(row=row, by=request.user, now=timezone.now())
    authority = authority_of(row.comparison.left.provider)
    verdict = policies.decide(request.user, lead=queries.lead_of_pair(row), authority=authority)
    can_decide = verdict and row.different and not row.stands
    context = {"row": row, "comparison": row.comparison, "rows": rows, "verdict": verdict, "can_decide": can_decide}
    return render(request, "sharing/conflicts/look.html", context | {"choices": ComparedItem.Stands.choices})


@require_POST
def decide(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    stands, reason = request.POST.get("stands", ""), request.POST.get("reason", "")
    actions.decide(row=_item(request, pk, item), stands=stands, reason=reason, by=request.user, now=timezone.now())
    messages.success(request, "已决定")
    return redirect("sharing:conflicts:detail", pk=pk)


def _knock(comparison: Comparison) -> None:
    """Wake the worker. A knock that is lost is made up for by the timetable."""
    try:
        current_app.send_task("sharing.conflicts.tasks.compare", [comparison.pk], retry=False)
    except (OperationalError, OSError):
        return


def _listed(request: HttpRequest) -> QuerySet[DataResource]:
    return DataResource.objects.visible_to(request.user).published().select_related("provider__region")


def _visible(request: HttpRequest, pk: int) -> Comparison:
    rows = Comparison.objects.visible_to(request.user)
    related = (*_BOTH, "left_version", "right_version", "left_key", "right_key")
    return get_object_or_404(rows.select_related(*related), pk=pk)


def _item(request: HttpRequest, pk: int, item: int) -> Any:
    comparison = _visible(request, pk)
    rows = comparison.items.select_related("left_item__element_link", "right_item__element_link", "correction")
    row = get_object_or_404(rows, pk=item)
    row.comparison = comparison
    return row
