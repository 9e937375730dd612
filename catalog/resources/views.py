"""Pages of the catalog."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.resources.models import DataResource


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    resource = get_object_or_404(DataResource.objects.visible_to(request.user), pk=pk)
    return render(request, "catalog/resources/detail.html", {"resource": resource})
