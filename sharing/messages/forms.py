"""What a template consists of."""

from django import forms

from sharing.messages.queries import PLACEHOLDERS


class TemplateForm(forms.Form):
    title = forms.CharField(label="名称", max_length=40)
    text = forms.CharField(
        label="正文", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="可以用占位词：" + "、".join(f"{{{name}}}" for name in PLACEHOLDERS) + "，套用时换成这份申请的内容。",
    )  # fmt: skip
