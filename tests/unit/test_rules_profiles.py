"""The shape of a rule profile, and the two we ship."""

import copy

import pytest

from gdshare.rules import local_profile_data, profile_data
from gdshare.rules.profiles import Citation, Clock, Post, Profile, ProfileError, Side

GD_50 = Profile.from_data(profile_data.GD_50)
CN_809 = Profile.from_data(profile_data.CN_809)


@pytest.mark.parametrize(
    ("profile", "clock", "share_type", "days", "basis"),
    [
        (GD_50, Clock.REPLY, "CONDITIONAL", 10, "50号文第十九条"),
        (GD_50, Clock.REPLY, None, 10, "50号文第十九条"),
        (GD_50, Clock.REPLY, "UNCONDITIONAL", 10, "50号文第十九条"),
        (GD_50, Clock.CATALOG_UPDATE, None, 15, "50号文第九条"),
        (GD_50, Clock.CATALOG_AUDIT, None, 2, "条例第十七条"),
        (GD_50, Clock.SUPPLY, None, 20, "条例第二十二条"),
        (GD_50, Clock.CORRECTION, None, 10, "条例第二十六条"),
        (CN_809, Clock.REPLY, "UNCONDITIONAL", 1, "条例第二十一条"),
        (CN_809, Clock.REPLY, "CONDITIONAL", 10, "条例第二十一条"),
        (CN_809, Clock.REPLY, None, 10, "条例第二十一条"),
        (CN_809, Clock.REPLY_EXTENSION, None, 10, "条例第二十一条"),
        (CN_809, Clock.SUPPLY, None, 20, "条例第二十二条"),
        (CN_809, Clock.CATALOG_UPDATE, None, 10, "条例第十七条"),
        (CN_809, Clock.CATALOG_UPDATE_EXTENSION, None, 5, "条例第十七条"),
        (CN_809, Clock.CATALOG_AUDIT, None, 2, "条例第十七条"),
        (CN_809, Clock.CORRECTION, None, 10, "条例第二十六条"),
    ],
)
def test_figures_and_articles(profile, clock, share_type, days, basis):
    allowance = profile.allowance(clock, share_type)
    assert (allowance.days, allowance.basis) == (days, basis)
    assert str(days) in allowance.quote, "the quoted article states the figure"


def test_what_50_lacks_is_shown_as_borrowed():
    borrowed = {a.clock for a in GD_50.allowances if a.reference}
    disputes = {Clock.DISPUTE_NEGOTIATION, Clock.DISPUTE_COORDINATION, Clock.DISPUTE_RULING}
    assert borrowed == {Clock.REPLY_EXTENSION, Clock.SUPPLY, Clock.CATALOG_AUDIT, Clock.CORRECTION, *disputes}
    assert not any(GD_50.has_clock(clock) for clock in disputes)
    assert GD_50.missing() == ()
    assert GD_50.allowance(Clock.CORRECTION).reference == "参照《政务数据共享条例》第二十六条"
    assert not any(a.reference for a in CN_809.allowances)


def test_who_decides():
    assert [(step.side, step.post, step.stage) for step in GD_50.chain] == [
        (Side.PROVIDER, Post.HANDLER, 1),
        (Side.PROVIDER, Post.HEAD, 1),
        (Side.AUTHORITY, Post.HANDLER, 1),
        (Side.AUTHORITY, Post.HEAD, 1),
    ]
    assert GD_50.is_joint
    assert [step.label for step in CN_809.chain] == ["提供部门经办", "提供部门负责人"]
    assert not CN_809.is_joint


def test_what_else_differs():
    assert (GD_50.unconditional_mode, CN_809.unconditional_mode) == ("self_service", "application")
    assert GD_50.deny_basis_words == "法律、行政法规、地方性法规、规章"
    assert CN_809.deny_basis_words == "法律、行政法规、国务院决定"
    assert GD_50.basis_levels("CONDITIONAL") == GD_50.deny_basis_levels
    assert CN_809.basis_levels("CONDITIONAL") == GD_50.basis_levels("UNCONDITIONAL") == ()
    assert GD_50.return_pauses
    assert GD_50.due_soon_days == 3


def test_reminders_are_ordered_and_once():
    data = copy.deepcopy(profile_data.GD_50)
    data["clocks"][0]["remind"] = [0, 1, 3, 3]
    assert Profile.from_data(data).allowance(Clock.REPLY).remind == (3, 1, 0)


@pytest.mark.parametrize(
    ("clock", "share_type", "words"),
    [
        (Clock.REPLY, "CONDITIONAL", "到期前 5、3、1 个工作日，到期当天，逾期后每个工作日"),
        (Clock.REPLY, "UNCONDITIONAL", "到期当天，逾期后每个工作日"),
        (Clock.CATALOG_AUDIT, None, "到期前 1 个工作日，到期当天，逾期后每个工作日"),
        (Clock.REPLY_EXTENSION, None, ""),
    ],
)
def test_reminders_in_words_name_only_days_the_clock_has(clock, share_type, words):
    assert CN_809.allowance(clock, share_type).remind_words == words


def broken(**changes):
    data = copy.deepcopy(profile_data.CN_809)
    for path, value in changes.items():
        *parents, last = path.split("__")
        target = data
        for name in parents:
            target = target[int(name) if name.isdecimal() else name]
        target[last] = value
    return data


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"clocks__0__clock": "REPLLY"}, "clocks 第 1 项 clock：不认识 'REPLLY'，可写 REPLY、"),
        ({"chain__0__side": "MAYOR"}, "chain 第 1 项 side：不认识 'MAYOR'，可写 PROVIDER、AUTHORITY"),
        ({"chain__1__post": ""}, "chain 第 2 项 post"),
        ({"clocks__1__days": "十"}, "clocks 第 2 项 days：应是 0 到 999 的整数，或 null（由使用单位填写），现为 '十'"),
        ({"clocks__1__days": True}, "现为 True"),
        ({"clocks__1__days": -1}, "现为 -1"),
        ({"clocks__1__share_type": "SECRET"}, "不认识的共享类型 'SECRET'"),
        ({"clocks__1__share_type": "UNCONDITIONAL"}, "时钟重复"),
        ({"clocks__1__basis": " "}, "basis：不能为空"),
        ({"clocks__1__remind": [1, "x"]}, "remind 应是"),
        ({"clocks": []}, "缺少答复时钟 REPLY"),
        ({"clocks": {}}, "clocks：应是列表"),
        ({"chain": []}, "至少要有一个审核环节"),
        ({"chain__1__position": 1}, "同一方的次序重复"),
        ({"unconditional_mode": "maybe"}, "不认识 'maybe'，可写 self_service、application"),
        ({"return_pauses": "yes"}, "应写 true 或 false"),
        ({"deny_basis_levels": ["INTERNAL_RULE"]}, "不认识 'INTERNAL_RULE'"),
        ({"title": None}, "title：不能为空"),
        ({"citations": ["第二十条"]}, "citations：应是一个对象"),
        ({"citations__five_elements": ""}, "citations five_elements：不能为空"),
        ({"citations__five_element": "第二十条"}, "citations：不认识 five_element，可写 five_elements、"),
    ],
)
def test_what_is_not_a_profile_is_refused_with_the_place(changes, says):
    with pytest.raises(ProfileError) as refusal:
        Profile.from_data(broken(**changes))
    assert says in str(refusal.value)
    assert "CN-809" in str(refusal.value)


def test_not_even_an_object():
    with pytest.raises(ProfileError, match="应是一个对象"):
        Profile.from_data([])


def test_a_null_stays_null_and_is_named():
    profile = Profile.from_data(broken(clocks__0__days=None, clocks__2__days=None))
    assert profile.allowance(Clock.REPLY, "UNCONDITIONAL").days is None
    assert profile.missing() == ("“答复共享申请（无条件共享）”的工作日数",)


@pytest.mark.parametrize("citation", list(Citation))
def test_each_profile_says_whose_article_it_cites(citation):
    """Its own by its short name; another text's as a reference; how days are counted is in the codes."""
    counting = {Citation.RECEIPT_DAY, Citation.REST_DAYS, Citation.LAST_MOMENT, Citation.PERSONAL_INFORMATION}
    province, nation = GD_50.citations[citation], CN_809.citations[citation]
    if citation in counting:
        assert province == nation
        assert province.startswith(("民法典第", "行政许可法第", "个人信息保护法第"))
    else:
        assert province.startswith(("50号文第", "参照《政务数据共享条例》第"))
        assert nation.startswith(("条例第", "参照粤府办〔2018〕50号第"))


def test_an_unknown_clock_of_a_profile():
    with pytest.raises(ProfileError, match="50号文没有规定“延长目录更新期限”的期限"):
        GD_50.allowance(Clock.CATALOG_UPDATE_EXTENSION)


LOCAL = {data["code"]: Profile.from_data(data) for data in local_profile_data.LOCAL}


@pytest.mark.parametrize(
    ("code", "clock", "days"),
    [
        ("GD-2008", Clock.REPLY, 15),
        ("SC-2022", Clock.REPLY, 5),
        ("SC-2022", Clock.REPLY_EXTENSION, 5),
        ("SC-2022", Clock.CONSULT, 3),
        ("SC-2022", Clock.REFUSAL_REVIEW, 2),
        ("SC-2022", Clock.SUPPLY, 2),
        ("GP-2024", Clock.PRECHECK, 2),
        ("GP-2024", Clock.REPLY, 5),
        ("GP-2024", Clock.REPLY_NOT_MOUNTED, 10),
        ("TJ-2018", Clock.REPLY, 2),
        ("SH-2021", Clock.OFF_CATALOG, 15),
        ("SH-2021", Clock.REPLY, None),
    ],
)
def test_figures_of_the_local_texts(code, clock, days):
    """Regulation.md 2.1 and 8."""
    assert LOCAL[code].allowance(clock).days == days


def test_what_a_local_text_is_silent_on_is_borrowed_and_says_so():
    for profile in LOCAL.values():
        for clock in (Clock.CATALOG_UPDATE, Clock.CATALOG_AUDIT, Clock.CORRECTION):
            assert profile.allowance(clock).reference.startswith("参照《政务数据共享条例》第")


def test_a_null_is_told_and_keeps_the_profile_off():
    assert LOCAL["SH-2021"].missing() == ("“答复共享申请（有条件共享）”的工作日数",)
    assert [code for code, profile in LOCAL.items() if profile.missing()] == ["SH-2021"]


@pytest.mark.parametrize(
    ("profile", "words", "serves"),
    [
        (GD_50, "会同审核", True),
        (CN_809, "提供部门审核", False),
        (LOCAL["SC-2022"], "主管部门审核，可征求提供部门意见", True),
        (LOCAL["GP-2024"], "主管部门审查后提供部门审核", False),
        (LOCAL["TJ-2018"], "提供部门审核", True),
        (LOCAL["SH-2021"], "提供部门审核", True),
    ],
)
def test_who_decides_in_words(profile, words, serves):
    assert (profile.review_words, profile.self_serves) == (words, serves)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"chain__0__duty": "PRAY"}, "不认识 'PRAY'，可写 DECIDE、PRECHECK、CONSULT"),
        ({"chain__0__duty": "PRECHECK"}, "有“符合性审查”环节，缺少它的时钟 PRECHECK"),
        ({"chain__0__duty": "CONSULT", "chain__1__duty": "CONSULT"}, "至少要有一个环节作出决定"),
        ({"chain__0__share_types": ["SECRET"]}, "share_types"),
    ],
)
def test_a_chain_that_cannot_work_is_refused(changes, says):
    with pytest.raises(ProfileError) as refusal:
        Profile.from_data(broken(**changes))
    assert says in str(refusal.value)
