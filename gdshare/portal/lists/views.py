"""The five lists: a page each, and the same rows in the same order as a sheet."""

from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from catalog.resources.models import DataResource
from catalog.taxonomy.models import Term, TermKind
from gdshare.lib import tables
from gdshare.lib.clock import SHANGHAI, day_of
from gdshare.lib.errors import Invalid
from gdshare.portal.lists import actions, policies
from gdshare.portal.lists.demand import DEMAND
from gdshare.portal.lists.duty import DUTY
from gdshare.portal.lists.entries import FAVOURITES, NEGATIVE, SUPPLY
from gdshare.portal.lists.off_catalog import OFF_CATALOG
from gdshare.portal.lists.tables import Filters, ListKind
from security.departments.models import Department

PAGE_SIZE = 50
KINDS = {kind.key: kind for kind in (SUPPLY, DEMAND, OFF_CATALOG, DUTY, NEGATIVE)}
TAKEN_OUT = KINDS | {FAVOURITES.key: FAVOURITES}


@require_safe
def show(request: HttpRequest, key: str) -> HttpResponseBase:
    """One list; the filters live in the address."""
    actor: Any = request.user
    kind = KINDS[key]
    policies.view_list(actor, kind).enforce()
    filters, today = _filters(request.GET, kind), day_of(timezone.now())
    page = Paginator(kind.rows(actor, filters, today), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "kind": kind,
        "columns": [column for column in kind.columns if not column.is_hidden],
        "rows": kind.shown(kind.cells(actor, list(page), today)),
        "page": page,
        "filters": filters,
        "providers": _providers(actor, kind),
        "themes": Term.objects.of(TermKind.THEME).filter(parent=None) if kind.has_theme else (),
        "resource": _resource(actor, filters),
        "tabs": [
            {"label": other.title, "url": reverse(f"portal:list_{other.key}"), "is_current": other is kind, "count": ""}
            for other in KINDS.values()
            if policies.view_list(actor, other)
        ],
        "address": reverse(f"portal:list_{key}"),
        "export_address": reverse(f"portal:export_{key}"),
    }
    return render(request, "portal/list.html", context)


@require_POST
def export(request: HttpRequest, key: str) -> HttpResponseBase:
    """The narrowed list, streamed. Taking it out is recorded first."""
    actor: Any = request.user
    kind, now = TAKEN_OUT[key], timezone.now()
    form = request.POST.get("format", "")
    if form not in ("csv", "xlsx"):
        raise Invalid("只能导出 CSV 或 Excel。", code="FORMAT_UNKNOWN", remedy="请在清单页选一种格式。")
    filters, today = _filters(request.POST, kind), day_of(now)
    actions.export_list(kind=kind, filters=filters, form=form, by=actor, now=now)
    headings = [column.label for column in kind.columns]
    rows = kind.exported(actor, filters, today=today)
    name = f"{kind.title}-{now.astimezone(SHANGHAI):%Y%m%d-%H%M}.{form}"
    if form == "xlsx":
        return FileResponse(tables.workbook(kind.title, headings, rows), as_attachment=True, filename=name)
    response = StreamingHttpResponse(tables.csv_lines(headings, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


def _filters(given: QueryDict, kind: ListKind) -> Filters:
    """What the address narrows by; what it cannot mean is refused, never dropped: it would show or export more."""
    state = given.get("state", "")
    numbers = {name: given.get(name, "").strip() for name in ("provider", "resource")}
    is_right = all(not value or (value.isdecimal() and len(value) < 18) for value in numbers.values())
    if not is_right or (state and state not in (kind.states or {})):
        raise Invalid("筛选条件有误。", code="FILTER_UNKNOWN", remedy="请回到清单页重新选择。")
    return Filters(
        text=given.get("q", "").replace("\x00", "").strip()[:100],
        provider=int(numbers["provider"]) if numbers["provider"] else None,
        theme=given.get("theme", "")[:60] if kind.has_theme else "",
        state=state,
        resource=int(numbers["resource"]) if numbers["resource"] else None,
    )


def _providers(actor: Any, kind: ListKind) -> Any:
    """Departments that have entries this actor may see; for 责任清单 every department."""
    rows = Department.objects.filter(is_active=True)
    if kind is not DUTY:
        listed = DataResource.objects.visible_to(actor).published().order_by().values("provider")
        rows = rows.filter(pk__in=listed)
    return rows.order_by("region__code", "-kind", "pk").values_list("pk", "short_name")


def _resource(actor: Any, filters: Filters) -> str:
    """The name of the resource that the list is narrowed to."""
    if not filters.resource:
        return ""
    row = DataResource.objects.visible_to(actor).filter(pk=filters.resource).values_list("name", flat=True).first()
    return row or "一项资源"
