"""Why a date is that date."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from gdshare.lib.clock import day_of
from sharing.deadlines import queries
from sharing.deadlines.receipt import receipt


@require_safe
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """这个日期怎么算的: every day counted or skipped, with its source."""
    deadline = queries.visible_deadline(request.user, pk)
    explanation = queries.explain(deadline, today=day_of(timezone.now()))
    return render(request, "sharing/deadlines/explain.html", {"explanation": explanation})


@require_safe
def explain_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a file that `docs/recompute_deadline.py` checks without the portal."""
    deadline = queries.visible_deadline(request.user, pk)
    content = receipt(deadline, today=day_of(timezone.now()))
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="deadline-{pk}.json"'
    return response
