"""What a 处置证明 asks for."""

from django import forms

from sharing.grants.models import Disposal


class SuspendForm(forms.Form):
    """The reason; what is to be put right, and until when, may follow."""

    reason = forms.CharField(label="原因", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    demand = forms.CharField(
        label="整改要求", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    due_on = forms.DateField(label="整改期限", required=False, widget=forms.DateInput(attrs={"type": "date"}))


class DisposalForm(forms.Form):
    """All of it is needed."""

    method = forms.ChoiceField(label="处置方式", choices=Disposal.Method.choices)
    covered = forms.CharField(
        label="处置范围", max_length=1000, help_text="哪些系统、库表、文件和备份",
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    disposed_on = forms.DateField(label="处置日期", widget=forms.DateInput(attrs={"type": "date"}))
    witness = forms.CharField(label="监督人", max_length=40, help_text="看着处置的另一个人")
