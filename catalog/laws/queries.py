"""Reads of the register: which text a citation means, and the list for its page."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from catalog.laws.models import LegalText
from gdshare.lib import request_context
from gdshare.rules.bases import Cited

STATE = "中华人民共和国"
MEMORY = "laws"


def folded(title: str) -> str:
    """A title as it is compared: half width, no blanks, no book marks, without the name of the state."""
    text = re.sub(r"[\s《》]", "", unicodedata.normalize("NFKC", title)).casefold()
    return text.removeprefix(STATE)


@dataclass
class Register:
    """Every text, read once; thousands of entries ask it without touching the database."""

    by_name: dict[str, LegalText] = field(default_factory=dict)
    by_number: dict[str, LegalText] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Register":
        """All texts, those in force no longer too: an expired one is told as such. A title beats an alias."""
        memory = request_context.memory.get()
        if memory is not None and MEMORY in memory:
            return memory[MEMORY]
        register = cls()
        texts = list(LegalText.objects.order_by("in_force_from", "id"))
        for text in texts:
            for alias in text.aliases:
                register.by_name[folded(alias)] = text
            if text.document_no:
                register.by_number[folded(text.document_no)] = text
        for text in texts:
            register.by_name[folded(text.title)] = text
        if memory is not None:
            memory[MEMORY] = register
        return register

    def find(self, cited: Cited) -> LegalText | None:
        """The text that a citation means; None when nobody registered it."""
        found = self.by_name.get(folded(cited.title)) if cited.title else None
        return found or (self.by_number.get(folded(cited.document_no)) if cited.document_no else None)


def listed(*, text: str = "", level: str = "", state: str = "", today: date) -> QuerySet[LegalText]:
    """Texts for the register's page: highest rank first. `state`: "" all, "now" in force, "past" expired."""
    rows: Any = LegalText.objects.all()
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(document_no__icontains=text) | Q(aliases__icontains=text))
    if level:
        rows = rows.filter(level=level)
    if state == "now":
        rows = rows.in_force(today)
    elif state == "past":
        rows = rows.filter(in_force_to__lt=today)
    return rows.order_by("level", "title")


def choices(today: date) -> list[tuple[str, list[tuple[str, str]]]]:
    """(rank, [(title, title)]) of the texts in force, for the picker of the entry form."""
    found: dict[str, list[tuple[str, str]]] = {}
    for text in LegalText.objects.in_force(today).order_by("title"):
        found.setdefault(text.get_level_display(), []).append((text.title, text.title))
    order = [label for _, label in LegalText._meta.get_field("level").flatchoices]
    return [(label, found[label]) for label in order if label in found]
