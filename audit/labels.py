"""The Chinese words of audit verbs. Each app registers its own in AppConfig.ready."""

_labels: dict[str, str] = {}


def register(labels: dict[str, str]) -> None:
    """Add `noun.verb` → words. Raises ValueError when a verb is registered twice with other words."""
    for verb, label in labels.items():
        if _labels.setdefault(verb, label) != label:
            raise ValueError(f"audit verb {verb} is already called {_labels[verb]}")


def label(verb: str) -> str:
    """The words of a verb; the verb itself when nobody registered it (a test forbids that)."""
    return _labels.get(verb, verb)


def all_labels() -> dict[str, str]:
    """Every registered verb with its words."""
    return dict(_labels)
