"""使用承诺: every version, and the authority's way to publish the next."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gdshare.lib.clock import day_of
from gdshare.lib.errors import Invalid
from sharing.agreements import actions, policies
from sharing.agreements.forms import AgreementForm
from sharing.agreements.models import Agreement


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The versions, newest first; on POST a new one."""
    now = timezone.now()
    in_force = Agreement.objects.in_force(day_of(now))
    form = AgreementForm(initial={"title": in_force.title, "text": in_force.text})
    fault = ""
    if request.method == "POST":
        policies.publish(request.user).enforce()
        form = AgreementForm(request.POST)
        if form.is_valid():
            try:
                made = actions.publish(by=request.user, now=now, **form.cleaned_data)
            except Invalid as refusal:
                fault = f"{refusal.message}{refusal.remedy}"
            else:
                messages.success(request, f"已发布第 {made.number} 版，{made.valid_from} 起施行")
                return redirect("sharing:agreements:list")
    context = {
        "versions": Agreement.objects.visible_to(request.user).select_related("published_by").order_by("-number"),
        "in_force": in_force, "form": form, "fault": fault, "verdict": policies.publish(request.user),
    }  # fmt: skip
    return render(request, "sharing/agreements/list.html", context, status=422 if fault or form.errors else 200)
