"""A rule profile as a form: figures, clocks, chain, citations. What the form does not show stays as it was."""

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms

from gdshare.rules import profile_changes
from gdshare.rules.profiles import (
    BASIS_LEVEL_LABELS,
    CITATION_LABELS,
    DUTY_LABELS,
    LEAST_LEDGER_YEARS,
    POST_LABELS,
    SHARE_TYPES,
    SIDE_LABELS,
    UNCONDITIONAL_MODES,
)

SPARE_STEPS = 2
"""Empty rows of the chain, for steps to be added."""
MOST_DAYS = 999


def _small(label: str, initial: Any, *, least: int = 0) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=False, min_value=least, max_value=MOST_DAYS, initial=initial,
        widget=forms.NumberInput(attrs={"aria-label": label}),
    )  # fmt: skip


def _text(label: str, initial: Any, *, required: bool = False, longest: int = 200) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=longest, initial=initial,
        widget=forms.TextInput(attrs={"aria-label": label}),
    )  # fmt: skip


def _choice(label: str, choices: Mapping[Any, str], initial: Any, *, empty: str = "") -> forms.ChoiceField:
    offered = [(str(value), words) for value, words in choices.items()]
    return forms.ChoiceField(
        label=label, required=not empty, initial=initial, choices=[("", empty), *offered] if empty else offered,
        widget=forms.Select(attrs={"aria-label": label}),
    )  # fmt: skip


class ProfileForm(forms.Form):
    """Built from the data of the draft; `result` gives the data back with what was typed."""

    in_force_from = forms.DateField(label="从哪天起施行", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, data_of_profile: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        base = self.base = copy.deepcopy(dict(data_of_profile))
        self.fields["unconditional_mode"] = _choice("无条件共享", UNCONDITIONAL_MODES, base["unconditional_mode"])
        self.fields["due_soon_days"] = _small("剩几个工作日算临期", base.get("due_soon_days", 3))
        self.fields["ledger_years"] = _small(
            "使用台账至少保存几年", base.get("ledger_years", LEAST_LEDGER_YEARS), least=LEAST_LEDGER_YEARS
        )
        self.fields["return_pauses"] = forms.BooleanField(
            label="补正时暂停计时", required=False, initial=base["return_pauses"]
        )
        self.fields["deny_basis_levels"] = forms.MultipleChoiceField(
            label="不予共享的依据可以是",
            choices=[(str(level), words) for level, words in BASIS_LEVEL_LABELS.items()],
            initial=base["deny_basis_levels"],
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["conditional_basis_levels"] = forms.MultipleChoiceField(
            label="有条件共享的依据可以是",
            required=False,
            help_text="都不选：有条件共享只须写明条件，依据可以不写。",
            choices=[(str(level), words) for level, words in BASIS_LEVEL_LABELS.items()],
            initial=base["conditional_basis_levels"],
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["note"] = forms.CharField(
            label="说明", required=False, max_length=1000, initial=base.get("note", ""),
            widget=forms.Textarea(attrs={"rows": 2}),
        )  # fmt: skip
        for index, clock in enumerate(base["clocks"]):
            head = profile_changes.clock_label(clock)
            self.fields[f"days_{index}"] = _small(f"{head} 工作日数", clock.get("days"))
            self.fields[f"extend_{index}"] = _small(f"{head} 最多延长", clock.get("extendable_by"))
            remind = "、".join(map(str, clock.get("remind", [])))
            self.fields[f"remind_{index}"] = _text(f"{head} 提醒", remind)
            self.fields[f"basis_{index}"] = _text(f"{head} 依据", clock.get("basis"), required=True)
        spare: list[dict[str, Any]] = [{}] * SPARE_STEPS
        self.step_count = len(base["chain"]) + SPARE_STEPS
        for index, step in enumerate([*base["chain"], *spare]):
            number = f"第 {index + 1} 行"
            self.fields[f"side_{index}"] = _choice(
                f"{number} 一方", SIDE_LABELS, step.get("side", ""), empty="（没有）"
            )
            self.fields[f"post_{index}"] = _choice(f"{number} 岗位", POST_LABELS, step.get("post", "HANDLER"))
            self.fields[f"duty_{index}"] = _choice(f"{number} 做什么", DUTY_LABELS, step.get("duty", "DECIDE"))
            self.fields[f"stage_{index}"] = _small(f"{number} 阶段", step.get("stage", 1))
            self.fields[f"position_{index}"] = _small(f"{number} 次序", step.get("position", 1))
            kinds = dict(zip(SHARE_TYPES, ("只对无条件共享", "只对有条件共享"), strict=True))
            only = (step.get("share_types") or [""])[0]
            self.fields[f"only_{index}"] = _choice(f"{number} 哪些申请", kinds, only, empty="所有申请")
        for name, words in CITATION_LABELS.items():
            self.fields[f"cite_{name}"] = _text(words, base["citations"].get(str(name)), required=True)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for index in range(len(self.base["clocks"])):
            text = data.get(f"remind_{index}", "")
            numbers = [part for part in re.split(r"[、,，\s]+", text) if part]
            if not all(part.isdecimal() and len(part) < 4 for part in numbers):
                self.add_error(f"remind_{index}", "提醒应是到期前工作日数，如 5、3、1、0。")
            else:
                data[f"remind_{index}"] = [int(part) for part in numbers]
        return data

    def result(self) -> dict[str, Any]:
        """The profile's data with what was typed."""
        given, found = self.cleaned_data, copy.deepcopy(self.base)
        for name in ("unconditional_mode", "return_pauses", "deny_basis_levels", "conditional_basis_levels", "note"):
            found[name] = given[name]
        found["due_soon_days"] = given["due_soon_days"] or 0
        found["ledger_years"] = given["ledger_years"] or LEAST_LEDGER_YEARS
        found["in_force_from"] = str(given["in_force_from"])
        for index, clock in enumerate(found["clocks"]):
            clock["days"], clock["remind"] = given[f"days_{index}"], given[f"remind_{index}"]
            clock["basis"] = given[f"basis_{index}"]
            if given[f"extend_{index}"] is not None or "extendable_by" in clock:
                clock["extendable_by"] = given[f"extend_{index}"]
        found["chain"] = list(self._chain())
        found["citations"] = {str(name): given[f"cite_{name}"] for name in CITATION_LABELS}
        return found

    def _chain(self) -> Iterator[dict[str, Any]]:
        given = self.cleaned_data
        for index in range(self.step_count):
            if not given[f"side_{index}"]:
                continue
            step: dict[str, Any] = {
                "side": given[f"side_{index}"],
                "post": given[f"post_{index}"],
                "stage": given[f"stage_{index}"] or 1,
                "position": given[f"position_{index}"] or 1,
            }
            if given[f"duty_{index}"] != "DECIDE":
                step["duty"] = given[f"duty_{index}"]
            if given[f"only_{index}"]:
                step["share_types"] = [given[f"only_{index}"]]
            yield step

    def clock_rows(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """One line per clock: its name and its four fields."""
        for index, clock in enumerate(self.base["clocks"]):
            names = ("days", "extend", "remind", "basis")
            yield profile_changes.clock_label(clock), [self[f"{name}_{index}"] for name in names]

    def step_rows(self) -> Iterator[list[forms.BoundField]]:
        """One line per step of the chain, and the spare ones."""
        for index in range(self.step_count):
            yield [self[f"{name}_{index}"] for name in ("side", "post", "duty", "stage", "position", "only")]

    def citation_fields(self) -> list[forms.BoundField]:
        return [self[f"cite_{name}"] for name in CITATION_LABELS]

    def faults(self) -> list[str]:
        """Every fault with the field it belongs to."""
        return [
            f"{self.fields[name].label}：{errors[0]}" for name, errors in self.errors.items() if name in self.fields
        ]
