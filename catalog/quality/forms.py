"""The shape of what is typed about data elements."""

from typing import Any

from django import forms

from catalog.resources.models import ItemType
from catalog.taxonomy.actions import split
from security.departments.models import Department


class ElementForm(forms.Form):
    """A data element."""

    name = forms.CharField(label="名称", max_length=100)
    identifier = forms.CharField(label="标识", max_length=63, help_text="小写字母、数字和下划线，例如 gmsfhm。")
    aliases = forms.CharField(
        label="别名", required=False, max_length=2000, help_text="同一含义的其他叫法，用顿号分开。",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    data_type = forms.ChoiceField(label="数据类型", choices=ItemType.choices)
    length = forms.IntegerField(label="长度", required=False, min_value=1, max_value=1_000_000)
    code_list = forms.CharField(label="代码表", required=False, max_length=100, help_text="例如 GB/T 2261.1。")
    value_format = forms.CharField(label="格式", required=False, max_length=200)
    is_active = forms.BooleanField(label="在用", required=False, initial=True)

    def values(self) -> dict[str, Any]:
        """As the action takes them."""
        return {**self.cleaned_data, "aliases": split(self.cleaned_data["aliases"])}


class LeadSourceForm(forms.Form):
    """The department that keeps an element."""

    department = forms.ModelChoiceField(
        label="数源部门", queryset=Department.objects.filter(is_active=True).order_by("region__code", "id")
    )
    basis = forms.CharField(label="依据", required=False, max_length=300, help_text="职责规定或主管部门的文件。")
