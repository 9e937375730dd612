"""Pages of 疑义校核: what my department doubts, what others doubt of its data, what was mended that it uses."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.resources.models import DataResource
from gdshare.lib.clock import day_of
from sharing.corrections import actions, policies, queries
from sharing.corrections.forms import ReportForm
from sharing.corrections.models import CorrectionRequest
from sharing.corrections.workflow import RUNNING, CorrectionStatus
from sharing.deadlines import queries as deadlines

PILLS = {
    CorrectionStatus.OPEN: ("act", "hourglass"),
    CorrectionStatus.ACCEPTED: ("act", "tools"),
    CorrectionStatus.MENDED: ("ok", "circle-check"),
    CorrectionStatus.REFUSED: ("", "circle-check"),
    CorrectionStatus.WITHDRAWN: ("", "circle-off"),
}
PAGE_SIZE = 20


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """`side` empty: what my department reported; `answer`: to be answered by it; `told`: mends it was told of."""
    side = request.GET.get("side", "")
    department = request.user.department  # type: ignore[union-attr]
    seen = CorrectionRequest.objects.visible_to(request.user)
    to_answer = seen.filter(resource__provider=department)
    told = seen.filter(consumers__department=department)
    rows = {"answer": to_answer, "told": told, "all": seen}.get(side, seen.filter(department=department))
    rows = rows.select_related("resource__provider", "department", "item").order_by("-id")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    for row in page:
        row.pill = PILLS[CorrectionStatus(row.status)]  # type: ignore[attr-defined]
    url = reverse("sharing:corrections:list")
    open_count = to_answer.filter(status__in=RUNNING).count()
    unread = told.filter(consumers__department=department, consumers__acknowledged_at=None).count()
    tabs = [
        {"label": "我部门报告的", "url": url, "is_current": side == "", "count": ""},
        {"label": "对我部门数据的", "url": f"{url}?side=answer", "is_current": side == "answer", "count": open_count},
        {"label": "告知我部门的更正", "url": f"{url}?side=told", "is_current": side == "told", "count": unread},
    ]
    if request.user.acting and request.user.acting.role.is_authority:  # type: ignore[union-attr]
        tabs.append({"label": "全部", "url": f"{url}?side=all", "is_current": side == "all", "count": ""})
    return render(request, "sharing/corrections/list.html", {"page": page, "tabs": tabs})


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """报告数据疑义: the form on GET, the report on POST."""
    listed = DataResource.objects.visible_to(request.user).published().select_related("provider")
    resource = get_object_or_404(listed, pk=pk)
    verdict, now = policies.report(request.user, resource), timezone.now()
    knows_records = queries.knows_records(request.user, resource, today=day_of(now))
    if request.method == "POST":
        verdict.enforce()
        form = ReportForm(request.POST, resource=resource, knows_records=knows_records)
        if form.is_valid():
            made = actions.report(resource=resource, by=request.user, now=now, **form.cleaned_data)
            messages.success(request, f"已报告{resource.provider.short_name}")
            return redirect("sharing:corrections:detail", pk=made.pk)
    else:
        form = ReportForm(resource=resource, knows_records=knows_records)
    context = {"resource": resource, "form": form, "verdict": verdict, "running": queries.running_on(resource.pk)}
    return render(request, "sharing/corrections/report.html", context, status=422 if form.errors else 200)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One doubt: what is said, until when it is answered, and who still runs on the old value."""
    correction = _visible(request, pk)
    lines = queries.runners(correction)
    own = next((line.notice for line in lines if line.notice.department == request.user.department), None)  # type: ignore[union-attr]
    verdicts = policies.toolbar(request.user, correction)
    context = {
        "correction": correction,
        "pill": PILLS[CorrectionStatus(correction.status)],
        "facts": [
            ("资源", correction.resource.name),
            ("信息项", correction.item.name if correction.item else "整条资源"),
            ("记录", correction.record_key or "不针对某条记录"),
            ("数据版本", f"第 {correction.version_number} 版" if correction.version_number else "没有挂接数据"),
            ("提供部门", correction.resource.provider.name),
            ("报告", f"{correction.department.name}　{correction.reported_by.name}"),
        ],
        "clock": deadlines.clock_view(correction, today=day_of(timezone.now())),
        "lines": lines,
        "on_old": sum(line.is_on_old for line in lines),
        "acknowledged": sum(line.notice.acknowledged_at is not None for line in lines),
        "can_acknowledge": own is not None and own.acknowledged_at is None and policies.acknowledge(request.user, own),
        "can": {verb: bool(verdict) for verb, verdict in verdicts.items()},
    }
    return render(request, "sharing/corrections/detail.html", context)


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.accept, "已受理，请更正后办结")


@require_POST
def mend(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.mend, "已办结，用过旧数据的部门已告知", answer=request.POST.get("answer", ""))


@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.refuse, "已答复核实无误", answer=request.POST.get("answer", ""))


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.withdraw, "已撤回")


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.acknowledge, "已确认", note=request.POST.get("note", ""))


def _act(request: HttpRequest, pk: int, action: Any, words: str, **values: str) -> HttpResponse:
    action(correction=_visible(request, pk), by=request.user, now=timezone.now(), **values)
    messages.success(request, words)
    return redirect("sharing:corrections:detail", pk=pk)


def _visible(request: HttpRequest, pk: int) -> CorrectionRequest:
    rows = CorrectionRequest.objects.visible_to(request.user)
    related = ("resource__provider", "department", "item", "reported_by", "answered_by")
    return get_object_or_404(rows.select_related(*related), pk=pk)
