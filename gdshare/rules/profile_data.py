"""The rule texts we ship, as data. A changed text is a new version, never an edit: open requests keep theirs."""

from typing import Any

DEFAULT_REMIND = [5, 3, 1, 0]
REGULATION = "《政务数据共享条例》"
PROVINCE = "粤府办〔2018〕50号"

PRIVACY = {"personal_information": "个人信息保护法第五十五条"}


def dispute_clocks(basis: str, reference: str = "") -> list[dict[str, Any]]:
    """The rungs of a dispute: no text that we know gives days; an operator may set his own (内部时限)."""
    rungs = (
        ("DISPUTE_NEGOTIATION", "提出争议", "提供部门"),
        ("DISPUTE_COORDINATION", "提请协调", "主管部门"),
        ("DISPUTE_RULING", "报送政府", "主管部门"),
    )
    return [
        {
            "clock": clock, "days": None, "basis": basis, "starts": starts, "responsible": responsible,
            "reference": reference,
        }
        for clock, starts, responsible in rungs
    ]  # fmt: skip


def supervision_clock(basis: str, reference: str = "") -> dict[str, Any]:
    """The clock of a 督办单: each order names its own day, so no profile has a figure."""
    return {
        "clock": "SUPERVISION", "days": None, "basis": basis, "starts": "发出督办单", "responsible": "被督办部门",
        "reference": reference, "remind": [1, 0],
    }  # fmt: skip


COUNTING = {
    "receipt_day": "民法典第二百零一条",
    "rest_days": "行政许可法第八十二条",
    "last_moment": "民法典第二百零三条",
}
"""How days are counted stands in the codes, whichever rule text gives the number of them."""

_Q17_2 = (
    "因法律、行政法规、国务院决定调整或者政府部门职责变化导致政务数据目录需要相应更新的，政府部门应当自调整、变化发生之日起"
    "10个工作日内对政务数据目录完成更新，并报送同级政务数据共享主管部门审核。因特殊原因需要延长更新期限的，经同级政务数据共享"
    "主管部门同意，可以延长5个工作日。"
)
_Q17_3 = "政务数据共享主管部门应当自收到更新后的政务数据目录之日起2个工作日内完成审核并发布。"
_Q20_2 = (
    "政务数据需求部门应当根据履行职责需要，按照统一发布的政务数据目录，经本部门政务数据共享工作机构负责人同意后，依法提出政务"
    "数据共享申请，明确使用依据、使用场景、使用范围、共享方式、使用时限等，并保证政务数据共享申请的真实性、合法性和必要性。"
)
_Q20_3 = (
    "政务数据提供部门应当按照本条例第二十一条规定的期限对政务数据需求部门提出的政务数据共享申请进行审核，经本部门政务数据共享"
    "工作机构负责人同意后作出答复。"
)
_Q21_1 = (
    "政务数据需求部门申请共享的政务数据属于无条件共享类的，政务数据提供部门应当自收到政务数据共享申请之日起1个工作日内作出答复；"
    "属于有条件共享类的，应当自收到政务数据共享申请之日起10个工作日内作出是否同意共享的答复。"
)
_Q21_EXTENSION = (
    "因特殊原因需要延长答复期限的，政务数据提供部门应当报经同级政务数据共享主管部门同意，并告知政务数据需求部门，延长的期限"
    "最长不得超过10个工作日。"
)
_Q21_2 = (
    "政务数据需求部门提交的申请材料不全的，政务数据提供部门应当一次性告知其需要补充的材料，不得直接予以拒绝。政务数据提供部门"
    "不同意共享的，应当说明理由。"
)
_Q22_1 = "政务数据提供部门应当自作出同意共享的答复之日起20个工作日内共享政务数据。"
_Q26_2 = "政务数据提供部门应当自收到政务数据校核申请之日起10个工作日内予以核实、更正并反馈校核处理结果。"

GD_50: dict[str, Any] = {
    "code": "GD-50",
    "version": 1,
    "title": "广东省政务数据资源共享管理办法（试行）",
    "document_no": PROVINCE,
    "short_name": "50号文",
    "issuer": "广东省人民政府办公厅",
    "in_force_from": "2019-01-01",
    "unconditional_mode": "self_service",
    "due_soon_days": 3,
    "ledger_years": 3,
    "return_pauses": True,
    "return_basis": "50号文没有规定补正；参照《政务数据共享条例》第二十一条一次性告知，告知至补正之间暂停计时",
    "deny_basis_levels": ["LAW", "ADMIN_REGULATION", "LOCAL_REGULATION", "RULE"],
    "conditional_basis_levels": ["LAW", "ADMIN_REGULATION", "LOCAL_REGULATION", "RULE"],
    "chain": [
        {"side": "PROVIDER", "post": "HANDLER", "stage": 1, "position": 1},
        {"side": "PROVIDER", "post": "HEAD", "stage": 1, "position": 2},
        {"side": "AUTHORITY", "post": "HANDLER", "stage": 1, "position": 1},
        {"side": "AUTHORITY", "post": "HEAD", "stage": 1, "position": 2},
    ],
    "clocks": [
        {
            "clock": "REPLY",
            "share_type": "CONDITIONAL",
            "days": 10,
            "basis": "50号文第十九条",
            "quote": (
                "使用有条件共享类政务数据资源的，由政务数据使用部门提出共享申请，说明共享用途和申请数据项内容，政务数据主管部门会同"
                "政务数据提供部门按照规定的共享条件进行审核；收到申请后10个工作日内答复，审核通过的，开通相应共享权限，审核不通过的，"
                "应说明理由。"
            ),
            "starts": "收到申请",
            "responsible": "主管部门会同提供部门",
            "remind": DEFAULT_REMIND,
            "extendable_by": 10,
            "extension_needs": f"主管部门同意，并告知使用部门（参照{REGULATION}第二十一条）",
        },
        {
            "clock": "REPLY_EXTENSION",
            "remind": [],
            "days": 10,
            "basis": "条例第二十一条",
            "quote": _Q21_EXTENSION,
            "starts": "原期限届满",
            "responsible": "提供部门提出，主管部门同意",
            "reference": f"参照{REGULATION}第二十一条",
        },
        {
            "clock": "SUPPLY",
            "days": 20,
            "basis": "条例第二十二条",
            "quote": _Q22_1,
            "starts": "作出同意的答复",
            "responsible": "提供部门",
            "reference": f"参照{REGULATION}第二十二条",
        },
        {
            "clock": "CATALOG_UPDATE",
            "days": 15,
            "basis": "50号文第九条",
            "quote": "政务数据资源目录应在有关法律法规作出修订或行政管理职能发生变化之日起15个工作日内及时作出更新。",
            "starts": "法律法规修订或职能变化",
            "responsible": "省级政务部门；市级主管部门",
        },
        {
            "clock": "CATALOG_AUDIT",
            "days": 2,
            "basis": "条例第十七条",
            "quote": _Q17_3,
            "starts": "收到更新后的目录",
            "responsible": "主管部门",
            "reference": f"参照{REGULATION}第十七条",
        },
        {
            "clock": "CORRECTION",
            "days": 10,
            "basis": "条例第二十六条",
            "quote": _Q26_2,
            "starts": "收到校核申请",
            "responsible": "提供部门",
            "reference": f"参照{REGULATION}第二十六条",
        },
        *dispute_clocks("条例第二十八条", f"参照{REGULATION}第二十八条"),
        supervision_clock("50号文第二十九条、第三十条"),
    ],
    "quotes": [
        {
            "topic": "无条件共享怎样取用",
            "article": "第十九条",
            "text": "政务部门因履行职责需要使用无条件共享类政务数据资源的，可通过省政务大数据中心自行获取。",
        },
        {
            "topic": "不能拿内部办法作依据",
            "article": "第十六条",
            "text": (
                "没有法律、法规、规章依据，政务部门不得拒绝其他政务部门提出的共享要求，政务部门不得以部门内部管理办法作为不共享的依据。"
            ),
        },
        {
            "topic": "有条件和不予共享要有依据",
            "article": "第十八条",
            "text": "有条件共享和不予共享的政务数据资源，需提供有关法律、法规和规章依据，否则应当无条件共享。",
        },
    ],
    "citations": {
        "five_elements": f"参照{REGULATION}第二十条",
        "office_head": f"参照{REGULATION}第二十条",
        "third_party": f"参照{REGULATION}第二十五条",
        "one_notice": f"参照{REGULATION}第二十一条",
        "internal_rules": "50号文第十六条",
        "not_shared_basis": "50号文第十八条",
        "conditional_basis": "50号文第十八条",
        "conditions_stated": "50号文第十八条",
        "basic_items": "50号文第十七条",
        "unclassified": "50号文第二条",
        "catalog_for_project": "50号文第十一条",
        "catalog_for_acceptance": "50号文第十一条",
        "termination": f"参照{REGULATION}第二十七条",
        "dispute": f"参照{REGULATION}第二十八条",
        "backflow": f"参照{REGULATION}第二十四条",
        "supervision": "50号文第二十九条、第三十条",
        "use_ledger": f"参照{REGULATION}第二十九条第二款",
        **PRIVACY,
        **COUNTING,
    },
}

CN_809: dict[str, Any] = {
    "code": "CN-809",
    "version": 1,
    "title": "政务数据共享条例",
    "document_no": "国务院令第809号",
    "short_name": "条例",
    "issuer": "国务院",
    "in_force_from": "2025-08-01",
    "unconditional_mode": "application",
    "due_soon_days": 3,
    "ledger_years": 3,
    "return_pauses": True,
    "return_basis": "条例第二十一条一次性告知；告知至补正之间是否计时，条例没有规定，本平台设为暂停计时",
    "deny_basis_levels": ["LAW", "ADMIN_REGULATION", "STATE_COUNCIL_DECISION"],
    "conditional_basis_levels": [],
    "chain": [
        {"side": "PROVIDER", "post": "HANDLER", "stage": 1, "position": 1},
        {"side": "PROVIDER", "post": "HEAD", "stage": 1, "position": 2},
    ],
    "clocks": [
        {
            "clock": "REPLY",
            "share_type": "UNCONDITIONAL",
            "days": 1,
            "basis": "条例第二十一条",
            "quote": _Q21_1,
            "starts": "收到申请",
            "responsible": "提供部门",
            "remind": DEFAULT_REMIND,
        },
        {
            "clock": "REPLY",
            "share_type": "CONDITIONAL",
            "days": 10,
            "basis": "条例第二十一条",
            "quote": _Q21_1,
            "starts": "收到申请",
            "responsible": "提供部门",
            "remind": DEFAULT_REMIND,
            "extendable_by": 10,
            "extension_needs": "报经同级主管部门同意，并告知需求部门",
        },
        {
            "clock": "REPLY_EXTENSION",
            "remind": [],
            "days": 10,
            "basis": "条例第二十一条",
            "quote": _Q21_EXTENSION,
            "starts": "原期限届满",
            "responsible": "提供部门提出，主管部门同意",
        },
        {
            "clock": "SUPPLY",
            "days": 20,
            "basis": "条例第二十二条",
            "quote": _Q22_1,
            "starts": "作出同意的答复",
            "responsible": "提供部门",
        },
        {
            "clock": "CATALOG_UPDATE",
            "days": 10,
            "basis": "条例第十七条",
            "quote": _Q17_2,
            "starts": "法律、行政法规、国务院决定调整或者职责变化",
            "responsible": "政府部门",
            "extendable_by": 5,
            "extension_needs": "经同级主管部门同意",
        },
        {
            "clock": "CATALOG_UPDATE_EXTENSION",
            "remind": [],
            "days": 5,
            "basis": "条例第十七条",
            "quote": _Q17_2,
            "starts": "原期限届满",
            "responsible": "政府部门提出，主管部门同意",
        },
        {
            "clock": "CATALOG_AUDIT",
            "days": 2,
            "basis": "条例第十七条",
            "quote": _Q17_3,
            "starts": "收到更新后的目录",
            "responsible": "主管部门",
        },
        {
            "clock": "CORRECTION",
            "days": 10,
            "basis": "条例第二十六条",
            "quote": _Q26_2,
            "starts": "收到校核申请",
            "responsible": "提供部门",
        },
        *dispute_clocks("条例第二十八条"),
        supervision_clock("条例第三十八条、第三十九条"),
    ],
    "quotes": [
        {"topic": "申请要写什么、谁先同意", "article": "第二十条", "text": _Q20_2},
        {"topic": "谁来答复", "article": "第二十条", "text": _Q20_3},
        {"topic": "材料不全和不同意", "article": "第二十一条", "text": _Q21_2},
        {
            "topic": "不予共享的依据",
            "article": "第十五条",
            "text": (
                "对属于不予共享类的政务数据，政府部门应当在政务数据目录中列明理由，并明确相应的法律、行政法规以及国务院决定依据。"
            ),
        },
    ],
    # The regulation asks no basis for 有条件共享 and knows no basic items: there the province's text is the reference.
    "citations": {
        "five_elements": "条例第二十条",
        "office_head": "条例第二十条",
        "third_party": "条例第二十五条",
        "one_notice": "条例第二十一条",
        "internal_rules": "条例第十五条",
        "not_shared_basis": "条例第十五条",
        "conditional_basis": f"参照{PROVINCE}第十八条",
        "conditions_stated": "条例第十五条",
        "basic_items": f"参照{PROVINCE}第十七条",
        "unclassified": "条例第三条",
        "catalog_for_project": f"参照{PROVINCE}第十一条",
        "catalog_for_acceptance": f"参照{PROVINCE}第十一条",
        "termination": "条例第二十七条",
        "dispute": "条例第二十八条",
        "backflow": "条例第二十四条",
        "supervision": "条例第三十八条、第三十九条",
        "use_ledger": "条例第二十九条第二款",
        **PRIVACY,
        **COUNTING,
    },
}

SHIPPED = (GD_50, CN_809)
