"""A basis carries a share type when its text is registered, in force, and of a rank that the profile admits."""

import re
from datetime import UTC, date, datetime

import pytest

from catalog.laws import actions as laws
from catalog.laws.models import LegalText
from catalog.laws.queries import Register
from catalog.resources import actions, queries, weakness
from catalog.resources.models import ResourceBasis
from gdshare.lib.errors import Conflict, Denied, Invalid
from gdshare.rules import queries as rules
from tests.factories.catalog import draft_resource, published_resource

NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 3)
RULE = "《广东省公共数据管理办法》第十条"
PAPER = "《政务信息资源共享管理暂行办法》第九条"


@pytest.fixture
def texts(cast):
    """One text gone, one to come."""
    values = {"level": "LAW", "in_force_from": date(2000, 1, 1), "in_force_to": date(2020, 12, 31)}
    laws.add_text(by=cast.liang, now=NOW, values={"title": "已废止之法", **values})
    values = {"level": "LAW", "in_force_from": date(2027, 1, 1)}
    return laws.add_text(by=cast.liang, now=NOW, values={"title": "未施行之法", **values})


def submit(cast, **values):
    actions.submit(resource=draft_resource(cast, **values), by=cast.li, now=NOW)


@pytest.mark.usefixtures("texts")
@pytest.mark.parametrize(
    ("profile", "share_type", "basis", "says"),
    [
        (
            "GD-50",
            "CONDITIONAL",
            "《某某法》第一条",
            "有条件共享的依据不成立（50号文第十八条）：《某某法》不在法规库里。",
        ),
        ("GD-50", "NOT_SHARED", "《已废止之法》第一条", "《已废止之法》已于 2020-12-31 失效"),
        ("GD-50", "NOT_SHARED", "《未施行之法》第一条", "《未施行之法》到 2027-01-01 才施行"),
        ("GD-50", "CONDITIONAL", PAPER, "是规范性文件，不能作为有条件共享的依据"),
        ("GD-50", "NOT_SHARED", "会议纪要", "不予共享的依据不成立（50号文第十八条）：“会议纪要”没有引用任何法规。"),
        ("CN-809", "NOT_SHARED", RULE, "不予共享的依据不成立（条例第十五条）：《广东省公共数据管理办法》是规章，"),
        ("CN-809", "NOT_SHARED", "", "不予共享没有写明依据（条例第十五条）"),
        ("CN-809", "NOT_SHARED", "《广东省社会信用条例》第十条", "是地方性法规，不能作为不予共享的依据"),
    ],
)
def test_what_does_not_carry_is_refused(cast, settings, profile, share_type, basis, says):
    settings.RULE_PROFILE = profile
    with pytest.raises(Invalid, match=re.escape(says)):
        submit(cast, share_type=share_type, legal_basis=basis)


@pytest.mark.parametrize(
    ("profile", "share_type", "basis"),
    [
        ("GD-50", "NOT_SHARED", RULE),
        ("GD-50", "CONDITIONAL", f"{PAPER}、个人信息保护法第三十四条"),
        ("GD-50", "CONDITIONAL", "个人信息保护法第三十四条"),
        ("CN-809", "CONDITIONAL", ""),
        ("CN-809", "NOT_SHARED", "《社会救助暂行办法》（国务院令第649号）第五十八条"),
    ],
)
def test_what_carries_is_let_through(cast, settings, profile, share_type, basis):
    settings.RULE_PROFILE = profile
    assert published_resource(cast, share_type=share_type, legal_basis=basis).status == "PUBLISHED"


def test_conditions_are_asked_under_both_profiles(cast, settings):
    settings.RULE_PROFILE = "CN-809"
    with pytest.raises(Invalid, match=r"有条件共享没有写明共享条件（条例第十五条）"):
        submit(cast, share_type="CONDITIONAL", legal_basis="", share_conditions="")


def test_an_items_own_share_type_needs_a_basis_too(cast):
    items = [{"name": "甲"}, {"name": "乙", "share_type": "NOT_SHARED"}]
    with pytest.raises(Invalid, match=r"不予共享没有写明依据（50号文第十八条）"):
        submit(cast, items=items)


def test_a_batch_tells_it_of_each_entry(cast):
    bad = draft_resource(cast, share_type="CONDITIONAL", legal_basis="《某某法》第一条")
    good = draft_resource(cast, share_type="CONDITIONAL")
    batch = actions.submit_all(resources=[bad, good], by=cast.li, now=NOW)
    assert [row.pk for row in batch.done] == [good.pk]
    assert "《某某法》不在法规库里" in batch.refused[0][1]


def test_rows_follow_the_text(cast):
    resource = draft_resource(cast, share_type="CONDITIONAL", legal_basis="《某某法》第一条、民法典第一千条")
    assert not ResourceBasis.objects.filter(resource=resource).exists()
    values = {"legal_basis": "《民法典》第一千零三十九条、《某某法》第一条、《居住证暂行条例》第十七条"}
    actions.update_resource(resource=resource, by=cast.li, now=NOW, values=values)
    rows = ResourceBasis.objects.filter(resource=resource).order_by("position").values_list("text__title", "article")
    assert list(rows) == [("中华人民共和国民法典", "第一千零三十九条"), ("居住证暂行条例", "第十七条")]


def test_vague_conditions_and_lesser_citations_are_shown_not_refused(cast):
    resource = published_resource(
        cast, share_type="CONDITIONAL", legal_basis=f"{PAPER}、《民法典》第一千条", share_conditions="经领导同意后提供",
        items=[{"name": "甲", "use_conditions": "视情况"}],
    )  # fmt: skip
    told = queries.warnings(resource, today=TODAY)
    assert told[:2] == [
        "共享条件写的“经领导同意”无法核对，请写明具体的范围、用途或者程序。",
        "信息项“甲”的使用条件写的“视情况”无法核对，请写明具体的范围、用途或者程序。",
    ]
    assert "《政务信息资源共享管理暂行办法》是规范性文件" in told[2]


def report(person, code, day=TODAY):
    profile = rules.parsed(rules.profile_named(code))
    rows = weakness.weak(person, profile=profile, day=day)
    register = Register.load()
    return {row.pk: weakness.reason(row, profile=profile, register=register, day=day) for row in rows}


def test_the_report_lists_what_became_too_weak(cast):
    by_rule = published_resource(cast, share_type="NOT_SHARED", legal_basis=RULE)
    by_item = published_resource(cast, legal_basis=RULE, items=[{"name": "甲", "share_type": "NOT_SHARED"}])
    firm = published_resource(cast, share_type="NOT_SHARED", legal_basis="《统计法》第九条")
    published_resource(cast, share_type="CONDITIONAL", legal_basis=RULE)
    draft_resource(cast, share_type="NOT_SHARED", legal_basis=RULE)
    assert report(cast.liang, "GD-50") == {}
    told = report(cast.liang, "CN-809")
    assert set(told) == {by_rule.pk, by_item.pk}
    assert "《广东省公共数据管理办法》是规章" in told[by_rule.pk]
    text = LegalText.objects.get(title="中华人民共和国统计法")
    laws.close_text(text=text, by=cast.liang, now=NOW, last_day=date(2026, 2, 1))
    assert set(report(cast.liang, "GD-50")) == {firm.pk}
    assert "已于 2026-02-01 失效" in report(cast.liang, "GD-50")[firm.pk]


def test_the_register_is_kept_by_the_authority_alone(cast):
    values = {"title": "新法", "level": "LAW", "in_force_from": TODAY}
    with pytest.raises(Denied, match="主管部门"):
        laws.add_text(by=cast.li, now=NOW, values=values)
    text = laws.add_text(by=cast.liang, now=NOW, values=values)
    with pytest.raises(Conflict, match="法规库里已有“新法”"):
        laws.add_text(by=cast.liang, now=NOW, values={**values, "title": "中华人民共和国新法"})
    with pytest.raises(Invalid, match="失效日期早于施行日期"):
        laws.close_text(text=text, by=cast.liang, now=NOW, last_day=date(2020, 1, 1))
    draft_resource(cast, share_type="NOT_SHARED", legal_basis="《新法》第一条")
    with pytest.raises(Conflict, match="“新法”正被 1 条目录引用，不能删除"):
        laws.remove_text(text=text, by=cast.liang, now=NOW)
    laws.change_text(text=text, by=cast.liang, now=NOW, values={"title": "新法", "aliases": ["新的法"]})
    text.refresh_from_db()
    assert text.aliases == ["新的法"]
    ResourceBasis.objects.all().delete()
    laws.remove_text(text=text, by=cast.liang, now=NOW)
    assert not LegalText.objects.filter(title="新法").exists()
