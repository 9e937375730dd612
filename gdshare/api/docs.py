"""The documentation: the schema with its refusals, and a page from files of our own."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gdshare.api.operations import OPERATIONS, TAGS

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'"
)
"""As everywhere, but for the inline style attributes that Swagger UI sets."""

PROBLEM = {
    "type": "object",
    "description": "拒绝的原因与办法（RFC 9457）。",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "类别"},
        "status": {"type": "integer", "description": "HTTP 状态码"},
        "detail": {"type": "string", "description": "原因，与网页上的话相同"},
        "code": {"type": "string", "description": "稳定的机器代码"},
        "remedy": {"type": "string", "description": "怎么办"},
        "remedy_url": {"type": "string", "description": "到哪里办"},
        "request_id": {"type": "string", "description": "请求编号，可在审计日志中查到"},
        "errors": {"type": "object", "description": "没有通过检查的字段", "additionalProperties": True},
    },
    "required": ["type", "title", "status", "detail", "code", "remedy", "request_id"],
}


def add_problems(result: dict[str, Any], **options: Any) -> dict[str, Any]:
    """drf-spectacular's hook: every operation may answer with a problem document."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    answer = {
        "description": "拒绝或出错",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for operation in operations(result).values():
        operation.setdefault("responses", {}).setdefault("default", answer)
    return result


def operations(schema: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """(method, path) → operation."""
    return {
        (method, path): operation
        for path, entry in schema.get("paths", {}).items()
        for method, operation in entry.items()
        if isinstance(operation, dict)
    }


def name_operations(result: dict[str, Any], **options: Any) -> dict[str, Any]:
    """drf-spectacular's hook: Chinese names and headings in place of docstrings."""
    for (method, path), operation in operations(result).items():
        name, sentence = OPERATIONS.get((method, path), ("", ""))
        operation["tags"] = [TAGS.get(path.split("/")[3], "其他")]
        if name:
            operation["summary"], operation["description"] = name, sentence
    result["tags"] = [{"name": heading} for heading in TAGS.values()]
    return result


@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger UI over /api/schema/, with the sidecar's assets and an external start script (no inline script)."""
    may_manage_keys = request.user.holds("API_CLIENT_MANAGE")  # type: ignore[union-attr]
    response = render(request, "portal/api_docs.html", {"may_manage_keys": may_manage_keys})
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response
