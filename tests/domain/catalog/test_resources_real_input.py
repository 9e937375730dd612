"""Catalogs that others made, read in place: Foshan 2018 and city portals of five provinces."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog.resources import actions
from catalog.resources.models import DataItem, DataResource
from gdshare.lib.errors import Invalid

ROOT = Path(__file__).resolve().parents[4] / "shared" / "data"
NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
pytestmark = [
    pytest.mark.real_input,
    pytest.mark.skipif(not ROOT.is_dir(), reason="../shared/data 不在：真实数据测试跳过"),
]


def run(cast, path: str, **options):
    return actions.import_catalog(
        by=None, now=NOW, department=cast.natural_resources, path=ROOT / path, file_name=Path(path).name, **options
    )


GUANGXI = "广西各市公共数据开放平台"
ZHEJIANG_CITIES = "浙江省公共数据开放平台（丽水、温州）"
# file, layout that it is known as, records, distinct, duplicates, refused
PORTALS = [
    ("guangxi_baise.json", GUANGXI, 548, 548, 0, 0),
    ("guangxi_beihai.json", GUANGXI, 531, 531, 0, 0),
    ("guangxi_chongzuo.json", GUANGXI, 237, 237, 0, 0),
    ("guangxi_fangchenggang.json", GUANGXI, 722, 722, 0, 0),
    ("guangxi_guigang.json", GUANGXI, 425, 425, 0, 0),
    ("guangxi_guilin.json", GUANGXI, 150, 150, 0, 0),
    ("guangxi_hechi.json", GUANGXI, 361, 361, 0, 0),
    ("guangxi_hezhou.json", GUANGXI, 576, 576, 0, 0),
    ("guangxi_laibin.json", GUANGXI, 805, 805, 0, 0),
    ("guangxi_liuzhou.json", GUANGXI, 1540, 1540, 0, 0),
    ("guangxi_nanning.json", GUANGXI, 662, 662, 0, 0),
    ("guangxi_qinzhou.json", GUANGXI, 220, 220, 0, 0),
    ("guangxi_wuzhou.json", GUANGXI, 222, 222, 0, 0),
    ("guangxi_yulin.json", GUANGXI, 411, 411, 0, 0),
    ("guizhou_guiyang.json", "贵阳市政府数据开放平台", 2469, 2469, 0, 0),
    ("jiangsu_jiangsu.json", "江苏公共数据开放平台", 965, 961, 0, 4),
    ("jiangsu_suzhou.json", "苏州市公共数据开放平台", 3210, 3210, 0, 0),
    ("shanghai_shanghai.json", "上海市公共数据开放平台", 4494, 2228, 2254, 12),
    ("zhejiang_hangzhou.json", "杭州市公共数据开放平台", 6590, 6590, 0, 0),
    ("zhejiang_lishui.json", ZHEJIANG_CITIES, 845, 845, 0, 0),
    ("zhejiang_ningbo.json", "宁波市公共数据开放平台", 1753, 1753, 0, 0),
    ("zhejiang_wenzhou.json", ZHEJIANG_CITIES, 989, 987, 2, 0),
    ("zhejiang_zhejiang.json", "浙江省公共数据开放平台", 1309, 1309, 0, 0),
]


@pytest.mark.parametrize(("file", "layout", "total", "distinct", "duplicate", "refused"), PORTALS)
def test_portal_is_known_and_counted(cast, file, layout, total, distinct, duplicate, refused):
    report = run(cast, f"catalogs/portals/{file}", is_dry_run=True)
    assert report.recognised_as == layout
    assert (report.total, report.created, report.duplicate, report.refused) == (total, distinct, duplicate, refused)
    assert len(report.faults) == refused
    assert all(fault.row and fault.column and fault.message and fault.remedy for fault in report.faults)


def test_no_portal_is_left_out():
    assert {path.name for path in (ROOT / "catalogs" / "portals").glob("*.json")} == {row[0] for row in PORTALS}
    assert [sum(row[index] for row in PORTALS) for index in (2, 3, 4, 5)] == [30_034, 27762, 2256, 16]


# file, records, created, duplicates, refused
CATALOGS = [
    ("catalogs/foshan_2018_03_full.json", 404, 392, 12, 0),
    ("catalogs/foshan_2018_03_list.xlsx", 396, 66, 330, 0),
    ("catalogs/portals/shanghai_shanghai.json", 4494, 2228, 2254, 12),
    ("catalogs/portals/guangxi_yulin.json", 411, 411, 0, 0),
    ("catalogs/portals/jiangsu_jiangsu.json", 965, 961, 0, 4),
]


@pytest.mark.parametrize(("path", "total", "created", "duplicate", "refused"), CATALOGS)
def test_catalog_comes_in_once(cast, path, total, created, duplicate, refused):
    first = run(cast, path)
    assert (first.total, first.created, first.duplicate, first.refused) == (total, created, duplicate, refused)
    assert first.updated == first.unchanged == 0
    assert DataResource.objects.count() == created
    assert all(fault.row and fault.column and fault.message and fault.remedy for fault in first.faults)
    second = run(cast, path)
    assert (second.created, second.updated, second.unchanged) == (0, 0, created)
    assert (second.duplicate, second.refused) == (duplicate, refused)


def test_foshan_says_what_its_portal_said_and_identity_cards_are_graded(cast):
    run(cast, "catalogs/foshan_2018_03_full.json")
    resource = DataResource.objects.get(external_code="FS_KF_ZW_SDSJ_001")
    assert (resource.name, resource.internal_unit, resource.share_type, resource.open_type, resource.update_cycle) == (
        "地税税务登记信息", "市地方税务局", "CONDITIONAL", "OPEN", "MONTHLY",
    )  # fmt: skip
    assert resource.item_count == 16
    assert resource.declared_volume == 121821
    kinds = DataResource.objects.order_by().values_list("share_type", flat=True).distinct()
    assert set(kinds) == {"CONDITIONAL", "NOT_SHARED"}

    # Nine of the 404 records name an identity card; one of them is listed twice, so eight entries.
    named = DataItem.objects.filter(name__contains="身份证")
    assert named.values("resource").distinct().count() == 8
    assert set(named.values_list("grade", flat=True)) == {4}
    assert set(DataResource.objects.filter(items__in=named).values_list("grade", flat=True)) == {4}


def test_foshan_is_published_by_batch(cast):
    run(cast, "catalogs/foshan_2018_03_full.json")
    batch = actions.submit_all(
        resources=DataResource.objects.order_by("pk")[:30], by=cast.li, now=NOW, is_declared_non_secret=True,
        protects_people=True,
        legal_basis="《中华人民共和国税收征收管理法》第八条", share_conditions="限履行职责使用",
    )  # fmt: skip
    assert (len(batch.done), batch.refused) == (30, [])
    assert len(actions.approve_all(resources=batch.done, by=cast.zhou, now=NOW).done) == 30
    assert len(actions.publish_all(resources=batch.done, by=cast.liang, now=NOW).done) == 30
    assert DataResource.objects.visible_to(cast.chen).count() == 30


@pytest.mark.parametrize(
    "path", [*sorted(str(path.relative_to(ROOT)) for path in (ROOT / "uploads").rglob("*") if path.is_file())]
)
def test_attack_files_are_refused_with_a_sentence(cast, path):
    outcome = refusal_of(cast, path)
    if outcome is not None:
        assert Path(path).name in outcome.message
        assert outcome.remedy
    assert not DataResource.objects.exists()


def refusal_of(cast, path: str) -> Invalid | None:
    """The refusal of the whole file, or None when it was read and every record of it refused."""
    try:
        report = run(cast, path)
    except Invalid as refusal:
        return refusal
    assert report.refused == report.total, path
    return None
