"""What a handover asks for."""

from typing import Any

from django import forms

from security.accounts.models import User
from security.departments.models import Department
from sharing.handover import queries


class HandoverForm(forms.Form):
    """Who takes over, and why."""

    to = forms.ModelChoiceField(
        label="接手人", queryset=None, empty_label="请选择", help_text="有在办申请的，须是本部门的经办。"
    )
    reason = forms.CharField(label="原因", max_length=200, help_text="例如：调离、退休、借调。")

    def __init__(self, *args: Any, person: User, department: Department, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = queries.heirs(person, department)  # type: ignore[attr-defined]
        self.fields["to"].label_from_instance = lambda user: user.name  # type: ignore[attr-defined]
