"""证明材料: what is taken, who takes it, the scanner asked for real, and what was sent on is kept."""

import hashlib
import io
import json
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from gdshare.lib import uploads
from gdshare.lib.errors import Conflict, Denied, Invalid
from security.notices.models import Notice
from sharing.share_requests import actions
from sharing.share_requests.models import Attachment, DecisionReceipt
from sharing.share_requests.workflow import Status
from tests.atomic import assert_atomic_with_audit
from tests.factories.sharing import AT, PAPER, attached, draft_request, review, share_request_at

BAD = b"%PDF-1.7 X5O!P%@AP-EICAR-STANDARD"
SCANNER = """
import os, pathlib, sys, time
mode = pathlib.Path(sys.argv[1]).read_text()
if mode == "hang": time.sleep(30)
if mode == "crash": os.kill(os.getpid(), 9)
if mode == "broken": print("database is locked"); sys.exit(2)
found = b"EICAR" in sys.stdin.buffer.read()
print("stream: Eicar-Signature FOUND" if found else "stream: OK")
sys.exit(1 if found else 0)
"""


@pytest.fixture
def scanner(settings, tmp_path) -> Path:
    """A real command; the file says how it behaves."""
    script, mode = tmp_path / "scan.py", tmp_path / "mode"
    script.write_text(SCANNER)
    mode.write_text("works")
    settings.ATTACHMENT_SCANNER = [sys.executable, str(script), str(mode)]
    settings.ATTACHMENT_SCANNER_SECONDS = 20
    return mode


def take(attachment, by):
    attachment = Attachment.objects.select_related("share_request").get(pk=attachment.pk)
    with actions.take_attachment(
        share_request=attachment.share_request, by=by, now=AT, attachment=attachment
    ) as kept:  # fmt: skip
        return kept.read()


def archive(member):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as written:
        written.writestr(member, "甲")
    return target.getvalue()


# What is taken -------------------------------------------------------------------------------------------------------
def test_a_file_is_kept_under_a_name_of_ours(cast):
    made = attached(cast, draft_request(cast), name="..\\..\\三定\u202efdp.\x00规定 .pdf")
    assert (made.name, made.size, made.sha256) == ("三定fdp.规定 .pdf", len(PAPER), hashlib.sha256(PAPER).hexdigest())
    assert made.file.name.startswith("attachments/")
    assert "三定" not in made.file.name
    event = AuditEvent.objects.get(verb="share_request.attach")
    assert event.facts == {"file_name": made.name, "sha256": made.sha256}


def test_kind_by_content_size_number_and_sameness(cast, monkeypatch):
    draft = draft_request(cast)
    for name, content, says in (
        ("材料.exe", b"MZ", "格式不收"),
        ("材料.pdf.html", b"%PDF-", "格式不收"),
        ("材料.pdf", b"<html>", "内容不是 pdf 文件"),
        ("材料.docx", archive("xl/workbook.xml"), "内容不是 docx 文件"),
        ("材料.xlsx", uploads.ZIP + b"no archive", "内容不是 xlsx 文件"),
    ):
        with pytest.raises(Invalid, match=says):
            attached(cast, draft, name=name, content=content)
    document = archive("word/document.xml")
    attached(cast, draft, name="材料.docx", content=document)
    with pytest.raises(Invalid, match="已经上传过"):
        attached(cast, draft, name="又名.docx", content=document)
    monkeypatch.setattr(actions.attaching, "MOST_FILES", 1)
    with pytest.raises(Invalid, match="最多 1 份"):
        attached(cast, draft)
    monkeypatch.setattr(uploads, "MOST_BYTES", 10)
    with pytest.raises(Invalid, match="超过 20 MB"):
        attached(cast, draft)


def test_only_the_requesters_handler_and_only_while_he_writes(cast):
    draft = draft_request(cast)
    for person in (cast.huang, cast.li, cast.liang, cast.wu):
        file = SimpleUploadedFile("材料.pdf", PAPER)
        with pytest.raises(Denied, match="由申请部门的经办办理"):
            actions.attach(share_request=draft, by=person, now=AT, file=file)
    with pytest.raises(Conflict, match="内容不能再改"):
        attached(cast, share_request_at(cast, Status.UNDER_REVIEW))
    returned = share_request_at(cast, Status.RETURNED)
    assert attached(cast, returned).sent_at is None
    assert_atomic_with_audit(lambda: attached(cast, returned, content=PAPER + b"2"), Attachment)


def test_a_file_goes_until_it_is_sent_on(cast, django_capture_on_commit_callbacks):
    draft = draft_request(cast)
    first, second = attached(cast, draft), attached(cast, draft, content=PAPER + b"2")
    with django_capture_on_commit_callbacks(execute=True):
        actions.detach(share_request=draft, by=cast.chen, now=AT, attachment_id=first.pk)
    assert not first.file.storage.exists(first.file.name)
    actions.submit(share_request=draft, by=cast.chen, now=AT)
    actions.endorse(share_request=draft, by=cast.huang, now=AT)
    actions.return_(share_request=draft, by=cast.li, now=AT, points=["补一份"])
    third = attached(cast, draft, content=PAPER + b"3")
    with pytest.raises(Conflict, match="已随申请送出"):
        actions.detach(share_request=draft, by=cast.chen, now=AT, attachment_id=second.pk)
    with pytest.raises(Conflict, match="已经删除"):
        actions.detach(share_request=draft, by=cast.chen, now=AT, attachment_id=first.pk)
    actions.complete(share_request=draft, by=cast.chen, now=AT, note="已补")
    sent = Attachment.objects.filter(pk__in=[second.pk, third.pk])
    assert set(sent.values_list("sent_at", flat=True)) == {AT}
    for change in (
        lambda: sent.filter(pk=second.pk).delete(),
        lambda: sent.update(sha256="0" * 64),
        lambda: sent.update(sent_at=None),
    ):
        with pytest.raises(IntegrityError, match="证明材料不能改动"), transaction.atomic():
            change()


# Who takes it --------------------------------------------------------------------------------------------------------
def test_the_parties_take_it_unscanned_where_there_is_no_scanner(cast):
    draft = draft_request(cast)
    made = attached(cast, draft)
    assert made.state == "UNSCANNED"
    actions.submit(share_request=draft, by=cast.chen, now=AT)
    actions.endorse(share_request=draft, by=cast.huang, now=AT)
    for person in (cast.chen, cast.huang, cast.li, cast.zhou, cast.liang):
        assert take(made, person) == PAPER
    assert AuditEvent.objects.filter(verb="share_request.take_attachment").count() == 5
    for person in (cast.wu, cast.auditor):
        with pytest.raises(Denied, match="只对申请部门、提供部门和主管部门开放"):
            take(made, person)
    made.file.storage.delete(made.file.name)
    with pytest.raises(Conflict, match="不在存储里"):
        take(made, cast.chen)


# The scanner ---------------------------------------------------------------------------------------------------------
def test_a_real_scanner_clears_one_and_stops_another(cast, scanner):
    draft = draft_request(cast)
    good, bad = attached(cast, draft), attached(cast, draft, name="有毒.pdf", content=BAD)
    for waiting in (good, bad):
        with pytest.raises(Denied, match="还没有查毒"):
            take(waiting, cast.chen)
    assert actions.scan_due(now=AT) == 2
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.state, good.finding, good.scanned_at) == ("CLEAN", "stream: OK", AT)
    assert (bad.state, bad.finding, bad.attempts) == ("HARMFUL", "stream: Eicar-Signature FOUND", 1)
    assert take(good, cast.chen) == PAPER
    with pytest.raises(Denied, match="查出有害内容"):
        take(bad, cast.chen)
    assert [one.recipient for one in Notice.objects.filter(title="证明材料有害：有毒.pdf")] == [cast.chen]
    assert AuditEvent.objects.filter(verb="share_request.scan").count() == 2
    with pytest.raises(Invalid, match=r"证明材料“有毒\.pdf”查出有害内容"):
        actions.submit(share_request=draft, by=cast.chen, now=AT)
    actions.detach(share_request=draft, by=cast.chen, now=AT, attachment_id=bad.pk)
    actions.submit(share_request=draft, by=cast.chen, now=AT)
    assert actions.scan_due(now=AT + timedelta(days=1)) == 0


@pytest.mark.parametrize(
    ("mode", "says"),
    [("hang", "秒内没有回答"), ("crash", "以 -9 结束"), ("broken", "以 2 结束：database is locked"), ("", "不能运行")],
)
def test_no_answer_clears_nothing_and_is_asked_again(cast, scanner, settings, mode, says):
    made = attached(cast, draft_request(cast), content=BAD)
    scanner.write_text(mode)
    working = settings.ATTACHMENT_SCANNER
    if mode == "hang":
        settings.ATTACHMENT_SCANNER_SECONDS = 1
    if not mode:
        settings.ATTACHMENT_SCANNER = [str(scanner.parent / "absent")]
    assert actions.scan_due(now=AT) == 0
    made.refresh_from_db()
    assert (made.state, made.attempts, made.next_attempt_at) == ("WAITING", 1, AT + timedelta(minutes=5))
    assert says in made.error
    with pytest.raises(Denied, match="还没有查毒"):
        take(made, cast.chen)
    settings.ATTACHMENT_SCANNER, settings.ATTACHMENT_SCANNER_SECONDS = working, 20
    scanner.write_text("works")
    assert actions.scan_due(now=AT + timedelta(minutes=4)) == 0
    assert actions.scan_due(now=AT + timedelta(minutes=5)) == 1
    made.refresh_from_db()
    assert (made.state, made.attempts, made.error) == ("HARMFUL", 2, "")


def test_a_worker_that_died_leaves_a_row_that_is_asked_again(cast, scanner, monkeypatch):
    made = attached(cast, draft_request(cast))

    def died(*_args):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(actions.scanning, "_settle", died)
        with pytest.raises(SystemExit):
            actions.scan_due(now=AT)
    assert actions.scan_due(now=AT) == 0
    assert actions.scan_due(now=AT + timedelta(minutes=5)) == 1
    made.refresh_from_db()
    assert (made.state, made.attempts) == ("CLEAN", 2)


def test_a_scanner_that_comes_later_asks_about_what_was_there(cast, scanner, settings):
    command, settings.ATTACHMENT_SCANNER = settings.ATTACHMENT_SCANNER, []
    made = attached(cast, draft_request(cast))
    assert take(made, cast.chen) == PAPER
    settings.ATTACHMENT_SCANNER = command
    with pytest.raises(Denied, match="还没有查毒"):
        take(made, cast.chen)
    assert actions.scan_due(now=AT) == 1
    made.refresh_from_db()
    assert made.state == "CLEAN"
    waiting = attached(cast, made.share_request, content=PAPER + b"2")
    settings.ATTACHMENT_SCANNER = []
    actions.scan_due(now=AT)
    waiting.refresh_from_db()
    assert waiting.state == "UNSCANNED"


# On the papers -------------------------------------------------------------------------------------------------------
def test_the_receipt_and_the_dossier_hold_it(cast, scanner):
    draft = draft_request(cast)
    good = attached(cast, draft)
    actions.scan_due(now=AT)
    bad = attached(cast, draft, name="有毒.pdf", content=BAD)
    actions.submit(share_request=draft, by=cast.chen, now=AT)
    actions.endorse(share_request=draft, by=cast.huang, now=AT)
    actions.scan_due(now=AT)
    warned = Notice.objects.filter(title="证明材料有害：有毒.pdf").values_list("recipient__username", flat=True)
    assert set(warned) == {"chen", "li", "liang"}, "whoever was sent it may have taken it"
    draft.refresh_from_db()
    review(cast, draft, AT, conclusion="APPROVE", opinion="同意")
    told = json.loads(DecisionReceipt.objects.get(share_request=draft).text)["attachments"]
    assert [(one["name"], one["sha256"]) for one in told] == [(good.name, good.sha256), (bad.name, bad.sha256)]
    with actions.take_dossier(share_request=draft, by=cast.li, now=AT) as file, zipfile.ZipFile(file) as archive:
        case = json.loads(archive.read("case.json"))["attachments"]
        assert archive.read("attachments/1.pdf") == PAPER
        assert "attachments/2.pdf" not in archive.namelist()
    assert [(one["file"], one["scan"]) for one in case] == [("attachments/1.pdf", "安全"), (None, "有害")]


def test_a_file_that_is_lost_does_not_cost_the_rest_of_the_dossier(cast):
    draft = draft_request(cast)
    lost, kept = attached(cast, draft), attached(cast, draft, content=PAPER + b"2")
    lost.file.storage.delete(lost.file.name)
    with actions.take_dossier(share_request=draft, by=cast.chen, now=AT) as file, zipfile.ZipFile(file) as archive:
        case = json.loads(archive.read("case.json"))["attachments"]
        assert archive.read("attachments/2.pdf") == PAPER + b"2"
        assert "attachments/1.pdf" not in archive.namelist()
    assert [(one["sha256"], one["file"], one["is_lost"]) for one in case] == [
        (lost.sha256, None, True), (kept.sha256, "attachments/2.pdf", False),
    ]  # fmt: skip
