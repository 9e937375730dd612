"""Notices by e-mail. The server's answer to the message is the proof: it names the number under which it was queued."""

import smtplib
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.template.loader import render_to_string

from security.accounts.models import User
from security.notices.message import Answer, Unreachable, identity_of, title_of
from security.notices.models import Notice

TIMEOUT_SECONDS = 10
AWAY = (smtplib.SMTPConnectError, smtplib.SMTPServerDisconnected, smtplib.SMTPAuthenticationError)


class _Server(smtplib.SMTP):
    """Keeps the answer that smtplib drops."""

    answer = ""

    def data(self, msg: Any) -> tuple[int, bytes]:
        code, words = super().data(msg)
        self.answer = f"{code} {words.decode(errors='replace')}"
        return code, words


class AnsweringBackend(EmailBackend):
    """Django's, with the server's last answer."""

    answer = ""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Server

    def close(self) -> None:
        self.answer = getattr(self.connection, "answer", "") or self.answer
        super().close()


def send(person: User, notices: list[Notice]) -> Answer:
    """One mail. Raises Unreachable when the server is away or lets nobody in; what it says to one address otherwise."""
    identity = f"<{identity_of(person, notices)}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"
    connection = get_connection(timeout=TIMEOUT_SECONDS)
    try:
        _message(person, notices, identity, connection).send()
    except smtplib.SMTPException as error:
        if isinstance(error, AWAY):
            raise Unreachable(str(error)) from error
        raise
    except OSError as error:
        raise Unreachable(str(error)) from error
    return Answer(person.email, f"{getattr(connection, 'answer', '')} {identity}".strip())


def _message(person: User, notices: list[Notice], identity: str, connection: Any) -> EmailMessage:
    """What the person reads. The link leads to the page; no data ever stands in a mail."""
    context = {"recipient": person, "notices": notices, "site_url": settings.SITE_URL.rstrip("/")}
    return EmailMessage(
        subject=f"【一网共享】{title_of(notices)}",
        body=render_to_string("emails/notices.txt", context),
        to=[person.email],
        headers={"Message-ID": identity},
        connection=connection,
    )
