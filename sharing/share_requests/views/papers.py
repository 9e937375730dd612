"""The papers of a case as files. Each download is an act: it goes to the log."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from sharing.share_requests import actions
from sharing.share_requests.views.answers import visible


@require_GET
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """政务信息资源共享申请表."""
    share_request = visible(request, pk)
    written = actions.take_application(share_request=share_request, by=request.user, now=timezone.now())
    return pdf(written, f"{share_request.number}-application.pdf")


@require_GET
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """政务信息资源共享答复书."""
    share_request = visible(request, pk)
    written = actions.take_answer(share_request=share_request, by=request.user, now=timezone.now())
    return pdf(written, f"{share_request.number}-answer.pdf")


@require_GET
def dossier(request: HttpRequest, pk: int) -> FileResponse:
    """案卷."""
    share_request = visible(request, pk)
    written = actions.take_dossier(share_request=share_request, by=request.user, now=timezone.now())
    return FileResponse(
        written, as_attachment=True, filename=f"{share_request.number}.zip", content_type="application/zip"
    )


def pdf(written: bytes, name: str) -> HttpResponse:
    """A PDF to keep, never one of a shared store."""
    response = HttpResponse(written, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
