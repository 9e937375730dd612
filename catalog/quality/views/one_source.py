"""What a draft repeats: the panel beside it, and the person's word on what its items are."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from catalog.quality import actions, policies, queries, sources
from catalog.quality.models import ImportLook
from catalog.resources import policies as imports
from catalog.resources.models import CatalogImport, DataResource


def _seen(request: HttpRequest, pk: int) -> DataResource:
    rows = DataResource.objects.visible_to(request.user).select_related("provider")
    return get_object_or_404(rows.defer("search_text"), pk=pk)


@require_safe
def one_source(request: HttpRequest, pk: int) -> HttpResponse:
    """Which items other departments already supply, each with the reason; and the elements its items seem to be."""
    resource = _seen(request, pk)
    policies.view_one_source(request.user, resource).enforce()
    found = sources.look(
        request.user, sources.own_items(resource), provider=resource.provider, words=sources.dictionary()
    )
    context = {
        "resource": resource,
        "found": found,
        "meant": queries.items_with_elements(resource),
        "can_confirm": bool(policies.confirm_elements(request.user, resource)),
    }
    template = "catalog/quality/one_source.html"
    return render(request, f"{template}#panel" if request.htmx else template, context)  # type: ignore[attr-defined]


@require_safe
def lead_sources(request: HttpRequest, pk: int) -> HttpResponse:
    """For whoever may see the entry: which of its items have a lead source, and which."""
    resource = _seen(request, pk)
    rows = [row for row in queries.items_with_elements(resource) if row.lead is not None]
    template = "catalog/quality/lead_sources.html"
    context = {"resource": resource, "rows": rows}
    return render(request, f"{template}#panel" if request.htmx else template, context)  # type: ignore[attr-defined]


@require_safe
def import_look(request: HttpRequest, pk: int) -> HttpResponse:
    """What other departments already supply of a checked sheet; asks again until the worker has compared it."""
    department = request.user.department  # type: ignore[union-attr]
    row = get_object_or_404(CatalogImport, pk=pk, department=department)
    imports.import_catalog(request.user, row.department).enforce()
    look = ImportLook.objects.filter(catalog_import=row).first()
    context = {"row": row, "look": look, "lines": queries.lines_of(request.user, look) if look else []}
    template = "catalog/quality/import_look.html"
    return render(request, f"{template}#panel" if request.htmx else template, context)  # type: ignore[attr-defined]


@require_POST
def confirm_elements(request: HttpRequest, pk: int) -> HttpResponse:
    """The ticked suggestions are right; what was confirmed and is not ticked any more is taken back."""
    resource = _seen(request, pk)
    policies.confirm_elements(request.user, resource).enforce()
    ticked = {int(value) for value in request.POST.getlist("item") if value.isdecimal()}
    choices: dict[int, int | None] = {}
    for row in queries.items_with_elements(resource):
        if row.item.pk in ticked and not row.is_confirmed:
            choices[row.item.pk] = row.element.pk
        elif row.item.pk not in ticked and row.is_confirmed:
            choices[row.item.pk] = None
    if choices:
        actions.confirm_elements(resource=resource, by=request.user, now=timezone.now(), choices=choices)
    messages.success(request, f"{resource.name}：已保存 {len(choices)} 项的数据元")
    return redirect("catalog:resources:detail", pk)
