"""回流: the rows of one's own region from above, and nothing added but a smaller region (条例 Art 24)."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from gdshare.lib.errors import Invalid
from sharing.grants.models import Grant, GrantRowRule
from sharing.grants.queries import conditions_of
from sharing.share_requests import actions
from sharing.share_requests.models import ReviewStep
from sharing.share_requests.workflow import Status
from tests.client import visible_text, web_client
from tests.domain.sharing.test_grant_conditions import person
from tests.factories.conditions import GUANGZHOU, ROWS, backflow_case, below, regional_resource, rule
from tests.factories.mounts import load, mounted_resource
from tests.factories.sharing import draft_request, review, share_request_at


def rows(user, resource):
    answer = person(user).get(f"/api/v1/resources/{resource.pk}/rows/")
    return [row["bh"] for row in answer.json()["rows"]]


def test_the_own_region_and_the_versions_to_come(cast):
    resource, people, now = regional_resource(cast), below(cast), timezone.now()
    case = backflow_case(cast, resource, people, now)
    page = visible_text(web_client(cast.li).get(f"/sharing/requests/{case.pk}/review/").content.decode())
    assert "回流申请" in page
    assert "第二十四条" in page
    review(cast, case, now, sides="P")
    review(cast, case, now, sides="A", terms={"rows": []})
    given = Grant.objects.get(share_request=case)
    assert given.is_backflow
    assert [(row.item.identifier, row.values) for row in given.row_rules.all()] == [("qhdm", ["4401"])]
    assert rows(people[0], resource) == GUANGZHOU
    load(resource, ROWS + "a7,440105,广州己,3\n", cast.li)
    assert rows(people[0], resource) == [*GUANGZHOU, "a7"]
    assert conditions_of(given)[0] == ("类型", "回流，持续提供本地区的行")
    connection.check_constraints()
    with connection.cursor() as database:
        database.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for path in ("/sharing/grants/?side=backflow", "/sharing/requests/?tab=backflow"):
        assert "回流" in visible_text(web_client(people[0]).get(path).content.decode())
    api = person(people[0])
    assert len(api.get("/api/v1/grants/", {"is_backflow": "true"}).json()["results"]) == 1
    assert len(api.get("/api/v1/share-requests/", {"is_backflow": "true"}).json()["results"]) == 1
    assert len(person(cast.chen).get("/api/v1/grants/", {"is_backflow": "true"}).json()["results"]) == 0


def test_reviewers_narrow_and_never_widen(cast):
    resource, people, now = regional_resource(cast), below(cast), timezone.now()
    case = backflow_case(cast, resource, people, now)
    for terms, words in (
        ({"rows": [rule(resource, "4403")]}, "超出"),
        ({"rows": [rule(resource, "44")]}, "超出"),
        ({"rows": [rule(resource, "440106", "440300")]}, "超出"),
        ({"rows": [rule(resource, "1", item="lb", kind="IN")]}, "不附加其他条件"),
        ({"rows": [rule(resource, "4401", item="bh")]}, "不附加其他条件"),
        ({"rows_per_day": 10}, "不附加其他条件"),
    ):
        with pytest.raises(Invalid, match=words), transaction.atomic():
            actions.propose(share_request=case, by=cast.li, now=now, conclusion="APPROVE", terms=terms)
    review(cast, case, now, sides="P", terms={"rows": [rule(resource, "440106")]})
    actions.propose(share_request=case, by=cast.liang, now=now, conclusion="APPROVE")
    ReviewStep.objects.filter(state="DONE").update(terms={})  # whatever a step says, the region is written
    actions.confirm(share_request=case, by=cast.he, now=now)
    assert rows(people[0], resource) == GUANGZHOU


def test_a_renewal_stays_backflow(cast):
    resource, people, now = regional_resource(cast), below(cast), timezone.now()
    case = backflow_case(cast, resource, people, now)
    review(cast, case, now, terms={"rows": [rule(resource, "440106")]})
    old = Grant.objects.get(share_request=case)
    follower = actions.amend(grant=old, by=people[0], now=now)
    assert follower.is_backflow
    actions.save_draft(share_request=follower, by=people[0], now=now, values={"is_pledged": True})
    actions.submit(share_request=follower, by=people[0], now=now)
    actions.endorse(share_request=follower, by=people[1], now=now)
    review(cast, follower, now)
    values = Grant.objects.get(share_request=follower).row_rules.values_list("values", flat=True)
    assert sorted(values) == [["4401"], ["440106"]]
    assert rows(people[0], resource) == ["a1"]


def test_who_may_not_ask_for_it(cast):
    """The same level, another province, and data that do not tell the region."""
    resource, now = regional_resource(cast), timezone.now()
    foreign = below(cast, "510100")
    bare = mounted_resource(cast, share_type="CONDITIONAL")
    own = below(cast)
    for asked, by in ((resource, cast.chen), (resource, foreign[0]), (bare, own[0])):
        case = draft_request(cast, resource=asked, by=by, now=now, is_backflow=True)
        with pytest.raises(Invalid) as refusal, transaction.atomic():
            actions.submit(share_request=case, by=by, now=now)
        assert "is_backflow" in str(refusal.value.details)
    page = web_client(cast.chen).get(f"/sharing/requests/{draft_request(cast, resource=resource).pk}/edit/")
    assert b"backflow_shown" not in page.content
    page = web_client(own[0]).get(f"/sharing/requests/{draft_request(cast, resource=resource, by=own[0]).pk}/edit/")
    assert b"backflow_shown" in page.content


def test_the_database_refuses_backflow_without_its_region(cast):
    resource, people, now = regional_resource(cast), below(cast), timezone.now()
    case = share_request_at(cast, Status.UNDER_REVIEW, now=now, resource=resource)
    values = {
        "department": people[0].acting.department, "resource": resource, "share_request": case, "share_mode": "API",
        "purpose": "x", "valid_from": now.date(), "valid_to": now.date(), "issued_at": now, "is_backflow": True,
    }  # fmt: skip
    item = resource.items.get(identifier="qhdm")

    def give(codes):
        given = Grant.objects.create(**values)
        if codes:
            GrantRowRule.objects.create(grant=given, item=item, kind="PREFIX", values=codes)
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")

    for codes in (None, ["4403"], ["44"], ["4401", "4403"]):
        with pytest.raises(DatabaseError), transaction.atomic():
            give(codes)
    with transaction.atomic():
        give(["4401"])
