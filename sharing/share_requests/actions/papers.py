"""Taking the papers of a case away. Nothing changes but the log: who took what, and when (50号 Art 28)."""

from datetime import datetime
from typing import IO, Any

from django.db import transaction

from audit import log
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict
from sharing.share_requests import policies
from sharing.share_requests.models import DecisionReceipt, ShareRequest
from sharing.share_requests.queries import papers
from sharing.share_requests.queries.case import case_view
from sharing.share_requests.queries.dossier import dossier
from sharing.share_requests.queries.marks import with_steps


@transaction.atomic
def take_application(*, share_request: ShareRequest, by: Any, now: datetime) -> bytes:
    """政务信息资源共享申请表."""
    held = _held(share_request)
    policies.take_application(by, held).enforce()
    written = papers.application(case_view(by, held, today=day_of(now)))
    log.record("share_request.take_application", by=by, at=now, subject=held)
    return written


@transaction.atomic
def take_answer(*, share_request: ShareRequest, by: Any, now: datetime) -> bytes:
    """政务信息资源共享答复书. Raises Conflict until there is an answer."""
    held = _held(share_request)
    policies.take_answer(by, held).enforce()
    receipt = DecisionReceipt.objects.filter(share_request=held).first()
    if receipt is None:
        raise Conflict(
            "这份申请没有签名的答复回执，不能出具答复书。", remedy="请在答复之后下载；现在可以下载申请表和案卷。"
        )
    written = papers.answer(held, receipt, today=day_of(now))
    log.record("share_request.take_answer", by=by, at=now, subject=held)
    return written


@transaction.atomic
def take_dossier(*, share_request: ShareRequest, by: Any, now: datetime) -> IO[bytes]:
    """案卷, as an open file that the caller sends and closes."""
    held = _held(share_request)
    policies.take_dossier(by, held).enforce()
    view = case_view(by, held, today=day_of(now))
    written = dossier(view, department=by.acting.department.pk, today=day_of(now))
    log.record("share_request.take_dossier", by=by, at=now, subject=held)
    return written


def _held(share_request: ShareRequest) -> ShareRequest:
    """The application, which nobody moves while its papers are written: all of them tell of one state."""
    locked = ShareRequest.objects.locked().get(pk=share_request.pk)
    return with_steps(ShareRequest.objects.filter(pk=locked.pk)).get()
