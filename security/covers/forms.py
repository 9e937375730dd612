"""Who stands in, from when until when, and why."""

from datetime import date
from typing import Any

from django import forms

from security.covers import queries


class CoverForm(forms.Form):
    """The choice of colleagues is the actor's own."""

    to = forms.ModelChoiceField(
        label="由谁代办",
        queryset=None,
        empty_label="请选择",
        help_text="本部门的同事；同一件事的经办和负责人仍须是两个人。",
    )
    from_on = forms.DateField(label="从", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    until_on = forms.DateField(
        label="到", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), help_text="当日 24 时自动结束。"
    )
    reason = forms.CharField(label="原因", max_length=200)

    def __init__(self, *args: Any, actor: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = queries.colleagues(actor)  # type: ignore[attr-defined]
        self.fields["to"].label_from_instance = lambda user: user.name  # type: ignore[attr-defined]
        for name in ("from_on", "until_on"):
            self.fields[name].widget.attrs["min"] = str(today)
