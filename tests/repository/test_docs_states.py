"""docs/states.md says what the tables say."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command


def test_the_document_is_fresh():
    call_command("docs_states", check=True)


def test_a_stale_document_is_noticed(settings, tmp_path):
    base = Path(settings.BASE_DIR)
    settings.BASE_DIR = tmp_path
    matrix = tmp_path / "tests" / "domain" / "sharing" / "permissions_matrix.txt"
    matrix.parent.mkdir(parents=True)
    matrix.write_text((base / matrix.relative_to(tmp_path)).read_text())
    with pytest.raises(CommandError, match="stale"):
        call_command("docs_states", check=True)
    call_command("docs_states")
    assert (tmp_path / "docs" / "states.md").read_text() == (base / "docs" / "states.md").read_text()
