"""A department takes its own catalog out."""

from typing import Any

from django.http import FileResponse, HttpRequest
from django.utils import timezone
from django.views.decorators.http import require_POST

from catalog.resources import actions, queries, workflow
from catalog.resources.models import DataResource
from gdshare.lib.clock import SHANGHAI
from gdshare.lib.errors import Denied

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_POST
def export(request: HttpRequest) -> FileResponse:
    """The list as it was searched on screen, in the chosen layout."""
    actor: Any = request.user
    if actor.department is None:
        raise Denied("您没有在任何部门任职。", remedy="请联系安全管理员授予角色。")
    status, text = request.POST.get("show", ""), request.POST.get("q", "").strip()[:100]
    status = status if status in workflow.LABELS else ""
    rows = queries.own_entries(actor, status=status, text=text)
    resources = DataResource.objects.filter(pk__in=rows.order_by().values("pk"))
    words = (actor.department.short_name, workflow.LABELS[workflow.Status(status)] if status else "", text)
    return answer(request, resources, "、".join(word for word in words if word))


def answer(request: HttpRequest, resources: Any, label: str) -> FileResponse:
    """The workbook of these entries as a download."""
    now = timezone.now()
    layout = request.POST.get("layout", "T-A")
    file = actions.export_catalog(resources=resources, layout=layout, by=request.user, now=now, subject_label=label)
    name = f"目录-{layout}-{now.astimezone(SHANGHAI):%Y%m%d-%H%M}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
