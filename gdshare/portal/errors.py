"""The error pages. htmx gets the message alone, so that it stands above the page that asked."""

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from gdshare.lib import request_context
from gdshare.lib.busy import RETRY_AFTER_SECONDS, busy


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, "errors/400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    return _answer(request, "errors/403.html", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(request, "errors/404.html", 404)


def broken(request: HttpRequest) -> HttpResponse:
    """A bug, or a database that is away before any view ran. Then the frame cannot be drawn either."""
    away = busy(sys.exc_info()[1])
    if away is None:
        return _answer(request, "errors/500.html", 500)
    context = {
        "title": away.title,
        "text": away.message,
        "remedy": away.remedy,
        "request_id": request_context.request_id.get(),
    }
    page = loader.render_to_string("errors/plain.html", context)
    return HttpResponse(page, status=away.status, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token no longer fits: signed in elsewhere, or cookies are off."""
    return _answer(request, "errors/403_csrf.html", 403)


def _answer(request: HttpRequest, template: str, status: int) -> HttpResponse:
    part = f"{template}#message" if getattr(request, "htmx", False) else template
    return render(request, part, status=status)
