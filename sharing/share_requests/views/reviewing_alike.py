"""同类申请一并办理: the groups with their differences, one opinion, and what became of each case."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gdshare.lib.clock import day_of
from gdshare.lib.errors import Invalid
from sharing.share_requests import actions
from sharing.share_requests.actions.batch import WHOLE, Outcome
from sharing.share_requests.forms import AlikeForm
from sharing.share_requests.queries import alike as queries


@require_http_methods(["GET", "POST"])
def alike(request: HttpRequest) -> HttpResponse:
    """What was refused leaves everything typed on the page; what was decided is listed case by case."""
    now = timezone.now()
    outcomes: list[Outcome] = []
    fault = ""
    form = AlikeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            outcomes = actions.decide_all(chosen=form.chosen(), by=request.user, now=now, **form.cleaned_data)
        except Invalid as refusal:
            fault = f"{refusal.message}{refusal.remedy}"
    elif request.method == "POST":
        fault = "意见或依据太长，没有办理。请缩短后再提交。"
    context = {
        "groups": queries.groups(request.user, today=day_of(now)),
        "headings": queries.HEADINGS,
        "conclusions": [(choice.value, choice.label) for choice in WHOLE],
        "outcomes": outcomes,
        "done_count": sum(outcome.is_done for outcome in outcomes),
        "fault": fault,
        "typed": request.POST if fault else {},
        "ticked": set(form.chosen()) if fault else set(),
    }
    return render(request, "sharing/share_requests/alike.html", context, status=422 if fault else 200)
