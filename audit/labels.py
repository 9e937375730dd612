"""The Chinese words of the log: verbs, names of facts, coded values. Each app registers its own in AppConfig.ready."""

_labels: dict[str, str] = {}
_words: dict[str, str] = {}


def register(labels: dict[str, str]) -> None:
    """Add `noun.verb` → words. Raises ValueError when a verb is registered twice with other words."""
    for verb, label in labels.items():
        if _labels.setdefault(verb, label) != label:
            raise ValueError(f"audit verb {verb} is already called {_labels[verb]}")


def register_words(words: dict[str, str]) -> None:
    """Add words for the names of facts (`row_count`) and for coded values (`HANDLER`)."""
    _words.update(words)


def label(verb: str) -> str:
    """The words of a verb; the verb itself when nobody registered it (a test forbids that)."""
    return _labels.get(verb, verb)


def word(code: str) -> str:
    """The words of a fact's name or of a coded value; the code itself when nobody registered it."""
    return _words.get(code, code)


def all_labels() -> dict[str, str]:
    """Every registered verb with its words."""
    return dict(_labels)


def all_words() -> dict[str, str]:
    """Every registered word."""
    return dict(_words)
