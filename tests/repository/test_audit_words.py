"""Every verb and every fact that code writes to the log has Chinese words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit import labels

ROOT = Path(__file__).resolve().parents[2]
APPS = ("gdshare", "catalog", "sharing", "security", "audit")
OWN_PARAMETERS = {"by", "at", "subject", "subject_label", "is_allowed"}


def calls() -> Iterator[tuple[str, ast.Call, ast.Module]]:
    """Every call of `log.record` under any alias of `audit.log`."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            aliases = {
                name.asname or name.name
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom) and node.module == "audit"
                for name in node.names
                if name.name == "log"
            }
            for node in ast.walk(tree):
                is_record = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
                if is_record and node.func.attr == "record" and getattr(node.func.value, "id", "") in aliases:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node, tree


def test_the_log_is_written_somewhere():
    assert len(list(calls())) > 15


def test_every_verb_is_registered():
    known = labels.all_labels()
    for where, call, tree in calls():
        verb = call.args[0]
        if isinstance(verb, ast.Constant):
            assert verb.value in known, f"{where}: {verb.value} has no words; register it in a labels.py"
        elif isinstance(verb, ast.JoinedStr):
            noun = verb.values[0].value
            assert noun.endswith("."), f"{where}: a verb begins with its noun"
            assert any(name.startswith(noun) for name in known), f"{where}: no verb of {noun} has words"
        else:
            name = ast.unparse(verb)
            given = [
                keyword.value.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Call)
                for keyword in node.keywords
                if keyword.arg == name and isinstance(keyword.value, ast.Constant)
            ]
            assert given, f"{where}: cannot tell which verbs {name} may be"
            for value in given:
                assert value in known, f"{where}: {value} has no words"


def test_every_move_of_a_workflow_has_words():
    from catalog.resources import workflow as resources
    from catalog.systems import workflow as systems
    from sharing.grants import workflow as grants
    from sharing.share_requests import workflow as share_requests

    known = labels.all_labels()
    for noun, moves in (
        ("resource", resources.MOVES),
        ("information_system", systems.MOVES),
        ("share_request", share_requests.MOVES),
        ("grant", grants.MOVES),
    ):
        missing = [
            f"{noun}.{verb.rstrip('_')}"
            for verb in moves
            if f"{noun}.{verb.rstrip('_')}" not in known and f"{noun}.{verb}" not in known
        ]
        assert not missing


def test_every_fact_has_words():
    words = labels.all_words()
    missing = {
        keyword.arg: where
        for where, call, _ in calls()
        for keyword in call.keywords
        if keyword.arg and keyword.arg not in OWN_PARAMETERS and keyword.arg not in words
    }
    assert not missing


@pytest.mark.parametrize("verb", sorted(labels.all_labels()))
def test_labels_are_chinese_and_verbs_have_a_noun(verb):
    noun, _, act = verb.partition(".")
    assert noun
    assert act
    assert any("\u4e00" <= character <= "\u9fff" for character in labels.label(verb))
