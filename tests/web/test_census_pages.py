"""Pages of the census: coverage, a system's entries, certificates and how anybody checks one."""

import pytest

from catalog.census.models import CatalogCertificate
from catalog.resources.models import ResourceSystem
from tests.client import assert_constant_queries, visible_text, web_client
from tests.factories.catalog import draft_resource, published_resource
from tests.factories.systems import covered, issue, ready, registered_system

HOME = "/catalog/census/"


def page(person, path):
    return visible_text(web_client(person).get(path).content.decode())


def test_a_system_is_covered_asked_for_and_certified_by_the_pages(cast, settings):
    system = registered_system(cast, life="PLANNED", online_on=None, tables=["登记簿"], matters=[])
    entry = published_resource(cast, name="登记簿")
    li, here = web_client(cast.li), f"{HOME}systems/{system.pk}/"
    assert "数据库表“登记簿”没有对应的目录。" in page(cast.li, here)
    assert li.post(f"{here}link/", {"resource": entry.pk}).status_code == 302
    assert "按名称建议，保存后生效" in page(cast.li, here)
    li.post(f"{here}cover/", {f"part-{system.parts.get().pk}": entry.pk})
    text = page(cast.li, here)
    assert "1 / 1 项有目录" in text
    assert "申请立项证明" in text
    assert "出具立项证明" not in text
    li.post(f"{here}ask/", {"purpose": "PROJECT"})
    assert "出具立项证明" in page(cast.liang, here)
    answer = web_client(cast.liang).post(f"{here}issue/", {"purpose": "PROJECT"})
    certificate = CatalogCertificate.objects.get()
    assert answer.url == f"{HOME}certificates/{certificate.pk}/"
    sheet = page(cast.li, answer.url)
    for words in (
        "政务数据目录编制情况证明", certificate.number, certificate.verification_code, "粤府办〔2018〕50号第十一条",
        "登记簿", "广东省自然资源厅", "广东省政务服务和数据管理局",
    ):  # fmt: skip
        assert words in sheet
    refused = web_client(cast.liang).post(f"{here}issue/", {"purpose": "ACCEPTANCE"})
    assert refused.status_code == 400
    assert "不能出具验收用的目录编制情况证明" in refused.content.decode()
    li.post(f"{here}unlink/", {"resource": entry.pk})
    assert not ResourceSystem.objects.exists()


@pytest.mark.parametrize(
    ("name", "coverage", "system", "certificate"),
    [("li", 200, 200, 200), ("zhou", 200, 200, 200), ("liang", 200, 200, 200), ("chen", 200, 404, 404),
     ("sysadmin", 403, 404, 404)],
)  # fmt: skip
def test_who_opens_what(cast, name, coverage, system, certificate):
    found = ready(cast)
    made = issue(cast, found)
    client = web_client(cast.people[name])
    assert client.get(HOME).status_code == coverage
    assert client.get(f"{HOME}systems/?coverage=full").status_code == coverage
    assert client.get(f"{HOME}entries/?show=mounted&department=9999999999").status_code == coverage
    assert client.get(f"{HOME}systems/{found.pk}/").status_code == system
    assert client.get(f"{HOME}certificates/{made.pk}/").status_code == certificate


@pytest.mark.parametrize("name", ["li", "wu", "auditor"])
def test_anybody_signed_in_checks_a_certificate(cast, name):
    made = issue(cast, ready(cast))
    address = f"{HOME}verify/?code={made.verification_code}"
    text = page(cast.people[name], address)
    assert "真实：本平台出具，内容没有改动" in text
    assert made.number in text
    assert ("看原件" in text) == (name == "li")
    assert made.snapshot["entries"][0]["name"] not in text
    assert "没有这个校验码" in page(cast.people[name], f"{HOME}verify/?code=1234")


def test_the_panel_comes_into_the_systems_page(cast):
    system = registered_system(cast)
    assert (
        f'hx-get="{HOME}systems/{system.pk}/"'
        in web_client(cast.li).get(f"/catalog/systems/{system.pk}/").content.decode()
    )
    panel = web_client(cast.li).htmx(f"{HOME}systems/{system.pk}/").content.decode()
    assert "<html" not in panel
    assert "出自这个系统的目录" in panel


def test_queries_do_not_grow_with_rows(cast):
    system = registered_system(cast)

    def more():
        covered(cast, registered_system(cast), draft_resource(cast))
        covered(cast, system, published_resource(cast))

    client = web_client(cast.li)
    assert_constant_queries(client, f"{HOME}systems/{system.pk}/", more, few=1, many=4)
    for path in (HOME, f"{HOME}systems/", f"{HOME}entries/"):
        assert_constant_queries(client, path, more, few=1, many=3)


def test_the_authority_revokes_from_the_page_that_checks(cast):
    made = issue(cast, ready(cast))
    check = f"{HOME}verify/?code={made.verification_code}"
    assert "撤销这份证明" not in visible_text(web_client(cast.li).get(check).content.decode())
    client = web_client(cast.liang)
    assert "撤销这份证明" in visible_text(client.get(check).content.decode())
    told = client.post(f"{HOME}certificates/{made.pk}/revoke/", {"reason": "目录未按时发布"}, follow=True)
    assert "原因：目录未按时发布" in visible_text(told.content.decode())
    assert "起不能作为凭据" in visible_text(web_client(cast.wu).get(check).content.decode())
    assert "撤销，不能作为凭据" in visible_text(client.get(f"{HOME}certificates/{made.pk}/").content.decode())
    assert "已撤销" in visible_text(client.get(f"{HOME}certificates/").content.decode())
    assert web_client(cast.li).post(f"{HOME}certificates/{made.pk}/revoke/", {"reason": "甲"}).status_code == 403
    assert web_client(cast.wu).post(f"{HOME}certificates/{made.pk}/revoke/", {"reason": "甲"}).status_code == 404
