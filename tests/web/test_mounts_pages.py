"""挂接 pages: the provider's own department, upload in the background, faults to take away."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from catalog.mounts import actions
from catalog.mounts.models import TableVersion
from tests.client import assert_constant_queries, visible_text, web_client
from tests.factories.catalog import published_resource
from tests.factories.mounts import ROWS, load, mounted_resource, text_items


@pytest.fixture(autouse=True)
def _knocks(monkeypatch):
    """The knock goes nowhere: the beat's resume takes the load up."""
    from kombu.exceptions import OperationalError

    from catalog.mounts import views

    def lost(*args, **kwargs):
        raise OperationalError("no broker")

    monkeypatch.setattr(views.current_app, "send_task", lost)


def upload(name="数据.csv", content=ROWS, **fields):
    return {"file": SimpleUploadedFile(name, content.encode()), "has_header": "on"} | fields


@pytest.mark.parametrize(
    ("name", "seen", "may"),
    [("li", 200, 200), ("zhou", 200, 403), ("chen", 404, 404), ("liang", 404, 404), ("wu", 404, 404),
     ("sysadmin", 404, 404), ("auditor", 404, 404)],
)  # fmt: skip
def test_who_sees_and_who_uploads(cast, name, seen, may):
    resource = mounted_resource(cast)
    client = web_client(cast.people[name])
    assert client.get(f"/catalog/mounts/{resource.pk}/").status_code == seen
    assert client.get(f"/catalog/mounts/{resource.pk}/upload/").status_code == may
    assert client.post(f"/catalog/mounts/{resource.pk}/upload/", upload()).status_code == (302 if may == 200 else may)
    version = TableVersion.objects.get(number=1)
    assert client.get(f"/catalog/mounts/versions/{version.pk}/").status_code == seen
    assert client.get(f"/catalog/mounts/versions/{version.pk}/faults.csv").status_code == seen


def test_an_upload_is_loaded_in_the_background_and_shown(cast):
    resource = published_resource(cast)
    client = web_client(cast.li)
    client.post(f"/catalog/mounts/{resource.pk}/upload/", upload())
    waiting = client.get(f"/catalog/mounts/{resource.pk}/").content.decode()
    assert "排队中" in waiting
    assert "every 2s" in waiting
    for version_id in actions.resumable(now=timezone.now()):
        actions.load_version(version_id=version_id, by=None, now=timezone.now())
    done = client.htmx(f"/catalog/mounts/{resource.pk}/").content.decode()
    assert "在用" in done
    assert "every 2s" not in done
    assert "<html" not in done


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"file": ""}, "请选择文件"),
        ({"file": SimpleUploadedFile("数据.docx", b"x")}, "不是可以挂接的文件"),
        ({"file": SimpleUploadedFile("数据.csv", b"")}, "文件是空的"),
        ({"skip_top": "-1"}, "大于"),
        ({"encoding": "klingon"}, "klingon"),
    ],
)
def test_a_wrong_form_comes_back_with_the_reason(cast, fields, words):
    resource = published_resource(cast)
    answer = web_client(cast.li).post(f"/catalog/mounts/{resource.pk}/upload/", upload() | fields)
    assert answer.status_code == 422
    assert words in visible_text(answer.content.decode())
    assert not TableVersion.objects.exists()


def test_faults_are_shown_and_downloaded_without_formulas(cast):
    resource = published_resource(cast, items=text_items(["a1"], f1="I"))
    version = load(resource, "a1\n1\n2\n=1+1\n", cast.li)
    client = web_client(cast.li)
    page = visible_text(client.get(f"/catalog/mounts/versions/{version.pk}/").content.decode())
    assert "不是整数" in page
    text = client.get(f"/catalog/mounts/versions/{version.pk}/faults.csv").content.decode("utf-8-sig")
    assert "4,a1,'=1+1,不是整数" in text


def test_the_list_asks_the_database_no_more_with_more_rows(cast):
    resource = published_resource(cast, items=text_items(["a1"]))
    assert_constant_queries(
        web_client(cast.li), f"/catalog/mounts/{resource.pk}/", lambda: load(resource, "a1\n1\n", cast.li)
    )
