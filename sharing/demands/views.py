"""Pages of 目录外需求: say what is missing, see who takes it on, and until when."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.resources.models import DataResource
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Invalid
from sharing.deadlines import queries as deadlines
from sharing.demands import actions, policies, queries
from sharing.demands.forms import DemandForm, RouteForm
from sharing.demands.labels import VERBS
from sharing.demands.models import DataDemand
from sharing.demands.workflow import DemandStatus

PILLS = {
    DemandStatus.SUBMITTED: ("act", "hourglass"),
    DemandStatus.ROUTED: ("act", "hourglass"),
    DemandStatus.CONFIRMED: ("act", "tools"),
    DemandStatus.FULFILLED: ("ok", "circle-check"),
    DemandStatus.LISTED: ("ok", "circle-check"),
    DemandStatus.REFUSED: ("", "circle-off"),
    DemandStatus.WITHDRAWN: ("", "circle-off"),
}
RELATED = ("department", "authority", "duty", "submitted_by", "profile")
PAGE_SIZE = 20


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """`side` empty: all that run; `mine`: of my department; `duty`: routed to it; `triage`: for the authority."""
    side, department = request.GET.get("side", ""), request.user.department  # type: ignore[union-attr]
    seen = DataDemand.objects.visible_to(request.user)
    rows = {
        "": seen.running(),
        "mine": seen.filter(department=department),
        "duty": seen.filter(duty=department),
        "triage": seen.filter(authority=department, status=DemandStatus.SUBMITTED),
        "over": seen.exclude(pk__in=seen.running().values("pk")),
    }
    chosen = rows.get(side, rows[""]).select_related(*RELATED).order_by("-id")
    page = Paginator(chosen.prefetch_related("seconds"), PAGE_SIZE).get_page(request.GET.get("page"))
    for row in page:
        row.pill = PILLS[DemandStatus(row.status)]  # type: ignore[attr-defined]
    names = {"": "办理中", "mine": "我部门提出的", "duty": "分给我部门的", "triage": "待分办", "over": "已办结"}
    if department.kind != "AUTHORITY":
        names.pop("triage")
    url = reverse("sharing:demands:list")
    counts = {"duty": rows["duty"].running().count(), "triage": rows["triage"].count()}
    tabs = [
        {
            "label": label, "url": f"{url}?side={key}" if key else url, "is_current": key == side,
            "count": counts.get(key, ""),
        }
        for key, label in names.items()
    ]  # fmt: skip
    context = {"page": page, "tabs": tabs, "may_submit": bool(policies.submit(request.user))}
    return render(request, "sharing/demands/list.html", context)


@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest) -> HttpResponse:
    """Step one: what. Step two: what the catalog has of it, and why that does not do; then it is sent."""
    policies.submit(request.user).enforce()
    if request.method == "GET":
        form = DemandForm(initial={"title": request.GET.get("q", "")[:100]}, asks_why=False)
        return render(request, "sharing/demands/submit.html", {"form": form})
    is_sent, found, fault = "send" in request.POST, [], ""
    form = DemandForm(request.POST, asks_why=is_sent)
    if form.is_valid():
        values, actor = form.cleaned_data, request.user
        found = queries.matches(
            actor,
            title=values["title"],
            item_names=values["item_names"],
            department=actor.department,  # type: ignore[union-attr]
        )
        if is_sent:
            try:
                made = actions.submit(by=actor, now=timezone.now(), **values)
            except Invalid as refusal:
                fault = f"{refusal.message}{refusal.remedy}"
            else:
                messages.success(request, f"已提出，等待{made.authority.short_name}分办")
                return redirect("sharing:demands:detail", pk=made.pk)
        else:
            form = DemandForm(initial=request.POST.dict(), asks_why=bool(found))
            context = {"form": form, "found": found, "is_looked": True}
            return render(request, "sharing/demands/submit.html", context)
    context = {"form": form, "found": found, "is_looked": is_sent, "fault": fault}
    return render(request, "sharing/demands/submit.html", context, status=422)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One demand: whose turn, what was said, and the verbs."""
    demand = _visible(request, pk)
    can = {verb: bool(verdict) for verb, verdict in policies.toolbar(request.user, demand).items()}
    today = day_of(timezone.now())
    steps = list(demand.steps.select_related("by", "duty").order_by("id"))
    context: dict[str, Any] = {
        "demand": demand,
        "pill": PILLS[DemandStatus(demand.status)],
        "can": can,
        "clock": deadlines.clock_view(demand, today=today),
        "age": queries.age(demand, today=today),
        "facts": _facts(demand),
        "steps": [(step, VERBS[step.verb]) for step in steps],
        "seconds": list(demand.seconds.select_related("department").order_by("id")),
        "resource": queries.shown_resource(request.user, demand),
        "today": today,
    }
    context["has_seconded"] = any(one.department == request.user.department for one in context["seconds"])  # type: ignore[union-attr]
    if can.get("route"):
        context["likely"] = queries.likely_duties(request.user, demand)
        first = context["likely"][0].department.pk if context["likely"] else None
        context["route_form"] = RouteForm(demander=demand.department_id, initial={"duty": first})
        context["found"] = queries.matches(
            request.user, title=demand.title, item_names=demand.item_names, department=demand.department
        )
    if can.get("fulfil"):
        context["entries"] = queries.entries_for(demand)
    return render(request, "sharing/demands/detail.html", context)


def _facts(demand: DataDemand) -> list[tuple[str, str]]:
    facts = [
        ("提出", f"{demand.department.name}　{demand.submitted_by.name}"),
        ("主管部门", demand.authority.short_name),
        ("承办部门", (demand.duty.name + ("（指定）" if demand.is_binding else "")) if demand.duty else "尚未分办"),
        ("何时起要", f"{demand.needed_from:%Y-%m-%d}"),
    ]
    if demand.promised_on:
        facts.append(("承诺发布", f"{demand.promised_on:%Y-%m-%d}"))
    return facts


@require_POST
def route(request: HttpRequest, pk: int) -> HttpResponse:
    demand = _visible(request, pk)
    policies.route(request.user, demand).enforce()
    form = RouteForm(request.POST, demander=demand.department_id)
    if not form.is_valid():
        raise Invalid("没有选择分给哪个部门。", remedy="请选择一个在用的部门。")
    return _act(request, pk, actions.route, "已分办", **form.cleaned_data)


@require_POST
def point(request: HttpRequest, pk: int) -> HttpResponse:
    values = {"resource": _entry(request), "reason": request.POST.get("reason", "")}
    return _act(request, pk, actions.point, "已答复目录中已有", **values)


@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.refuse, "已答复不予受理", reason=request.POST.get("reason", ""))


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        promised = parse_date(request.POST.get("promised_on", ""))
    except ValueError:
        promised = None
    if promised is None:
        raise Invalid("没有写明承诺哪天发布。", remedy="请选择日期。")
    return _act(request, pk, actions.confirm, "已确认，请开始编目", promised_on=promised)


@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.decline, "已退回主管部门", reason=request.POST.get("reason", ""))


@require_POST
def compile_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the draft and go on in it."""
    draft = actions.compile(demand=_visible(request, pk), by=request.user, now=timezone.now())
    messages.success(request, "已按需求建好草稿，请补全")
    return redirect("catalog:resources:edit", pk=draft.pk)


@require_POST
def fulfil(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.fulfil, "已办结，提出的部门已告知", resource=_entry(request))


@require_POST
def second(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.second, "已附议", use_purpose=request.POST.get("use_purpose", ""))


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.withdraw, "已撤回")


def _entry(request: HttpRequest) -> DataResource:
    given = request.POST.get("resource", "")
    rows = DataResource.objects.visible_to(request.user)
    return get_object_or_404(rows, pk=int(given) if given.isdecimal() and len(given) < 18 else 0)


def _act(request: HttpRequest, pk: int, action: Any, words: str, **values: Any) -> HttpResponse:
    action(demand=_visible(request, pk), by=request.user, now=timezone.now(), **values)
    messages.success(request, words)
    return redirect("sharing:demands:detail", pk=pk)


def _visible(request: HttpRequest, pk: int) -> DataDemand:
    return get_object_or_404(DataDemand.objects.visible_to(request.user).select_related(*RELATED), pk=pk)
