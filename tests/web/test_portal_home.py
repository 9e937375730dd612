"""The home page: every figure comes from rows, and only from rows this person may see."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gdshare.lib.clock import day_of
from gdshare.portal import figures, work
from gdshare.rules import queries as rules
from gdshare.rules.profiles import Clock
from sharing.deadlines.models import Deadline
from sharing.share_requests import actions
from sharing.share_requests.workflow import Status
from tests.client import assert_constant_queries, visible_text, web_client
from tests.factories.catalog import draft_resource, published_resource
from tests.factories.sharing import share_request_at


@pytest.fixture
def now():
    return timezone.now()


def home(person):
    response = web_client(person).get("/")
    assert response.status_code == 200
    return response


def test_the_tally_counts_published_rows_and_moves_with_them(cast):
    assert figures.tally(cast.chen, today=day_of(timezone.now())).resources == 0
    resource = published_resource(cast)
    draft_resource(cast)
    counted = figures.tally(cast.chen, today=day_of(timezone.now()))
    assert (counted.resources, counted.items, counted.mounted) == (1, resource.item_count, 0)
    published_resource(cast)
    assert figures.tally(cast.chen, today=day_of(timezone.now())).resources == 2


def test_a_restricted_entry_is_not_even_counted_for_strangers(cast):
    resource = published_resource(cast)
    resource.is_restricted = True
    resource.save(update_fields=["is_restricted"])
    today = day_of(timezone.now())
    assert figures.tally(cast.chen, today=today).resources == 0
    assert figures.changes(cast.chen) == []
    assert figures.tally(cast.li, today=today).resources == 1
    assert resource.name not in visible_text(home(cast.chen).content.decode())
    assert resource.name in visible_text(home(cast.li).content.decode())


def test_answers_are_rated_by_their_clocks(cast, now):
    today = day_of(now)
    assert figures.answers(today=today) == (None, None)
    share_request = share_request_at(cast, Status.APPROVED, now=now - timedelta(hours=1))
    rate, days = figures.answers(today=today)
    assert rate == 1
    assert days == 0
    Deadline.objects.filter(subject_id=share_request.pk).update(due_on=today - timedelta(days=1))
    assert figures.answers(today=today)[0] == 0


def test_a_withdrawn_application_was_not_answered(cast, now):
    under_review = share_request_at(cast, Status.UNDER_REVIEW, now=now)
    actions.withdraw(share_request=under_review, by=cast.chen, now=now)
    assert Deadline.objects.get(subject_id=under_review.pk).closed_on == day_of(now)
    assert figures.answers(today=day_of(now)) == (None, None)


def test_own_grants_count_items_once_and_name_the_first_expiry(cast, now):
    today = day_of(now)
    assert figures.own_grants(cast.chen, today=today).resources == 0
    grant = share_request_at(cast, Status.APPROVED, now=now - timedelta(hours=1)).grants.get()
    own = figures.own_grants(cast.chen, today=grant.valid_from)
    assert (own.resources, own.items) == (1, grant.grant_items.count())
    near = figures.own_grants(cast.chen, today=grant.valid_to - timedelta(days=5))
    assert (near.expiring, near.first_expiry) == (1, grant.valid_to)
    assert figures.own_grants(cast.wu, today=grant.valid_from).resources == 0


def test_the_box_says_who_has_to_act(cast, now):
    share_request_at(cast, Status.UNDER_REVIEW, now=now)
    by_person = {name: work.in_hand(cast.people[name], today=day_of(now)) for name in ("chen", "li", "zhou", "wu")}
    assert [(case.act, case.is_mine) for case in by_person["chen"]] == [("等待答复", False)]
    assert [(case.act, case.is_mine) for case in by_person["li"]] == [("审核", True)]
    assert [(case.act, case.is_mine) for case in by_person["zhou"]] == [("办理中", False)]
    assert by_person["wu"] == []


def test_the_band_has_eleven_working_days_and_puts_a_case_on_its_day(cast, now):
    share_request_at(cast, Status.UNDER_REVIEW, now=now)
    today = day_of(now)
    cases = work.in_hand(cast.chen, today=today)
    band = work.calendar_strip(cases, today=today, calendar=rules.calendar(), workdays=11)
    assert sum(day.is_workday for day in band) == 11
    assert [day.day for day in band if day.cases] == [cases[0].due_on]


def test_the_law_is_quoted_from_the_profile(cast):
    text = visible_text(home(cast.chen).content.decode())
    reply = rules.parsed(rules.profile_in_force(day_of(timezone.now()))).allowance(Clock.REPLY)
    assert reply.quote[:20] in text
    assert reply.basis in text


def test_the_home_page_asks_a_constant_number_of_queries(cast):
    assert_constant_queries(web_client(cast.chen), "/", lambda: published_resource(cast))


def test_the_home_page_asks_as_often_with_many_cases(cast, now):
    assert_constant_queries(
        web_client(cast.li), "/", lambda: share_request_at(cast, Status.UNDER_REVIEW, now=now), few=2, many=5
    )


@pytest.mark.parametrize(
    ("name", "doors"),
    [
        ("sysadmin", {"账号与角色", "部门", "送达记录"}),
        ("secadmin", {"账号与角色"}),
        ("auditor", {"审计日志"}),
    ],
)
def test_an_administrator_sees_his_console_and_no_business_data(cast, name, doors):
    resource = published_resource(cast)
    response = home(cast.people[name])
    text = visible_text(response.content.decode())
    assert resource.name not in text
    assert "数据目录" not in text
    assert "选数车" not in text
    assert {link.label for link in response.context["frame"].console} == doors


def test_the_menu_shows_only_what_the_role_can_use(cast):
    labels = {name: [link.label for link in home(person).context["frame"].nav] for name, person in cast.people.items()}
    assert "审核" in labels["li"]
    assert "编目供给" in labels["li"]
    assert "审核" not in labels["auditor"]
    assert labels["auditor"] == ["首页", "审计日志"]
    assert "账号与角色" not in labels["chen"]
