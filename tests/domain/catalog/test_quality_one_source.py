"""一数一源: what others already supply, who may be told of it, lead sources, and a person's word on elements."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from audit.queries import AuditEvent
from catalog.quality import actions, queries, sources
from catalog.quality.models import DataElement, ElementLink, LeadSource
from catalog.resources import actions as resources
from gdshare.lib.errors import Denied, Invalid
from security.notices.models import Notice
from tests.atomic import assert_atomic_with_audit
from tests.cast import make_department
from tests.factories.catalog import draft_resource, published_resource

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
MARRIAGE = (
    {"name": "登记字号", "is_key": True},
    {"name": "姓名", "grade": 3},
    {"name": "公民身份号码", "grade": 4},
    {"name": "婚姻状况", "share_type": "UNCONDITIONAL"},
    {"name": "登记日期", "data_type": "D"},
)
OWN = (
    {"name": "人员姓名"},
    {"name": "身份证号码"},
    {"name": "婚姻状态"},
    {"name": "登记日期", "data_type": "D"},
    {"name": "不动产单元号"},
)


def marriage(cast, **values):
    """婚姻登记信息 of 省民政厅, listed."""
    values = {"name": "婚姻登记信息", "share_type": "CONDITIONAL", "items": MARRIAGE} | values
    return published_resource(cast, by=cast.chen, head=cast.huang, **values)


def look(actor, draft):
    return sources.look(actor, sources.own_items(draft), provider=draft.provider, words=sources.dictionary())


def told(found) -> list[tuple[str, int, int]]:
    return [(entry.resource.name, len(entry.pairs), entry.unconditional) for entry in found.supplied]


def element(name: str = "公民身份号码") -> DataElement:
    return DataElement.objects.get(name=name)


# ── what others supply ────────────────────────────────────────────────────────────────────────────────────────────


def test_it_tells_who_supplies_how_much_and_why(cast):
    marriage(cast)
    draft = draft_resource(cast, name="人口基础信息", items=OWN)
    found = look(cast.li, draft)
    assert (found.total, found.covered) == (5, 3)
    assert told(found) == [("婚姻登记信息", 3, 1)]
    pairs = {pair.own.described.name: (pair.item.name, pair.match.reason) for pair in found.supplied[0].pairs}
    assert pairs == {
        "人员姓名": ("姓名", "同义：姓名，同一数据元“姓名”"),
        "身份证号码": ("公民身份号码", "同义：公民身份号码，同一数据元“公民身份号码”"),
        "婚姻状态": ("婚姻状况", "同义：婚姻状况，同一数据元“婚姻状况”"),
    }, "登记日期 of a marriage is not 登记日期 of persons"


def test_one_s_own_department_is_no_other_source(cast):
    published_resource(cast, name="婚姻登记信息", items=MARRIAGE)
    assert told(look(cast.li, draft_resource(cast, items=OWN))) == []


def test_what_is_not_listed_supplies_nothing(cast):
    draft_resource(cast, name="婚姻登记信息", items=MARRIAGE, by=cast.chen)
    assert told(look(cast.li, draft_resource(cast, items=OWN))) == []


def test_a_retired_item_supplies_nothing(cast):
    resource = marriage(cast)
    resource.items.update(retired_at=NOW)
    assert told(look(cast.li, draft_resource(cast, items=OWN))) == []


def test_what_the_viewer_may_not_know_of_is_neither_named_nor_counted(cast):
    hidden = marriage(cast, name="绝密婚姻登记信息")
    resources.restrict(resource=hidden, by=cast.huang, now=NOW, is_restricted=True, shown_to=[cast.sports])
    draft = draft_resource(cast, items=OWN)
    found = look(cast.li, draft)
    assert (told(found), found.covered) == ([], 0)
    assert [item.resource for item in queries.carriers(cast.li, element())] == []
    assert told(look(cast.liang, draft)) == [("绝密婚姻登记信息", 3, 1)], "the authority knows every listed entry"
    resources.restrict(resource=hidden, by=cast.huang, now=NOW, is_restricted=True, shown_to=[cast.natural_resources])
    assert told(look(cast.li, draft)) == [("绝密婚姻登记信息", 3, 1)]


def test_entries_that_add_nothing_are_left_out(cast):
    for number in range(12):
        marriage(cast, name=f"婚姻登记信息之{number}")
    marriage(cast, name="身份核验", items=[{"name": "公民身份号码"}])
    shown = told(look(cast.li, draft_resource(cast, items=OWN)))
    assert len(shown) == sources.MOST_SHOWN
    assert {count for _, count, _ in shown} == {3}


def test_the_check_reads_the_index_and_never_the_whole_table(cast):
    marriage(cast)
    own = sources.own_items(draft_resource(cast, items=OWN))
    keys = [key for one in own for key in sources.dictionary().keys(one.described)]
    statement, params = sources.candidate_sql(cast.li, keys, [0] * len(keys), cast.natural_resources)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # few rows: the planner must not take the short way here
        cursor.execute(f"EXPLAIN {statement}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "dataitem_name_key" in plan
    assert "Seq Scan on catalog_dataitem" not in plan


def test_queries_do_not_grow_with_sources(cast, django_assert_max_num_queries):
    for number in range(5):
        marriage(cast, name=f"婚姻登记信息之{number}")
    draft = draft_resource(cast, items=OWN)
    with django_assert_max_num_queries(9):
        look(cast.li, draft)


# ── elements confirmed by a person ────────────────────────────────────────────────────────────────────────────────


def test_an_element_is_suggested_and_never_silently_set(cast):
    draft = draft_resource(cast, items=OWN)
    rows = queries.items_with_elements(draft)
    assert [(row.item.name, row.element.name, row.is_confirmed) for row in rows][:2] == [
        ("人员姓名", "姓名", False), ("身份证号码", "公民身份号码", False),
    ]  # fmt: skip
    assert not ElementLink.objects.exists()


def test_confirm_elements(cast):
    draft = draft_resource(cast, items=OWN)
    items = {item.name: item for item in draft.items.all()}
    odd = items["不动产单元号"]
    actions.confirm_elements(
        resource=draft, by=cast.li, now=NOW,
        choices={odd.pk: element("宗地代码").pk, items["身份证号码"].pk: element().pk},
    )  # fmt: skip
    rows = {row.item.name: (row.element.name, row.is_confirmed) for row in queries.items_with_elements(draft)}
    assert rows["不动产单元号"] == ("宗地代码", True)
    event = AuditEvent.objects.get(verb="resource.confirm_elements")
    assert event.facts["confirmed"] == ["不动产单元号：宗地代码", "身份证号码：公民身份号码"]
    actions.confirm_elements(resource=draft, by=cast.li, now=NOW, choices={odd.pk: None})
    assert ElementLink.objects.get().item == items["身份证号码"]
    for person in (cast.zhou, cast.chen, cast.liang):
        with pytest.raises(Denied, match="经办"):
            actions.confirm_elements(resource=draft, by=person, now=NOW, choices={})
    foreign = marriage(cast).items.first()
    with pytest.raises(Invalid, match="不在了"):
        actions.confirm_elements(resource=draft, by=cast.li, now=NOW, choices={foreign.pk: element().pk})
    assert_atomic_with_audit(
        lambda: actions.confirm_elements(resource=draft, by=cast.li, now=NOW, choices={odd.pk: element("姓名").pk}),
        ElementLink,
    )


def test_a_confirmed_element_finds_what_no_name_would(cast):
    resource = marriage(cast, items=[{"name": "甲方标记"}, {"name": "乙方标记"}])
    theirs, own = element("姓名"), draft_resource(cast, items=[{"name": "丙"}, {"name": "丁"}])
    actions.confirm_elements(
        resource=resource, by=cast.chen, now=NOW, choices={resource.items.get(name="甲方标记").pk: theirs.pk}
    )
    actions.confirm_elements(resource=own, by=cast.li, now=NOW, choices={own.items.get(name="丙").pk: theirs.pk})
    found = look(cast.li, own)
    assert [pair.match.reason for entry in found.supplied for pair in entry.pairs] == ["同一数据元：姓名"]


def test_a_renamed_item_has_to_be_confirmed_anew(cast):
    draft = draft_resource(cast, items=[{"name": "身份证号码"}])
    item = draft.items.get()
    actions.confirm_elements(resource=draft, by=cast.li, now=NOW, choices={item.pk: element().pk})
    resources.update_resource(
        resource=draft, by=cast.li, now=NOW, values={}, items=[{"id": item.pk, "name": "户主身份证号码"}]
    )
    assert sources.confirmed_elements([item.pk]) == {}


def test_an_item_is_one_element_in_the_database(cast):
    item = draft_resource(cast).items.first()
    values = {"item": item, "item_name": item.name, "confirmed_at": NOW}
    ElementLink.objects.create(element=element(), **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        ElementLink.objects.create(element=element("姓名"), **values)


# ── elements and lead sources, kept by the authority ──────────────────────────────────────────────────────────────


def test_set_lead_source(cast):
    actions.set_lead_source(element=element(), by=cast.liang, now=NOW, department=cast.civil_affairs, basis="职责规定")
    assert LeadSource.objects.get().department == cast.civil_affairs
    notice = Notice.objects.get(kind="data_element.lead_set")
    assert (notice.recipient, notice.title) == (cast.chen, "本部门定为数源部门：公民身份号码")
    draft = draft_resource(cast, items=OWN)
    leads = look(cast.li, draft).leads
    assert [(lead.own.described.name, lead.department) for lead in leads] == [("身份证号码", cast.civil_affairs)]
    own = draft_resource(cast, items=OWN, by=cast.chen)
    assert look(cast.chen, own).leads == [], "the lead source itself is not warned"
    with pytest.raises(Denied, match="主管部门维护"):
        actions.set_lead_source(element=element(), by=cast.li, now=NOW, department=cast.sports)
    closed = make_department("广东省撤销局", 77, cast.region, is_active=False)
    with pytest.raises(Invalid, match="已停用"):
        actions.set_lead_source(element=element(), by=cast.liang, now=NOW, department=closed)
    with pytest.raises(Invalid, match="300 字"):
        actions.set_lead_source(element=element(), by=cast.liang, now=NOW, department=cast.sports, basis="依" * 301)
    assert_atomic_with_audit(
        lambda: actions.set_lead_source(element=element(), by=cast.liang, now=NOW, department=cast.sports),
        LeadSource, Notice,
    )  # fmt: skip


def test_the_department_before_is_told_that_it_no_longer_is(cast):
    actions.set_lead_source(element=element(), by=cast.liang, now=NOW, department=cast.civil_affairs)
    actions.set_lead_source(element=element(), by=cast.liang, now=NOW, department=cast.natural_resources)
    assert set(Notice.objects.values_list("kind", "recipient__username")) == {
        ("data_element.lead_set", "chen"), ("data_element.lead_set", "li"), ("data_element.lead_removed", "chen"),
    }  # fmt: skip
    facts = AuditEvent.objects.filter(verb="data_element.set_lead_source").latest("id").facts
    assert (facts["lead_source"], facts["lead_source_before"]) == ("广东省自然资源厅", "广东省民政厅")


def test_remove_lead_source(cast):
    actions.set_lead_source(element=element(), by=cast.liang, now=NOW, department=cast.civil_affairs)
    with pytest.raises(Denied, match="主管部门维护"):
        actions.remove_lead_source(element=element(), by=cast.chen, now=NOW)
    actions.remove_lead_source(element=element(), by=cast.liang, now=NOW)
    actions.remove_lead_source(element=element(), by=cast.liang, now=NOW)
    assert not LeadSource.objects.exists()
    assert AuditEvent.objects.filter(verb="data_element.remove_lead_source").count() == 1


def test_an_element_has_one_lead_source_in_the_database(cast):
    values = {"element": element(), "set_at": NOW}
    LeadSource.objects.create(department=cast.sports, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        LeadSource.objects.create(department=cast.civil_affairs, **values)


def values(**changes):
    return {"name": "海域使用证号", "identifier": "hysyzh", "aliases": ["海域证号"], "data_type": "C"} | changes


def test_add_element(cast):
    row = actions.add_element(by=cast.liang, now=NOW, values=values())
    assert sources.dictionary().element_of("海域证编号") == row.pk
    with pytest.raises(Denied, match="主管部门维护"):
        actions.add_element(by=cast.li, now=NOW, values=values())
    other = values(name="岛礁名录号", identifier="djmlh", aliases=[])
    assert_atomic_with_audit(lambda: actions.add_element(by=cast.liang, now=NOW, values=other), DataElement)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "须有名称"),
        ({"identifier": "9x"}, "小写字母开头"),
        ({"data_type": "Q"}, "不在字典里"),
        ({"aliases": ["甲" * 101]}, "不超过 100 字"),
        ({"aliases": ["身份证号"]}, "“身份证号”与数据元“公民身份号码”"),
        ({"identifier": "gmsfhm"}, "标识“gmsfhm”已用于数据元“公民身份号码”"),
        ({"colour": "red"}, "没有“colour”这一项"),
    ],
)
def test_a_bad_element_is_refused_with_the_reason(cast, changes, words):
    before = DataElement.objects.count()
    with pytest.raises(Invalid, match=words):
        actions.add_element(by=cast.liang, now=NOW, values=values(**changes))
    assert DataElement.objects.count() == before


def test_change_element(cast):
    row = actions.add_element(by=cast.liang, now=NOW, values=values())
    actions.change_element(
        element=row, by=cast.liang, now=NOW, values={"aliases": ["海域使用权证号", "海域使用权证号"]}
    )
    row.refresh_from_db()
    assert row.aliases == ["海域使用权证号"]
    assert AuditEvent.objects.get(verb="data_element.change").facts["changed"] == ["aliases"]
    actions.change_element(element=row, by=cast.liang, now=NOW, values={"is_active": False})
    assert sources.dictionary().element_of("海域使用证号") is None
    with pytest.raises(Denied, match="主管部门维护"):
        actions.change_element(element=row, by=cast.chen, now=NOW, values={})
    assert_atomic_with_audit(
        lambda: actions.change_element(element=row, by=cast.liang, now=NOW, values={"code_list": "GB/T 1"}), DataElement
    )


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"name": ""}, "name_stated"),
        ({"identifier": "Bad"}, "identifier_shape"),
        ({"data_type": "Q"}, "type_known"),
        ({"aliases": ["海域使用证号"]}, "not_its_own_alias"),
    ],
)
def test_the_database_refuses_a_bad_element(db, changes, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        DataElement.objects.create(**values(**changes))


def test_duplicates_count_departments(cast):
    marriage(cast)
    published_resource(cast, name="权利人信息", items=[{"name": "身份证号"}, {"name": "登记日期", "data_type": "D"}])
    published_resource(cast, name="权利人信息二", items=[{"name": "居民身份证号码"}])
    found = {row.element.name: (row.departments, row.entries) for row in queries.duplicates()}
    assert found == {"公民身份号码": (2, 3)}
