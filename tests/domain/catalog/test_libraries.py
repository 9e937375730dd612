"""Base libraries keep their basic items open; thematic libraries have a lead and contributors; mixtures are shown."""

from datetime import UTC, datetime

import pytest

from catalog.libraries import actions
from catalog.resources import actions as resources
from catalog.resources.models import DataResource
from gdshare.lib.errors import Conflict, Denied, Invalid
from tests.factories.catalog import draft_resource, published_resource

NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
BASIC = [{"name": "代码", "is_basic": True}, {"name": "名称", "is_basic": True}]


@pytest.mark.parametrize("library", ["01", "02", "03", "05"])
def test_basic_items_keep_the_entry_open(cast, library):
    entry = {"kind": "BASE", "base_library": library, "items": BASIC}
    with pytest.raises(Invalid, match=r"基础库的信息项全是基础数据项，资源只能是无条件共享（50号文第十七条）"):
        draft_resource(cast, share_type="CONDITIONAL", **entry)
    with pytest.raises(Invalid, match=r"2 个基础数据项应当无条件共享，整条资源不能定为不予共享（50号文第十七条）"):
        draft_resource(cast, share_type="NOT_SHARED", **entry)
    resource = draft_resource(cast, **entry)
    with pytest.raises(Invalid, match="只能是无条件共享"):
        resources.update_resource(resource=resource, by=cast.li, now=NOW, values={"share_type": "CONDITIONAL"})
    mixed = draft_resource(cast, share_type="CONDITIONAL", **{**entry, "items": [*BASIC, {"name": "备注"}]})
    assert mixed.mixture == [("UNCONDITIONAL", 2), ("CONDITIONAL", 1)]


def test_other_libraries_have_no_such_items(cast):
    assert draft_resource(cast, share_type="CONDITIONAL", kind="BASE", base_library="04", items=BASIC).pk


def test_a_draft_that_came_another_way_is_not_submitted(cast):
    resource = draft_resource(cast, share_type="CONDITIONAL", items=BASIC)
    DataResource.objects.filter(pk=resource.pk).update(base_library_id=_library_id("01"))
    with pytest.raises(Invalid, match=r"“人口”基础库的信息项全是基础数据项"):
        resources.submit(resource=resource, by=cast.li, now=NOW)


def _library_id(code: str) -> int:
    from catalog.taxonomy.models import Term

    return Term.objects.get(kind="BASE_LIBRARY", code=code).pk


def library_of(cast, **values):
    given = {"name": "救助", "lead": cast.civil_affairs, "contributors": [cast.natural_resources], **values}
    return actions.create_library(by=cast.liang, now=NOW, values=given)


def test_only_who_leads_or_contributes_puts_entries_in(cast):
    library = library_of(cast)
    assert draft_resource(cast, thematic_library=library.pk).thematic_library == library
    with pytest.raises(Invalid, match="省体育局不是主题库“救助”的牵头部门或参与部门"):
        draft_resource(cast, by=cast.wu, thematic_library=library.pk)
    with pytest.raises(Invalid, match="没有这个主题库"):
        draft_resource(cast, thematic_library="77")
    actions.change_library(
        library=library, by=cast.liang, now=NOW,
        values={"name": "救助", "lead": cast.civil_affairs, "contributors": [], "is_active": False},
    )  # fmt: skip
    with pytest.raises(Invalid, match="主题库“救助”已停用"):
        draft_resource(cast, by=cast.chen, thematic_library=library.pk)


def test_the_authority_sets_libraries_up(cast):
    library_of(cast)
    with pytest.raises(Conflict, match="已有主题库“救助”"):
        library_of(cast)
    with pytest.raises(Denied, match="只有政务数据主管部门的经办"):
        actions.create_library(by=cast.chen, now=NOW, values={"name": "别的", "lead": cast.civil_affairs})
    with pytest.raises(Invalid, match="没有填写主题库的名称"):
        library_of(cast, name=" ")


def test_the_mixture_follows_the_items(cast):
    items = [{"name": "甲"}, {"name": "乙", "share_type": "CONDITIONAL"}, {"name": "丙", "share_type": "NOT_SHARED"}]
    resource = published_resource(cast, legal_basis="《统计法》第九条", share_conditions="限核验", items=items)
    assert resource.mixture == [("UNCONDITIONAL", 1), ("CONDITIONAL", 1), ("NOT_SHARED", 1)]
    plain = draft_resource(cast, items=[{"name": "甲"}])
    assert plain.mixture == []
    resources.update_resource(
        resource=plain, by=cast.li, now=NOW, values={}, items=[{"name": "甲", "share_type": "NOT_SHARED"}]
    )
    plain.refresh_from_db()
    assert plain.mixture == [("NOT_SHARED", 1)]
