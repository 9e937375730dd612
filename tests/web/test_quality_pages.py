"""Pages about the quality of the catalog: owed updates with badge, bar and sheet."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalog.quality import tasks
from catalog.quality.models import DataElement, ElementLink, ImportLook
from catalog.resources import actions as resources
from catalog.resources import tasks as resource_tasks
from catalog.resources.models import CatalogImport, DataResource
from tests.client import assert_constant_queries, visible_text
from tests.factories.catalog import COMPILED_AT, draft_resource, published_resource

OWED = reverse("catalog:quality:owed")


def late(cast, **values) -> DataResource:
    """A published entry that is late, by the columns that the review keeps."""
    resource = published_resource(cast, **values)
    DataResource.objects.filter(pk=resource.pk).update(
        freshness="LATE", fresh_due_on=date(2026, 3, 4), data_as_of=date(2026, 3, 3), beats="oooooooolomm", row_count=3
    )
    return resource


@pytest.mark.parametrize(
    ("name", "status"),
    [("li", 200), ("zhou", 200), ("liang", 200), ("he", 200), ("sysadmin", 403), ("secadmin", 403), ("auditor", 403)],
)
def test_who_sees_owed_updates(web, cast, name, status):
    assert web(cast.people[name]).get(OWED).status_code == status
    assert web(cast.people[name]).get(reverse("catalog:quality:owed_sheet")).status_code == status


def test_the_list_says_since_when_and_how_punctual(web, cast):
    resource = late(cast)
    page = visible_text(web(cast.li).get(OWED).content.decode())
    for words in (resource.name, "每日", "2026-03-04", "逾期", "个工作日", "2026-03-03", "迟 1 期，漏 2 期"):
        assert words in page
    assert resource.name not in visible_text(web(cast.li).get(OWED, {"state": "DUE_SOON"}).content.decode())
    assert resource.name not in visible_text(web(cast.chen).get(OWED).content.decode()), "another department's"
    assert cast.natural_resources.short_name in visible_text(web(cast.liang).get(OWED).content.decode())
    assert web(cast.li).get(OWED, {"state": "WARM"}).status_code == 200


def test_the_sheet_holds_the_same_rows(web, cast):
    resource = late(cast, name="=危险的名称")
    answer = web(cast.li).get(reverse("catalog:quality:owed_sheet"))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("资源代码,资源名称,提供部门,更新周期")
    assert lines[1].startswith(f"{resource.code},'=危险的名称,广东省自然资源厅,每日,2026-03-04,逾期")
    assert lines[1].endswith("2026-03-03,迟 1 期，漏 2 期")
    assert len(lines) == 2


def test_queries_do_not_grow(web, cast):
    assert_constant_queries(web(cast.liang), OWED, lambda: late(cast))


def test_entry_and_results_wear_the_badge(web, cast):
    resource = late(cast)
    page = web(cast.chen).get(reverse("catalog:resources:detail", args=[resource.pk])).content.decode()
    assert page.count('<i class="miss"></i>') == 2
    assert "应于 2026-03-04 前更新" in visible_text(page)
    found = web(cast.chen).get(reverse("portal:search")).content.decode()
    assert "应于 2026-03-04 前更新，还没有更新" in visible_text(found)
    assert "近 12 期更新" in visible_text(found)


# ── one source ────────────────────────────────────────────────────────────────────────────────────────────────────

SUPPLIED = [{"name": "姓名"}, {"name": "公民身份号码"}, {"name": "婚姻状况"}]
OWN = [{"name": "姓名"}, {"name": "身份证号"}, {"name": "婚姻状态"}, {"name": "图斑编号"}]


def at(name: str, *args: object) -> str:
    return reverse(f"catalog:quality:{name}", args=args)


def supplied(cast, **values) -> DataResource:
    values = {"name": "婚姻登记信息", "items": SUPPLIED} | values
    return published_resource(cast, by=cast.chen, head=cast.huang, **values)


def test_the_panel_says_who_supplies_what(web, cast):
    supplied(cast)
    draft = draft_resource(cast, items=OWN)
    for person in (cast.li, cast.zhou):
        page = visible_text(web(person).get(at("one_source", draft.pk)).content.decode())
        assert "省民政厅《婚姻登记信息》已提供其中 3/4 项，其中 3 项无条件" in page
        assert "同义：公民身份号码，同一数据元“公民身份号码”" in page
    fragment = web(cast.li).htmx(at("one_source", draft.pk)).content.decode()
    assert "<html" not in fragment
    assert web(cast.chen).get(at("one_source", draft.pk)).status_code == 404
    assert web(cast.wu).get(at("one_source", supplied(cast).pk)).status_code == 403
    for page in ("detail", "edit"):
        html = web(cast.li).get(reverse(f"catalog:resources:{page}", args=[draft.pk])).content.decode()
        assert f'hx-get="{at("one_source", draft.pk)}"' in html


def test_ticked_suggestions_are_confirmed(web, cast):
    draft = draft_resource(cast, items=OWN)
    item = draft.items.get(name="身份证号")
    assert "按名称推测" in web(cast.li).get(at("one_source", draft.pk)).content.decode()
    web(cast.li).post(at("confirm_elements", draft.pk), {"item": [item.pk]})
    assert [link.element.name for link in ElementLink.objects.all()] == ["公民身份号码"]
    assert "已确认" in web(cast.li).get(at("one_source", draft.pk)).content.decode()
    web(cast.li).post(at("confirm_elements", draft.pk), {})
    assert not ElementLink.objects.exists()
    assert web(cast.zhou).post(at("confirm_elements", draft.pk), {}).status_code == 403


def test_the_panel_s_queries_do_not_grow(web, cast):
    draft = draft_resource(cast, items=OWN)
    numbers = iter(range(100))
    assert_constant_queries(
        web(cast.li), at("one_source", draft.pk), lambda: supplied(cast, name=f"婚姻登记{next(numbers)}"), many=7
    )


def test_the_authority_names_the_lead_source_and_everybody_sees_it(web, cast):
    row = DataElement.objects.get(name="公民身份号码")
    client = web(cast.liang)
    assert client.get(at("elements"), {"q": "身份证号码"}).status_code == 200
    client.post(at("set_lead_source", row.pk), {"department": cast.civil_affairs.pk, "basis": "职责规定"})
    assert client.post(at("set_lead_source", row.pk), {"department": ""}).status_code == 400
    page = visible_text(web(cast.wu).get(at("element", row.pk)).content.decode())
    assert "广东省民政厅" in page
    assert "更换或取消" not in page
    entry = published_resource(cast, items=OWN)
    assert "数源部门是省民政厅" in visible_text(web(cast.wu).get(at("lead_sources", entry.pk)).content.decode())
    assert "本目录的提供部门就是数源部门" in visible_text(
        web(cast.wu).get(at("lead_sources", supplied(cast).pk)).content.decode()
    )
    draft = draft_resource(cast, items=OWN)
    warned = visible_text(web(cast.li).get(at("one_source", draft.pk)).content.decode())
    assert "“身份证号”由省民政厅提供" in warned
    assert "只看定了数源部门的" in client.get(at("elements"), {"led": "1"}).content.decode()
    client.post(at("remove_lead_source", row.pk))
    assert "还没有确定" in web(cast.wu).get(at("element", row.pk)).content.decode()


def test_elements_are_added_and_changed_by_the_authority_alone(web, cast):
    client, data = (
        web(cast.liang),
        {"name": "海域使用证号", "identifier": "hysyzh", "data_type": "C", "is_active": "on"},
    )
    assert client.get(at("add_element")).status_code == 200
    refused = client.post(at("add_element"), {**data, "aliases": "身份证号"})
    assert refused.status_code == 422
    assert "与数据元“公民身份号码”" in refused.content.decode()
    assert client.post(at("add_element"), {**data, "aliases": "海域证号、海域使用权证号"}).status_code == 302
    row = DataElement.objects.get(identifier="hysyzh")
    assert row.aliases == ["海域证号", "海域使用权证号"]
    assert client.post(at("change_element", row.pk), {**data, "name": "姓名"}).status_code == 422
    assert client.post(at("change_element", row.pk), {**data, "length": "40"}).status_code == 302
    assert web(cast.li).get(at("add_element")).status_code == 403
    assert web(cast.li).post(at("change_element", row.pk), data).status_code == 403
    assert web(cast.li).get(at("duplicates")).status_code == 403
    assert web(cast.sysadmin).get(at("elements")).status_code == 403


def test_the_authority_sees_what_is_collected_again_and_again(web, cast):
    supplied(cast)
    published_resource(cast, items=[{"name": "居民身份证号码"}])
    page = web(cast.liang).get(at("duplicates")).content.decode()
    row = DataElement.objects.get(name="公民身份号码")
    assert at("element", row.pk) in page
    rows = visible_text(web(cast.liang).get(at("element", row.pk)).content.decode())
    assert "婚姻登记信息" in rows
    assert "居民身份证号码" in rows


def test_lists_of_elements_do_not_ask_more_with_more_rows(web, cast):
    row = DataElement.objects.get(name="公民身份号码")
    numbers = iter(range(100))
    assert_constant_queries(
        web(cast.liang), at("element", row.pk), lambda: supplied(cast, name=f"婚姻登记{next(numbers)}"), many=7
    )


def test_a_checked_sheet_is_compared_behind_its_check(web, cast, monkeypatch):
    monkeypatch.setattr("catalog.resources.views.importing.current_app.send_task", lambda *args, **kwargs: None)
    hidden = supplied(cast, name="绝密名册")
    listed = supplied(cast)
    resources.restrict(resource=hidden, by=cast.huang, now=COMPILED_AT, is_restricted=True, shown_to=[cast.sports])
    text = "资源名称,信息项,共享类型,更新周期\n甲目录,人员姓名|身份证号|图斑编号|备注,无条件共享,每日\n"
    file = SimpleUploadedFile("目录.csv", text.encode())
    web(cast.li).post(reverse("catalog:resources:import"), {"file": file, "is_declared_non_secret": "on"})
    row = CatalogImport.objects.get()
    assert tasks.look_at_imports() == 0, "nothing to compare before the check"
    resource_tasks.resume_imports()
    page = web(cast.li).get(reverse("catalog:resources:import_detail", args=[row.pk])).content.decode()
    assert at("import_look", row.pk) in page
    assert "正在与各部门的目录比对" in web(cast.li).htmx(at("import_look", row.pk)).content.decode()
    assert (tasks.look_at_imports(), tasks.look_at_imports()) == (1, 0)
    assert ImportLook.objects.get().found == [[listed.pk, 2, 2]]
    page = visible_text(web(cast.li).get(at("import_look", row.pk)).content.decode())
    assert "3 个能单独比对的名称" in page, "备注 needs its entry"
    assert "婚姻登记信息 2 项 2 项" in page
    assert "绝密名册" not in page
    assert web(cast.chen).get(at("import_look", row.pk)).status_code == 404
    resources.restrict(resource=listed, by=cast.huang, now=COMPILED_AT, is_restricted=True, shown_to=[cast.sports])
    later = visible_text(web(cast.li).get(at("import_look", row.pk)).content.decode())
    assert "婚姻登记信息" not in later, "what he may not know of any more is not shown any more"


def test_a_sheet_that_is_gone_is_compared_as_empty(cast):
    row = CatalogImport.objects.create(
        department=cast.natural_resources, file="catalog_imports/gone.csv", file_name="gone.csv", is_dry_run=True,
        status="DONE", created_at=COMPILED_AT, created_by=cast.li,
    )  # fmt: skip
    assert tasks.look_at_imports() == 1
    assert ImportLook.objects.get(catalog_import=row).total == 0
