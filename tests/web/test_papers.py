"""The papers of a case on its page and as files: who is offered them, who gets them, and what a refusal says."""

import io
import zipfile

import pytest
from django.urls import reverse
from pypdf import PdfReader

from sharing.share_requests.workflow import DECIDED, Status
from tests.client import visible_text, web_client
from tests.factories.sharing import share_request_at

NAMES = ("application_pdf", "answer_pdf", "dossier_zip")


def path(name, case):
    return reverse(f"sharing:share_requests:{name}", args=[case.pk])


def test_the_page_offers_what_there_is(cast):
    for status in (Status.DRAFT, Status.UNDER_REVIEW, *DECIDED):
        case = share_request_at(cast, status)
        page = web_client(cast.chen).get(path("detail", case)).content.decode()
        offered = {name for name in NAMES if path(name, case) in page}
        assert offered == (set(NAMES) if status in DECIDED else {"application_pdf", "dossier_zip"})


@pytest.mark.parametrize("who", ["chen", "huang", "li", "zhou", "liang", "he", "wu", "auditor", "sysadmin", "secadmin"])
def test_who_sees_the_case_gets_its_papers(cast, who):
    case = share_request_at(cast, Status.APPROVED)
    client = web_client(cast.people[who])
    expected = client.get(path("detail", case)).status_code
    assert expected == (404 if who in {"wu", "auditor", "sysadmin", "secadmin"} else 200)
    for name in NAMES:
        assert client.get(path(name, case)).status_code == expected
        assert client.post(path(name, case)).status_code == 405


def test_what_arrives(cast):
    case = share_request_at(cast, Status.APPROVED)
    client = web_client(cast.chen)
    for name, title in (("application", "申请表"), ("answer", "答复书")):
        response = client.get(path(f"{name}_pdf", case))
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"] == f'attachment; filename="{case.number}-{name}.pdf"'
        assert response["Cache-Control"] == "private, no-store"
        assert title in PdfReader(io.BytesIO(response.content)).pages[0].extract_text()
    response = client.get(path("dossier_zip", case))
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == f'attachment; filename="{case.number}.zip"'
    assert response["Cache-Control"] == "private, no-store"
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        assert archive.testzip() is None


def test_before_the_answer_the_page_says_when_to_come_back(cast):
    case = share_request_at(cast, Status.UNDER_REVIEW)
    response = web_client(cast.chen).get(path("answer_pdf", case))
    assert response.status_code == 409
    assert "请在答复之后下载" in visible_text(response.content.decode())
