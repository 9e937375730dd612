"""Pages of an import: what would happen record by record, the marked sheet, and columns that a person tells."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalog.resources import tasks
from catalog.resources.models import CatalogImport, ImportLine, ImportMapping
from tests.client import assert_constant_queries, visible_text
from tests.factories.catalog import COMPILED_AT, draft_resource, published_resource


@pytest.fixture(autouse=True)
def _without_broker(monkeypatch) -> None:
    monkeypatch.setattr("catalog.resources.views.importing.current_app.send_task", lambda *args, **kwargs: None)


def at(name: str, *args: object) -> str:
    return reverse(f"catalog:resources:{name}", args=args)


def upload(text: str, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def words(response) -> str:
    return visible_text(response.content.decode())


def book(rows) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def open_book(response):
    return openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active


def test_import_shows_what_it_would_do_and_gives_the_sheet_back_marked(web, cast):
    draft_resource(cast, name="甲目录", external_code="A-1", update_cycle="DAILY", abstract="旧摘要")
    rows = [["目录登记表"], ["资源名称", "资源代码", "资源摘要", "信息项", "共享类型", "更新周期"],
            ["甲目录", "A-1", "新摘要", "姓名|金额", "无条件共享", "每周"],
            ["乙目录", "A-2", "摘要", "金额", "也许", "双周"]]  # fmt: skip
    file = SimpleUploadedFile("目录.xlsx", book(rows))
    web(cast.li).post(at("import"), {"file": file})
    tasks.resume_imports()
    row = CatalogImport.objects.get()
    refused = words(web(cast.li).get(at("import_detail", row.pk)))
    assert "第 4 行 E 列“共享类型”： 也许" in refused
    assert "甲目录" not in refused
    changed = words(web(cast.li).get(at("import_detail", row.pk), {"show": "UPDATED"}))
    assert "资源摘要 旧摘要 新摘要" in changed
    assert "更新周期 每日 每周" in changed
    marked = open_book(web(cast.li).get(at("import_marked", row.pk)))
    assert (marked["G2"].value, marked["A1"].value) == ("问题", "目录登记表")
    assert "共享类型“也许”不认识" in marked["E4"].comment.text
    assert "双周" in marked["G4"].value
    assert marked["E3"].comment is None
    assert web(cast.wu).get(at("import_marked", row.pk)).status_code == 404


def test_columns_nobody_knows_are_told_once_and_known_from_then_on(web, cast):
    text = "表的中文说明,内容是什么,多久一次\n婚姻登记,结婚和离婚登记的主要信息，由各县区每日汇总上报,每日\n"
    web(cast.li).post(at("import"), {"file": upload(text, "台账.csv")})
    tasks.resume_imports()
    row = CatalogImport.objects.get()
    assert (row.status, row.needs_mapping) == ("REFUSED", True)
    assert "指定各列的对应" in words(web(cast.li).get(at("import_detail", row.pk)))
    page = words(web(cast.li).get(at("import_columns", row.pk)))
    assert "值是更新周期" in page
    assert "结婚和离婚登记" in page
    heads = ["表的中文说明", "内容是什么", "多久一次"]
    refused = web(cast.li).post(at("import_columns", row.pk), {"name": "台账", "head": heads, "element": ["", "", ""]})
    assert (refused.status_code, "没有指定哪一列是资源名称" in words(refused)) == (422, True)
    chosen = {"name": "台账", "head": heads, "element": ["name", "abstract", "update_cycle"], "header_row": "1"}
    assert web(cast.li).post(at("import_columns", row.pk), chosen).status_code == 302
    tasks.resume_imports()
    row.refresh_from_db()
    assert (row.status, row.created_count, row.recognised_as) == ("DONE", 1, "列对应“台账”")
    web(cast.li).post(at("import"), {"file": upload(text.replace("婚姻", "收养"), "下月.csv")})
    tasks.resume_imports()
    later = CatalogImport.objects.latest("pk")
    assert (later.status, later.created_count, later.recognised_as) == ("DONE", 1, "列对应“台账”")
    assert "台账" in words(web(cast.li).get(at("import")))
    assert web(cast.wu).post(at("mapping_delete", later.pk)).status_code == 404
    mapping = ImportMapping.objects.get()
    assert web(cast.li).post(at("mapping_delete", mapping.pk)).status_code == 302
    assert not ImportMapping.objects.exists()


def test_queries_of_an_import_do_not_grow_with_its_records(web, cast):
    row = CatalogImport.objects.create(
        department=cast.natural_resources, file_name="甲.csv", created_at=COMPILED_AT, created_by=cast.li,
        status="DONE", total=99, done=99, refused_count=99,
    )  # fmt: skip
    resource = draft_resource(cast)
    fault = {"row": 1, "column": "A 列", "value": "", "message": "错。", "remedy": "改。"}

    def line() -> None:
        ImportLine.objects.create(
            catalog_import=row, number=ImportLine.objects.count() + 1, outcome="REFUSED", resource=resource,
            faults=[fault],
        )  # fmt: skip

    assert_constant_queries(web(cast.li), at("import_detail", row.pk), line)


def test_import_under_way_says_how_far_it_is_and_may_be_cancelled(web, cast):
    row = CatalogImport.objects.create(
        department=cast.natural_resources, file_name="甲.csv", created_at=COMPILED_AT, created_by=cast.li,
        status="RUNNING", total=4000, done=1000, created_count=1000,
    )  # fmt: skip
    assert "正在写入 25%" in words(web(cast.li).htmx(at("import_detail", row.pk)))
    assert web(cast.wu).post(at("import_cancel", row.pk)).status_code == 404
    assert web(cast.li).post(at("import_cancel", row.pk)).status_code == 302
    page = words(web(cast.li).get(at("import_detail", row.pk)))
    assert "此前写入的 1000 条" in page.replace(",", "")
    assert web(cast.li).post(at("import_cancel", row.pk)).status_code == 409


def test_own_catalog_is_taken_out_as_it_was_searched(web, cast):
    draft_resource(cast, name="低保对象")
    draft_resource(cast, name="车辆登记")
    page = words(web(cast.li).get(at("manage"), {"q": "低保"}))
    assert "导出这 1 条" in page
    assert "T-B 国家目录登记表" in page
    answer = web(cast.li).post(at("export"), {"q": "低保", "layout": "T-B"})
    found = {cell.value for line in open_book(answer).iter_rows() for cell in line}
    assert "低保对象" in found
    assert "车辆登记" not in found
    assert web(cast.li).get(at("export")).status_code == 405
    assert web(cast.li).post(at("export"), {"q": "没有的", "layout": "T-B"}).status_code == 400
    assert web(cast.sysadmin).post(at("export"), {"layout": "T-A"}).status_code == 403


def test_search_result_is_taken_out(web, cast):
    listed = published_resource(cast, share_type="CONDITIONAL", name="公积金缴存信息")
    published_resource(cast, name="车辆登记信息")
    draft_resource(cast, name="公积金草稿")
    page = words(web(cast.chen).get(reverse("portal:search"), {"q": "公积金"}))
    assert "导出这 1 类资源的目录" in page
    url = f"{reverse('portal:search_export')}?q=公积金&share_type=CONDITIONAL"
    sheet = open_book(web(cast.chen).post(url, {"layout": "T-A"}))
    found = {cell.value for line in sheet.iter_rows() for cell in line}
    assert listed.name in found
    assert not found & {"车辆登记信息", "公积金草稿"}
    assert web(cast.chen).post(f"{url}&grade=4", {"layout": "T-A"}).status_code == 200
    assert web(cast.chen).post(f"{url}&grade=1", {"layout": "T-A"}).status_code == 400
    assert web(cast.sysadmin).post(url, {"layout": "T-A"}).status_code in (400, 403)
