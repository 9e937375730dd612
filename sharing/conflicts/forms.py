"""What a comparison asks for: the key of both, and for each item of the one the item of the other."""

from typing import Any

from django import forms

from catalog.resources.models import DataItem
from sharing.conflicts.queries import suggested

NONE = "不比对"


class OpenForm(forms.Form):
    """`pairs` and `key` of the cleaned data are pairs of items."""

    left_key = forms.TypedChoiceField(label="甲方的关键项", coerce=int)
    right_key = forms.TypedChoiceField(label="乙方的关键项", coerce=int)
    sample_size = forms.IntegerField(
        label="抽样条数", min_value=0, max_value=10_000_000, required=False, help_text="不填，全部比对。"
    )

    def __init__(self, *args: Any, left: list[DataItem], right: list[DataItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left, self.right = {item.pk: item for item in left}, {item.pk: item for item in right}
        pairs = suggested(left, right)
        self.fields["left_key"].choices = [(item.pk, item.name) for item in left]  # type: ignore[attr-defined]
        self.fields["right_key"].choices = [(item.pk, item.name) for item in right]  # type: ignore[attr-defined]
        key = next((item.pk for item in left if item.is_key and item.pk in pairs), next(iter(pairs), None))
        if key:
            self.initial |= {"left_key": key, "right_key": pairs[key]}
        options = [("", NONE), *((item.pk, item.name) for item in right)]
        for item in left:
            self.fields[f"pair_{item.pk}"] = forms.TypedChoiceField(
                label=item.name, choices=options, coerce=int, empty_value=None, required=False,
                initial=pairs.get(item.pk) if item.pk != key else None,
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        chosen = ((pk, cleaned[f"pair_{pk}"]) for pk in self.left)
        return {
            "key": (self.left[cleaned["left_key"]], self.right[cleaned["right_key"]]),
            "pairs": [(self.left[pk], self.right[other]) for pk, other in chosen if other],
            "sample_size": cleaned["sample_size"] or 0,
        }
