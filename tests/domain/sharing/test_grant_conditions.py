"""授权条件: which rows leave. Every exit, every mixture of grants, and what closes instead of opening."""

import io
import threading
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from audit.models import AuditEvent
from catalog.mounts.models import TableVersion
from gdshare.lib.errors import Exceeded, Invalid
from sharing.delivery.models import ServiceCall
from sharing.grants import actions as grants
from sharing.grants.models import Grant, GrantItem, GrantRowRule, GrantUse
from sharing.grants.queries import conditions_of, data_access, terms_of
from sharing.grants.terms import Terms, read, region_prefix, strictest
from sharing.share_requests import actions
from sharing.share_requests.models import ReviewStep
from sharing.share_requests.workflow import Status
from tests.client import visible_text, web_client
from tests.factories.conditions import GUANGZHOU, ROWS, grant, regional_resource, rule
from tests.factories.mounts import load
from tests.factories.sharing import review, share_request_at


def person(user):
    client = APIClient()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def rows(cast, resource, **query):
    return person(cast.chen).get(f"/api/v1/resources/{resource.pk}/rows/", query)


def keys(answer):
    assert answer.status_code == 200, answer.content.decode()
    return [row["bh"] for row in answer.json()["rows"]]


def test_a_region_of_the_rows_at_every_exit(committed_cast):
    """The item that rules is not among the granted ones."""
    cast = committed_cast
    resource = regional_resource(cast)
    given = grant(cast, resource, "bh", "xm", rows=[rule(resource, "440100")])
    assert [(row.kind, row.values) for row in given.row_rules.all()] == [("PREFIX", ["4401"])]
    assert keys(rows(cast, resource)) == GUANGZHOU
    assert keys(rows(cast, resource, xm="深圳乙")) == []
    assert rows(cast, resource, qhdm="440300").status_code == 403
    first = rows(cast, resource, page_size=2).json()
    assert keys(rows(cast, resource, page_size=2, cursor=first["next_cursor"])) == ["a6"]
    client = person(cast.chen)
    for form in ("csv", "ndjson"):
        body = b"".join(client.get(f"/api/v1/resources/{resource.pk}/data/", {"format": form}).streaming_content)
        assert [key for key in ("a1", "a2", "a3", "a4", "a5", "a6") if key.encode() in body] == GUANGZHOU, form
    web = web_client(cast.chen)
    for form in ("csv", "xlsx"):
        answer = web.post(f"/sharing/delivery/{resource.pk}/download/", {"format": form})
        body = b"".join(answer.streaming_content)
        answer.close()
        if form == "xlsx":
            sheet = openpyxl.load_workbook(io.BytesIO(body)).active
            body = "\n".join(str(row[0].value) for row in sheet.iter_rows(min_row=2)).encode()
        assert [key for key in ("a1", "a2", "a3", "a4", "a5", "a6") if key.encode() in body] == GUANGZHOU, form
    page = visible_text(web.get(f"/sharing/delivery/{resource.pk}/preview/").content.decode())
    assert "广州甲" in page
    assert all(word not in page for word in ("深圳乙", "无区划", "成都丁"))
    panel = visible_text(web.get(f"/sharing/delivery/{resource.pk}/").content.decode())
    assert "只开通一部分行" in panel
    assert "6 行" not in panel
    assert set(ServiceCall.objects.filter(kind__in=("CSV", "XLSX", "NDJSON")).values_list("row_count", flat=True)) == {
        3
    }


def test_an_item_opened_for_some_rows_is_never_told_of_another(cast):
    """姓名 for all rows under one grant, 类别 for 广州 alone under another: by no way 类别 of another city."""
    resource = regional_resource(cast)
    grant(cast, resource, "bh", "xm")
    narrow = grant(cast, resource, "bh", "lb", rows=[rule(resource, "4401")])
    assert keys(rows(cast, resource)) == ["a1", "a2", "a3", "a4", "a5", "a6"]
    assert [item["identifier"] for item in rows(cast, resource).json()["items"]] == ["bh", "xm"]
    assert keys(rows(cast, resource, fields="bh,xm,lb")) == GUANGZHOU
    assert keys(rows(cast, resource, fields="bh,lb")) == GUANGZHOU
    # A filter tells of the value as well: 类别 = 1 holds of a1, a2 and a4, and only a1 is in 广州.
    assert keys(rows(cast, resource, fields="bh,xm", lb="1")) == ["a1"]
    assert keys(rows(cast, resource, fields="bh,xm", lb__gte="1")) == GUANGZHOU
    cursor = rows(cast, resource, fields="bh,xm", page_size=1).json()["next_cursor"]
    assert keys(rows(cast, resource, fields="bh,xm", page_size=9, cursor=cursor)) == ["a2", "a3", "a4", "a5", "a6"]
    stolen = rows(cast, resource, fields="bh,xm", page_size=9, cursor=cursor, lb__gte="1")
    assert (stolen.status_code, stolen.json()["code"]) == (400, "CURSOR")
    assert keys(rows(cast, resource, grant=narrow.pk)) == GUANGZHOU
    assert rows(cast, resource, grant=narrow.pk, fields="xm").status_code == 403
    other = rows(cast, resource, grant=99999999)
    assert (other.status_code, other.json()["code"]) == (403, "NOT_GRANTED")


def test_grants_of_different_rows_are_taken_one_by_one(cast):
    resource = regional_resource(cast)
    one = grant(cast, resource, "bh", "xm", rows=[rule(resource, "4401")])
    two = grant(cast, resource, "bh", "lb", rows=[rule(resource, "4403")])
    refused = rows(cast, resource, fields="xm,lb")
    assert (refused.status_code, refused.json()["code"]) == (403, "ROWS_DIFFER")
    assert str(one.pk) in refused.json()["remedy"]
    assert keys(rows(cast, resource, grant=one.pk)) == GUANGZHOU
    assert keys(rows(cast, resource, grant=two.pk)) == ["a2"]
    page = person(cast.chen).get(f"/sharing/delivery/{resource.pk}/", {"grant": two.pk}).content.decode()
    assert f'name="grant" value="{two.pk}"' in page


def test_a_masked_value_of_all_rows_and_a_clear_one_of_some(cast):
    resource = regional_resource(cast)
    grant(cast, resource, "bh", "xm", masked=("xm",))
    narrow = grant(cast, resource, "bh", "xm", rows=[rule(resource, "4401")])
    wide = rows(cast, resource).json()["rows"]
    assert len(wide) == 6
    assert "深圳乙" not in str(wide)
    clear = rows(cast, resource, grant=narrow.pk).json()["rows"]
    assert [row["xm"] for row in clear] == ["广州甲", "广州丙", "广州戊"]


def test_values_and_several_rules_hold_at_once(cast):
    resource = regional_resource(cast)
    both = [rule(resource, "4401", "510000"), rule(resource, "2", item="lb", kind="IN")]
    grant(cast, resource, "bh", rows=both)
    assert keys(rows(cast, resource)) == ["a3", "a5", "a6"]


def test_the_sides_together_never_allow_more_than_each(cast):
    """The provider: 广州, 100 rows; the authority: 类别 1, 40 calls."""
    resource = regional_resource(cast)
    now = timezone.now()
    case = share_request_at(cast, Status.UNDER_REVIEW, now=now, resource=resource)
    asked = {"rows": [rule(resource, "4401")], "rows_per_day": 100}
    review(cast, case, now, sides="P", terms=asked)
    review(
        cast, case, now, sides="A",
        terms={"rows": [rule(resource, "1", item="lb", kind="IN")], "rows_per_day": 500, "calls_per_day": 40},
    )  # fmt: skip
    given = Grant.objects.get(share_request=case)
    assert given.row_rules.count() == 2
    assert (given.rows_per_day, given.calls_per_day) == (100, 40)
    assert keys(rows(cast, resource)) == ["a1"]
    assert ("行", "仅“区划代码”以 4401 开头的行") in conditions_of(given)


def test_a_rule_that_cannot_be_kept_closes(cast):
    """Its item retired, or the data without its column; an older version of the data too."""
    resource = regional_resource(cast)
    grant(cast, resource, "bh", rows=[rule(resource, "4401")])
    cursor = rows(cast, resource, fields="bh", page_size=1).json()["next_cursor"]
    item = resource.items.get(identifier="qhdm")
    item.retired_at = timezone.now()
    item.save(update_fields=["retired_at"])
    closed = rows(cast, resource, fields="bh")
    assert (closed.status_code, closed.json()["code"]) == (403, "ROWS_UNKNOWN")
    assert "停用" in closed.json()["detail"]
    panel = visible_text(web_client(cast.chen).get(f"/sharing/delivery/{resource.pk}/").content.decode())
    assert "分不出哪些行可以提供" in panel
    item.retired_at = None
    item.save(update_fields=["retired_at"])
    old = TableVersion.objects.get(mount__resource=resource)
    kept = old.columns
    TableVersion.objects.update(columns=[one for one in kept if one["item_id"] != item.pk])
    assert rows(cast, resource, fields="bh").json()["code"] == "ROWS_UNKNOWN"
    load(resource, ROWS, cast.li)
    assert keys(rows(cast, resource)) == GUANGZHOU
    late = rows(cast, resource, fields="bh", page_size=1, cursor=cursor)
    assert (late.status_code, late.json()["code"]) == (403, "ROWS_UNKNOWN")
    assert AuditEvent.objects.filter(verb="data.take", is_allowed=False, facts__code="ROWS_UNKNOWN").count() == 3


def test_the_same_content_only_for_the_same_rows(committed_cast):
    """The ETag of all rows is not the ETag of some."""
    cast = committed_cast
    resource = regional_resource(cast)
    url, client = f"/api/v1/resources/{resource.pk}/data/", person(cast.chen)
    wide = grant(cast, resource, "bh")
    answer = client.get(url)
    b"".join(answer.streaming_content)
    narrow = grant(cast, resource, "bh", rows=[rule(resource, "4401")])
    tag = answer["ETag"]
    assert client.get(url, HTTP_IF_NONE_MATCH=tag).status_code == 304
    other = client.get(url, {"grant": narrow.pk}, HTTP_IF_NONE_MATCH=tag)
    assert other.status_code == 200
    assert b"a2" not in b"".join(other.streaming_content)
    grants.revoke(grant=wide, by=cast.zhou, now=timezone.now(), reason="不再需要")
    after = client.get(url, HTTP_IF_NONE_MATCH=tag)
    assert b"".join(after.streaming_content).decode().split() == ["bh", *GUANGZHOU]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"rows": [{"item": 0, "kind": "PREFIX", "values": ["4401"]}]}, "不属于"),
        ({"rows": [{"item": 1, "kind": "LIKE", "values": ["4401"]}]}, "方式"),
        ({"rows": [{"item": 1, "kind": "PREFIX", "values": []}]}, "1 至"),
        ({"rows": [{"item": 1, "kind": "PREFIX", "values": ["  "]}]}, "1 至"),
        ({"rows": [{"item": 1, "kind": "PREFIX", "values": ["44%"]}]}, "代码不对"),
        ({"rows": [{"item": 1, "kind": "PREFIX", "values": ["440"]}]}, "代码不对"),
        ({"rows": [{"item": 1, "kind": "IN", "values": ["x" * 201]}]}, "过长"),
        ({"rows": [{"item": 2, "kind": "PREFIX", "values": ["4401"]}]}, "不能作为行条件"),
        ({"rows": [{"item": 2, "kind": "IN", "values": ["07"]}]}, "整数"),
        ({"rows": [{"item": 3, "kind": "IN", "values": ["1"]}]}, "不能作为行条件"),
        ({"rows": [{"item": 1, "kind": "IN", "values": ["a"]}] * 6}, "最多"),
        ({"rows_per_day": 0}, "每日行数"),
        ({"calls_per_day": True}, "每日次数"),
        ({"nope": 1}, "写得不对"),
    ],
)
def test_what_is_no_condition_is_refused(asked, words):
    class One:
        def __init__(self, pk, data_type):
            self.pk, self.data_type, self.name = pk, data_type, "区划代码"

    with pytest.raises(Invalid, match=words):
        read(asked, {1: One(1, "C"), 2: One(2, "I"), 3: One(3, "N")})


@pytest.mark.parametrize(
    ("code", "prefix"), [("440000", "44"), ("440100", "4401"), ("442000", "4420"), ("440106", "440106"), ("44", "44")]
)
def test_what_the_codes_of_a_region_begin_with(code, prefix):
    assert region_prefix(code) == prefix


def test_the_database_keeps_the_rules(cast):
    resource, other = regional_resource(cast), regional_resource(cast)
    given = grant(cast, resource, "bh", rows=[rule(resource, "4401")])
    kept = given.row_rules.get()
    item, foreign = kept.item, other.items.get(identifier="qhdm")
    refused = [
        lambda: GrantRowRule.objects.update(values=["44"]),
        lambda: kept.delete(),
        lambda: GrantRowRule.objects.create(grant=given, item=item, kind="PREFIX", values=[]),
        lambda: GrantRowRule.objects.create(grant=given, item=item, kind="IN", values=[""]),
        lambda: GrantRowRule.objects.create(grant=given, item=item, kind="PREFIX", values=["%"]),
        lambda: GrantRowRule.objects.create(grant=given, item=item, kind="LIKE", values=["44"]),
        lambda: GrantRowRule.objects.create(grant=given, item=foreign, kind="IN", values=["44"]),
        lambda: Grant.objects.update(rows_per_day=0),
    ]
    for act in refused:
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_no_grant_without_its_rules(cast, monkeypatch):
    """The rule that cannot be written takes the decision with it."""
    resource = regional_resource(cast)
    now = timezone.now()
    case = share_request_at(cast, Status.UNDER_REVIEW, now=now, resource=resource)
    asked = {"terms": {"rows": [rule(resource, "4401")]}}
    review(cast, case, now, sides="P", **asked)
    actions.propose(share_request=case, by=cast.liang, now=now, conclusion="APPROVE", **asked)
    ReviewStep.objects.update(terms={"rows": [{"item": resource.items.first().pk, "kind": "PREFIX", "values": ["%"]}]})
    with pytest.raises(DatabaseError), transaction.atomic():
        actions.confirm(share_request=case, by=cast.he, now=now)
    assert not Grant.objects.exists()


def test_a_follower_starts_from_the_conditions(cast):
    resource = regional_resource(cast)
    old = grant(cast, resource, "bh", rows=[rule(resource, "4401")], rows_per_day=50)
    now = timezone.now()
    case = actions.amend(grant=old, by=cast.chen, now=now)
    actions.save_draft(share_request=case, by=cast.chen, now=now, values={"is_pledged": True})
    actions.submit(share_request=case, by=cast.chen, now=now)
    actions.endorse(share_request=case, by=cast.huang, now=now)
    page = web_client(cast.li).get(f"/sharing/requests/{case.pk}/review/").content.decode()
    assert 'value="4401"' in page
    assert 'name="rows_per_day" type="number" min="1" value="50"' in page
    review(cast, case, now)
    new = Grant.objects.get(share_request=case)
    assert terms_of(new) == terms_of(old) != Terms()


def test_no_conditions_on_a_refusal_or_on_what_is_open_to_all(cast):
    resource = regional_resource(cast)
    case = share_request_at(cast, Status.UNDER_REVIEW, resource=resource)
    with pytest.raises(Invalid, match="不写授权条件"):
        actions.propose(
            share_request=case, by=cast.li, now=timezone.now(), conclusion="DENY", opinion="与用途无关",
            basis="《不动产登记暂行条例》第二十七条", terms={"rows_per_day": 5},
        )  # fmt: skip


def test_strictest_is_the_smallest_of_each():
    assert strictest([Terms(rows_per_day=9), Terms(calls_per_day=2, rows_per_day=4), Terms()]) == Terms((), 4, 2)
    assert strictest([]) == Terms()


# --- so much a day ---------------------------------------------------------------------------------------------------


def test_a_page_beyond_the_days_rows_is_refused_whole(cast):
    resource = regional_resource(cast)
    given = grant(cast, resource, "bh", rows_per_day=8)
    first = rows(cast, resource, page_size=5)
    assert (len(keys(first)), first["X-Quota-Rows-Remaining"]) == (5, "3")
    assert "X-Quota-Calls-Remaining" not in first
    refused = rows(cast, resource, page_size=5)
    body = refused.json()
    assert (refused.status_code, body["code"], body["remaining"], body["asked"]) == (429, "QUOTA", 3, 5)
    assert 0 < int(refused["Retry-After"]) <= 86400
    assert "今天还可取 3 行" in body["detail"]
    assert keys(rows(cast, resource, page_size=3)) == ["a1", "a2", "a3"]
    assert (GrantUse.objects.get().rows, GrantUse.objects.get().calls) == (8, 2)
    assert AuditEvent.objects.filter(verb="data.take", is_allowed=False, facts__code="QUOTA").count() == 1
    page = visible_text(web_client(cast.chen).get(f"/sharing/grants/{given.pk}/").content.decode())
    assert "今天还可取 0 行" in page
    assert "最多 8 行" in page
    told = person(cast.chen).get(f"/api/v1/grants/{given.pk}/").json()
    assert (told["rows_per_day"], told["left_today"]) == (8, {"rows": 0, "calls": None})
    file = web_client(cast.chen).post(f"/sharing/delivery/{resource.pk}/download/", {"format": "csv"})
    assert file.status_code == 429
    assert "今天还可取 0 行" in visible_text(file.content.decode())
    preview = web_client(cast.chen).get(f"/sharing/delivery/{resource.pk}/preview/")
    assert preview.status_code == 429


def test_a_stream_beyond_the_days_rows_does_not_begin(committed_cast):
    cast = committed_cast
    resource = regional_resource(cast)
    grant(cast, resource, "bh", "xm", rows=[rule(resource, "4401")], rows_per_day=5, calls_per_day=9)
    url, client = f"/api/v1/resources/{resource.pk}/data/", person(cast.chen)
    answer = client.get(url)
    assert b"".join(answer.streaming_content).count(b"\n") == 4
    assert (answer["X-Quota-Rows-Remaining"], answer["X-Quota-Calls-Remaining"]) == ("2", "8")
    assert client.get(url, HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304
    assert client.get(url).status_code == 429
    small = client.get(url, {"xm": "广州甲"})
    assert b"a1" in b"".join(small.streaming_content)
    assert (GrantUse.objects.get().rows, ServiceCall.objects.count()) == (4, 2)


def test_the_day_is_the_provinces(cast):
    """16:00 UTC is midnight in Guangdong: 00:30 there is another day than 23:30."""
    resource = regional_resource(cast)
    given = grant(cast, resource, "bh", calls_per_day=1)
    late = datetime(2026, 11, 30, 15, 30, tzinfo=UTC)
    grants.charge(grant_ids=[given.pk], rows=1, now=late)
    with pytest.raises(Exceeded) as refusal:
        grants.charge(grant_ids=[given.pk], rows=1, now=late)
    assert refusal.value.retry_after == 30 * 60
    grants.charge(grant_ids=[given.pk], rows=1, now=late + timedelta(hours=1))
    assert sorted(GrantUse.objects.values_list("day", flat=True)) == [late.date(), late.date() + timedelta(days=1)]


def test_takings_at_once_never_pass_the_figure_together(committed_cast):
    cast = committed_cast
    resource = regional_resource(cast)
    given = grant(cast, resource, "bh", rows_per_day=100)
    now, outcomes, start = timezone.now(), [], threading.Barrier(8)

    def take():
        start.wait()
        try:
            for _ in range(5):
                outcomes.append(grants.charge(grant_ids=[given.pk], rows=7, now=now).rows)
        except Exceeded:
            outcomes.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = sorted(left for left in outcomes if left is not None)
    assert (len(done), GrantUse.objects.get().rows) == (14, 98)
    assert done == list(range(2, 100, 7))


def test_what_is_not_counted_asks_nothing(cast):
    resource = regional_resource(cast)
    grant(cast, resource, "bh")
    access = data_access(cast.chen, resource, today=timezone.localdate())
    assert not any(entry.is_counted for entry in access.opened)
    rows(cast, resource)
    assert not GrantUse.objects.exists()


def test_a_rule_for_each_item_is_no_more_questions(cast):
    """The decision asks the same number of questions for one grant with rules as for three."""
    resource = regional_resource(cast)
    grant(cast, resource, "bh", rows=[rule(resource, "4401")])
    counts = []
    data_access(cast.chen, resource, today=timezone.localdate())
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            data_access(cast.chen, resource, today=timezone.localdate())
        counts.append(len(asked))
        grant(cast, resource, "bh", "xm", rows=[rule(resource, "4401"), rule(resource, "1", item="lb", kind="IN")])
    assert counts[0] == counts[1]
    assert GrantItem.objects.count() == 5


def test_the_reviewers_page_writes_conditions(cast):
    """By the form, as a person types them; a line without its item comes back, nothing is decided."""
    resource = regional_resource(cast)
    case = share_request_at(cast, Status.UNDER_REVIEW, resource=resource)
    item = resource.items.get(identifier="qhdm").pk
    url, client = f"/sharing/requests/{case.pk}/propose/", web_client(cast.li)
    typed = {"conclusion": "APPROVE", "version": case.version, "terms_shown": "1", "rule_text_0": "440100，440300"}
    assert client.post(url, typed).status_code == 400
    assert not ReviewStep.objects.filter(state="DONE").exists()
    client.post(url, typed | {"rule_item_0": item, "rule_kind_0": "PREFIX", "rows_per_day": "1000"})
    step = ReviewStep.objects.get(state="DONE")
    assert step.terms == {
        "rows": [{"item": item, "kind": "PREFIX", "values": ["4401", "4403"]}], "rows_per_day": 1000,
        "calls_per_day": None,
    }  # fmt: skip
    page = visible_text(web_client(cast.zhou).get(f"/sharing/requests/{case.pk}/review/").content.decode())
    assert "以 4401、4403 开头的行" in page
    assert "最多 1,000 行" in page
