"""What a demand and its triage ask for."""

from typing import Any

from django import forms

from catalog.resources.models import UpdateCycle
from security.departments.models import Department


class DemandForm(forms.Form):
    """Step one says what is wanted; `why_unfit` is asked in step two, beside what the catalog has."""

    title = forms.CharField(label="要什么数据", max_length=100, help_text="几个词，例如：养老机构 床位。")
    item_names = forms.CharField(
        label="信息项", max_length=8000, widget=forms.Textarea(attrs={"rows": 4}), help_text="每行一个。"
    )
    description = forms.CharField(
        label="说明", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="范围、口径，哪里可能产生这些数据。",
    )  # fmt: skip
    use_purpose = forms.CharField(label="用途和场景", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    use_basis = forms.CharField(label="依据", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    update_cycle = forms.ChoiceField(label="多久更新", choices=UpdateCycle.choices, initial=UpdateCycle.MONTHLY)
    needed_from = forms.DateField(label="何时起要", widget=forms.DateInput(attrs={"type": "date"}))
    why_unfit = forms.CharField(
        label="为什么现有目录不能用", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, asks_why: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_why:
            del self.fields["why_unfit"]

    def clean_item_names(self) -> list[str]:
        """One name to a line."""
        return [line.strip() for line in self.cleaned_data["item_names"].splitlines() if line.strip()]


class RouteForm(forms.Form):
    """To whom, and why."""

    duty = forms.ModelChoiceField(label="分给", queryset=Department.objects.none(), empty_label="请选择部门")
    reason = forms.CharField(label="理由", max_length=2000, required=False)

    def __init__(self, *args: Any, demander: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Department.objects.filter(is_active=True).exclude(pk=demander).order_by("region__code", "pk")
        self.fields["duty"].queryset = rows  # type: ignore[attr-defined]
