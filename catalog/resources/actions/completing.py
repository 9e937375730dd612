"""What a batch of imported drafts gets from its compiler at one stroke: assessments, basis, conditions."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from audit import log
from catalog.resources import assessing
from catalog.resources.actions.compiling import as_user, current_items, update
from catalog.resources.models import Assessment, DataResource, ResourceAssessment, ShareType


@dataclass
class Completion:
    """Given only to entries that lack it. The assessments are made once and attached to every entry that needs them."""

    is_declared_non_secret: bool = False
    protects_people: bool = False
    legal_basis: str = ""
    share_conditions: str = ""
    makes_unconditional: bool = False
    made: dict[str, int] = field(default_factory=dict)

    def complete(self, locked: DataResource, *, by: Any, now: datetime) -> None:
        """Fill what this entry lacks."""
        values: dict[str, Any] = {}
        items = current_items(locked)
        kinds = {locked.share_type, *(item.share_type for item in items if item.share_type)}
        if kinds != {ShareType.UNCONDITIONAL} and not locked.legal_basis:
            if self.makes_unconditional and locked.share_type != ShareType.UNCONDITIONAL:
                values["share_type"] = ShareType.UNCONDITIONAL.value
            elif self.legal_basis:
                values["legal_basis"] = self.legal_basis
        if ShareType.CONDITIONAL in kinds and not locked.share_conditions and self.share_conditions:
            values["share_conditions"] = self.share_conditions
        if self.is_declared_non_secret and not locked.is_declared_non_secret:
            values["is_declared_non_secret"] = True
        if values:
            update(locked, by=by, now=now, values=values, items=None)
        self._assess(locked, items, by=by, now=now)

    def _assess(self, locked: DataResource, items: list[Any], *, by: Any, now: datetime) -> None:
        wanted = []
        if locked.is_declared_non_secret:
            wanted.append((Assessment.Kind.SECRECY, assessing.NO_SECRETS))
        if self.protects_people and assessing.personal_items(locked, items):
            wanted.append((Assessment.Kind.PERSONAL, assessing.MEASURES_IN_PLACE))
        if not wanted:
            return
        stand = assessing.standings(locked, items)
        digest = assessing.digest_of(item.name for item in items)
        for kind, answers in wanted:
            if stand[kind].assessment is None:
                number = self._one_for_all(kind, answers, locked.provider_id, by, now)
                ResourceAssessment.objects.create(resource=locked, assessment_id=number, items_digest=digest)

    def _one_for_all(self, kind: str, answers: dict[str, bool], department: int, by: Any, now: datetime) -> int:
        """The batch's own assessment. An entry that is refused takes it back: the next one makes it."""
        number = self.made.get(kind)
        if number is None or not Assessment.objects.filter(pk=number).exists():
            row = Assessment.objects.create(
                kind=kind, department_id=department, answers=answers, conclusion=Assessment.Conclusion.CLEAR,
                is_declaration=True, made_at=now, made_by=as_user(by),
            )  # fmt: skip
            number = self.made[kind] = row.pk
            log.record("assessment.make", by=by, at=now, subject=row, kind=kind, conclusion=row.conclusion)
        return number
