"""What an order asks for."""

from django import forms


class DayForm(forms.Form):
    """Until when, and what."""

    text = forms.CharField(label="内容", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    due_on = forms.DateField(
        label="答复期限", widget=forms.DateInput(attrs={"type": "date"}), help_text="今天以后的工作日。"
    )


class IssueForm(DayForm):
    """督办单: the same demand for each of the chosen clocks."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["text"].label = "督办要求"


class ReturnForm(DayForm):
    """退回重办: what is not enough."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["text"].label = "哪里不够"


class PeriodForm(forms.Form):
    """通报 of which days, both inclusive."""

    since = forms.DateField(label="从", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="到", widget=forms.DateInput(attrs={"type": "date"}))
