"""What the auditor narrows the log by; lives in the address."""

from typing import Any

from django import forms

from audit import queries


class EventFilter(forms.Form):
    """Every field may be empty."""

    since = forms.DateField(label="从", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="到", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    actor = forms.CharField(label="办理人", max_length=60, required=False)
    department = forms.CharField(label="部门", max_length=100, required=False)
    verb = forms.ChoiceField(label="动作", required=False)
    subject = forms.CharField(label="对象", max_length=100, required=False)
    allowed = forms.ChoiceField(label="结果", choices=[("", "全部"), ("1", "准许"), ("0", "拒绝")], required=False)
    kind = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    id = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    request = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verb"].choices = [("", "全部"), *queries.verb_choices()]  # type: ignore[attr-defined]
        for field in self.fields.values():
            kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs["class"] = kind

    def filters(self) -> queries.Filters:
        """The filters asked for; call after `is_valid`. A field that did not pass is left out."""
        asked = self.cleaned_data
        return queries.Filters(
            since=asked.get("since"),
            until=asked.get("until"),
            actor=asked.get("actor", ""),
            department=asked.get("department", ""),
            verb=asked.get("verb", ""),
            subject=asked.get("subject", ""),
            subject_kind=asked.get("kind", ""),
            subject_id=asked.get("id"),
            is_allowed={"1": True, "0": False}.get(asked.get("allowed", "")),
            request_id=asked.get("request", ""),
        )
