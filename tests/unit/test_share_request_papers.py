"""Pure rules of a share request: admissible bases, offered modes, the table of moves."""

from types import SimpleNamespace

import pytest

from gdshare.lib.errors import Conflict
from gdshare.rules import profile_data
from gdshare.rules.profiles import BasisLevel, Profile
from sharing.share_requests import policies, workflow
from sharing.share_requests.labels import LABELS, VERBS
from sharing.share_requests.workflow import Status

GD_50 = Profile.from_data(profile_data.GD_50)
CN_809 = Profile.from_data(profile_data.CN_809)


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("《中华人民共和国数据安全法》第三十八条", {BasisLevel.LAW}),
        ("《中华人民共和国民法典》第一千零三十二条", {BasisLevel.LAW}),
        ("《不动产登记暂行条例》第二十七条", {BasisLevel.ADMIN_REGULATION}),
        ("《广东省公共数据条例》第十条", {BasisLevel.LOCAL_REGULATION}),
        ("《社会救助暂行办法》（国务院令第649号）第五十八条", {BasisLevel.ADMIN_REGULATION}),
        ("《测绘资质管理办法》（自然资源部令第4号）", {BasisLevel.RULE}),
        ("《国务院关于加强数字政府建设的决定》", {BasisLevel.STATE_COUNCIL_DECISION}),
        ("领导要求", set()),
    ],
)
def test_a_basis_is_ranked_by_what_it_cites(text, levels):
    assert policies.basis_levels(text) == levels


@pytest.mark.parametrize("text", ["《测绘资质管理办法》（自然资源部令第4号）", "《广东省公共数据条例》第十条"])
def test_each_rule_text_admits_its_own_ranks(text):
    assert policies.basis_fault(text, GD_50) == ""
    assert "国务院决定" in policies.basis_fault(text, CN_809)


@pytest.mark.parametrize("words", ["内部管理办法", "内部规定", "内部制度", "本部门规定", "本厅管理办法"])
def test_internal_rules_never_carry_a_refusal(words):
    text = f"《中华人民共和国数据安全法》和{words}"
    assert "50号文第十六条" in policies.basis_fault(text, GD_50, declared=[text])
    assert "条例第十五条" in policies.basis_fault(text, CN_809, declared=[text])


def test_what_the_catalog_declares_may_be_quoted():
    declared = ["限社会救助财产核验"]
    assert policies.basis_fault("目录共享条件：限社会救助财产核验", GD_50, declared=declared) == ""
    assert policies.basis_fault("目录共享条件", GD_50, declared=["", *declared])


def test_a_mode_must_be_offered_by_every_resource():
    both, api, silent = (SimpleNamespace(share_modes=modes) for modes in (["API", "FILE"], ["API"], []))
    assert policies.offered_modes([both, api]) == {"API"}
    assert policies.offered_modes([both, silent]) == {"API", "FILE"}
    assert policies.offered_modes([silent]) == {"API", "BATCH", "FILE"}


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("verb", [*workflow.MOVES, *workflow.INNER_VERBS])
def test_the_table_alone_says_when(status, verb):
    sources = workflow.INNER_VERBS.get(verb) or workflow.MOVES[verb].sources
    if status in sources:
        workflow.require(verb, status)
    else:
        with pytest.raises(Conflict, match=workflow.LABELS[status]):
            workflow.require(verb, status)


def test_every_status_and_verb_has_its_words_and_owner():
    verbs = {*workflow.MOVES, *workflow.INNER_VERBS}
    assert set(workflow.OWNER) == set(workflow.LABELS) == set(Status)
    assert set(VERBS) == verbs
    assert {f"share_request.{verb}" for verb in verbs} <= set(LABELS)
    for status in workflow.CLOSED:
        assert workflow.verbs_from(status) == []
