"""`python -m gdshare.local`: ports, .env, exit statuses, the table of accounts, the timetable."""

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from gdshare.celery import app
from gdshare.local import accounts, dotenv, ports, serve
from gdshare.local.places import LocalError, Place
from gdshare.local.processes import Family
from tests.repository.tree import PROJECT, read


@pytest.fixture
def taken() -> int:
    """A port somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_named_and_another_one_offered(taken, tmp_path):
    with pytest.raises(LocalError) as refused:
        serve.run(Place("run", tmp_path), host="127.0.0.1", port=taken)
    assert f"Port {taken} on 127.0.0.1 is already in use" in str(refused.value)
    offered = int(re.search(r"make run PORT=(\d+)", str(refused.value)).group(1))
    assert offered > taken
    assert ports.is_free("127.0.0.1", offered)
    assert not (tmp_path / ".local" / "run" / "postgres-password").exists()  # found out before anything was started


def test_the_command_line_says_it_in_one_sentence(taken):
    command = [sys.executable, "-m", "gdshare.local", "run", "--port", str(taken)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "make run PORT=" in done.stderr or "already going on" in done.stderr


@pytest.mark.parametrize("port", ["0", "65536", "eight"])
def test_what_is_no_port_is_refused(port):
    command = [sys.executable, "-m", "gdshare.local", "run", "--port", port]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "write a number from 1 to 65535" in done.stderr


def test_a_command_runs_on_given_servers_and_hands_back_its_status():
    show = "import os, sys; print(os.environ['DATABASE_URL'], bool(os.environ['SECRET_KEY'])); sys.exit(7)"
    command = [sys.executable, "-m", "gdshare.local", "exec", "--for", "test", "--", sys.executable, "-c", show]
    env = os.environ | {"DATABASE_URL": "postgresql://elsewhere/db", "REDIS_URL": "redis://elsewhere/0"}
    done = subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (7, "postgresql://elsewhere/db True\n"), done.stderr


def test_a_child_that_ends_is_started_again_and_in_the_end_everything_stops(tmp_path, capsys):
    place = Place("run", tmp_path)
    place.make()
    family = Family(place.folder / "processes.json", place.log_folder)
    how = {"web": [sys.executable, "-c", "print('last words'); raise SystemExit(3)"]}
    crew = {"web": serve.start(family, "web", how["web"], dict(os.environ))}
    with pytest.raises(LocalError, match=r"web ended by itself[\s\S]*last words"):
        serve.watch(family, crew, how, dict(os.environ), pause=0.05)
    assert capsys.readouterr().out.count("started again") == serve.RESTARTS


def test_a_child_dies_with_its_parent(tmp_path):
    """Its own children too: a worker's pool must not go on after kill -9."""
    script = (
        "import os, sys, time; from pathlib import Path; from gdshare.local.processes import Family;"
        "family = Family(Path(sys.argv[1]) / 'processes.json', Path(sys.argv[1]));"
        "child = family.start('web', ['sleep', '60'], cwd=Path('.'), env=os.environ);"
        "print(child.process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    ) as parent:
        child = int(parent.stdout.readline())
        os.kill(child, 0)
        parent.kill()
    if sys.platform != "linux":
        Family(tmp_path / "processes.json", tmp_path).end_leftovers()
    until = time.monotonic() + 5
    while time.monotonic() < until and is_alive(child):
        time.sleep(0.05)
    assert not is_alive(child)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_stopping_ends_a_child_that_will_not_listen(tmp_path):
    family = Family(tmp_path / "processes.json", tmp_path)
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    )
    child = family.start("deaf", [sys.executable, "-c", deaf], cwd=PROJECT, env=os.environ, patience=0.5)
    while not child.last_words():
        time.sleep(0.02)
    family.stop([child])
    assert not is_alive(child.process.pid)
    assert json.loads((tmp_path / "processes.json").read_text()) == []


def test_env_file(tmp_path):
    file = tmp_path / ".env"
    file.write_text("# words\nLOG_LEVEL=DEBUG\nexport SITE_URL='http://gd'\nBLANK=\n", encoding="utf-8")
    assert dotenv.read(file) == {"LOG_LEVEL": "DEBUG", "SITE_URL": "http://gd", "BLANK": ""}
    assert dotenv.read(tmp_path / "absent") == {}
    file.write_text("LOG_LEVEL=DEBUG\nwhat is this\n", encoding="utf-8")
    with pytest.raises(LocalError, match=r"\.env, line 2: write NAME=value"):
        dotenv.read(file)


def test_what_the_shell_has_set_wins_over_the_env_file(tmp_path, monkeypatch):
    file = tmp_path / ".env"
    file.write_text("LOG_LEVEL=DEBUG\nGD_NEW=1\nGD_BLANK=\n", encoding="utf-8")
    monkeypatch.setattr(os, "environ", {"LOG_LEVEL": "ERROR"})
    dotenv.apply(file)
    assert os.environ == {"LOG_LEVEL": "ERROR", "GD_NEW": "1"}


def test_the_table_of_accounts_is_aligned(tmp_path):
    file = tmp_path / "accounts.json"
    row = {"role": "经办人", "department": "民政厅", "name": "李 明", "username": "mz.li", "password": "x1"}
    file.write_text(json.dumps([row, row | {"role": "审计", "username": "mz.wangwu"}]), encoding="utf-8")
    assert accounts.table(file).splitlines() == [
        "  角色    单位    姓名   用户名     密码",
        "  经办人  民政厅  李 明  mz.li      x1",
        "  审计    民政厅  李 明  mz.wangwu  x1",
    ]
    assert accounts.table(tmp_path / "absent") == ""


def test_every_line_of_the_timetable_names_a_task_that_exists():
    app.loader.import_default_modules()
    named = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert named
    assert named - set(app.tasks) == set()


def test_every_command_of_the_makefile_is_offered():
    wanted = {"run", "test", "check", "fix", "bench", "soak", "demo", "docs", "dev", "clean", "lock"}
    assert wanted <= set(re.findall(r"^([a-z-]+):.*## ", read("Makefile"), re.MULTILINE))


def test_every_thread_of_the_web_server_means_our_celery():
    """Pages knock through `current_app`; Celery's own default would knock at a broker nobody has."""
    from celery import current_app

    seen = []
    thread = threading.Thread(target=lambda: seen.append(current_app.main))
    thread.start()
    thread.join()
    assert seen == ["gdshare"]
    assert "from gdshare import celery" in read("gdshare/wsgi.py")
