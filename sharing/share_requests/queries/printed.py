"""The 申请表 on paper: the application as it stands, who agreed to it, and the date of the reply."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from catalog.resources.models import DataResource, ShareMode
from gdshare.lib.clock import day_of
from gdshare.rules.profiles import Citation, Clock, Side
from security.departments.queries import names_on
from sharing.share_requests import workflow
from sharing.share_requests.models import Conclusion, ItemDecision, ReviewStep, ShareRequest
from sharing.share_requests.queries.case import CaseView, ItemRow
from sharing.share_requests.queries.marks import pledge_words
from sharing.share_requests.workflow import Status

FORMS = {ItemDecision.AGREE: "原值", ItemDecision.MASK: "脱敏", ItemDecision.REFUSE: "不提供"}
ONE_PAGE = 12
"""So many items stand on one sheet; with more, each sheet repeats the number of the application."""


@dataclass(frozen=True)
class Opinion:
    """One box at the foot of the form. Without `at` it stays empty, to be signed by hand."""

    label: str
    text: str = ""
    basis: str = ""
    who: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Line:
    """One item asked for."""

    number: int
    row: ItemRow
    form: str


@dataclass(frozen=True)
class PrintedForm:
    """What the sheet shows."""

    requester: str
    provider: str
    share_types: str
    share_mode: str
    pledge: str
    basis: str
    parts: list[tuple[DataResource, list[Line]]]
    is_long: bool
    opinions: list[Opinion]
    reply: str


def printed_form(view: CaseView) -> PrintedForm:
    """The form of one application, from what its page shows to this reader."""
    share_request = view.share_request
    lines = [Line(number, row, _form(row)) for number, row in enumerate(view.items, 1)]
    shows = view.is_reviewer or share_request.status in workflow.DECIDED
    mode, names = share_request.share_mode, _names(share_request)
    return PrintedForm(
        requester=names[share_request.requester_id],
        provider=names[share_request.provider_id],
        share_types="、".join(dict.fromkeys(resource.get_share_type_display() for resource in view.resources)) or "—",
        share_mode=ShareMode(mode).label if mode else "—",
        pledge=pledge_words(share_request),
        basis=f"{share_request.use_basis}{share_request.use_basis_article}" or "—",
        parts=[(key, list(group)) for key, group in groupby(lines, key=lambda line: line.row.item.resource)],
        is_long=len(lines) > ONE_PAGE,
        opinions=[_head(share_request), *_sides(view, names, shows=shows)],
        reply=_reply(view),
    )


def _names(share_request: ShareRequest) -> dict[int, str]:
    """What the parties were called on the day of the answer, so that its papers do not change when one is renamed."""
    parties = [share_request.requester, share_request.provider, *(s.department for s in share_request.steps.all())]
    answered_at = share_request.decided_at
    return names_on(parties, day_of(answered_at)) if answered_at else {party.pk: party.name for party in parties}


def _form(row: ItemRow) -> str:
    return FORMS[ItemDecision(row.decision)] if row.decision else "待审核"


def _head(share_request: ShareRequest) -> Opinion:
    label = "申请部门负责人意见"
    if share_request.endorsed_by is None:
        return Opinion(label)
    change = share_request.status_changes.filter(verb="endorse").order_by("-seq").first()
    text = (change.opinion if change else "") or "同意提出申请。"
    return Opinion(label, text, who=share_request.endorsed_by.name, at=share_request.endorsed_at)


def _sides(view: CaseView, names: Mapping[int, str], *, shows: bool) -> list[Opinion]:
    """The authority's box, then the provider's; before the answer the requester sees them empty."""
    found = []
    for side, label in ((Side.AUTHORITY, "主管部门意见"), (Side.PROVIDER, "提供部门意见")):
        if side not in {step.side for step in view.profile.chain}:
            continue
        steps = sorted((s for s in view.share_request.steps.all() if s.side == side), key=lambda s: s.position)
        last = steps[-1] if steps else None
        if not shows or last is None or last.decided_by is None or last.state != ReviewStep.State.DONE:
            found.append(Opinion(label))
            continue
        words = [Conclusion(last.conclusion).label, steps[0].opinion]
        if last is not steps[0] and last.opinion != steps[0].opinion:
            words.append(last.opinion)
        text = "。".join(word.strip().rstrip("。") for word in words if word.strip()) + "。"
        who = f"{names[last.department_id]}　{last.decided_by.name}"
        found.append(Opinion(label, text, steps[0].basis, who, last.decided_at))
    return found


def _reply(view: CaseView) -> str:
    """最迟答复 2026-12-04（收到当日和休息日不计，粤府办〔2018〕50号第十九条）."""
    share_request, profile = view.share_request, view.profile
    allowance = profile.allowance(Clock.REPLY, "CONDITIONAL")
    counting = f"收到当日和休息日不计，{profile.in_full(allowance.basis)}"
    if share_request.status == Status.WITHDRAWN:
        return "申请已撤回，不再答复"
    if share_request.endorsed_at is None:
        return f"送达后 {allowance.days} 个工作日内答复（{counting}）"
    if share_request.status == Status.RETURNED:
        notice = profile.in_full(profile.citations[Citation.ONE_NOTICE])
        return f"补正期间暂停计时，补正后重新计算最迟答复日期（{notice}；{counting}）"
    provisional = "，暂定" if view.clock and view.clock.is_provisional else ""
    return f"最迟答复 {share_request.due_on}{provisional}（{counting}）"
