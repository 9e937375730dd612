"""Codes: two rules, no gaps, nothing given twice; the national code beside them."""

import contextlib

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction

from catalog.resources import actions, codes
from catalog.resources.models import DataResource
from gdshare.lib.errors import Invalid
from tests.domain.catalog.test_resources_at_once import at_once
from tests.factories.catalog import COMPILED_AT, draft_resource, resource_values

ITEMS = [{"name": "甲"}]


def number(resource: DataResource) -> int:
    return int(resource.code.rpartition("/")[2])


def test_the_shipped_rule_writes_the_guides_classes(cast):
    organisation = cast.natural_resources.uscc[8:17]
    assert draft_resource(cast, items=ITEMS).code == f"307000{organisation}/000001"
    assert draft_resource(cast, items=ITEMS, kind="BASE", base_library="03").code == f"103000{organisation}/000001"
    assert draft_resource(cast, items=ITEMS, kind="THEME", theme="11").code == f"211000{organisation}/000001"


def test_the_second_rule_is_chosen_by_a_setting(cast, settings):
    settings.CATALOG_CODE_RULE = "organisation"
    made = [draft_resource(cast, items=ITEMS, kind=kind, theme="11").code for kind in ("DEPARTMENT", "THEME")]
    assert made == [f"{cast.natural_resources.uscc[8:17]}/{n:06d}" for n in (1, 2)]
    settings.CATALOG_CODE_RULE = "nobody"
    with pytest.raises(ImproperlyConfigured, match="CATALOG_CODE_RULE"):
        codes.check_setting()


def test_a_rollback_leaves_no_gap_and_a_deleted_code_never_returns(cast):
    first = draft_resource(cast, items=ITEMS)
    with contextlib.suppress(Invalid), transaction.atomic():
        draft_resource(cast, items=ITEMS)
        raise Invalid("no")
    second = draft_resource(cast, items=ITEMS)
    assert number(second) == number(first) + 1
    second.delete()
    assert number(draft_resource(cast, items=ITEMS)) == number(first) + 2


def test_threads_that_fail_leave_no_gap(committed_cast):
    cast = committed_cast

    def one(n):
        try:
            with transaction.atomic():
                made = draft_resource(cast, items=ITEMS)
                if n % 3 == 0:
                    raise Invalid("no")
                return made
        except Invalid:
            return None

    made = [resource for resource in at_once(9, one) if resource is not None]
    assert sorted(number(resource) for resource in made) == list(range(1, 7))


def test_the_national_code_is_once_in_the_province(cast):
    first = draft_resource(cast, items=ITEMS, national_code="307440000/000001")
    with pytest.raises(Invalid, match="国家目录代码“307440000/000001”已由另一条目录使用"):
        draft_resource(cast, items=ITEMS, national_code="307440000/000001")
    other = draft_resource(cast, items=ITEMS)
    with pytest.raises(IntegrityError, match="national_code"), transaction.atomic():
        DataResource.objects.filter(pk=other.pk).update(national_code=first.national_code)
    values = {"national_code": first.national_code, "abstract": "改"}
    actions.update_resource(resource=first, by=cast.li, now=COMPILED_AT, values=values)


def test_every_element_is_kept(cast):
    values = {
        "related_codes": "307/000009、307/000010", "data_category": "个人数据", "responsible_person": "王工",
        "use_conditions": "不得转交", "share_channel": "共享平台方式", "update_deadline": "次月10日前",
        "declared_volume": 1200, "national_code": "N-1", "network": "电子政务外网", "information_system": "登记系统",
    }  # fmt: skip
    resource = actions.create_resource(by=cast.li, now=COMPILED_AT, values=resource_values(**values), items=ITEMS)
    resource.refresh_from_db()
    assert resource.related_codes == ["307/000009", "307/000010"]
    assert resource.data_category.code == "PERSON"
    assert resource.region == cast.region
    kept = {name: getattr(resource, name) for name in values if name not in ("related_codes", "data_category")}
    assert kept == {name: values[name] for name in kept}
    assert "登记系统" in resource.search_text
