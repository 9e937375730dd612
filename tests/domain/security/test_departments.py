"""Departments: the tree, the authority that reviews with each, the regions of the province."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from audit.models import AuditEvent
from gdshare.lib.errors import Conflict, Denied, Invalid
from security.departments import actions, divisions, queries
from security.departments.forms import DepartmentForm
from security.departments.models import Department, Region
from tests.atomic import assert_atomic_with_audit
from tests.cast import make_department, make_uscc

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def city(cast) -> Region:
    return Region.objects.create(code="440600", name="佛山市", level="CITY", parent=cast.region)


@pytest.fixture
def county(city) -> Region:
    return Region.objects.create(code="440605", name="南海区", level="COUNTY", parent=city)


def test_authority_is_of_the_same_region_else_of_the_nearest_above(cast, city, county):
    bureau = make_department("佛山市南海区民政局", 20, county, level="COUNTY")
    assert queries.authority_of(bureau) == cast.authority
    city_authority = make_department("佛山市政务服务和数据管理局", 21, city, level="CITY", kind="AUTHORITY")
    assert queries.authority_of(bureau) == city_authority
    own = make_department("佛山市南海区政务服务和数据管理局", 22, county, level="COUNTY", kind="AUTHORITY")
    assert queries.authority_of(bureau) == own
    assert queries.authority_of(cast.civil_affairs) == cast.authority
    own.is_active = False
    own.save()
    assert queries.authority_of(bureau) == city_authority


def test_no_authority_registered(cast):
    cast.authority.is_active = False
    cast.authority.save()
    assert queries.authority_of(cast.civil_affairs) is None


def test_tree_leaves_out_empty_regions_and_keeps_the_line_above(cast, county):
    make_department("佛山市南海区民政局", 20, county, level="COUNTY")
    roots = queries.tree(queries.search(text="南海"))
    assert [root.region.name for root in roots] == ["广东省"]
    assert roots[0].departments == []
    assert roots[0].children[0].children[0].departments[0].name == "佛山市南海区民政局"


@pytest.mark.parametrize("text", ["民政", "省民政厅", "救灾", make_uscc(1), make_uscc(1).lower()])
def test_search_by_name_former_name_and_code(cast, text):
    Department.objects.filter(pk=cast.civil_affairs.pk).update(aliases=["广东省救灾委员会办公室"])
    assert list(queries.search(text=text)) == [cast.civil_affairs]


def test_regions_of_guangdong_come_from_the_package(db):
    rows = divisions.of_province("440000")
    assert rows[0] == ("440000", "广东省", "PROVINCE", "")
    cities = [row for row in rows if row[2] == "CITY"]
    assert len(cities) == 21
    towns = {row[3] for row in rows if row[2] == "COUNTY"}
    assert not towns & {"441900", "442000"}  # 东莞 and 中山 have no counties
    assert all(len(code) == 6 for code, *_ in rows)


def test_loading_regions_twice_changes_nothing(db, capsys):
    call_command("load_regions")
    first = list(Region.objects.order_by("id").values())
    call_command("load_regions")
    assert list(Region.objects.order_by("id").values()) == first
    assert "新建 0，修改 0" in capsys.readouterr().out.splitlines()[-1]
    assert AuditEvent.objects.filter(verb="region.load").count() == 1


def test_loading_mends_a_changed_name(db):
    call_command("load_regions")
    Region.objects.filter(code="440600").update(name="旧名")
    call_command("load_regions")
    assert Region.objects.get(code="440600").name == "佛山市"


def test_an_unknown_province_is_refused(db):
    with pytest.raises(SystemExit):
        call_command("load_regions", province="990000")


def values(cast, **changes):
    base = {
        "name": "广东省水利厅", "short_name": "省水利厅", "uscc": make_uscc(30), "kind": "GOVERNMENT",
        "level": "PROVINCE", "region": cast.region, "parent": None, "aliases": [], "duties": "",
        "sharing_office": "", "is_active": True,
    }  # fmt: skip
    return base | changes


def test_register_and_change_a_department(cast):
    made = actions.create_department(by=cast.sysadmin, now=NOW, values=values(cast))
    assert actions.group_of(made).name == f"department:{made.pk}"
    actions.update_department(department=made, by=cast.sysadmin, now=NOW, values=values(cast, name="广东省水务厅"))
    event = AuditEvent.objects.get(verb="department.update")
    assert event.facts == {"changed": {"name": ["广东省水利厅", "广东省水务厅"]}}


@pytest.mark.parametrize("who", ["chen", "he", "secadmin", "auditor"])
def test_others_register_nothing(cast, who):
    with pytest.raises(Denied):
        actions.create_department(by=cast.people[who], now=NOW, values=values(cast))
    with pytest.raises(Denied):
        actions.update_department(department=cast.sports, by=cast.people[who], now=NOW, values=values(cast))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "广东省民政厅"}, "名称“广东省民政厅”已登记"),
        ({"uscc": make_uscc(1)}, "统一社会信用代码"),
        ({"kind": "AUTHORITY"}, "一个行政区划只有一个"),
    ],
)
def test_what_the_database_refuses_is_said_in_words(cast, changes, words):
    with pytest.raises(Conflict, match=words) as caught:
        actions.create_department(by=cast.sysadmin, now=NOW, values=values(cast, **changes))
    assert caught.value.remedy


def test_no_circle_of_parents(cast):
    child = make_department("广东省民政厅社会救助中心", 40, cast.region, parent=cast.civil_affairs)
    with pytest.raises(Invalid, match="下级"):
        actions.update_department(
            department=cast.civil_affairs, by=cast.sysadmin, now=NOW,
            values=values(cast, name=cast.civil_affairs.name, uscc=cast.civil_affairs.uscc, parent=child),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("11440000", "18 位"),
        (make_uscc(1)[:17] + "I", "不允许的字符"),
        (make_uscc(1)[:16] + "0" + make_uscc(1)[17], "校验位"),
    ],
)
def test_a_wrong_code_is_told_why(db, code, words):
    form = DepartmentForm({"uscc": code})
    assert any(words in error for error in form.errors["uscc"])


def test_a_code_typed_with_blanks_and_small_letters_is_taken(db):
    code = make_uscc(7)
    form = DepartmentForm({"uscc": f" {code[:8].lower()} {code[8:]} "})
    assert "uscc" not in form.errors
    assert form.cleaned_data["uscc"] == code


def test_atomic_with_the_log(cast):
    by = cast.sysadmin
    assert_atomic_with_audit(lambda: actions.create_department(by=by, now=NOW, values=values(cast)), Department)
    made = Department.objects.get(name="广东省水利厅")
    changed = values(cast, name="广东省水务厅")
    assert_atomic_with_audit(
        lambda: actions.update_department(department=made, by=by, now=NOW, values=changed), Department
    )
    rows = divisions.of_province("440000")
    assert_atomic_with_audit(lambda: actions.load_regions(rows=rows, by=None, now=NOW), Region)
