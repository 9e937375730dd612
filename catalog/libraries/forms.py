"""Shapes of the thematic libraries' HTML input."""

from django import forms

from security.departments.models import Department


class LibraryForm(forms.Form):
    """A thematic library."""

    name = forms.CharField(label="主题库名称", max_length=60)
    purpose = forms.CharField(label="用途", required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}))
    lead = forms.ModelChoiceField(
        Department.objects.filter(is_active=True).order_by("level", "region__code", "id"), label="牵头部门"
    )
    contributors = forms.ModelMultipleChoiceField(
        Department.objects.filter(is_active=True).order_by("level", "region__code", "id"), label="参与部门",
        required=False, help_text="按住 Ctrl 可选多个；只有牵头和参与的部门可以把目录编入。",
        widget=forms.SelectMultiple(attrs={"size": 10}),
    )  # fmt: skip
    is_active = forms.BooleanField(label="在用", required=False, initial=True)
