"""A new version of a rule text: written as a draft, published by another person, in force from a day. Never edited."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from audit import log
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Invalid
from gdshare.rules import policies, profile_changes, queries
from gdshare.rules.models import RuleProfile
from gdshare.rules.profiles import Profile, ProfileError


@transaction.atomic
def begin_draft(*, code: str, by: Any, now: datetime) -> RuleProfile:
    """A draft of the next version, as the newest one reads; the draft that there is already, when there is one."""
    policies.begin_draft(by).enforce()
    base = queries.profile_named(code)
    draft = RuleProfile.objects.filter(code=base.code, is_draft=True).first()
    if draft is not None:
        return draft
    draft = RuleProfile.objects.create(
        code=base.code, version=base.version + 1, title=base.title, document_no=base.document_no,
        in_force_from=day_of(now), data=base.data | {"version": base.version + 1}, is_enabled=False, is_draft=True,
        edited_by_id=by.pk, edited_at=now,
    )  # fmt: skip
    log.record("rule_profile.begin", by=by, at=now, subject=draft)
    return draft


@transaction.atomic
def save_draft(
    *, profile: RuleProfile, data: Mapping[str, Any], in_force_from: date, by: Any, now: datetime
) -> RuleProfile:
    """Keep what was written, if it is a rule profile at all; figures may still be missing."""
    policies.save_draft(by, profile).enforce()
    draft = _lock(profile)
    try:
        checked = Profile.from_data(data)
    except ProfileError as error:
        raise Invalid(str(error), code="NOT_A_PROFILE", remedy="请改正后再保存，已存的内容没有变。") from error
    if checked.code != draft.code:
        raise Invalid("草稿的代码不能改。", remedy="请另起草那一个规则方案。")
    draft.data, draft.title, draft.document_no = dict(data), checked.title, checked.document_no
    draft.in_force_from, draft.edited_by_id, draft.edited_at = in_force_from, by.pk, now
    draft.save()
    log.record("rule_profile.save", by=by, at=now, subject=draft, in_force_from=str(in_force_from))
    return draft


@transaction.atomic
def publish(*, profile: RuleProfile, by: Any, now: datetime) -> RuleProfile:
    """From its day on, new applications begin under this version; those begun before keep theirs."""
    draft = _lock(profile)
    policies.publish(by, draft).enforce()
    missing = queries.parsed(draft).missing()
    if missing:
        raise Invalid(
            f"还缺 {len(missing)} 个数，不能启用：{'、'.join(missing)}。",
            code="rule_profile_incomplete",
            remedy="请使用单位确定后填入，再发布。",
        )
    if draft.in_force_from < day_of(now):
        raise Invalid(
            f"施行日期 {draft.in_force_from} 已经过去，规则不能溯及既往。", remedy="请由起草人把施行日期改到今天以后。"
        )
    base = queries.profile_named(draft.code)
    changes = profile_changes.differences(base.data, draft.data)
    if not changes:
        raise Invalid("这一版与现行版本没有不同。", code="NOTHING_TO_CHANGE", remedy="不需要的草稿请放弃。")
    draft.is_draft, draft.is_enabled, draft.published_at = False, True, now
    draft.save()
    log.record(
        "rule_profile.publish", by=by, at=now, subject=draft, in_force_from=str(draft.in_force_from),
        differences=[change.sentence for change in changes],
    )  # fmt: skip
    return draft


@transaction.atomic
def discard_draft(*, profile: RuleProfile, by: Any, now: datetime) -> None:
    """The draft is not wanted; the log keeps what it said."""
    policies.discard_draft(by, profile).enforce()
    draft = _lock(profile)
    base = queries.profile_named(draft.code)
    changes = profile_changes.differences(base.data, draft.data)
    log.record("rule_profile.discard", by=by, at=now, subject=draft, differences=[one.sentence for one in changes])
    draft.delete()


def _lock(profile: RuleProfile) -> RuleProfile:
    draft = RuleProfile.objects.select_for_update().filter(pk=profile.pk).first()
    if draft is None or not draft.is_draft:
        raise Conflict("这一版已经不是草稿。", remedy="发布过的版本不能改，需要改动的请起草新版本。")
    return draft
