"""Mail goes out through a real SMTP server, is tried again, and never twice on purpose."""

import socket
import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.db import connection

from security.access.permissions import Permission
from security.notices import actions, mail, tasks
from security.notices.models import Notice

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


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
        return "250 OK"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def mailbox(settings):
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", controller.port, False
    settings.SITE_URL = "https://share.example.gov.cn/"
    yield box
    controller.stop()


def tell(cast, number: int = 1) -> Notice:
    cast.li.email = "li@example.gov.cn"
    cast.li.save()
    actions.tell(
        department=cast.natural_resources,
        permission=Permission.SHARE_REQUEST_REVIEW,
        kind="deadline.reminder",
        subject=actions.Ref("sharerequest", number),
        title=f"还剩 3 个工作日：不动产登记信息 {number}",
        body="最迟 2026-12-04，依据 50号文第十九条。",
        url=f"/sharing/requests/{number}/",
        now=NOW,
        dedupe_key=f"n{number}",
    )
    return Notice.objects.get(dedupe_key=f"n{number}")


def test_a_mail_arrives(cast, mailbox):
    notice = tell(cast)
    assert mail.send_due(now=NOW) == 1
    [(to, message)] = mailbox.messages
    assert to == ["li@example.gov.cn"]
    subject = message["Subject"].strip()  # a long encoded header is folded onto its second line
    assert subject == "【一网共享】还剩 3 个工作日：不动产登记信息 1"
    text = message.get_content()
    assert "李卓然：" in text
    assert "办理页面：https://share.example.gov.cn/sharing/requests/1/" in text
    assert message["Message-ID"].startswith(f"<notice-{notice.pk}-")
    notice.refresh_from_db()
    assert (notice.mail_sent_at, notice.mail_attempts, notice.mail_next_attempt_at) == (NOW, 1, None)
    assert mail.send_due(now=NOW + timedelta(days=1)) == 0


def test_without_an_address_nothing_is_queued(cast, mailbox):
    actions.tell_person(
        user=cast.zhou, department=cast.natural_resources, kind="k", subject=actions.Ref("sharerequest", 1),
        title="t", url="/", now=NOW, dedupe_key="z",
    )  # fmt: skip
    assert mail.send_due(now=NOW) == 0
    assert mailbox.messages == []


def test_a_refusal_is_tried_again_later_and_the_others_go_on(cast, mailbox):
    notice = tell(cast)
    cast.chen.email = "chen@example.gov.cn"
    actions.tell_person(
        user=cast.chen, department=cast.civil_affairs, kind="k", subject=actions.Ref("sharerequest", 1),
        title="t", url="/", now=NOW, dedupe_key="c",
    )  # fmt: skip
    cast.chen.save()
    mailbox.refuses = True
    assert mail.send_due(now=NOW) == 1
    assert mailbox.messages[0][0] == ["chen@example.gov.cn"]
    notice.refresh_from_db()
    assert notice.mail_next_attempt_at == NOW + timedelta(minutes=1)
    assert "451" in notice.mail_error
    mailbox.refuses = False
    assert mail.send_due(now=NOW + timedelta(seconds=59)) == 0
    assert mail.send_due(now=NOW + timedelta(minutes=1)) == 1
    notice.refresh_from_db()
    assert (notice.mail_attempts, notice.mail_error) == (2, "")


def test_a_server_that_is_down_stops_the_round(cast, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    tell(cast, 1)
    tell(cast, 2)
    assert mail.send_due(now=NOW) == 0
    assert sorted(Notice.objects.values_list("mail_attempts", flat=True)) == [0, 1]


def test_it_gives_up_in_the_end(cast, mailbox):
    tell(cast)
    mailbox.refuses = True
    moment = NOW
    for _ in range(20):
        mail.send_due(now=moment)
        moment += timedelta(days=2)
    notice = Notice.objects.get()
    assert (notice.mail_attempts, notice.mail_next_attempt_at) == (len(mail.WAITS) + 1, None)


def test_a_worker_that_dies_while_sending_leaves_the_mail_for_later(cast, mailbox, monkeypatch):
    tell(cast)

    class Killed(BaseException):
        pass

    def dies(*args, **kwargs):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", dies)
        with pytest.raises(Killed):
            mail.send_due(now=NOW)
    assert mail.send_due(now=NOW + timedelta(minutes=1)) == 1
    assert len(mailbox.messages) == 1


def test_four_workers_send_twenty_mails_once(committed_cast, mailbox):
    for number in range(20):
        tell(committed_cast, number)
    gate, sent = threading.Barrier(4), []

    def work():
        try:
            gate.wait()
            sent.append(mail.send_due(now=NOW))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(sent) == 20
    assert len({message["Message-ID"] for _, message in mailbox.messages}) == len(mailbox.messages) == 20


def test_the_task_reads_the_clock_and_knocks(cast, mailbox, monkeypatch):
    tell(cast)
    monkeypatch.setattr("security.notices.tasks.timezone.now", lambda: NOW)
    tasks.send_due()
    assert len(mailbox.messages) == 1


def test_a_round_has_its_limit(cast, mailbox):
    for number in range(3):
        tell(cast, number)
    assert [mail.send_due(now=NOW, limit=2), mail.send_due(now=NOW, limit=2)] == [2, 1]
