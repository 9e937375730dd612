"""同类申请: the figures while filling and reviewing, and items that the same purpose never needed."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from sharing.share_requests.queries.likeness import likeness
from sharing.share_requests.workflow import Status
from tests.client import count_queries, visible_text, web_client
from tests.factories.catalog import published_resource
from tests.factories.sharing import draft_request, share_request_at

HINT = "过去同类申请都没有要这一项"


def decided(cast, resource, *statuses, items=5, **values):
    """One decided application for each status, answered within minutes, a week ago."""
    now = timezone.now() - timedelta(days=7)
    return [share_request_at(cast, status, now=now, resource=resource, items=items, **values) for status in statuses]


def page(person, name, case):
    return visible_text(
        web_client(person).get(reverse(f"sharing:share_requests:{name}", args=[case.pk])).content.decode()
    )


def test_both_sides_read_how_the_like_ended(cast):
    resource = published_resource(cast, share_type="CONDITIONAL")
    decided(cast, resource, Status.APPROVED, Status.APPROVED, Status.PARTLY_APPROVED, Status.DENIED)
    told = "近一年同类申请 4 件，3 件同意（部分同意 1 件），中位 0 个工作日。"
    assert told in page(cast.chen, "edit", draft_request(cast, resource=resource))
    waiting = share_request_at(cast, Status.UNDER_REVIEW, resource=resource)
    assert told in page(cast.li, "review", waiting)


def test_too_few_are_not_counted(cast):
    resource = published_resource(cast, share_type="CONDITIONAL")
    draft = draft_request(cast, resource=resource)
    assert "近一年没有同类申请。" in page(cast.chen, "edit", draft)
    decided(cast, resource, Status.APPROVED, Status.DENIED)
    share_request_at(cast, Status.WITHDRAWN, resource=resource)
    decided(cast, published_resource(cast, share_type="CONDITIONAL"), Status.APPROVED)
    text = page(cast.chen, "edit", draft)
    assert "近一年同类申请只有 2 件，不足 3 件，不作统计。" in text
    assert HINT not in text


def test_the_median_is_of_working_days_and_old_cases_fall_out(cast):
    resource = published_resource(cast, share_type="CONDITIONAL")
    cases = decided(cast, resource, *[Status.APPROVED] * 4)
    today = timezone.localdate()
    for case, days in zip(cases, (21, 14, 14, 400), strict=True):
        type(case).objects.filter(pk=case.pk).update(
            endorsed_at=case.decided_at - timedelta(days=days if days < 400 else 0),
            decided_at=case.decided_at - timedelta(days=0 if days < 400 else days),
        )
    found = likeness(draft_request(cast, resource=resource), [resource.pk], today=today)
    assert (found.count, found.given) == (3, 3)
    assert 7 <= found.days <= 10  # two weeks, less the statutory holidays


def test_an_item_that_the_same_purpose_never_needed_is_marked(cast):
    resource = published_resource(cast, share_type="CONDITIONAL")
    last = resource.items.order_by("position").last()
    same = draft_request(cast, resource=resource)
    other = draft_request(cast, resource=resource, use_scenario="核对别的事项。")
    decided(cast, resource, Status.APPROVED, Status.APPROVED)
    assert HINT not in page(cast.chen, "edit", same)
    decided(cast, resource, Status.APPROVED)
    assert likeness(same, [resource.pk], today=timezone.localdate()).unasked == {last.pk}
    assert page(cast.chen, "edit", same).count(HINT) == 1
    assert HINT not in page(cast.chen, "edit", other)
    decided(cast, resource, Status.DENIED, items=None)
    assert HINT in page(cast.chen, "edit", same)
    decided(cast, resource, Status.APPROVED, items=None)
    assert HINT not in page(cast.chen, "edit", same)


def test_its_queries_do_not_grow(cast):
    resource = published_resource(cast, share_type="CONDITIONAL")
    draft = draft_request(cast, resource=resource)
    client, counts = web_client(cast.chen), []
    for more in (3, 0, 3):  # the first warms caches that live longer than a request
        decided(cast, resource, *[Status.APPROVED] * more)
        counts.append(count_queries(client, reverse("sharing:share_requests:edit", args=[draft.pk])))
    assert counts[1] == counts[2]
