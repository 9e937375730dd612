"""`make lock`: pins every set with hashes. No registry's address and no machine's path gets into the files."""

import subprocess
import sys

from gdshare.local.places import PROJECT

OPTIONS = [
    "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--strip-extras",
    "--universal", "--python-version", "3.11", "--quiet", "--custom-compile-command", "make lock",
]  # fmt: skip
SETS = {"base": [], "test": ["--extra", "test"], "dev": ["--extra", "test", "--extra", "dev"]}


def main() -> int:
    """Each set is bound to the versions of the one before."""
    bound: list[str] = []
    for name, extras in SETS.items():
        target = f"requirements/{name}.txt"
        command = [
            sys.executable,
            "-m",
            "uv",
            "pip",
            "compile",
            "pyproject.toml",
            *OPTIONS,
            *extras,
            *bound,
            "-o",
            target,
        ]
        if subprocess.run(command, cwd=PROJECT).returncode:
            return 1
        bound = ["--constraint", target]
    return 0


if __name__ == "__main__":
    sys.exit(main())
