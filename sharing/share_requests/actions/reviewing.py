"""The reviewers' verbs. A side's first post proposes, the later ones confirm; the last confirmation of all settles."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Invalid
from gdshare.rules import queries as rules
from gdshare.rules.profiles import DUTY_CONCLUSIONS, Clock, Duty
from security.notices import actions as notices
from sharing.deadlines import actions as deadlines
from sharing.deadlines import queries as clocks
from sharing.grants import actions as grants
from sharing.grants.terms import Terms, strictest
from sharing.ledgers import actions as ledgers
from sharing.share_requests import notify, policies, receipt
from sharing.share_requests.actions import conditions, timing
from sharing.share_requests.actions.extending import lapse_extension
from sharing.share_requests.actions.moves import lock_for, move, note
from sharing.share_requests.actions.requesting import open_next
from sharing.share_requests.models import Conclusion, FollowKind, ItemDecision, RequestItem, ReviewStep, ShareRequest
from sharing.share_requests.queries.conditions import region_terms
from sharing.share_requests.workflow import LABELS, Status

Decisions = dict[str, dict[str, str]]


@transaction.atomic
def propose(
    *,
    share_request: ShareRequest,
    by: Any,
    now: datetime,
    conclusion: str,
    opinion: str = "",
    basis: str = "",
    item_decisions: Mapping[int, Mapping[str, str]] | None = None,
    terms: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> ShareRequest:
    """The handler of an open step says what his department thinks of each item, and on which rows and figures
    (`terms`; None: those that the application starts from); his head confirms.
    """
    locked = lock_for("propose", share_request, version=version)
    step = _take_step(locked, "propose", by)
    policies.propose(by, locked).enforce()
    rows = list(locked.request_items.select_related("item__resource"))
    if conclusion in Conclusion.values and conclusion not in DUTY_CONCLUSIONS[Duty(step.duty)]:
        raise Invalid(
            "符合性审查只有符合（全部同意）和不符合（不同意）。", remedy="请改选结论，逐项取舍由提供部门决定。"
        )
    decisions = _read_decisions(rows, conclusion, item_decisions or {}, opinion)
    _check_refusal(locked, rows, decisions, opinion=opinion, basis=basis, duty=step.duty)
    kept = conditions.proposed(locked, step, terms, conclusion=conclusion)
    _finish(step, by=by, now=now, conclusion=conclusion, opinion=opinion, basis=basis, decisions=decisions, terms=kept)
    _go_on(locked, step, "propose", by=by, now=now, opinion=opinion)
    return locked


@transaction.atomic
def confirm(
    *, share_request: ShareRequest, by: Any, now: datetime, opinion: str = "", version: int | None = None
) -> ShareRequest:
    """The head of a side makes the proposal his department's. When every side is through, the request is decided."""
    locked = lock_for("confirm", share_request, version=version)
    step = _take_step(locked, "confirm", by)
    policies.confirm(by, locked).enforce()
    proposal = policies.own_steps(by, locked)[0]
    _finish(
        step, by=by, now=now, conclusion=proposal.conclusion, opinion=opinion or proposal.opinion,
        basis=proposal.basis, decisions=proposal.item_decisions, terms=Terms.from_json(proposal.terms),
    )  # fmt: skip
    _go_on(locked, step, "confirm", by=by, now=now, opinion=opinion)
    return locked


@transaction.atomic
def rework(
    *, share_request: ShareRequest, by: Any, now: datetime, opinion: str, version: int | None = None
) -> ShareRequest:
    """The head sends the proposal back to his handler; the clock runs on."""
    locked = lock_for("rework", share_request, version=version)
    step = _take_step(locked, "rework", by)
    policies.rework(by, locked).enforce()
    if not opinion.strip():
        raise Invalid("退回重办要写明理由。", remedy="请写明哪里需要重新考虑。")
    proposal = policies.own_steps(by, locked)[0]
    ReviewStep.objects.filter(pk=step.pk).update(state=ReviewStep.State.WAITING, opened_at=None)
    ReviewStep.objects.filter(pk=proposal.pk).update(
        state=ReviewStep.State.OPEN, opened_at=now, decided_at=None, decided_by=None
    )
    change = note(locked, "rework", before=locked.status, by=by, now=now, opinion=opinion)
    notices.settle(subject=locked, now=now, department=by.acting.department)
    notify.to_review(locked, [proposal], seq=change.seq, now=now, body=f"负责人退回：{opinion}")
    return locked


@transaction.atomic
def consult(
    *, share_request: ShareRequest, by: Any, now: datetime, opinion: str, version: int | None = None
) -> ShareRequest:
    """四川 Art 24: who decides cannot tell from the catalog and asks the provider's opinion, once. The opinion has its
    own clock, and the reply gets the days that the profile gives for it.
    """
    locked = lock_for("consult", share_request, version=version)
    step = _take_step(locked, "propose", by)
    policies.consult(by, locked).enforce()
    if not opinion.strip():
        raise Invalid("征求意见要写明问什么。", remedy="请写明根据目录不能确定的事项。")
    steps = list(locked.steps.select_related("department"))
    for one in steps:
        if one.pk == step.pk:
            one.state, one.opened_at = ReviewStep.State.WAITING, None
        elif one.duty == ReviewStep.Duty.CONSULT:
            one.state = ReviewStep.State.WAITING
    ReviewStep.objects.bulk_update(steps, ["state", "opened_at"])
    opened = open_next(locked, steps, now=now)
    change = note(locked, "consult", before=locked.status, by=by, now=now, opinion=opinion.strip())
    days = clocks.extendable_days(locked, clock=Clock.REPLY)
    if days:
        timing.show(locked, deadlines.extend(subject=locked, clock=Clock.REPLY, days=days, by=by, now=now))
    timing.hand_over(locked, steps, by=by, now=now)
    notices.settle(subject=locked, now=now, department=by.acting.department)
    notify.to_review(locked, opened, seq=change.seq, now=now, body=f"征求意见：{opinion.strip()}")
    return locked


@transaction.atomic
def return_(
    *, share_request: ShareRequest, by: Any, now: datetime, points: Sequence[str], version: int | None = None
) -> ShareRequest:
    """一次性告知补正 (条例 Art 21): everything that is missing, once; the clock stops if the profile says so."""
    locked = lock_for("return_", share_request, version=version)
    policies.return_(by, locked).enforce()
    listed = [point.strip() for point in points if point.strip()]
    if not listed:
        raise Invalid("请列出需要补正的全部内容。", remedy="只能告知一次，请一次列全，每行一条。")
    text = "\n".join(listed)
    change = move(
        locked, "return_", by=by, now=now, opinion=text, return_notice=text, returned_count=locked.returned_count + 1
    )
    timing.pause(locked, by=by, now=now)
    notices.settle(subject=locked, now=now)
    notify.to_complete(locked, seq=change.seq, now=now)
    return locked


def _take_step(share_request: ShareRequest, verb: str, by: Any) -> ReviewStep:
    """The step `verb` works on. Conflict when it is no longer (or not yet) open; a stranger meets the policy."""
    share_request.__dict__.pop("_prefetched_objects_cache", None)
    step = policies.step_for(by, share_request, verb)
    if step is None:
        getattr(policies, verb)(by, share_request).enforce()
        raise Conflict("这份申请没有这一环节。", remedy="请刷新页面，看最新状态。")
    if step.state != ReviewStep.State.OPEN:
        raise Conflict(policies.turn_words(step), code="NOT_YOUR_TURN", remedy="请刷新页面，看现在轮到谁。")
    return step


def _read_decisions(
    rows: list[RequestItem], conclusion: str, given: Mapping[int, Mapping[str, str]], opinion: str
) -> Decisions:
    """Item by item what the conclusion means; one Invalid when the two do not agree."""
    if conclusion not in Conclusion.values:
        raise Invalid("请选择审核结论。", remedy=f"可选：{'、'.join(Conclusion.labels)}。")
    foreign = set(given) - {row.item_id for row in rows}
    if foreign:
        raise Invalid("有不属于这份申请的信息项。", remedy="请刷新页面后重新决定。")
    default = ItemDecision.REFUSE if conclusion == Conclusion.DENY else ItemDecision.AGREE
    decisions: Decisions = {}
    for row in rows:
        one = given.get(row.item_id, {})
        value = one.get("decision") or default
        if value not in ItemDecision.values:
            raise Invalid(
                f"“{row.item.name}”的决定不在可选范围内。", remedy=f"可选：{'、'.join(ItemDecision.labels)}。"
            )
        if conclusion == Conclusion.DENY:
            value = ItemDecision.REFUSE
        reason = (one.get("reason") or "").strip()[:300]
        if conclusion == Conclusion.DENY and not reason:
            reason = opinion.strip()[:300]
        decisions[str(row.item_id)] = {"decision": str(value), "reason": reason}
    values = {one["decision"] for one in decisions.values()}
    if conclusion == Conclusion.APPROVE and values != {"AGREE"}:
        raise Invalid("结论是“全部同意”，但有信息项不是“同意”。", remedy="请改选“部分同意”，或把逐项决定改为同意。")
    if conclusion == Conclusion.APPROVE_PARTLY and values == {"AGREE"}:
        raise Invalid("结论是“部分同意”，但每一项都是“同意”。", remedy="请改选“全部同意”，或选出脱敏、不同意的信息项。")
    if conclusion == Conclusion.APPROVE_PARTLY and values == {"REFUSE"}:
        raise Invalid("结论是“部分同意”，但每一项都是“不同意”。", remedy="请改选“不同意”。")
    return decisions


def _check_refusal(
    share_request: ShareRequest, rows: list[RequestItem], decisions: Decisions, *, opinion: str, basis: str, duty: str
) -> None:
    """50号 Art 16, 条例 Art 21: whoever refuses says why and on which basis. A check says why: it refuses papers, not
    the sharing.
    """
    refused = [row for row in rows if decisions[str(row.item_id)]["decision"] == ItemDecision.REFUSE]
    if not refused:
        return
    bare = [row.item.name for row in refused if not decisions[str(row.item_id)]["reason"]]
    if bare:
        raise Invalid(
            f"不同意的信息项没有写理由：{'、'.join(bare)}。", code="REASON_MISSING", remedy="请逐项写明不同意的理由。"
        )
    if len(refused) == len(rows) and not opinion.strip():
        raise Invalid("不同意须写明理由。", code="REASON_MISSING", remedy="请在答复意见里写明理由。")
    if duty == ReviewStep.Duty.PRECHECK:
        return
    declared = [text for row in refused for text in (row.item.resource.legal_basis, row.item.resource.share_conditions)]
    fault = policies.basis_fault(basis, rules.parsed(share_request.profile), declared=declared)
    if fault:
        raise Invalid(fault, code="BASIS_INADMISSIBLE", remedy="请写明允许的依据；没有依据的，应当同意共享。")


def _finish(
    step: ReviewStep, *, by: Any, now: datetime, conclusion: str, opinion: str, basis: str, decisions: Decisions,
    terms: Terms,
) -> None:  # fmt: skip
    step.state = ReviewStep.State.DONE
    step.conclusion, step.opinion, step.basis, step.item_decisions = conclusion, opinion, basis, decisions
    step.terms, step.decided_at, step.decided_by = terms.as_json(), now, by
    step.save(
        update_fields=[
            "state", "conclusion", "opinion", "basis", "item_decisions", "terms", "decided_at", "decided_by",
        ]
    )  # fmt: skip


def _go_on(share_request: ShareRequest, done: ReviewStep, verb: str, *, by: Any, now: datetime, opinion: str) -> None:
    """After a step: record it, open what follows, or settle."""
    words = Conclusion(done.conclusion).label
    text = f"{words}：{opinion}" if opinion else words
    change = note(
        share_request, verb, before=share_request.status, by=by, now=now, opinion=text,
        step=done.pk, side=done.side, decisions=done.item_decisions, basis=done.basis, terms=done.terms,
    )  # fmt: skip
    notices.settle(subject=share_request, now=now, department=by.acting.department)
    steps = list(share_request.steps.select_related("department"))
    if _is_turned_away(steps):
        _excuse(steps)
    opened = open_next(share_request, steps, now=now)
    if not any(step.state in (ReviewStep.State.OPEN, ReviewStep.State.WAITING) for step in steps):
        _settle(share_request, steps, by=by, now=now)
        return
    timing.hand_over(share_request, steps, by=by, now=now)
    notify.to_review(share_request, opened, seq=change.seq, now=now, body=f"{by.name}：{text}")


def _is_turned_away(steps: list[ReviewStep]) -> bool:
    """Whether every post of the check is through and the last of them found the application not in order."""
    checks = [step for step in steps if step.duty == ReviewStep.Duty.PRECHECK]
    is_through = bool(checks) and all(step.state == ReviewStep.State.DONE for step in checks)
    return is_through and max(checks, key=lambda step: step.position).conclusion == Conclusion.DENY


def _excuse(steps: list[ReviewStep]) -> None:
    """What comes after a check that turned the application away is not needed any more."""
    for step in steps:
        if step.state == ReviewStep.State.WAITING:
            step.state = ReviewStep.State.IDLE
            step.save(update_fields=["state"])


def _settle(share_request: ShareRequest, steps: list[ReviewStep], *, by: Any, now: datetime) -> None:
    """Every side has answered: each item is as open as the strictest of them, and the grant is given at once."""
    done = [step for step in steps if step.state == ReviewStep.State.DONE]
    voices = [step for step in done if step.duty == ReviewStep.Duty.DECIDE] or [
        step for step in done if step.duty == ReviewStep.Duty.PRECHECK
    ]
    rows = list(share_request.request_items.select_related("item"))
    for row in rows:
        row.decision, row.reason = _strictest([step.item_decisions.get(str(row.item_id), {}) for step in voices])
    RequestItem.objects.bulk_update(rows, ["decision", "reason"])
    given = {row.item_id: row.decision for row in rows if row.decision != ItemDecision.REFUSE}
    partly = "approve_partly" if given else "deny"
    verb = "approve" if len(given) == len(rows) else partly
    change = move(share_request, verb, by=by, now=now, opinion=_answer_words(rows), decided_at=now)
    timing.stop(share_request, by=by, now=now)
    lapse_extension(share_request=share_request, now=now)
    issued: list[Any] = []
    if given:
        _refuse_passed_period(share_request, now)
        agreed = strictest([region_terms(share_request), *(Terms.from_json(step.terms) for step in voices)])
        issued = grants.issue(share_request=share_request, decisions=given, by=by, now=now, terms=agreed)
        for grant in issued:
            ledgers.open_ledger(department=share_request.requester, resource=grant.resource, by=by, now=now)
        timing.start_supply(share_request, issued, by=by, now=now)
        if share_request.follow_kind == FollowKind.AMEND:
            _supersede(share_request.follows, issued, by=by, now=now)
    receipt.write(share_request, issued)
    notices.settle(subject=share_request, now=now)
    words = LABELS[Status(share_request.status)]
    notify.decided(share_request, seq=change.seq, words=words, now=now)
    if share_request.provider_id not in {step.department_id for step in voices}:
        notify.pushed(share_request, seq=change.seq, words=words, now=now)


def _supersede(old: Any, issued: list[Any], *, by: Any, now: datetime) -> None:
    """The changed grant of the same resource takes the old one's place."""
    for grant in issued:
        if grant.resource_id == old.resource_id:
            grants.supersede(grant=old, by=by, now=now, successor=grant)


def _strictest(decisions: list[dict[str, str]]) -> tuple[str, str]:
    for value in (ItemDecision.REFUSE, ItemDecision.MASK):
        reasons = [one.get("reason", "") for one in decisions if one.get("decision") == value]
        if reasons:
            return value, "；".join(dict.fromkeys(reason for reason in reasons if reason))[:300]
    return ItemDecision.AGREE, ""


def _answer_words(rows: list[RequestItem]) -> str:
    counts = {choice: sum(1 for row in rows if row.decision == choice) for choice in ItemDecision}
    return "，".join(f"{choice.label} {count} 项" for choice, count in counts.items() if count)


def _refuse_passed_period(share_request: ShareRequest, now: datetime) -> None:
    if share_request.use_to is not None and share_request.use_to < day_of(now):
        raise Invalid(
            f"申请的使用时限到 {share_request.use_to} 已经过去，同意也无法开通。",
            code="PERIOD_PASSED",
            remedy="请一次性告知申请部门改正使用时限；已告知过的，请由申请部门撤回后重新申请。",
        )
