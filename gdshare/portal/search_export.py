"""What a search found, taken out in a layout of the national guide."""

from typing import Any

from django.http import FileResponse, HttpRequest
from django.utils import timezone
from django.views.decorators.http import require_POST

from catalog.resources import queries as catalog
from catalog.resources.models import DataResource
from catalog.resources.views.exporting import answer
from catalog.resources.workflow import Status
from gdshare.lib.clock import day_of
from gdshare.portal import results
from sharing.grants.queries import search_access


@require_POST
def search_export(request: HttpRequest) -> FileResponse:
    """The search stands in the address, as on its page."""
    actor: Any = request.user
    words = catalog.words_of(request.GET.get("q", ""))
    listed = DataResource.objects.visible_to(actor).filter(status=Status.PUBLISHED)
    chosen = results.filters_of(request.GET)
    access = search_access(actor, today=day_of(timezone.now()))
    found = catalog.filtered(catalog.matching(listed, words), chosen)
    found = catalog.standing_as(found, actor, chosen["available"], access)
    resources = DataResource.objects.filter(pk__in=found.order_by().values("pk"))
    return answer(request, resources, " ".join(["数据目录", *words])[:100])
