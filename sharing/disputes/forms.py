"""What settling a dispute asks for."""

from django import forms

from sharing.disputes.models import Outcome


class SettleForm(forms.Form):
    """协调: the outcome and the reasons."""

    outcome = forms.ChoiceField(label="处理结果", choices=Outcome.choices)
    result = forms.CharField(label="理由", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class RulingForm(SettleForm):
    """政府决定: with its document."""

    document_no = forms.CharField(label="文号", max_length=60)
    document_on = forms.DateField(label="日期", widget=forms.DateInput(attrs={"type": "date"}))
