"""Pages of 挂接: upload, versions, faults. For the provider's own department."""

import csv
from typing import Any

from celery import current_app
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe
from kombu.exceptions import OperationalError

from catalog.mounts import actions, policies, queries
from catalog.mounts.forms import UploadForm
from catalog.mounts.models import TableVersion
from catalog.resources.models import DataResource

PAGE_SIZE = 20
STATE_MARKS = {
    "QUEUED": ("", "clock"),
    "LOADING": ("run", "loader-2"),
    "CURRENT": ("ok", "circle-check"),
    "RETIRED": ("", "history"),
    "REFUSED": ("act", "alert-triangle"),
}
"""Tone and icon of a version's status pill."""


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What is mounted, and every load; refreshes itself while one runs."""
    resource = _own_resource(request, pk)
    page = Paginator(queries.versions(request.user, resource), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(version, *STATE_MARKS[version.state]) for version in page]
    context = {
        "resource": resource,
        "current": queries.current_table(resource),
        "verdict": policies.queue_load(request.user, resource),
        "page": page,
        "rows": rows,
        "is_running": any(version.state in ("QUEUED", "LOADING") for version in page),
    }
    template = "catalog/mounts/detail.html"
    return render(request, f"{template}#versions" if request.htmx else template, context)  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a file; the load runs in the background."""
    resource = _own_resource(request, pk)
    policies.queue_load(request.user, resource).enforce()
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        version = actions.queue_load(
            resource=resource, file=file, file_name=file.name, by=request.user, now=timezone.now(),
            options=form.options(), business_date=form.cleaned_data["business_date"],
        )  # fmt: skip
        _knock(version)
        messages.success(request, "已提交，正在后台装载")
        return redirect("catalog:mounts:detail", pk=resource.pk)
    context = {"resource": resource, "form": form, "items": resource.items.filter(retired_at=None).order_by("position")}
    return render(request, "catalog/mounts/upload.html", context, status=422 if form.is_bound else 200)


@require_safe
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """One load with its faults."""
    found = _own_version(request, pk)
    tone, icon = STATE_MARKS[found.state]
    rows: list[tuple[str, Any]] = [
        ("文件", found.file_name),
        ("文件摘要（SHA-256）", found.sha256 or "—"),
        ("装入", f"{found.row_count:,} 行"),
        ("拒绝", f"{found.rejected_count:,} 行"),
        ("提交", f"{found.created_by.name if found.created_by else '系统'}　{_moment(found.created_at)}"),
        ("装载完成", _moment(found.loaded_at)),
        ("业务日期", found.business_date or "—"),
    ]
    context = {"version": found, "resource": found.mount.resource, "rows": rows, "tone": tone, "icon": icon}
    return render(request, "catalog/mounts/version.html", context)


@require_safe
def faults(request: HttpRequest, pk: int) -> HttpResponse:
    """The faults as a csv that a spreadsheet opens rightly."""
    found = _own_version(request, pk)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = f"{found.mount.resource.name}_第{found.number}版_问题.csv"
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    write = csv.writer(response).writerow
    write(["行", "信息项", "值", "问题", "怎么办"])
    for fault in found.faults:
        cells = [fault["row"] or "", fault["column"], fault["value"], fault["reason"], fault["remedy"]]
        write([f"'{cell}" if str(cell).startswith(("=", "+", "-", "@", "\t", "\r")) else cell for cell in cells])
    return response


def _own_resource(request: HttpRequest, pk: int) -> DataResource:
    acting = getattr(request.user, "acting", None)
    own = DataResource.objects.visible_to(request.user).filter(provider_id=acting.department.pk if acting else None)
    return get_object_or_404(own.select_related("provider"), pk=pk)


def _own_version(request: HttpRequest, pk: int) -> TableVersion:
    seen = TableVersion.objects.visible_to(request.user).select_related("mount__resource", "created_by")
    return get_object_or_404(seen, pk=pk)


def _knock(version: TableVersion) -> None:
    """Wake the worker. A knock that is lost is made up for by `resume_loads`."""
    try:
        current_app.send_task("catalog.mounts.tasks.load_version", [version.pk], retry=False)
    except OperationalError:
        return


def _moment(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "—"
