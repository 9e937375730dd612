"""What a person asks to download."""

from django import forms

from sharing.grants.access import DataAccess


class DownloadForm(forms.Form):
    """Format and items. Only open items may be ticked."""

    FORMATS = (("csv", "CSV"), ("xlsx", "Excel"))

    format = forms.ChoiceField(
        label="格式",
        choices=FORMATS,
        initial="csv",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择格式。", "invalid_choice": "没有这种格式。请选 CSV 或 Excel。"},
    )
    items = forms.MultipleChoiceField(
        label="信息项", required=False, error_messages={"invalid_choice": "有信息项没有开通，请刷新页面后重选。"}
    )

    def __init__(self, *args: object, access: DataAccess, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["items"].choices = [(e.item.identifier, e.item.name) for e in access.opened]  # type: ignore[attr-defined]
