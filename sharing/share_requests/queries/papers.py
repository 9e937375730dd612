"""The papers of a case as PDF: 政务信息资源共享申请表 and 答复书 (50号 Art 19, 23)."""

import hashlib
import json
from datetime import date, datetime
from typing import Any

from gdshare.lib.clock import SHANGHAI
from gdshare.lib.paper import Sheet
from sharing.deadlines import receipt as computations
from sharing.deadlines.models import Deadline
from sharing.share_requests.models import DecisionReceipt, ItemDecision, ShareRequest
from sharing.share_requests.queries.case import CaseView
from sharing.share_requests.queries.marks import pledge_words
from sharing.share_requests.queries.printed import printed_form

EMPTY = "—"


def application(view: CaseView) -> bytes:
    """The 申请表: what the printed form shows to the same reader, as a file."""
    share_request, form = view.share_request, printed_form(view)
    sheet = Sheet("政务信息资源共享申请表", f"申请单号 {share_request.number}")
    sheet.line(f"申请单号　{share_request.number}", f"状态　{share_request.get_status_display()}")
    handler = f"{share_request.requester.sharing_office}　{share_request.handler.name}".strip()
    resources = "\n".join(f"{resource.name}　{resource.code}" for resource, _ in form.parts)
    period = f"{share_request.use_from or EMPTY} 至 {share_request.use_to or EMPTY}"
    sheet.fields(
        [
            ["申请部门", form.requester, "经办机构", handler],
            ["申请事项", share_request.title or EMPTY],
            ["数据资源", resources or EMPTY, "提供部门", form.provider],
            ["共享类型", form.share_types, "共享方式", form.share_mode],
            ["使用依据", form.basis],
            ["使用场景", share_request.use_scenario or EMPTY],
            ["使用范围", share_request.get_use_scope_display() or EMPTY, "使用时限", period],
            ["用完处置", share_request.disposal or EMPTY, "使用承诺", pledge_words(share_request)],
            *_attachments(view),
        ]
    )
    rows = [
        [
            str(line.number), line.row.item.name, f"L{line.row.item.grade}", line.form,
            line.row.row.necessity + (f"\n审核说明：{line.row.reason}" if line.row.reason else ""),
        ]
        for _, lines in form.parts
        for line in lines
    ]  # fmt: skip
    sheet.table(["序号", "信息项", "分级", "提供形式", "必要性"], rows, [12, 44, 14, 24, 66])
    for opinion in form.opinions:
        text = opinion.text + (f"依据：{opinion.basis}" if opinion.basis else "")
        sign = f"{opinion.who}　{_moment(opinion.at)}" if opinion.at else "（签章）　　　年　　月　　日"
        sheet.signed(opinion.label, text, sign)
    received = f"收到时间 {_moment(share_request.endorsed_at)}，" if share_request.endorsed_at else ""
    answered = ""
    if share_request.decided_at and share_request.endorsed_at:
        answered = f"答复时间 {_moment(share_request.decided_at)}，{share_request.get_status_display()}。"
    sheet.note(f"{received}{form.reply}。{answered}")
    return sheet.written()


def _attachments(view: CaseView) -> list[list[str]]:
    """The row of 证明材料, when there are any: name and hash of each."""
    lines = [f"{line.attachment.name}　SHA-256 {line.attachment.sha256}" for line in view.attachments]
    return [["证明材料", "\n".join(lines)]] if lines else []


def answer(share_request: ShareRequest, receipt: DecisionReceipt, *, today: date) -> bytes:
    """The 答复书, from the signed text of the decision: what is renamed later changes no answer."""
    told = json.loads(receipt.text)
    sheet = Sheet("政务信息资源共享答复书", f"答复编号 {told['number']}")
    sheet.line(f"答复编号　{told['number']}", f"答复日期　{told['decided_at'][:10]}")
    rule = told["rule"]
    late = "，已超过最迟答复日期" if told["is_late"] else ""
    sheet.fields(
        [
            ["申请部门", _party(told["requester"]), "提供部门", _party(told["provider"])],
            ["主管部门", _party(told["authority"]) if told["authority"] else EMPTY, "答复结论", told["answer"]],
            ["申请事项", told["title"] or EMPTY],
            ["使用依据", told["basis"] or EMPTY],
            ["收到时间", _iso(told["received_at"]), "答复时间", _iso(told["decided_at"]) + late],
            ["最迟答复", f"{told['due_on']}（{rule['document_no']}，{rule['basis']}）"],
        ]
    )
    sheet.heading("一、逐项答复")
    bases = "；".join(dict.fromkeys(one["basis"] for one in told["opinions"] if one["basis"])) or EMPTY
    opinions = "；".join(dict.fromkeys(one["opinion"] for one in told["opinions"] if one["opinion"])) or EMPTY
    rows = []
    for number, item in enumerate(told["items"], 1):
        is_whole = item["decision"] == ItemDecision.AGREE.label
        reason = item["reason"] or (EMPTY if is_whole else opinions)
        rows.append([str(number), item["name"], item["decision"], reason, EMPTY if is_whole else bases])
    sheet.table(["序号", "信息项", "决定", "理由", "依据"], rows, [12, 40, 18, 45, 45])
    for opinion in told["opinions"]:
        text = opinion["opinion"] + (f"\n依据：{opinion['basis']}" if opinion["basis"] else "")
        sign = f"{opinion['department']}（{opinion['post']}）　{_iso(opinion['decided_at'])}"
        sheet.signed(f"{opinion['post']}意见", text, sign)
    if told["grants"]:
        sheet.heading("二、开通和授权条件")
        for grant in told["grants"]:
            sheet.note(f"资源 {grant['resource']}，{grant['valid_from']} 至 {grant['valid_to']}。")
            rows = [[one["name"], one["words"]] for one in grant.get("conditions", ())]
            if rows:  # answers of before this was written say nothing of it
                sheet.table(["授权条件", "内容"], rows, [28, 132])
    sheet.heading("三、最迟答复日期怎样算出" if told["grants"] else "二、最迟答复日期怎样算出")
    for deadline in clocks(share_request):
        for line in computation(deadline, today=today):
            sheet.note(line)
    sheet.heading("四、回执和核验" if told["grants"] else "三、回执和核验")
    sheet.note(f"本答复书依签名的答复回执制成。回执内容的 SHA-256：{hashlib.sha256(receipt.text.encode()).hexdigest()}")
    sheet.note(f"签名算法 {receipt.algorithm}，公钥 {receipt.key}，签名 {receipt.signature}")
    sheet.note(
        f"核验：在申请页下载答复回执 {told['number']}.json，运行 python verify_receipt.py 公钥 {told['number']}.json，"
        "显示 holds 即未被改动，不需要联网。公钥和脚本在案卷压缩包里，公钥请另从可信途径取得后对照。"
    )
    return sheet.written()


def clocks(share_request: ShareRequest) -> list[Deadline]:
    """Every clock the case has had, oldest first."""
    rows = Deadline.objects.filter(subject_kind="sharerequest", subject_id=share_request.pk)
    return list(rows.select_related("profile").prefetch_related("pauses").order_by("pk"))


def computation(deadline: Deadline, *, today: date) -> list[str]:
    """How a date was counted, in sentences."""
    told = computations.receipt(deadline, today=today)
    rule = told["rule"]
    extended = f"，另延长 {told['extended_days']} 个工作日" if told["extended_days"] else ""
    words = [
        f"{told['clock']}：{told['started_on']} 收到，当日不计；{told['allowance']} 个工作日{extended}"
        f"（{rule['document_no']}，{rule['basis']}）；到期 {told['due_on'] or '暂停中，未定'}"
        f"{'（暂定）' if told['is_provisional'] else ''}。"
    ]
    for pause in told["pauses"]:
        words.append(f"暂停：{pause['from']} 起，{pause['until'] or '未恢复'}，{pause['reason']}。")
    counted = [f"{day['day'][5:]} 第 {day['number']} 日" for day in told["days"] if day["mark"] == "COUNTED"]
    rests = [day["day"][5:] for day in told["days"] if day["mark"] == "REST"]
    words.append(f"计入：{'，'.join(counted) or '无'}。不计（休息日、节假日）：{'，'.join(rests) or '无'}。")
    words.append(f"算法文件的 SHA-256：{told['sha256']}")
    return words


def _party(party: dict[str, Any]) -> str:
    return f"{party['name']}\n{party['uscc']}"


def _iso(moment: str) -> str:
    return moment[:16].replace("T", " ")


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if moment else ""
