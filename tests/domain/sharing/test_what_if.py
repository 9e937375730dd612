"""The last year's answers, had another rule text been in force."""

from datetime import date

import pytest

from gdshare.lib.errors import Denied
from gdshare.rules.models import RuleProfile
from sharing.share_requests import actions, policies
from sharing.share_requests.queries.what_if import what_if
from sharing.share_requests.workflow import Status
from tests.client import visible_text, web_client
from tests.domain.sharing.clocks import at
from tests.factories.sharing import review, share_request_at

TODAY = date(2026, 12, 20)


def answered(cast, received, on, *, paused=()):
    case = share_request_at(cast, Status.UNDER_REVIEW, now=at(received))
    if paused:
        actions.return_(share_request=case, by=cast.li, now=at(paused[0]), points=["补"])
        actions.complete(share_request=case, by=cast.chen, now=at(paused[1]), note="已补")
    return review(cast, case, at(on))


def under(cast, code, today=TODAY):
    return what_if(cast.liang, RuleProfile.objects.get(code=code, version=1), today=today)


def test_which_answers_would_have_been_late(cast):
    """Due after 10 working days as it was; 5 in Sichuan, 2 + 10 in Gaoping (not mounted is not replayed: 2 + 5)."""
    quick = answered(cast, "2026-11-20", "2026-11-27")  # day 5
    middling = answered(cast, "2026-11-20", "2026-12-01")  # day 7
    late = answered(cast, "2026-11-20", "2026-12-07")  # day 11
    waited = answered(cast, "2026-11-20", "2026-12-03", paused=("2026-11-23", "2026-11-30"))  # day 4 net of the pause
    same = under(cast, "GD-50")
    assert (same.answered, same.late_then, same.late_now, same.newly_late_count) == (4, 1, 1, 0)
    sichuan = under(cast, "SC-2022")
    assert (sichuan.late_then, sichuan.late_now) == (1, 2)
    assert [(one.share_request.pk, str(one.due_now)) for one in sichuan.newly_late] == [(middling.pk, "2026-11-27")]
    older = under(cast, "GD-2008")
    assert (older.late_now, older.no_longer_late) == (0, 1)
    gaoping = under(cast, "GP-2024")
    assert gaoping.newly_late_count == 0
    assert [tally.provider for tally in sichuan.tallies] == [cast.natural_resources]
    assert {quick.pk, late.pk, waited.pk}.isdisjoint(one.share_request.pk for one in sichuan.newly_late)


def test_only_the_last_year_and_only_its_own_cases(cast):
    answered(cast, "2026-11-20", "2026-11-27")
    assert under(cast, "GD-50", today=date(2027, 12, 1)).answered == 0
    assert what_if(cast.wu, RuleProfile.objects.get(code="GD-50", version=1), today=TODAY).answered == 0


def test_queries_do_not_grow_with_the_cases(cast, django_assert_max_num_queries):
    answered(cast, "2026-11-20", "2026-11-27")
    with django_assert_max_num_queries(12) as few:
        under(cast, "SC-2022")
    for _ in range(3):
        answered(cast, "2026-11-20", "2026-11-27")
    with django_assert_max_num_queries(len(few)):
        under(cast, "SC-2022")


def test_the_page(cast):
    browser = web_client(cast.he)
    text = visible_text(browser.get("/sharing/requests/what-if/").content.decode())
    assert "四川省数据条例" in text
    assert "上海市数据条例" not in text, "a text that lacks a figure cannot be replayed"
    text = visible_text(browser.get("/sharing/requests/what-if/?profile=SC-2022").content.decode())
    assert "按四川省数据条例" in text
    assert browser.get("/sharing/requests/what-if/?profile=SH-2021").status_code == 400
    assert browser.get("/sharing/requests/what-if/?profile=XX").status_code == 404
    assert web_client(cast.li).get("/sharing/requests/what-if/").status_code == 403
    with pytest.raises(Denied):
        policies.view_held(cast.li).enforce()
