"""The virus scanner, which is not ours: a command that reads a file on stdin and answers by its exit status.

0: nothing found; 1: something harmful. Everything else, an end by a signal and a silence longer than
ATTACHMENT_SCANNER_SECONDS among it, is no answer. `clamdscan -` speaks this way.
"""

import subprocess
from dataclasses import dataclass
from typing import Any

from django.conf import settings

CLEAN, HARMFUL = 0, 1


class NoAnswer(Exception):
    """The scanner could not tell; ask again later."""


@dataclass(frozen=True)
class Finding:
    """What the scanner said, and its own words."""

    is_harmful: bool
    words: str


def is_configured() -> bool:
    """Whether there is a scanner at all."""
    return bool(settings.ATTACHMENT_SCANNER)


def scan(file: Any) -> Finding:
    """Ask the scanner about an open file of the file system. Raises NoAnswer when it could not tell."""
    try:
        done = subprocess.run(  # noqa: S603 - the operator's own command, given without a shell
            settings.ATTACHMENT_SCANNER, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
            timeout=settings.ATTACHMENT_SCANNER_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise NoAnswer(f"{settings.ATTACHMENT_SCANNER_SECONDS} 秒内没有回答") from error
    except OSError as error:
        raise NoAnswer(f"查毒命令不能运行：{error.strerror}") from error
    words = " ".join(done.stdout.decode(errors="replace").split())[:300]
    if done.returncode not in (CLEAN, HARMFUL):
        raise NoAnswer(f"查毒命令以 {done.returncode} 结束：{words}"[:300])
    return Finding(done.returncode == HARMFUL, words)
