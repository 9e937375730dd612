"""The audit on four properties, what the machine hints, remarks at the field and their mending."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog.resources import actions, hints, queries
from catalog.resources.actions import Mark, Remark
from catalog.resources.models import AuditMark, DataResource, FieldRemark, ResourceStatusChange
from catalog.resources.workflow import Status
from gdshare.lib.errors import Conflict, Denied, Invalid
from gdshare.rules import queries as rules
from tests.atomic import assert_atomic_with_audit
from tests.factories.catalog import (
    approved_resource,
    draft_resource,
    publish_again,
    published_resource,
    revised_resource,
    submitted_resource,
)

NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
ALL = ("UNIQUENESS", "COMPLETENESS", "RELEVANCE", "EXPRESSION")


def marks(**unmet):
    return {name: Mark(name not in unmet, unmet.get(name, "")) for name in ALL}


def seen(resource):
    return hints.for_many([resource], cite=rules.citations_in_force(NOW.date()))[resource.pk]


# --- marks ------------------------------------------------------------------------------------------------------------


def test_marks_are_kept_with_the_decision_and_shown(cast):
    resource = approved_resource(cast, contact="")
    given = marks() | {"EXPRESSION": Mark(True, "摘要可再写细")}
    resource = actions.publish(resource=resource, by=cast.liang, now=NOW, marks=given)
    kept = {mark.property: mark for mark in AuditMark.objects.filter(change__verb="publish")}
    assert set(kept) == set(ALL)
    assert all(mark.is_met for mark in kept.values())
    assert kept["EXPRESSION"].remark == "摘要可再写细"
    assert any("联系方式" in hint for hint in kept["COMPLETENESS"].hints)
    lines = queries.timeline(resource)[0]["lines"]
    assert lines[0] == "四性均符合"
    assert any(line.startswith("完整性符合：系统提示：") for line in lines)
    assert any(line.startswith("表述性符合：摘要可再写细") for line in lines)


def test_publishing_without_a_word_says_that_all_are_met(cast):
    published_resource(cast)
    assert AuditMark.objects.filter(is_met=True).count() == 4


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (marks(UNIQUENESS="与另一条重复"), "唯一性不符合，不能发布"),
        ({"UNIQUENESS": Mark()}, "没有判定完整性、关联性、表述性"),
        (marks(EXPRESSION=" "), "没有写明哪里不符合"),
        (marks() | {"BEAUTY": Mark()}, "没有“BEAUTY”这一性"),
    ],
)
def test_what_is_not_met_is_not_published(cast, given, words):
    resource = approved_resource(cast)
    with pytest.raises(Invalid, match=words), transaction.atomic():
        actions.publish(resource=resource, by=cast.liang, now=NOW, marks=given)
    resource.refresh_from_db()
    assert resource.status == Status.AUTHORITY_AUDIT
    assert not AuditMark.objects.exists()


def test_a_return_keeps_the_marks_that_were_given(cast):
    resource = approved_resource(cast)
    actions.return_(
        resource=resource, by=cast.liang, now=NOW, opinion="与已有条目重复", marks={"UNIQUENESS": Mark(False, "重复")}
    )
    assert AuditMark.objects.get().is_met is False
    assert "唯一性不符合：重复" in " ".join(queries.timeline(resource)[1]["lines"])


def test_a_batch_carries_the_four_marks_each_with_its_own_hints(cast):
    rows = [approved_resource(cast, abstract=text) for text in ("太短", "全省不动产登记簿记载的权利信息和变化。")]
    batch = actions.publish_all(resources=rows, by=cast.liang, now=NOW, marks=marks())
    assert len(batch.done) == 2
    said = dict(AuditMark.objects.filter(property="EXPRESSION").values_list("change__resource", "hints"))
    assert "摘要只有 2 个字" in said[rows[0].pk]
    assert said[rows[1].pk] == []
    third = approved_resource(cast)
    batch = actions.publish_all(resources=[third], by=cast.liang, now=NOW, marks=marks(RELEVANCE="没有关联事项"))
    assert [reason for _, reason in batch.refused] == ["关联性不符合，不能发布。"]


# --- hints ------------------------------------------------------------------------------------------------------------


def test_hints_come_from_the_rows(cast):
    other = published_resource(cast, name="房屋登记信息")
    resource = approved_resource(
        cast, name="房屋登记信息", share_type="CONDITIONAL", abstract="见 307000999999999/000001 若干", kind="BASE",
        share_conditions="经领导同意，视情况提供", update_cycle="IRREGULAR", items=[{"name": "其他1"}, {"name": "甲"}],
    )  # fmt: skip
    found = seen(resource)
    assert found["UNIQUENESS"] == [f"本部门已有同名条目 {other.code}（已发布）"]
    complete = "；".join(found["COMPLETENESS"])
    assert "更新周期是不定期" in complete
    assert "2 个字符型信息项没有写长度" in complete
    assert "共享范围" in complete
    related = "；".join(found["RELEVANCE"])
    assert "来源信息系统" in related
    assert "307000999999999/000001" in related
    assert "哪个基础库" in related
    expressed = "；".join(found["EXPRESSION"])
    assert "共享条件用词含糊：视情况、经领导同意" in expressed
    assert "其他1" in expressed


def test_a_whole_entry_has_no_hint_and_a_working_copy_is_not_its_own_double(cast):
    whole = {
        "internal_unit": "登记处", "contact": "020-1", "theme": "09", "information_system": "登记系统",
        "business_matter": "不动产登记", "abstract": "全省不动产登记簿记载的权利信息和变化。",
    }  # fmt: skip
    copy = revised_resource(cast, **whole, items=[{"name": "不动产单元号", "length": 28}])
    assert seen(copy) == {name: [] for name in ALL}


def test_hints_of_many_cost_no_more_queries(cast):
    rows = [draft_resource(cast) for _ in range(4)]
    cite = rules.citations_in_force(NOW.date())
    counts = []
    for some in (rows[:1], rows):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            hints.for_many(some, cite=cite)
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- remarks ----------------------------------------------------------------------------------------------------------


def returned(cast, resource=None):
    resource = resource or approved_resource(cast)
    item = actions.current_items(resource)[1]
    remarks = [
        Remark("写明覆盖范围", field="abstract"),
        Remark("名称不规范", item=item.pk),
        Remark("缺主键说明", field="items"),
    ]
    return actions.return_(resource=resource, by=cast.liang, now=NOW, remarks=remarks)


def test_remarks_stand_at_their_place_and_are_ticked_off(cast):
    resource = returned(cast)
    assert resource.status_changes.get(verb="return_").opinion == "有 3 处须修改，意见在各处。"
    places = [remark.place for remark in queries.open_remarks(resource)]
    assert places == ["资源摘要", "信息项 权利类型", "信息项"]
    with (
        pytest.raises(Invalid, match="还有 3 条退回意见没有勾选“已改”：资源摘要、信息项 权利类型、信息项"),
        transaction.atomic(),
    ):
        actions.submit(resource=resource, by=cast.li, now=NOW)
    first, *others = FieldRemark.objects.order_by("pk")
    with pytest.raises(Denied), transaction.atomic():
        actions.mend(resource=resource, remarks=[first.pk], by=cast.zhou, now=NOW)
    assert actions.mend(resource=resource, remarks=[first.pk, 999], by=cast.li, now=NOW) == 1
    assert actions.mend(resource=resource, remarks=[first.pk], by=cast.li, now=NOW) == 0
    actions.mend(resource=resource, remarks=[remark.pk for remark in others], by=cast.li, now=NOW)
    first.refresh_from_db()
    assert (first.mended_at, first.mended_by) == (NOW, cast.li)
    actions.submit(resource=resource, by=cast.li, now=NOW)
    with pytest.raises(Conflict), transaction.atomic():
        actions.mend(resource=resource, remarks=[first.pk], by=cast.li, now=NOW)
    assert any("资源摘要：写明覆盖范围（已改）" in line for line in queries.timeline(resource)[2]["lines"])


def test_a_batch_of_drafts_leaves_out_what_is_not_mended(cast):
    batch = actions.submit_all(resources=[returned(cast)], by=cast.li, now=NOW)
    assert "没有勾选" in batch.refused[0][1]


def test_remarks_of_a_working_copy_stay_with_the_entry(cast):
    copy = revised_resource(cast)
    entry = copy.entry
    actions.submit(resource=copy, by=cast.li, now=NOW)
    actions.approve(resource=copy, by=cast.zhou, now=NOW)
    returned(cast, copy)
    actions.mend(resource=copy, remarks=FieldRemark.objects.values_list("pk", flat=True), by=cast.li, now=NOW)
    publish_again(cast, copy)
    assert set(FieldRemark.objects.values_list("resource", flat=True)) == {entry.pk}
    assert "信息项 权利类型：名称不规范（已改）" in " ".join(
        line for step in queries.timeline(entry) for line in step.get("lines", ())
    )


@pytest.mark.parametrize("remark", [Remark("x", field="nonsense"), Remark("x", item=1), Remark("x")])
def test_a_remark_about_nothing_is_refused(cast, remark):
    resource = approved_resource(cast)
    with pytest.raises(Invalid, match="位置不在这条目录里"), transaction.atomic():
        actions.return_(resource=resource, by=cast.liang, now=NOW, remarks=[remark])
    resource.refresh_from_db()
    assert resource.status == Status.AUTHORITY_AUDIT


def test_the_database_keeps_marks_and_remarks_whole(cast):
    change = ResourceStatusChange.objects.filter(resource=submitted_resource(cast)).get()
    for values, name in (
        ({"property": "BEAUTY", "is_met": True}, "property_known"),
        ({"property": "UNIQUENESS", "is_met": False}, "says_why"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            AuditMark.objects.create(change=change, **values)
    AuditMark.objects.create(change=change, property="UNIQUENESS", is_met=True)
    with pytest.raises(IntegrityError, match="once"), transaction.atomic():
        AuditMark.objects.create(change=change, property="UNIQUENESS", is_met=True)
    base = {"resource": change.resource, "change": change}
    for values, name in (
        ({"field": "abstract", "text": ""}, "says_something"),
        ({"text": "改"}, "has_a_place"),
        ({"field": "abstract", "text": "改", "mended_at": NOW}, "mended_pair"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            FieldRemark.objects.create(**base, **values)


def test_nothing_is_kept_that_is_not_on_the_log(cast):
    resource = approved_resource(cast)
    assert_atomic_with_audit(lambda: returned(cast, resource), DataResource, FieldRemark, ResourceStatusChange)
    remarks = list(FieldRemark.objects.values_list("pk", flat=True))
    assert_atomic_with_audit(lambda: actions.mend(resource=resource, remarks=remarks, by=cast.li, now=NOW), FieldRemark)
