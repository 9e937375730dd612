"""What a line of a 使用台账 asks for."""

from django import forms

from sharing.ledgers.actions import LONGEST
from sharing.ledgers.models import MATTERS


class EntryForm(forms.Form):
    """One matter, one day, one text; `corrects` when it puts an earlier line right."""

    section = forms.ChoiceField(label="事项", choices=[(one.value, one.label) for one in MATTERS])
    happened_on = forms.DateField(label="日期", widget=forms.DateInput(attrs={"type": "date"}))
    text = forms.CharField(label="内容", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}))
    corrects = forms.IntegerField(required=False, widget=forms.HiddenInput)
