"""How a successful act answers: a page again, with a word."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from gdshare.lib.errors import Invalid
from sharing.share_requests.forms import OpinionForm
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.queries.marks import with_steps


def done(request: HttpRequest, url: str, words: str) -> HttpResponse:
    """Go to `url` and say `words` there; htmx goes too, since the act changed more than one region."""
    messages.success(request, words)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(url)
    return redirect(url)


def visible(request: HttpRequest, pk: int) -> ShareRequest:
    """The application with its steps, when the person may see it; else 404."""
    return get_object_or_404(with_steps(ShareRequest.objects.visible_to(request.user)), pk=pk)


def act_with_opinion(request: HttpRequest, pk: int, action: Any, url: str, words: str) -> HttpResponse:
    """A verb that takes an opinion and nothing else. What is too long is refused, never cut or dropped."""
    form = OpinionForm(request.POST)
    share_request = visible(request, pk)
    if not form.is_valid():
        raise Invalid("意见超过 2000 字，或页面已经过时。", remedy="请返回上一页缩短意见，或刷新后再办理。")
    action(
        share_request=share_request, by=request.user, now=timezone.now(),
        opinion=form.cleaned_data["opinion"], version=form.cleaned_data["version"],
    )  # fmt: skip
    return done(request, url, words)
