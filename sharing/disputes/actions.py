"""The verbs of a 争议: the only writers. No answer is changed: who won applies again, and the reviewers see why."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from audit import log
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Invalid
from gdshare.rules import queries as rules
from security.access.permissions import Permission
from security.departments.models import Department
from security.notices import actions as notices
from sharing.corrections.models import CorrectionRequest
from sharing.deadlines import actions as deadlines
from sharing.deadlines import queries as clocks
from sharing.disputes import policies, queries, workflow
from sharing.disputes.models import Dispute, DisputeEntry, Outcome
from sharing.disputes.workflow import OVER, DisputeStatus
from sharing.share_requests.models import ShareRequest


@transaction.atomic
def raise_dispute(*, subject: ShareRequest | CorrectionRequest, by: Any, now: datetime, claim: str) -> Dispute:
    """Dispute a refusal. The two departments negotiate first (条例 Art 28).

    Raises Invalid without a claim, Conflict while another dispute over the same answer runs.
    """
    subject = type(subject)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=subject.pk)
    policies.raise_dispute(by, subject).enforce()
    if Dispute.objects.running().filter(**_own(subject)).exists():
        raise Conflict("这份答复的争议正在处理。", remedy="请在“争议”里查看。")
    provider = subject.provider if isinstance(subject, ShareRequest) else subject.resource.provider
    dispute = Dispute.objects.create(
        **_own(subject), claimant=by.department, respondent=provider, claim=_needed(claim, "请写明诉求和理由。"),
        profile=rules.profile_in_force(day_of(now)), raised_at=now, raised_by=by, rung_since=now,
    )  # fmt: skip
    _written(dispute, "raise", by=by, now=now, text=dispute.claim)
    _start_clock(dispute, by=by, now=now)
    _tell(dispute, provider, f"争议：{dispute.title}", dispute.claim, now, needs_action=True)
    return dispute


@transaction.atomic
def state(*, dispute: Dispute, by: Any, now: datetime, text: str) -> Dispute:
    """A party says its position; the other one is told."""
    locked = _lock_for("state", dispute, by=by)
    entry = _written(locked, "state", by=by, now=now, text=_needed(text, "请写明意见。"))
    _tell(locked, _other(locked, by), f"争议对方的意见：{locked.title}", entry.text, now, number=entry.pk)
    return locked


@transaction.atomic
def offer(*, dispute: Dispute, by: Any, now: datetime, text: str) -> Dispute:
    """Words that would settle it. The other party's head may agree to exactly these; a later offer replaces them."""
    locked = _lock_for("offer", dispute, by=by)
    locked.terms, locked.offered_by = _needed(text, "请写明协商意见。"), by.department
    locked.save(update_fields=["terms", "offered_by"])
    entry = _written(locked, "offer", by=by, now=now, text=locked.terms)
    _tell(
        locked, _other(locked, by), f"协商意见待同意：{locked.title}", locked.terms, now, number=entry.pk,
        needs_action=True,
    )  # fmt: skip
    return locked


@transaction.atomic
def agree(*, dispute: Dispute, by: Any, now: datetime, terms: str) -> Dispute:
    """Settled on the words that were offered. Raises Conflict when they are not the ones read (`terms`)."""
    locked = _lock_for("agree", dispute, by=by)
    if _plain(terms) != locked.terms:
        raise Conflict("对方刚刚改了协商意见。", remedy="请刷新页面，看最新的协商意见。")
    _move(locked, "agree", by=by, now=now, text=locked.terms)
    _tell(locked, _other(locked, by), f"协商一致：{locked.title}", locked.terms, now)
    return locked


@transaction.atomic
def escalate(*, dispute: Dispute, by: Any, now: datetime, text: str) -> Dispute:
    """协商不成: to the competent 主管部门; where nobody neutral stands above both, to the government at once."""
    words = _needed(text, "请写明协商的经过和分歧。")
    locked = _lock_for("escalate", dispute, by=by)
    locked.authority = queries.competent_authority(locked.claimant, locked.respondent)
    target = DisputeStatus.COORDINATING if locked.authority else DisputeStatus.REFERRED
    _move(locked, "escalate", by=by, now=now, text=words, target=target)
    if locked.authority:
        _tell(locked, locked.authority, f"争议待协调：{locked.title}", words, now, needs_action=True)
    _tell(locked, _other(locked, by), f"争议已提请协调：{locked.title}", words, now)
    return locked


@transaction.atomic
def coordinate(*, dispute: Dispute, by: Any, now: datetime, outcome: str, result: str) -> Dispute:
    """The authority's word, with its reasons. Both parties are told; what was answered is not changed by it."""
    return _settled(dispute, "coordinate", by=by, now=now, outcome=outcome, result=result)


@transaction.atomic
def refer(*, dispute: Dispute, by: Any, now: datetime, text: str) -> Dispute:
    """协调不成: the authority reports it to its government."""
    words = _needed(text, "请写明协调的经过和分歧。")
    locked = _lock_for("refer", dispute, by=by)
    _move(locked, "refer", by=by, now=now, text=words)
    for party in (locked.claimant, locked.respondent):
        _tell(locked, party, f"争议已报政府决定：{locked.title}", words, now)
    return locked


@transaction.atomic
def record_ruling(
    *, dispute: Dispute, by: Any, now: datetime, outcome: str, result: str, document_no: str, document_on: date
) -> Dispute:  # fmt: skip
    """What the government decided, with its document. Raises Invalid for a document without number or of tomorrow."""
    if not document_no.strip():
        raise Invalid("请写明政府决定的文号。", remedy="没有文号的，写会议纪要的编号。")
    if document_on > day_of(now):
        raise Invalid("政府决定的日期不能晚于今天。", remedy="请核对文件的日期。")
    return _settled(
        dispute, "record_ruling", by=by, now=now, outcome=outcome, result=result, document_no=document_no.strip()[:60],
        document_on=document_on,
    )  # fmt: skip


@transaction.atomic
def withdraw(*, dispute: Dispute, by: Any, now: datetime) -> Dispute:
    """The dispute is over; the answer stands."""
    locked = _lock_for("withdraw", dispute, by=by)
    _move(locked, "withdraw", by=by, now=now)
    for department in filter(None, (locked.respondent, locked.authority)):
        _tell(locked, department, f"争议已撤回：{locked.title}", "", now)
    return locked


def _settled(
    dispute: Dispute, verb: str, *, by: Any, now: datetime, outcome: str, result: str, **values: Any
) -> Dispute:
    if outcome not in Outcome.values:
        raise Invalid("请选择处理结果。", remedy="支持诉求、部分支持或不支持。")
    words = _needed(result, "请写明处理结果和理由。")
    locked = _lock_for(verb, dispute, by=by)
    _move(locked, verb, by=by, now=now, text=words, outcome=outcome, result=words, **values)
    for party in (locked.claimant, locked.respondent):
        _tell(locked, party, f"争议{locked.get_status_display()}：{locked.get_outcome_display()}", words, now)
    return locked


def _lock_for(verb: str, dispute: Dispute, *, by: Any) -> Dispute:
    rows = Dispute.objects.select_for_update(of=("self",), no_key=True)
    locked = rows.select_related(
        "share_request", "correction__resource", "claimant__region", "respondent__region", "authority", "profile"
    ).get(pk=dispute.pk)
    getattr(policies, verb)(by, locked).enforce()
    workflow.require(verb, locked.status)
    return locked


def _move(
    locked: Dispute, verb: str, *, by: Any, now: datetime, text: str = "", target: DisputeStatus | None = None,
    **values: Any,
) -> None:  # fmt: skip
    """To the next rung or to the end: the clock of this rung stops, the next one's starts."""
    for clock in clocks.running(locked):
        deadlines.stop(subject=locked, clock=clock, by=by, now=now)
    locked.status, locked.rung_since = target or workflow.MOVES[verb].target, now
    for name, value in values.items():
        setattr(locked, name, value)
    if locked.status in OVER:
        locked.closed_at, locked.closed_by = now, by
    locked.save()
    facts = {"outcome": Outcome(locked.outcome).label} if locked.outcome else {}
    _written(locked, verb, by=by, now=now, text=text, **facts)
    notices.settle(subject=locked, now=now)
    if locked.status not in OVER:
        _start_clock(locked, by=by, now=now)


def _written(dispute: Dispute, verb: str, *, by: Any, now: datetime, text: str = "", **facts: Any) -> DisputeEntry:
    entry = DisputeEntry.objects.create(
        dispute=dispute, verb=verb, status=dispute.status, department=by.department, by=by, at=now, text=text
    )
    log.record(f"dispute.{verb}", by=by, at=now, subject=dispute, after=dispute.status, **facts)
    return entry


def _start_clock(dispute: Dispute, *, by: Any, now: datetime) -> None:
    """The rung's own clock, where the profile has a figure: the texts that we know give none."""
    clock = workflow.CLOCKS[DisputeStatus(dispute.status)]
    if not rules.parsed(dispute.profile).has_clock(clock):
        return
    owner = dispute.authority_id if dispute.status != DisputeStatus.NEGOTIATING else dispute.respondent_id
    if owner is None:
        return
    deadlines.start(
        subject=dispute, clock=clock, profile=dispute.profile, title=str(dispute), url=_url(dispute),
        started_on=day_of(now), responsible_ids=[owner], escalation_ids=[], by=by, now=now,
    )  # fmt: skip


def _own(subject: ShareRequest | CorrectionRequest) -> dict[str, Any]:
    return {"share_request": subject} if isinstance(subject, ShareRequest) else {"correction": subject}


def _other(dispute: Dispute, by: Any) -> Department:
    return dispute.respondent if by.department.pk == dispute.claimant_id else dispute.claimant


def _needed(text: str, message: str) -> str:
    if not text.strip():
        raise Invalid(message, remedy="写明的内容双方都看得到。")
    return _plain(text)


def _plain(text: str) -> str:
    """One way of ending lines: a browser sends back what it was shown with its own."""
    return text.replace("\r\n", "\n").strip()


def _url(dispute: Dispute) -> str:
    return reverse("sharing:disputes:detail", args=[dispute.pk])


def _tell(
    dispute: Dispute, department: Department, title: str, body: str, now: datetime, *, number: int = 0,
    needs_action: bool = False,
) -> None:  # fmt: skip
    """The handlers and the heads of a department. `number` tells two of one status apart."""
    for permission in (Permission.SHARE_REQUEST_DRAFT, Permission.SHARE_REQUEST_ENDORSE):
        notices.tell(
            department=department, permission=permission, kind="dispute", subject=dispute, title=title[:200],
            url=_url(dispute), now=now, body=body[:500], needs_action=needs_action,
            dedupe_key=f"dispute:{dispute.pk}:{dispute.status}:{number}",
        )  # fmt: skip
