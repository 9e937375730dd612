"""Pages of 使用台账: the books my department keeps, those others keep of its data, and one book."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gdshare.lib import tables
from gdshare.lib.clock import SHANGHAI, day_of
from gdshare.lib.errors import DomainError
from gdshare.rules import queries as rules
from sharing.ledgers import actions, policies, queries
from sharing.ledgers.forms import EntryForm
from sharing.ledgers.models import MATTERS, Section, UsageLedger

PAGE_SIZE = 20
HEADINGS = ("事项", "日期", "内容", "部门", "登记人")


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Books of my department, (`side=given`) of others about its data, (`side=incomplete`) with something missing."""
    side = request.GET.get("side", "")
    department = request.user.department  # type: ignore[union-attr]
    seen = queries.listed(request.user)
    own, given, missing = seen.filter(department=department), seen.exclude(department=department), queries.incomplete()
    rows = {"given": given, "incomplete": seen.filter(missing)}.get(side, own)
    page = Paginator(rows.order_by("-last_at", "-pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    url = reverse("sharing:ledgers:list")
    tabs = [
        {"label": "我部门的台账", "url": url, "is_current": side not in ("given", "incomplete"), "count": ""},
        {"label": "其他部门的台账", "url": f"{url}?side=given", "is_current": side == "given", "count": ""},
        {
            "label": "待补全", "url": f"{url}?side=incomplete", "is_current": side == "incomplete",
            "count": seen.filter(missing).count(),
        },
    ]  # fmt: skip
    context = {"page": page, "tabs": tabs, "shows_holder": bool(side), "cite": _cite()}
    return render(request, "sharing/ledgers/list.html", context)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One book: five matters, filled by the system and by hand; `corrects` opens the form on a line."""
    ledger = _visible(request, pk)
    corrects = request.GET.get("corrects", "")
    wrong = ledger.entries.filter(pk=corrects).first() if corrects.isdecimal() and len(corrects) < 18 else None
    initial = {"happened_on": day_of(timezone.now())}
    if wrong is not None and wrong.section in MATTERS:
        initial = {
            "section": wrong.section, "happened_on": wrong.happened_on, "text": wrong.text, "corrects": wrong.pk,
        }  # fmt: skip
    elif request.GET.get("section") in MATTERS:
        initial["section"] = request.GET["section"]  # type: ignore[assignment]
    return _page(request, ledger, EntryForm(initial=initial))


@require_POST
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """登记; what was typed stays when it is refused."""
    ledger, form = _visible(request, pk), EntryForm(request.POST)
    policies.write(request.user, ledger).enforce()
    if form.is_valid():
        try:
            actions.write(ledger=ledger, by=request.user, now=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, f"{refusal.message}{refusal.remedy}")
        else:
            messages.success(request, "已登记")
            return redirect("sharing:ledgers:detail", pk=pk)
    return _page(request, ledger, form, status=422)


@require_POST
def inspect(request: HttpRequest, pk: int) -> HttpResponse:
    return _say(request, pk, actions.inspect, "检查意见已告知使用部门")


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    return _say(request, pk, actions.answer, "已答复")


@require_POST
def export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The whole book as a workbook; takings by the day."""
    ledger, now = _visible(request, pk), timezone.now()
    actions.export(ledger=ledger, by=request.user, now=now)
    name = f"使用台账-{ledger.department.short_name}-{ledger.resource.name}-{now.astimezone(SHANGHAI):%Y%m%d}.xlsx"
    return FileResponse(
        tables.workbook("使用台账", HEADINGS, queries.sheet(ledger)),
        as_attachment=True,
        filename=name.replace("/", "_"),
    )


def _say(request: HttpRequest, pk: int, action: Any, words: str) -> HttpResponse:
    action(ledger=_visible(request, pk), by=request.user, now=timezone.now(), text=request.POST.get("text", ""))
    messages.success(request, words)
    return redirect("sharing:ledgers:detail", pk=pk)


def _page(request: HttpRequest, ledger: UsageLedger, form: EntryForm, *, status: int = 200) -> HttpResponse:
    found = queries.book(ledger, today=day_of(timezone.now()))
    context = {
        "ledger": ledger,
        "book": found,
        "matters": [(one, found.entries[one]) for one in MATTERS],
        "said": sorted([*found.entries[Section.INSPECTION], *found.entries[Section.ANSWER]], key=lambda one: one.pk),
        "is_asked": bool(queries.open_inspections(ledger)),
        "can": {verb: bool(verdict) for verb, verdict in policies.toolbar(request.user, ledger).items()},
        "form": form,
        "cite": _cite(),
    }
    return render(request, "sharing/ledgers/detail.html", context, status=status)


def _visible(request: HttpRequest, pk: int) -> UsageLedger:
    rows = UsageLedger.objects.visible_to(request.user).select_related("department", "resource__provider")
    return get_object_or_404(rows, pk=pk)


def _cite() -> str:
    return rules.citations_in_force(day_of(timezone.now()))["use_ledger"]
