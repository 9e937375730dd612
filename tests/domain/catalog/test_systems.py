"""The register of systems (数据普查): its workflow, its checks, its census sheet."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import AuditEvent
from catalog.resources import actions as resources
from catalog.resources.models import ResourceSystem
from catalog.systems import actions, reading, workflow
from catalog.systems.models import InformationSystem, SystemPart, SystemStatusChange
from gdshare.lib.errors import Conflict, Denied, Invalid
from security.notices.models import Notice
from tests.factories.catalog import draft_resource
from tests.factories.systems import (
    AT,
    approved_system,
    draft_system,
    registered_system,
    submitted_system,
    system_values,
)

HEADS = [heads[0] for heads in reading.HEADS.values()]


def book(*rows, heads=HEADS) -> io.BytesIO:
    """A census sheet."""
    made = openpyxl.Workbook()
    page = made.active
    page.append(heads)
    for row in rows:
        page.append([row.get(head) for head in heads])
    file = io.BytesIO()
    made.save(file)
    file.seek(0)
    return file


def imported(cast, file, name="普查.xlsx"):
    return actions.import_systems(
        by=cast.li, now=AT, department=cast.natural_resources, file=file, file_name=name
    )  # fmt: skip


# ── the way ──


def test_from_draft_to_the_register_with_notices_and_the_log(cast):
    system = registered_system(cast)
    assert (system.status, system.verified_by, system.approved_by) == ("REGISTERED", cast.liang, cast.zhou)
    assert list(system.status_changes.order_by("seq").values_list("verb", flat=True)) == ["submit", "approve", "verify"]
    verbs = AuditEvent.objects.filter(subject_kind="informationsystem").order_by("id").values_list("verb", flat=True)
    assert [verb.partition(".")[2] for verb in verbs] == ["create", "submit", "approve", "verify"]
    told = Notice.objects.filter(subject_kind="informationsystem").order_by("id")
    assert [(notice.recipient.username, notice.done_at is not None) for notice in told if notice.needs_action][:1] == [
        ("zhou", True)
    ]
    assert not told.to_do().exists()


@pytest.mark.parametrize(
    ("make", "verb", "person", "reason"),
    [
        (draft_system, "submit", "zhou", "只有本部门的经办可以登记信息系统。"),
        (draft_system, "submit", "chen", "只有本部门的经办可以登记信息系统。"),
        (submitted_system, "approve", "li", "只有本部门的数据共享工作机构负责人可以同意。"),
        (submitted_system, "approve", "huang", "只有本部门的数据共享工作机构负责人可以同意。"),
        (approved_system, "verify", "zhou", "只有政务数据主管部门可以核验信息系统。"),
        (approved_system, "return_", "zhou", "只有政务数据主管部门可以核验信息系统。"),
        (registered_system, "revise", "zhou", "只有本部门的经办可以登记信息系统。"),
        (registered_system, "retire", "wu", "只有本部门的经办可以登记信息系统。"),
    ],
)
def test_the_wrong_person_is_told_who_may(cast, make, verb, person, reason):
    system = make(cast)
    more = {"retired_on": date(2026, 3, 1)} if verb == "retire" else {}
    with pytest.raises(Denied) as refusal:
        getattr(actions, verb)(system=system, by=cast.people[person], now=AT, opinion="因为", **more)
    assert refusal.value.message == reason
    assert refusal.value.remedy
    system.refresh_from_db()
    assert system.status == make(cast).status


@pytest.mark.parametrize(
    ("make", "verb", "person"),
    [(submitted_system, "submit", "li"), (draft_system, "approve", "zhou"), (registered_system, "verify", "liang"),
     (draft_system, "revise", "li"), (draft_system, "retire", "li"), (registered_system, "return_", "zhou")],
)  # fmt: skip
def test_the_wrong_moment_is_a_conflict(cast, make, verb, person):
    more = {"retired_on": date(2026, 3, 1)} if verb == "retire" else {}
    with pytest.raises(Conflict, match="不能做这一步"):
        getattr(actions, verb)(system=make(cast), by=cast.people[person], now=AT, opinion="因为", **more)


def test_an_entry_that_says_nothing_of_its_data_is_not_submitted(cast):
    with pytest.raises(Invalid, match="没有登记数据库表，也没有登记业务事项"):
        actions.submit(system=draft_system(cast, tables=[], matters=[]), by=cast.li, now=AT)


def test_return_needs_words_and_goes_back_to_the_handler(cast):
    with pytest.raises(Invalid, match="退回须写明意见"):
        actions.return_(system=submitted_system(cast), by=cast.zhou, now=AT)
    system = actions.return_(system=approved_system(cast), by=cast.liang, now=AT, opinion="漏了抵押表")
    assert system.status == "DRAFT"
    assert Notice.objects.to_do().get(subject_id=system.pk, recipient=cast.li).body == "漏了抵押表"


def test_retiring_goes_the_same_way_and_needs_day_and_reason(cast):
    system = registered_system(cast)
    with pytest.raises(Invalid, match="停用须写明原因"):
        actions.retire(system=system, by=cast.li, now=AT, retired_on=date(2026, 3, 1))
    with pytest.raises(Invalid, match="停用的系统没有填写停用日期"):
        actions.retire(system=system, by=cast.li, now=AT, retired_on=None, opinion="并入新系统")
    with pytest.raises(Invalid, match="停用日期早于上线日期"):
        actions.retire(system=system, by=cast.li, now=AT, retired_on=date(2019, 1, 1), opinion="并入新系统")
    actions.retire(system=system, by=cast.li, now=AT, retired_on=date(2026, 3, 1), opinion="并入新系统")
    actions.approve(system=system, by=cast.zhou, now=AT)
    retired = actions.verify(system=system, by=cast.liang, now=AT)
    assert (retired.life, retired.status) == ("STOPPED", "REGISTERED")
    with pytest.raises(Conflict, match="已经停用"):
        actions.retire(system=retired, by=cast.li, now=AT, retired_on=date(2026, 3, 2), opinion="再停")


def test_only_a_draft_is_changed(cast):
    with pytest.raises(Conflict, match="不能修改"):
        actions.update_system(system=registered_system(cast), by=cast.li, now=AT, values=system_values())
    system = actions.revise(system=registered_system(cast), by=cast.li, now=AT)
    kept = system.parts.get(name="抵押登记").pk
    actions.update_system(
        system=system, by=cast.li, now=AT, values=system_values(tables=["抵押登记", "查封登记"], matters=[])
    )
    assert list(system.parts.order_by("position").values_list("name", flat=True)) == ["抵押登记", "查封登记"]
    assert system.parts.get(name="抵押登记").pk == kept
    event = AuditEvent.objects.get(verb="information_system.update", subject_id=system.pk)
    assert event.facts["before"]["数据库表"] == "不动产登记簿、抵押登记"


# ── what it says ──


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "  "}, "没有填写系统名称"),
        ({"name": "长" * 201}, "系统名称最长 200 个字"),
        ({"life": "RUNNING", "online_on": None}, "运行的系统没有填写上线日期"),
        ({"life": "STOPPED"}, "停用的系统没有填写停用日期"),
        ({"retired_on": date(2026, 1, 1)}, "没有停用的系统不填停用日期"),
        ({"built_on": date(2021, 1, 1)}, "上线日期早于建成日期"),
        ({"tables": ["表" * 201]}, "超过 200 个字"),
        ({"tables": [f"业务数据表{number:06d}" for number in range(3_000)]}, "合计超过 30,000 个字"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(cast, values, words):
    with pytest.raises(Invalid) as refusal:
        draft_system(cast, **values)
    assert words in refusal.value.message
    assert refusal.value.remedy
    assert not InformationSystem.objects.exists()


def test_a_name_is_registered_once_in_a_department(cast):
    draft_system(cast, name="登记系统")
    with pytest.raises(Invalid, match="本部门已经登记过“登记系统”"):
        draft_system(cast, name="登记系统")
    assert draft_system(cast, by=cast.chen, name="登记系统").department == cast.civil_affairs


@pytest.mark.parametrize(
    "change",
    [
        {"life": "STOPPED"},
        {"retired_on": date(2026, 1, 1)},
        {"online_on": None},
        {"built_on": date(2027, 1, 1)},
        {"protection_level": 5},
        {"life": "GONE"},
        {"status": "DONE"},
        {"status": "REGISTERED"},
    ],
)
def test_the_database_refuses_it_too(cast, change):
    system = draft_system(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        InformationSystem.objects.filter(pk=system.pk).update(**change)


def test_the_database_refuses_illegal_moves_and_doubles(cast):
    system = draft_system(cast)
    move = {"seq": 1, "verb": "verify", "from_status": "DRAFT", "to_status": "REGISTERED", "at": AT}
    with pytest.raises(IntegrityError), transaction.atomic():
        SystemStatusChange.objects.create(system=system, **move)
    with pytest.raises(IntegrityError), transaction.atomic():
        SystemPart.objects.create(system=system, kind="TABLE", name="抵押登记", position=9)
    with pytest.raises(IntegrityError), transaction.atomic():
        SystemPart.objects.create(system=system, kind="VIEW", name="视图", position=9)


def test_codes_have_no_gaps_in_a_department(cast):
    codes = [draft_system(cast).code for _ in range(3)]
    with pytest.raises(Invalid):
        draft_system(cast, name="")
    codes += [draft_system(cast).code, draft_system(cast, by=cast.chen).code]
    organisation = cast.natural_resources.uscc[8:17]
    assert codes[:4] == [f"{organisation}-XT-{number:04d}" for number in range(1, 5)]
    assert codes[4] == f"{cast.civil_affairs.uscc[8:17]}-XT-0001"


def test_codes_have_no_gaps_when_many_register_at_once(committed_cast):
    cast = committed_cast

    def register(number):
        try:
            return draft_system(
                cast, name=f"系统{number}", online_on=None if number % 4 == 0 else date(2020, 1, 1)
            ).code
        except Invalid:
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        codes = [code for code in pool.map(register, range(12)) if code]
    assert sorted(int(code[-4:]) for code in codes) == list(range(1, 10))


@pytest.mark.parametrize(
    ("person", "sees"),
    [("li", 3), ("zhou", 3), ("liang", 2), ("he", 2), ("chen", 0), ("wu", 0), ("sysadmin", 0), ("auditor", 0)],
)
def test_who_sees_the_register(cast, person, sees):
    draft_system(cast)
    approved_system(cast)
    registered_system(cast)
    assert InformationSystem.objects.visible_to(cast.people[person]).count() == sees


def test_legal_moves_are_those_of_the_table():
    assert workflow.verbs_from("REGISTERED") == ["revise", "retire"]


# ── entries ──


def test_an_entry_names_the_systems_it_draws_on(cast):
    system, other = registered_system(cast), draft_system(cast)
    resource = draft_resource(cast)
    resources.update_resource(resource=resource, by=cast.li, now=AT, values={}, systems=[system, other])
    kept = ResourceSystem.objects.get(resource=resource, system=other).pk
    resources.update_resource(resource=resource, by=cast.li, now=AT, values={}, systems=[other])
    assert list(ResourceSystem.objects.values_list("pk", flat=True)) == [kept]
    resources.update_resource(resource=resource, by=cast.li, now=AT, values={"abstract": "新"})
    assert ResourceSystem.objects.filter(pk=kept).exists()
    with pytest.raises(Invalid, match="来源系统不是提供部门的"):
        resources.update_resource(
            resource=resource, by=cast.li, now=AT, values={}, systems=[draft_system(cast, by=cast.chen)]
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        ResourceSystem.objects.create(resource=resource, system=other)


# ── the census sheet ──

GOOD = {
    "系统名称": "不动产登记系统", "系统状态": "运行", "部署网络": "政务外网", "数据库类型": "postgresql",
    "等级保护": "三级", "业务事项": "首次登记、转移登记\n变更登记", "数据库表": "登记簿；抵押", "承建单位": "某公司",
    "建成日期": "2019-12-01", "上线日期": "2020年1月2日",
}  # fmt: skip


def test_a_sheet_comes_in_and_a_second_time_changes_nothing(cast):
    report = imported(cast, book(GOOD, {"系统名称": "矿业权系统", "系统状态": "在建"}))
    assert (report.created, report.refused, report.faults) == (2, 0, [])
    system = InformationSystem.objects.get(name="不动产登记系统")
    assert (system.network.code, system.database_kind.code, system.protection_level) == ("EGOV", "postgresql", 3)
    assert (system.built_on, system.online_on) == (date(2019, 12, 1), date(2020, 1, 2))
    assert list(system.parts.filter(kind="MATTER").order_by("position").values_list("name", flat=True)) == [
        "首次登记", "转移登记", "变更登记"
    ]  # fmt: skip
    again = imported(cast, book(GOOD, {"系统名称": "矿业权系统", "系统状态": "在建"}))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    changed = imported(cast, book(GOOD | {"承建单位": "另一公司"}))
    assert (changed.updated, changed.unchanged) == (1, 0)


def test_faults_name_row_and_column_and_good_rows_come_in(cast):
    report = imported(
        cast,
        book(
            GOOD,
            GOOD | {"系统名称": "甲", "部署网络": "火星网"},
            GOOD | {"系统名称": "乙", "上线日期": "去年"},
            GOOD | {"系统名称": "", "承建单位": "无名"},
            GOOD | {"系统名称": "丙", "等级保护": "九级", "数据库类型": "pdf"},
            GOOD,
            GOOD | {"系统名称": "丁", "系统编码": "X-1"},
        ),
    )
    assert (report.total, report.created, report.refused) == (7, 1, 6)
    told = {(fault.row, fault.column, fault.value) for fault in report.faults}
    assert (3, "D 列“部署网络”", "火星网") in told
    assert (4, "K 列“上线日期”", "去年") in told
    assert (5, "B 列“系统名称”", "") in told
    assert {(6, "F 列“等级保护”", "九级"), (6, "E 列“数据库类型”", "pdf")} <= told
    assert (7, "B 列“系统名称”", "不动产登记系统") in told
    assert (8, "A 列“系统编码”", "X-1") in told
    assert all(fault.message and fault.remedy for fault in report.faults)


def test_a_column_the_sheet_has_not_is_left_as_it_is(cast):
    draft_system(cast, name="登记系统", builder="某公司")
    report = imported(cast, book({"系统名称": "登记系统", "主要功能": "登记"}, heads=["系统名称", "主要功能"]))
    assert report.updated == 1
    system = InformationSystem.objects.get()
    assert (system.builder, system.purpose, system.parts.count()) == ("某公司", "登记", 3)


def test_what_is_registered_is_not_overwritten(cast):
    registered_system(cast, name="登记系统")
    report = imported(cast, book({"系统名称": "登记系统", "主要功能": "登记"}, heads=["系统名称", "主要功能"]))
    assert (report.refused, report.faults[0].message) == (
        1, "这个系统在平台上是“已登记”，内容有变化，不能直接覆盖。",
    )  # fmt: skip


def test_what_is_exported_is_read_back_as_it_was(cast):
    imported(cast, book(GOOD, {"系统名称": "矿业权系统", "系统状态": "拟建"}))
    draft_system(cast, purpose="=1+1 ，“引号”", life="STOPPED", retired_on=date(2024, 1, 1))
    file = io.BytesIO()
    reading.write(InformationSystem.objects.prefetch_related("parts").order_by("pk"), file)
    report = imported(cast, file)
    assert (report.total, report.unchanged, report.faults) == (3, 3, [])


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.xlsx", "是空的"),
        ("名称\n甲".encode(), "a.csv", "须有“系统名称”一列"),
        (b"PK\x03\x04 broken", "a.xlsx", "已损坏"),
    ],
)
def test_a_sheet_that_cannot_be_read_says_why(cast, content, name, words):
    with pytest.raises(Invalid, match=words):
        imported(cast, io.BytesIO(content), name)


def test_only_a_handler_imports(cast):
    with pytest.raises(Denied, match="只有本部门的经办可以登记信息系统"):
        actions.import_systems(
            by=cast.zhou, now=AT, department=cast.natural_resources, file=book(GOOD), file_name="a.xlsx"
        )
