"""Notices to the gateway of the office messenger: one signed POST of JSON for each message.

The gateway finds the person by his user name, tells doublets by `id`, and checks the signature: HMAC-SHA256 (RFC 2104)
with the shared secret over the time and the body, `X-Gdshare-Signature: t=<unix time>,v1=<hex>`.
"""

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings

from security.accounts.models import User
from security.notices.message import Answer, Unreachable, identity_of, title_of
from security.notices.models import Notice

TIMEOUT_SECONDS = 10
ANSWER_SHOWN = 200


class _NoRedirect(HTTPRedirectHandler):
    """A gateway that sends us elsewhere is not the one that was configured."""

    def redirect_request(self, *args: Any) -> None:
        return None


_open = build_opener(_NoRedirect).open


def send(person: User, notices: list[Notice]) -> Answer:
    """One message. Raises Unreachable when the gateway is away or broken (5xx); what it answers otherwise."""
    body = json.dumps(_body(person, notices), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "X-Gdshare-Signature": signature(body, int(time.time()))}
    request = Request(settings.NOTICE_WEBHOOK_URL, body, headers)  # noqa: S310  http(s) alone, checked at the start
    try:
        with _open(request, timeout=TIMEOUT_SECONDS) as answer:
            said = answer.read(ANSWER_SHOWN).decode(errors="replace")
            return Answer(person.username, f"HTTP {answer.status} {said}".strip())
    except HTTPError as error:
        if error.code >= 500:
            raise Unreachable(str(error)) from error
        raise
    except OSError as error:
        raise Unreachable(str(error)) from error


def signature(body: bytes, at: int) -> str:
    """What the gateway recomputes."""
    secret = settings.NOTICE_WEBHOOK_SECRET.encode()
    return f"t={at},v1={hmac.new(secret, b'%d.%s' % (at, body), hashlib.sha256).hexdigest()}"


def _body(person: User, notices: list[Notice]) -> dict[str, Any]:
    site = settings.SITE_URL.rstrip("/")
    return {
        "id": identity_of(person, notices),
        "user": person.username,
        "name": person.name,
        "title": title_of(notices),
        "notices": [
            {
                "id": notice.pk,
                "department": notice.department.name,
                "title": notice.title,
                "body": notice.body,
                "url": site + notice.url,
                "is_statutory": notice.is_statutory,
                "created_at": notice.created_at.isoformat(),
            }
            for notice in notices
        ],
    }
