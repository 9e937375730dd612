"""取用 in the browser: which items open, the masked preview, the files."""

import io

import openpyxl
import pytest

from audit.models import AuditEvent
from sharing.delivery import workbook
from sharing.delivery.models import ServiceCall
from tests.client import visible_text, web_client
from tests.factories.delivery import granted_resource
from tests.factories.mounts import mounted_resource, text_items


def url(resource, tail=""):
    return f"/sharing/delivery/{resource.pk}/{tail}"


@pytest.mark.parametrize(
    ("name", "panel", "words"),
    [
        ("chen", 200, "原值"), ("huang", 200, "原值"), ("li", 200, "原值"), ("wu", 200, "还没有授权"),
        ("liang", 200, "还没有授权"), ("sysadmin", 404, ""), ("secadmin", 404, ""), ("auditor", 404, ""),
    ],
)  # fmt: skip
def test_the_panel_says_what_is_open_and_why_not(cast, name, panel, words):
    resource = granted_resource(cast)
    answer = web_client(cast.people[name]).get(url(resource))
    assert answer.status_code == panel
    assert words in visible_text(answer.content.decode())


def test_the_slot_is_a_fragment_of_the_same_page(cast):
    resource = granted_resource(cast, items=2)
    fragment = web_client(cast.chen).htmx(url(resource)).content.decode()
    assert "<html" not in fragment
    assert fragment.count("disabled") == 4


@pytest.mark.parametrize(("name", "status"), [("wu", 403), ("liang", 403), ("auditor", 404)])
def test_who_may_not_take_gets_no_file(cast, name, status):
    resource = granted_resource(cast)
    assert web_client(cast.people[name]).post(url(resource, "download/"), {"format": "csv"}).status_code == status
    assert not ServiceCall.objects.exists()


def test_a_refused_download_is_in_the_log(cast):
    resource = granted_resource(cast)
    web_client(cast.wu).post(url(resource, "download/"), {"format": "csv"})
    event = AuditEvent.objects.get(verb="data.take")
    assert (event.is_allowed, event.actor_name) == (False, "吴刚")


def test_the_csv_opens_in_a_spreadsheet_and_runs_nothing(committed_cast):
    content = '编号,数,是否\n"=HYPERLINK(""x"")",-5,是\n@SUM,7,否\n-1+1,8,\n'
    resource = mounted_resource(
        committed_cast, items=text_items(["编号", "数", "是否"], f2="I", f3="L"), content=content
    )
    response = web_client(committed_cast.chen).post(url(resource, "download/"), {"format": "csv"})
    text = b"".join(response.streaming_content).decode()
    assert text == '\ufeff编号,数,是否\n"\'=HYPERLINK(""x"")",-5,是\n\'@SUM,7,否\n\'-1+1,8,\n'


def test_only_the_chosen_items_are_in_the_file(committed_cast):
    resource = granted_resource(committed_cast)
    response = web_client(committed_cast.chen).post(
        url(resource, "download/"), {"format": "csv", "items": ["djrq", "jzmj"]}
    )
    assert b"".join(response.streaming_content).decode().splitlines()[:2] == [
        "\ufeff登记日期,建筑面积",
        "2026-01-02,89.62",
    ]


def test_the_workbook_holds_texts_as_texts_and_numbers_as_numbers(committed_cast):
    content = "编号,数,长数\n0101,1.50,123456789012345678\n=1+1,2,3\n"
    resource = mounted_resource(
        committed_cast, items=text_items(["编号", "数", "长数"], f2="N", f3="I"), content=content
    )
    response = web_client(committed_cast.chen).post(url(resource, "download/"), {"format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    response.close()
    cells = [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert cells == [
        [("0101", "s"), (1.5, "n"), ("123456789012345678", "s")], [("=1+1", "s"), (2, "n"), (3, "n")],
    ]  # fmt: skip
    assert ServiceCall.objects.get().row_count == 2


def test_a_table_longer_than_a_sheet_is_refused_with_the_way_out(cast, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)
    answer = web_client(cast.chen).post(url(granted_resource(cast), "download/"), {"format": "xlsx"})
    assert answer.status_code == 400
    assert "请改选 CSV" in visible_text(answer.content.decode())


@pytest.mark.parametrize("data", [{"format": "pdf"}, {}, {"format": "csv", "items": ["jzmj"]}])
def test_a_wrong_choice_comes_back_with_the_reason(cast, data):
    resource = granted_resource(cast, items=2)
    answer = web_client(cast.chen).post(url(resource, "download/"), data)
    assert answer.status_code == 422
    assert not ServiceCall.objects.exists()


@pytest.mark.parametrize("name", ["chen", "li"])
def test_the_preview_masks_for_everybody_and_never_shows_l4(cast, name):
    resource = granted_resource(cast)
    page = visible_text(web_client(cast.people[name]).get(url(resource, "preview/")).content.decode())
    assert "陈**" in page
    assert "陈大文" not in page
    assert "4401" not in page.replace("440106001001GB00001F0001000", "")
    assert "没有预览：权利人身份证号" in page
    assert AuditEvent.objects.filter(verb="data.preview", subject_id=resource.pk).count() == 1


def test_the_preview_of_what_is_not_granted_shows_no_row(cast):
    page = visible_text(web_client(cast.wu).get(url(granted_resource(cast), "preview/")).content.decode())
    assert "现在不能预览" in page
    assert "GB00001" not in page
