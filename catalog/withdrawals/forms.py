"""Shapes of HTML input; the rules are the domain's."""

from django import forms

from catalog.withdrawals.models import Answer


def _text(label: str, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip


class OpenForm(forms.Form):
    """Why, until when answers are taken, and from which day nothing is provided any more."""

    reason = _text("下架原因")
    answer_by = forms.DateField(label="答复截止", widget=forms.DateInput(attrs={"type": "date"}))
    close_on = forms.DateField(
        label="下架日", help_text="从这一天起不再列出、不再提供。", widget=forms.DateInput(attrs={"type": "date"})
    )


class AnswerForm(forms.Form):
    """The word of a using department."""

    answer = forms.ChoiceField(label="答复", choices=Answer.choices, widget=forms.RadioSelect)
    reason = _text("理由", required=False)


class NoteForm(forms.Form):
    """The authority's note for the record."""

    note = _text("备案意见")


class ReasonForm(forms.Form):
    """Why it is not withdrawn after all."""

    reason = _text("撤销原因")
