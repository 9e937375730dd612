"""Every refusal over REST is `application/problem+json` (RFC 9457) with `code` and `remedy`."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from gdshare.lib.busy import RETRY_AFTER_SECONDS, busy
from gdshare.lib.errors import Busy, DomainError
from gdshare.lib.problems import REMEDIES, TITLES, plain_problem, problem_body


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. Unknown exceptions stay bugs (500)."""
    set_rollback()
    known = error if isinstance(error, DomainError) else busy(error)
    if known is not None:
        return _of_domain(known)
    if isinstance(error, Http404):
        return _response(
            plain_problem(404) | {"detail": "没有这个对象，或您看不到它。", "remedy": "请核对地址中的编号。"}
        )
    if isinstance(error, PermissionDenied):
        return _response(plain_problem(403) | ({"detail": str(error)} if str(error) else {}))
    if isinstance(error, exceptions.APIException):
        return _of_drf(error, context)
    return None


def _of_domain(error: DomainError) -> Response:
    extra = {"remedy_url": error.remedy_url} if error.remedy_url else {}
    response = _response(
        problem_body(
            status=error.status, code=error.code, title=error.title, detail=error.message, remedy=error.remedy,
            **extra, **error.details,
        )
    )  # fmt: skip
    seconds = RETRY_AFTER_SECONDS if isinstance(error, Busy) else error.retry_after
    if seconds:
        response["Retry-After"] = str(seconds)
    return response


def _of_drf(error: exceptions.APIException, context: dict[str, Any]) -> Response:
    status = error.status_code
    if isinstance(error, exceptions.ValidationError):
        body = problem_body(
            status=400, code="INVALID", title=TITLES[400], detail="有字段没有通过检查。",
            remedy="请按 errors 逐项改正后重发。", errors=error.detail,
        )  # fmt: skip
    else:
        codes = error.get_codes()
        body = problem_body(
            status=status,
            code=codes.upper() if isinstance(codes, str) else "INVALID",
            title=TITLES.get(status, TITLES[400]),
            detail=_sentence(error, context),
            remedy=getattr(error, "remedy", "") or REMEDIES.get(status, ""),
        )
    response = _response(body)
    header = getattr(error, "auth_header", None)
    if header:
        response["WWW-Authenticate"] = header
    wait = getattr(error, "wait", None)
    if wait:
        response["Retry-After"] = str(int(wait))
    return response


def _sentence(error: exceptions.APIException, context: dict[str, Any]) -> str:
    """DRF's own refusals in our words; its English parser messages are left to the log."""
    if isinstance(error, exceptions.NotAuthenticated):
        return "请求没有带密钥，也没有登录。"
    if isinstance(error, exceptions.MethodNotAllowed):
        return f"这个地址不接受 {context['request'].method} 方法。"
    if isinstance(error, exceptions.ParseError):
        return "请求体读不出来：内容与 Content-Type 不符，或 JSON 有语法错误。"
    if isinstance(error, exceptions.UnsupportedMediaType):
        return f"不支持的请求体格式“{context['request'].content_type}”。"
    if isinstance(error, exceptions.NotAcceptable):
        return "不能给出请求头 Accept 所要的格式。"
    if isinstance(error, exceptions.Throttled):
        return "请求太多，超过了约定的次数。"
    if isinstance(error, exceptions.NotFound):
        return str(error.detail) or "没有这个对象，或您看不到它。"
    return str(error.detail)


def _response(body: dict[str, Any]) -> Response:
    return Response(body, status=body["status"], content_type="application/problem+json")
