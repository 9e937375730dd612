"""Pages of the catalog: compiling, moving, the department's list, the entry itself."""

import pytest
from django.urls import reverse
from zeal import zeal_ignore

from catalog.resources import actions
from catalog.resources.models import CatalogImport, DataResource
from tests.client import assert_constant_queries, visible_text
from tests.factories.catalog import (
    COMPILED_AT,
    approved_resource,
    draft_resource,
    published_resource,
    submitted_resource,
)

MANAGE = reverse("catalog:resources:manage")


def at(name: str, *args: object) -> str:
    return reverse(f"catalog:resources:{name}", args=args)


@pytest.mark.parametrize("tab", ["", "about", "items", "preview", "api", "versions", "history", "nonsense"])
def test_entry_shows_every_tab(web, cast, tab):
    resource = published_resource(cast, share_type="CONDITIONAL", theme="09")
    for person in (cast.chen, cast.li, cast.liang):
        page = web(person).get(at("detail", resource.pk), {"tab": tab})
        assert page.status_code == 200
        assert resource.name in visible_text(page.content.decode())


def test_items_go_to_the_cart(web, cast):
    resource = published_resource(cast, share_type="CONDITIONAL")
    html = web(cast.chen).get(at("detail", resource.pk)).content.decode()
    assert reverse("sharing:share_requests:cart_add") in html
    for item in resource.items.all():
        assert f'name="item" value="{item.pk}"' in html
    own = web(cast.li).get(at("detail", resource.pk)).content.decode()
    assert "本部门的数据，不需申请" in own
    assert 'name="item"' not in own


def test_unlisted_entry_is_not_found(web, cast):
    draft = draft_resource(cast)
    assert web(cast.chen).get(at("detail", draft.pk)).status_code == 404
    assert web(cast.sysadmin).get(at("detail", published_resource(cast).pk)).status_code == 404
    assert web(cast.li).get(at("detail", draft.pk)).status_code == 200


def test_walks_from_form_to_published(web, cast):
    data = {
        "name": "测绘成果目录", "abstract": "全省测绘成果", "share_type": "UNCONDITIONAL", "update_cycle": "YEARLY",
        "is_declared_non_secret": "on", "items-TOTAL_FORMS": "3", "items-INITIAL_FORMS": "0",
        "items-0-name": "图号", "items-0-data_type": "C", "items-1-name": "作者身份证号", "items-1-data_type": "C",
        "items-2-name": "", "items-1-position": "1", "items-0-position": "2",
    }  # fmt: skip
    assert web(cast.li).get(at("create")).status_code == 200
    assert web(cast.chen).get(at("edit", draft_resource(cast).pk)).status_code == 404
    saved = web(cast.li).post(at("create"), data)
    resource = DataResource.objects.get(name="测绘成果目录")
    assert saved["Location"] == at("detail", resource.pk)
    assert [(item.name, item.grade) for item in resource.items.order_by("position")] == [
        ("作者身份证号", 4),
        ("图号", 1),
    ]
    refused = web(cast.li).post(at("submit", resource.pk))
    assert refused.status_code == 400
    assert "“作者身份证号”等 1 项可能涉及个人信息，没有做个人信息保护评估" in visible_text(refused.content.decode())
    answers = {f"personal-{code}": "yes" for code in ("personal", "sensitive", "lawful", "risk", "measures")}
    assert web(cast.li).get(at("assess", resource.pk)).status_code == 200
    assert web(cast.li).post(at("assess", resource.pk), {"kind": "PERSONAL", **answers}).status_code == 302
    for person, verb in ((cast.li, "submit"), (cast.zhou, "approve"), (cast.liang, "publish")):
        assert web(person).get(at("detail", resource.pk)).status_code == 200
        assert web(person).post(at(verb, resource.pk)).status_code == 302
    resource.refresh_from_db()
    assert resource.status == "PUBLISHED"


def test_form_keeps_what_was_typed_and_tells_every_fault(web, cast):
    data = {
        "name": "某目录", "share_type": "NOT_SHARED", "legal_basis": "本局内部规定", "update_cycle": "DAILY",
        "items-TOTAL_FORMS": "2", "items-INITIAL_FORMS": "0", "items-0-name": "甲", "items-1-name": "甲",
    }  # fmt: skip
    answer = web(cast.li).post(at("create"), data)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "第十六条" in html
    assert "信息项“甲”重复" in html
    assert 'value="某目录"' in html
    assert not DataResource.objects.exists()
    more = web(cast.li).post(at("create"), {**data, "add_items": "1"})
    assert more.status_code == 200
    assert more.content.decode().count('name="items-4-name"') == 1
    assert 'value="某目录"' in more.content.decode()


def test_edit_shows_and_saves(web, cast):
    resource = draft_resource(cast, theme="09", tags=["甲", "乙"])
    page = web(cast.li).get(at("edit", resource.pk)).content.decode()
    assert 'value="甲、乙"' in page
    assert 'value="qlrsfzh"' in page
    assert web(cast.zhou).get(at("edit", resource.pk)).status_code == 403


def test_stale_page_and_wrong_person_are_told(web, cast):
    resource = submitted_resource(cast)
    assert web(cast.li).post(at("approve", resource.pk)).status_code == 403
    assert web(cast.zhou).post(at("approve", resource.pk)).status_code == 302
    stale = web(cast.zhou).post(at("approve", resource.pk))
    assert stale.status_code == 409
    assert "待主管部门审核" in stale.content.decode()
    assert web(cast.liang).post(at("return", resource.pk), {"opinion": ""}).status_code == 400
    assert web(cast.liang).post(at("return", resource.pk), {"opinion": "缺依据"}).status_code == 302


@pytest.fixture
def _one_by_one():
    """A batch asks each entry's own rules, one transaction each: N+1 by intent."""
    with zeal_ignore():
        yield


@pytest.mark.usefixtures("_one_by_one")
def test_manage_lists_by_status_and_batches(web, cast):
    for _ in range(3):
        draft_resource(
            cast, share_type="CONDITIONAL", legal_basis="", share_conditions="", is_declared_non_secret=False
        )
    page = web(cast.li).get(MANAGE, {"show": "DRAFT"})
    assert page.status_code == 200
    refused = web(cast.li).post(at("submit_all"), {"everything": "1"}, follow=True).content.decode()
    assert "3 条没有办成" in refused
    completed = {
        "is_declared_non_secret": "on",
        "legal_basis": "《不动产登记暂行条例》第二十七条",
        "share_conditions": "限本省使用",
    }
    web(cast.li).post(at("submit_all"), {"everything": "1", **completed})
    assert DataResource.objects.filter(status="DEPARTMENT_REVIEW").count() == 3
    some = list(DataResource.objects.values_list("pk", flat=True)[:2])
    web(cast.zhou).post(at("approve_all"), {"resource": some})
    assert DataResource.objects.filter(status="AUTHORITY_AUDIT").count() == 2
    queue = web(cast.liang).get(MANAGE, {"show": "audit"}).content.decode()
    assert "发布所选" in queue
    web(cast.liang).post(at("publish_all"), {"everything": "1"})
    assert set(DataResource.objects.filter(status="PUBLISHED").values_list("legal_basis", flat=True)) == {
        "《不动产登记暂行条例》第二十七条"
    }


def test_ticked_drafts_are_submitted_and_no_others(web, cast):
    ticked, left = draft_resource(cast), draft_resource(cast)
    web(cast.li).post(at("submit_all"), {"resource": [ticked.pk], "legal_basis": "", "share_conditions": ""})
    ticked.refresh_from_db()
    left.refresh_from_db()
    assert (ticked.status, left.status) == ("DEPARTMENT_REVIEW", "DRAFT")


def test_batch_is_for_those_whose_turn_it_is(web, cast):
    draft_resource(cast)
    assert web(cast.zhou).post(at("submit_all"), {"everything": "1"}).status_code == 403
    assert web(cast.li).post(at("approve_all"), {"everything": "1"}).status_code == 403
    assert web(cast.zhou).post(at("publish_all"), {"everything": "1"}).status_code == 403
    assert web(cast.sysadmin).get(MANAGE).status_code == 403
    web(cast.chen).post(at("submit_all"), {"everything": "1"})
    assert DataResource.objects.get().status == "DRAFT"


@pytest.mark.usefixtures("_one_by_one")
def test_drafts_without_basis_become_unconditional_on_wish(web, cast):
    draft_resource(cast, share_type="NOT_SHARED", legal_basis="")
    web(cast.li).post(at("submit_all"), {"everything": "1", "makes_unconditional": "on"})
    assert DataResource.objects.values_list("share_type", "status").get() == ("UNCONDITIONAL", "DEPARTMENT_REVIEW")


@pytest.mark.parametrize("show", ["", "PUBLISHED", "audit"])
def test_manage_queries_do_not_grow(web, cast, show):
    make = approved_resource if show == "audit" else published_resource
    person = cast.liang if show == "audit" else cast.li
    assert_constant_queries(web(person), f"{MANAGE}?show={show}", lambda: make(cast))


def test_entry_queries_do_not_grow_with_items(web, cast):
    resource = draft_resource(cast, items=[{"name": "甲"}])
    numbers = iter(range(1000))

    def one_more() -> None:
        items = [{"name": item.name} for item in actions.current_items(resource)] + [{"name": f"项{next(numbers)}"}]
        actions.update_resource(resource=resource, by=cast.li, now=COMPILED_AT, values={}, items=items)

    assert_constant_queries(web(cast.li), at("detail", resource.pk), one_more)


def upload(text: str, name: str = "目录.csv"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, text.encode())


def test_import_is_checked_then_confirmed(web, cast, monkeypatch):
    monkeypatch.setattr("catalog.resources.views.importing.current_app.send_task", lambda *args, **kwargs: None)
    from catalog.resources import tasks

    text = "资源名称,信息项,共享类型,更新周期\n甲目录,姓名|身份证号,无条件共享,每日\n乙目录,金额,也许,每日\n"
    started = web(cast.li).post(at("import"), {"file": upload(text), "is_declared_non_secret": "on"})
    row = CatalogImport.objects.get()
    assert started["Location"] == at("import_detail", row.pk)
    assert "排队中" in web(cast.li).get(at("import_detail", row.pk)).content.decode()
    assert tasks.resume_imports() == 1
    checked = web(cast.li).get(at("import_detail", row.pk)).content.decode()
    assert "共享类型“也许”不认识" in checked
    assert "确认导入" in checked
    assert not DataResource.objects.exists()
    assert web(cast.li).htmx(at("import_detail", row.pk)).status_code == 200
    assert web(cast.chen).get(at("import_detail", row.pk)).status_code == 404
    web(cast.li).post(at("import_confirm", row.pk))
    assert tasks.resume_imports() == 1
    assert tasks.resume_imports() == 0
    resource = DataResource.objects.get()
    assert (resource.name, resource.grade, resource.created_by, resource.is_declared_non_secret) == (
        "甲目录", 4, cast.li, True,
    )  # fmt: skip
    assert web(cast.li).post(at("import_confirm", row.pk)).status_code == 409
    assert web(cast.li).get(at("import")).status_code == 200


def test_import_that_cannot_be_read_says_why(web, cast, monkeypatch):
    monkeypatch.setattr("catalog.resources.views.importing.current_app.send_task", lambda *args, **kwargs: None)
    from catalog.resources import tasks

    assert web(cast.li).post(at("import"), {}).status_code == 422
    assert web(cast.zhou).get(at("import")).status_code == 403
    web(cast.li).post(at("import"), {"file": upload("PK\x03\x04 not a zip", "坏.xlsx")})
    tasks.resume_imports()
    row = CatalogImport.objects.get()
    page = web(cast.li).get(at("import_detail", row.pk)).content.decode()
    assert row.status == "REFUSED"
    assert "已损坏" in page


def test_import_may_be_cancelled_before_it_is_written(web, cast, monkeypatch):
    monkeypatch.setattr("catalog.resources.views.importing.current_app.send_task", lambda *args, **kwargs: None)
    from catalog.resources import tasks

    web(cast.li).post(at("import"), {"file": upload("资源名称,更新周期\n甲,每日\n")})
    tasks.resume_imports()
    row = CatalogImport.objects.get()
    assert web(cast.li).post(at("import_cancel", row.pk)).status_code == 302
    assert web(cast.li).post(at("import_confirm", row.pk)).status_code == 409
    assert not DataResource.objects.exists()


@pytest.mark.usefixtures("_one_by_one")
def test_everything_means_what_the_list_shows(web, cast):
    draft_resource(cast, name="低保对象")
    draft_resource(cast, name="车辆登记")
    page = web(cast.li).get(MANAGE, {"show": "DRAFT", "q": "低保"}).content.decode()
    assert 'name="q" value="低保"' in page
    assert "车辆登记" not in page
    web(cast.li).post(at("submit_all"), {"everything": "1", "q": "低保"})
    submitted = DataResource.objects.filter(status="DEPARTMENT_REVIEW")
    assert list(submitted.values_list("name", flat=True)) == ["低保对象"]


def test_a_basis_too_long_for_the_batch_is_refused_not_left_out(cast, web):
    resource = draft_resource(cast)
    answer = web(cast.li).post("/catalog/manage/submit/", {"resource": resource.pk, "legal_basis": "法" * 2001})
    assert answer.status_code == 400
    assert "2000 字" in answer.content.decode()
    resource.refresh_from_db()
    assert resource.status == "DRAFT"
