"""The authority's pages: dictionaries, legal texts, thematic libraries, weak bases; and the assessment pages."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalog.laws.models import LegalText
from catalog.libraries.models import ThematicLibrary
from catalog.resources.models import Assessment
from catalog.taxonomy.models import Term
from tests.client import assert_constant_queries, visible_text
from tests.factories.catalog import draft_resource, published_resource

RULE = "《广东省公共数据管理办法》第十条"


def at(name: str, *args: object) -> str:
    return reverse(f"catalog:{name}", args=args)


def text_of(response) -> str:
    return visible_text(response.content.decode())


def test_a_dictionary_is_kept_on_its_page(web, cast):
    page = text_of(web(cast.liang).get(at("taxonomy:dictionaries"), {"kind": "UPDATE_CYCLE"}))
    assert "增加一项" in page
    assert "增加一项" not in text_of(web(cast.li).get(at("taxonomy:dictionaries"), {"kind": "UPDATE_CYCLE"}))
    assert web(cast.sysadmin).get(at("taxonomy:dictionaries")).status_code == 403
    data = {"kind": "UPDATE_CYCLE", "name": "每两周", "aliases": "双周、两周", "days": "14"}
    assert web(cast.li).post(at("taxonomy:add_term"), data).status_code == 403
    assert web(cast.liang).post(at("taxonomy:add_term"), data).status_code == 302
    term = Term.objects.get(name="每两周")
    assert (term.aliases, term.days) == (["双周", "两周"], 14)
    assert "每两周" in text_of(web(cast.li).get(at("resources:create")))
    for verb, values in (
        ("change", {"name": "双周"}),
        ("move", {"to": "up"}),
        ("retire", {}),
        ("restore", {}),
        ("remove", {}),
    ):
        assert web(cast.liang).post(at(f"taxonomy:{verb}_term", term.pk), values).status_code == 302
    assert not Term.objects.filter(pk=term.pk).exists()
    assert web(cast.liang).post(at("taxonomy:add_term"), {"kind": "THEME", "name": ""}).status_code == 422
    assert web(cast.liang).post(at("taxonomy:add_term"), {"kind": "THEME", "name": "公共服务"}).status_code == 409


def test_every_dictionary_opens_in_the_same_number_of_queries(web, cast):
    for kind in Term.objects.order_by().values_list("kind", flat=True).distinct():
        assert web(cast.liang).get(at("taxonomy:dictionaries"), {"kind": kind}).status_code == 200
    numbers = iter(range(1000))
    url = f"{at('taxonomy:dictionaries')}?kind=NETWORK"
    assert_constant_queries(
        web(cast.liang), url, lambda: Term.objects.create(kind="NETWORK", code=f"x{next(numbers)}", name="网")
    )


def test_the_register_is_kept_on_its_page(web, cast):
    assert "登记法规" not in text_of(web(cast.li).get(at("laws:list")))
    data = {"title": "新法", "level": "LAW", "in_force_from": "2026-01-01", "aliases": "新的法"}
    assert web(cast.li).post(at("laws:add"), data).status_code == 403
    assert web(cast.liang).post(at("laws:add"), data).status_code == 302
    text = LegalText.objects.get(title="新法")
    assert "新法" in text_of(web(cast.li).get(at("laws:list"), {"q": "新的", "level": "LAW", "state": "now"}))
    again = web(cast.liang).post(at("laws:add"), data)
    assert again.status_code == 422
    assert "法规库里已有“新法”" in text_of(again)
    assert web(cast.liang).get(at("laws:change", text.pk)).status_code == 200
    assert web(cast.liang).post(at("laws:close", text.pk), {"last_day": "2026-02-01"}).status_code == 302
    assert "不在施行" in text_of(web(cast.li).get(at("laws:list"), {"state": "past"}))
    assert web(cast.liang).post(at("laws:close", text.pk), {}).status_code == 400
    assert web(cast.liang).post(at("laws:remove", text.pk)).status_code == 302
    numbers = iter(range(1000))
    assert_constant_queries(
        web(cast.liang), at("laws:list"),
        lambda: LegalText.objects.create(title=f"法{next(numbers)}", level="LAW", in_force_from=date(2026, 1, 1)),
    )  # fmt: skip


def test_a_library_shows_who_gives_what(web, cast):
    data = {
        "name": "救助",
        "lead": cast.civil_affairs.pk,
        "contributors": [cast.natural_resources.pk],
        "is_active": "on",
    }
    assert web(cast.chen).post(at("libraries:create"), data).status_code == 403
    assert web(cast.liang).post(at("libraries:create"), data).status_code == 302
    library = ThematicLibrary.objects.get()
    published_resource(cast, thematic_library=library.pk, name="财产登记")
    draft_resource(cast, thematic_library=library.pk, name="还没有发布的")
    page = text_of(web(cast.wu).get(at("libraries:detail", library.pk)))
    assert "财产登记" in page
    assert "还没有发布的" not in page
    assert "牵头" in page
    assert "救助" in text_of(web(cast.wu).get(at("libraries:list")))
    assert web(cast.liang).get(at("libraries:change", library.pk)).status_code == 200
    assert web(cast.liang).post(at("libraries:change", library.pk), {**data, "name": ""}).status_code == 422
    assert_constant_queries(
        web(cast.wu), at("libraries:detail", library.pk), lambda: published_resource(cast, thematic_library=library.pk)
    )


def test_weak_bases_are_reported_and_exported(web, cast):
    resource = published_resource(cast, share_type="NOT_SHARED", legal_basis=RULE)
    assert web(cast.li).get(at("resources:weak_bases")).status_code == 403
    assert "没有依据不足的条目" in text_of(web(cast.liang).get(at("resources:weak_bases")))
    page = web(cast.liang).get(at("resources:weak_bases"), {"profile": "CN-809"})
    words = text_of(page)
    assert "假设改用这部规定" in words
    assert "《广东省公共数据管理办法》是规章，不能作为不予共享的依据" in words
    assert at("resources:detail", resource.pk) in page.content.decode()
    file = web(cast.liang).get(at("resources:weak_bases_export"), {"profile": "CN-809"})
    lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert resource.name in lines[1]
    url = f"{at('resources:weak_bases')}?profile=CN-809&provider={cast.natural_resources.pk}"
    assert_constant_queries(
        web(cast.liang), url, lambda: published_resource(cast, share_type="NOT_SHARED", legal_basis=RULE)
    )


def answers(value: str = "no") -> dict[str, str]:
    return {f"secrecy-{code}": value for code in ("classified", "aggregated", "work_secret")}


def test_an_entry_is_assessed_on_its_page(web, cast):
    resource = draft_resource(cast)
    url = at("resources:assess", resource.pk)
    assert "可能涉及个人信息的有 2 项" in text_of(web(cast.li).get(url))
    assert web(cast.zhou).get(url).status_code == 403
    open_ones = web(cast.li).post(url, {"kind": "SECRECY", "secrecy-classified": "no"})
    assert open_ones.status_code == 422
    assert "还有 2 项没有回答" in text_of(open_ones)
    paper = SimpleUploadedFile("评估.pdf", b"%PDF-1.7")
    assert web(cast.li).post(url, {"kind": "SECRECY", **answers(), "secrecy-file": paper}).status_code == 302
    made = Assessment.objects.get(kind="SECRECY")
    for person in (cast.li, cast.zhou):
        got = web(person).get(at("resources:paper", made.pk))
        assert got.status_code == 200
        assert got["Content-Disposition"].startswith("attachment")
        assert got["Content-Type"] == "application/octet-stream"
    for person in (cast.chen, cast.wu, cast.sysadmin):
        assert web(person).get(at("resources:paper", made.pk)).status_code == 404
    assert "评估.pdf" in text_of(web(cast.li).get(at("resources:detail", resource.pk), {"tab": "about"}))
    stopped = web(cast.li).post(url, {"kind": "SECRECY", **answers("yes")}, follow=True)
    assert "不得在本平台登记" in text_of(stopped)


def test_many_are_assessed_at_once(web, cast):
    drafts = [draft_resource(cast, is_declared_non_secret=False) for _ in range(2)]
    url, chosen = at("resources:assess_all"), {"resource": [one.pk for one in drafts]}
    assert "所选 2 条" in text_of(web(cast.li).get(url, chosen))
    assert web(cast.li).post(url, {"kind": "SECRECY", **answers(), **chosen}).status_code == 302
    assert Assessment.objects.get(kind="SECRECY").subjects.count() == 2
    assert web(cast.zhou).get(url, chosen).status_code == 403
    assert web(cast.li).get(url).status_code == 302
    assert web(cast.chen).post(url, {"kind": "SECRECY", **answers(), **chosen}).status_code == 302
    assert Assessment.objects.filter(kind="SECRECY").count() == 1


def test_the_form_adds_a_text_from_the_register_and_warns_of_vague_words(web, cast):
    resource = draft_resource(cast, share_type="CONDITIONAL", items=[{"name": "甲"}])
    data = {
        "name": resource.name, "abstract": "摘要", "share_type": "CONDITIONAL", "update_cycle": "DAILY",
        "legal_basis": resource.legal_basis, "cited_text": "中华人民共和国统计法", "cited_article": "第九条",
        "share_conditions": "视情况提供", "items-TOTAL_FORMS": "1", "items-INITIAL_FORMS": "0", "items-0-name": "甲",
    }  # fmt: skip
    page = text_of(web(cast.li).post(at("resources:edit", resource.pk), data, follow=True))
    resource.refresh_from_db()
    assert resource.legal_basis == "《不动产登记暂行条例》第二十七条、《中华人民共和国统计法》第九条"
    assert [row.text.title for row in resource.bases.order_by("position")] == [
        "不动产登记暂行条例",
        "中华人民共和国统计法",
    ]
    assert "共享条件写的“视情况”无法核对" in page
    wrong = {**data, "share_type": "NOT_SHARED", "legal_basis": "本局内部规定"}
    assert web(cast.li).post(at("resources:edit", resource.pk), wrong).status_code == 422


@pytest.mark.parametrize("tab", ["items", "about"])
def test_the_mixture_is_on_the_entry(web, cast, tab):
    items = [{"name": "甲"}, {"name": "乙", "share_type": "NOT_SHARED"}]
    resource = published_resource(cast, legal_basis="《统计法》第九条", items=items)
    page = text_of(web(cast.chen).get(at("resources:detail", resource.pk), {"tab": tab}))
    assert "无条件 1 项 · 不予 1 项" in page
    assert "无条件 1 项 · 不予 1 项" in text_of(web(cast.chen).get(reverse("portal:search"), {"q": resource.name}))
