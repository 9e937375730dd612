"""May this actor take this 信息项 today? Facts in, an answer per item out; no database, no clock.

Every exit (page, rows, preview, csv, ndjson, xlsx) asks this and nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gdshare.lib.masking import Mask, choose
from sharing.grants.terms import Rules

SENSITIVE = 3
"""From this grade on a value leaves unmasked only where a review decided so."""


class Ground(StrEnum):
    """Why an item is open, or not."""

    OWN = "OWN"
    SELF_SERVICE = "SELF_SERVICE"
    GRANTED = "GRANTED"
    NO_PERMISSION = "NO_PERMISSION"
    NOT_LISTED = "NOT_LISTED"
    NOT_SHARED = "NOT_SHARED"
    NOT_GRANTED = "NOT_GRANTED"
    NOT_STARTED = "NOT_STARTED"
    SUSPENDED = "SUSPENDED"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"
    ROWS_UNKNOWN = "ROWS_UNKNOWN"


OPEN = frozenset({Ground.OWN, Ground.SELF_SERVICE, Ground.GRANTED})
APPLICABLE = frozenset({Ground.NOT_GRANTED, Ground.REVOKED, Ground.EXPIRED})
"""Grounds that a new application can change."""


@dataclass(frozen=True)
class ItemFact:
    """What the catalog says of an item. `share_type` is the effective one."""

    item_id: int
    name: str
    identifier: str
    data_type: str
    grade: int
    share_type: str


@dataclass(frozen=True)
class GrantFact:
    """What a grant says of an item: usable now (GRANTED) or why not, on which rows, counted by the day or not."""

    grant_id: int
    is_masked: bool
    ground: Ground = Ground.GRANTED
    words: str = ""
    rules: Rules = ()
    is_counted: bool = False


@dataclass(frozen=True)
class Facts:
    """Everything that decides, gathered."""

    may_take: bool
    is_own: bool
    is_listed: bool
    is_self_service: bool
    grants: Mapping[int, tuple[GrantFact, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class ItemAccess:
    """The answer for one item. `reason` is empty when it is open; then it is open on the rows of `rules` alone."""

    item: ItemFact
    ground: Ground
    is_masked: bool = False
    grant_id: int | None = None
    reason: str = ""
    rules: Rules = ()
    is_counted: bool = False

    @property
    def form(self) -> tuple[int, bool, Rules]:
        """What leaves: the item, masked or not, on which rows."""
        return (self.item.item_id, self.is_masked, self.rules)

    @property
    def is_open(self) -> bool:
        return self.ground in OPEN

    @property
    def can_apply(self) -> bool:
        return self.ground in APPLICABLE

    @property
    def mask(self) -> Mask:
        """How the item is masked where it is."""
        return choose(name=self.item.name, identifier=self.item.identifier, data_type=self.item.data_type)


def decide(facts: Facts, items: Iterable[ItemFact]) -> tuple[ItemAccess, ...]:
    """Yes or no for each item, with the reason and the mask."""
    return tuple(_decide_one(facts, item) for item in items)


def _decide_one(facts: Facts, item: ItemFact) -> ItemAccess:
    if not facts.may_take:
        return ItemAccess(item, Ground.NO_PERMISSION, reason="您的角色不能取数。")
    if facts.is_own:
        return ItemAccess(item, Ground.OWN)
    if not facts.is_listed:
        return ItemAccess(item, Ground.NOT_LISTED, reason="这项资源没有发布。")
    if item.share_type == "NOT_SHARED":
        return ItemAccess(item, Ground.NOT_SHARED, reason=f"“{item.name}”不予共享。")
    granted = facts.grants.get(item.item_id, ())
    usable = [grant for grant in granted if grant.ground is Ground.GRANTED]
    # One grant whole, with its own rows: all rows before some, clear before masked.
    best = min(usable, key=lambda one: (bool(one.rules), one.is_masked, one.is_counted, -one.grant_id), default=None)
    is_self_served = item.share_type == "UNCONDITIONAL" and facts.is_self_service
    if best is not None and not (best.rules and is_self_served):
        return ItemAccess(
            item, Ground.GRANTED, is_masked=best.is_masked, grant_id=best.grant_id, rules=best.rules,
            is_counted=best.is_counted,
        )  # fmt: skip
    if is_self_served:
        # Nobody reviewed the taking of this value, so a sensitive one leaves masked.
        return ItemAccess(item, Ground.SELF_SERVICE, is_masked=item.grade >= SENSITIVE)
    if granted:
        last = max(granted, key=lambda grant: grant.grant_id)
        return ItemAccess(item, last.ground, grant_id=last.grant_id, reason=last.words)
    return ItemAccess(item, Ground.NOT_GRANTED, reason=f"您现在不能看“{item.name}”，还没有授权。")
