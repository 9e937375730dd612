"""One application on one screen: elements, items, chain, timeline, conditions, precedents."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from catalog.resources.models import DataItem, DataResource, ShareMode
from gdshare.lib.clock import day_of
from gdshare.rules import queries as rules
from gdshare.rules.profiles import Clock, Profile
from gdshare.rules.workdays import workdays_between
from security.access.permissions import Permission
from security.accounts import queries as accounts
from sharing.deadlines import queries as deadlines
from sharing.share_requests import policies, workflow
from sharing.share_requests.labels import VERBS
from sharing.share_requests.models import (
    Conclusion,
    DecisionReceipt,
    Extension,
    ItemDecision,
    RequestItem,
    ReviewStep,
    ShareRequest,
)
from sharing.share_requests.queries import holding
from sharing.share_requests.queries.attached import AttachmentLine, attachment_lines
from sharing.share_requests.queries.marks import Button, Pill, buttons, pill, pledge_words, turn
from sharing.share_requests.workflow import Status

STEP_VERBS = tuple(workflow.STEP_VERBS)
FIRST_VERBS = ("submit", "endorse", "complete", "propose", "confirm")
"""What carries an application on stands before what turns it back."""


@dataclass
class Node:
    """What the chain component draws."""

    title: str
    state: str = ""
    lines: list[str] = field(default_factory=list)


@dataclass
class Entry:
    """What the timeline component draws."""

    title: str
    at: datetime | None = None
    who: str = ""
    text: str = ""
    state: str = ""


@dataclass
class ItemRow:
    """One item asked for, with what reviewers decided of it and how often the like was given."""

    row: RequestItem
    item: DataItem
    asked: int = 0
    given: int = 0
    decision: str = ""
    reason: str = ""

    @property
    def is_quiet(self) -> bool:
        """Agreed, and nothing to weigh: folded on a phone, where exceptions come first."""
        return self.decision == ItemDecision.AGREE and not self.item.use_conditions

    @property
    def decision_label(self) -> str:
        return ItemDecision(self.decision).label if self.decision else "待审"


@dataclass
class SideView:
    """会同: where one side stands."""

    label: str
    department: str
    pill: Pill
    who: str
    is_mine: bool


@dataclass
class CaseView:
    """Everything the detail page shows."""

    share_request: ShareRequest
    profile: Profile
    pill: Pill
    turn: str
    clock: Any
    items: list[ItemRow]
    resources: list[DataResource]
    nodes: list[Node]
    timeline: list[Entry]
    toolbar: list[Button]
    elements: list[tuple[str, str]]
    is_reviewer: bool
    sides: list[SideView]
    grants: list[Any]
    attachments: list[AttachmentLine]
    extensions: list[Extension]
    extension_most: int
    extension_cite: str
    spans: list[holding.Span]
    totals: list[holding.Total]
    can_copy: bool
    has_receipt: bool


def case_view(actor: Any, share_request: ShareRequest, *, today: date, now: datetime | None = None) -> CaseView:
    """The detail page of one application. `share_request` comes from `with_steps`."""
    profile = rules.parsed(share_request.profile)
    is_reviewer = bool(policies.own_steps(actor, share_request))
    rows = list(
        share_request.request_items.select_related("item__resource").order_by("item__resource_id", "item__position")
    )
    clock = deadlines.clock_view(share_request, today=today)
    held = holding.spans(share_request, now=now) if now else []
    due_on = share_request.due_on
    is_running = share_request.status == Status.UNDER_REVIEW and due_on is not None and today <= due_on
    most = deadlines.extendable_days(share_request, clock=Clock.REPLY) if is_running else 0
    return CaseView(
        share_request=share_request,
        profile=profile,
        pill=pill(share_request),
        turn=turn(share_request),
        clock=clock,
        items=[ItemRow(row, row.item, decision=row.decision, reason=row.reason) for row in rows],
        resources=list({row.item.resource_id: row.item.resource for row in rows}.values()),
        nodes=_nodes(share_request, profile),
        timeline=timeline(share_request, shows_opinions=is_reviewer or share_request.status in workflow.DECIDED),
        toolbar=_own_buttons(actor, share_request, is_reviewer=is_reviewer, can_extend=most > 0),
        elements=elements(share_request),
        is_reviewer=is_reviewer,
        sides=sides(actor, share_request),
        spans=held,
        totals=holding.totals(held),
        has_receipt=DecisionReceipt.objects.filter(share_request=share_request).exists(),
        can_copy=share_request.status != Status.DRAFT and bool(policies.copy(actor, share_request)),
        extensions=sorted(share_request.extensions.all(), key=lambda one: one.pk),
        attachments=attachment_lines(actor, share_request),
        extension_most=most,
        extension_cite=profile.extension_cite(Clock.REPLY),
        grants=list(share_request.grants.select_related("resource").order_by("id")),
    )


def _own_buttons(actor: Any, share_request: ShareRequest, *, is_reviewer: bool, can_extend: bool) -> list[Button]:
    """The verbs of the actor's own side: what belongs to others is not his to be refused."""
    mine = actor.acting.department.pk if actor.acting else None
    is_requester = mine == share_request.requester_id
    found = []
    is_asked = policies.has_open_extension(share_request)
    for button in buttons(actor, share_request):
        if button.verb in workflow.EXTENSION_VERBS:
            is_asking = button.verb == "ask_extension" and can_extend and mine == share_request.provider_id
            is_deciding = button.verb != "ask_extension" and is_asked and mine == share_request.authority_id
            if is_asking or is_deciding:
                found.append(button)
            continue
        if button.verb == "consult" and button.verdict.code == "NO_CONSULTATION":
            continue
        is_review = button.verb in STEP_VERBS or workflow.MOVES[button.verb].side is workflow.Side.REVIEWER
        if is_reviewer if is_review else is_requester:
            found.append(button)
    return sorted(found, key=lambda button: (not button.verdict, button.verb not in FIRST_VERBS))


def elements(share_request: ShareRequest) -> list[tuple[str, str]]:
    """The five elements and what belongs to them, as label and words."""
    mode = share_request.share_mode
    period = f"{share_request.use_from or '—'} 至 {share_request.use_to or '—'}"
    return [
        ("使用依据", f"{share_request.use_basis} {share_request.use_basis_article}".strip() or "—"),
        ("使用场景", share_request.use_scenario or "—"),
        ("使用范围", share_request.get_use_scope_display() or "—"),
        ("共享方式", ShareMode(mode).label if mode else "—"),
        ("使用时限", period),
        ("用完怎样处置", share_request.disposal or "—"),
        ("使用承诺", pledge_words(share_request)),
        *_followed(share_request),
        *([("申请类型", f"回流，只取{share_request.requester.region.name}的行")] if share_request.is_backflow else []),
    ]


def _followed(share_request: ShareRequest) -> list[tuple[str, str]]:
    """The grant that is to go on or to change."""
    grant = share_request.follows
    if grant is None:
        return []
    words = f"{grant.share_request.number} 开通，{grant.valid_from} 至 {grant.valid_to}"
    return [(f"{share_request.get_follow_kind_display()}的授权", words)]


def timeline(share_request: ShareRequest, *, shows_opinions: bool) -> list[Entry]:
    """What happened, then whose turn it is. Opinions inside the review are not told before the answer."""
    entries = []
    for change in share_request.status_changes.select_related("by", "department").order_by("seq"):
        is_inner = change.verb in STEP_VERBS
        who = f"{change.department.short_name}　{change.by.name}" if change.by and change.department else "系统"
        side = f"{change.department.short_name}：" if is_inner and change.department else ""
        text = change.opinion if shows_opinions or not is_inner else ""
        entries.append(Entry(f"{side}{VERBS[change.verb]}", at=change.at, who=who, text=text))
    for said in share_request.messages.select_related("sent_by", "department").order_by("pk"):
        who = f"{said.department.short_name}　{said.sent_by.name}"
        entries.append(Entry("留言", at=said.sent_at, who=who, text=said.text))
    entries.sort(key=lambda entry: entry.at)  # type: ignore[arg-type,return-value]
    waiting = turn(share_request)
    if waiting:
        words = {
            Status.DRAFT: "经办填写", Status.ENDORSING: "待负责人同意", Status.UNDER_REVIEW: "审核中",
            Status.RETURNED: "待补正",
        }  # fmt: skip
        entries.append(Entry(words[Status(share_request.status)], who=waiting, state="now"))
    return entries


def sides(actor: Any, share_request: ShareRequest) -> list[SideView]:
    """One view per side of the chain, in the order of the profile."""
    found = []
    mine = actor.acting.department.pk if actor.acting else None
    for side in ReviewStep.Side:
        steps = sorted(
            (s for s in share_request.steps.all() if s.side == side and s.state != ReviewStep.State.IDLE),
            key=lambda s: s.position,
        )
        if not steps:
            continue
        last_done = next((s for s in reversed(steps) if s.state == ReviewStep.State.DONE), None)
        current = next((s for s in steps if s.state == ReviewStep.State.OPEN), None)
        if current is None and last_done is not None and last_done.pk == steps[-1].pk:
            mark = Pill("ok", "check", Conclusion(last_done.conclusion).label)
        elif last_done is not None:
            mark = Pill("run", "user-check", f"建议{Conclusion(last_done.conclusion).label}")
        else:
            mark = Pill("run", "pencil", "待审核")
        who = ""
        if last_done is not None and last_done.decided_by and last_done.decided_at:
            who = f"{last_done.decided_by.name} {day_of(last_done.decided_at):%m-%d}"
        elif current is not None:
            who = f"待{current.get_post_display()}"
        found.append(SideView(side.label, steps[0].department.short_name, mark, who, steps[0].department_id == mine))
    return found


def _nodes(share_request: ShareRequest, profile: Profile) -> list[Node]:
    status = Status(share_request.status)
    reached = {
        Status.DRAFT: 0, Status.ENDORSING: 1, Status.UNDER_REVIEW: 2, Status.RETURNED: 2,
        Status.APPROVED: 5, Status.PARTLY_APPROVED: 5, Status.DENIED: 4, Status.WITHDRAWN: -1,
    }[status]  # fmt: skip
    reviewers = _reviewers(share_request, profile)
    allowance = profile.allowance(Clock.REPLY, "CONDITIONAL")
    nodes = [
        Node("经办提交", lines=[_at(share_request.submitted_at) or share_request.handler.name]),
        Node("负责人同意", lines=[_at(share_request.endorsed_at) or "不计入法定时限"]),
        Node(
            profile.review_words if len(reviewers) > 1 or not profile.is_joint else "提供部门审核",
            lines=["、".join(reviewers), f"{allowance.days} 个工作日"],
        ),
        Node(
            "答复",
            lines=[_at(share_request.decided_at) or (f"最迟 {share_request.due_on}" if share_request.due_on else "")],
        ),
    ]
    if status != Status.DENIED:
        nodes.append(Node("开通", lines=["与答复同时开通"]))
    for index, node in enumerate(nodes):
        node.state = "ok" if index < reached else "now" if index == reached else ""
        node.lines = [line for line in node.lines if line]
    return nodes


def _reviewers(share_request: ShareRequest, profile: Profile) -> list[str]:
    """Short names of the departments that the profile lets act, the provider first where both act side by side."""
    departments = {"PROVIDER": share_request.provider, "AUTHORITY": share_request.authority}
    found = [departments[str(side)] for side in profile.sides]
    return [department.short_name for department in found if department is not None]


def _at(moment: datetime | None) -> str:
    return f"{day_of(moment)}" if moment else ""


# The workbench -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Match:
    """One line of 条件对照: what the catalog says, what the application says, and whether a machine can tell."""

    label: str
    condition: str
    asked: str
    mark: str  # ok, ask, no

    @property
    def words(self) -> str:
        return {"ok": "相符", "ask": "需判断", "no": "不符"}[self.mark]


def matches(share_request: ShareRequest, items: list[ItemRow]) -> list[Match]:
    """条件对照. Only what rows settle is marked 相符 or 不符; what needs reading is marked 需判断."""
    found = []
    resources = {row.item.resource_id: row.item.resource for row in items}
    for resource in resources.values():
        prefix = f"{resource.name}：" if len(resources) > 1 else ""
        requester = share_request.requester
        found.append(
            Match(
                "范围",
                prefix + (resource.share_scope or "目录未限定"),
                f"{requester.name}，{share_request.get_use_scope_display()}",
                _scope_mark(resource.share_scope, requester),
            )
        )
        purposes = resource.share_purposes or resource.share_conditions
        found.append(
            Match("用途", prefix + (purposes or "目录未限定"), share_request.use_scenario, "ask" if purposes else "ok")
        )
        cited = f"{share_request.use_basis} {share_request.use_basis_article}".strip()
        is_cited = bool(policies.basis_levels(cited))
        found.append(Match("依据", prefix + (resource.legal_basis or "目录未写明"), cited, "ok" if is_cited else "ask"))
        offered = policies.offered_modes([resource])
        modes = "、".join(mode.label for mode in ShareMode if mode.value in offered)
        asked = ShareMode(share_request.share_mode).label if share_request.share_mode else "—"
        found.append(Match("方式", prefix + modes, asked, "ok" if share_request.share_mode in offered else "no"))
    start, end = share_request.use_from, share_request.use_to
    days = (end - start).days + 1 if start and end else 0
    found.append(Match("时限", "目录未限定", f"{start} 至 {end}，共 {days} 天", "ok" if days <= 366 else "ask"))
    for row in items:
        if row.item.use_conditions:
            asked = row.row.necessity or "未写必要性"
            found.append(Match("信息项", f"{row.item.name}：{row.item.use_conditions}", asked, "ask"))
    return found


def _scope_mark(scope: str, requester: Any) -> str:
    if not scope or requester.name in scope or requester.short_name in scope:
        return "ok"
    level = {"PROVINCE": ("省级", "全省", "各级"), "CITY": ("市级", "地市", "各级"), "COUNTY": ("县", "各级")}
    return "ok" if any(word in scope for word in level.get(requester.level, ())) else "ask"


@dataclass(frozen=True)
class Precedent:
    """A decided application for the same resource within a year."""

    share_request: ShareRequest
    words: str
    days: int
    reasons: str


PRECEDENT_DAYS = 366


def precedents(actor: Any, share_request: ShareRequest, items: list[ItemRow], *, today: date) -> list[Precedent]:
    """同类先例, newest first, from real rows; also fills each item's «given of asked»."""
    since = today - timedelta(days=PRECEDENT_DAYS)
    alike = RequestItem.objects.filter(
        share_request__status__in=workflow.DECIDED, share_request__decided_at__date__gte=since
    ).exclude(share_request=share_request)
    tally = {
        item_id: (asked, given)
        for item_id, asked, given in alike.filter(item__in=[row.item.pk for row in items])
        .order_by()
        .values_list("item_id")
        .annotate(asked=Count("pk"), given=Count("pk", filter=~Q(decision=ItemDecision.REFUSE)))
    }
    for row in items:
        row.asked, row.given = tally.get(row.item.pk, (0, 0))
    same = alike.filter(item__resource__in={row.item.resource_id for row in items}).values("share_request")
    decided = (
        ShareRequest.objects.visible_to(actor)
        .filter(pk__in=same)
        .select_related("requester")
        .prefetch_related("request_items")
        .order_by("-decided_at")[:5]
    )
    calendar = rules.calendar()
    found = []
    for other in decided:
        rows = list(other.request_items.all())
        counts = {choice: sum(1 for row in rows if row.decision == choice) for choice in ItemDecision}
        words = "，".join(f"{choice.label} {count} 项" for choice, count in counts.items() if count)
        reasons = "；".join(dict.fromkeys(row.reason for row in rows if row.reason))
        days = 0
        if other.endorsed_at and other.decided_at:
            days = workdays_between(day_of(other.endorsed_at), day_of(other.decided_at), calendar)
        found.append(Precedent(other, words, days, reasons))
    return found


def next_people(actor: Any, share_request: ShareRequest) -> str:
    """Who acts after the actor's step: the names on the button."""
    steps = policies.own_steps(actor, share_request)
    current = next((step for step in steps if step.state == ReviewStep.State.OPEN), None)
    following = [step for step in steps if current is not None and step.position > current.position]
    if not following:
        return ""
    people = accounts.users_holding(
        policies.POST_PERMISSION[ReviewStep.Post(following[0].post)], following[0].department
    )
    return "、".join(person.name for person in people[:3])


# The draft form ------------------------------------------------------------------------------------------------------
@dataclass
class PickRow:
    """One item of a resource on the form: chosen or not, and why it may not be."""

    item: DataItem
    row: RequestItem | None
    refusal: str
    chosen_times: int


@dataclass
class Picker:
    """All items of one resource of the draft."""

    resource: DataResource
    rows: list[PickRow]
    decided_times: int

    @property
    def chosen_count(self) -> int:
        return sum(1 for row in self.rows if row.row)


def pickers(actor: Any, share_request: ShareRequest) -> list[Picker]:
    """The item pickers of a draft, with how often decided applications chose each item (同类选用)."""
    chosen = {row.item_id: row for row in share_request.request_items.select_related("item__resource")}
    resource_ids = {row.item.resource_id for row in chosen.values()}
    items = (
        DataItem.objects.filter(resource__in=resource_ids, retired_at=None)
        .select_related("resource__provider")
        .order_by("resource_id", "position")
    )
    decided = RequestItem.objects.filter(share_request__status__in=workflow.DECIDED, item__resource__in=resource_ids)
    per_item = dict(decided.order_by().values_list("item_id").annotate(n=Count("pk")))
    per_resource = dict(
        decided.order_by().values_list("item__resource_id").annotate(n=Count("share_request", distinct=True))
    )
    found: dict[int, Picker] = {}
    for item in items:
        picker = found.setdefault(item.resource_id, Picker(item.resource, [], per_resource.get(item.resource_id, 0)))
        refusal = policies.askable(actor, item).reason
        picker.rows.append(PickRow(item, chosen.get(item.pk), refusal, per_item.get(item.pk, 0)))
    return list(found.values())


def way(share_request: ShareRequest) -> list[Entry]:
    """这份申请怎么走: the chain of the profile, with the people who will act."""
    profile = rules.parsed(share_request.profile)
    requester = share_request.requester
    heads = accounts.users_holding(Permission.SHARE_REQUEST_ENDORSE, requester)
    names = "、".join(person.name for person in heads) or "本部门还没有负责人账号"
    reviewers = _reviewers(share_request, profile)
    joint = profile.review_words if len(reviewers) > 1 else "审核"
    allowance = profile.allowance(Clock.REPLY, "CONDITIONAL")
    return [
        Entry("经办填写", who=f"{share_request.handler.name}，{requester.short_name}", state="now"),
        Entry("本部门负责人同意", who=f"{names}，不计入法定时限", state="wait"),
        Entry(
            f"{'、'.join(reviewers)} {joint}" if not profile.is_joint else f"{'、'.join(reviewers)}{joint}",
            who=f"{allowance.days} 个工作日，依据{allowance.basis}",
            state="wait",
        ),
        Entry("答复并开通", who="审核通过的，同时开通", state="wait"),
    ]


def tally(items: list[ItemRow]) -> str:
    """同意 10，脱敏 1，不同意 1."""
    counts = {choice: sum(1 for row in items if row.decision == choice) for choice in ItemDecision}
    return "，".join(f"{choice.label} {count}" for choice, count in counts.items() if count)
