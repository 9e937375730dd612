"""The catalog out in a layout and in again: nothing is lost, nothing runs, and the log says who took it."""

import io
from datetime import UTC, datetime

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from audit.models import AuditEvent
from catalog.resources import actions, contents, exporting, layouts
from catalog.resources.grading import grade_of
from catalog.resources.models import DataItem, DataResource, ItemType, OpenType, ShareMode, ShareType, UpdateCycle
from catalog.taxonomy.models import Term, TermKind
from gdshare.lib.errors import Denied, Invalid
from tests.factories.catalog import draft_resource, published_resource

NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
SAME = [name for name in contents.FIELDS if name not in ("provider", "is_restricted")]
ITEM_SAME = list(contents.ITEM_FIELDS)


def taken_out(cast, layout: str, *, by=None) -> bytes:
    file = actions.export_catalog(
        resources=DataResource.objects.all(), layout=layout, by=by or cast.li, now=NOW, subject_label="全部"
    )
    with file:
        return file.read()


def brought_in(department, data: bytes, name: str = "目录.xlsx"):
    return actions.import_catalog(by=None, now=NOW, department=department, file=io.BytesIO(data), file_name=name)


def said(resource: DataResource) -> dict[str, object]:
    """What an entry says, its items in order."""
    values = {name: getattr(resource, name) for name in SAME}
    items = [{name: getattr(item, name) for name in ITEM_SAME} for item in actions.current_items(resource)]
    return values | {"items": items}


WORDS = st.text(
    alphabet=st.sampled_from("中文目录婚姻登记0017=+-@'\"\n\t<>&_x000D_，、；|／/ 无暂A é𠮷"), min_size=1, max_size=20
).map(str.strip).filter(bool)  # fmt: skip
LINES = st.one_of(
    st.sampled_from(["=1+1", "007", "无", "-", "/", "暂无", "第一行\n第二行", "1e5", "2026-01-02", "'引号", "_x0041_"]),
    WORDS,
)  # fmt: skip
NAMES = LINES.map(lambda text: " ".join(text.split())[:200])


@st.composite
def entries(draw):
    share_type = draw(st.sampled_from(ShareType.values))
    values = {
        "name": draw(LINES), "abstract": draw(LINES), "share_type": share_type, "external_code": draw(NAMES),
        "update_cycle": draw(st.sampled_from(UpdateCycle.values)),
        "open_type": draw(st.sampled_from(OpenType.values)),
        "declared_volume": draw(st.none() | st.integers(0, 10**12)),
        "share_modes": draw(st.lists(st.sampled_from(ShareMode.values), unique=True)),
        "theme": draw(st.sampled_from(["", "09", "13"])), "is_declared_non_secret": draw(st.booleans()),
        "tags": draw(st.lists(st.text("标签甲乙0", min_size=1, max_size=5), unique=True, max_size=3)),
    }  # fmt: skip
    for name in ("legal_basis", "share_conditions", "share_scope", "open_conditions", "network", "contact",
                 "internal_unit", "information_system", "format_type", "share_purposes", "source_url",
                 "responsible_person", "use_conditions", "update_deadline", "share_channel"):  # fmt: skip
        values[name] = draw(st.just("") | LINES.map(lambda text: text[:30]))
    items = []
    for name in draw(st.lists(NAMES, unique=True, max_size=4)):
        items.append({
            "name": name, "data_type": draw(st.sampled_from(ItemType.values)),
            "grade": draw(st.integers(grade_of(name), 4)), "length": draw(st.none() | st.integers(0, 9999)),
            "scale": draw(st.none() | st.integers(0, 9)), "share_type": draw(st.sampled_from(["", *ShareType.values])),
            "is_key": draw(st.booleans()), "is_required": draw(st.booleans()),
            "description": draw(st.just("") | LINES), "use_conditions": draw(st.just("") | LINES),
        })  # fmt: skip
    return values, items


@pytest.mark.parametrize("layout", list(layouts.TEMPLATES))
@settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.generate, Phase.shrink],
          suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])  # fmt: skip
@given(made=st.lists(entries(), min_size=1, max_size=3, unique_by=lambda entry: entry[0]["external_code"]))
def test_what_goes_out_comes_in_unchanged(cast, layout, made):
    DataItem.objects.all().delete()
    DataResource.objects.all().delete()
    for values, items in made:
        actions.create_resource(by=cast.li, now=NOW, values=values, items=items)
    data = taken_out(cast, layout)
    again = brought_in(cast.natural_resources, data)
    assert (again.created, again.updated, again.refused, again.unchanged) == (0, 0, 0, len(made)), again.faults
    assert again.recognised_as.startswith(layout)
    elsewhere = brought_in(cast.sports, without_provider_code(data) if layout == "T-B" else data)
    assert (elsewhere.created, elsewhere.refused) == (len(made), 0), elsewhere.faults
    for resource in DataResource.objects.filter(provider=cast.natural_resources):
        copy = DataResource.objects.get(provider=cast.sports, external_code=resource.external_code)
        assert said(copy) == said(resource)


def without_provider_code(data: bytes) -> bytes:
    """The sheet says whose it is; another department takes that out."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book.active
    column = next(cell.column for cell in page[1] if cell.value == "提供方代码")
    for row in range(3, page.max_row + 1):
        page.cell(row, column).value = None
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("layout", list(layouts.TEMPLATES))
def test_layout_stands_first_and_keeps_its_heads(cast, layout):
    draft_resource(cast, name="=1+1", external_code="007", theme="09")
    page = openpyxl.load_workbook(io.BytesIO(taken_out(cast, layout))).active
    template = layouts.TEMPLATES[layout]
    heads = [column.head for column in template.columns]
    row = 2 if template.has_groups else 1
    found = [page.cell(row, index + 1).value or page.cell(1, index + 1).value for index in range(len(heads))]
    assert found == heads
    assert bool(page.merged_cells.ranges) == template.has_groups
    body = [cell for line in page.iter_rows(min_row=row + 1) for cell in line if cell.value is not None]
    assert {cell.data_type for cell in body} == {"s"}
    assert {"=1+1", "007"} <= {cell.value for cell in body}
    event = AuditEvent.objects.get(verb="catalog.export")
    assert (event.facts["rows"], event.facts["format"], event.actor_name) == (1, template.label, "李卓然")


def test_only_what_one_may_see_goes_out(cast):
    hidden = draft_resource(cast, name="草稿甲")
    listed = published_resource(cast, name="公开乙")
    page = openpyxl.load_workbook(io.BytesIO(taken_out(cast, "T-A", by=cast.chen))).active
    words = {cell.value for line in page.iter_rows() for cell in line}
    assert listed.name in words
    assert hidden.name not in words
    with pytest.raises(Denied):
        taken_out(cast, "T-A", by=cast.sysadmin)


def test_nothing_too_much_and_unknown_layouts_are_refused(cast, monkeypatch):
    with pytest.raises(Invalid, match="没有可以导出"):
        taken_out(cast, "T-A")
    draft_resource(cast)
    draft_resource(cast)
    with pytest.raises(Invalid, match="没有这种版式"):
        taken_out(cast, "T-X")
    monkeypatch.setattr(exporting, "MOST_ENTRIES", 1)
    with pytest.raises(Invalid, match="一个文件最多 1 条"):
        taken_out(cast, "T-A")
    assert not AuditEvent.objects.filter(verb="catalog.export").exists()


def test_a_sheet_of_ours_that_was_changed_changes_that_and_nothing_else(cast):
    resource = draft_resource(cast, share_type="CONDITIONAL", network="无", internal_unit="确权处")
    book = openpyxl.load_workbook(io.BytesIO(taken_out(cast, "T-A")))
    page = book.active
    heads = {cell.value: cell.column for cell in page[1]}
    page.cell(2, heads["共享条件/不予共享依据"]).value = "限核验"
    page.cell(3, heads["信息项说明"]).value = "两位码"
    page.cell(2, heads["下设机构"]).value = None
    file = io.BytesIO()
    book.save(file)
    before = said(resource)
    report = brought_in(cast.natural_resources, file.getvalue())
    assert (report.updated, report.refused) == (1, 0), report.faults
    after = said(DataResource.objects.get())
    assert (after["share_conditions"], after["internal_unit"], after["items"][1]["description"]) == (
        "限核验",
        "",
        "两位码",
    )
    before["items"][1]["description"] = "两位码"
    assert after | {"share_conditions": before["share_conditions"], "internal_unit": "确权处"} == before


def test_terms_out_of_use_do_not_come_in(cast):
    resource = draft_resource(cast, theme="09")
    data = taken_out(cast, "T-A")
    Term.objects.filter(kind=TermKind.THEME, code="09").update(is_active=False)
    report = brought_in(cast.natural_resources, data)
    assert report.refused == 1
    assert "不认识" in report.faults[0].message
    assert DataResource.objects.get() == resource
