"""A department's sheet into the catalog: what comes in, what is refused with its place, and that nothing is lost."""

import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from audit.models import AuditEvent
from catalog.resources import actions
from catalog.resources.models import CatalogImport, CodeSequence, DataItem, DataResource
from gdshare.lib.errors import Denied, Invalid
from tests.cast import make_uscc
from tests.factories.catalog import draft_resource

NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
HEAD = "资源名称,资源代码,资源摘要,信息项,共享类型,共享条件,依据,更新周期,发布日期"


def run(cast, content, name="目录.csv", *, by=None, **options):
    data = content.encode() if isinstance(content, str) else content
    return actions.import_catalog(
        by=by, now=NOW, department=cast.natural_resources, file=io.BytesIO(data), file_name=name, **options
    )


def counts(report):
    return (report.created, report.updated, report.unchanged, report.duplicate, report.refused)


def sheet(rows, merge=()):
    book = openpyxl.Workbook()
    page = book.active
    for row in rows:
        page.append(row)
    for area in merge:
        page.merge_cells(area)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_good_rows_come_in_and_bad_rows_are_told(cast):
    report = run(
        cast,
        f"""某市目录（2026）
{HEAD}
甲目录,A-1,摘要甲,姓名|身份证号|手机号码|银行账号|单位名称,有条件共享,限核验,《某法》第三条,每天,2026-03-01
乙目录,A-2,摘要乙,金额、日期,也许共享,,,每日,2026-03-01
丙目录,A-3,摘要丙,金额,无条件,,,按月,2026-13-45
丁目录,{"9" * 121},摘要丁,金额,1,,,每年,
,A-5,无名,金额,1,,,每年,
戊目录,A-6,摘要戊,金额,不予共享,,按本局内部管理办法,每年,
己目录,A-7,摘要己,金额,2,,,双周,
""",
    )
    assert counts(report) == (1, 0, 0, 0, 6)
    assert [(fault.row, fault.column, fault.value) for fault in report.faults] == [
        (4, "E 列“共享类型”", "也许共享"),
        (5, "I 列“发布日期”", "2026-13-45"),
        (6, "B 列“资源代码”", "9" * 100),
        (7, "A 列“资源名称”", ""),
        (8, "G 列“依据”", "按本局内部管理办法"),
        (9, "H 列“更新周期”", "双周"),
    ]
    assert all(fault.message and fault.remedy for fault in report.faults)
    resource = DataResource.objects.get()
    assert (resource.external_code, resource.share_type, resource.update_cycle, resource.status, resource.grade) == (
        "A-1", "CONDITIONAL", "DAILY", "DRAFT", 4,
    )  # fmt: skip
    assert {item.name: item.grade for item in resource.items.all()} == {
        "姓名": 3, "身份证号": 4, "手机号码": 3, "银行账号": 4, "单位名称": 1,
    }  # fmt: skip
    event = AuditEvent.objects.get(verb="catalog_import.run")
    assert (event.facts["created"], event.facts["refused"]) == (1, 6)


def test_second_import_changes_nothing_and_a_changed_row_is_updated(cast):
    text = f"{HEAD}\n甲,A-1,摘要,姓名|金额,无条件共享,,,每日,\n乙,,摘要乙,地址,无条件共享,,,每月,\n"
    assert counts(run(cast, text)) == (2, 0, 0, 0, 0)
    before = list(DataItem.objects.order_by("pk").values_list("pk", "identifier"))
    assert counts(run(cast, text)) == (0, 0, 2, 0, 0)
    changed = text.replace("姓名|金额", "金额|姓名|年份").replace("每日", "每周")
    assert counts(run(cast, changed)) == (0, 1, 1, 0, 0)
    assert dict(before).items() <= dict(DataItem.objects.values_list("pk", "identifier")).items()
    resource = DataResource.objects.get(external_code="A-1")
    assert (resource.update_cycle, [item.name for item in actions.current_items(resource)]) == (
        "WEEKLY", ["金额", "姓名", "年份"],
    )  # fmt: skip
    assert resource.item_count == 3
    assert "年份" in resource.search_text


def test_a_persons_higher_grade_and_own_words_stay(cast):
    text = f"{HEAD}\n甲,A-1,摘要,金额,无条件共享,,,每日,\n"
    run(cast, text)
    DataItem.objects.update(grade=3, identifier="je_own")
    DataResource.objects.update(network="电子政务外网")
    assert counts(run(cast, text)) == (0, 0, 1, 0, 0)
    run(cast, text.replace("每日", "每周"))
    assert DataItem.objects.values_list("grade", "identifier").get() == (3, "je_own")
    assert DataResource.objects.get().network == "电子政务外网"


def test_published_entry_is_not_overwritten(cast):
    text = f"{HEAD}\n甲,A-1,摘要,金额,无条件共享,,,每日,\n"
    run(cast, text, is_declared_non_secret=True)
    resource = DataResource.objects.get()
    for verb, person in (("submit", cast.li), ("approve", cast.zhou), ("publish", cast.liang)):
        getattr(actions, verb)(resource=resource, by=person, now=NOW)
    assert counts(run(cast, text)) == (0, 0, 1, 0, 0)
    report = run(cast, text.replace("每日", "每周"))
    assert counts(report) == (0, 0, 0, 0, 1)
    assert "已发布" in report.faults[0].message
    resource.refresh_from_db()
    assert resource.update_cycle == "DAILY"


def test_two_rows_with_one_code(cast):
    line = "甲,A-1,摘要,金额,无条件共享,,,每日,"
    report = run(cast, f"{HEAD}\n{line}\n{line}\n{line.replace('每日', '每年')}\n")
    assert counts(report) == (1, 0, 0, 1, 1)
    assert (report.faults[0].row, report.faults[0].column, report.faults[0].value) == (4, "B 列“资源代码”", "A-1")
    assert "第 2 行" in report.faults[0].message


def test_dry_run_writes_nothing(cast):
    report = run(cast, f"{HEAD}\n甲,A-1,摘要,金额,无条件共享,,,每日,\n", is_dry_run=True)
    assert counts(report) == (1, 0, 0, 0, 0)
    assert not DataResource.objects.exists()
    assert not CodeSequence.objects.exists()
    assert not AuditEvent.objects.filter(verb="catalog_import.run").exists()


def test_provider_code_must_be_the_importing_department(cast):
    head = "资源名称,提供方代码,信息项,更新周期"
    own, other, unknown = cast.natural_resources.uscc, cast.sports.uscc, make_uscc(987)
    report = run(cast, f"{head}\n甲,{own},a,每日\n乙,{other},a,每日\n丙,{unknown},a,每日\n丁,{own[:-1]}?,a,每日\n")
    assert counts(report) == (1, 0, 0, 0, 3)
    assert ["省体育局" in report.faults[0].message or "体育局" in report.faults[0].message,
            "没有代码为" in report.faults[1].message, "有误" in report.faults[2].message] == [True] * 3  # fmt: skip


def test_secret_is_refused_and_non_secret_is_declared(cast):
    report = run(cast, "资源名称,是否涉密,信息项,更新周期\n甲,是,a,每日\n乙,否,a,每日\n丙,,a,每日\n")
    assert counts(report) == (2, 0, 0, 0, 1)
    assert "第二条" in report.faults[0].message
    assert dict(DataResource.objects.values_list("name", "is_declared_non_secret")) == {"乙": True, "丙": False}


def test_guide_sheet_with_one_row_per_item_and_merged_cells(cast):
    head = "信息资源名称 信息资源代码 信息资源摘要 信息资源格式分类 信息资源格式类型 信息项名称 数据类型 "
    head += "数据长度 共享类型 共享条件/不予共享依据 是否向社会开放 开放条件 更新周期"
    lines = [
        "婚姻登记 M-1 登记 数据库 mysql 登记字号 字符型 30 有条件共享 限核验 否 - 每日",
        "- - - - - 登记日期 日期型 - - - - - -",
        "- - - - - 金额 数值型 10,2 - - - - -",
        "社会组织 M-2 名册 电子表格 xlsx 名称 C(100) - 不予共享 《某条例》第一条 是 脱敏后 每年",
        "社会组织 M-2 名册 电子表格 xlsx 地址 字符型 x 无条件共享 - 是 脱敏后 每年",
        "无项目录 M-3 空 电子文件 pdf - - - 无条件共享 - 否 - 每年",
    ]
    rows = [[None if cell == "-" else cell for cell in line.split(" ")] for line in (head, *lines)]
    report = run(cast, sheet(rows, ["A2:A4", "B2:B4"]), "目录.xlsx")
    assert counts(report) == (2, 0, 0, 0, 1)
    assert (report.faults[0].row, report.faults[0].value) == (6, "x")
    marriage = DataResource.objects.get(external_code="M-1")
    assert [(i.name, i.data_type, i.length, i.scale) for i in actions.current_items(marriage)] == [
        ("登记字号", "C", 30, None), ("登记日期", "D", None, None), ("金额", "N", 10, 2),
    ]  # fmt: skip
    assert (marriage.share_conditions, marriage.open_type, marriage.format_category) == ("限核验", "NOT_OPEN", "数据库")


def test_header_of_two_rows(cast):
    rows = [
        ["信息资源名称", "信息资源代码", "格式", None, "信息项", None, None, "共享类型", "更新周期"],
        [None, None, "分类", "类型", "名称", "类型", "长度", None, None],
        ["户籍", "H-1", "数据库", "oracle", "姓名", "字符型", "50", "无条件共享", "实时"],
        [None, None, None, None, "公民身份号码", "字符型", "18", None, None],
    ]
    report = run(cast, sheet(rows, ["A1:A2", "B1:B2", "C1:D1", "E1:G1", "H1:H2", "I1:I2"]), "目录.xlsx")
    assert counts(report) == (1, 0, 0, 0, 0), report.faults
    resource = DataResource.objects.get()
    assert (resource.format_category, resource.format_type, resource.update_cycle) == ("数据库", "oracle", "REALTIME")
    assert [(item.name, item.length, item.grade) for item in actions.current_items(resource)] == [
        ("姓名", 50, 3), ("公民身份号码", 18, 4),
    ]  # fmt: skip


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (64 * 1024 * 1024))
    return file.getvalue()


def entities() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet([["资源名称"]]))) as source, zipfile.ZipFile(file, "w") as target:
        for part in source.infolist():
            data = source.read(part)
            if part.filename == "xl/workbook.xml":
                data = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + data
            target.writestr(part.filename, data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("空.csv", b"", "是空的"),
        ("空表.xlsx", sheet([]), "是空的"),
        ("只有表头.csv", f"{HEAD}\n", "只有表头"),
        ("没有表头.csv", "1,2,3\n4,5,6\n", "没有找到表头"),
        ("坏.xlsx", b"PK\x03\x04" + b"x" * 200, "已损坏"),
        ("坏.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 200, "已损坏"),
        ("假.xlsx", "资源名称\n甲\n", "内容与扩展名不符"),
        ("压缩包.zip", bomb().replace(b"xl/workbook.xml", b"xx/workbook.xml"), "不是 Excel"),
        ("炸弹.xlsx", bomb(), "大得不正常"),
        ("实体.xlsx", entities(), "实体定义"),
        ("公式.xlsx", sheet([["资源名称", "数据量"], ["甲", "=1+1"]]), "B2 是公式"),
        ("宽.xlsx", sheet([["资源名称"], [*range(10_000)]]), "10000 列"),
        ("宽.csv", "资源名称" + "," * 10_000 + "\n", "10001 列"),
        ("重复.csv", "资源名称,摘要,资源名称\n甲,乙,丙\n", "重复出现在 A 列 和 C 列"),
        ("编码.csv", b"\xff\xff\xfe\x00\x81", "编码"),
        ("网页.csv", "<html><body>资源名称</body></html>", "网页"),
        ("半截.json", '[{"标题": "甲"', "不是合法的 JSON"),
        ("数字.json", "[1, 2]", "没有一条可以读懂"),
        ("图.png", b"\x89PNG\r\n\x1a\n" + b"x" * 50, "图片"),
    ],
)
def test_unreadable_file_is_refused_whole(cast, name, content, words):
    draft_resource(cast)
    with pytest.raises(Invalid) as refusal:
        run(cast, content, name)
    assert words in refusal.value.message
    assert name in refusal.value.message
    assert refusal.value.remedy
    assert DataResource.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("utf8.csv", "资源名称,更新周期\n甲,每日\n".encode()),
        ("bom.csv", "资源名称,更新周期\n甲,每日\n".encode("utf-8-sig")),
        ("gbk.csv", "资源名称,更新周期\r\n甲,每日\r\n".encode("gb18030")),
        ("制表.txt", "资源名称\t更新周期\n甲\t每日\n".encode()),
        ("列表.json", json.dumps([{"标题": "甲", "更新频率": "每日"}]).encode()),
        ("包着.json", json.dumps({"code": 0, "data": [{"标题": "甲", "更新频率": "每日"}]}).encode()),
        ("行.ndjson", '{"标题": "甲", "更新频率": "每日"}\n'.encode()),
        ("表.xlsx", sheet([["资源名称", "更新周期"], ["甲", "每日"]])),
    ],
)
def test_every_kind_of_file_is_read(cast, name, content):
    assert counts(run(cast, content, name)) == (1, 0, 0, 0, 0)
    assert DataResource.objects.values_list("name", "update_cycle").get() == ("甲", "DAILY")


def test_only_a_handler_of_the_department_imports(cast):
    text = f"{HEAD}\n甲,A-1,摘要,金额,无条件共享,,,每日,\n"
    for person in (cast.zhou, cast.chen, cast.liang, cast.sysadmin):
        with pytest.raises(Denied):
            run(cast, text, by=person)
    assert counts(run(cast, text, by=cast.li)) == (1, 0, 0, 0, 0)
    assert DataResource.objects.get().created_by == cast.li


def test_nothing_is_half_imported(cast, monkeypatch):
    monkeypatch.setattr("audit.log.record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        run(cast, f"{HEAD}\n甲,A-1,摘要,金额,无条件共享,,,每日,\n")
    assert not DataResource.objects.exists()
    assert not CodeSequence.objects.exists()


def test_five_thousand_records(cast):
    lines = "\n".join(
        f"目录{n},C-{n},第{n}份目录的摘要,姓名|身份证号|金额|日期,无条件共享,,,每月," for n in range(5000)
    )
    started = time.monotonic()
    assert counts(run(cast, f"{HEAD}\n{lines}\n")) == (5000, 0, 0, 0, 0)
    assert time.monotonic() - started < 55
    assert DataItem.objects.count() == 20_000
    codes = DataResource.objects.order_by("code").values_list("code", flat=True)
    assert [code[-6:] for code in codes] == [f"{n:06d}" for n in range(1, 5001)]


def test_command_tells_and_exits(cast, tmp_path, capsys):
    path = tmp_path / "目录.csv"
    path.write_text(f"{HEAD}\n甲,A-1,摘要,金额,无条件共享,,,每日,\n乙,A-2,摘要,金额,也许,,,每日,\n", encoding="utf-8")
    code = cast.natural_resources.uscc
    with pytest.raises(SystemExit) as stop:
        call_command("import_catalog", str(path), department=code, json=True)
    assert stop.value.code == 1
    body = json.loads(capsys.readouterr().out)
    assert (body["created"], body["refused"], body["faults"][0]["row"]) == (1, 1, 3)
    path.write_text(f"{HEAD}\n丙,A-3,摘要,金额,无条件共享,,,每日,\n", encoding="utf-8")
    call_command("import_catalog", str(path), department=code, username="li")
    assert "新建 1" in capsys.readouterr().out
    assert DataResource.objects.get(external_code="A-3").created_by == cast.li
    for options in ({"department": "X"}, {"department": code, "username": "chen"}):
        with pytest.raises(SystemExit) as stop:
            call_command("import_catalog", str(path), json=True, **options)
        assert stop.value.code == 1
        assert json.loads(capsys.readouterr().out)["refused"] == 1


def queue(cast, text, now=NOW) -> CatalogImport:
    row = CatalogImport(department=cast.natural_resources, file_name="目录.csv", created_at=now, created_by=cast.li)
    row.file.save("目录.csv", ContentFile(text.encode()), save=False)
    row.save()
    return row


def test_lease_decides_who_runs_an_import(cast):
    row = queue(cast, f"{HEAD}\n甲,A-1,摘要,金额,无条件共享,,,每日,\n")
    [mine] = actions.claim_imports(now=NOW)
    assert actions.claim_imports(now=NOW + timedelta(minutes=4)) == []
    [theirs] = actions.claim_imports(now=NOW + timedelta(minutes=6))
    actions.run_import(catalog_import=mine, now=NOW)
    assert not DataResource.objects.exists()
    actions.run_import(catalog_import=theirs, now=NOW)
    row.refresh_from_db()
    assert (row.status, row.created_count) == ("DONE", 1)
    assert actions.claim_imports(now=NOW + timedelta(days=1)) == []


def test_import_that_kills_three_workers_is_given_up(cast):
    row = queue(cast, HEAD)
    for attempt in range(3):
        assert actions.claim_imports(now=NOW + timedelta(hours=attempt))
    assert actions.claim_imports(now=NOW + timedelta(hours=9)) == []
    row.refresh_from_db()
    assert row.status == "REFUSED"
    assert "连续三次" in row.faults[0]["message"]


WORKER = """
import os, sys, time
import django
django.setup()
from django.conf import settings
from django.db import connection
settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = sys.argv[1]
settings.MEDIA_ROOT = sys.argv[2]
from django.core.files.storage import default_storage
from catalog.resources import actions, importing, writing
from django.utils import timezone
importing.BATCH = 100
write, batches = writing.write_new, []
def slow(*args, **kwargs):
    write(*args, **kwargs)
    batches.append(1)
    if len(batches) == 2:
        print("written", flush=True)
        time.sleep(60)
writing.write_new = slow
[row] = actions.claim_imports(now=timezone.now())
actions.run_import(catalog_import=row, now=timezone.now())
"""


def test_worker_killed_in_the_middle_loses_and_doubles_nothing(committed_cast, settings):
    lines = "\n".join(f"目录{n},C-{n},摘要,姓名|金额,无条件共享,,,每月," for n in range(300))
    row = queue(committed_cast, f"{HEAD}\n{lines}\n", timezone.now())
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, connection.settings_dict["NAME"], str(settings.MEDIA_ROOT)],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "DJANGO_SETTINGS_MODULE": "gdshare.settings"},
        cwd=Path(__file__).resolve().parents[3],
    )  # fmt: skip
    assert worker.stdout is not None
    with worker.stdout:
        assert worker.stdout.readline() == "written\n"
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait(10)
    row.refresh_from_db()
    assert (row.status, row.total, row.done, row.created_count) == ("RUNNING", 300, 100, 100)
    assert DataResource.objects.count() == 100
    later = timezone.now() + timedelta(minutes=6)
    [claimed] = actions.claim_imports(now=later)
    actions.run_import(
        catalog_import=claimed, now=later
    )  # waits for the dead session's lock, if the server still has it
    assert (claimed.status, claimed.done, claimed.created_count, claimed.unchanged_count) == ("DONE", 300, 300, 0)
    assert claimed.lines.filter(outcome="CREATED").count() == 300
    assert DataResource.objects.count() == 300
    assert DataItem.objects.count() == 600
    assert DataResource.objects.aggregate(last=Max("code"))["last"].endswith("/000300")
    runs = [event.facts["created"] for event in AuditEvent.objects.filter(verb="catalog_import.run").order_by("pk")]
    assert runs == [100, 200]


def test_second_of_two_imports_at_once_waits_and_changes_nothing(committed_cast):
    from threading import Thread

    text = f"{HEAD}\n甲,A-1,摘要,金额,无条件共享,,,每日,\n"
    outcome = []

    def other() -> None:
        try:
            outcome.append(counts(run(committed_cast, text)))
        finally:
            connection.close()

    with transaction.atomic():
        run(committed_cast, text)
        thread = Thread(target=other)
        thread.start()
        thread.join(1)
        assert outcome == []
    thread.join(20)
    assert outcome == [(0, 0, 1, 0, 0)]
    assert DataResource.objects.count() == 1
