"""The shape of what people type about a 共享申请. Never saves; a draft may be incomplete."""

import re
from typing import Any

from django import forms

from catalog.resources.models import ShareMode
from sharing.grants.terms import RuleKind
from sharing.share_requests.models import Conclusion, ItemDecision, UseScope

RULE_LINES = 3
"""Rules on rows that one proposal page offers."""
_BETWEEN = re.compile(r"[,，、;；\r\n]+")
DISPOSALS = ("不落库", "到期销毁", "随案卷归档")


class DraftForm(forms.Form):
    """Any part of the draft, as one field or as the whole page."""

    title = forms.CharField(label="事由", max_length=120, required=False)
    use_basis = forms.CharField(label="使用依据", max_length=2000, required=False)
    use_basis_article = forms.CharField(label="条款", max_length=60, required=False)
    use_scenario = forms.CharField(label="使用场景", max_length=4000, required=False)
    use_scope = forms.ChoiceField(label="使用范围", choices=[("", ""), *UseScope.choices], required=False)
    share_mode = forms.ChoiceField(label="共享方式", choices=[("", ""), *ShareMode.choices], required=False)
    use_from = forms.DateField(label="使用开始", required=False)
    use_to = forms.DateField(label="使用截止", required=False)
    disposal = forms.CharField(label="用完怎样处置", max_length=60, required=False)
    is_pledged = forms.BooleanField(label="使用承诺", required=False)
    agreement = forms.IntegerField(required=False)
    is_backflow = forms.BooleanField(label="回流", required=False)
    version = forms.IntegerField(required=False)

    def values(self) -> dict[str, Any]:
        """The elements that were on the page and are well-formed."""
        shown = {name for name in self.fields if name in self.data} - {"version"}
        if "pledge_shown" in self.data:
            shown.add("is_pledged")
        if "backflow_shown" in self.data:
            shown.add("is_backflow")
        return {name: self.cleaned_data[name] for name in self.fields if name in shown & set(self.cleaned_data)}

    def necessities(self) -> dict[int, str]:
        """必要性 by item."""
        return {
            int(name.removeprefix("necessity_")): self.data[name]
            for name in self.data
            if name.startswith("necessity_") and name.removeprefix("necessity_").isdecimal()
        }

    def chosen(self) -> dict[int, list[int]]:
        """The ticked items of each resource whose picker was on the page."""
        shown = [int(pk) for pk in self.data.getlist("picker") if pk.isdecimal()]  # type: ignore[attr-defined]
        return {
            pk: [int(item) for item in self.data.getlist(f"item_{pk}") if item.isdecimal()]  # type: ignore[attr-defined]
            for pk in shown
        }

    def fault_words(self) -> str:
        """What was not kept, in one sentence."""
        return "；".join(f"{self.fields[name].label}：{errors[0]}" for name, errors in self.errors.items())


class ProposalForm(forms.Form):
    """The reviewer's conclusion with a decision for each item."""

    conclusion = forms.ChoiceField(
        label="审核结论", choices=Conclusion.choices, error_messages={"required": "请选择审核结论。"}
    )
    opinion = forms.CharField(label="答复意见", max_length=4000, required=False)
    basis = forms.CharField(label="依据", max_length=2000, required=False)
    rows_per_day = forms.IntegerField(label="每日行数", required=False)
    calls_per_day = forms.IntegerField(label="每日次数", required=False)
    version = forms.IntegerField(required=False)

    def __init__(self, *args: Any, item_ids: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item_ids = item_ids
        for pk in item_ids:
            self.fields[f"decision_{pk}"] = forms.ChoiceField(choices=ItemDecision.choices, required=False)
            self.fields[f"reason_{pk}"] = forms.CharField(max_length=300, required=False)
        for number in range(RULE_LINES):
            self.fields[f"rule_item_{number}"] = forms.IntegerField(required=False)
            self.fields[f"rule_kind_{number}"] = forms.ChoiceField(choices=RuleKind.choices, required=False)
            self.fields[f"rule_text_{number}"] = forms.CharField(max_length=8000, required=False)

    def item_decisions(self) -> dict[int, dict[str, str]]:
        """Decision and reason by item."""
        data = self.cleaned_data
        return {pk: {"decision": data[f"decision_{pk}"], "reason": data[f"reason_{pk}"]} for pk in self.item_ids}

    def terms(self) -> dict[str, Any] | None:
        """The conditions; None when the page did not show them. Values without an item are kept, to be refused."""
        if "terms_shown" not in self.data:
            return None
        data, rows = self.cleaned_data, []
        for number in range(RULE_LINES):
            item, text = data[f"rule_item_{number}"], data[f"rule_text_{number}"]
            if item or text:
                kind = data[f"rule_kind_{number}"] or RuleKind.PREFIX
                rows.append({"item": item or 0, "kind": kind, "values": _BETWEEN.split(text)})
        return {"rows": rows, "rows_per_day": data["rows_per_day"], "calls_per_day": data["calls_per_day"]}


class AlikeForm(forms.Form):
    """One opinion for the ticked cases, each with the version that was read."""

    conclusion = forms.CharField(max_length=20, required=False)
    opinion = forms.CharField(label="意见", max_length=4000, required=False)
    basis = forms.CharField(label="依据", max_length=2000, required=False)

    def chosen(self) -> dict[int, int | None]:
        """Number of each ticked case → version of its page."""
        ticked = [pk for pk in self.data.getlist("case") if pk.isdecimal()] if self.is_bound else []  # type: ignore[attr-defined]
        versions = {pk: self.data.get(f"version_{pk}", "") for pk in ticked}
        return {int(pk): int(version) if version.isdecimal() else None for pk, version in versions.items()}


class OpinionForm(forms.Form):
    """A short opinion, needed or not."""

    opinion = forms.CharField(label="意见", max_length=2000, required=False)
    version = forms.IntegerField(required=False)


class ExtensionForm(forms.Form):
    """Why, and how many working days more."""

    days = forms.IntegerField(
        label="延长工作日", min_value=1, max_value=60, error_messages={"required": "请写明延长几个工作日。"}
    )
    reason = forms.CharField(label="特殊原因", max_length=1000, error_messages={"required": "请写明特殊原因。"})
    version = forms.IntegerField(required=False)


class ReturnForm(forms.Form):
    """一次性告知: one missing thing per line."""

    points = forms.CharField(
        label="需要补正的内容", max_length=4000, error_messages={"required": "请列出需要补正的全部内容，每行一条。"}
    )
    version = forms.IntegerField(required=False)

    def lines(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["points"].splitlines() if line.strip()]


class CompleteForm(DraftForm):
    """The answer to the notice, with the bettered elements."""

    note = forms.CharField(label="补正说明", max_length=4000, error_messages={"required": "请逐条说明补正了什么。"})

    def values(self) -> dict[str, Any]:
        found = super().values()
        found.pop("note", None)
        return found
