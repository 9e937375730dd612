"""What a 机构变更 asks for."""

from typing import Any

from django import forms

from security.departments.models import Department
from sharing.succession.models import ChangeKind


class ChangeForm(forms.Form):
    """The document, and what it says: a new name, a successor, or neither."""

    kind = forms.ChoiceField(label="变更", choices=ChangeKind.choices)
    successor = forms.ModelChoiceField(
        label="承接部门", queryset=None, required=False, empty_label="请选择", help_text="并入时填写。"
    )
    name = forms.CharField(label="新名称", max_length=100, required=False, help_text="更名时填写，与新印章一致。")
    short_name = forms.CharField(label="新简称", max_length=40, required=False)
    document_no = forms.CharField(label="批文文号", max_length=60)
    document_on = forms.DateField(label="成文日期", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, department: Department, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Department.objects.filter(is_active=True).exclude(pk=department.pk)
        self.fields["successor"].queryset = others.order_by("region__code", "id")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        kind = given.get("kind")
        if kind == ChangeKind.MERGED and not given.get("successor"):
            self.add_error("successor", "并入须写明承接部门。")
        if kind == ChangeKind.RENAMED:
            for field in ("name", "short_name"):
                if not given.get(field):
                    self.add_error(field, "更名须填写。")
        return given
