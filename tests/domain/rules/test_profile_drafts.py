"""A new version of a rule text: drafted, compared, published by another person, in force from its day, never edited."""

import copy
from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from audit.queries import AuditEvent
from gdshare.lib.errors import Conflict, Denied, Invalid, NotVisible
from gdshare.rules import actions, profile_changes, queries
from gdshare.rules.models import RuleProfile
from gdshare.rules.profile_data import GD_50
from security.access import roles
from sharing.share_requests.workflow import Status
from tests.atomic import assert_atomic_with_audit
from tests.cast import appoint
from tests.client import visible_text, web_client
from tests.factories.sharing import share_request_at

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
FROM = date(2026, 12, 1)


def drafted(cast, code="GD-50", **clock) -> RuleProfile:
    draft = actions.begin_draft(code=code, by=cast.liang, now=NOW)
    data = copy.deepcopy(draft.data)
    data["clocks"][0].update(clock or {"days": 8})
    return actions.save_draft(profile=draft, data=data, in_force_from=FROM, by=cast.liang, now=NOW)


def test_from_draft_to_force_and_a_case_keeps_its_version(cast):
    before = share_request_at(cast, Status.UNDER_REVIEW)
    draft = drafted(cast)
    assert (draft.version, draft.is_draft, queries.profile_in_force(FROM).version) == (2, True, 1)
    published = actions.publish(profile=draft, by=cast.he, now=NOW)
    assert (published.is_draft, published.is_enabled) == (False, True)
    assert queries.profile_in_force(date(2026, 11, 30)).version == 1
    assert queries.profile_in_force(FROM).version == 2
    event = AuditEvent.objects.get(verb="rule_profile.publish")
    assert event.facts["differences"] == ["答复共享申请（有条件共享）·工作日数：10 → 8"]
    before.refresh_from_db()
    assert (before.profile.version, str(before.due_on)) == (1, "2026-12-04")
    after = share_request_at(cast, Status.UNDER_REVIEW, now=datetime(2026, 12, 2, 1, 0, tzinfo=UTC))
    assert (after.profile.version, str(after.due_on)) == (2, "2026-12-14")


def test_begin_twice_gives_the_same_draft(cast):
    assert drafted(cast) == actions.begin_draft(code="GD-50", by=cast.liang, now=NOW)
    with pytest.raises(NotVisible):
        actions.begin_draft(code="XX", by=cast.liang, now=NOW)


def test_who_writes_and_who_publishes(cast):
    for person in (cast.he, cast.li, cast.sysadmin, cast.chen):
        with pytest.raises(Denied):
            actions.begin_draft(code="GD-50", by=person, now=NOW)
    draft = drafted(cast)
    for act in (actions.discard_draft, actions.publish):
        with pytest.raises(Denied):
            act(profile=draft, by=cast.li, now=NOW)
    with pytest.raises(Denied):
        actions.save_draft(profile=draft, data=draft.data, in_force_from=FROM, by=cast.he, now=NOW)
    both = appoint(cast.liang, cast.authority, roles.AUTHORITY_HEAD)
    with pytest.raises(Denied, match="自己起草"):
        actions.publish(profile=draft, by=both, now=NOW)


def test_what_is_not_fit_to_publish(cast):
    draft = drafted(cast, days=None)
    with pytest.raises(Invalid, match="还缺 1 个数"):
        actions.publish(profile=draft, by=cast.he, now=NOW)
    draft = drafted(cast, days=10)
    with pytest.raises(Invalid, match="没有不同"):
        actions.publish(profile=draft, by=cast.he, now=NOW)
    draft = drafted(cast)
    with pytest.raises(Invalid, match="已经过去"):
        actions.publish(profile=draft, by=cast.he, now=datetime(2026, 12, 5, tzinfo=UTC))
    with pytest.raises(Invalid, match="至少要有一个审核环节"):
        actions.save_draft(profile=draft, data=draft.data | {"chain": []}, in_force_from=FROM, by=cast.liang, now=NOW)
    with pytest.raises(Invalid, match="代码不能改"):
        actions.save_draft(profile=draft, data=draft.data | {"code": "X"}, in_force_from=FROM, by=cast.liang, now=NOW)
    actions.publish(profile=draft, by=cast.he, now=NOW)
    for act in (actions.publish, actions.discard_draft):
        with pytest.raises(Conflict, match="不是草稿"):
            act(profile=draft, by=cast.he if act is actions.publish else cast.liang, now=NOW)


def test_a_text_that_lacks_a_figure_gets_it_in_a_new_version(cast, settings):
    settings.RULE_PROFILE = "SH-2021"
    with pytest.raises(Invalid, match="没有施行中的规则方案"):
        queries.profile_in_force(FROM)
    actions.publish(profile=drafted(cast, "SH-2021", days=10), by=cast.he, now=NOW)
    assert queries.profile_in_force(FROM).code == "SH-2021"


def test_a_discarded_draft_is_on_the_log(cast):
    actions.discard_draft(profile=drafted(cast), by=cast.liang, now=NOW)
    assert not RuleProfile.objects.filter(is_draft=True).exists()
    assert AuditEvent.objects.get(verb="rule_profile.discard").facts["differences"]


def test_each_act_stands_and_falls_with_its_record(cast):
    assert_atomic_with_audit(lambda: actions.begin_draft(code="GD-50", by=cast.liang, now=NOW), RuleProfile)
    draft = RuleProfile.objects.get(is_draft=True)
    assert_atomic_with_audit(lambda: drafted(cast), RuleProfile)
    assert_atomic_with_audit(lambda: actions.publish(profile=draft, by=cast.he, now=NOW), RuleProfile)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rules_ruleprofile SET data = jsonb_set(data, '{due_soon_days}', '9') WHERE code = 'GD-50'",
        "UPDATE rules_ruleprofile SET in_force_from = in_force_from + 1 WHERE code = 'GD-50'",
        "UPDATE rules_ruleprofile SET is_draft = true, is_enabled = false WHERE code = 'GD-50'",
        "DELETE FROM rules_ruleprofile WHERE code = 'TJ-2018'",
    ],
)
def test_a_published_version_is_never_edited(cast, statement):
    with pytest.raises(DatabaseError, match="never edited"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_it_may_only_be_switched_off(cast):
    assert RuleProfile.objects.filter(code="TJ-2018").update(is_enabled=False) == 1


@pytest.mark.parametrize(
    ("values", "constraint"),
    [({"is_draft": True, "is_enabled": True}, "draft_is_off"), ({"is_draft": True, "is_enabled": False}, "one_draft")],
)
def test_the_database_refuses(cast, values, constraint):
    draft = drafted(cast)
    draft.pk, draft.version = None, 3
    for name, value in values.items():
        setattr(draft, name, value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        draft.save(force_insert=True)


def test_differences_in_words():

    new = copy.deepcopy(GD_50)
    new["chain"] = new["chain"][:2]
    new["return_pauses"] = False
    new["deny_basis_levels"] = ["LAW"]
    new["citations"]["five_elements"] = "新文第一条"
    new["clocks"] = [clock for clock in new["clocks"] if clock["clock"] != "CORRECTION"]
    found = {one.label: (one.before, one.after) for one in profile_changes.differences(GD_50, new)}
    assert found["审核的次序"][1] == "第 1 阶段 提供部门经办、提供部门负责人"
    assert found["补正时暂停计时"] == ("是", "否")
    assert found["不予共享的依据"][1] == "法律"
    assert found["引用·申请的五项要素"][1] == "新文第一条"
    assert found["核实、更正数据并反馈·工作日数"] == ("10", "（没有）")
    assert profile_changes.differences(GD_50, copy.deepcopy(GD_50)) == []


# The pages -----------------------------------------------------------------------------------------------------------
def typed(page) -> dict:
    """What the form would send, as it stands."""
    form = page.context["form"]
    values = {}
    for field in form:
        value = field.value()
        if value not in (None, False, ""):
            values[field.html_name] = value
    return values


def test_the_form_keeps_everything_it_shows(cast):
    draft = actions.begin_draft(code="GP-2024", by=cast.liang, now=NOW)
    url = f"/rules/drafts/{draft.pk}/"
    browser = web_client(cast.liang)
    values = typed(browser.get(url)) | {"in_force_from": "2099-01-01"}
    assert browser.post(f"{url}save/", values).status_code == 302
    saved = RuleProfile.objects.get(pk=draft.pk)
    assert profile_changes.differences(queries.profile_named("GP-2024").data, saved.data) == []
    values |= {"days_0": "3", "side_4": "AUTHORITY", "post_4": "HEAD", "stage_4": "3", "position_4": "3"}
    browser.post(f"{url}save/", values)
    text = " ".join(visible_text(browser.get(url).content.decode()).split())
    assert "符合性审查·工作日数 原 2 改为 3" in text
    assert "第 3 阶段 主管部门负责人" in text
    assert "请由主管部门负责人办理" in text
    assert "发布，2099-01-01 起施行" in visible_text(web_client(cast.he).get(url).content.decode())
    done = web_client(cast.he).post(f"{url}publish/")
    assert queries.profile_named("GP-2024").version == 2
    assert "第 2 版" in visible_text(web_client(cast.he).get(done.url).content.decode())


def test_faults_are_told_on_the_page(cast):
    draft = actions.begin_draft(code="GD-50", by=cast.liang, now=NOW)
    url = f"/rules/drafts/{draft.pk}/"
    browser = web_client(cast.liang)
    values = typed(browser.get(url))
    bad = browser.post(f"{url}save/", values | {"remind_0": "五天", "days_0": "-1"})
    text = visible_text(bad.content.decode())
    assert bad.status_code == 422
    assert "提醒应是到期前工作日数" in text
    none = {name: "" for name in values if name.startswith("side_")}
    bad = browser.post(f"{url}save/", values | none)
    assert (bad.status_code, "至少要有一个审核环节" in visible_text(bad.content.decode())) == (422, True)
    assert web_client(cast.li).get(url).status_code == 403
    browser.post(f"{url}discard/")
    assert browser.get(url).status_code == 404


def test_the_rules_page_lists_every_text_and_what_it_lacks(cast):
    text = visible_text(web_client(cast.chen).get("/rules/?profile=SH-2021").content.decode())
    assert "还缺 1 个数，不能启用：“答复共享申请（有条件共享）”的工作日数" in text
    assert "四川省数据条例" in text
    assert "起草新版本" not in text
    assert "起草新版本" in visible_text(web_client(cast.liang).get("/rules/").content.decode())
    web_client(cast.liang).post("/rules/drafts/begin/", {"code": "GD-50"})
    assert "第 2 版草稿" in visible_text(web_client(cast.he).get("/rules/").content.decode())
