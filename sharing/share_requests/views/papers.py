"""The papers of a case as files. Each download is an act: it goes to the log."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gdshare.lib.reads import records_reads
from sharing.share_requests import actions
from sharing.share_requests.sending import sent
from sharing.share_requests.views.answers import visible


@require_GET
@records_reads
def application(request: HttpRequest, pk: int) -> FileResponse | HttpResponse:
    """政务信息资源共享申请表."""
    share_request = visible(request, pk)
    written = actions.take_application(share_request=share_request, by=request.user, now=timezone.now())
    return sent(written, f"{share_request.number}-application.pdf")


@require_GET
@records_reads
def answer(request: HttpRequest, pk: int) -> FileResponse | HttpResponse:
    """政务信息资源共享答复书."""
    share_request = visible(request, pk)
    written = actions.take_answer(share_request=share_request, by=request.user, now=timezone.now())
    return sent(written, f"{share_request.number}-answer.pdf")


@require_GET
@records_reads
def dossier(request: HttpRequest, pk: int) -> FileResponse | HttpResponse:
    """案卷."""
    share_request = visible(request, pk)
    written = actions.take_dossier(share_request=share_request, by=request.user, now=timezone.now())
    return sent(written, f"{share_request.number}.zip")
