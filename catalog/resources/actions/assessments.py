"""保密评估 and 个人信息保护评估: a person answers a checklist, for one entry or for many of a batch."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from audit import log
from catalog.resources import assessing, papers, policies, workflow
from catalog.resources.actions.compiling import as_user, current_items, lock
from catalog.resources.models import Assessment, DataResource, ResourceAssessment
from gdshare.lib.errors import Conflict, Invalid


@transaction.atomic
def assess(
    *,
    resources: Iterable[DataResource],
    kind: str,
    answers: Mapping[str, Any],
    by: Any,
    now: datetime,
    note: str = "",
    file: Any = None,
    is_declaration: bool = False,
) -> Assessment:
    """One assessment for these drafts of one department, with an optional paper. A secrecy assessment that finds a
    secret stops them all; one that finds none takes the place of the declaration.
    """
    locked = [lock(resource) for resource in resources]
    if not locked:
        raise Invalid("没有选择要评估的目录。", remedy="请先勾选。")
    for resource in locked:
        policies.assess(by, resource).enforce()
        if resource.status != workflow.Status.DRAFT:
            label = workflow.LABELS[workflow.Status(resource.status)]
            raise Conflict(
                f"“{resource.name}”现在是“{label}”，不能重新评估。", remedy="已发布的请先修订；正在审核的请等待结果。"
            )
    given, conclusion = assessing.judge(kind, answers)
    assessment = Assessment(
        kind=kind, department_id=locked[0].provider_id, answers=given, conclusion=conclusion, note=note.strip(),
        is_declaration=is_declaration, made_at=now, made_by=as_user(by),
    )  # fmt: skip
    if file is not None:
        papers.keep(assessment, file)
    assessment.save()
    for resource in locked:
        _attach(resource, assessment, now)
    log.record(
        "assessment.make", by=by, at=now, subject=locked[0], kind=kind, conclusion=conclusion, resources=len(locked),
        file_name=assessment.attachment_name,
    )  # fmt: skip
    return assessment


def _attach(resource: DataResource, assessment: Assessment, now: datetime) -> None:
    digest = assessing.digest_of(item.name for item in current_items(resource))
    ResourceAssessment.objects.create(resource=resource, assessment=assessment, items_digest=digest)
    if assessment.kind == Assessment.Kind.SECRECY:
        resource.is_declared_non_secret = assessment.conclusion == Assessment.Conclusion.CLEAR
        resource.updated_at = now
        resource.save(update_fields=["is_declared_non_secret", "updated_at"])
