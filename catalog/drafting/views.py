"""Pages of 从数据生成目录: point at a file or a database, look at what was found, confirm table by table."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.drafting import actions, background, forms, policies, queries
from catalog.drafting.models import DraftingRun, DraftingTable
from gdshare.lib.errors import Denied, Invalid

PER_PAGE = 20
SENSITIVE = 3


def _department(request: HttpRequest) -> Any:
    department = request.user.department  # type: ignore[union-attr]
    if department is None:
        raise Denied("您没有在任何部门任职。", remedy="请联系安全管理员授予角色。")
    policies.draft_from_file(request.user, department).enforce()
    return department


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Both ways in, and what was read before."""
    return _home(request, _department(request))


def _home(
    request: HttpRequest, department: Any, *, file_form: Any = None, database_form: Any = None, status: int = 200
) -> HttpResponse:
    context = {
        "department": department,
        "file_form": file_form or forms.FileForm(department=department, prefix="file"),
        "database_form": database_form or forms.DatabaseForm(department=department),
        "page": Paginator(queries.runs(request.user), PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "catalog/drafting/home.html", context, status=status)


@require_POST
def read_file(request: HttpRequest) -> HttpResponse:
    department = _department(request)
    form = forms.FileForm(request.POST, request.FILES, department=department, prefix="file")
    if not form.is_valid():
        return _home(request, department, file_form=form, status=422)
    file = form.cleaned_data["file"]
    try:
        run = actions.draft_from_file(
            by=request.user, now=timezone.now(), department=department, file=file, file_name=file.name,
            system=form.cleaned_data["system"],
        )  # fmt: skip
    except Invalid as refusal:
        form.add_error("file", f"{refusal.message}{refusal.remedy}")
        return _home(request, department, file_form=form, status=422)
    if run.total == 1:
        return redirect("catalog:drafting:table", run.tables.get().pk)
    return redirect("catalog:drafting:run", run.pk)


@sensitive_post_parameters("password")
@sensitive_variables("form")
@require_POST
def read_database(request: HttpRequest) -> HttpResponse:
    department = _department(request)
    form = forms.DatabaseForm(request.POST, department=department)
    if not form.is_valid():
        return _home(request, department, database_form=form, status=422)
    target = form.target()
    try:
        run = actions.start_reading(
            by=request.user, now=timezone.now(), department=department, target=target,
            system=form.cleaned_data["system"],
        )  # fmt: skip
    except Invalid as refusal:
        form.add_error("host", f"{refusal.message}{refusal.remedy}")
        return _home(request, department, database_form=form, status=422)
    background.start(run, target, form.cleaned_data["password"], clock=timezone.now)
    return redirect("catalog:drafting:run", run.pk)


@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the reading is, and every table found."""
    found = get_object_or_404(DraftingRun.objects.visible_to(request.user).select_related("system"), pk=pk)
    now = timezone.now()
    rows = [
        (table, len(table.items), sum(item["grade"] >= SENSITIVE for item in table.items))
        for table in queries.tables(found)
    ]
    context = {
        "run": found,
        "rows": rows,
        "is_running": queries.is_running(found, now=now),
        "is_lost": queries.is_lost(found, now=now),
        "percent": found.done * 100 // found.total if found.total else 0,
    }
    template = "catalog/drafting/run.html"
    return render(request, f"{template}#result" if request.htmx else template, context)  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """Every guess of one table with its reason; nothing is written before it is confirmed here."""
    seen = DraftingTable.objects.filter(run__in=DraftingRun.objects.visible_to(request.user))
    found = get_object_or_404(seen.select_related("run__department", "run__system", "resource"), pk=pk)
    policies.confirm_table(request.user, found).enforce()
    if request.method != "POST":
        highest = max((item["grade"] for item in found.items), default=1)
        share_type = "CONDITIONAL" if highest >= SENSITIVE else "UNCONDITIONAL"
        form = forms.EntryForm(
            initial={"name": found.comment or found.name, "share_type": share_type, "update_cycle": "MONTHLY"}
        )
        return _table_page(request, found, form, forms.FindingSet(prefix="items", initial=forms.initial_of(found)))
    form = forms.EntryForm(request.POST)
    formset = forms.FindingSet(request.POST, prefix="items")
    if form.is_valid() and formset.is_valid():
        try:
            resource = actions.confirm_table(
                table=found, by=request.user, now=timezone.now(), values=form.values(),
                items=forms.items_of(formset, found),
            )  # fmt: skip
        except Invalid as refusal:
            form.add_faults(
                refusal.details.get("faults")  # type: ignore[arg-type]
                or [{"field": "", "item": None, "message": refusal.message, "remedy": refusal.remedy}]
            )
        else:
            messages.success(request, f"已生成草稿：{resource.name}。请补齐其余内容后提交。")
            following = queries.next_open(found)
            if following is not None:
                return redirect("catalog:drafting:table", following.pk)
            return redirect("catalog:resources:detail", resource.pk)
    return _table_page(request, found, form, formset, status=422)


def _table_page(
    request: HttpRequest, found: DraftingTable, form: Any, formset: Any, *, status: int = 200
) -> HttpResponse:  # fmt: skip
    guesses = [item for item in found.items if item["kind"]]
    context = {
        "table": found,
        "run": found.run,
        "form": form,
        "formset": formset,
        "lines": [
            (line, item, round(item["confidence"] * 100)) for line, item in zip(formset, found.items, strict=False)
        ],
        "guess_count": len(guesses),
    }  # fmt: skip
    return render(request, "catalog/drafting/table.html", context, status=status)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(DraftingRun.objects.visible_to(request.user), pk=pk)
    actions.discard_run(run=found, by=request.user, now=timezone.now())
    messages.success(request, "已删去读取结果，生成的草稿还在")
    return redirect("catalog:drafting:home")
