"""How a successful act answers: a page again, with a word."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django_htmx.http import HttpResponseClientRedirect

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
