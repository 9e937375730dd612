"""Who calls: a department's key (Bearer), or a person signed in in the browser."""

from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.request import Request

from gdshare.lib import request_context
from security.accounts import actions as accounts

PROXY_SCHEMES = {b"basic", b"digest", b"negotiate"}
"""What a proxy in front of us may ask of the browser; not meant for us."""


class KeyRefused(exceptions.AuthenticationFailed):
    """401 with the reason and what to do."""

    def __init__(self, detail: str, code: str, remedy: str) -> None:
        super().__init__(detail, code)
        self.remedy = remedy


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`. SYSTEM keys act as the department, PERSON keys as their membership."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() in PROXY_SCHEMES:
            return None
        if words[0].lower() != b"bearer" or len(words) != 2:
            reason = "Authorization 请求头应为“Bearer 密钥”，中间一个空格。"
            raise KeyRefused(reason, "key_malformed", "请检查请求头，例如 Authorization: Bearer gd_abcdefgh_…")
        result = accounts.open_with_key(key=words[1].decode("latin-1"), now=timezone.now())
        if result.actor is None:
            raise KeyRefused(result.reason, result.code, result.remedy)
        request_context.key_prefix.set(result.api_client.key_prefix)
        return result.actor, result.api_client

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="gdshare"'


class PageSessionAuthentication(SessionAuthentication):
    """The browser's session, with CSRF check; the acting membership was set by ActingMiddleware."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        found = super().authenticate(request)
        if found is not None and found[0].must_change_password:
            raise KeyRefused("首次登录须先修改密码。", "password_must_change", "请在网页上修改密码后再调用接口。")
        return found

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied:
            refused = exceptions.PermissionDenied("以网页登录的身份调用接口时，缺少防伪标记。", "csrf_failed")
            refused.remedy = "请改用密钥：Authorization: Bearer 密钥。"  # type: ignore[attr-defined]
            raise refused from None


class BearerScheme(OpenApiAuthenticationExtension):
    """How the documentation names the key."""

    target_class = BearerAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "在“开发者 / 访问密钥”签发的密钥。"}


class PageSessionScheme(OpenApiAuthenticationExtension):
    """How the documentation names the browser's session."""

    target_class = PageSessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "网页登录后的会话。"}
