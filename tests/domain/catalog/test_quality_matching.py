"""Whether two items are the same datum: a labelled set with its precision and recall, and what must hold of names."""

import pytest
from django.db import connection

from catalog.quality import elements_seed, sources
from catalog.quality.matching import Described, Dictionary, are_about_the_same, compare
from catalog.quality.models import DataElement
from catalog.quality.wording import WORDS, canonical, key_of, spellings
from tests.domain.catalog.one_source import measured, pairs


@pytest.fixture
def words(db) -> Dictionary:
    """As shipped."""
    return sources.dictionary()


def test_the_set_is_large_and_hard():
    rows = pairs("tuning") + pairs("held_out")
    assert len(rows) >= 300
    assert sum(row["same"] == "n" for row in rows) >= 150
    assert len({(row["name_a"], row["entry_a"], row["name_b"], row["entry_b"]) for row in rows}) == len(rows)


@pytest.mark.parametrize("part", ["tuning", "held_out"])
def test_precision_and_recall(words, part):
    precision, recall, wrong = measured(pairs(part), words)
    print(f"{part}: precision {precision:.3f}, recall {recall:.3f}; wrong: {wrong}")
    assert precision >= 0.9
    assert recall >= 0.8


def test_it_is_the_same_both_ways(words):
    for row in pairs("tuning"):
        first = Described(row["name_a"], row["type_a"], row["entry_a"])
        second = Described(row["name_b"], row["type_b"], row["entry_b"])
        assert bool(compare(first, second, words)) == bool(compare(second, first, words)), row


def test_the_index_finds_whatever_counts_as_the_same(words):
    """Candidates come by equality of keys: a pair that compares as the same must share one."""
    for row in pairs("tuning") + pairs("held_out"):
        first = Described(row["name_a"], row["type_a"], row["entry_a"])
        second = Described(row["name_b"], row["type_b"], row["entry_b"])
        if compare(first, second, words) and row["name_a"] != "統一社會信用代碼":
            assert key_of(row["name_b"]) in words.keys(first), (row["name_a"], row["name_b"])


def test_every_spelling_of_a_name_is_that_name():
    for name in ("发证日期", "权利人名称", "企业统一社会信用代码", "户籍所在地行政区划", "姓名", "参保状态"):
        for key in spellings(name):
            assert canonical(key) == canonical(name), key


@pytest.mark.parametrize(
    "name",
    [
        "姓 名",
        "注册资本（万元）",
        "VIN码",
        "ＩＤ号",
        "性别(1男 2女)",
        "面积[亩]",
        "甲、乙/丙",
        "E-mail",
        "备注：其他",
        "A·B",
    ],
)
def test_the_database_folds_names_as_python_does(db, name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT gd_item_key(%s)", [name])
        assert cursor.fetchone()[0] == key_of(name)


def test_reasons_are_told(words):
    def reason(a: str, b: str, **more: str) -> str:
        found = compare(Described(a, "C", **more), Described(b, "C", **more), words)
        return found.reason if found else ""

    assert reason("姓名", "姓　名") == "同名"
    assert reason("公民身份号码", "身份证号") == "同义：身份证号，同一数据元“公民身份号码”"
    assert reason("许可用途编号", "许可用途号码") == "名称相近且类型一致：许可用途号码"
    assert reason("登记日期", "登记日期", entry="婚姻登记信息") == "同名，两条目录内容相近"
    assert reason("性别", "性别代码", description="按 GB/T 2261.1").endswith("代码表一致（GB/T 2261.1）")


def test_what_a_person_confirmed_beats_the_name(words):
    element, other = DataElement.objects.order_by("id")[:2]
    same = compare(Described("甲", "C", element_id=element.pk), Described("乙", "C", element_id=element.pk), words)
    assert same is not None
    assert same.reason == f"同一数据元：{element.name}"
    first, second = Described("甲", "C", element_id=element.pk), Described("甲", "C", element_id=other.pk)
    assert compare(first, second, words) is None


def test_a_name_alone_is_not_enough_across_types(words):
    assert compare(Described("登记日期", "D"), Described("登记日期", "N"), words) is None
    assert compare(Described("装机容量值", "N"), Described("装机容量值", "C"), words) is not None
    assert compare(Described("装机容量编号", "N"), Described("装机容量号码", "C"), words) is None


def test_the_authority_s_synonyms_count(db):
    words = Dictionary.of([], [("最低生活保障", "低保")])
    found = compare(Described("低保起始月份", "C"), Described("最低生活保障开始月份", "C"), words)
    assert found is None, "起始月份 is no word of the table"
    found = compare(Described("低保标识", "C"), Described("最低生活保障标识", "C"), words)
    assert found is not None
    assert found.reason == "同义：最低生活保障标识"
    assert key_of("最低生活保障标识") in words.keys(Described("低保标识", "C"))
    assert key_of("低保标识") in words.keys(Described("最低生活保障标识", "C"))


def test_entries_about_the_same_thing():
    assert are_about_the_same("食品经营许可信息", "全省食品经营许可证信息")
    assert not are_about_the_same("婚姻登记信息", "不动产登记信息")


def test_the_shipped_elements_do_not_get_in_each_other_s_way():
    owner: dict[str, str] = {}
    seeds = list(elements_seed.seeds())
    assert len(seeds) >= 150
    assert len({seed.identifier for seed in seeds}) == len(seeds)
    for seed in seeds:
        coded = (f"{seed.name}代码", f"{seed.name}名称") if seed.code_list else ()
        for word in (seed.name, *seed.aliases, *coded):
            assert owner.setdefault(canonical(word), seed.name) == seed.name, (word, seed.name)


def test_no_word_is_in_two_groups():
    every = [word for group in WORDS for word in group]
    assert sorted({word for word in every if every.count(word) > 1}) == []
