"""What a version of 使用承诺 consists of."""

from django import forms


class AgreementForm(forms.Form):
    title = forms.CharField(label="名称", max_length=80)
    text = forms.CharField(label="正文", max_length=5000, widget=forms.Textarea(attrs={"rows": 8}))
    valid_from = forms.DateField(
        label="施行日期", widget=forms.DateInput(attrs={"type": "date"}),
        help_text="从这一天起，新提交的申请要按这一版承诺；以前的承诺不受影响。",
    )  # fmt: skip
