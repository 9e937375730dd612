"""The whole of a table as a stream: byte for byte, in constant memory, on a connection of its own."""

import csv
import io
import json
import threading
import time
import tracemalloc
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from audit.models import AuditEvent
from catalog.mounts import actions as mounts
from catalog.mounts.models import TableVersion
from gdshare.lib.errors import Denied
from security.accounts import actions as accounts
from security.accounts.models import ApiClient
from sharing.delivery import streaming
from sharing.delivery.models import ServiceCall
from sharing.delivery.reading import Form, Reading
from sharing.delivery.streaming import CopyStream
from sharing.grants import actions as grants
from sharing.grants.decision import Ground, ItemAccess, ItemFact
from tests.factories.delivery import big_resource, grant_items, granted_resource, key_of, rest
from tests.factories.mounts import LOADED_AT, load, mounted_resource, text_items


def url(resource):
    return f"/api/v1/resources/{resource.pk}/data/"


def body(response):
    return b"".join(response.streaming_content)


def streams_open():
    """Server connections that run a COPY now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND state = 'active' AND query LIKE 'COPY (%'"
        )
        return cursor.fetchone()[0]


def wait_until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_csv_holds_exactly_the_granted_items(committed_cast):
    resource = granted_resource(committed_cast, items=2)
    response = rest(key_of(committed_cast.chen)).get(url(resource), {"format": "csv"})
    assert response.status_code == 200
    assert body(response).decode() == (
        "bdcdyh,qllx\n440106001001GB00001F00010001,4\n440106001001GB00001F00010002,4\n440106001001GB00001F00010003,2\n"
    )
    response.close()
    call = ServiceCall.objects.get()
    assert (call.row_count, call.item_count, call.is_complete, call.kind) == (3, 2, True, "CSV")
    assert call.byte_count > 90
    assert call.finished_at is not None
    assert AuditEvent.objects.get(verb="data.take").facts["items"] == ["bdcdyh", "qllx"]


def test_masks_hold_in_the_stream_too(committed_cast):
    resource = granted_resource(committed_cast, masked=("qlrsfzh",))
    text = body(rest(key_of(committed_cast.chen)).get(url(resource), {"fields": "qlrsfzh"})).decode()
    assert text.splitlines() == ["qlrsfzh", "4401**********1234", "4401**********1220", "9144**********CD1X"]


def test_ndjson_is_one_object_a_line_with_every_digit(committed_cast):
    content = '编号,正文\n"a""b","x\\y\n末"\n0101,\n'
    resource = mounted_resource(committed_cast, items=text_items(["编号", "正文"]), content=content)
    response = rest(key_of(committed_cast.chen)).get(url(resource), {"format": "ndjson"})
    assert response["Content-Type"].startswith("application/x-ndjson")
    lines = body(response).decode().splitlines()
    assert [json.loads(line) for line in lines] == [{"f1": 'a"b', "f2": "x\\y\n末"}, {"f1": "0101", "f2": None}]


def test_the_file_is_named_in_chinese_and_tagged(committed_cast):
    resource = granted_resource(committed_cast)
    client = rest(key_of(committed_cast.chen))
    response = client.get(url(resource))
    body(response)
    name = f"{resource.name}_{resource.code}_v1.csv".replace("/", "-")
    assert unquote(response["Content-Disposition"]).endswith(name)
    again = client.get(url(resource), headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    other = client.get(url(resource), {"fields": "qllx"}, headers={"If-None-Match": response["ETag"]})
    assert other.status_code == 200
    body(other)
    load(resource, "不动产单元号,权利类型,权利人姓名,权利人身份证号,建筑面积,登记日期\nx,1,a,1,1,2026-01-01\n",
         committed_cast.li)  # fmt: skip
    fresh = client.get(url(resource), headers={"If-None-Match": response["ETag"]})
    assert fresh.status_code == 200
    body(fresh)


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"format": "parquet"}, 400, "FORMAT"),
        ({"header": "x"}, 400, "HEADER"),
        ({"nope": "1"}, 400, "FILTER_UNKNOWN"),
        ({"fields": "jzmj"}, 403, "NOT_GRANTED"),
        ({"fields": "nope"}, 400, "FIELD_UNKNOWN"),
    ],
)
def test_refusals_are_problems_not_files(cast, query, status, code):
    resource = granted_resource(cast, items=2)
    answer = rest(key_of(cast.chen)).get(url(resource), query)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"


def test_filters_narrow_the_stream(committed_cast):
    resource = granted_resource(committed_cast)
    query = {"fields": "jzmj", "djrq__gte": "2026-01-03", "header": "none"}
    assert body(rest(key_of(committed_cast.chen)).get(url(resource), query)) == b"1204.00\n136.40\n"


def test_memory_does_not_grow_with_the_table(committed_cast):
    resource = big_resource(committed_cast)
    response = rest(key_of(committed_cast.chen)).get(url(resource))
    tracemalloc.start()
    total = sum(len(piece) for piece in response.streaming_content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    response.close()
    assert total > 24_000_000
    assert peak < 4_000_000, peak
    assert ServiceCall.objects.get().row_count == 60_000


def test_a_client_that_goes_frees_the_query_and_is_counted_as_cut_off(committed_cast):
    resource = big_resource(committed_cast)
    response = rest(key_of(committed_cast.chen)).get(url(resource))
    pieces = iter(response.streaming_content)
    next(pieces)
    assert streams_open() == 1
    response.close()
    assert wait_until(lambda: streams_open() == 0)
    call = ServiceCall.objects.get()
    assert call.is_complete is False
    assert call.finished_at is not None
    assert 0 < call.byte_count < 24_000_000


def test_a_slow_reader_meets_no_statement_timeout(committed_cast, monkeypatch):
    resource = big_resource(committed_cast)
    key = key_of(committed_cast.chen)
    options = connection.settings_dict["OPTIONS"] | {"options": "-c statement_timeout=300"}
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    response = rest(key).get(url(resource))
    pieces = iter(response.streaming_content)
    next(pieces)
    time.sleep(0.8)
    assert sum(len(piece) for piece in pieces) > 20_000_000
    response.close()


def test_a_version_replaced_while_streaming_is_read_to_its_end(committed_cast):
    resource = big_resource(committed_cast)
    response = rest(key_of(committed_cast.chen)).get(url(resource), {"fields": "f1"})
    pieces = iter(response.streaming_content)
    received = next(pieces)
    for number in range(3):
        load(resource, f"编号,正文\n新{number},x\n", committed_cast.li)
    streaming = streams_open()
    mounts.drop_old_tables(now=LOADED_AT)
    received += b"".join(pieces)
    response.close()
    assert received.count(b"\n") == 60_001
    assert streaming in (0, 1)
    assert body(rest(key_of(committed_cast.chen)).get(url(resource), {"fields": "f1"})) == "f1\n新2\n".encode()


def test_an_old_table_is_not_dropped_under_its_reader(committed_cast):
    resource = big_resource(committed_cast)
    response = rest(key_of(committed_cast.chen)).get(url(resource))
    pieces = iter(response.streaming_content)
    next(pieces)
    for number in range(3):
        load(resource, f"编号,正文\n新{number},x\n", committed_cast.li)
    assert mounts.drop_old_tables(now=LOADED_AT) == 0
    assert sum(len(piece) for piece in pieces) > 20_000_000
    response.close()
    assert mounts.drop_old_tables(now=LOADED_AT) == 1
    assert TableVersion.objects.get(number=1).table_name == ""


def test_a_failing_query_is_an_error_not_half_a_file(committed_cast):
    resource = mounted_resource(committed_cast)
    version = TableVersion.objects.get()
    version.table_name = "gone"
    item = ItemFact(version.columns[0]["item_id"], "不动产单元号", "bdcdyh", "C", 1, "UNCONDITIONAL")
    ended = []
    for _ in range(30):  # the pipe's end and the error's arrival once raced
        with pytest.raises(Exception, match="gone"):
            CopyStream(
                Reading(version, (ItemAccess(item, Ground.OWN),)).csv(Form.MACHINE),
                on_end=lambda *counts: ended.append(counts),
            )
    assert ended == [(0, 0, False)] * 30
    assert resource.pk


def test_eight_pull_at_once(committed_cast):
    resource = big_resource(committed_cast, rows=5_000)
    key = key_of(committed_cast.chen)
    results = []

    def pull():
        client = Client(headers={"Authorization": f"Bearer {key}"})
        response = client.get(url(resource))
        rows = list(csv.reader(io.StringIO(body(response).decode())))
        response.close()
        results.append(len(rows))
        connection.close()

    threads = [threading.Thread(target=pull) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [5_001] * 8
    assert ServiceCall.objects.filter(is_complete=True, row_count=5_000).count() == 8


ENDINGS = {
    "suspended": lambda cast, grant, key: grants.suspend(grant=grant, by=cast.zhou, now=timezone.now(), reason="核查"),
    "revoked": lambda cast, grant, key: grants.revoke(grant=grant, by=cast.he, now=timezone.now(), reason="核查"),
    "key revoked": lambda cast, grant, key: accounts.revoke_api_client(
        api_client=ApiClient.objects.get(key_prefix=key[:11]), by=cast.chen, now=timezone.now()
    ),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_running_stream_ends_when_the_right_does(committed_cast, monkeypatch, ending):
    """What leaves after the next question is nothing; the client can tell that the answer broke off."""
    monkeypatch.setattr(streaming, "RECHECK_SECONDS", 0)
    resource = big_resource(committed_cast, share_type="CONDITIONAL")
    grant, key = grant_items(committed_cast, resource, items=2), key_of(committed_cast.chen)
    response = rest(key).get(url(resource))
    pieces = iter(response.streaming_content)
    first = len(next(pieces))
    ENDINGS[ending](committed_cast, grant, key)
    with pytest.raises(Denied, match="传输中断"):
        next(pieces)
    response.close()
    call = ServiceCall.objects.get()
    assert (call.is_complete, call.byte_count) == (False, first)
    assert AuditEvent.objects.get(verb="data.cut").is_allowed is False
    assert wait_until(lambda: streams_open() == 0)


def test_between_two_questions_nothing_is_asked(committed_cast, django_assert_num_queries):
    resource = big_resource(committed_cast)
    response = rest(key_of(committed_cast.chen)).get(url(resource))
    with django_assert_num_queries(1):  # the count at the end
        assert len(body(response)) > 24_000_000
        response.close()
