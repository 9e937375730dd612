"""取用 in the browser: what is open to me, a masked preview, and the file."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from catalog.mounts import queries as mounts
from catalog.resources.models import DataResource
from gdshare.lib.clock import day_of
from gdshare.lib.reads import records_reads
from sharing.delivery import actions, workbook
from sharing.delivery.forms import DownloadForm
from sharing.delivery.models import ServiceCall
from sharing.delivery.reading import Form, Header
from sharing.delivery.streaming import CopyStream, Recheck, file_pieces
from sharing.grants import queries as grants
from sharing.grants.access import DataAccess

BOM = "\ufeff".encode()
"""Spreadsheets take a csv for UTF-8 only when it begins so."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The slot of the resource page: which items are open to me, in which form, and the download."""
    return _panel(request, _resource(request, pk))


@require_POST
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file for a person: csv streamed, xlsx made first. The taking is written down before the first byte."""
    resource, now = _resource(request, pk), timezone.now()
    access, grant_id = _access(request, resource, request.POST)
    form = DownloadForm(request.POST, access=access)
    if access.opened and not form.is_valid():
        return _panel(request, resource, form)
    is_csv = form.cleaned_data.get("format") != "xlsx" if form.is_valid() else True
    kind = ServiceCall.Kind.CSV if is_csv else ServiceCall.Kind.XLSX
    with actions.refusals_recorded(resource=resource, by=request.user, now=now, kind=kind):
        items = access.choose(form.cleaned_data["items"] or None if form.is_valid() else None)
    if not is_csv:
        workbook.check_size(actions.count(actions.plan(resource=resource, items=items)))
    call, found, _ = actions.take(resource=resource, access=access, items=items, kind=kind, by=request.user, now=now)

    def counted(rows: int, byte_count: int, is_complete: bool) -> None:
        actions.finish(service_call=call, rows=rows, byte_count=byte_count, is_complete=is_complete, now=timezone.now())

    still_open = partial(actions.require_still_open, service_call=call, items=items, by=request.user, grant_id=grant_id)
    recheck = Recheck(lambda: still_open(now=timezone.now()))
    if is_csv:
        stream = CopyStream(found.csv(Form.PERSON, Header.NAME), on_end=counted, before=BOM, recheck=recheck)
        response = StreamingHttpResponse(stream, content_type="text/csv; charset=utf-8")
    else:
        file = workbook.write(found, on_end=counted, recheck=recheck)
        response = StreamingHttpResponse(file_pieces(file, recheck), content_type=XLSX)
        response["Content-Length"] = str(file.seek(0, 2))
        file.seek(0)
    name = f"{resource.name}_v{found.version.number}.{'csv' if is_csv else 'xlsx'}".replace("/", "-")
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    response["Cache-Control"] = "private, no-store"
    return response


@records_reads
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Twenty masked rows. Looking at data is an event, so this read writes."""
    resource, now = _resource(request, pk), timezone.now()
    access, _ = _access(request, resource, request.GET)
    shown = None
    if access.opened and mounts.current_table(resource) is not None:
        shown = actions.preview(resource=resource, access=access, by=request.user, now=now)
    context = {"resource": resource, "preview": shown, "verdict": access.verdict}
    return render(request, _fragment(request, "sharing/delivery/preview.html", "preview"), context)


def _panel(request: HttpRequest, resource: DataResource, form: DownloadForm | None = None) -> HttpResponse:
    access, grant_id = _access(request, resource, request.POST if form else request.GET)
    current = mounts.current_table(resource)
    today = day_of(timezone.now())
    context = {
        "resource": resource,
        "access": access,
        "grant_id": grant_id,
        "scopes": grants.scopes(request.user, resource, today=today),
        "is_partial": any(entry.rules for entry in access.opened),
        "current": current,
        "form": form or DownloadForm(access=access),
        "chosen": form.data.getlist("items") if form else [entry.item.identifier for entry in access.together],  # type: ignore[attr-defined]
        "is_too_long": bool(current and current.row_count > workbook.MOST_ROWS),
    }
    status = 422 if form is not None else 200
    return render(request, _fragment(request, "sharing/delivery/panel.html", "panel"), context, status=status)


def _access(request: HttpRequest, resource: DataResource, asked: Any) -> tuple[DataAccess, int | None]:
    """Today's decision, of one grant when the page named one."""
    text = asked.get("grant", "")
    grant_id = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    return actions.decide_access(resource=resource, by=request.user, now=timezone.now(), grant_id=grant_id), grant_id


def _resource(request: HttpRequest, pk: int) -> DataResource:
    return get_object_or_404(DataResource.objects.visible_to(request.user).select_related("provider"), pk=pk)


def _fragment(request: HttpRequest, template: str, name: str) -> str:
    return f"{template}#{name}" if request.htmx else template  # type: ignore[attr-defined]
