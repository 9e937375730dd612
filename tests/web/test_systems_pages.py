"""Pages of the register of systems."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalog.resources.models import ResourceSystem
from catalog.systems.models import InformationSystem
from tests.client import assert_constant_queries, visible_text, web_client
from tests.factories.catalog import draft_resource
from tests.factories.systems import approved_system, draft_system, registered_system, submitted_system

LIST = "/catalog/systems/"
FORM = {
    "name": "矿业权系统", "life": "RUNNING", "protection_level": "3", "online_on": "2020-01-02",
    "matters": "采矿权登记、探矿权登记", "tables": "",
}  # fmt: skip


def page(person, path):
    return visible_text(web_client(person).get(path).content.decode())


@pytest.mark.parametrize(
    ("name", "list_", "detail", "edit"),
    [("li", 200, 200, 200), ("zhou", 200, 200, 403), ("liang", 200, 404, 404), ("chen", 200, 404, 404),
     ("sysadmin", 403, 404, 404), ("auditor", 403, 404, 404)],
)  # fmt: skip
def test_who_opens_what(cast, name, list_, detail, edit):
    system = draft_system(cast)
    client = web_client(cast.people[name])
    assert client.get(LIST).status_code == list_
    assert client.get(f"{LIST}{system.pk}/").status_code == detail
    assert client.get(f"{LIST}{system.pk}/edit/").status_code == edit


def test_the_whole_way_by_the_pages(cast):
    li = web_client(cast.li)
    wrong = li.post(f"{LIST}new/", FORM | {"online_on": ""})
    assert wrong.status_code == 422
    assert "运行的系统没有填写上线日期。" in wrong.content.decode()
    assert li.post(f"{LIST}new/", FORM).status_code == 302
    system = InformationSystem.objects.get()
    here = f"{LIST}{system.pk}/"
    assert li.post(f"{here}edit/", FORM | {"tables": "采矿权表\n探矿权表"}).status_code == 302
    assert "采矿权表" in li.get(f"{here}edit/").content.decode()
    li.post(f"{here}submit/")
    web_client(cast.zhou).post(f"{here}approve/")
    assert "待主管部门核验" in page(cast.liang, here)
    web_client(cast.liang).post(f"{here}verify/")
    assert "已登记" in page(cast.li, here)
    li.post(f"{here}retire/", {"opinion": "并入新系统", "retired_on": "2026-01-01"})
    web_client(cast.zhou).post(f"{here}return/", {"opinion": "还在用"})
    assert "还在用" in page(cast.li, here)
    stale = li.post(f"{here}revise/")
    assert stale.status_code == 409


def test_filters_are_the_address(cast):
    draft_system(cast, name="甲系统", builder="南方公司", protection_level=2)
    registered_system(cast, name="乙系统", tables=["地籍图"])
    for query, seen in (
        ("q=南方", "甲系统"), ("q=地籍", "乙系统"), ("level=2", "甲系统"), ("status=REGISTERED", "乙系统"),
        ("life=STOPPED", ""), ("level=２&network=NOWHERE", ""), ("department=99999999999999", ""),
    ):  # fmt: skip
        text = page(cast.li, f"{LIST}?{query}")
        assert [name for name in ("甲系统", "乙系统") if name in text] == ([seen] if seen else []), query


def test_export_and_import_again(cast):
    registered_system(cast, name="乙系统")
    client = web_client(cast.li)
    sheet = b"".join(client.get(f"{LIST}export.xlsx?q=乙").streaming_content)
    rows = list(openpyxl.load_workbook(io.BytesIO(sheet)).active.values)
    assert (len(rows), rows[1][1]) == (2, "乙系统")
    answer = client.post(f"{LIST}import/", {"file": SimpleUploadedFile("普查.xlsx", sheet)})
    assert "全部导入" in answer.content.decode()
    empty = b"".join(client.get(f"{LIST}template.xlsx").streaming_content)
    assert len(list(openpyxl.load_workbook(io.BytesIO(empty)).active.values)) == 1
    bad = SimpleUploadedFile("普查.csv", "系统名称,等级保护\n丙系统,九级\n".encode())
    text = client.post(f"{LIST}import/", {"file": bad}).content.decode()
    assert "“九级”不在字典里。" in text
    assert web_client(cast.zhou).get(f"{LIST}import/").status_code == 403


def test_the_entry_form_offers_the_systems_of_its_department(cast):
    system = registered_system(cast, name="乙系统")
    registered_system(cast, name="民政系统", by=cast.chen, head=cast.huang)
    resource = draft_resource(cast)
    client = web_client(cast.li)
    edit = reverse("catalog:resources:edit", args=[resource.pk])
    text = client.get(edit).content.decode()
    assert "乙系统" in text
    assert "民政系统" not in text
    form = {
        "name": resource.name, "abstract": "摘要", "share_type": "UNCONDITIONAL", "update_cycle": "DAILY",
        "items-TOTAL_FORMS": "1", "items-INITIAL_FORMS": "0", "items-0-name": "姓名",
    }  # fmt: skip
    assert client.post(edit, form | {"systems": [system.pk]}).status_code == 302
    assert ResourceSystem.objects.get(resource=resource).system == system
    chosen = client.get(edit).content.decode().partition('name="systems"')[2].partition(">")[0]
    assert "checked" in chosen


def test_queries_do_not_grow_with_rows(cast):
    def more():
        submitted_system(cast)
        approved_system(cast)

    more()
    assert_constant_queries(web_client(cast.li), LIST, more)
