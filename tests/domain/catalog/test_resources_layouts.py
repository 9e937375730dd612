"""The known layouts, two-row headers and merged cells among them, every kind of file, columns that a person told."""

import io
import zipfile
from datetime import UTC, datetime

import openpyxl
import pytest
import xlwt
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from catalog.resources import actions, layouts
from catalog.resources.models import CatalogImport, DataItem, DataResource, ImportLine, ImportMapping
from gdshare.lib.errors import Conflict, Denied, Invalid

NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)


def run(cast, data: bytes, name: str, **options):
    return actions.import_catalog(
        by=None, now=NOW, department=cast.natural_resources, file=io.BytesIO(data), file_name=name, **options
    )


def workbook(layout: layouts.Layout, entries, *, titles=1, merge_down=True) -> bytes:
    """As a department fills it in: a title, the header (in two rows where the layout has groups), each entry's cells
    merged over the rows of its items.
    """
    book = openpyxl.Workbook()
    page = book.active
    for _ in range(titles):
        page.append(["某部门政务数据资源目录"])
    top = titles + 1
    groups: dict[str, list[int]] = {}
    for index, column in enumerate(layout.columns, 1):
        page.cell(top, index, column.group or f"{column.head}*")
        if column.group:
            groups.setdefault(column.group, []).append(index)
            page.cell(top + 1, index, column.head)
        elif layout.has_groups:
            page.merge_cells(start_row=top, end_row=top + 1, start_column=index, end_column=index)
    for group, indexes in groups.items():
        for index in indexes[1:]:
            page.cell(top, index).value = None
        page.merge_cells(start_row=top, end_row=top, start_column=indexes[0], end_column=indexes[-1])
        assert page.cell(top, indexes[0]).value == group
    row = top + (2 if layout.has_groups else 1)
    for entry, items in entries:
        for offset, item in enumerate(items):
            for index, column in enumerate(layout.columns, 1):
                source = item if column.element.startswith("item_") else entry if not offset else {}
                if source.get(column.element):
                    page.cell(row + offset, index, source[column.element])
        for index, column in enumerate(layout.columns, 1):
            if merge_down and len(items) > 1 and not column.element.startswith("item_"):
                page.merge_cells(start_row=row, end_row=row + len(items) - 1, start_column=index, end_column=index)
        row += len(items)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


MARRIAGE = {
    "name": "婚姻登记信息", "external_code": "M-1", "abstract": "结婚和离婚登记", "provider_name": "某市民政局",
    "internal_unit": "社会事务处", "kind": "部门信息资源", "format_category": "数据库", "format_type": "mysql",
    "share_type": "有条件共享", "conditions_or_basis": "限核验", "share_mode": "接口", "open_flag": "否",
    "update_cycle": "每日", "published_on": "2026-03-01", "theme": "社会保障", "information_system": "婚姻登记系统",
    "network": "政务外网", "declared_volume": "12000", "declared_volume_wan": "1.2", "business_matter": "结婚登记",
}  # fmt: skip
MARRIAGE_ITEMS = [
    {"item_name": "登记字号", "item_type": "字符型", "item_length": "30", "item_identifier": "djzh"},
    {"item_name": "登记日期", "item_type": "日期型"},
    {"item_name": "金额", "item_type": "数值型", "item_length": "10", "item_scale": "2"},
]
CARE = {
    "name": "养老机构信息", "external_code": "M-2", "abstract": "养老机构名录", "share_type": "无条件共享",
    "open_flag": "是", "open_conditions": "脱敏后", "update_cycle": "每年", "format_category": "电子表格",
}  # fmt: skip
CARE_ITEMS = [{"item_name": "机构名称", "item_type": "C", "item_length": "100"}]


@pytest.mark.parametrize("merge_down", [True, False])
@pytest.mark.parametrize("code", list(layouts.TEMPLATES))
def test_layout_is_known_by_its_heads_and_read(cast, code, merge_down):
    layout = layouts.TEMPLATES[code]
    data = workbook(layout, [(MARRIAGE, MARRIAGE_ITEMS), (CARE, CARE_ITEMS)], merge_down=merge_down)
    report = run(cast, data, "目录.xlsx")
    assert (report.created, report.refused, report.recognised_as) == (2, 0, layout.label), report.faults
    marriage = DataResource.objects.get(external_code="M-1")
    elements = {column.element for column in layout.columns}
    assert (marriage.name, marriage.share_conditions, marriage.update_cycle) == ("婚姻登记信息", "限核验", "DAILY")
    assert (marriage.share_modes, marriage.open_type, marriage.format_type) == (["API"], "NOT_OPEN", "mysql")
    assert marriage.internal_unit == ("社会事务处" if "internal_unit" in elements else "某市民政局")
    assert marriage.declared_volume == (12_000 if elements & {"declared_volume", "declared_volume_wan"} else None)
    assert marriage.information_system == ("婚姻登记系统" if "information_system" in elements else "")
    assert (marriage.theme.name if marriage.theme else "") == ("社会保障" if "theme" in elements else "")
    items = [(item.name, item.data_type, item.length) for item in actions.current_items(marriage)]
    assert items == [("登记字号", "C", 30), ("登记日期", "D", None), ("金额", "N", 10)]
    care = DataResource.objects.get(external_code="M-2")
    assert (care.open_type, care.open_conditions, care.item_count) == ("OPEN", "脱敏后", 1)
    assert run(cast, data, "目录.xlsx").unchanged == 2


def test_a_type_merged_over_several_items_holds_for_each(cast):
    book = openpyxl.Workbook()
    page = book.active
    for row in (["信息资源名称", "信息项名称", "数据类型", "更新周期"], ["户籍", "出生日期", "日期型", "每日"],
                [None, "死亡日期", None, None], [None, "备注", "备注型", None]):  # fmt: skip
        page.append(row)
    page.merge_cells("C2:C3")
    page.merge_cells("A2:A4")
    file = io.BytesIO()
    book.save(file)
    run(cast, file.getvalue(), "目录.xlsx")
    assert [item.data_type for item in actions.current_items(DataResource.objects.get())] == ["D", "D", "M"]


# ── kinds of file ─────────────────────────────────────────────────────────────────────────────────────────────────

HEAD, ROW = ["资源名称", "资源代码", "共享类型", "更新周期"], ["甲目录", "007", "无条件共享", "每周"]


def old_workbook() -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet("目录")
    for row, cells in enumerate((HEAD, ROW)):
        for column, text in enumerate(cells):
            page.write(row, column, text)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def open_document() -> bytes:
    table = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
    office, text = "urn:oasis:names:tc:opendocument:xmlns:office:1.0", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    rows = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells)
        + "</table:table-row>"
        for cells in (HEAD, ROW)
    )
    content = (
        f'<office:document-content xmlns:office="{office}" xmlns:table="{table}" xmlns:text="{text}"><office:body>'
        f'<office:spreadsheet><table:table table:name="目录">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return file.getvalue()


def traditional() -> bytes:
    """A sheet from the other side of the strait or the border: traditional characters in Big5."""
    lines = ["資源名稱,資源代碼,資源摘要,共享類型,更新週期", "甲目錄,007,這是關於不動產登記的主要資訊,無條件共享,每週"]
    return "\r\n".join(lines).encode("big5")


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("旧版.xls", old_workbook(), "甲目录"),
        ("金山.et", old_workbook(), "甲目录"),
        ("开放文档.ods", open_document(), "甲目录"),
        ("繁体.csv", traditional(), "甲目錄"),
        ("简体.csv", "\r\n".join((",".join(HEAD), ",".join(ROW))).encode("gb18030"), "甲目录"),
        ("名不副实.et", "\n".join((",".join(HEAD), ",".join(ROW))).encode(), ""),
    ],
)
def test_kinds_of_file(cast, name, data, expected):
    if not expected:
        with pytest.raises(Invalid, match="内容与扩展名不符"):
            run(cast, data, name)
        return
    assert run(cast, data, name).created == 1
    found = DataResource.objects.values_list("name", "external_code", "share_type", "update_cycle").get()
    assert found == (expected, "007", "UNCONDITIONAL", "WEEKLY")


# ── columns that a person told ────────────────────────────────────────────────────────────────────────────────────

LEDGER = "表名,内容,频次\n婚姻登记,登记的主要信息,每日\n"
TOLD = {"表名": "name", "内容": "abstract", "频次": "update_cycle"}


def refused_import(cast) -> CatalogImport:
    row = actions.queue_import(
        by=cast.li, now=NOW, department=cast.natural_resources, file=ContentFile(LEDGER.encode()), file_name="台账.csv"
    )
    [row] = actions.claim_imports(now=NOW, only=row.pk)
    return actions.run_import(catalog_import=row, now=NOW)


def save(row, *, by, name="台账", targets=None, **options):
    return actions.save_mapping(
        catalog_import=row, by=by, now=NOW, name=name, targets=TOLD if targets is None else targets, **options
    )


def test_mapping_is_saved_and_used_and_deleted(cast):
    row = refused_import(cast)
    assert (row.status, row.needs_mapping) == ("REFUSED", True)
    mapping = save(row, by=cast.li)
    report = run(cast, LEDGER.replace("每日", "每周").encode(), "别的名字.csv")
    assert (report.created, report.recognised_as) == (1, "列对应“台账”")
    assert DataResource.objects.get().update_cycle == "WEEKLY"
    with pytest.raises(Invalid, match="哪一列是资源名称"):
        actions.import_catalog(
            by=None, now=NOW, department=cast.sports, file=io.BytesIO(LEDGER.encode()), file_name="台账.csv"
        )
    actions.delete_mapping(mapping=mapping, by=cast.li, now=NOW)
    with pytest.raises(Invalid, match="哪一列是资源名称"):
        run(cast, LEDGER.encode(), "台账.csv")
    verbs = AuditEvent.objects.filter(verb__startswith="import_mapping.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["import_mapping.save", "import_mapping.delete"]


def test_header_row_that_a_person_named_is_found_again(cast):
    book = openpyxl.Workbook()
    for line in (["一", "二", "三", "四", "五"], ["说明", "甲", "乙"], ["叫法", "讲的什么"], ["婚姻登记", "登记信息"]):
        book.active.append(line)
    file = io.BytesIO()
    book.save(file)
    row = actions.queue_import(by=cast.li, now=NOW, department=cast.natural_resources,
                               file=ContentFile(file.getvalue()), file_name="台账.xlsx")  # fmt: skip
    [row] = actions.claim_imports(now=NOW, only=row.pk)
    row = actions.run_import(catalog_import=row, now=NOW)
    save(row, by=cast.li, targets={"叫法": "name", "讲的什么": "abstract"}, header_row=3)
    assert run(cast, file.getvalue(), "下月.xlsx").created == 1
    assert DataResource.objects.get().name == "婚姻登记"


def test_mapping_is_refused_to_others_and_when_it_makes_no_sense(cast):
    row = refused_import(cast)
    for person in (cast.zhou, cast.wu, cast.liang, cast.sysadmin):
        with pytest.raises(Denied):
            save(row, by=person)
    for targets, message in (
        ({"表名": ""}, "没有指定哪一列"),
        ({"表名": "name", "内容": "name"}, "选了不止一列"),
        ({"没有的列": "name"}, "与文件的表头不符"),
        ({"表名": "name", "内容": "grade"}, "与文件的表头不符"),
    ):
        with pytest.raises(Invalid, match=message):
            save(row, by=cast.li, targets=targets)
    with pytest.raises(Invalid, match="名称"):
        save(row, by=cast.li, name="  ")
    assert not ImportMapping.objects.exists()
    mapping = save(row, by=cast.li)
    with pytest.raises(Denied):
        actions.delete_mapping(mapping=mapping, by=cast.wu, now=NOW)
    with pytest.raises(Conflict, match="正在处理"):
        save(row, by=cast.li)


def test_database_refuses_what_must_never_be(cast):
    row = refused_import(cast)
    mapping = save(row, by=cast.li)
    common = {"department": cast.natural_resources, "created_at": NOW, "updated_at": NOW}
    for bad in (
        ImportMapping(**common, name="台账", fingerprint="x"),
        ImportMapping(**common, name="别的", fingerprint=mapping.fingerprint),
        ImportMapping(**common, name="", fingerprint="y"),
        ImportLine(catalog_import=row, number=1, outcome="MAYBE"),
        ImportLine(catalog_import=row, number=1, outcome="REFUSED"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            bad.save()
    ImportLine.objects.create(catalog_import=row, number=1, outcome="CREATED")
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportLine.objects.create(catalog_import=row, number=1, outcome="CREATED")
    with pytest.raises(IntegrityError), transaction.atomic():
        CatalogImport.objects.filter(pk=row.pk).update(done=5, total=4)


# ── what an import writes ─────────────────────────────────────────────────────────────────────────────────────────


def test_cancel_while_it_is_written_keeps_whole_entries_and_the_same_file_goes_on(cast, monkeypatch):
    from catalog.resources import importing, writing

    monkeypatch.setattr(importing, "BATCH", 2)
    lines = "\n".join(f"目录{n},C-{n},姓名|金额,无条件共享,每月" for n in range(5))
    text = f"资源名称,资源代码,信息项,共享类型,更新周期\n{lines}\n"
    row = actions.queue_import(by=cast.li, now=NOW, department=cast.natural_resources,
                               file=ContentFile(text.encode()), file_name="目录.csv")  # fmt: skip
    CatalogImport.objects.update(is_dry_run=False)
    [claimed] = actions.claim_imports(now=NOW)
    write = writing.write_new

    def cancelling(*args, **kwargs):
        write(*args, **kwargs)
        CatalogImport.objects.filter(pk=row.pk, done=2).update(status="CANCELLED")

    monkeypatch.setattr(writing, "write_new", cancelling)
    claimed = actions.run_import(catalog_import=claimed, now=NOW)
    assert (claimed.status, claimed.created_count, claimed.total) == ("CANCELLED", 4, 5)
    assert (DataResource.objects.count(), DataItem.objects.count()) == (4, 8)
    monkeypatch.setattr(writing, "write_new", write)
    again = run(cast, text.encode(), "目录.csv")
    assert (again.created, again.unchanged) == (1, 4)


def test_many_changes_are_written_together_and_each_is_on_record(cast, django_assert_max_num_queries):
    head = "资源名称,资源代码,资源摘要,信息项,共享类型,更新周期"
    old = "\n".join(f"目录{n},C-{n},摘要,姓名|金额|年份,无条件共享,每月" for n in range(60))
    new = "\n".join(f"目录{n},C-{n},新摘要{n},年份|姓名|单位{n},无条件共享,每周" for n in range(60))
    run(cast, f"{head}\n{old}\n".encode(), "目录.csv")
    kept = dict(DataItem.objects.filter(name="姓名").values_list("resource_id", "pk"))
    with django_assert_max_num_queries(60):
        report = run(cast, f"{head}\n{new}\n".encode(), "目录.csv")
    assert (report.updated, report.refused) == (60, 0)
    for resource in DataResource.objects.order_by("pk"):
        number = resource.external_code.removeprefix("C-")
        names = [item.name for item in actions.current_items(resource)]
        assert (resource.abstract, resource.update_cycle) == (f"新摘要{number}", "WEEKLY")
        assert names == ["年份", "姓名", f"单位{number}"]
        assert resource.items.get(name="姓名").pk == kept[resource.pk]
    events = AuditEvent.objects.filter(verb="resource.update")
    assert events.count() == 60
    assert set(events.first().facts["changed"]) == {"资源摘要", "更新周期", "信息项"}
