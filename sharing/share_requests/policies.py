"""Who may do what to a 共享申请, and whether its papers are complete. Same names as the actions.

Standing rules: nobody decides his own request; handler and office head are two people (条例 Art 20); a reviewer acts
for the department whose step it is; a person who acted for the requester never reviews for the other side.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog.resources.models import DataItem, Grade, ShareType
from catalog.resources.workflow import Status as ResourceStatus
from gdshare.lib import scanning
from gdshare.lib.verdict import ALLOWED, Verdict, first_refusal
from gdshare.rules.bases import INTERNAL_RULE, basis_levels
from gdshare.rules.profiles import Citation, Profile
from security.access.permissions import Permission
from security.departments.models import Level
from sharing.agreements.models import Agreement
from sharing.grants import policies as grants
from sharing.grants.terms import region_prefix
from sharing.share_requests import workflow
from sharing.share_requests.models import Attachment, RequestItem, ReviewStep, ShareRequest

POST_PERMISSION = {
    ReviewStep.Post.HANDLER: Permission.SHARE_REQUEST_REVIEW,
    ReviewStep.Post.HEAD: Permission.SHARE_REQUEST_CONFIRM,
}
POST_WORDS = {ReviewStep.Post.HANDLER: "经办", ReviewStep.Post.HEAD: "负责人"}


# The cart and the draft ----------------------------------------------------------------------------------------------
def add_to_cart(actor: Any, cart: object = None) -> Verdict:
    """Only a handler fills a cart: it becomes applications of his department."""
    if actor.holds(Permission.SHARE_REQUEST_DRAFT):
        return ALLOWED
    return Verdict("您现在的岗位不能提出共享申请。", remedy="请由本部门经办选数、填写申请。")


remove_from_cart = clear_cart = draft_from_cart = draft = add_to_cart


def askable(actor: Any, item: Any) -> Verdict:
    """Whether one 信息项 can be asked for at all.

    50号 Art 18: what is 不予共享 names its basis; the way out is the authority (条例 Art 28).
    """
    resource = item.resource
    if actor.acting and resource.provider_id == actor.acting.department.pk:
        return Verdict(f"“{resource.name}”是本部门自己的数据，不需要申请。", remedy="请在编目供给中直接查看。")
    if item.retired_at is not None:
        return Verdict(f"信息项“{item.name}”已停用。", remedy="请刷新资源页，重新选择。")
    if item.effective_share_type(resource) == ShareType.NOT_SHARED:
        return Verdict(
            f"“{item.name}”不予共享，依据：{resource.legal_basis or '目录未写明依据'}。",
            remedy="对依据有异议，可提请主管部门协调。",
            code="NOT_SHARED",
        )
    return ALLOWED


def save_draft(actor: Any, share_request: ShareRequest) -> Verdict:
    """The requester's handlers write the draft, and complete it when it was returned."""
    return _requester_handler(actor, share_request)


attach = detach = save_draft


def copy(actor: Any, share_request: ShareRequest) -> Verdict:
    """Like an earlier application of one's own department."""
    return _requester_handler(actor, share_request)


renew = grants.renew
amend = grants.amend


# The requester's side ------------------------------------------------------------------------------------------------
def submit(actor: Any, share_request: ShareRequest) -> Verdict:
    return _requester_handler(actor, share_request)


def complete(actor: Any, share_request: ShareRequest) -> Verdict:
    return _requester_handler(actor, share_request)


def withdraw(actor: Any, share_request: ShareRequest) -> Verdict:
    return _requester_handler(actor, share_request)


def endorse(actor: Any, share_request: ShareRequest) -> Verdict:
    """条例 Art 20: the office head agrees before the request leaves the department; he is not its handler."""
    if not actor.holds(Permission.SHARE_REQUEST_ENDORSE, share_request.requester_id):
        return Verdict("这一步由申请部门的负责人办理。", remedy="请由申请部门数据共享工作机构负责人办理。")
    if actor.pk == share_request.handler_id:
        return Verdict("您是这份申请的经办，不能同意自己的申请。", remedy="请由本部门另一位负责人办理。")
    return ALLOWED


def send_back(actor: Any, share_request: ShareRequest) -> Verdict:
    return endorse(actor, share_request)


def take_application(actor: Any, share_request: ShareRequest) -> Verdict:
    """The parties of the case: who sees it, in the rows that `visible_to` gives. The auditor sees no business data;
    a party hands him the dossier, which he verifies without the portal.
    """
    mine = actor.acting.department.pk if actor.acting else None
    is_asked = mine == share_request.authority_id and any(share_request.extensions.all())
    is_party = mine == share_request.requester_id or bool(own_steps(actor, share_request)) or is_asked
    if is_party and actor.holds(Permission.SHARE_REQUEST_VIEW, mine):
        return ALLOWED
    return Verdict("这份案卷只对申请部门、提供部门和主管部门开放。", remedy="请向案卷的一方索取。")


take_answer = take_dossier = take_application


def take_attachment(actor: Any, share_request: ShareRequest, attachment: Attachment) -> Verdict:
    """The parties, once the scanner has found nothing. Where there is no scanner the file goes out unscanned, and the
    page says so: a file that nobody may open is no evidence.
    """
    return first_refusal(take_application(actor, share_request), _cleared(attachment))


def _cleared(attachment: Attachment) -> Verdict:
    if attachment.state == Attachment.State.HARMFUL:
        return Verdict(
            f"“{attachment.name}”查出有害内容，不能下载。", remedy="请申请部门改传安全的文件。", code="HARMFUL"
        )
    is_unscanned = attachment.state == Attachment.State.UNSCANNED and not scanning.is_configured()
    if is_unscanned or attachment.state == Attachment.State.CLEAN:
        return ALLOWED
    return Verdict(
        f"“{attachment.name}”还没有查毒，暂不能下载。",
        remedy="查毒通常在一分钟内完成，请稍后再试。",
        code="NOT_SCANNED",
    )


def post_message(actor: Any, share_request: ShareRequest) -> Verdict:
    """Whoever works on the case for one of its parties."""
    working = (
        Permission.SHARE_REQUEST_DRAFT,
        Permission.SHARE_REQUEST_ENDORSE,
        Permission.SHARE_REQUEST_REVIEW,
        Permission.SHARE_REQUEST_CONFIRM,
    )
    party = take_application(actor, share_request)
    if not party:
        return Verdict("案内留言只在申请部门、提供部门和主管部门之间。", remedy=party.remedy)
    if any(actor.holds(permission) for permission in working):
        return ALLOWED
    return Verdict("留言由各方的经办或负责人发出。", remedy="请由本部门经办或负责人留言。")


# The reviewers' side -------------------------------------------------------------------------------------------------
def own_steps(actor: Any, share_request: ShareRequest) -> list[ReviewStep]:
    """The steps of the department the actor acts for, in order. Reads `share_request.steps` (prefetch it in lists)."""
    if actor.acting is None:
        return []
    steps = [step for step in share_request.steps.all() if step.department_id == actor.acting.department.pk]
    return sorted(steps, key=lambda step: step.position)


def step_for(actor: Any, share_request: ShareRequest, verb: str) -> ReviewStep | None:
    """The step of the actor's department that `verb` works on.

    The first post of a side proposes; a later one confirms or sends back; whichever is open may notify to complete.
    """
    steps = own_steps(actor, share_request)
    if not steps:
        return None
    if verb == "propose":
        return steps[0]
    if verb == "return_":
        return next((step for step in steps if step.state == ReviewStep.State.OPEN), steps[-1])
    later = steps[1:]
    return next((step for step in later if step.state == ReviewStep.State.OPEN), later[-1] if later else None)


def propose(actor: Any, share_request: ShareRequest) -> Verdict:
    return _review(actor, share_request, "propose")


def confirm(actor: Any, share_request: ShareRequest) -> Verdict:
    return first_refusal(_review(actor, share_request, "confirm"), _not_the_proposer(actor, share_request))


def rework(actor: Any, share_request: ShareRequest) -> Verdict:
    return first_refusal(_review(actor, share_request, "rework"), _not_the_proposer(actor, share_request))


def return_(actor: Any, share_request: ShareRequest) -> Verdict:
    """条例 Art 21: incomplete papers are told once, all at once."""
    step = step_for(actor, share_request, "return_")
    if step is not None and step.duty == ReviewStep.Duty.CONSULT:
        return Verdict("征求意见的环节不告知补正。", remedy="材料有缺的，请写在意见里，由审核部门告知。")
    if share_request.returned_count:
        return first_refusal(
            _review(actor, share_request, "return_"),
            Verdict(
                "这份申请已经一次性告知补正过，不能再次告知。",
                remedy="请按现有材料提出审核意见；材料仍不足的，写明理由和依据。",
                code="RETURNED_ONCE",
            ),
        )
    return _review(actor, share_request, "return_")


def ask_extension(actor: Any, share_request: ShareRequest) -> Verdict:
    """条例 Art 21: the provider asks, once, of an authority that is no party itself."""
    provider = share_request.provider_id
    if not any(actor.holds(permission, provider) for permission in POST_PERMISSION.values()):
        return Verdict("延期由提供部门提出。", remedy="请由提供部门经办或负责人办理。")
    deciding = [step for step in share_request.steps.all() if step.duty == ReviewStep.Duty.DECIDE]
    if not any(step.department_id == provider for step in deciding):
        return Verdict(
            "这份申请不由提供部门答复，不能申请延期。", remedy="请在期限内答复征求的意见。", code="NOT_DECIDING"
        )
    if share_request.authority_id is None:
        return Verdict("这份申请没有可以同意延期的主管部门。", remedy="请在原期限内答复。", code="NO_AUTHORITY")
    if any(one.state in ("ASKED", "AGREED") for one in share_request.extensions.all()):
        return Verdict("这份申请已经申请过延期。", remedy="请按现在的到期日答复。", code="ASKED_ONCE")
    return _not_for_the_requester(actor, share_request)


def agree_extension(actor: Any, share_request: ShareRequest) -> Verdict:
    """条例 Art 21: the authority's head consents or refuses."""
    authority = share_request.authority_id
    if authority is None or not actor.holds(Permission.SHARE_REQUEST_CONFIRM, authority):
        return Verdict("延期由主管部门决定。", remedy="请由主管部门负责人办理。")
    return _not_for_the_requester(actor, share_request)


refuse_extension = agree_extension


def has_open_extension(share_request: ShareRequest) -> bool:
    """Whether an extension waits for the authority. Reads `share_request.extensions` (prefetch it in lists)."""
    return any(one.state == "ASKED" for one in share_request.extensions.all())


def consult(actor: Any, share_request: ShareRequest) -> Verdict:
    """四川 Art 24: the handler whose department decides asks, where the profile knows a consultation, and once."""
    idle = [s for s in share_request.steps.all() if s.duty == ReviewStep.Duty.CONSULT]
    if not idle:
        return Verdict("这份申请适用的规则没有征求意见的环节。", remedy="请直接提出审核意见。", code="NO_CONSULTATION")
    if any(step.state != ReviewStep.State.IDLE for step in idle):
        return Verdict("这份申请已经征求过意见。", remedy="请按提供部门的意见提出审核意见。", code="CONSULTED_ONCE")
    return _review(actor, share_request, "propose")


def view_held(actor: Any) -> Verdict:
    """The authority supervises: who holds which application, and for how long."""
    if actor.holds(Permission.SUPERVISION_VIEW):
        return ALLOWED
    return Verdict("这一页只对主管部门开放。", remedy="本部门的申请请看“我的工作台”。")


def toolbar(actor: Any, share_request: ShareRequest) -> dict[str, Verdict]:
    """Every verb that the tables allow now, with the actor's verdict: the buttons of a page, `allowed` of the API."""
    return {verb: globals()[verb](actor, share_request) for verb in workflow.verbs_from(share_request.status)}


def _requester_handler(actor: Any, share_request: ShareRequest) -> Verdict:
    if actor.holds(Permission.SHARE_REQUEST_DRAFT, share_request.requester_id):
        return ALLOWED
    return Verdict("这一步由申请部门的经办办理。", remedy="请由申请部门经办办理。")


def _review(actor: Any, share_request: ShareRequest, verb: str) -> Verdict:
    step = step_for(actor, share_request, verb)
    if step is None:
        return Verdict("这一步由审核部门办理，您现在代表的部门不在这一环节。", remedy="请由提供部门或主管部门办理。")
    if not actor.holds(POST_PERMISSION[ReviewStep.Post(step.post)], step.department_id):
        post = POST_WORDS[ReviewStep.Post(step.post)]
        return Verdict(f"这一步由本部门{post}办理。", remedy=f"请由本部门{post}办理。")
    party = _not_for_the_requester(actor, share_request)
    if not party:
        return party
    if step.state != ReviewStep.State.OPEN:
        return Verdict(turn_words(step), remedy="请刷新页面，看现在轮到谁。", code="NOT_YOUR_TURN")
    return ALLOWED


def _not_for_the_requester(actor: Any, share_request: ShareRequest) -> Verdict:
    if actor.pk in (share_request.handler_id, share_request.endorsed_by_id):
        return Verdict(
            "您为申请部门办理过这份申请，不能再为审核部门审核。", remedy="请由本部门其他人办理，回避自己经办的申请。"
        )
    return ALLOWED


def turn_words(step: ReviewStep) -> str:
    """Why a step cannot be acted on now."""
    if step.state == ReviewStep.State.DONE:
        who = f"由{step.decided_by.name}" if step.decided_by else ""
        return f"这一环节已{who}办理，不用再办。"
    return "还没有轮到这一环节：本部门经办尚未提出审核意见。"


def _not_the_proposer(actor: Any, share_request: ShareRequest) -> Verdict:
    steps = own_steps(actor, share_request)
    if steps and steps[0].decided_by_id == actor.pk:
        return Verdict("审核意见是您自己提出的，不能由您确认。", remedy="请由本部门另一位负责人确认。")
    return ALLOWED


# The papers ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Paper:
    """One thing that must be in order before submitting; `field` is where on the form it is put right."""

    field: str
    is_met: bool
    text: str
    hint: str = ""


ELEMENTS = (
    ("use_basis", "使用依据", "写明法律、法规、规章或职责文件的名称"),
    ("use_scenario", "使用场景", "写明办什么业务、在哪个环节、由谁使用"),
    ("use_scope", "使用范围", "选择仅本部门、本系统或含受托第三方"),
    ("share_mode", "共享方式", "选择资源提供的一种方式"),
    ("use_from", "使用时限的开始日期", "写明从哪一天起使用"),
    ("use_to", "使用时限的截止日期", "写明用到哪一天"),
)
"""条例 Art 20: 使用依据、使用场景、使用范围、共享方式、使用时限."""


def papers(
    share_request: ShareRequest,
    items: Sequence[RequestItem],
    *,
    today: date,
    cite: Mapping[str, str],
    agreement: Agreement,
) -> list[Paper]:
    """Everything that submitting asks for, met or not. `items` have `item.resource` loaded; `cite`: the citations of
    the application's own profile; `agreement`: the version of the pledge in force.
    """
    found = [Paper("items", bool(items), "已选信息项" if items else "还没有选信息项", "至少选一个信息项")]
    found += _item_papers(items)
    empty = [(name, label, hint) for name, label, hint in ELEMENTS if not getattr(share_request, name)]
    found += [Paper(name, False, f"还没有填写{label}", hint) for name, label, hint in empty]
    if not empty:
        found.append(
            Paper(
                "use_basis", True, "五项用途说明已填写", f"依据、场景、范围、方式、时限，{cite[Citation.FIVE_ELEMENTS]}"
            )
        )
    found += _period_papers(share_request, today)
    offered = offered_modes(row.item.resource for row in items)
    if share_request.share_mode and items and share_request.share_mode not in offered:
        found.append(Paper("share_mode", False, "所选共享方式不是每个资源都提供", "请改选资源提供的方式"))
    if not share_request.disposal:
        found.append(Paper("disposal", False, "还没有写明用完怎样处置", "不落库、到期销毁或随案卷归档"))
    harmful = share_request.attachments.filter(state=Attachment.State.HARMFUL)
    found += [Paper("attachments", False, f"证明材料“{one.name}”查出有害内容", "请删除后改传") for one in harmful]
    found.append(_pledge_paper(share_request, agreement))
    found += _backflow_papers(share_request, items, cite)
    return found


def _pledge_paper(share_request: ShareRequest, agreement: Agreement) -> Paper:
    """The version in force must be accepted; once sent, what was accepted then is enough."""
    if share_request.is_pledged and share_request.status == workflow.Status.RETURNED:
        return Paper("is_pledged", True, "已勾选使用承诺")
    if share_request.agreement_id == agreement.pk:
        return Paper("is_pledged", True, f"已勾选使用承诺第 {agreement.number} 版")
    is_old = share_request.is_pledged
    text = f"使用承诺已有第 {agreement.number} 版，须重新承诺" if is_old else "还没有勾选使用承诺"
    hint = f"现行第 {agreement.number} 版，{agreement.valid_from} 起；请刷新页面后阅读、勾选"
    return Paper("is_pledged", False, text, hint)


def _item_papers(items: Sequence[RequestItem]) -> list[Paper]:
    found = []
    for row in items:
        resource = row.item.resource
        if resource.status != ResourceStatus.PUBLISHED or row.item.retired_at is not None:
            found.append(Paper("items", False, f"“{row.item.name}”已下架或停用", "请去掉这一项"))
        elif row.item.effective_share_type(resource) == ShareType.NOT_SHARED:
            found.append(Paper("items", False, f"“{row.item.name}”不予共享", resource.legal_basis))
    bare = [row.item.name for row in items if row.item.grade >= Grade.L3 and not row.necessity.strip()]
    if bare:
        found.append(Paper("necessity", False, f"{len(bare)} 个 L3 以上信息项没有写必要性", "、".join(bare)))
    elif any(row.item.grade >= Grade.L3 for row in items):
        found.append(Paper("necessity", True, "L3 以上信息项都写了必要性"))
    return found


def _period_papers(share_request: ShareRequest, today: date) -> list[Paper]:
    start, end = share_request.use_from, share_request.use_to
    if start and end and end < start:
        return [Paper("use_to", False, "使用截止早于使用开始", "请改正使用时限")]
    if end and end < today:
        return [Paper("use_to", False, "使用截止已经过去", "请把截止日期改到今天以后")]
    return []


def offered_modes(resources: Iterable[Any]) -> set[str]:
    """The 共享方式 that every one of the resources offers; a resource that names none offers all (目录未限定)."""
    modes = {"API", "BATCH", "FILE"}
    for resource in resources:
        if resource.share_modes:
            modes &= set(resource.share_modes)
    return modes


# 回流 ---------------------------------------------------------------------------------------------------------------
DEPTH = {Level.PROVINCE: 0, Level.CITY: 1, Level.COUNTY: 2}


def backflow_verdict(share_request: ShareRequest) -> Verdict:
    """条例 Art 24: data of an upper level go back to the region they come from, below the provider's own."""
    requester, provider = share_request.requester, share_request.provider
    is_below = DEPTH[Level(requester.level)] > DEPTH[Level(provider.level)]
    if is_below and own_region(share_request).startswith(region_prefix(provider.region.code)):
        return ALLOWED
    return Verdict(
        "回流是下级部门向本地区的上级部门申请，这份申请不是。", remedy="请按一般的共享申请办理。", code="NOT_BELOW"
    )


def own_region(share_request: ShareRequest) -> str:
    """What every 行政区划 code of the requester's own region begins with."""
    return region_prefix(share_request.requester.region.code)


def region_items(resources: Iterable[int]) -> dict[int, DataItem]:
    """Resource → the item that holds the 行政区划 of its rows; a resource without one is left out."""
    rows = DataItem.objects.filter(resource__in=set(resources), retired_at=None, data_type="C")
    found: dict[int, DataItem] = {}
    for item in rows.filter(name__endswith="区划代码").order_by("resource_id", "position"):
        found.setdefault(item.resource_id, item)
    return found


def _backflow_papers(share_request: ShareRequest, items: Sequence[RequestItem], cite: Mapping[str, str]) -> list[Paper]:
    if not share_request.is_backflow:
        return []
    verdict = backflow_verdict(share_request)
    if not verdict:
        return [Paper("is_backflow", False, verdict.reason.rstrip("。"), verdict.remedy)]
    resources = {row.item.resource_id: row.item.resource.name for row in items}
    bare = [name for pk, name in resources.items() if pk not in region_items(resources)]
    if bare:
        words = f"“{'”、“'.join(bare)}”没有区划代码这一项，不能按本地区回流"
        return [Paper("is_backflow", False, words, "请联系提供部门补上区划代码，或按一般的共享申请办理")]
    return [Paper("is_backflow", True, "回流，只取本地区的行", f"不附加其他条件，{cite[Citation.BACKFLOW]}")]


# The basis of a refusal ----------------------------------------------------------------------------------------------
def basis_fault(text: str, profile: Profile, *, declared: Iterable[str] = ()) -> str:
    """Why `text` cannot carry a refusal under the application's profile; empty when it can.

    50号 Art 16: no refusal without law, regulation or rule, and never on a department's internal measures. What the
    catalog itself states (`declared`: audited bases and conditions of the resources) may be quoted.
    """
    words = text.strip()
    if not words:
        return "不同意须写明依据。"
    if INTERNAL_RULE.search(words):
        return f"部门内部管理办法不能作为不共享的依据（{profile.citations[Citation.INTERNAL_RULES]}）。"
    if any(quote.strip() and quote.strip() in words for quote in declared):
        return ""
    if basis_levels(words) & set(profile.deny_basis_levels):
        return ""
    example = "《社会救助暂行办法》（国务院令第649号）第五十八条"
    return f"依据须是{profile.deny_basis_words}，并用书名号写明名称，例如{example}。"
