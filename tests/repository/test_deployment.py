"""docker-compose.yml, the image and the door in front of it, as far as they can be read without an engine."""

import re
import tomllib

import yaml

from tests.repository.tree import PROJECT, files, read


def compose() -> dict:
    return yaml.safe_load(read("docker-compose.yml"))


def test_every_part_is_there_and_watched():
    services = compose()["services"]
    assert set(services) == {"db", "valkey", "migrate", "web", "worker", "beat", "nginx"}
    assert [name for name, service in services.items() if "healthcheck" not in service] == ["migrate"]


def test_every_secret_is_a_file_and_none_has_a_default():
    whole = compose()
    assert all(list(secret) == ["file"] for secret in whole["secrets"].values())
    used = {name for service in whole["services"].values() for name in service.get("secrets", [])}
    assert used == set(whole["secrets"])
    for service in whole["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|_URL", name):
                assert name.endswith("_FILE"), name
                assert str(value).startswith("/run/secrets/")


def test_the_script_makes_every_secret():
    script = read("deploy/secrets.sh")
    assert [name for name in compose()["secrets"] if name not in script] == []


def test_only_the_door_is_open():
    assert [name for name, service in compose()["services"].items() if "ports" in service] == ["nginx"]


def test_the_image_gets_every_package_of_ours():
    roots = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["root_packages"]
    allowed = re.findall(r"^!(.+)$", read(".dockerignore"), re.MULTILINE)
    assert [name for name in (*roots, "templates", "static", "manage.py") if name not in allowed] == []
    assert [name for name in allowed if not (PROJECT / name).exists()] == []


def test_the_door_lets_through_what_the_portal_accepts():
    limit = int(re.search(r"client_max_body_size (\d+)m", read("deploy/nginx.conf")).group(1))
    accepted = int(re.search(r'env_int\("UPLOAD_MAX_MB", (\d+)\)', read("gdshare/settings.py")).group(1))
    assert limit > accepted


def test_scripts_can_be_run():
    scripts = [path for path in files() if read_start(path) == b"#!"]
    assert {str(path) for path in scripts} >= {".ci/run", "deploy/secrets.sh", "manage.py"}
    assert [str(path) for path in scripts if not (PROJECT / path).stat().st_mode & 0o100] == []


def read_start(path) -> bytes:
    with (PROJECT / path).open("rb") as file:
        return file.read(2)
