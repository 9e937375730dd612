"""The checklist of an assessment as a form: every question with 是 and 否, a remark, a paper."""

from typing import Any

from django import forms

from catalog.resources import assessing
from gdshare.lib import uploads

YES_NO = (("yes", "是"), ("no", "否"))


class AssessmentForm(forms.Form):
    """One kind of assessment. What must be answered is the domain's to say."""

    note = forms.CharField(label="说明", required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}))
    file = forms.FileField(label="评估附件", required=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, prefix=kind.lower(), **kwargs)
        self.kind = kind
        self.fields["file"].help_text = f"可不传；{uploads.KINDS}，不超过 {uploads.MOST_MB} MB。"
        for number, question in enumerate(assessing.CHECKLISTS[kind], 1):
            self.fields[question.code] = forms.ChoiceField(
                label=f"{number}. {question.text}", choices=YES_NO, required=False, widget=forms.RadioSelect
            )

    def questions(self) -> list[forms.BoundField]:
        """The checklist's lines."""
        return [self[question.code] for question in assessing.CHECKLISTS[self.kind]]

    def answers(self) -> dict[str, bool]:
        """What was answered; a question left open is absent."""
        given = {question.code: self.cleaned_data[question.code] for question in assessing.CHECKLISTS[self.kind]}
        return {code: value == "yes" for code, value in given.items() if value}
