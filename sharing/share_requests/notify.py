"""Who hears of what happens to a 共享申请, and in which words. To-dos are settled when the thing is done."""

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse

from gdshare.lib.clock import day_of
from security.access.permissions import Permission
from security.departments.models import Department
from security.notices import actions as notices
from sharing.grants.models import Grant
from sharing.messages.models import CaseMessage
from sharing.share_requests.models import Attachment, Extension, ReviewStep, ShareRequest
from sharing.share_requests.policies import POST_PERMISSION

KIND = "share_request"


def detail_url(share_request: ShareRequest) -> str:
    return reverse("sharing:share_requests:detail", args=[share_request.pk])


def review_url(share_request: ShareRequest) -> str:
    return reverse("sharing:share_requests:review", args=[share_request.pk])


def to_endorse(share_request: ShareRequest, *, seq: int, now: datetime) -> None:
    """The requester's office heads have to agree."""
    _tell(
        share_request, share_request.requester, Permission.SHARE_REQUEST_ENDORSE, detail_url(share_request),
        f"待您同意：{share_request.title}", seq=seq, now=now, needs_action=True,
        body=f"{share_request.handler.name}提交，向{share_request.provider.name}申请。",
    )  # fmt: skip


def sent_back(share_request: ShareRequest, *, seq: int, opinion: str, now: datetime) -> None:
    """The office head did not agree: the handlers change the draft."""
    _tell(
        share_request, share_request.requester, Permission.SHARE_REQUEST_DRAFT,
        reverse("sharing:share_requests:edit", args=[share_request.pk]),
        f"负责人退回修改：{share_request.title}", seq=seq, now=now, needs_action=True, body=opinion,
    )  # fmt: skip


def to_review(share_request: ShareRequest, steps: Iterable[ReviewStep], *, seq: int, now: datetime, body: str) -> None:
    """The people who hold the post of each newly opened step."""
    for step in steps:
        verb = "待您审核" if step.post == ReviewStep.Post.HANDLER else "待您确认"
        _tell(
            share_request, step.department, POST_PERMISSION[ReviewStep.Post(step.post)], review_url(share_request),
            f"{verb}：{share_request.requester.short_name} {share_request.title}",
            seq=seq, now=now, needs_action=True, body=body,
        )  # fmt: skip


def to_complete(share_request: ShareRequest, *, seq: int, now: datetime) -> None:
    """一次性告知: everything that is missing, once."""
    _tell(
        share_request, share_request.requester, Permission.SHARE_REQUEST_DRAFT, detail_url(share_request),
        f"请补正：{share_request.title}", seq=seq, now=now, needs_action=True, is_statutory=True,
        body=share_request.return_notice,
    )  # fmt: skip


def harmful(attachment: Attachment, *, now: datetime) -> None:
    """The scanner found something: the requester hands in another file; whoever was sent it may have taken it."""
    share_request = attachment.share_request
    sent_to = Department.objects.filter(pk__in=share_request.steps.values("department")).order_by("pk")
    told = [(share_request.requester, Permission.SHARE_REQUEST_DRAFT, "请检查来源电脑。")]
    told += [(one, Permission.SHARE_REQUEST_REVIEW, "下载过的，请删除并检查电脑。") for one in sent_to]
    for department, permission, words in told:
        notices.tell(
            department=department, permission=permission, kind=KIND, subject=share_request,
            title=f"证明材料有害：{attachment.name}"[:200], url=detail_url(share_request), now=now,
            dedupe_key=f"{share_request.number}:harmful:{attachment.pk}:{department.pk}",
            body=f"“{attachment.name}”查出有害内容，已停止下载。{words}",
        )  # fmt: skip


def message_posted(share_request: ShareRequest, message: CaseMessage, *, now: datetime) -> None:
    """The posts of the other parties that work on the case hear once a day that something was said in it."""
    reviewers = Department.objects.filter(pk__in=share_request.steps.values("department"))
    told = [(share_request.requester, Permission.SHARE_REQUEST_DRAFT)]
    told += [(department, Permission.SHARE_REQUEST_REVIEW) for department in reviewers]
    for department, permission in told:
        if department.pk == message.department_id:
            continue
        notices.tell(
            department=department, permission=permission, kind=KIND, subject=share_request,
            title=f"案内留言：{share_request.title}"[:200], url=f"{detail_url(share_request)}#messages", now=now,
            dedupe_key=f"{share_request.number}:message:{department.pk}:{day_of(now)}",
            body=f"{message.department.short_name} {message.sent_by.name}：{message.text}"[:500],
        )  # fmt: skip


def decided(share_request: ShareRequest, *, seq: int, words: str, now: datetime) -> None:
    """The answer, to everybody of the requester who works on requests."""
    for permission in (Permission.SHARE_REQUEST_DRAFT, Permission.SHARE_REQUEST_ENDORSE):
        _tell(
            share_request, share_request.requester, permission, detail_url(share_request),
            f"已答复（{words}）：{share_request.title}", seq=seq, now=now, is_statutory=True,
            body=f"{share_request.provider.name}答复了您的申请 {share_request.number}。",
        )  # fmt: skip


def to_supply(grant: Grant, *, now: datetime) -> None:
    """条例 Art 22: the provider has no data mounted yet, and a day until which it has to."""
    notices.tell(
        department=grant.resource.provider, permission=Permission.SHARE_REQUEST_REVIEW, kind=KIND,
        subject=notices.Ref("supply", grant.pk), title=f"待挂接数据：{grant.resource.name}"[:200],
        url=reverse("sharing:grants:detail", args=[grant.pk]), now=now, dedupe_key=f"supply:{grant.pk}",
        needs_action=True, is_statutory=True,
        body=f"已同意向{grant.department.name}共享。挂接授权的数据后，系统自动试取，试取成功即停止计时。",
    )  # fmt: skip


def extension_asked(share_request: ShareRequest, asked: Extension, *, seq: int, now: datetime) -> None:
    """The authority's heads have to consent or refuse."""
    if share_request.authority is None:
        return
    notices.tell(
        department=share_request.authority, permission=Permission.SHARE_REQUEST_CONFIRM, kind=KIND, subject=asked,
        title=f"待您决定延期：{share_request.title}"[:200], url=detail_url(share_request), now=now,
        dedupe_key=f"{share_request.number}:{seq}:extension", needs_action=True,
        body=f"{share_request.provider.name}申请延长 {asked.days} 个工作日，原期限 {asked.due_before}。{asked.reason}",
    )  # fmt: skip


def extension_decided(share_request: ShareRequest, asked: Extension, *, seq: int, now: datetime) -> None:
    """条例 Art 21: the requester must be told of an extension; the provider hears either way."""
    is_agreed = asked.state == Extension.State.AGREED
    provider, requester = share_request.provider, share_request.requester
    told = [(provider, Permission.SHARE_REQUEST_REVIEW), (provider, Permission.SHARE_REQUEST_CONFIRM)]
    if is_agreed:
        words, body = f"延期至 {asked.due_after}", f"原期限 {asked.due_before}。{asked.reason}"
        told += [(requester, Permission.SHARE_REQUEST_DRAFT), (requester, Permission.SHARE_REQUEST_ENDORSE)]
    else:
        words, body = "不同意延期", f"仍应于 {asked.due_before} 前答复。{asked.opinion}"
    for department, permission in told:
        _tell(
            share_request, department, permission, detail_url(share_request), f"{words}：{share_request.title}",
            seq=seq, now=now, body=body, is_statutory=True,
        )  # fmt: skip


def pushed(share_request: ShareRequest, *, seq: int, words: str, now: datetime) -> None:
    """The provider did not decide itself: it is told what was decided of its data."""
    for permission in (Permission.SHARE_REQUEST_REVIEW, Permission.SHARE_REQUEST_CONFIRM):
        _tell(
            share_request, share_request.provider, permission, detail_url(share_request),
            f"主管部门已答复（{words}）：{share_request.title}", seq=seq, now=now,
            body=f"{share_request.requester.name}的申请 {share_request.number} 涉及贵部门的数据，结果推送给您。",
        )  # fmt: skip


def late_risk(authority: Department, count: int, *, day: date, now: datetime) -> int:
    """To whoever supervises in the authority: how many applications may be answered too late. Once a morning."""
    return notices.tell(
        department=authority, permission=Permission.SUPERVISION_VIEW, kind="share_request.late_risk",
        subject=notices.Ref("department", authority.pk), title=f"{count} 件申请有逾期风险",
        body="剩余时间不多或已逾期，还有环节没有轮到。请看现在由谁办理。",
        url=reverse("sharing:share_requests:held"), now=now, dedupe_key=f"late-risk:{authority.pk}:{day}",
    )  # fmt: skip


def withdrawn(share_request: ShareRequest, departments: Iterable[Department], *, seq: int, now: datetime) -> None:
    """The reviewers stop."""
    for department in departments:
        _tell(
            share_request, department, Permission.SHARE_REQUEST_REVIEW, detail_url(share_request),
            f"申请已撤回：{share_request.title}", seq=seq, now=now,
        )  # fmt: skip


def _tell(
    share_request: ShareRequest, department: Department, permission: Permission, url: str, title: str,
    *, seq: int, now: datetime, body: str = "", needs_action: bool = False, is_statutory: bool = False,
) -> None:  # fmt: skip
    notices.tell(
        department=department,
        permission=permission,
        kind=KIND,
        subject=share_request,
        title=title[:200],
        url=url,
        now=now,
        dedupe_key=f"{share_request.number}:{seq}:{permission}:{department.pk}",
        body=body,
        needs_action=needs_action,
        is_statutory=is_statutory,
    )
