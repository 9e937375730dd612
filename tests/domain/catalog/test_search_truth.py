"""The search's table says what the catalog says, whoever wrote it; the wall stands before every count."""

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.utils import timezone

from catalog.resources import actions, search_facets, searching
from catalog.resources.models import DataResource, SearchRow, SearchTally
from catalog.resources.search_conditions import TRUE, Access
from catalog.resources.searching import search, suggest
from catalog.taxonomy import actions as taxonomy
from gdshare.lib.folding import fold
from tests.factories.catalog import draft_resource, published_resource
from tests.factories.mounts import mounted_resource


def run(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def names(page):
    return [hit.resource.name for hit in page.rows]


def facets(page):
    return {facet.key: {option.value: option.count for option in facet.options} for facet in page.facets}


def kept():
    columns = (
        "resource_id, provider, subject, form, is_restricted, standing, published_at, data_updated_at, name, body, "
        "lexemes::text"
    )
    rows = run(f"SELECT {columns} FROM catalog_searchrow ORDER BY 1")
    tally = run(
        'SELECT "of", key, sum(number) FROM catalog_searchtally GROUP BY 1, 2 HAVING sum(number) <> 0 ORDER BY 1, 2'
    )
    return rows, tally


def assert_no_drift():
    """Rows made anew from the catalog are the rows there are, and the tally is their count."""
    before = kept()
    run("SELECT gd_search_refresh(ARRAY(SELECT id FROM catalog_dataresource))")
    assert kept() == before
    counted = run(
        'SELECT d."of", d.key, count(*) FROM catalog_searchrow, LATERAL (VALUES (1, provider), (2, subject::bigint), '
        '(3, form::bigint)) AS d("of", key) WHERE NOT is_restricted GROUP BY 1, 2 ORDER BY 1, 2'
    )
    assert counted == before[1]
    listed = set(DataResource.objects.published().values_list("pk", flat=True))
    assert {row[0] for row in before[0]} == listed


# never drifting


STATEMENTS = (
    "UPDATE catalog_dataresource SET name = '改了名的目录' WHERE id = {pk}",
    "UPDATE catalog_dataresource SET is_restricted = NOT is_restricted",
    "UPDATE catalog_dataresource SET status = 'DRAFT' WHERE id = {pk}",
    "UPDATE catalog_dataresource SET status = 'PUBLISHED', published_at = now() WHERE id = {draft}",
    "UPDATE catalog_dataresource SET use_count = 40, grade = 3, update_cycle = 'YEARLY', tags = '{{甲,乙}}'",
    "UPDATE catalog_dataitem SET name = '不动产证号' WHERE resource_id = {pk} AND position = 1",
    "UPDATE catalog_dataitem SET retired_at = now() WHERE resource_id = {pk} AND position = 2",
    "DELETE FROM catalog_dataitem WHERE resource_id = {pk} AND position = 3",
    "INSERT INTO catalog_dataitem (resource_id, position, name, identifier, data_type, grade, use_conditions, is_key, "
    "is_basic, is_required, description) VALUES ({pk}, 99, '后补的项', 'hbdx', 'C', 1, '', false, false, false, '')",
    "UPDATE security_department SET name = '广东省自然资源和海洋厅', short_name = '省资海厅', aliases = '{{国土厅}}'",
    "UPDATE catalog_term SET name = '社保改名' WHERE kind = 'THEME' AND code = '03'",
    "DELETE FROM catalog_dataresource WHERE id = {pk}",
)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_search_follows_every_statement(cast, statement):
    resource = published_resource(cast, theme="03")
    published_resource(cast, is_restricted=True)
    draft = draft_resource(cast)
    before = kept()
    if statement.startswith("UPDATE security_department"):
        statement += f" WHERE id = {cast.natural_resources.pk}"
    if statement.startswith("DELETE FROM catalog_dataresource"):
        DataResource.objects.get(pk=resource.pk).delete()
    else:
        run(statement.format(pk=resource.pk, draft=draft.pk).replace("{{", "{").replace("}}", "}"))
    assert kept() != before
    assert_no_drift()


def test_search_follows_the_actions_and_takes_part_in_their_rollback(cast):
    resource = published_resource(cast, name="渔船检验")
    assert names(search(cast.chen, text="渔船")) == ["渔船检验"]
    with transaction.atomic():
        actions.withdraw(resource=resource, by=cast.zhou, now=timezone.now(), opinion="系统停用")
        assert search(cast.chen, text="渔船").total == 0
        transaction.set_rollback(True)
    assert search(cast.chen, text="渔船").total == search(cast.chen).total == 1
    actions.withdraw(resource=resource, by=cast.zhou, now=timezone.now(), opinion="系统停用")
    assert search(cast.chen, text="渔船").total == search(cast.chen).total == 0
    mounted_resource(cast)
    assert facets(search(cast.chen))["mount"] == {"TABLE": 1}
    assert_no_drift()


def test_the_tally_folds_to_one_row_each(cast):
    for _ in range(3):
        published_resource(cast)
    before = kept()[1]
    actions.fold_search_tally(now=timezone.now())
    assert kept()[1] == before
    assert SearchTally.objects.count() == len(before)


def test_use_moves_an_entry_up(cast):
    old = published_resource(cast, name="低保甲")
    published_resource(cast, name="低保乙")
    assert names(search(cast.chen, text="低保")) == ["低保乙", "低保甲"]
    assert actions.record_use(now=timezone.now(), counts={old.pk: 30, 999_999: 5}) == 1
    assert actions.record_use(now=timezone.now(), counts={old.pk: 30}) == 0
    assert names(search(cast.chen, text="低保")) == ["低保甲", "低保乙"]


# folding


def test_database_and_program_fold_alike(db):
    letters = [chr(code) for code in range(1, 0x2FA20) if not 0xD800 <= code < 0xE000]
    text = "".join(letter for letter in letters if letter.isprintable() or letter.isspace())
    folded = run("SELECT gd_fold(%s)", text)[0][0]
    different = [(old, new, fold(old)) for old, new in zip(text, folded, strict=True) if new != fold(old)]
    assert not different


def test_traditional_finds_simplified_and_back(cast):
    published_resource(cast, name="殘疾人補貼發放", abstract="發放明細")
    published_resource(cast, name="社会保险登记")
    assert names(search(cast.chen, text="残疾人补贴")) == ["殘疾人補貼發放"]
    assert names(search(cast.chen, text="社會保險")) == ["社会保险登记"]
    [hit] = search(cast.chen, text="补贴").rows
    assert [piece.text for piece in hit.name if piece.is_hit] == ["補貼"]


# pinyin


@pytest.mark.parametrize(
    "typed", ["rkjbxx", "renkoujibenxinxi", "rkjb", "renkouji", "RKJBXX", "jbxx", "jibenxinxi", "rk jbxx", "zjhm"]
)
def test_pinyin_and_initials_find(cast, typed):
    published_resource(cast, name="人口基本信息", items=[{"name": "证件号码", "identifier": "id_no"}])
    published_resource(cast, name="道路运输许可", items=[{"name": "许可内容", "identifier": "content"}])
    assert names(search(cast.chen, text=typed)) == ["人口基本信息"]


def test_polyphones_are_read_in_their_word(cast):
    for name in ("重庆银行网点", "行政处罚", "长途客运"):
        published_resource(cast, name=name, items=[{"name": "名称", "identifier": "mc"}])
    for typed, name in (("chongqing", "重庆银行网点"), ("yinhang", "重庆银行网点"), ("xingzheng", "行政处罚"),
                        ("changtu", "长途客运")):  # fmt: skip
        assert names(search(cast.chen, text=typed)) == [name], typed


# synonyms


def test_synonyms_are_looked_for_and_said(cast):
    published_resource(cast, name="最低生活保障对象")
    published_resource(cast, name="低保金发放", items=[{"name": "金额"}])
    assert search(cast.chen, text="低保").total == 1
    taxonomy.add_synonym(by=cast.liang, now=timezone.now(), term="最低生活保障", variants=["低保"])
    page = search(cast.chen, text="低保")
    assert set(names(page)) == {"最低生活保障对象", "低保金发放"}
    assert page.also == ("最低生活保障",)
    assert any(piece.is_hit for hit in page.rows for piece in hit.name)
    assert search(cast.chen, text="低保 发放").total == 1


# the wall


def shown_of_hidden(cast, hidden):
    """Where a stranger could learn of the hidden entry."""
    everything = search(cast.wu)
    found = search(cast.wu, text="绝密航道")
    narrowed = search(cast.wu, text="绝密", filters={"share_type": ["UNCONDITIONAL"]})
    return {
        "rows": hidden.name in names(found),
        "total": found.total > 0,
        "narrowed": narrowed.total > 0,
        "whole total": everything.total > 1,
        "whole rows": hidden.name in names(everything),
        "facets": bool(facets(found)["share_type"]),
        "narrowed facets": bool(facets(narrowed)["theme"]),
        "whole facets": "05" in facets(everything)["theme"],
        "suggestions": bool(suggest(cast.wu, "绝密")) or bool(suggest(cast.wu, "juemi")),
        "items suggested": bool(suggest(cast.wu, "航标灯")),
    }


@pytest.fixture
def hidden(cast):
    published_resource(cast, name="公开的目录", theme="03")
    return published_resource(cast, name="绝密航道", theme="05", is_restricted=True, items=[{"name": "航标灯质"}])


def test_a_restricted_entry_is_nowhere(cast, hidden):
    assert not [place for place, shows in shown_of_hidden(cast, hidden).items() if shows]
    for person in (cast.li, cast.liang):  # its provider and the authority know of it
        assert search(person, text="绝密").total == 1
        assert search(person).total == 2
        assert facets(search(person))["theme"] == {"03": 1, "05": 1}
        assert suggest(person, "绝密")
    assert search(cast.sysadmin).total == 0
    assert not suggest(cast.sysadmin, "目录")
    actions.restrict(resource=hidden, by=cast.zhou, now=timezone.now(), is_restricted=True, shown_to=[cast.sports])
    assert search(cast.wu, text="绝密").total == 1
    assert facets(search(cast.wu))["theme"] == {"03": 1, "05": 1}
    assert search(cast.chen).total == 1


def test_without_the_wall_every_place_would_show_it(cast, hidden, monkeypatch):
    """The test above can fail: it fails in each place once the wall is gone."""
    monkeypatch.setattr(searching, "wall", lambda actor: TRUE)
    monkeypatch.setattr(search_facets, "wall", lambda actor: TRUE)
    assert not [place for place, shows in shown_of_hidden(cast, hidden).items() if not shows]


def test_what_is_found_is_what_may_be_seen(cast):
    published_resource(cast, is_restricted=True)
    published_resource(cast)
    draft_resource(cast)
    for person in cast.people.values():
        seen = DataResource.objects.visible_to(person).published().values_list("pk", flat=True)
        assert {hit.resource.pk for hit in search(person).rows} == set(seen)
        assert search(person).total == len(seen)


# facets


def test_facets_equal_plain_counts_however_one_narrows(cast):
    for number in range(6):
        published_resource(
            cast, name=f"目录{number}", theme=("03", "05")[number % 2],
            share_type=("UNCONDITIONAL", "NOT_SHARED")[number // 3],
            update_cycle=("DAILY", "YEARLY")[number % 2], is_restricted=number == 5,
        )  # fmt: skip
    every = list(DataResource.objects.visible_to(cast.chen).published())
    for text in ("", "目录"):
        for chosen in ({}, {"theme": ["03"]}, {"theme": ["03"], "cycle": ["DAILY"]}, {"share_type": ["NOT_SHARED"]}):
            page = search(cast.chen, text=text, filters=chosen)

            def fits(row, but="", chosen=chosen):
                have = {"theme": row.theme.code, "cycle": row.update_cycle, "share_type": row.share_type}
                return all(have[key] in values for key, values in chosen.items() if key != but)

            assert page.total == sum(fits(row) for row in every)
            for key, value in (("theme", lambda r: r.theme.code), ("cycle", lambda r: r.update_cycle),
                               ("share_type", lambda r: r.share_type), ("region", lambda r: "440000")):  # fmt: skip
                plain = {}
                for row in every:
                    if fits(row, but=key):
                        plain[value(row)] = plain.get(value(row), 0) + 1
                assert facets(page)[key] == plain, (text, chosen, key)


def test_how_one_stands_is_counted_and_narrows(cast):
    full = mounted_resource(cast, name="可取的")
    published_resource(cast, name="没有数据的", share_type="UNCONDITIONAL")
    granted = published_resource(cast, name="已授权的", share_type="CONDITIONAL")
    published_resource(cast, name="要申请的", share_type="CONDITIONAL")
    published_resource(cast, name="不给的", share_type="NOT_SHARED")
    access = Access((granted.pk,), opens_unconditional=True)
    every = {"OPEN": 1, "EMPTY": 1, "GRANTED": 1, "APPLY": 1, "CLOSED": 1}
    for text in ("", "的"):
        assert facets(search(cast.chen, text=text, access=access))["available"] == every
        page = search(cast.chen, text=text, access=access, filters={"available": ["OPEN", "GRANTED"]})
        assert set(names(page)) == {full.name, "已授权的"}
        assert page.total == 2
        assert facets(page)["available"] == every
        assert facets(page)["share_type"] == {"UNCONDITIONAL": 1, "CONDITIONAL": 1}
    assert facets(search(cast.li))["available"] == {"OPEN": 5}
    asked = search(cast.chen, access=Access((), opens_unconditional=False))
    assert facets(asked)["available"] == {"APPLY": 4, "CLOSED": 1}


# golden queries

ENTRIES = (
    ("人口基本信息", "全省户籍人口和流动人口的基本情况。", ("姓名", "公民身份号码", "户籍地址"), ("户籍",)),
    ("人口迁移信息", "迁入迁出登记，与人口基本信息核对。", ("迁移原因", "迁移日期"), ()),
    ("婚姻登记信息", "结婚、离婚登记。", ("男方姓名", "女方姓名", "登记日期"), ("民政",)),
    ("婚姻登记", "汇总到县的婚姻登记。", ("登记机关", "件数"), ()),
    ("企业登记信息", "市场主体设立、变更、注销。", ("统一社会信用代码", "法定代表人", "注册资本"), ("法人",)),
    ("企业年度报告", "企业按年报送。", ("统一社会信用代码", "营业收入"), ()),
    ("统一社会信用代码", "代码与名称对照。", ("单位名称",), ()),
    ("不动产登记信息", "权利登记簿。", ("不动产单元号", "权利人", "建筑面积"), ()),
    ("不动产抵押信息", "抵押权登记。", ("抵押金额", "权利人"), ()),
    ("低保对象信息", "最低生活保障对象。", ("户主姓名", "保障金额"), ("救助",)),
    ("残疾人证信息", "残疾类别和等级。", ("残疾类别", "发证日期"), ()),
    ("GDP统计", "地区生产总值。", ("年份", "地区"), ()),
    ("道路运输许可", "经营许可。", ("许可证号", "经营范围"), ()),
    ("水质监测数据", "地表水断面监测。", ("断面名称", "氨氮"), ("环保",)),
    ("养老保险参保", "参保缴费。", ("缴费基数", "公民身份号码"), ("社保",)),
)
GOLDEN = (
    ("人口基本信息", "人口基本信息"),
    ("人口", "人口迁移信息 人口基本信息"),
    ("婚姻登记", "婚姻登记 婚姻登记信息"),
    ("婚姻 信息", "婚姻登记信息"),
    ("统一社会信用代码", "统一社会信用代码 企业年度报告 企业登记信息"),
    ("信用代码", "统一社会信用代码 企业年度报告 企业登记信息"),
    ("不动产", "不动产抵押信息 不动产登记信息"),
    ("权利人", "不动产抵押信息 不动产登记信息"),
    ("抵押", "不动产抵押信息"),
    ("身份号码", "养老保险参保 人口基本信息"),
    ("公民身份号码", "养老保险参保 人口基本信息"),
    ("户籍", "人口基本信息"),
    ("户籍地址", "人口基本信息"),
    ("rkjbxx", "人口基本信息"),
    ("renkou", "人口迁移信息 人口基本信息"),
    ("hydj", "婚姻登记 婚姻登记信息"),
    ("gdp", "GDP统计"),
    ("ＧＤＰ", "GDP统计"),
    ("企業登記", "企业登记信息"),
    ("殘疾", "残疾人证信息"),
    ("最低生活保障", "低保对象信息"),
    ("救助", "低保对象信息"),
    ("氨氮", "水质监测数据"),
    ("监测", "水质监测数据"),
    ("营业收入 企业", "企业年度报告"),
    ("许可证号", "道路运输许可"),
    ("dlysxk", "道路运输许可"),
    ("参保缴费", "养老保险参保"),
    ("渔业捕捞", ""),
)
"""(what is typed, what stands first, in order); among equals the newer stands first."""


def test_golden_queries(cast):
    for day, (name, abstract, items, tags) in enumerate(ENTRIES, 1):
        row = published_resource(
            cast, name=name, abstract=abstract, items=[{"name": item} for item in items], tags=tags
        )
        DataResource.objects.filter(pk=row.pk).update(published_at=datetime(2026, 3, day, tzinfo=UTC))
    wrong = []
    for typed, wanted in GOLDEN:
        found = names(search(cast.chen, text=typed))
        if found[: len(wanted.split())] != wanted.split() or (not wanted and found):
            wrong.append((typed, wanted, found))
    assert not wrong


# suggestions


def test_suggestions_are_names_then_items(cast):
    published_resource(cast, name="婚姻登记信息", items=[{"name": "结婚登记日期"}, {"name": "男方姓名"}])
    published_resource(cast, name="结婚证照", items=[{"name": "结婚证字号"}])
    found = [(one.text, one.kind) for one in suggest(cast.chen, "结婚")]
    assert found[0] == ("结婚证照", "资源")
    assert {text for text, kind in found if kind != "资源"} == {"结婚登记日期", "结婚证字号"}
    assert suggest(cast.chen, "hydjxx")[0].text == "婚姻登记信息"
    assert suggest(cast.chen, "  ") == suggest(cast.chen, "没有这个词") == []
    assert SearchRow.objects.count() == 2
