"""The shape of what a person types when he saves a search."""

from django import forms


class SaveSearchForm(forms.Form):
    name = forms.CharField(label="名称", max_length=60)
    query = forms.CharField(max_length=4000, required=False)
    notifies = forms.BooleanField(label="有新发布时通知我", required=False)
