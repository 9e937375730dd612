"""What stands beside an application on its pages: 证明材料."""

from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sharing.share_requests.models import Attachment
from sharing.share_requests.workflow import Status
from tests.client import assert_constant_queries, visible_text, web_client
from tests.factories.sharing import PAPER, attached, draft_request, share_request_at


def url(name, *args):
    return reverse(f"sharing:share_requests:{name}", args=args)


def test_a_file_comes_and_goes_without_script(cast):
    draft = draft_request(cast)
    client, edit = web_client(cast.chen), url("edit", draft.pk)
    empty = client.post(url("attach", draft.pk), {})
    assert empty.status_code == 400
    sent = client.post(url("attach", draft.pk), {"file": SimpleUploadedFile("三定.pdf", PAPER)})
    assert sent.url == f"{edit}#f-attachments"
    text = visible_text(client.get(edit).content.decode())
    assert "三定.pdf" in text
    assert "没有查过毒" in text
    made = Attachment.objects.get()
    client.post(url("detach", draft.pk), {"attachment": made.pk})
    assert not Attachment.objects.exists()
    assert client.post(url("detach", draft.pk), {"attachment": "甲"}).status_code == 409
    refused = client.post(url("attach", draft.pk), {"file": SimpleUploadedFile("三定.exe", PAPER)})
    assert refused.status_code == 400
    assert "格式不收" in refused.content.decode()


def test_a_download_is_a_download_and_asked_at_the_exit(cast, settings):
    draft = draft_request(cast)
    made = attached(cast, draft, name="三定 规定.pdf")
    path = url("attachment", draft.pk, made.pk)
    response = web_client(cast.chen).get(path)
    assert b"".join(response.streaming_content) == PAPER
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["Cache-Control"] == "private, no-store"
    for person in (cast.li, cast.wu, cast.auditor):
        assert web_client(person).get(path).status_code == 404
    other = draft_request(cast)
    assert web_client(cast.chen).get(url("attachment", other.pk, made.pk)).status_code == 404
    settings.ATTACHMENT_SCANNER = ["/bin/true"]
    page = web_client(cast.chen).get(url("edit", draft.pk)).content.decode()
    assert path not in page
    assert "还没有查毒" in visible_text(page)
    assert web_client(cast.chen).get(path).status_code == 403


def test_reviewers_see_the_files_in_a_constant_number_of_queries(cast):
    returned = share_request_at(cast, Status.RETURNED)
    attached(cast, returned, name="补一.pdf")
    for name in ("detail", "review"):
        page = visible_text(web_client(cast.li).get(url(name, returned.pk)).content.decode())
        assert "补一.pdf" in page
    number = count()
    assert_constant_queries(
        web_client(cast.li), url("detail", returned.pk),
        lambda: attached(cast, returned, content=PAPER + bytes([next(number)])),
    )  # fmt: skip
