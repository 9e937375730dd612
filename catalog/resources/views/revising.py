"""Pages of an entry's revisions: two side by side, an old one taken up again, a working copy given up."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from catalog.resources import actions, queries
from catalog.resources.views import seen


@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Any two publications, element by element."""
    resource = seen(request, pk)
    asked = [request.GET.get(name, "") for name in ("before", "after")]
    before, after = (int(word) if word.isdecimal() and len(word) < 10 else None for word in asked)
    comparison = queries.comparison(resource, before, after)
    if comparison is None:
        raise Http404
    return render(request, "catalog/resources/compare.html", {"resource": resource, "comparison": comparison})


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """What an old revision said, as a new working copy."""
    word = request.POST.get("number", "")
    number = int(word) if word.isdecimal() and len(word) < 10 else 0
    copy = actions.restore(resource=seen(request, pk), number=number, by=request.user, now=timezone.now())
    messages.success(request, f"{copy.name}：已按第 {number} 版建立修订稿，核对后再提交")
    return redirect("catalog:resources:detail", copy.pk)
