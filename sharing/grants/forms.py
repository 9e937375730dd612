"""What a 处置证明 asks for."""

from django import forms

from sharing.grants.models import Disposal


class DisposalForm(forms.Form):
    """All of it is needed."""

    method = forms.ChoiceField(label="处置方式", choices=Disposal.Method.choices)
    covered = forms.CharField(
        label="处置范围", max_length=1000, help_text="哪些系统、库表、文件和备份",
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    disposed_on = forms.DateField(label="处置日期", widget=forms.DateInput(attrs={"type": "date"}))
    witness = forms.CharField(label="监督人", max_length=40, help_text="看着处置的另一个人")
