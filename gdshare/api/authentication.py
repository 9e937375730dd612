"""Who calls: a department's key (Bearer), or a person signed in in the browser."""

from typing import Any

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from security.accounts import actions as accounts


class KeyRefused(AuthenticationFailed):
    """401 with the reason and what to do."""

    def __init__(self, detail: str, code: str, remedy: str) -> None:
        super().__init__(detail, code)
        self.remedy = remedy


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`. SYSTEM keys act as the department, PERSON keys as their membership."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:
            raise KeyRefused("Authorization 请求头应为“Bearer 密钥”，中间一个空格。", "key_malformed", "请检查请求头。")
        result = accounts.open_with_key(key=words[1].decode("latin-1"), now=timezone.now())
        if result.actor is None:
            raise KeyRefused(result.reason, result.code, result.remedy)
        return result.actor, result.api_client

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="gdshare"'


class PageSessionAuthentication(SessionAuthentication):
    """The browser's session, with CSRF check; the acting membership was set by ActingMiddleware."""
