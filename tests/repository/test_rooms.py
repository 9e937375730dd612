"""Who may import whom, and what an action looks like."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.repository.tree import PROJECT, files, read

WITHOUT_POLICY = {
    "security.accounts.sign_out": "everyone may leave",
    "security.accounts.change_password": "only ever one's own",
    "security.departments.load_regions": "the command that loads the divisions of the Ministry of Civil Affairs",
    "security.accounts.found_portal": "the command that makes the first three administrators of an empty portal",
    "catalog.mounts.load_version": "does what queue_load was allowed to ask for",
    "catalog.changes.updated": "follows from a publication, which asked its own",
    "sharing.share_requests.decide_all": "each case asks propose's or confirm's own",
    "sharing.conflicts.look": "asks data_access of each side: whose answer is closed is shown nothing of it",
    "sharing.demands.published": "follows from a publication, which asked its own",
    "sharing.share_requests.clear_cart": "only ever one's own cart",
    "sharing.share_requests.remove_from_cart": "only ever one's own cart",
    "sharing.share_requests.draft_from_cart": "only ever one's own cart; add_to_cart asked",
    "sharing.ledgers.open_ledger": "opened inside a grant or a taking, which asks its own policy",
    "sharing.share_requests.draft": "asks add_to_cart's policy for every item",
}
"""Actions of a person that need no policy of their own, each with the reason."""

ASKS_ELSEWHERE = {
    "sharing.deadlines": "clocks are started and stopped by the actions of what they time, which ask their own policy",
    "security.notices": "notices are told and settled by the actions they are about",
    "sharing.delivery": "every exit asks the one decision, sharing.grants.queries.data_access",
}
"""Areas whose actions are guarded in another place."""


def rooms(name: str) -> Iterator[tuple[str, Path]]:
    """Area and file of every room of that name, whether one file or a package."""
    for path in files():
        parts = path.parts
        if len(parts) >= 3 and parts[0] in {"security", "catalog", "sharing"}:
            is_file = len(parts) == 3 and parts[2] == f"{name}.py"
            is_package = len(parts) == 4 and parts[2] == name and path.suffix == ".py"
            if is_file or is_package:
                yield ".".join(parts[:2]), path


def functions(room: str) -> Iterator[tuple[str, Path, ast.FunctionDef]]:
    """The public functions: of a room that is a package, those its `__init__` lets out."""
    for area, path in rooms(room):
        let_out = exports(path.parent / "__init__.py") if path.parent.name == room else None
        for node in ast.parse(read(path)).body:
            is_public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
            if is_public and (let_out is None or node.name in let_out):
                yield area, path, node


def exports(path: Path) -> set[str]:
    imports = (node for node in ast.walk(ast.parse(read(path))) if isinstance(node, ast.ImportFrom))
    return {alias.name for node in imports for alias in node.names}


def keywords(node: ast.FunctionDef) -> set[str]:
    return {argument.arg for argument in node.args.kwonlyargs}


def is_action(node: ast.FunctionDef) -> bool:
    """What is given the time, or a person, does something; the rest of the room only answers."""
    every = {argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)}
    return bool(every & {"now", "by"})


def test_import_contracts_hold():
    command = "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())"
    done = subprocess.run([sys.executable, "-c", command], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_no_import_is_excused():
    assert "ignore_imports" not in read("pyproject.toml")


def test_every_action_is_told_by_name_who_and_when():
    actions = [(area, node) for area, _, node in functions("actions") if is_action(node)]
    assert len(actions) > 30
    wrong = [
        f"{area}.{node.name}"
        for area, node in actions
        if node.args.args or node.args.posonlyargs or node.args.vararg or "now" not in keywords(node)
    ]
    assert wrong == []


def test_every_action_of_a_person_has_its_policy():
    policies = policy_names()
    missing = {
        f"{area}.{node.name}"
        for area, _, node in functions("actions")
        if "by" in keywords(node) and area not in ASKS_ELSEWHERE and f"{area}.{node.name}" not in policies
    }
    assert missing - set(WITHOUT_POLICY) == set()
    assert set(WITHOUT_POLICY) - {f"{area}.{node.name}" for area, _, node in functions("actions")} == set()


def policy_names() -> set[str]:
    """Functions, and one policy under a second name (`resume = suspend`)."""
    names = {f"{area}.{node.name}" for area, _, node in functions("policies")}
    for area, path in rooms("policies"):
        for node in ast.parse(read(path)).body:
            if isinstance(node, ast.Assign):
                names |= {f"{area}.{target.id}" for target in node.targets if isinstance(target, ast.Name)}
    return names


def test_domain_code_does_not_read_the_clock():
    """Ruff bans it where it can see it; an excuse in a comment would get past ruff."""
    excused = [
        f"{path}:{number}"
        for room in ("actions", "queries", "policies", "models", "workflow", "notify")
        for _, path in rooms(room)
        for number, line in enumerate(read(path).splitlines(), start=1)
        if "noqa: TID251" in line
    ]
    assert excused == []
