"""Shapes of the register's HTML input."""

from typing import Any

from django import forms

from catalog.laws.models import LEVELS, LegalText
from catalog.taxonomy.keeping import split

DAY = forms.DateInput(attrs={"type": "date"})


class LegalTextForm(forms.Form):
    """One text."""

    title = forms.CharField(label="名称", max_length=200, help_text="全称，不加书名号。")
    aliases = forms.CharField(label="简称", required=False, max_length=500, help_text="常用的其他叫法，用顿号分开。")
    document_no = forms.CharField(label="文号", required=False, max_length=100)
    level = forms.ChoiceField(label="效力级别", choices=LEVELS)
    issuer = forms.CharField(label="制定机关", required=False, max_length=100)
    in_force_from = forms.DateField(label="施行日期", widget=DAY)
    in_force_to = forms.DateField(label="失效日期", required=False, widget=DAY, help_text="仍在施行的留空。")
    note = forms.CharField(label="备注", required=False, max_length=300)

    def clean_aliases(self) -> list[str]:
        return split(self.cleaned_data["aliases"])

    @classmethod
    def of(cls, text: LegalText) -> "LegalTextForm":
        """The form of a text as it is."""
        initial: dict[str, Any] = {name: getattr(text, name) for name in cls.base_fields}
        initial["aliases"] = "、".join(text.aliases)
        for name in ("in_force_from", "in_force_to"):
            initial[name] = initial[name].isoformat() if initial[name] else ""
        return cls(initial=initial)


class CloseForm(forms.Form):
    """The last day on which a text binds."""

    last_day = forms.DateField(label="施行到哪一天", widget=DAY)
