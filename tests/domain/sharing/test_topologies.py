"""The same request under other rules: who decides, in what order, on whose clock is data.

CN-809: the provider alone. SC-2022: the authority, which may ask the provider. GP-2024: a check, then the provider.
"""

from datetime import date, timedelta

import pytest

from gdshare.lib.errors import Conflict, Denied, Invalid
from gdshare.rules import queries as rules
from security.notices.models import Notice
from sharing.deadlines.models import Deadline
from sharing.grants.models import Grant
from sharing.share_requests import actions
from sharing.share_requests.models import ReviewStep, ShareRequest
from sharing.share_requests.workflow import Status
from tests.client import visible_text, web_client
from tests.factories.catalog import published_resource
from tests.factories.mounts import mounted_resource
from tests.factories.sharing import AT, BASIS, review, share_request_at


def under(settings, code, cast, **options) -> ShareRequest:
    settings.RULE_PROFILE = code
    return share_request_at(cast, Status.UNDER_REVIEW, **options)


def clocks() -> list[tuple[str, int, str, bool]]:
    """(clock, days allowed in all, due, whether it still runs), oldest first."""
    return [
        (clock.clock, clock.allowance + clock.extended_days, str(clock.due_on), clock.closed_at is None)
        for clock in Deadline.objects.order_by("pk")
    ]


def states(case) -> dict[str, str]:
    return {f"{step.side}-{step.post}-{step.duty}": step.state for step in case.steps.order_by("pk")}


def act(verb, case, who, now=AT, **values):
    return getattr(actions, verb)(share_request=case, by=who, now=now, **values)


def test_the_regulation_the_provider_alone(cast, settings):
    case = under(settings, "CN-809", cast)
    assert clocks() == [("REPLY", 10, "2026-12-04", True)]
    with pytest.raises(Denied):
        act("propose", case, cast.liang, conclusion="APPROVE")
    review(cast, case, AT, sides="P")
    case.refresh_from_db()
    assert (case.status, Grant.objects.count(), clocks()[0][3]) == (Status.APPROVED, 1, False)


def test_the_regulation_unconditional_in_one_day(cast, settings):
    open_to_all = published_resource(cast, share_type="UNCONDITIONAL")
    under(settings, "CN-809", cast, resource=open_to_all)
    assert clocks() == [("REPLY", 1, "2026-11-23", True)]


def test_sichuan_the_authority_decides_without_asking(cast, settings):
    case = under(settings, "SC-2022", cast)
    assert clocks() == [("REPLY", 5, "2026-11-27", True)]
    assert states(case)["PROVIDER-HANDLER-CONSULT"] == "IDLE"
    with pytest.raises(Conflict):
        act("propose", case, cast.li, conclusion="APPROVE")
    review(cast, case, AT, sides="A")
    case.refresh_from_db()
    assert case.status == Status.APPROVED
    assert Notice.objects.filter(recipient=cast.li, title__startswith="主管部门已答复").exists(), "told of its data"
    supply = Deadline.objects.get(clock="SUPPLY")
    assert (supply.allowance, supply.due_on) == (2, date(2026, 11, 24))
    assert (supply.responsible_ids, supply.basis) == ([cast.authority.pk], "四川条例第二十四条")


def test_sichuan_the_authority_asks_and_decides_itself(cast, settings):
    case = under(settings, "SC-2022", cast)
    for who in (cast.li, cast.he, cast.chen):
        with pytest.raises((Denied, Conflict)):
            act("consult", case, who, opinion="可否提供")
    with pytest.raises(Invalid, match="写明问什么"):
        act("consult", case, cast.liang, opinion=" ")
    act("consult", case, cast.liang, opinion="目录没有写明用途范围，可否提供")
    assert clocks() == [("REPLY", 10, "2026-12-04", True), ("CONSULT", 3, "2026-11-25", True)]
    assert Deadline.objects.get(clock="CONSULT").responsible_ids == [cast.natural_resources.pk]
    with pytest.raises(Conflict):
        act("propose", case, cast.liang, conclusion="APPROVE")
    with pytest.raises(Denied, match="不告知补正"):
        act("return_", case, cast.li, points=["补"])
    with pytest.raises(Denied, match="不由提供部门答复"):
        act("ask_extension", case, cast.li, days=1, reason="x")
    two_days_later = AT + timedelta(days=4)
    act("propose", case, cast.li, two_days_later, conclusion="DENY", opinion="范围过宽", basis=BASIS)
    act("confirm", case, cast.zhou, two_days_later)
    assert clocks() == [("REPLY", 10, "2026-12-04", True), ("CONSULT", 3, "2026-11-25", False)]
    assert states(case)["AUTHORITY-HANDLER-DECIDE"] == "OPEN"
    with pytest.raises(Denied, match="已经征求过"):
        act("consult", case, cast.liang, two_days_later, opinion="再问一次")
    review(cast, case, two_days_later, sides="A")
    case.refresh_from_db()
    assert case.status == Status.APPROVED, "the provider's no is advice; the authority decides"
    assert [clock.clock for clock in Deadline.objects.open()] == ["SUPPLY"]
    assert set(case.request_items.values_list("decision", flat=True)) == {"AGREE"}


def test_gaoping_checked_then_decided(cast, settings):
    case = under(settings, "GP-2024", cast, resource=mounted_resource(cast, share_type="CONDITIONAL"))
    assert clocks() == [("PRECHECK", 2, "2026-11-24", True)]
    assert case.due_on == date(2026, 11, 24)
    with pytest.raises(Conflict):
        act("propose", case, cast.li, conclusion="APPROVE")
    with pytest.raises(Invalid, match="符合性审查只有"):
        act("propose", case, cast.liang, conclusion="APPROVE_PARTLY")
    monday = AT + timedelta(days=3)
    review(cast, case, monday, sides="A")
    assert clocks() == [("PRECHECK", 2, "2026-11-24", False), ("REPLY", 5, "2026-11-30", True)]
    case.refresh_from_db()
    assert (case.due_on, case.status) == (date(2026, 11, 30), Status.UNDER_REVIEW)
    review(cast, case, monday, sides="P", **{"conclusion": "DENY", "opinion": "与用途无关", "basis": BASIS})
    case.refresh_from_db()
    assert case.status == Status.DENIED


def test_gaoping_what_is_not_mounted_has_ten_days(cast, settings):
    case = under(settings, "GP-2024", cast, resource=published_resource(cast, share_type="CONDITIONAL"))
    review(cast, case, AT, sides="A")
    assert clocks()[1] == ("REPLY", 10, "2026-12-04", True)


def test_gaoping_turned_away_by_the_check(cast, settings):
    case = under(settings, "GP-2024", cast)
    review(cast, case, AT, sides="A", conclusion="DENY", opinion="没有写明使用依据")
    case.refresh_from_db()
    assert (case.status, Grant.objects.count()) == (Status.DENIED, 0)
    assert states(case)["PROVIDER-HANDLER-DECIDE"] == "IDLE"
    assert not Deadline.objects.open().exists()


def test_gaoping_unconditional_is_authorised_by_the_check_alone(cast, settings):
    case = under(settings, "GP-2024", cast, resource=published_resource(cast, share_type="UNCONDITIONAL"))
    assert {step.side for step in case.steps.all()} == {"AUTHORITY"}
    review(cast, case, AT, sides="A")
    case.refresh_from_db()
    assert (case.status, Grant.objects.count()) == (Status.APPROVED, 1)
    assert Notice.objects.filter(recipient=cast.zhou, title__startswith="主管部门已答复").exists()


def test_gaoping_completion_pauses_the_clock_that_runs(cast, settings):
    case = under(settings, "GP-2024", cast)
    act("return_", case, cast.liang, points=["写明环节"])
    assert clocks() == [("PRECHECK", 2, "None", True)]
    case.refresh_from_db()
    assert case.due_on is None
    act("complete", case, cast.chen, AT + timedelta(days=3), note="已写明")
    case.refresh_from_db()
    assert case.due_on == date(2026, 11, 24)


def test_a_chain_without_consultation_asks_nobody(cast, settings):
    case = under(settings, "GD-50", cast)
    with pytest.raises(Denied, match="没有征求意见的环节"):
        act("consult", case, cast.liang, opinion="x")


@pytest.mark.parametrize("code", ["GD-50", "CN-809", "SC-2022", "GP-2024"])
def test_the_pages_of_the_case_under_each_rule(cast, settings, code):
    case = under(settings, code, cast)
    words = rules.parsed(case.profile).review_words
    for who in (cast.chen, cast.li, cast.liang):
        if not ShareRequest.objects.visible_to(who).filter(pk=case.pk).exists():
            continue
        for page in ("", "review/", "print/"):
            response = web_client(who).get(f"/sharing/requests/{case.pk}/{page}")
            assert response.status_code == 200, (code, who, page)
    assert words in visible_text(web_client(cast.chen).get(f"/sharing/requests/{case.pk}/").content.decode())


def test_the_consultation_from_the_workbench(cast, settings):
    case = under(settings, "SC-2022", cast)
    page = web_client(cast.liang).get(f"/sharing/requests/{case.pk}/review/").content.decode()
    assert f"/sharing/requests/{case.pk}/consult/" in page
    web_client(cast.liang).post(f"/sharing/requests/{case.pk}/consult/", {"opinion": "可否提供"})
    assert ReviewStep.objects.get(share_request=case, duty="CONSULT", post="HANDLER").state == "OPEN"
