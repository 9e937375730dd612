"""Dictionaries that the authority extends; what the program acts on stays."""

from datetime import UTC, date, datetime

import pytest

from audit.models import AuditEvent
from catalog.resources import actions as resources
from catalog.resources import freshness, snapshots
from catalog.resources.models import DataResource
from catalog.taxonomy import actions
from catalog.taxonomy.models import Term
from catalog.taxonomy.queries import Vocabulary
from gdshare.lib.errors import Conflict, Denied, Invalid
from gdshare.rules.workdays import Calendar
from tests.factories.catalog import draft_resource

NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)


def term(kind: str, code: str) -> Term:
    return Term.objects.get(kind=kind, code=code)


def test_an_added_cycle_is_read_everywhere(cast):
    made = actions.add_term(by=cast.liang, now=NOW, kind="UPDATE_CYCLE", name="每两周", aliases=["双周"], days=14)
    resource = draft_resource(cast, update_cycle="每两周")
    assert (resource.update_cycle, resource.get_update_cycle_display()) == (made.code, "每两周")
    assert Vocabulary.load().code("UPDATE_CYCLE", "双周") == made.code
    snapshot = snapshots.take(resource, resources.current_items(resource))
    other = {"entry": {**snapshot["entry"], "update_cycle": "DAILY"}, "items": snapshot["items"]}
    assert [(one.before, one.after) for one in snapshots.differences(other, snapshot)] == [("每日", "每两周")]
    assert AuditEvent.objects.get(verb="term.add").facts == {"kind": "UPDATE_CYCLE", "code": made.code}


def test_an_added_cycle_owes_an_update_every_so_many_days():
    assert freshness.rhythm("101", {"101": 14}) == "14"
    assert freshness.rhythm("102", {"102": None}) == freshness.rhythm("103", {}) == "IRREGULAR"
    assert freshness.rhythm("DAILY", {"DAILY": 1}) == "DAILY"
    came = [freshness.Arrival(date(2026, 3, 2), "a")]
    cal = Calendar({}, {}, date(2026, 12, 31))
    stand = freshness.judge("14", came, today=date(2026, 5, 1), cal=cal, due_soon_days=3)
    assert stand.state == "LATE"
    assert freshness.judge("14", came, today=date(2026, 3, 3), cal=cal, due_soon_days=3).state == "FRESH"


def test_a_cycle_nobody_knows_is_refused(cast):
    with pytest.raises(Invalid, match="更新周期“随缘”不在字典里"):
        draft_resource(cast, update_cycle="随缘")


def test_a_new_name_goes_to_the_rows_and_the_old_one_still_comes_in(cast):
    resource = draft_resource(cast, format_category="电子表格", network="互联网")
    actions.change_term(
        term=term("FORMAT_CATEGORY", "SHEET"), by=cast.liang, now=NOW, name="表格文件", aliases=["表格"]
    )
    resource.refresh_from_db()
    assert resource.format_category == "表格文件"
    assert Vocabulary.load().code("FORMAT_CATEGORY", "电子表格") == "SHEET"
    assert AuditEvent.objects.get(verb="term.change").facts["rows"] == 1


def test_a_retired_term_stays_but_is_not_given_out(cast):
    resource = draft_resource(cast, theme="09")
    actions.retire_term(term=term("THEME", "09"), by=cast.liang, now=NOW)
    with pytest.raises(Invalid, match="主题分类“09”不在字典里"):
        draft_resource(cast, theme="09")
    resources.update_resource(resource=resource, by=cast.li, now=NOW, values={"theme": "09", "abstract": "新的摘要"})
    assert DataResource.objects.get(pk=resource.pk).theme.code == "09"
    actions.restore_term(term=term("THEME", "09"), by=cast.liang, now=NOW)
    assert draft_resource(cast, theme="城乡建设").theme.code == "09"


def test_a_term_in_use_is_not_removed(cast):
    draft_resource(cast, theme="09", network="互联网")
    for one in (term("THEME", "09"), term("NETWORK", "INTERNET"), term("UPDATE_CYCLE", "DAILY")):
        with pytest.raises(Conflict, match=f"“{one.name}”有 1 条目录在用，不能删除"):
            actions.remove_term(term=one, by=cast.liang, now=NOW)
    with pytest.raises(Conflict, match="下面还有取值"):
        actions.remove_term(term=term("FORMAT_CATEGORY", "IMAGE"), by=cast.liang, now=NOW)
    actions.remove_term(term=term("THEME", "17"), by=cast.liang, now=NOW)
    assert not Term.objects.filter(kind="THEME", code="17").exists()


@pytest.mark.parametrize("kind", ["ITEM_TYPE", "SHARE_MODE", "GRADE"])
def test_what_the_program_acts_on_is_not_extended(cast, kind):
    with pytest.raises(Conflict, match="由程序按代码处理，不能增加"):
        actions.add_term(by=cast.liang, now=NOW, kind=kind, name="别的")
    with pytest.raises(Conflict, match="由程序按代码处理，不能删除"):
        actions.remove_term(term=Term.objects.filter(kind=kind).first(), by=cast.liang, now=NOW)


def test_fixed_names_take_aliases_only_and_grades_names_only(cast):
    one = term("ITEM_TYPE", "C")
    with pytest.raises(Conflict, match="“字符型”是规定的名称，不能改"):
        actions.change_term(term=one, by=cast.liang, now=NOW, name="文字", aliases=one.aliases)
    actions.change_term(term=one, by=cast.liang, now=NOW, name="字符型", aliases=[*one.aliases, "文字"])
    assert Vocabulary.load().code("ITEM_TYPE", "文字") == "C"
    grade = term("GRADE", "2")
    assert actions.change_term(term=grade, by=cast.liang, now=NOW, name="内部", aliases=grade.aliases).name == "内部"
    with pytest.raises(Conflict, match="四个数据分级都要用到"):
        actions.retire_term(term=grade, by=cast.liang, now=NOW)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"name": "公共服务"}, "字典里已有“公共服务”"),
        ({"name": "便民服务"}, "“便民服务”已是“公共服务”的名称或别名"),
        ({"name": "新主题", "code": "01"}, "代码“01”已由“公共服务”使用"),
        ({"name": "新主题", "code": "一二"}, "代码“一二”不合要求"),
        ({"name": "新主题", "days": 3}, "只用于更新周期"),
        ({"name": " "}, "名称应有 1 到 60 个字"),
    ],
)
def test_a_word_means_one_thing(cast, values, says):
    with pytest.raises((Conflict, Invalid), match=says):
        actions.add_term(by=cast.liang, now=NOW, kind="THEME", **values)


def test_order_is_kept(cast):
    first, second = Term.objects.of("NETWORK")[:2]
    actions.move_term(term=second, by=cast.liang, now=NOW, up=True)
    assert [one.pk for one in Term.objects.of("NETWORK")[:2]] == [second.pk, first.pk]
    actions.move_term(term=second, by=cast.liang, now=NOW, up=True)
    assert AuditEvent.objects.filter(verb="term.move").count() == 1


def test_only_the_authoritys_handler(cast):
    for person in (cast.li, cast.he, cast.sysadmin):
        with pytest.raises(Denied, match="只有政务数据主管部门的经办可以维护字典"):
            actions.add_term(by=person, now=NOW, kind="THEME", name="新主题")
