"""The edge: request id, content security policy, and domain errors turned into pages."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gdshare.lib import request_context
from gdshare.lib.errors import DomainError

Handler = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Names each request, for the audit log, the answer's header and the error page."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = uuid.uuid4().hex
        id_token = request_context.request_id.set(name)
        address_token = request_context.address.set(request.META.get("REMOTE_ADDR") or None)
        try:
            response = self.get_response(request)
        finally:
            request_context.request_id.reset(id_token)
            request_context.address.reset(address_token)
        response["X-Request-Id"] = name
        return response


class ContentSecurityPolicyMiddleware:
    """Only our own files; no inline script or style, no frames, no foreign form targets."""

    POLICY = (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; "
        "connect-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'; object-src 'none'"
    )

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.POLICY)
        return response


class DomainErrorMiddleware:
    """A refusal is a page with the same words as the API's problem document. htmx gets the message fragment."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        template = "errors/domain.html#message" if getattr(request, "htmx", False) else "errors/domain.html"
        return render(request, template, {"error": error}, status=error.status)
