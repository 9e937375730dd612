"""证明材料 on the pages: handed in, taken away again, taken as a download."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gdshare.lib.errors import Invalid
from gdshare.lib.reads import records_reads
from sharing.share_requests import actions
from sharing.share_requests.sending import sent_unread
from sharing.share_requests.views.answers import done, visible


@require_POST
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        raise Invalid("没有选择文件，或文件是空的。", remedy="请先选择一份证明材料。")
    made = actions.attach(share_request=visible(request, pk), by=request.user, now=timezone.now(), file=file)
    return done(request, _form_url(pk), f"已上传“{made.name}”")


@require_POST
def detach(request: HttpRequest, pk: int) -> HttpResponse:
    number = request.POST.get("attachment", "")
    actions.detach(
        share_request=visible(request, pk), by=request.user, now=timezone.now(),
        attachment_id=int(number) if number.isdecimal() else 0,
    )  # fmt: skip
    return done(request, _form_url(pk), "已删除")


@require_GET
@records_reads
def attachment(request: HttpRequest, pk: int, attachment_pk: int) -> FileResponse:
    """One file, as a download only; whether it may go out is asked here, each time."""
    share_request = visible(request, pk)
    found = get_object_or_404(share_request.attachments, pk=attachment_pk)
    kept = actions.take_attachment(
        share_request=share_request, by=request.user, now=timezone.now(), attachment=found
    )  # fmt: skip
    return sent_unread(kept, found.name)


def _form_url(pk: int) -> str:
    return reverse("sharing:share_requests:edit", args=[pk]) + "#f-attachments"
