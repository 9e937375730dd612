"""The shape of an audit: a mark for each property, remarks at their places, and from which day."""

from typing import Any

from django import forms
from django.http import QueryDict

from catalog.resources.actions import Mark, Remark
from catalog.resources.models import AuditProperty
from gdshare.lib.errors import Invalid

LONGEST_REMARK = 500


class AuditForm(forms.Form):
    """What the audit page sends, whichever of its buttons was pressed."""

    opinion = forms.CharField(label="意见", required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}))
    effective_on = forms.DateField(
        label="生效日", required=False, help_text="不填即今天生效；以后的日期，到那天才列出。",
        widget=forms.DateInput(attrs={"type": "date"}),
    )  # fmt: skip

    def cleaned(self) -> dict[str, Any]:
        """Everything as `publish` and `return_` take it. Raises Invalid with what was wrong first."""
        if not self.is_valid():
            name, errors = next(iter(self.errors.items()))
            label = self.fields[name].label
            raise Invalid(f"{label}：{errors[0]}", remedy="请返回上一页改正后再提交。")
        data: Any = self.data
        return {**self.cleaned_data, "marks": marks_of(data), "remarks": remarks_of(data)}


def marks_of(data: QueryDict) -> dict[str, Mark] | None:
    """The marks that were sent; None when the page had none (a button of its own)."""
    found = {
        name: Mark(data[f"mark-{name}"] == "1", data.get(f"why-{name}", "")[:300])
        for name in AuditProperty.values
        if data.get(f"mark-{name}") in ("0", "1")
    }
    return found or None


def remarks_of(data: QueryDict) -> list[Remark]:
    """`at-<field>` for the entry's fields, `item-<id>` for its items; blank ones are none."""
    found = []
    for key, text in data.items():
        place, _, name = key.partition("-")
        text = str(text).strip()
        if place not in ("at", "item") or not text:
            continue
        if len(text) > LONGEST_REMARK:
            raise Invalid(f"有一条意见超过 {LONGEST_REMARK} 字。", remedy="请返回上一页缩短后再提交。")
        if place == "at":
            found.append(Remark(text, field=name))
        elif name.isdecimal() and len(name) < 18:
            found.append(Remark(text, item=int(name)))
    return found
