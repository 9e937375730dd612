"""The embedded PostgreSQL and Valkey: from awkward folders, side by side, and after kill -9 of their parent."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from gdshare.local.places import LocalError, Place
from gdshare.local.servers import already_running
from tests.repository.tree import PROJECT

Keeper = tuple[subprocess.Popen, dict]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A checkout's folder with a blank and Chinese in its path, which other users cannot enter."""
    tmp_path.chmod(0o700)
    made = tmp_path / "一网 共享"
    made.mkdir()
    return made


def remove_data(folder: Path) -> None:
    pointer = folder / ".local" / "postgres-home"
    if pointer.is_file():
        shutil.rmtree(pointer.read_text(encoding="utf-8").strip())


@pytest.fixture
def keep() -> Iterator[Callable[..., Keeper]]:
    """Start a parent of servers; at the end all are stopped, and then their data are removed."""
    started: list[subprocess.Popen] = []
    folders: set[Path] = set()

    def start(folder: Path, purpose: str = "run", **variables: str) -> Keeper:
        env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.repository.keeper", str(folder), purpose],
            cwd=PROJECT, env=env | variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(process)
        folders.add(folder)
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        return process, json.loads(line)

    yield start
    for process in started:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    for folder in folders:
        remove_data(folder)


def ask(told: dict, query: str) -> str:
    with closing(psycopg2.connect(told["database_url"])) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        connection.commit()
        return cursor.fetchone()[0] if cursor.description else ""


def await_end(*pids: int) -> list[int]:
    """Which of them still live after ten seconds."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        alive = [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"]
        if not alive:
            return []
        time.sleep(0.05)
    return alive


def test_servers_start_and_stop_and_keep_their_data(folder, keep):
    process, told = keep(folder)
    assert ask(told, "SHOW server_version").startswith("18.")
    assert [ask(told, f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")] == ["on"] * 3
    assert ask(told, "SHOW server_encoding") == "UTF8"
    ask(told, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('数据')")
    with closing(redis.Redis.from_url(told["redis_url"])) as client:
        client.set("kept", "信息")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert await_end(told["postgres"], told["valkey"]) == []
    assert not (folder / ".local" / "servers.json").exists()

    _, again = keep(folder)
    assert ask(again, "SELECT word FROM kept") == "数据"
    with closing(redis.Redis.from_url(again["redis_url"])) as client:
        assert client.get("kept").decode() == "信息"


def test_a_killed_parent_takes_its_servers_along_and_the_next_start_finds_the_data(folder, keep):
    process, told = keep(folder)
    ask(told, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('数据')")
    process.kill()
    process.wait()
    if sys.platform == "linux":
        assert await_end(told["postgres"], told["valkey"]) == []
    _, again = keep(folder)
    assert await_end(told["postgres"], told["valkey"]) == []
    assert ask(again, "SELECT word FROM kept") == "数据"


def test_everything_killed_at_once_still_starts_again(folder, keep):
    """As after a power cut: PostgreSQL's lock lies there, its owner does not."""
    process, told = keep(folder)
    ask(told, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('数据')")
    for pid in (process.pid, told["postgres"], told["valkey"]):
        os.kill(pid, signal.SIGKILL)
    process.wait()
    _, again = keep(folder)
    assert ask(again, "SELECT word FROM kept") == "数据"


def test_a_server_that_outlived_its_parent_is_ended_at_the_next_start(folder, keep):
    """Where the system does not tell children of a parent's death, the written record does."""
    process, told = keep(folder)
    os.kill(told["postgres"], signal.SIGSTOP)  # deaf to the death of its parent
    process.kill()
    process.wait()
    _, again = keep(folder)
    assert await_end(told["postgres"]) == []
    assert ask(again, "SELECT 1") == 1


def test_a_number_used_again_by_a_stranger_is_left_alone(folder, keep):
    process, _ = keep(folder)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger:
        record = {"name": "postgres", "pid": stranger.pid, "started": 1.0, "signal": 9, "patience": 1}
        ours = Place("run", folder)
        (ours.folder / "processes.json").write_text(json.dumps([record | {"started": time.time() + 60}]))
        keep(folder)
        assert stranger.poll() is None
        stranger.kill()


def test_two_folders_side_by_side_share_nothing(folder, keep, tmp_path):
    other = tmp_path / "另一份"
    other.mkdir()
    _, first = keep(folder)
    _, second = keep(other)
    assert first["database_url"] != second["database_url"]
    assert first["redis_url"] != second["redis_url"]
    assert ask(first, "SHOW data_directory") != ask(second, "SHOW data_directory")
    _, tests = keep(folder, "test")
    assert ask(tests, "SHOW fsync") == "off"
    assert ask(tests, "SHOW data_directory") != ask(first, "SHOW data_directory")


def test_a_second_parent_in_one_folder_is_refused(folder, keep):
    process, _ = keep(folder)
    refused = pytest.raises(LocalError, match=rf"already going on in this folder \(process {process.pid}\)")
    with refused, Place("run", folder).occupied():
        pass
    assert already_running(Place("run", folder)) is not None


def test_an_address_that_is_given_starts_nothing(folder, keep):
    _, told = keep(folder, DATABASE_URL="postgresql://elsewhere/db", REDIS_URL="redis://elsewhere/0")
    assert told == {"database_url": "postgresql://elsewhere/db", "redis_url": "redis://elsewhere/0"}
    assert not (folder / ".local" / "run" / "valkey").exists()


def test_passwords_are_for_their_owner_only(folder, keep):
    _, told = keep(folder)
    local = folder / ".local"
    secret = [local / "servers.json", local / "run" / "postgres-password", local / "run" / "valkey" / "valkey.conf"]
    assert [oct(path.stat().st_mode & 0o777) for path in secret] == ["0o600"] * 3
    wrong = told["database_url"].replace("postgres:", "postgres:x", 1)
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(wrong)
    stranger = redis.Redis.from_url("redis://" + told["redis_url"].split("@")[1])
    with closing(stranger), pytest.raises(redis.AuthenticationError):
        stranger.ping()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's PostgreSQL lies outside the checkout")
class TestRoot:
    """PostgreSQL refuses to run as root; its files lie where its own account can reach them."""

    def test_the_server_runs_under_an_account_that_may_nothing(self, folder, keep):
        _, told = keep(folder)
        assert psutil.Process(told["postgres"]).uids().effective != 0

    def test_a_moved_checkout_takes_its_data_along(self, folder, keep, tmp_path):
        process, told = keep(folder)
        ask(told, "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('数据')")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        _, again = keep(folder.rename(tmp_path / "搬走"))
        assert ask(again, "SELECT word FROM kept") == "数据"

    def test_a_checkout_whose_local_folder_was_removed_starts_empty(self, folder, keep):
        process, told = keep(folder)
        ask(told, "CREATE TABLE kept (word text)")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        shutil.rmtree(folder / ".local")
        _, again = keep(folder)
        assert ask(again, "SELECT to_regclass('kept')") is None
