"""The edge: request id, content security policy, refusals as pages or problem documents, pages that only read."""

import re
import uuid
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from gdshare.lib import request_context
from gdshare.lib.busy import RETRY_AFTER_SECONDS, busy
from gdshare.lib.errors import Busy, DomainError
from gdshare.lib.problems import plain_problem

Handler = Callable[[HttpRequest], HttpResponse]


def client_address(request: HttpRequest) -> str | None:
    """Where the request came from; behind our proxy, what the proxy itself saw, which the caller cannot invent."""
    seen = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        seen = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or seen
    try:
        return str(ip_address(seen))
    except ValueError:
        return None


class RequestIdMiddleware:
    """Names each request, for the audit log, the answer's header and the error page."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = uuid.uuid4().hex
        id_token = request_context.request_id.set(name)
        key_token = request_context.key_prefix.set("")
        address_token = request_context.address.set(client_address(request))
        memory_token = request_context.memory.set({})
        reading_token = request_context.reading.set({} if request.method in {"GET", "HEAD"} else None)
        try:
            response = self.get_response(request)
        finally:
            request_context.reading.reset(reading_token)
            request_context.memory.reset(memory_token)
            request_context.request_id.reset(id_token)
            request_context.address.reset(address_token)
            request_context.key_prefix.reset(key_token)
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
        known = error if isinstance(error, DomainError) else busy(error)
        if known is None:
            return None
        template = "errors/domain.html#message" if getattr(request, "htmx", False) else "errors/domain.html"
        response = render(request, template, {"error": known}, status=known.status)
        seconds = RETRY_AFTER_SECONDS if isinstance(known, Busy) else known.retry_after
        if seconds:
            response["Retry-After"] = str(seconds)
        return response


class ApiProblemMiddleware:
    """Under /api/ every failure is a problem document, also those that DRF never sees."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if response.status_code >= 400 and is_page and request.path.startswith(("/api/v1/", "/api/schema/")):
            kept = {"Retry-After": response["Retry-After"]} if "Retry-After" in response else {}
            return JsonResponse(
                plain_problem(response.status_code),
                status=response.status_code,
                content_type="application/problem+json",
                json_dumps_params={"ensure_ascii": False},
                headers=kept,
            )
        return response


class WriteInReadOnlyView(RuntimeError):
    """A page wrote to the database during GET: move the write to an action behind POST, or mark `@records_reads`."""


class ReadOnlyPagesMiddleware:
    """GET of a page only reads. Views marked `@records_reads` record their own reading; the API notes a key's use."""

    READING = (
        "SELECT",
        "WITH",
        "EXPLAIN",
        "SHOW",
        "SET ",
        "DECLARE",
        "FETCH",
        "CLOSE",
        "SAVEPOINT",
        "RELEASE",
        "ROLLBACK",
    )
    WRITE_IN_CTE = re.compile(r'\b(INSERT INTO|DELETE FROM|MERGE INTO|UPDATE ")')

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        may_write = [False]
        request.may_write = may_write  # type: ignore[attr-defined]

        def only_read(execute: Callable, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
            if not may_write[0] and self.writes(sql):
                raise WriteInReadOnlyView(f"GET {request.path}: {str(sql)[:120]}")
            return execute(sql, params, many, context)

        with connection.execute_wrapper(only_read):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> None:
        if hasattr(request, "may_write"):
            request.may_write[0] = getattr(view, "records_reads", False) or hasattr(view, "cls")

    @classmethod
    def writes(cls, sql: Any) -> bool:
        """Whether a statement changes rows; the session's own row does not count."""
        text = str(sql).lstrip("( \n\t")
        if '"django_session"' in text:
            return False
        first = text[:10].upper()
        if not first.startswith(cls.READING):
            return True
        return first.startswith("WITH") and bool(cls.WRITE_IN_CTE.search(text))
