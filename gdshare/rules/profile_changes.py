"""What two versions of a rule text say differently, in words. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gdshare.rules.profiles import (
    BASIS_LEVEL_LABELS,
    CITATION_LABELS,
    CLOCK_LABELS,
    UNCONDITIONAL_MODES,
    BasisLevel,
    Clock,
    Profile,
)

NOTHING = "（没有）"
SHARE_TYPES = {"UNCONDITIONAL": "无条件共享", "CONDITIONAL": "有条件共享"}
CLOCK_FIELDS = {
    "days": "工作日数",
    "extendable_by": "最多延长",
    "extension_needs": "延长的条件",
    "remind": "提醒",
    "basis": "依据",
    "reference": "出处",
    "starts": "从哪天算起",
    "responsible": "谁来办",
    "quote": "条文",
}
FIELDS = {
    "title": "名称",
    "document_no": "文号",
    "short_name": "简称",
    "issuer": "制定机关",
    "unconditional_mode": "无条件共享",
    "due_soon_days": "临期（工作日）",
    "ledger_years": "使用台账保存（年）",
    "return_pauses": "补正时暂停计时",
    "return_basis": "补正的依据",
    "deny_basis_levels": "不予共享的依据",
    "conditional_basis_levels": "有条件共享的依据",
    "note": "说明",
}


@dataclass(frozen=True)
class Difference:
    """One line: what, before, after."""

    label: str
    before: str
    after: str

    @property
    def sentence(self) -> str:
        return f"{self.label}：{self.before} → {self.after}"


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Everything that the second says otherwise than the first, in the order of the page."""
    old, new = dict(_lines(before)), dict(_lines(after))
    labels = dict.fromkeys([*old, *new])
    return [
        Difference(label, old.get(label, NOTHING), new.get(label, NOTHING))
        for label in labels
        if old.get(label, NOTHING) != new.get(label, NOTHING)
    ]


def _lines(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, label in FIELDS.items():
        yield label, _words(name, data.get(name))
    yield "审核的次序", chain_words(Profile.from_data(data))
    for clock in data.get("clocks", []):
        head = clock_label(clock)
        for name, label in CLOCK_FIELDS.items():
            yield f"{head}·{label}", _words(name, clock.get(name))
    for name, label in CITATION_LABELS.items():
        yield f"引用·{label}", _words(name, data.get("citations", {}).get(name))
    for quote in data.get("quotes", []):
        yield f"条文·{quote['topic']}", f"{quote['article']} {quote['text']}"


def clock_label(clock: Mapping[str, Any]) -> str:
    """答复共享申请（有条件共享）."""
    kind = SHARE_TYPES.get(clock.get("share_type") or "", "")
    return CLOCK_LABELS[Clock(clock["clock"])] + (f"（{kind}）" if kind else "")


def chain_words(profile: Profile) -> str:
    """第 1 阶段 提供部门经办、提供部门负责人；第 2 阶段 …."""
    stages: dict[int, list[str]] = {}
    for step in sorted(profile.chain, key=lambda step: (step.stage, step.side, step.position)):
        only = "".join(f"，只对{SHARE_TYPES[one]}" for one in step.share_types)
        stages.setdefault(step.stage, []).append(step.label + only)
    return "；".join(f"第 {stage} 阶段 {'、'.join(labels)}" for stage, labels in stages.items())


def _words(name: str, value: Any) -> str:
    if name == "unconditional_mode":
        return UNCONDITIONAL_MODES.get(str(value), str(value))
    if name.endswith("_basis_levels"):
        return "、".join(BASIS_LEVEL_LABELS[BasisLevel(level)] for level in value or []) or NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(str(one) for one in value) or NOTHING
    return NOTHING if value is None or value == "" else str(value)
