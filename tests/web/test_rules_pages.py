"""The pages of the law: the rules in force, the calendar, and why a date is that date."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from gdshare.rules.models import RuleProfile
from gdshare.rules.profiles import Clock
from sharing.deadlines import actions
from sharing.share_requests.models import ShareRequest
from tests.client import visible_text, web_client
from tests.domain.sharing.clocks import at, started

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    for module in ("gdshare.rules.views", "sharing.deadlines.views"):
        monkeypatch.setattr(f"{module}.timezone.now", lambda: NOON)


def page(client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return visible_text(response.content.decode())


@pytest.mark.parametrize("person", ["chen", "zhou", "he", "wu", "sysadmin", "secadmin", "auditor"])
@pytest.mark.parametrize("name", ["rules:index", "rules:calendar"])
def test_everyone_signed_in_may_read_the_law(cast, person, name):
    assert web_client(getattr(cast, person)).get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["rules:index", "rules:calendar"])
def test_strangers_sign_in_first(db, name):
    response = web_client().get(reverse(name))
    assert response.status_code == 302
    assert reverse("security:accounts:sign_in") in response.url


def test_the_rules_in_force_come_from_the_data(cast):
    text = page(web_client(cast.chen), reverse("rules:index"))
    for words in (
        "粤府办〔2018〕50号",
        "本平台现在按这个规则办理",
        "提供部门经办，再由提供部门负责人；同时，主管部门经办，再由主管部门负责人",
        "收到申请后10个工作日内答复",
        "50号文没有规定，参照《政务数据共享条例》第二十六条",
        "自行获取，不需申请",
        "到期前 5、3、1 个工作日，到期当天，逾期后每个工作日",
    ):
        assert words in text
    row = RuleProfile.objects.get(code="GD-50")
    row.pk, row.version = None, 2
    row.data["clocks"][0]["days"] = 12
    row.data["clocks"][0]["basis"] = "测试文第一条"
    row.save(force_insert=True)
    changed = page(web_client(cast.chen), reverse("rules:index"))
    assert "测试文第一条" in changed
    assert changed.count("50号文第十九条") == text.count("50号文第十九条") - 2, "in the table and under the quote"


def test_another_text_is_shown_for_comparison(cast):
    text = page(web_client(cast.chen), reverse("rules:index") + "?profile=CN-809")
    assert "国务院令第809号" in text
    assert "本平台现在不按这个规则办理" in text
    assert "法律、行政法规、国务院决定" in text
    assert web_client(cast.chen).get(reverse("rules:index") + "?profile=XX").status_code == 404


def test_a_figure_to_be_entered_is_shown_as_such(cast):
    row = RuleProfile.objects.get(code="CN-809")
    row.pk, row.version = None, 2
    next(clock for clock in row.data["clocks"] if clock["clock"] == "CORRECTION")["days"] = None
    row.save(force_insert=True)
    url = reverse("rules:index") + "?profile=CN-809"
    assert "待填写" in page(web_client(cast.chen), url)
    html = web_client(cast.chen).get(url).content.decode()
    assert html.count("<b>没有规定</b>") == 4, "the rungs of a dispute and an order need no figure"


def test_the_calendar_names_its_notices(cast):
    text = page(web_client(cast.chen), reverse("rules:calendar"))
    assert "2026 年共 248 个工作日" in text
    assert "content_7047091" in text
    assert "暂定" not in text
    extended = page(web_client(cast.chen), reverse("rules:calendar") + "?year=2020")
    assert "关于延长2020年春节假期的通知" in extended


def test_a_provisional_year_says_so(cast):
    text = page(web_client(cast.chen), reverse("rules:calendar") + "?year=2027")
    assert "放假安排尚未公布" in text
    assert "《全国年节及纪念日放假办法》（2024年11月10日修订）" in text


@pytest.mark.parametrize("year", ["1999", "99999"])
def test_years_the_calendar_does_not_hold(cast, year):
    status = web_client(cast.chen).get(reverse("rules:calendar") + f"?year={year}").status_code
    assert status == (404 if len(year) == 4 else 200)


def test_why_the_date_is_that_date(cast):
    deadline = started(cast, "2026-09-17")
    client = web_client(cast.chen)
    text = page(client, reverse("sharing:deadlines:explain", args=[deadline.pk]))
    for words in (
        "2026-09-20 星期日",
        "调休上班",
        "国庆节，不计",
        "收到当日不计",
        "50号文第十九条",
        "content_7047091",
        "没有暂停过",
    ):
        assert words in text
    assert "逾期 33 个工作日" in text


def test_a_pause_and_its_reason_are_shown(cast):
    deadline = started(cast)
    subject = ShareRequest.objects.get(pk=deadline.subject_id)
    actions.pause(subject=subject, clock=Clock.REPLY, reason="授权书样式", by=cast.zhou, now=at("2026-11-23"))
    text = page(web_client(cast.chen), reverse("sharing:deadlines:explain", args=[deadline.pk]))
    for words in ("补正中，剩 10 个工作日", "授权书样式", "补正期间，暂停计时", "补正后接着数"):
        assert words in text


def test_a_provisional_date_is_marked(cast):
    deadline = started(cast, "2026-12-18")
    text = page(web_client(cast.chen), reverse("sharing:deadlines:explain", args=[deadline.pk]))
    assert "2027-01-04" in text
    assert "放假安排尚未公布的日子按法定节日暂算" in text


@pytest.mark.parametrize("person", ["wu", "li", "auditor"])
def test_others_do_not_learn_that_it_exists(cast, person):
    """A draft is its own department's: even the provider does not see its clock."""
    deadline = started(cast)
    response = web_client(getattr(cast, person)).get(reverse("sharing:deadlines:explain", args=[deadline.pk]))
    assert response.status_code == 404


def test_the_clock_component_draws_words_date_article_and_ticks(cast):
    deadline = started(cast, "2026-11-12")
    html = web_client(cast.chen).get(reverse("sharing:deadlines:explain", args=[deadline.pk])).content.decode()
    url = reverse("sharing:deadlines:explain", args=[deadline.pk])
    assert '<span class="gd-clock gd-clock--soon boxed">' in html
    assert html.count('<i class="l"></i>') == 3
    assert f'最迟 2026-11-26 · 依据 <a href="{url}">50号文第十九条</a>' in html
    assert '<ol class="gd-ruler soon lab" aria-label="工作日标尺：2026-11-12 收到，2026-11-26 到期">' in html
    assert (
        '<li class="today" title="2026-11-23 星期一，第 7 个工作日"><b>7</b><span>23</span><em>今天</em></li>' in html
    )
