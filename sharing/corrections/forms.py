"""What a report of a doubt asks for."""

from typing import Any

from django import forms


class ReportForm(forms.Form):
    """Of the whole resource, of one 信息项, or of one record: the last only where the department can know records."""

    item = forms.ModelChoiceField(label="信息项", queryset=None, required=False, empty_label="整条资源")
    record_key = forms.CharField(
        label="哪条记录", max_length=200, required=False, help_text="主键的值，例如登记字号；不针对某条记录的，不填。"
    )
    doubt = forms.CharField(label="哪里不对", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    expected = forms.CharField(label="认为应是", max_length=300, required=False)
    evidence = forms.CharField(
        label="依据", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="凭什么说不对：证照、原始档案、另一个来源。",
    )  # fmt: skip

    def __init__(self, *args: Any, resource: Any, knows_records: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not knows_records:
            del self.fields["record_key"]
        self.fields["item"].queryset = resource.items.filter(retired_at=None).order_by("position")  # type: ignore[attr-defined]
        self.fields["item"].label_from_instance = lambda item: item.name  # type: ignore[attr-defined]
