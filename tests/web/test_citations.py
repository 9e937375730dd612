"""Which article a page cites follows the rules: the case's own profile in a case, elsewhere the one in force."""

import pytest
from django.urls import reverse

from sharing.share_requests.workflow import Status
from tests.client import visible_text, web_client
from tests.factories.catalog import draft_resource, published_resource
from tests.factories.sharing import draft_request, share_request_at

PROVINCE, NATION = "GD-50", "CN-809"


def text(person, name, *args, **query):
    url = reverse(name, args=args, query=query)
    return visible_text(web_client(person).get(url).content.decode())


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (
            PROVINCE,
            ["征得提供部门同意，参照《政务数据共享条例》第二十五条", "五项都要写明，参照《政务数据共享条例》第二十条"],
        ),
        (NATION, ["征得提供部门同意，条例第二十五条", "五项都要写明，条例第二十条"]),
    ],
)
def test_the_form_cites_the_profile_it_began_under(cast, settings, code, says):
    settings.RULE_PROFILE = code
    draft = draft_request(cast)
    settings.RULE_PROFILE = NATION if code == PROVINCE else PROVINCE
    page = text(cast.chen, "sharing:share_requests:edit", draft.pk)
    assert [words for words in says if words not in page] == []
    assert ("参照" in page) == (code == PROVINCE)


@pytest.mark.parametrize(("code", "says"), [(PROVINCE, "50号文第十六条"), (NATION, "条例第十五条")])
def test_the_workbench_cites_the_profile_of_the_case(cast, settings, code, says):
    settings.RULE_PROFILE = code
    case = share_request_at(cast, Status.UNDER_REVIEW)
    settings.RULE_PROFILE = NATION if code == PROVINCE else PROVINCE
    page = text(cast.li, "sharing:share_requests:review", case.pk)
    assert f"内部管理办法不能作为依据，{says}" in page


@pytest.mark.parametrize(
    ("code", "secret", "rule", "gap"),
    [
        (
            PROVINCE,
            "50号文第二条",
            "没有依据的应为无条件共享（50号文第十八条）",
            "不予共享没有写明依据（50号文第十八条）",
        ),
        (
            NATION,
            "条例第三条",
            "有条件共享须写明共享条件，依据可以不写（条例第十五条）",
            "不予共享没有写明依据（条例第十五条）",
        ),
    ],
)
def test_cataloguing_cites_the_profile_in_force(cast, settings, code, secret, rule, gap):
    settings.RULE_PROFILE = code
    page = text(cast.li, "catalog:resources:create")
    assert f"不涉及国家秘密和工作秘密（{secret}）" in page
    assert rule in page
    assert f"（{secret}）" in text(cast.li, "catalog:resources:import")
    draft = draft_resource(cast, share_type="NOT_SHARED", legal_basis="", is_declared_non_secret=False)
    gaps = text(cast.li, "catalog:resources:detail", draft.pk)
    assert f"没有声明不涉及国家秘密（{secret}）" in gaps
    assert gap in gaps


@pytest.mark.parametrize(("code", "says"), [(PROVINCE, "参照《政务数据共享条例》第二十条"), (NATION, "条例第二十条")])
def test_the_access_panel_cites_the_profile_in_force(cast, settings, code, says):
    settings.RULE_PROFILE = code
    resource = published_resource(cast, share_type="CONDITIONAL")
    page = text(cast.chen, "sharing:share_requests:access_panel", resource.pk)
    assert f"还需本部门负责人同意 {says}" in " ".join(page.split())
