"""The Chinese words of this area's audit verbs and of its buttons."""

LABELS = {
    "share_request.draft": "建立共享申请草稿",
    "share_request.save": "保存共享申请",
    "share_request.copy": "照以前的申请填写",
    "share_request.renew": "提出授权续期",
    "share_request.amend": "提出授权变更",
    "share_request.submit": "提交共享申请",
    "share_request.send_back": "负责人退回共享申请",
    "share_request.endorse": "负责人同意提出申请",
    "share_request.propose": "提出审核意见",
    "share_request.confirm": "负责人确认审核意见",
    "share_request.consult": "征求提供部门意见",
    "share_request.rework": "负责人退回审核意见",
    "share_request.return_": "一次性告知补正",
    "share_request.ask_extension": "申请延期答复",
    "share_request.agree_extension": "同意延期答复",
    "share_request.refuse_extension": "不同意延期答复",
    "share_request.complete": "补正共享申请",
    "share_request.withdraw": "撤回共享申请",
    "share_request.take_application": "下载申请表",
    "share_request.take_answer": "下载答复书",
    "share_request.take_dossier": "下载案卷",
    "share_request.attach": "上传证明材料",
    "share_request.detach": "删除证明材料",
    "share_request.take_attachment": "下载证明材料",
    "share_request.scan": "证明材料查毒",
    "share_request.approve": "同意共享",
    "share_request.approve_partly": "部分同意共享",
    "share_request.deny": "不同意共享",
}

WORDS = {"sha256": "SHA-256", "finding": "查毒结果", "attachment_state": "查毒"}

VERBS = {
    "submit": "提交负责人同意",
    "send_back": "退回修改",
    "endorse": "同意提出申请",
    "propose": "提出审核意见",
    "confirm": "确认审核意见",
    "rework": "退回经办重办",
    "consult": "征求提供部门意见",
    "return_": "一次性告知补正",
    "ask_extension": "申请延期",
    "agree_extension": "同意延期",
    "refuse_extension": "不同意延期",
    "complete": "提交补正",
    "approve": "答复：同意共享",
    "approve_partly": "答复：部分同意",
    "deny": "答复：不同意共享",
    "withdraw": "撤回申请",
}
"""Words of a verb on a button and on the timeline; the last three are the system's, when the chain is through."""
