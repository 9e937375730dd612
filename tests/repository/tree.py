"""The project's own files, as git sees them."""

import subprocess
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project that still exists, relative to it; nothing ignored, nothing built."""
    listed = subprocess.run(
        ["git", "-c", "core.quotePath=false", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT, capture_output=True, check=True,
    )  # fmt: skip
    names = listed.stdout.decode("utf-8").split("\0")
    return tuple(Path(name) for name in sorted(set(names)) if name and (PROJECT / name).is_file())


def read(path: str | Path) -> str:
    return (PROJECT / path).read_text(encoding="utf-8")
