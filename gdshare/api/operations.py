"""What each operation is called on the documentation page. A test asks a line for every address."""

TAGS = {
    "resources": "目录与数据",
    "share-requests": "共享申请",
    "grants": "授权",
    "corrections": "疑义校核",
    "disputes": "争议",
    "agreements": "使用承诺",
}
"""First word of the path after /api/v1/ → the heading it stands under."""

_RESOURCE = "/api/v1/resources/"
_REQUEST = "/api/v1/share-requests/"
_GRANT = "/api/v1/grants/"
_CORRECTION = "/api/v1/corrections/"
_DISPUTE = "/api/v1/disputes/"

OPERATIONS: dict[tuple[str, str], tuple[str, str]] = {
    ("get", _RESOURCE): ("查目录", "您看得到的目录条目，从新到旧，按游标翻页。"),
    ("post", _RESOURCE): ("编制目录", "建一条草稿。由提供部门的经办办理，须用个人密钥。"),
    ("get", _RESOURCE + "{id}/"): ("目录详情", "条目的全部要素；allowed 列出现在能办的步骤，不能办的写明原因。"),
    ("patch", _RESOURCE + "{id}/"): ("修改目录", "只改草稿。"),
    ("post", _RESOURCE + "{id}/assess/"): ("评估目录", "保密评估或个人信息保护评估，逐项回答；只评估草稿。"),
    ("post", _RESOURCE + "{id}/submit/"): ("报负责人", "经办把草稿报本部门负责人。"),
    ("post", _RESOURCE + "{id}/approve/"): ("部门同意", "本部门负责人同意，转主管部门审核。"),
    ("post", _RESOURCE + "{id}/publish/"): (
        "审核发布",
        "政务数据主管部门审核通过，发布；effective_on 写明以后的日期，到那天生效。",
    ),
    ("post", _RESOURCE + "{id}/return/"): ("退回修改", "负责人或主管部门退回，须写意见。"),
    ("post", _RESOURCE + "{id}/revise/"): (
        "改版",
        "为已发布或已下架的条目建一份修订稿，回答的就是它；发布前原条目不变。",
    ),
    ("post", _RESOURCE + "{id}/discard/"): ("放弃修订稿", "只有修订稿可以放弃；原条目不变。"),
    ("post", _RESOURCE + "{id}/withdraw/"): ("下架", "须写原因。"),
    ("get", _RESOURCE + "{id}/schema/"): ("数据结构", "各信息项的类型、长度、分级和共享类型。"),
    ("get", _RESOURCE + "{id}/rows/"): ("按页取数", "按游标翻页；fields 选信息项，信息项名作参数可按相等或区间筛选。"),
    ("post", _RESOURCE + "{id}/rows/query/"): (
        "按页取数（条件写在请求体）",
        "筛选值敏感时用，地址和日志里不出现筛选值。",
    ),
    ("get", _RESOURCE + "{id}/data/"): ("整体下载", "format 为 csv 或 ndjson，边读边送，只含授权的信息项。"),
    ("get", _REQUEST): ("查申请", "您看得到的共享申请，从新到旧，按游标翻页。"),
    ("post", _REQUEST): ("起草申请", "逐项选择信息项，按提供部门拆成若干份草稿。须用个人密钥。"),
    ("get", _REQUEST + "{id}/"): ("申请详情", "内容、时限、审核环节；allowed 列出现在能办的步骤。"),
    ("post", _REQUEST + "{id}/save/"): ("保存草稿", "只改草稿和待补正的申请。"),
    ("post", _REQUEST + "{id}/submit/"): ("报负责人", "经办报本部门负责人。"),
    ("post", _REQUEST + "{id}/endorse/"): ("负责人同意", "送提供部门和主管部门审核，开始计时。"),
    ("post", _REQUEST + "{id}/send-back/"): ("负责人退回", "退回经办修改。"),
    ("post", _REQUEST + "{id}/propose/"): ("提出审核意见", "提供部门或主管部门经办，逐项提出。"),
    ("post", _REQUEST + "{id}/confirm/"): ("确认审核意见", "提供部门或主管部门负责人确认；各方都确认后作出决定。"),
    ("post", _REQUEST + "{id}/rework/"): ("退回经办重提", "负责人不同意经办的意见，退回重提。"),
    ("post", _REQUEST + "{id}/return/"): ("一次性告知补正", "列明全部需要补正的内容，只能用一次。"),
    ("post", _REQUEST + "{id}/consult/"): ("征求提供部门意见", "规则有这一环节的，主管部门经办征求一次。"),
    ("post", _REQUEST + "{id}/ask-extension/"): ("申请延期答复", "提供部门在到期前提出，写明原因和工作日数。"),
    ("post", _REQUEST + "{id}/agree-extension/"): ("同意延期", "主管部门负责人同意，告知申请部门。"),
    ("post", _REQUEST + "{id}/refuse-extension/"): ("不同意延期", "主管部门负责人写明理由，原期限不变。"),
    ("post", _REQUEST + "{id}/complete/"): ("补正后重新提交", "申请部门补正后送回审核。"),
    ("get", _REQUEST + "{id}/application.pdf"): ("下载申请表", "政务信息资源共享申请表，PDF。每次下载留痕。"),
    ("get", "/api/v1/agreements/"): ("列出使用承诺", "各版的正文、SHA-256 和施行日期，哪一版现行。"),
    ("get", _REQUEST + "{id}/attachments/"): ("列出证明材料", "名称、SHA-256、查毒结果和现在能不能下载。"),
    ("get", _REQUEST + "{id}/attachments/{attachment_pk}/"): (
        "下载证明材料",
        "原样的文件；没有查过毒（平台配置了查毒时）或有害的为 403。每次下载留痕。",
    ),
    ("get", _REQUEST + "{id}/messages/"): ("列出案内留言", "申请各方在这份申请里的留言，从先到后。"),
    ("post", _REQUEST + "{id}/messages/"): ("案内留言", "送达之后各方的经办或负责人都可以留言；不停止、不改变时限。"),
    ("post", _REQUEST + "{id}/attach/"): ("上传证明材料", "草稿和待补正时，申请部门经办上传一份文件（multipart）。"),
    ("post", _REQUEST + "{id}/detach/"): ("删除证明材料", "还没有随申请送出的才能删除。"),
    ("get", _REQUEST + "{id}/answer.pdf"): (
        "下载答复书",
        "政务信息资源共享答复书，PDF；答复之前为 409。每次下载留痕。",
    ),
    ("get", _REQUEST + "{id}/dossier.zip"): (
        "下载案卷",
        "文书、案情数据、时限算法、签名回执和清单，zip；脱离平台可以核验。每次下载留痕。",
    ),
    ("post", _REQUEST + "{id}/withdraw/"): ("撤回申请", "决定作出之前可以撤回。"),
    ("get", _GRANT): ("查授权", "本部门得到的和给出的授权。"),
    ("get", _GRANT + "{id}/"): ("授权详情", "信息项、用途、期限和状态。"),
    ("post", _GRANT + "{id}/dispose/"): (
        "出具处置证明",
        "由使用部门的经办办理；授权随之结束。",
    ),
    ("post", _GRANT + "{id}/report-rectified/"): ("报告整改", "由使用部门的经办办理。"),
    ("post", _GRANT + "{id}/suspend/"): ("暂停授权", "由提供部门或主管部门办理，须写原因。"),
    ("post", _GRANT + "{id}/resume/"): ("恢复授权", "由暂停的一方办理。"),
    ("post", _GRANT + "{id}/revoke/"): ("撤销授权", "不能恢复，须写原因。"),
    ("get", _CORRECTION): ("查疑义", "本部门报告的、对本部门数据的、告知本部门的。"),
    ("post", _CORRECTION): ("报告数据疑义", "按资源、信息项或记录，写明哪里不对和依据；提供部门开始计时。"),
    ("get", _CORRECTION + "{id}/"): ("疑义详情", "疑义、答复和更正后的数据版本。"),
    ("get", _CORRECTION + "{id}/consumers/"): ("谁用过旧数据", "告知过的部门，取过的版本，是否仍是旧版，何时确认。"),
    ("post", _CORRECTION + "{id}/accept/"): ("受理疑义", "提供部门着手更正，计时照走。"),
    ("post", _CORRECTION + "{id}/mend/"): ("更正办结", "先装载新版本；取过旧数据的部门都会收到告知。"),
    ("post", _CORRECTION + "{id}/refuse/"): ("答复核实无误", "须写核实的经过和理由。"),
    ("post", _CORRECTION + "{id}/withdraw/"): ("撤回疑义", "由报告的部门办理。"),
    ("post", _CORRECTION + "{id}/acknowledge/"): ("确认更正", "收到告知的部门确认，并写怎样处理。"),
    ("get", _DISPUTE): ("查争议", "本部门提出的、对本部门答复的、由本部门协调的。"),
    ("post", _DISPUTE): ("提出争议", "对不同意、部分同意的申请，或核实无误的疑义，写明诉求和理由；双方先协商。"),
    ("get", _DISPUTE + "{id}/"): ("争议详情", "诉求、协商意见、处理结果；allowed 列出现在能办的步骤。"),
    ("post", _DISPUTE + "{id}/state/"): ("陈述意见", "双方的经办或负责人。"),
    ("post", _DISPUTE + "{id}/offer/"): ("提出协商意见", "对方负责人同意即办结。"),
    ("post", _DISPUTE + "{id}/agree/"): ("同意协商意见", "terms 须与对方提出的逐字相同，否则为 409。"),
    ("post", _DISPUTE + "{id}/escalate/"): ("提请协调", "协商不成，由双方共同的主管部门协调。"),
    ("post", _DISPUTE + "{id}/coordinate/"): ("协调办结", "主管部门负责人，写明结果和理由。"),
    ("post", _DISPUTE + "{id}/refer/"): ("报政府决定", "协调不成，由主管部门报送。"),
    ("post", _DISPUTE + "{id}/record-ruling/"): ("登记政府决定", "写明文号、日期、结果和理由。"),
    ("post", _DISPUTE + "{id}/withdraw/"): ("撤回争议", "由提出的部门办理。"),
}
"""(method, path) → name, and one sentence on what it does."""
