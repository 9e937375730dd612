"""A real gunicorn and a client that hangs up: the query ends, the connection is free, the call counts as cut off."""

import socket
import time

from django.db import connection
from django.utils import timezone

from gdshare.portal.bench import server, world
from sharing.delivery.models import ServiceCall


def streaming_queries() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY (%' "
            "AND state = 'active'"
        )
        return cursor.fetchone()[0]


def wait_until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_a_client_that_hangs_up_frees_its_query(committed_db, monkeypatch, settings):
    made = world.build(rows=120_000, entries=1, now=timezone.now())
    monkeypatch.setenv("DATABASE_URL", world.address(connection.settings_dict["NAME"]))
    monkeypatch.setenv("REDIS_URL", settings.REDIS_URL)
    connection.close()
    with server.gunicorn(workers=1, threads=4) as running:
        wire = socket.create_connection(("127.0.0.1", running.port), timeout=30)
        wire.sendall(
            f"GET /api/v1/resources/{made.big.pk}/data/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {made.key}\r\n\r\n".encode()
        )
        assert wire.recv(100).startswith(b"HTTP/1.1 200")
        assert wait_until(lambda: streaming_queries() == 1)
        wire.close()
        assert wait_until(lambda: streaming_queries() == 0)
        assert wait_until(lambda: ServiceCall.objects.exclude(finished_at=None).exists())
        call = ServiceCall.objects.get()
        assert (call.is_complete, call.row_count) == (False, 0)
        status, size, _ = running.get(f"/api/v1/resources/{made.big.pk}/data/", {"Authorization": f"Bearer {made.key}"})
        assert (status, size > 10_000_000) == (200, True)
        assert wait_until(lambda: ServiceCall.objects.filter(is_complete=True, row_count=120_000).exists())
