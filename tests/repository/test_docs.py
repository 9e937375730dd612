"""The documents say what is there: links lead somewhere, commands, terms, paths and error codes exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands
from drf_spectacular.generators import SchemaGenerator

from tests.repository.tree import PROJECT, files, read

PAGES = sorted(
    path.relative_to(PROJECT).as_posix() for path in (*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md"))
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
BLOCK = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)
APPS = ("audit", "catalog", "gdshare", "security", "sharing")


def code() -> str:
    """All Python of the product in one string."""
    return "\n".join(read(path) for path in files() if path.parts[0] in APPS and path.suffix == ".py")


def blocks(page: str, language: str) -> Iterator[str]:
    return (text for name, text in BLOCK.findall(read(page)) if name == language)


def test_the_documents_a_newcomer_needs_are_there():
    assert {
        "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/glossary.md", "docs/configuration.md",
        "docs/operator-guide.md", "docs/api-guide.md", "docs/adr/0001-four-apps-areas-rooms.md",
        "docs/adr/0002-embedded-default.md", "docs/adr/0003-rules-as-data.md",
    } <= set(PAGES)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files(page):
    for target in LINK.findall(read(page)):
        if not target.startswith(("http://", "https://", "#")):
            assert (PROJECT / page).parent.joinpath(target.split("#")[0]).exists(), f"{page}: {target}"


@pytest.mark.parametrize("page", PAGES)
def test_make_targets_exist(page):
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    text = read(page)
    named = set(re.findall(r"`make ([a-z-]+)", text))
    named |= {name for block in blocks(page, "bash") for name in re.findall(r"^make ([a-z-]+)", block, re.MULTILINE)}
    assert named <= targets


@pytest.mark.parametrize("page", PAGES)
def test_management_commands_exist(page):
    named = set(re.findall(r"manage\.py ([a-z_]+)", read(page)))
    assert named <= set(get_commands())


def test_decisions_are_numbered_without_gaps_and_have_the_three_parts():
    pages = [page for page in PAGES if page.startswith("docs/adr/")]
    numbers = [int(Path(page).name[:4]) for page in pages]
    assert numbers == list(range(1, len(numbers) + 1))
    for page, number in zip(pages, numbers, strict=True):
        text = read(page)
        assert text.startswith(f"# ADR-{number:04d} ")
        for part in ("## Context", "## Decision", "## What we give up"):
            assert part in text, f"{page}: {part}"


def test_decisions_that_the_code_names_exist():
    known = {Path(page).name[:4] for page in PAGES if page.startswith("docs/adr/")}
    assert set(re.findall(r"ADR-(\d{4})", code())) <= known


def test_terms_of_the_glossary_are_in_the_code():
    text = code()
    terms = set(re.findall(r"`([A-Za-z_]+)`", read("docs/glossary.md")))
    assert len(terms) > 80
    missing = {term for term in terms if not re.search(rf"\b{term}\b", text)}
    assert missing == set()


def test_every_model_is_in_the_glossary():
    from django.apps import apps

    inner = {
        "CartItem", "CodeSequence", "NumberSequence", "ResourceStatusChange", "SystemSequence", "SystemStatusChange",
        "DataResourceUserObjectPermission", "DataResourceGroupObjectPermission", "User",
    }  # fmt: skip
    glossary = read("docs/glossary.md")
    own = {model.__name__ for app in ("audit", "catalog", "security", "sharing", "rules")
           for model in apps.get_app_config(app).get_models()}  # fmt: skip
    assert {name for name in own - inner if f"`{name}`" not in glossary} == set()


def api_paths() -> set[str]:
    """Paths of the OpenAPI schema under /api/v1, with every parameter written {id}."""
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    return {re.sub(r"\{[^}]+\}", "{id}", path).removeprefix("/api/v1") for path in paths}


@pytest.mark.parametrize("page", ["docs/api-guide.md", "README.md"])
def test_addresses_of_the_guide_are_in_the_schema(page):
    text = read(page)
    named = set(re.findall(r"`(/(?:resources|share-requests|grants)/[^`?]*)", text))
    named |= set(re.findall(r"\$(?:BASE|API)(/[a-z0-9/{}-]+)", text))
    assert len(named) >= 4
    assert {re.sub(r"/\d+/", "/{id}/", path) for path in named} <= api_paths()


def test_every_verb_of_the_schema_is_in_the_guide():
    guide = re.sub(r"/\d+/", "/{id}/", read("docs/api-guide.md"))
    assert {path for path in api_paths() if path not in guide} == set()


def test_error_codes_of_the_guide_are_in_the_code():
    rows = re.findall(r"^\| \d{3} \| (.+?) \|", read("docs/api-guide.md"), re.MULTILINE)
    codes = {word for row in rows for word in re.findall(r"`([A-Z_]+)`", row)}
    assert len(codes) > 25
    text = code()
    from_framework = {"NOT_AUTHENTICATED"}
    missing = {word for word in codes - from_framework if f'"{word}"' not in text and f'"{word.lower()}"' not in text}
    assert missing == set()


def test_error_codes_of_delivery_are_in_the_guide():
    guide = read("docs/api-guide.md")
    text = "\n".join(read(path) for path in files() if path.parts[:2] == ("sharing", "delivery"))
    named = set(re.findall(r'code="([A-Z_]+)"', text))
    assert {word for word in named if f"`{word}`" not in guide} == set()


def test_accounts_of_the_tour_exist():
    from gdshare.portal.demo.people import PEOPLE

    named = set(re.findall(r"`((?:admin|[a-z]{2,4})\.[a-z]+)`", read("README.md"))) - {"manage.py"}
    assert named
    assert named <= {person.username for person in PEOPLE if person.has_account}


def test_figures_of_the_demonstration_in_the_readme_are_counted():
    from gdshare.portal.demo import catalog, departments, rows

    text = read("README.md")
    for figure, unit in (
        (len(departments.DEPARTMENTS), "个部门"),
        (len(catalog.ENTRIES), "条目录"),
        (len(rows.TABLES), "张库表"),
    ):
        assert f"{figure} {unit}" in text


def test_numbers_of_resources_in_the_examples_are_those_of_the_demonstration():
    from gdshare.portal.demo.catalog import ENTRIES

    names = [entry.name for entry in ENTRIES]
    known = {1: "户籍人口基本信息", 53: "企业登记基本信息", 107: "不动产登记信息"}
    assert {number: names[number - 1] for number in known} == known
    for page in ("README.md", "docs/api-guide.md"):
        assert {int(number) for number in re.findall(r"/resources/(\d+)/", read(page))} <= set(known)


def test_pictures_are_small():
    for path in (PROJECT / "docs" / "images").glob("*.png"):
        assert path.stat().st_size < 400_000, path.name
