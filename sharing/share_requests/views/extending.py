"""延期: asked by the provider, decided by the authority."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from gdshare.lib.errors import Invalid
from sharing.share_requests import actions
from sharing.share_requests.forms import ExtensionForm
from sharing.share_requests.views.answers import act_with_opinion, done, visible


@require_POST
def ask_extension(request: HttpRequest, pk: int) -> HttpResponse:
    share_request = visible(request, pk)
    form = ExtensionForm(request.POST)
    if not form.is_valid():
        fault = "；".join(str(errors[0]) for errors in form.errors.values())
        raise Invalid(fault, remedy="请改正后再提交。", remedy_url=_detail_url(pk))
    actions.ask_extension(share_request=share_request, by=request.user, now=timezone.now(), **form.cleaned_data)
    return done(request, _detail_url(pk), "已申请延期，等待主管部门决定")


@require_POST
def agree_extension(request: HttpRequest, pk: int) -> HttpResponse:
    return act_with_opinion(request, pk, actions.agree_extension, _detail_url(pk), "已同意延期，并告知申请部门")


@require_POST
def refuse_extension(request: HttpRequest, pk: int) -> HttpResponse:
    return act_with_opinion(request, pk, actions.refuse_extension, _detail_url(pk), "不同意延期，原期限不变")


def _detail_url(pk: int) -> str:
    return reverse("sharing:share_requests:detail", args=[pk])
