"""Every refusal over REST is `application/problem+json` (RFC 9457) with `code` and `remedy`."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from gdshare.lib import request_context
from gdshare.lib.errors import DomainError


def problem_body(*, status: int, code: str, title: str, detail: str, remedy: str = "", **extra: Any) -> dict[str, Any]:
    """The members of a problem document; `remedy` tells the next step, `request_id` finds it in the audit log."""
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "remedy": remedy,
        "request_id": request_context.request_id.get(),
        **extra,
    }


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. Unknown exceptions stay bugs (500)."""
    set_rollback()
    if isinstance(error, DomainError):
        extra = {"remedy_url": error.remedy_url} if error.remedy_url else {}
        body = problem_body(
            status=error.status, code=error.code, title=error.title, detail=error.message, remedy=error.remedy,
            **extra, **error.details,
        )  # fmt: skip
        return _response(body)
    if isinstance(error, Http404):
        return _response(
            problem_body(status=404, code="NOT_FOUND", title="没有找到", detail="没有这个对象，或您看不到它。",
                         remedy="请核对地址中的编号。")
        )  # fmt: skip
    if isinstance(error, PermissionDenied):
        return _response(
            problem_body(status=403, code="DENIED", title="没有权限", detail=str(error) or "您没有这项权限。",
                         remedy="请联系本部门管理员。")
        )  # fmt: skip
    if isinstance(error, exceptions.APIException):
        return _from_drf(error)
    return None


def _from_drf(error: exceptions.APIException) -> Response:
    if isinstance(error, exceptions.ValidationError):
        body = problem_body(status=400, code="INVALID", title="请求有误", detail="有字段没有通过检查。",
                            remedy="请按 errors 逐项改正后重发。", errors=error.detail)  # fmt: skip
    else:
        codes = error.get_codes()
        code = codes.upper() if isinstance(codes, str) else "INVALID"
        body = problem_body(status=error.status_code, code=code, title=TITLES.get(error.status_code, "请求有误"),
                            detail=str(error.detail), remedy=getattr(error, "remedy", ""))  # fmt: skip
    response = _response(body)
    header = getattr(error, "auth_header", None)
    if header:
        response["WWW-Authenticate"] = header
    if getattr(error, "wait", None):
        response["Retry-After"] = str(int(error.wait))  # type: ignore[attr-defined]
    return response


TITLES = {401: "没有登录", 403: "没有权限", 404: "没有找到", 405: "方法不对", 415: "格式不支持", 429: "请求太多"}


def _response(body: dict[str, Any]) -> Response:
    return Response(body, status=body["status"], content_type="application/problem+json")
