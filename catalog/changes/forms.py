"""Shapes of HTML input; the rules are the domain's."""

from django import forms

from catalog.changes.models import ChangeKind
from security.departments.models import Department


class RecordForm(forms.Form):
    """What changed, and by what the touched entries are found."""

    kind = forms.ChoiceField(label="变更种类", choices=ChangeKind.choices)
    title = forms.CharField(label="名称", max_length=200, help_text="如“《不动产登记暂行条例》修订”。")
    happened_on = forms.DateField(
        label="变化日", widget=forms.DateInput(attrs={"type": "date"}), help_text="从这一天起算更新期限，当天不计。"
    )
    text = forms.CharField(label="说明", max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))
    legal_text = forms.CharField(
        label="法律文本",
        max_length=200,
        required=False,
        help_text="依据里写有这几个字的条目受影响，如“不动产登记暂行条例”。",
    )
    departments = forms.ModelMultipleChoiceField(
        label="涉及部门", queryset=Department.objects.filter(is_active=True).order_by("level", "region__code", "id"),
        required=False, help_text="这些部门提供的条目受影响；按住 Ctrl 可选多个。",
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )  # fmt: skip
    word = forms.CharField(label="筛选词", max_length=100, required=False, help_text="名称、摘要、信息项里有这个词的。")


class ReasonForm(forms.Form):
    reason = forms.CharField(label="理由", max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))


class OpinionForm(forms.Form):
    opinion = forms.CharField(label="意见", max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class DecideForm(forms.Form):
    is_granted = forms.TypedChoiceField(
        label="决定", choices=[("1", "同意延长"), ("0", "不同意延长")], coerce=lambda word: word == "1",
        widget=forms.RadioSelect,
    )  # fmt: skip
    note = forms.CharField(label="意见", max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
