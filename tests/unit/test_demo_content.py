"""The demonstration as written down: complete, consistent, and of nobody."""

import re
from collections import Counter

import pytest

from catalog.resources import contents
from catalog.resources.models import Grade, ItemType, ShareType, UpdateCycle
from catalog.taxonomy.seed import BASE_LIBRARIES, THEMES
from gdshare.lib.codes import uscc_fault
from gdshare.portal.demo import catalog, departments, laws, people, rows, stories
from security.access import roles
from sharing.share_requests.workflow import INNER_VERBS, MOVES

ENTRIES = catalog.ENTRIES
BY_NAME = {entry.name: entry for entry in ENTRIES}


def test_there_are_enough_entries_and_no_name_twice():
    assert len(ENTRIES) >= 120
    assert len(BY_NAME) == len(ENTRIES)


def test_every_theme_base_library_share_type_and_cycle_but_one_is_used():
    others = {name for code, name, _ in THEMES if code == "99"}
    assert {entry.theme for entry in ENTRIES} == {name for _, name, _ in THEMES} - others
    assert {entry.library for entry in ENTRIES} - {""} == {name for _, name, _ in BASE_LIBRARIES}
    assert {entry.share_type for entry in ENTRIES} == set(ShareType.values)
    assert {entry.cycle for entry in ENTRIES} <= set(UpdateCycle.values)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_an_entry_is_complete(entry):
    assert 8 <= len(entry.items) <= 30 or entry.share_type == "NOT_SHARED"
    assert len({item.word.name for item in entry.items}) == len(entry.items)
    assert len({item.identifier for item in entry.items}) == len(entry.items)
    assert any(item.is_key for item in entry.items)
    for item in entry.items:
        assert contents.IDENTIFIER.match(item.identifier), item
        assert item.word.data_type in ItemType.values
        assert item.word.grade in Grade.values
        assert not item.is_basic or item.share_type == "UNCONDITIONAL"
        assert not item.is_basic or entry.library, f"基础数据项 outside a base library: {item.word.name}"
    if entry.share_type == "UNCONDITIONAL":
        assert all(item.share_type != "CONDITIONAL" for item in entry.items)
    else:
        ground = laws.GROUNDS[entry.law]
        assert re.search("《.+》", ground.basis)
        assert bool(ground.conditions) == (entry.share_type == "CONDITIONAL")
    assert entry.department in {seed.slug for seed in departments.DEPARTMENTS}


def test_identity_numbers_are_graded_highest_and_never_open():
    for entry in ENTRIES:
        for item in entry.items:
            if re.search("公民身份号码|证件号码$", item.word.name):
                assert item.word.grade == Grade.L4
                assert (item.share_type or entry.share_type) != "UNCONDITIONAL", (entry.name, item.word.name)


def test_departments_have_right_codes_and_all_21_cities_have_an_authority():
    seeds = departments.DEPARTMENTS
    for seed in seeds:
        assert uscc_fault(seed.uscc) == "", seed
    for values in ([s.slug for s in seeds], [s.name for s in seeds], [s.uscc for s in seeds]):
        assert [value for value, count in Counter(values).items() if count > 1] == []
    assert len(departments.CITIES) == 21
    assert {s.region for s in seeds if s.kind == "AUTHORITY"} == {"440000", *departments.CITIES}
    assert sum(s.level == "PROVINCE" and s.kind == "GOVERNMENT" for s in seeds) >= 30
    assert {s.kind for s in seeds} == {"GOVERNMENT", "AUTHORITY", "OPERATIONS_CENTER", "PUBLIC_ENTERPRISE"}


def test_every_provider_has_two_people_and_nobody_two_posts():
    posts = Counter(seed.username for seed in people.PEOPLE)
    assert max(posts.values()) == 1
    held = {(seed.department, seed.role) for seed in people.PEOPLE}
    for entry in ENTRIES:
        assert {(entry.department, "HANDLER"), (entry.department, "OFFICE_HEAD")} <= held or entry.department == "sj"
    assert {seed.role for seed in people.PEOPLE} == {role.code for role in roles.GRANTABLE}


def test_tables_are_of_known_entries_and_one_has_200_000_rows():
    assert set(rows.TABLES) <= set(BY_NAME)
    assert len(rows.TABLES) >= 20
    assert max(rows.TABLES.values()) == 200_000


@pytest.mark.parametrize("name", rows.TABLES)
def test_rows_are_the_same_every_time_unique_by_key_and_of_nobody(name):
    entry, count = BY_NAME[name], min(rows.TABLES[name], 2_000)
    header, *lines = rows.lines(entry, count)
    assert rows.as_csv(entry, 3) == rows.as_csv(entry, 3)
    keys = [position for position, item in enumerate(entry.items) if item.is_key]
    assert len({tuple(line[position] for position in keys) for line in lines}) == count
    for position, title in enumerate(header):
        if re.search("公民身份号码|证件号码$", title):
            assert all(line[position].startswith("999999") for line in lines)
        if title.endswith("电话"):
            assert all(line[position].startswith("100") for line in lines)
        if title == "统一社会信用代码":
            assert all(line[position][2:8] == "999999" and not uscc_fault(line[position]) for line in lines[:50])


def test_stories_ask_for_what_there_is():
    verbs = {*MOVES, *INNER_VERBS, "suspend", "revoke", "dispose", "renew", "attach", "message"}
    for story in stories.STORIES:
        names = {item.word.name for item in BY_NAME[story.resource].items}
        assert set(story.items) <= names, story.resource
        assert {*story.masked, *story.refused} <= set(story.items)
        assert {act[1] for act in story.acts} <= verbs
        days = [act[0] for act in story.acts]
        assert days == sorted(days, reverse=True) or story.resource == "最低生活保障对象信息"
    assert set(stories.SMALL) <= set(BY_NAME)
