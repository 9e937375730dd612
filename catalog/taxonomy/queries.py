"""From a word in somebody's sheet to a term of ours."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count

from catalog.taxonomy.models import Synonym, Term, TermKind
from gdshare.lib.folding import fold


def folded(word: object) -> str:
    """A word as it is compared: half width, lower case, no blanks, no remark in brackets at its end."""
    text = unicodedata.normalize("NFKC", str(word)).casefold()
    text = re.sub(r"\s+", "", text)
    return re.sub(r"\((更新)?说明[^)]*\)?$", "", text)


@dataclass
class Vocabulary:
    """All dictionaries, read once; a sheet of thousands of rows asks it without touching the database."""

    words: dict[tuple[str, str], Term] = field(default_factory=dict)
    codes: dict[tuple[str, str], Term] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Vocabulary":
        """Every active term. A name beats another term's alias."""
        vocabulary = cls()
        terms = list(Term.objects.filter(is_active=True).select_related("parent").order_by("kind", "position", "id"))
        for term in terms:
            vocabulary.codes[term.kind, term.code] = term
            vocabulary.words[term.kind, folded(term.name)] = term
        for term in terms:
            for alias in (term.code, *term.aliases):
                vocabulary.words.setdefault((term.kind, folded(alias)), term)
        return vocabulary

    def term(self, kind: str, word: object) -> Term | None:
        """The term a word means, by name, alias or code; None when nobody knows it."""
        return self.words.get((kind, folded(word)))

    def code(self, kind: str, word: object) -> str:
        """Its code, or nothing."""
        found = self.term(kind, word)
        return found.code if found else ""

    def names(self, kind: str) -> list[str]:
        """What one may write, for a message that says so."""
        return [term.name for (term_kind, _), term in self.codes.items() if term_kind == kind]


def choices(kind: TermKind) -> list[tuple[str, str]]:
    """(code, name) of the terms in use, for a form."""
    return list(Term.objects.of(kind).values_list("code", "name"))


def terms_of(kind: str) -> list[Term]:
    """Every term of a dictionary, retired ones too, parents' order first."""
    rows = Term.objects.filter(kind=kind).select_related("parent")
    return list(rows.order_by("parent__position", "position", "code"))


def dictionary_sizes() -> dict[str, int]:
    """Kind → number of terms in use."""
    rows = Term.objects.filter(is_active=True).order_by().values_list("kind").annotate(n=Count("pk"))
    return dict(rows)


def themes() -> Iterable[Term]:
    return Term.objects.of(TermKind.THEME)


def base_libraries() -> Iterable[Term]:
    return Term.objects.of(TermKind.BASE_LIBRARY)


@dataclass(frozen=True)
class Thesaurus:
    """All synonyms, read once. Words are compared folded (case, width, traditional characters)."""

    groups: dict[str, tuple[str, ...]]

    @classmethod
    def load(cls) -> "Thesaurus":
        groups: dict[str, tuple[str, ...]] = {}
        for row in Synonym.objects.order_by("id"):
            words = tuple(dict.fromkeys(fold(word) for word in row.words))
            groups |= dict.fromkeys(words, words)
        return cls(groups)

    def variants(self, word: str) -> tuple[str, ...]:
        """The other words that mean the same, folded; none when nobody registered it."""
        own = fold(word)
        return tuple(other for other in self.groups.get(own, ()) if other != own)


def synonyms() -> Iterable[Synonym]:
    """Every group, by its term."""
    return Synonym.objects.select_related("created_by").order_by("term")
