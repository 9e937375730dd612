"""留言模板: one page of the authority's dictionary."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from gdshare.lib.errors import Invalid
from sharing.messages import actions, policies
from sharing.messages.forms import TemplateForm
from sharing.messages.models import MessageTemplate


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Every template; on POST a new one."""
    policies.keep_template(request.user).enforce()
    return _page(request)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Other words for one template."""
    policies.keep_template(request.user).enforce()
    return _page(request, get_object_or_404(MessageTemplate, pk=pk))


@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a template no longer, or again."""
    policies.retire_template(request.user).enforce()
    is_active = request.POST.get("is_active") == "1"
    template = get_object_or_404(MessageTemplate, pk=pk)
    actions.retire_template(template=template, by=request.user, now=timezone.now(), is_active=is_active)
    messages.success(request, "已恢复使用" if is_active else "已停用")
    return redirect("sharing:messages:templates")


def _page(request: HttpRequest, template: MessageTemplate | None = None) -> HttpResponse:
    initial: dict[str, Any] = {"title": template.title, "text": template.text} if template else {}
    form, fault = TemplateForm(initial=initial), ""
    if request.method == "POST":
        form = TemplateForm(request.POST)
        if form.is_valid():
            try:
                actions.keep_template(by=request.user, now=timezone.now(), template=template, **form.cleaned_data)
            except Invalid as refusal:
                fault = f"{refusal.message}{refusal.remedy}"
            else:
                messages.success(request, "已保存")
                return redirect("sharing:messages:templates")
    rows = MessageTemplate.objects.select_related("changed_by").order_by("-is_active", "title")
    context = {"rows": rows, "form": form, "fault": fault, "template": template}
    return render(request, "sharing/messages/list.html", context, status=422 if fault or form.errors else 200)
