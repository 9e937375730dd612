"""Notices leave by a real SMTP server and a real HTTP gateway: tried again, never twice on purpose, proved, and quiet
outside of working hours.
"""

import hashlib
import hmac
import json
import socket
import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller
from django.db import IntegrityError, connection, transaction

from audit.models import AuditEvent
from gdshare.lib.errors import Conflict, Denied
from security.access.permissions import Permission
from security.notices import actions, outbox, tasks
from security.notices.models import Channel, Dispatch, Notice

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday, 9 o'clock in Shanghai."""
State = Dispatch.State


class Mailbox:
    """What a mail server got; `refuses` answers the next recipients with a fault."""

    def __init__(self) -> None:
        self.messages = []
        self.refuses = False

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if self.refuses and address == "li@example.gov.cn":
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.messages.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return f"250 OK queued as {len(self.messages)}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def mailbox(settings):
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "security.notices.mail.AnsweringBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", controller.port, False
    settings.SITE_URL = "https://share.example.gov.cn/"
    yield box
    controller.stop()


def tell(cast, number: int = 1, *, is_statutory: bool = True, at: datetime = NOW) -> Notice:
    cast.li.email = "li@example.gov.cn"
    cast.li.save(update_fields=["email"])
    actions.tell(
        department=cast.natural_resources,
        permission=Permission.SHARE_REQUEST_REVIEW,
        kind="deadline.reminder",
        subject=actions.Ref("sharerequest", number),
        title=f"还剩 3 个工作日：不动产登记信息 {number}",
        body="最迟 2026-12-04，依据 50号文第十九条。",
        url=f"/sharing/requests/{number}/",
        now=at,
        dedupe_key=f"n{number}",
        is_statutory=is_statutory,
    )
    return Notice.objects.get(dedupe_key=f"n{number}")


class Gateway(BaseHTTPRequestHandler):
    """The office messenger: keeps what it gets; answers with `status` of its server."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.end_headers()
        self.wfile.write(b'{"msgid": "m-7"}')

    def log_message(self, *args):
        """Quiet."""


@pytest.fixture
def gateway(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    server.got, server.status = [], 200
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.NOTICE_WEBHOOK_URL = f"http://127.0.0.1:{server.server_port}/send"
    settings.NOTICE_WEBHOOK_SECRET = "agreed"
    settings.SITE_URL = "https://share.example.gov.cn/"
    yield server
    server.shutdown()
    server.server_close()


def test_a_mail_arrives_and_the_servers_answer_is_the_proof(cast, mailbox):
    notice = tell(cast)
    assert outbox.send_due(now=NOW) == 1
    [(to, message)] = mailbox.messages
    assert to == ["li@example.gov.cn"]
    subject = message["Subject"].strip()  # a long encoded header is folded onto its second line
    assert subject == "【一网共享】还剩 3 个工作日：不动产登记信息 1"
    text = message.get_content()
    assert "李卓然：" in text
    assert "办理页面：https://share.example.gov.cn/sharing/requests/1/" in text
    row = notice.dispatches.get()
    assert (row.state, row.attempts, row.sent_at, row.sent_to) == (State.SENT, 1, NOW, "li@example.gov.cn")
    assert row.proof == f"250 OK queued as 1 {message['Message-ID']}"
    assert outbox.send_due(now=NOW + timedelta(days=1)) == 0


def test_a_person_nobody_can_reach_has_no_dispatch(cast, mailbox):
    actions.tell_person(
        user=cast.zhou, department=cast.natural_resources, kind="k", subject=actions.Ref("sharerequest", 1),
        title="t", url="/", now=NOW, dedupe_key="z",
    )  # fmt: skip
    assert outbox.send_due(now=NOW) == 0
    assert not Dispatch.objects.exists()
    assert Notice.objects.get().queued_at == NOW


def test_a_refusal_is_tried_again_later_and_the_others_go_on(cast, mailbox):
    notice = tell(cast)
    cast.chen.email = "chen@example.gov.cn"
    cast.chen.save()
    actions.tell_person(
        user=cast.chen, department=cast.civil_affairs, kind="k", subject=actions.Ref("sharerequest", 1),
        title="t", url="/", now=NOW, dedupe_key="c", is_statutory=True,
    )  # fmt: skip
    mailbox.refuses = True
    assert outbox.send_due(now=NOW) == 1
    assert mailbox.messages[0][0] == ["chen@example.gov.cn"]
    row = notice.dispatches.get()
    assert row.next_attempt_at == NOW + timedelta(minutes=1)
    assert "451" in row.error
    mailbox.refuses = False
    assert outbox.send_due(now=NOW + timedelta(seconds=59)) == 0
    assert outbox.send_due(now=NOW + timedelta(minutes=1)) == 1
    row.refresh_from_db()
    assert (row.attempts, row.error) == (2, "")


def test_a_server_that_is_down_stops_the_round(cast, settings):
    settings.EMAIL_BACKEND = "security.notices.mail.AnsweringBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    tell(cast, 1)
    tell(cast, 2)
    assert outbox.send_due(now=NOW) == 0
    assert sorted(Dispatch.objects.values_list("attempts", flat=True)) == [0, 1]


def test_it_gives_up_in_the_end_and_the_administrator_lets_it_try_again(cast, mailbox):
    tell(cast)
    mailbox.refuses = True
    moment = NOW
    for _ in range(20):
        outbox.send_due(now=moment)
        moment += timedelta(days=7)
    row = Dispatch.objects.get()
    assert (row.state, row.attempts, row.next_attempt_at) == (State.GIVEN_UP, len(outbox.WAITS) + 1, None)
    with pytest.raises(Denied, match="系统管理员"):
        actions.send_again(dispatch=row, by=cast.li, now=moment)
    actions.send_again(dispatch=row, by=cast.sysadmin, now=moment)
    assert AuditEvent.objects.filter(verb="notice.send_again").count() == 1
    mailbox.refuses = False
    assert outbox.send_due(now=moment) == 1
    with pytest.raises(Conflict, match="已送达"):
        actions.send_again(dispatch=row, by=cast.sysadmin, now=moment)


def test_a_worker_that_dies_while_sending_leaves_the_mail_for_later(cast, mailbox, monkeypatch):
    tell(cast)

    class Killed(BaseException):
        pass

    def dies(*args, **kwargs):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", dies)
        with pytest.raises(Killed):
            outbox.send_due(now=NOW)
    assert outbox.send_due(now=NOW + timedelta(minutes=1)) == 1
    assert len(mailbox.messages) == 1


def test_four_workers_send_twenty_mails_and_one_summary_once(committed_cast, mailbox):
    for number in range(20):
        tell(committed_cast, number)
    for number in range(20, 40):
        tell(committed_cast, number, is_statutory=False, at=NOW - timedelta(days=2))
    gate, sent = threading.Barrier(4), []

    def work():
        try:
            gate.wait()
            sent.append(outbox.send_due(now=NOW))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    outbox.send_due(now=NOW)
    assert len({message["Message-ID"] for _, message in mailbox.messages}) == len(mailbox.messages) == 21
    assert set(Dispatch.objects.values_list("state", "attempts")) == {(State.SENT, 1)}


def test_the_task_reads_the_clock_and_knocks(cast, mailbox, monkeypatch):
    tell(cast)
    monkeypatch.setattr("security.notices.tasks.timezone.now", lambda: NOW)
    tasks.send_due()
    assert len(mailbox.messages) == 1


def test_a_round_has_its_limit(cast, mailbox):
    for number in range(3):
        tell(cast, number)
    assert [outbox.send_due(now=NOW, limit=2), outbox.send_due(now=NOW, limit=2)] == [2, 1]


@pytest.mark.parametrize(
    ("told", "quiet", "leaves"),
    [
        ("2026-11-23T18:00+08:00", "2026-11-24T08:29+08:00", "2026-11-24T08:30+08:00"),  # a night
        ("2026-11-20T19:00+08:00", "2026-11-22T10:00+08:00", "2026-11-23T08:30+08:00"),  # a week-end
        ("2026-10-01T09:00+08:00", "2026-10-07T12:00+08:00", "2026-10-08T08:30+08:00"),  # National Day
        ("2026-10-09T18:30+08:00", "2026-10-09T23:00+08:00", "2026-10-10T08:30+08:00"),  # a Saturday that is worked
    ],
)
def test_nothing_leaves_in_quiet_hours(cast, mailbox, told, quiet, leaves):
    tell(cast, at=datetime.fromisoformat(told))
    assert outbox.send_due(now=datetime.fromisoformat(told)) == 0
    assert outbox.send_due(now=datetime.fromisoformat(quiet)) == 0
    assert outbox.send_due(now=datetime.fromisoformat(leaves)) == 1


def test_what_no_law_asks_for_comes_once_a_day_without_what_was_read(cast, mailbox):
    notices = [tell(cast, number, is_statutory=False) for number in range(3)]
    tell(cast, 3)
    assert outbox.send_due(now=NOW + timedelta(hours=1)) == 1
    actions.mark_read(notice=notices[0], by=cast.li, now=NOW + timedelta(hours=2))
    tuesday = NOW + timedelta(days=1)
    tell(cast, 4, is_statutory=False, at=tuesday)
    assert outbox.send_due(now=tuesday) == 1
    lines = mailbox.messages[1][1].get_content().splitlines()
    assert [f"还剩 3 个工作日：不动产登记信息 {number}" in lines for number in range(5)] == [
        False,
        True,
        True,
        False,
        False,
    ]
    states = dict(Dispatch.objects.values_list("notice__dedupe_key", "state"))
    assert states == {
        "n0": State.SKIPPED, "n1": State.SENT, "n2": State.SENT, "n3": State.SENT, "n4": State.WAITING,
    }  # fmt: skip
    assert outbox.send_due(now=tuesday + timedelta(days=1)) == 1


@pytest.mark.parametrize(("pace", "count"), [("DAILY", 1), ("EACH", 2), ("NONE", 1)])
def test_a_person_chooses_his_pace_but_not_for_what_the_law_asks(cast, mailbox, pace, count):
    actions.choose_pace(by=cast.li, now=NOW, pace=pace)
    tell(cast, 1)
    tell(cast, 2, is_statutory=False)
    assert outbox.send_due(now=NOW) == count
    assert Dispatch.objects.filter(notice__dedupe_key="n2").exists() is (pace != "NONE")


def test_the_gateway_gets_a_signed_message_and_its_answer_is_kept(cast, gateway):
    notice = tell(cast)
    cast.li.email = ""
    cast.li.save()
    assert outbox.send_due(now=NOW) == 1
    [(headers, body)] = gateway.got
    at, _, signed = headers["X-Gdshare-Signature"].partition(",v1=")
    text = at.removeprefix("t=").encode() + b"." + body
    assert signed == hmac.new(b"agreed", text, hashlib.sha256).hexdigest()
    message = json.loads(body)
    assert (message["user"], message["title"]) == ("li", notice.title)
    assert message["notices"][0]["url"] == "https://share.example.gov.cn/sharing/requests/1/"
    row = notice.dispatches.get(channel=Channel.WEBHOOK)
    assert (row.state, row.sent_to, row.proof) == (State.SENT, "li", 'HTTP 200 {"msgid": "m-7"}')


@pytest.mark.parametrize(("status", "attempts"), [(500, [0, 1]), (404, [1, 1]), (302, [1, 1])])
def test_a_gateway_that_fails_is_tried_again_and_mail_goes_on(cast, gateway, mailbox, status, attempts):
    gateway.status = status
    tell(cast, 1)
    tell(cast, 2)
    assert outbox.send_due(now=NOW) == 2
    assert len(mailbox.messages) == 2
    rows = Dispatch.objects.filter(channel=Channel.WEBHOOK)
    assert sorted(rows.values_list("attempts", flat=True)) == attempts
    assert set(rows.values_list("state", flat=True)) == {State.WAITING}
    gateway.status = 200
    assert outbox.send_due(now=NOW + timedelta(minutes=1)) == 2


def test_no_row_says_sent_without_proof(cast, mailbox):
    tell(cast)
    outbox.queue(now=NOW)
    with pytest.raises(IntegrityError, match="dispatch_proved"), transaction.atomic():
        Dispatch.objects.update(state=State.SENT, next_attempt_at=None, sent_at=NOW, sent_to="li@example.gov.cn")
