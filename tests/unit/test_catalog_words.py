"""How strangers' words become ours: grades, heads, share types, initials. No database."""

import pytest

from catalog.resources import grading, mappings, words
from catalog.resources.contents import free_identifier
from catalog.resources.searching import Piece, fold, pieces, words_of
from gdshare.lib.pinyin import initials


@pytest.mark.parametrize(
    ("name", "grade"),
    [
        ("身份证号", 4),
        ("居民身份证或其他有效身份证件号码", 4),
        ("公民身份号码", 4),
        ("权利人证件号码", 4),
        ("护照号", 4),
        ("银行账号", 4),
        ("社会保障号", 4),
        ("手机号码", 3),
        ("联系电话", 3),
        ("姓名", 3),
        ("家庭住址", 3),
        ("出生日期", 3),
        ("法定代表人", 2),
        ("金额", 2),
        ("证件类型", 1),
        ("单位联系电话", 1),
        ("机构名称", 1),
        ("登记日期", 1),
        ("是否残疾", 1),
    ],
)
def test_grade_follows_the_name(name, grade):
    assert grading.grade_of(name) == grade


@pytest.mark.parametrize(
    ("head", "element"),
    [
        ("标题", "name"),
        ("资源信息名称", "name"),
        (" 数据集名称： ", "name"),
        ("信息资源名称（必填）", "name"),
        ("cata_title", "name"),
        ("摘要", "abstract"),
        ("来源部门", "internal_unit"),
        ("提供方代码", "provider_code"),
        ("更新频度", "update_cycle"),
        ("开放等级", "openness"),
        ("共享条件/不予共享依据", "conditions_or_basis"),
        ("格式/分类", "format_category"),
        ("信息项/名称", "item_name"),
        ("cata_items", "items"),
        ("下载次数", ""),
        ("", ""),
    ],
)
def test_heads_are_known_under_many_names(head, element):
    assert mappings.element_of(head) == element


def columns(heads: list[str]) -> dict[str, list[str]]:
    return mappings.columns_of(mappings.general_targets(heads))


def test_open_conditions_mean_something_else_beside_the_open_flag():
    assert columns(["开放条件"]) == {"openness": ["开放条件"]}
    assert columns(["是否向社会开放", "开放条件"]) == {
        "open_flag": ["是否向社会开放"], "open_conditions": ["开放条件"],
    }  # fmt: skip
    assert columns(["cata_id", "cata_code"])["external_code"] == ["cata_code", "cata_id"]


@pytest.mark.parametrize(
    ("word", "share_type"),
    [
        ("无条件共享", "UNCONDITIONAL"),
        ("1", "UNCONDITIONAL"),
        ("有条件", "CONDITIONAL"),
        ("2", "CONDITIONAL"),
        ("不予共享", "NOT_SHARED"),
        ("３", "NOT_SHARED"),
        ("也许", ""),
        ("", ""),
    ],
)
def test_share_types(word, share_type):
    assert words.share_type(word) == share_type


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("无条件开放", ("OPEN", "UNCONDITIONAL")),
        ("登录开放", ("OPEN", "UNCONDITIONAL")),
        ("依申请开放", ("OPEN", "CONDITIONAL")),
        ("有条件开放", ("OPEN", "CONDITIONAL")),
        ("不予开放", ("NOT_OPEN", "CONDITIONAL")),
        ("用于数据校验", ("NOT_OPEN", "CONDITIONAL")),
    ],
)
def test_openness_implies_a_share_type(word, expected):
    assert words.openness(word) == expected


def test_identifiers_come_from_initials_and_never_repeat():
    assert initials("不动产单元号") == "bdcdyh"
    assert free_identifier("不动产单元号", set()) == "bdcdyh"
    assert free_identifier("不动产单元号", {"bdcdyh", "bdcdyh_2"}) == "bdcdyh_3"
    assert free_identifier("2026年", set()) == "n"
    assert free_identifier("（）", set()) == "item"


def test_words_of_a_query():
    assert words_of("  ＧＤＰ  统计 gdp ") == ["gdp", "统计"]
    assert words_of("　") == []
    assert len(words_of(" ".join("abcdefghijkl"))) == 8


def test_pieces_put_together_are_the_text():
    text = "残疾人两项补贴（残疾）"
    cut = pieces(text, ["残疾", "补贴"])
    assert "".join(piece.text for piece in cut) == text
    assert [piece.text for piece in cut if piece.is_hit] == ["残疾", "补贴", "残疾"]
    assert pieces("abc", []) == (Piece("abc"),)
    assert fold("Ａb（") == "ab("
