"""Shapes of what people type about departments."""

from typing import Any

from django import forms

from gdshare.lib.codes import uscc_fault
from security.departments.models import Department, DepartmentKind, Level, Region


def validate_uscc(value: str) -> None:
    """GB 32100-2015: length, letters and check character, with the reason in words."""
    fault = uscc_fault(value)
    if fault:
        raise forms.ValidationError(f"{fault}。")


class UsccField(forms.CharField):
    """统一社会信用代码, capitals and without blanks."""

    default_validators = [validate_uscc]

    def to_python(self, value: Any) -> str:
        return "".join((super().to_python(value) or "").split()).upper()


class DepartmentForm(forms.Form):
    """A department as the register keeps it."""

    name = forms.CharField(label="名称", max_length=100, help_text="机构全称，与印章一致。")
    short_name = forms.CharField(label="简称", max_length=40)
    uscc = UsccField(label="统一社会信用代码", help_text="18 位，末位是校验位。")
    kind = forms.ChoiceField(label="性质", choices=DepartmentKind.choices)
    level = forms.ChoiceField(label="层级", choices=Level.choices)
    region = forms.ModelChoiceField(label="行政区划", queryset=Region.objects.order_by("code"), empty_label="请选择")
    parent = forms.ModelChoiceField(
        label="上级部门",
        queryset=Department.objects.order_by("region__code", "id"),
        required=False,
        empty_label="没有",
    )
    aliases = forms.CharField(
        label="曾用名", required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="每行一个。"
    )
    duties = forms.CharField(label="职责", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    sharing_office = forms.CharField(label="数据共享工作机构", max_length=100, required=False)
    is_active = forms.BooleanField(label="在用", required=False, initial=True)

    def clean_aliases(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["aliases"].splitlines() if line.strip()]


def initial(department: Department) -> dict[str, Any]:
    """What the form shows of a department."""
    values = {name: getattr(department, name) for name in DepartmentForm.base_fields}
    return values | {"aliases": "\n".join(department.aliases)}


class DirectoryFilter(forms.Form):
    """What the directory is narrowed by."""

    q = forms.CharField(label="名称、简称、曾用名或代码", max_length=60, required=False)
    level = forms.ChoiceField(label="层级", choices=[("", "全部层级"), *Level.choices], required=False)
