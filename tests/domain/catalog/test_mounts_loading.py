"""A file becomes a typed table, or the reason why not; what was there is never touched by a failure."""

import json

import pytest
from django.db import connection

from catalog.mounts import actions, queries
from catalog.mounts.models import TableVersion
from gdshare.lib.errors import Denied, Invalid
from tests.factories.catalog import published_resource
from tests.factories.mounts import LOADED_AT, ROWS, load, mounted_resource, text_items

State = TableVersion.State


def rows_of(version, order="_row"):
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM mounted."{version.table_name}" ORDER BY {order}')
        return cursor.fetchall()


def types_of(version):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = 'mounted' AND table_name = %s ORDER BY ordinal_position",
            [version.table_name],
        )
        return cursor.fetchall()


def reasons(version):
    return [(fault["row"], fault["column"], fault["reason"]) for fault in version.faults]


def test_a_csv_becomes_a_typed_table(cast):
    resource = mounted_resource(cast)
    version = queries.current_table(resource)
    assert types_of(version) == [
        ("_row", "bigint"), ("bdcdyh", "text"), ("qllx", "text"), ("qlrxm", "text"), ("qlrsfzh", "text"),
        ("jzmj", "numeric"), ("djrq", "date"),
    ]  # fmt: skip
    stored = rows_of(version)
    assert [row[0] for row in stored] == [2, 3, 4]
    assert [str(row[5]) for row in stored] == ["89.62", "1204.00", "136.40"]
    assert [row[6].isoformat() for row in stored] == ["2026-01-02", "2026-01-03", "2026-01-04"]
    assert (resource.row_count, resource.data_updated_at) == (3, LOADED_AT)
    assert version.sha256
    assert version.mount.current == version


def test_bad_rows_are_set_aside_with_row_column_value_reason_and_remedy(cast):
    resource = published_resource(cast)
    content = ROWS + "440106001001GB00001F00010004,4,周某,440101199001011299,八十,2026-13-45\n"
    version = load(resource, content, cast.li)
    assert (version.state, version.row_count, version.rejected_count) == (State.CURRENT, 3, 1)
    assert reasons(version) == [(5, "建筑面积", "不是数字"), (5, "登记日期", "日历上没有这一天")]
    assert version.faults[1]["value"] == "2026-13-45"
    assert all(fault["remedy"] for fault in version.faults)


def test_a_sensitive_value_is_outlined_in_the_fault(cast):
    resource = published_resource(cast)
    version = load(resource, ROWS + "440106001001GB00001F00010004,4,周某,44010119900101129999,1,2026-01-01\n", cast.li)
    assert [(fault["column"], fault["value"]) for fault in version.faults] == [("权利人身份证号", "4***")]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("不动产单元号,权利类型,权利人姓名,权利人身份证号,建筑面积,登记日期,备注", [("备注", "目录里没有这一列")]),
        ("不动产单元号,权利类型,权利人姓名,权利人身份证号,建筑面积", [("登记日期", "文件里缺少这一列")]),
        (
            "不动产单元号,权利类型,权利人姓名,权利人身份证号,建筑面积,登记日期,ＪＺＭＪ",
            [("建筑面积", "表头里有两列都是这一项")],
        ),
        (
            "不动产单元号,类型,权利人姓名,权利人身份证号,建筑面积,登记日期",
            [("类型", "目录里没有这一列"), ("权利类型", "文件里缺少这一列")],
        ),
    ],
)
def test_a_wrong_header_names_every_column_and_loads_nothing(cast, header, expected):
    resource = mounted_resource(cast)
    before = queries.current_table(resource)
    version = load(resource, header + "\n" + "1," * header.count(",") + "1\n", cast.li)
    assert version.state == State.REFUSED
    assert [(fault["column"], fault["reason"]) for fault in version.faults] == expected
    assert queries.current_table(resource) == before
    assert len(rows_of(before)) == 3


def test_headers_match_in_any_width_order_and_language(cast):
    resource = published_resource(cast)
    content = "登记 日期,ＢＤＣＤＹＨ,权利类型,qlrxm,权利人身份证号,建筑面积\n2026-01-02,A1,4,陈,1,2\n"
    version = load(resource, content, cast.li)
    assert version.state == State.CURRENT
    assert rows_of(version)[0][1:4] == ("A1", "4", "陈")


def test_repeated_keys_are_refused_naming_both_rows(cast):
    resource = published_resource(cast)
    line = ROWS.splitlines()[1]
    version = load(resource, ROWS + line + "\n", cast.li)
    assert (version.row_count, version.rejected_count) == (3, 1)
    assert reasons(version) == [(5, "不动产单元号", "与第 2 行的主键重复")]


def test_an_empty_key_is_refused(cast):
    version = load(published_resource(cast), ROWS + ",4,周某,1,1,2026-01-01\n", cast.li)
    assert reasons(version) == [(5, "不动产单元号", "必有的信息项是空的")]


def test_text_stays_byte_for_byte_and_empty_is_null(cast):
    items = text_items(["代码", "说明"])
    content = '代码,说明\n0101,"  两端 空白 "\n００7,"多行\r\n""引号"", 逗号"\n,\\.\n'
    resource = mounted_resource(cast, items=items, content=content)
    assert [row[1:] for row in rows_of(queries.current_table(resource))] == [
        ("0101", "  两端 空白 "), ("００7", '多行\r\n"引号", 逗号'), (None, "\\."),
    ]  # fmt: skip


def test_lines_of_another_width_and_broken_quotes_are_named(cast):
    items = text_items(["a1", "a2"])
    version = load(published_resource(cast, items=items), 'a1,a2\n1,2\n3\n"x"y,4\n5,6,\n7,8\n', cast.li)
    assert version.row_count == 3
    assert reasons(version) == [(3, "", "这一行有 1 列，表头有 2 列"), (4, "", "引号的位置不对")]


def test_an_unclosed_quote_is_one_fault_not_a_crash(cast):
    items = text_items(["a1"])
    version = load(published_resource(cast, items=items), 'a1\n1\n"2\n3\n', cast.li)
    assert (version.row_count, reasons(version)) == (1, [(3, "", "引号没有闭合，或单元格太长")])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空的"),
        (b"\xef\xbb\xbf", "没有数据"),
        (b"%PDF-1.7 xxxxxxxx", "PDF"),
        (b"a1\n\xff\xfe\x80\x00\xff", "编码"),
    ],
)
def test_a_file_of_the_wrong_kind_says_what_it_is_and_what_to_do(cast, content, words):
    resource = mounted_resource(cast, items=text_items(["a1"]), content="a1\n1\n")
    before = queries.current_table(resource)
    version = load(resource, content, cast.li)
    assert version.state == State.REFUSED
    assert words in version.faults[0]["reason"]
    assert version.faults[0]["remedy"]
    assert queries.current_table(resource) == before


def test_nul_characters_are_refused_by_row(cast):
    version = load(published_resource(cast, items=text_items(["a1"])), "a1\n12345678\nx\0y\n", cast.li)
    assert (version.row_count, reasons(version)) == (1, [(3, "a1", "含有不可见的空字符（NUL）")])


def test_mostly_bad_or_not_spotless_keeps_the_old_version(cast):
    items = text_items(["a1"], f1="I")
    resource = mounted_resource(cast, items=items, content="a1\n1\n")
    before = queries.current_table(resource)
    mostly_bad = load(resource, "a1\n1\nx\ny\n", cast.li)
    assert mostly_bad.state == State.REFUSED
    assert mostly_bad.rejected_count == 2
    assert "超过一半" in mostly_bad.faults[0]["reason"]
    assert load(resource, "a1\n1\n2\n3\nx\n", cast.li, is_strict=True).state == State.REFUSED
    assert queries.current_table(resource) == before
    assert load(resource, "a1\n1\n2\n3\nx\n", cast.li).state == State.CURRENT


def test_json_pages_of_interfaces_load(cast):
    page = {"total": 2, "data": [{"a1": "01", "a2": None}, {"a1": "02", "a2": 3.50}, {"a1": "03", "extra": 1}]}
    version = load(
        published_resource(cast, items=text_items(["a1", "a2"])), json.dumps(page), cast.li, file_name="page.json"
    )
    assert [row[1:] for row in rows_of(version)] == [("01", None), ("02", "3.5")]
    assert reasons(version) == [(3, "", "多出字段“extra”")]


def test_a_broken_json_says_so(cast):
    version = load(published_resource(cast, items=text_items(["a1"])), '[{"a1": 1}, {', cast.li, file_name="p.json")
    assert version.state == State.REFUSED
    assert "JSON 有错" in version.faults[0]["reason"]


def test_replacing_keeps_the_old_table_and_later_drops_the_oldest(cast):
    items = text_items(["a1"])
    resource = mounted_resource(cast, items=items, content="a1\n1\n")
    loads = [load(resource, f"a1\n{number}\n", cast.li) for number in (2, 3, 4)]
    assert queries.current_table(resource) == loads[-1]
    states = list(TableVersion.objects.order_by("number").values_list("state", flat=True))
    assert states == [State.RETIRED, State.RETIRED, State.RETIRED, State.CURRENT]
    assert actions.drop_old_tables(now=LOADED_AT) == 1
    kept = TableVersion.objects.exclude(table_name="").order_by("number").values_list("number", flat=True)
    assert list(kept) == [2, 3, 4]
    assert rows_of(loads[0])[0][1] == "2"
    assert actions.drop_old_tables(now=LOADED_AT) == 0


@pytest.mark.parametrize("name", ["zhou", "chen", "liang", "wu", "sysadmin", "secadmin", "auditor"])
def test_only_the_providers_handler_loads(cast, name):
    resource = published_resource(cast)
    with pytest.raises(Denied, match="提供部门的经办"):
        load(resource, ROWS, cast.people[name])
    assert not TableVersion.objects.exists()


def test_loading_is_in_the_log(cast):
    from audit.models import AuditEvent

    resource = mounted_resource(cast)
    event = AuditEvent.objects.get(verb="table_version.load")
    assert (event.subject_id, event.facts["rows"], event.actor_name) == (resource.pk, 3, "李卓然")


def test_a_file_too_large_is_refused_before_it_is_kept(cast, settings):
    settings.UPLOAD_MAX_MB = 0
    with pytest.raises(Invalid, match="上限"):
        load(published_resource(cast), ROWS, cast.li)
    assert not TableVersion.objects.exists()


def test_an_older_upload_never_replaces_a_newer_one(cast):
    items = text_items(["a1"])
    resource = published_resource(cast, items=items)
    import io

    slow = actions.queue_load(
        resource=resource, file=io.BytesIO(b"a1\nold\n"), file_name="a.csv", by=cast.li, now=LOADED_AT
    )
    quick = load(resource, "a1\nnew\n", cast.li)
    actions.load_version(version_id=slow.pk, by=None, now=LOADED_AT)
    slow.refresh_from_db()
    assert slow.state == State.RETIRED
    assert queries.current_table(resource) == quick
