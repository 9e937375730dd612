"""A worker that dies in the middle of a load loses nothing, leaves nothing behind, and is made up for once."""

import io
import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from catalog.mounts import actions, queries
from catalog.mounts.models import TableVersion
from tests.factories.mounts import LOADED_AT, mounted_resource, text_items

PROJECT = Path(__file__).resolve().parents[3]
State = TableVersion.State

DYING_WORKER = """
import os, signal, sys
import django
django.setup()
from django.utils import timezone
from catalog.mounts import actions, loading

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(loading, sys.argv[2], die)
actions.load_version(version_id=int(sys.argv[1]), by=None, now=timezone.now())
"""


def die_in(step: str, version: TableVersion, settings) -> None:
    """Load the version in a process of its own that is killed at `step`."""
    given = connection.settings_dict
    port = f":{given['PORT']}" if given["PORT"] else ""
    who = quote(given["USER"]) + (f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else "")
    url = f"postgresql://{who}@localhost{port}/{given['NAME']}?host={quote(str(given['HOST']), safe='')}"
    env = os.environ | {
        "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "gdshare.settings", "SECRET_KEY": settings.SECRET_KEY,
        "MEDIA_ROOT": str(settings.MEDIA_ROOT), "PYTHONPATH": str(PROJECT), "REDIS_URL": settings.REDIS_URL,
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", DYING_WORKER, str(version.pk), step], env=env, cwd=PROJECT)
    assert done.returncode == -9


def mounted_tables() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'mounted'")
        return cursor.fetchone()[0]


def values(version) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT f1 FROM mounted."{version.table_name}" ORDER BY _row')
        return [value for (value,) in cursor.fetchall()]


@pytest.mark.parametrize("step", ["copy_in", "drop_duplicates", "finish_table"])
def test_a_killed_load_leaves_the_old_version_and_is_resumed_once(committed_cast, settings, step):
    resource = mounted_resource(committed_cast, items=text_items(["编号"]), content="编号\n旧\n")
    before = queries.current_table(resource)
    version = actions.queue_load(
        resource=resource, file=io.BytesIO("编号\n新\n".encode()), file_name="新.csv", by=committed_cast.li,
        now=LOADED_AT,
    )  # fmt: skip

    die_in(step, version, settings)

    version.refresh_from_db()
    assert version.state == State.LOADING
    assert queries.current_table(resource) == before
    assert values(before) == ["旧"]
    assert mounted_tables() == 1

    assert actions.resumable(now=version.lease_until - timedelta(seconds=1)) == []
    later = version.lease_until + timedelta(seconds=1)
    assert actions.resumable(now=later) == [version.pk]
    actions.load_version(version_id=version.pk, by=None, now=later)
    assert actions.load_version(version_id=version.pk, by=None, now=later) is None

    current = queries.current_table(resource)
    assert (current.pk, current.attempts, values(current)) == (version.pk, 2, ["新"])
    assert mounted_tables() == 2
    assert TableVersion.objects.filter(state=State.CURRENT).count() == 1


def test_a_file_that_kills_every_worker_is_given_up_with_the_reason(committed_cast):
    resource = mounted_resource(committed_cast, items=text_items(["编号"]), content="编号\n旧\n")
    version = actions.queue_load(
        resource=resource, file=io.BytesIO(b"x\n"), file_name="x.csv", by=committed_cast.li, now=LOADED_AT
    )
    TableVersion.objects.filter(pk=version.pk).update(
        state=State.LOADING, attempts=actions.MOST_ATTEMPTS, lease_until=LOADED_AT
    )
    actions.load_version(version_id=version.pk, by=None, now=LOADED_AT + timedelta(minutes=1))
    version.refresh_from_db()
    assert version.state == State.REFUSED
    assert "没有完成" in version.faults[0]["reason"]


def test_two_workers_at_once_load_it_once(committed_cast):
    resource = mounted_resource(committed_cast, items=text_items(["编号"]), content="编号\n旧\n")
    version = actions.queue_load(
        resource=resource, file=io.BytesIO("编号\n新\n".encode()), file_name="新.csv", by=committed_cast.li,
        now=LOADED_AT,
    )  # fmt: skip
    results = []

    def work():
        results.append(actions.load_version(version_id=version.pk, by=None, now=LOADED_AT))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(result is not None for result in results) == 1
    assert mounted_tables() == 2


def test_a_hung_worker_that_wakes_up_late_changes_nothing(committed_cast, monkeypatch):
    resource = mounted_resource(committed_cast, items=text_items(["编号"]), content="编号\n旧\n")
    version = actions.queue_load(
        resource=resource, file=io.BytesIO("编号\n新\n".encode()), file_name="新.csv", by=committed_cast.li,
        now=LOADED_AT,
    )  # fmt: skip
    finish = actions.loading.finish_table

    def overtaken(name, columns):
        """Meanwhile another worker took the lease."""
        finish(name, columns)
        monkeypatch.setattr(actions.loading, "finish_table", finish)

        def other():
            actions.load_version(version_id=version.pk, by=None, now=LOADED_AT + timedelta(minutes=6))
            connection.close()

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()

    monkeypatch.setattr(actions.loading, "finish_table", overtaken)
    assert actions.load_version(version_id=version.pk, by=None, now=LOADED_AT) is None
    current = queries.current_table(resource)
    assert (current.pk, current.attempts) == (version.pk, 2)
    assert mounted_tables() == 2
