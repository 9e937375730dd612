"""Every variable is in .env.sample and explained; the settings hold up in production."""

import ast
import os
import re
import secrets
import subprocess
import sys

import pytest

from tests.repository.tree import PROJECT, read

READERS = {"env", "env_bool", "env_choice", "env_hours", "env_int", "env_list", "env_secret"}
PRODUCTION = {
    "DEBUG": "0",
    "HTTPS_ONLY": "1",
    "BEHIND_PROXY": "1",
    "ALLOWED_HOSTS": "share.example.gov.cn",
    "CSRF_TRUSTED_ORIGINS": "https://share.example.gov.cn",
    "SITE_URL": "https://share.example.gov.cn",
    "DATABASE_URL": "postgresql://gdshare@db/gdshare",
    "REDIS_URL": "redis://valkey:6379/0",
}


def variables() -> set[str]:
    """The names the settings and the web server's configuration read."""
    names = set()
    for node in ast.walk(ast.parse(read("gdshare/settings.py"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in READERS:
            names.add(ast.literal_eval(node.args[0]))
    names |= set(re.findall(r'environ\.get\("([A-Z_]+)"', read("deploy/gunicorn.conf.py")))
    return names


def check_deploy(**changes: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = kept | PRODUCTION | {"SECRET_KEY": secrets.token_urlsafe(64)} | changes
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True)


def test_the_settings_are_read_at_all():
    assert {"DATABASE_URL", "SECRET_KEY", "LOCK_TIMEOUT_MS", "WEB_THREADS"} <= variables()


def test_every_variable_is_in_the_sample_and_no_other():
    sample = set(re.findall(r"^#?([A-Z][A-Z_]+)=", read(".env.sample"), re.MULTILINE))
    assert sample == variables()


def test_every_variable_is_explained():
    explained = set(re.findall(r"^\| `([A-Z_]+)`", read("docs/configuration.md"), re.MULTILINE))
    assert variables() - explained == set()


def test_a_copied_sample_changes_nothing():
    """Lines that are not commented out are blank, and blank counts as absent."""
    assert [line for line in read(".env.sample").splitlines() if re.match(r"[A-Z_]+=.", line)] == []


def test_production_settings_are_clean():
    done = check_deploy()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"DEBUG": "maybe"}, "DEBUG='maybe': write 1 or 0."),
        ({"LOCK_TIMEOUT_MS": "soon"}, "LOCK_TIMEOUT_MS='soon': write a whole number."),
        ({"DATABASE_URL": "mysql://db/gdshare"}, "DATABASE_URL must start with postgresql://"),
        ({"HTTPS_ONLY": "0"}, "security.W008"),
        ({"SECRET_KEY": "short"}, "security.W009"),
    ],
)
def test_a_wrong_value_stops_the_start_and_says_which(changes, words):
    done = check_deploy(**changes)
    assert done.returncode != 0
    assert words in done.stdout + done.stderr


def test_a_secret_may_come_from_a_file(tmp_path):
    file = tmp_path / "database_url"
    file.write_text("mysql://from-the-file/gdshare\n", encoding="utf-8")
    done = check_deploy(DATABASE_URL_FILE=str(file))
    assert "not mysql://" in done.stderr
