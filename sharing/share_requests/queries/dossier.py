"""案卷: one case as a zip that can be checked without the portal (50号 Art 23, 28).

The same case taken twice by one department is the same file, byte by byte: no time of making is in it, and that copies
were taken is told by the log alone. Entries are written one after the other into a file, never held together.
"""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings

from audit import labels
from audit import queries as audit
from gdshare.lib import signing
from gdshare.lib.clock import SHANGHAI
from sharing.deadlines import receipt as computations
from sharing.share_requests import receipt as receipts
from sharing.share_requests import workflow
from sharing.share_requests.models import Attachment, DecisionReceipt, ShareRequest
from sharing.share_requests.queries import papers
from sharing.share_requests.queries.attached import AttachmentLine
from sharing.share_requests.queries.case import CaseView

FORMAT = "gdshare-dossier/1"
SCRIPTS = {
    "verify_dossier.py": "核验案卷的脚本",
    "verify_receipt.py": "核验答复回执的脚本",
    "recompute_deadline.py": "重算时限的脚本",
}
COPIES = (
    "share_request.take_attachment", "share_request.take_application", "share_request.take_answer",
    "share_request.take_dossier",
)  # fmt: skip
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The moment of every entry: the first that a zip can tell."""
README = """案卷 {number}

本压缩包是一份共享申请的案卷：申请表、答复书、案情数据、时限的算法文件、审计事件和签名的答复回执。
各文件的中文名称、大小和摘要（SHA-256，国密时是 SM3）见 manifest.json。全部核验不需要联网，也不需要平台。

需要 Python 3.11 和软件包 cryptography，国密签名另需 gmalg。公钥在 public_key.json 的 public 一栏；
这份公钥只供对照，请另从可信的途径取得公钥后再核验。

1. 核验整个压缩包（不要先解开）：
   python verify_dossier.py 公钥 {number}.zip
   显示 holds，即清单由平台签名，文件没有增、减、改。
2. 核验答复回执（已答复的才有）：
   python verify_receipt.py 公钥 receipt.json
   显示 holds，即回执内容是答复当时签名的内容。
3. 重算最迟答复日期：
   python recompute_deadline.py deadlines/*.json
   显示 OK，即按文件所列的日历和规则重算，日期一致。

audit.ndjson 只有取得案卷的部门自己办理的事件，一行一件；取得文书、案卷的记录只在平台的审计日志里。
"""


def dossier(view: CaseView, *, department: int, today: date) -> IO[bytes]:
    """The zip as an open temporary file, at its beginning. `department` is the reader's."""
    target: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the answer that is sent closes it
    with zipfile.ZipFile(target, "w") as archive:
        manifest = [_write(archive, name, title, content) for name, title, content in _files(view, department, today)]
        told = {
            "format": FORMAT, "number": view.share_request.number, "title": view.share_request.title, "files": manifest
        }  # fmt: skip
        text = _json(told)
        signature = signing.sign(text)
        _write(archive, "manifest.json", "", [text])
        named = {"algorithm": signature.algorithm, "key": signature.key, "value": signature.value}
        _write(archive, "manifest.signature.json", "", [_json(named)])
    target.seek(0)
    return target


def _files(view: CaseView, department: int, today: date) -> Iterator[tuple[str, str, Iterable[bytes]]]:
    """(name, title, content in pieces) of everything that the manifest names."""
    share_request = view.share_request
    yield "README.txt", "怎样离线核验", [README.format(number=share_request.number).encode()]
    yield "application.pdf", "政务信息资源共享申请表", [papers.application(view)]
    receipt = DecisionReceipt.objects.filter(share_request=share_request).first()
    if receipt is not None:
        yield "answer.pdf", "政务信息资源共享答复书", [papers.answer(share_request, receipt, today=today)]
        yield "receipt.json", "签名的答复回执", [_json(receipts.document(receipt))]
    if share_request.agreement is not None:
        yield "agreement.txt", str(share_request.agreement), [share_request.agreement.text.encode()]
    for number, line in enumerate(view.attachments, 1):
        if _is_there(line):
            with line.attachment.file.open("rb") as kept:
                yield _place(number, line.attachment), f"证明材料：{line.attachment.name}", kept.chunks()
    yield "case.json", "案情数据", [_json(content(view))]
    for number, deadline in enumerate(papers.clocks(share_request), 1):
        told = computations.receipt(deadline, today=today)
        yield f"deadlines/{number}.json", f"{told['clock']}时限的算法文件", [_json(told)]
    yield "audit.ndjson", "本部门办理的审计事件", _events(share_request, department)
    yield "public_key.json", "核验用的公钥", [_json(signing.public_key())]
    for name, title in SCRIPTS.items():
        yield name, title, [(Path(settings.BASE_DIR) / "docs" / name).read_bytes()]


def content(view: CaseView) -> dict[str, Any]:
    """The case as data, as far as its reader may see it."""
    share_request = view.share_request
    shows = view.is_reviewer or share_request.status in workflow.DECIDED
    return {
        "number": share_request.number,
        "batch": share_request.batch,
        "status": share_request.status,
        "status_label": share_request.get_status_display(),
        "title": share_request.title,
        "requester": _party(share_request.requester),
        "provider": _party(share_request.provider),
        "authority": _party(share_request.authority) if share_request.authority else None,
        "rule": {
            "code": view.profile.code, "version": share_request.profile.version,
            "document_no": view.profile.document_no,
        },
        "elements": [{"name": name, "text": text} for name, text in view.elements],
        "created_at": _moment(share_request.created_at),
        "submitted_at": _moment(share_request.submitted_at),
        "endorsed_at": _moment(share_request.endorsed_at),
        "decided_at": _moment(share_request.decided_at),
        "due_on": str(share_request.due_on) if share_request.due_on else None,
        "return_notice": share_request.return_notice,
        "completion_note": share_request.completion_note,
        "agreement": {
            "number": share_request.agreement.number, "sha256": share_request.agreement.sha256,
            "accepted_at": _moment(share_request.accepted_at),
            "accepted_by": share_request.accepted_by.name if share_request.accepted_by else None,
        } if share_request.agreement else None,
        "attachments": [
            {
                "name": line.attachment.name, "bytes": line.attachment.size, "sha256": line.attachment.sha256,
                "scan": line.attachment.get_state_display(), "uploaded_at": _moment(line.attachment.uploaded_at),
                "file": _place(number, line.attachment) if _is_there(line) else None,
                "is_lost": not _is_kept(line.attachment),
            }
            for number, line in enumerate(view.attachments, 1)
        ],
        "items": [
            {
                "resource": row.item.resource.code, "resource_name": row.item.resource.name,
                "identifier": row.item.identifier, "name": row.item.name, "grade": row.item.grade,
                "necessity": row.row.necessity, "decision": row.row.decision, "reason": row.row.reason,
            }
            for row in view.items
        ],
        "steps": [
            {
                "department": step.department.name, "side": step.side, "post": step.post, "duty": step.duty,
                "state": step.state, "decided_at": _moment(step.decided_at),
                "conclusion": step.conclusion if shows else "", "opinion": step.opinion if shows else "",
                "basis": step.basis if shows else "",
            }
            for step in share_request.steps.all()
        ],
        "timeline": [
            {"at": _moment(entry.at), "what": entry.title, "who": entry.who, "text": entry.text}
            for entry in view.timeline
            if entry.at
        ],
        "messages": [
            {
                "at": _moment(said.sent_at), "department": said.department.name, "who": said.sent_by.name,
                "text": said.text,
            }
            for said in share_request.messages.select_related("department", "sent_by").order_by("pk")
        ],
        "extensions": [
            {
                "state": one.state, "days": one.days, "reason": one.reason, "due_before": str(one.due_before),
                "due_after": str(one.due_after) if one.due_after else None, "opinion": one.opinion,
            }
            for one in view.extensions
        ],
        "grants": [
            {
                "resource": grant.resource.code, "status": grant.status, "valid_from": str(grant.valid_from),
                "valid_to": str(grant.valid_to),
            }
            for grant in view.grants
        ],
    }  # fmt: skip


def _is_there(line: AttachmentLine) -> bool:
    """Whether its reader may have the file, and it is still where it was put: one that is lost must not cost him the
    rest of the dossier, and case.json says so with its hash.
    """
    return bool(line.can_take) and _is_kept(line.attachment)


def _is_kept(attachment: Attachment) -> bool:
    name = attachment.file.name
    return bool(name) and attachment.file.storage.exists(str(name))


def _place(number: int, attachment: Attachment) -> str:
    """Where in the zip: a name of ours, since not every system writes Chinese ones; the title has its own."""
    return f"attachments/{number}{PurePosixPath(attachment.name).suffix.lower()}"


def _events(share_request: ShareRequest, department: int) -> Iterator[bytes]:
    """What the reader's own department did: the log of others is the auditor's (三员分立)."""
    filters = audit.Filters(subject_kind="sharerequest", subject_id=share_request.pk)
    for event in audit.every(filters):
        if event.department_id == department and event.verb not in COPIES:
            line = {
                "number": event.pk, "at": _moment(event.at), "verb": event.verb, "what": labels.label(event.verb),
                "actor": event.actor_name, "department": event.department_name, "role": event.role,
                "is_allowed": event.is_allowed, "facts": event.facts,
            }  # fmt: skip
            yield json.dumps(line, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _write(archive: zipfile.ZipFile, name: str, title: str, pieces: Iterable[bytes]) -> dict[str, Any]:
    """One entry, and its line of the manifest."""
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    algorithm, size = signing.digest(), 0
    digest = hashlib.new(algorithm)
    with archive.open(entry, "w") as target:
        for piece in pieces:
            target.write(piece)
            digest.update(piece)
            size += len(piece)
    return {"name": name, "title": title, "bytes": size, algorithm: digest.hexdigest()}


def _json(told: Any) -> bytes:
    return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _party(department: Any) -> dict[str, str]:
    return {"name": department.name, "uscc": department.uscc}


def _moment(moment: Any) -> str | None:
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds") if moment else None
