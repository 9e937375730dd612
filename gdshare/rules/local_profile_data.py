"""Local rule texts as data: GD-2008, SC-2022, GP-2024, TJ-2018, SH-2021.

They prove that the chain is data: the provider decides, the authority decides and consults, a check comes first, a
negative list. What a text leaves open takes the figure of the State Council's regulation, which binds them all, and is
shown as “参照…”. A figure that nobody gives is null: such a profile cannot be switched on.
"""

from typing import Any

from gdshare.rules.profile_data import CN_809, COUNTING, DEFAULT_REMIND, PRIVACY, PROVINCE, REGULATION

_NOTE = "条文由公开文本摘录，施行日期按通过或公布日期登记，启用前请使用单位的法制机构核对。"
_SILENT = ("SUPPLY", "CATALOG_UPDATE", "CATALOG_AUDIT", "CORRECTION", "SUPERVISION")
_ARTICLES = {
    "SUPPLY": "第二十二条",
    "CATALOG_UPDATE": "第十七条",
    "CATALOG_AUDIT": "第十七条",
    "CORRECTION": "第二十六条",
    "SUPERVISION": "第三十八条、第三十九条",
}


def _borrowed(*given: str) -> list[dict[str, Any]]:
    """The regulation's clocks for what the text itself is silent on; `given` are those it speaks of."""
    own = {clock["clock"]: clock for clock in CN_809["clocks"]}
    return [
        {**own[name], "reference": f"参照{REGULATION}{_ARTICLES[name]}", "extendable_by": None, "extension_needs": ""}
        for name in _SILENT
        if name not in given
    ]


def _clock(name: str, days: int | None, basis: str, starts: str, responsible: str, **more: Any) -> dict[str, Any]:
    return {
        "clock": name, "days": days, "basis": basis, "starts": starts, "responsible": responsible,
        "remind": DEFAULT_REMIND,
    } | more  # fmt: skip


def _step(side: str, post: str, stage: int, position: int, **more: Any) -> dict[str, Any]:
    return {"side": side, "post": post, "stage": stage, "position": position} | more


_PROVIDER = [_step("PROVIDER", "HANDLER", 1, 1), _step("PROVIDER", "HEAD", 1, 2)]
_CITATIONS = {
    "five_elements": f"参照{REGULATION}第二十条",
    "office_head": f"参照{REGULATION}第二十条",
    "third_party": f"参照{REGULATION}第二十五条",
    "one_notice": f"参照{REGULATION}第二十一条",
    "internal_rules": f"参照{REGULATION}第十五条",
    "not_shared_basis": f"参照{REGULATION}第十五条",
    "conditional_basis": f"参照{PROVINCE}第十八条",
    "conditions_stated": f"参照{REGULATION}第十五条",
    "basic_items": f"参照{PROVINCE}第十七条",
    "unclassified": f"参照{REGULATION}第三条",
    "catalog_for_project": f"参照{PROVINCE}第十一条",
    "catalog_for_acceptance": f"参照{PROVINCE}第十一条",
    "termination": f"参照{REGULATION}第二十七条",
    "dispute": f"参照{REGULATION}第二十八条",
    "backflow": f"参照{REGULATION}第二十四条",
    "supervision": f"参照{REGULATION}第三十八条、第三十九条",
    "use_ledger": f"参照{REGULATION}第二十九条第二款",
    **PRIVACY,
    **COUNTING,
}
_COMMON: dict[str, Any] = {
    "version": 1,
    "due_soon_days": 3,
    "ledger_years": 3,
    "return_pauses": True,
    "return_basis": f"参照{REGULATION}第二十一条一次性告知，告知至补正之间本平台设为暂停计时",
    "deny_basis_levels": ["LAW", "ADMIN_REGULATION", "STATE_COUNCIL_DECISION"],
    "conditional_basis_levels": [],
    "quotes": [],
    "citations": _CITATIONS,
    "note": _NOTE,
}

GD_2008: dict[str, Any] = _COMMON | {
    "code": "GD-2008",
    "title": "广东省政务信息资源共享管理试行办法",
    "document_no": "粤府办〔2008〕64号",
    "short_name": "2008年办法",
    "issuer": "广东省人民政府办公厅",
    "in_force_from": "2008-01-01",
    "in_force_to": "2018-12-31",
    "unconditional_mode": "self_service",
    "chain": _PROVIDER,
    "clocks": [
        _clock(
            "REPLY", 15, "2008年办法第二十二条", "收到申请", "提供部门", share_type="CONDITIONAL",
            quote=(
                "提供信息的行政机关应当自收到申请之日起15个工作日内予以答复，同意提供信息的，通过电子政务信息资源中心或按双方约定的"
                "方式共享信息，并报信息化主管部门备案；不同意提供信息的，应当书面说明理由。"
            ),
        ),
        *_borrowed(),
    ],
    "note": f"{_NOTE}已由{PROVINCE}取代，供对照和推演。",
}  # fmt: skip

SC_2022: dict[str, Any] = _COMMON | {
    "code": "SC-2022",
    "title": "四川省数据条例",
    "document_no": "四川省数据条例（2022年12月2日通过）",
    "short_name": "四川条例",
    "issuer": "四川省人民代表大会常务委员会",
    "in_force_from": "2022-12-02",
    "unconditional_mode": "self_service",
    "chain": [
        _step("AUTHORITY", "HANDLER", 1, 1),
        _step("AUTHORITY", "HEAD", 1, 2),
        _step("PROVIDER", "HANDLER", 1, 1, duty="CONSULT"),
        _step("PROVIDER", "HEAD", 1, 2, duty="CONSULT"),
    ],
    "clocks": [
        _clock(
            "REPLY", 5, "四川条例第二十四条", "平台收到申请", "数据管理机构", share_type="CONDITIONAL", extendable_by=5,
            extension_needs="根据目录不能确定，向数据提供单位征求意见的",
        ),
        _clock("REPLY_EXTENSION", 5, "四川条例第二十四条", "征求意见", "数据管理机构", remind=[]),
        _clock("CONSULT", 3, "四川条例第二十四条", "收到征求意见", "数据提供单位"),
        _clock("REFUSAL_REVIEW", 2, "四川条例第二十四条", "收到不同意的意见", "数据管理机构"),
        _clock("SUPPLY", 2, "四川条例第二十四条", "收到同意的意见", "数据管理机构"),
        *_borrowed("SUPPLY"),
    ],
}  # fmt: skip

GP_2024: dict[str, Any] = _COMMON | {
    "code": "GP-2024",
    "title": "高平市政务数据共享细则",
    "document_no": "高平市政务数据共享细则（2024年公布）",
    "short_name": "高平细则",
    "issuer": "高平市人民政府",
    "in_force_from": "2024-03-06",
    "unconditional_mode": "precheck",
    "chain": [
        _step("AUTHORITY", "HANDLER", 1, 1, duty="PRECHECK"),
        _step("AUTHORITY", "HEAD", 1, 2, duty="PRECHECK"),
        _step("PROVIDER", "HANDLER", 2, 1, share_types=["CONDITIONAL"]),
        _step("PROVIDER", "HEAD", 2, 2, share_types=["CONDITIONAL"]),
    ],
    "clocks": [
        _clock("PRECHECK", 2, "高平细则关于共享的规定", "收到申请", "主管部门"),
        _clock("REPLY", 5, "高平细则关于共享的规定", "收到转来的申请", "提供部门", share_type="CONDITIONAL"),
        _clock("REPLY_NOT_MOUNTED", 10, "高平细则关于共享的规定", "收到转来的申请", "提供部门"),
        *_borrowed(),
    ],
}

TJ_2018: dict[str, Any] = _COMMON | {
    "code": "TJ-2018",
    "title": "天津市促进大数据发展应用条例",
    "document_no": "天津市促进大数据发展应用条例（2018年12月14日通过）",
    "short_name": "天津条例",
    "issuer": "天津市人民代表大会常务委员会",
    "in_force_from": "2018-12-14",
    "unconditional_mode": "self_service",
    "chain": _PROVIDER,
    "clocks": [
        _clock("REPLY", 2, "天津条例第十七条", "受理", "数据提供单位", share_type="CONDITIONAL"),
        *_borrowed(),
    ],
    "note": f"{_NOTE}现行有效与否没有查证。",
}

SH_2021: dict[str, Any] = _COMMON | {
    "code": "SH-2021",
    "title": "上海市数据条例",
    "document_no": "上海市数据条例（2021年11月25日通过）",
    "short_name": "上海条例",
    "issuer": "上海市人民代表大会常务委员会",
    "in_force_from": "2021-11-25",
    "unconditional_mode": "negative_list",
    "chain": _PROVIDER,
    "clocks": [
        _clock("REPLY", None, "上海条例没有给出", "收到申请", "市级责任部门", share_type="CONDITIONAL"),
        _clock("OFF_CATALOG", 15, "上海条例第三十九条", "收到共享需求", "市级责任部门"),
        *_borrowed(),
    ],
    "note": f"{_NOTE}负面清单上的数据几日答复，条文没有给出，须由使用单位确定。",
}

LOCAL = (GD_2008, SC_2022, GP_2024, TJ_2018, SH_2021)
