"""Pages of an import: upload, what the columns are, what would happen, and how far it is."""

from pathlib import Path
from typing import Any

from celery import current_app
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError

from catalog.resources import actions, forms, layouts, mappings, marking, opening, policies, queries
from catalog.resources.models import CatalogImport, ImportLine, ImportMapping
from catalog.resources.suggesting import suggest
from catalog.taxonomy.queries import Vocabulary
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Denied, Invalid
from gdshare.rules import queries as rules

LINES = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {"CREATED": "ok", "UPDATED": "run", "UNCHANGED": "", "DUPLICATE": "", "REFUSED": "over"}


def _department(request: HttpRequest) -> Any:
    department = request.user.department  # type: ignore[union-attr]
    if department is None:
        raise Denied("您没有在任何部门任职。", remedy="请联系安全管理员授予角色。")
    policies.import_catalog(request.user, department).enforce()
    return department


def import_(request: HttpRequest) -> HttpResponse:
    """Upload a sheet; it is checked before anything is written."""
    department = _department(request)
    citations = rules.citations_in_force(day_of(timezone.now()))
    form = forms.ImportForm(request.POST or None, request.FILES or None, citations=citations)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        row = actions.queue_import(
            by=request.user, now=timezone.now(), department=department, file=file, file_name=file.name,
            is_declared_non_secret=form.cleaned_data["is_declared_non_secret"],
        )  # fmt: skip
        _knock(row)
        return redirect("catalog:resources:import_detail", row.pk)
    context = {
        "form": form,
        "recent": queries.recent_imports(department),
        "mappings": queries.mappings_of(department),
        "templates": layouts.TEMPLATES.values(),
        "department": department,
        "most": opening.MOST_RECORDS,
    }
    return render(request, "catalog/resources/import.html", context, status=422 if request.method == "POST" else 200)


def _knock(row: CatalogImport) -> None:
    """Wake a worker; without a broker the timetable picks the row up."""
    try:
        current_app.send_task("catalog.resources.tasks.run_import", [row.pk], retry=False)
    except (OperationalError, OSError):
        return


def _import(request: HttpRequest, pk: int) -> CatalogImport:
    return get_object_or_404(
        CatalogImport.objects.select_related("created_by", "department", "mapping"), pk=pk,
        department=_department(request),
    )  # fmt: skip


@require_safe
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, then what becomes of each record."""
    row = _import(request, pk)
    is_running = row.status in (CatalogImport.Status.QUEUED, CatalogImport.Status.RUNNING)
    counts = {
        "CREATED": row.created_count, "UPDATED": row.updated_count, "UNCHANGED": row.unchanged_count,
        "DUPLICATE": row.duplicate_count, "REFUSED": row.refused_count,
    }  # fmt: skip
    show = request.GET.get("show", "REFUSED" if row.refused_count else "")
    show = show if show in counts else ""
    url = reverse("catalog:resources:import_detail", args=[row.pk])
    tabs = [{"label": "全部", "url": f"{url}?show=all", "is_current": not show, "count": row.done}]
    tabs += [
        {"label": label, "url": f"{url}?show={value}", "is_current": show == value, "count": counts[value]}
        for value, label in ImportLine.Outcome.choices
    ]  # fmt: skip
    page = Paginator(queries.import_lines(row, show), LINES).get_page(request.GET.get("page"))
    context = {
        "row": row,
        "is_running": is_running,
        "is_waiting": row.status == CatalogImport.Status.DONE and row.is_dry_run,
        "can_write": row.created_count + row.updated_count > 0,
        "can_map": row.status == CatalogImport.Status.REFUSED or (row.status == "DONE" and row.is_dry_run),
        "written": 0 if row.is_dry_run else row.created_count + row.updated_count,
        "percent": min(99, round(100 * row.done / row.total)) if row.total else 0,
        "tabs": tabs,
        "page": page,
        "lines": [(line, TONES[line.outcome]) for line in page] if not is_running else [],
    }  # fmt: skip
    template = "catalog/resources/import_detail.html"
    return render(request, f"{template}#result" if request.htmx else template, context)  # type: ignore[attr-defined]


@require_POST
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    row = actions.confirm_import(catalog_import=_import(request, pk), by=request.user, now=timezone.now())
    _knock(row)
    return redirect("catalog:resources:import_detail", row.pk)


@require_POST
def import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    row = actions.cancel_import(catalog_import=_import(request, pk), by=request.user, now=timezone.now())
    written = 0 if row.is_dry_run else row.created_count + row.updated_count
    messages.success(request, f"已取消，此前已写入 {written} 条" if written else "已取消，没有写入任何内容")
    return redirect("catalog:resources:import_detail", row.pk)


@require_safe
def import_marked(request: HttpRequest, pk: int) -> FileResponse:
    """The uploaded file with its faults marked."""
    row = _import(request, pk)
    faults = marking.by_row(queries.faults_of(row))
    with row.file.open("rb") as file:
        header_row = row.mapping.header_row if row.mapping else None
        target = marking.marked(file, row.file_name, faults, header_row=header_row)
    name = f"{Path(row.file_name).stem}（已标出问题）.xlsx"
    return FileResponse(target, as_attachment=True, filename=name, content_type=XLSX)


def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Which column is what: a proposal, corrected by a person and kept for the department."""
    row = _import(request, pk)
    policies.save_mapping(request.user, row.department).enforce()
    if request.method == "POST":
        heads = request.POST.getlist("head")
        targets = dict(zip(heads, request.POST.getlist("element"), strict=False))
        try:
            actions.save_mapping(
                catalog_import=row, by=request.user, now=timezone.now(), name=request.POST.get("name", ""),
                targets=targets, header_row=_row_number(request.POST.get("header_row", "")),
            )  # fmt: skip
        except Invalid as refusal:
            return _columns_page(request, row, targets, refusal)
        _knock(row)
        return redirect("catalog:resources:import_detail", row.pk)
    return _columns_page(request, row, {}, None)


def _columns_page(
    request: HttpRequest, row: CatalogImport, given: dict[str, str], refusal: Invalid | None
) -> HttpResponse:
    data = request.POST if refusal else request.GET
    saved = row.mapping
    wanted = _row_number(data.get("header_row", "")) or (saved.header_row if saved else None)
    with row.file.open("rb") as file:
        source = opening.look(file, row.file_name, header_row=wanted)
    found = suggest(source, Vocabulary.load())
    for suggestion in found:
        if saved is not None and suggestion.head in saved.targets:
            suggestion.element, suggestion.confidence, suggestion.reason = (
                saved.targets[suggestion.head],
                "",
                "上次保存的",
            )
        suggestion.element = given.get(suggestion.head, suggestion.element)
    context = {
        "row": row,
        "columns": found,
        "targets": mappings.TARGETS.items(),
        "header_row": source.header_row,
        "name": data.get("name", "") or (saved.name if saved else Path(row.file_name).stem[:60]),
        "refusal": refusal,
    }
    return render(request, "catalog/resources/import_columns.html", context, status=422 if refusal else 200)


def _row_number(text: str) -> int | None:
    return int(text) if text.isdecimal() and 0 < int(text) < 1000 else None


@require_POST
def mapping_delete(request: HttpRequest, pk: int) -> HttpResponse:
    mapping = get_object_or_404(ImportMapping, pk=pk, department=_department(request))
    actions.delete_mapping(mapping=mapping, by=request.user, now=timezone.now())
    messages.success(request, f"已删除列对应“{mapping.name}”")
    return redirect("catalog:resources:import")
