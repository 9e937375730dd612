"""Shapes of the register's HTML input; the rules are the domain's."""

from typing import Any

from django import forms
from django.conf import settings

from catalog.systems import contents, queries
from catalog.systems.models import Life, ProtectionLevel
from catalog.systems.workflow import LABELS
from catalog.taxonomy.models import Term, TermKind
from security.departments.models import Department


def _day(label: str, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _names(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=200_000, help_text=help_text, widget=forms.Textarea(attrs={"rows": 4})
    )


class SystemForm(forms.Form):
    """All elements of a register entry."""

    name = forms.CharField(label="系统名称", max_length=200)
    life = forms.ChoiceField(label="系统状态", choices=Life.choices)
    network = forms.ModelChoiceField(Term.objects.none(), label="部署网络", required=False, empty_label="未填")
    database_kind = forms.ModelChoiceField(Term.objects.none(), label="数据库类型", required=False, empty_label="未填")
    protection_level = forms.TypedChoiceField(label="等级保护", coerce=int, choices=ProtectionLevel.choices)
    builder = forms.CharField(label="承建单位", required=False, max_length=200)
    built_on = _day("建成日期")
    online_on = _day("上线日期", "运行的系统必填。")
    retired_on = _day("停用日期", "只有停用的系统填写。")
    purpose = forms.CharField(
        label="主要功能", required=False, max_length=contents.LONGEST_PURPOSE, widget=forms.Textarea(attrs={"rows": 2})
    )
    matters = _names("业务事项", "系统支撑的事项，用顿号或换行分开。每一项都应有目录。")
    tables = _names("数据库表", "应当编目的业务数据表，用顿号或换行分开；日志表、配置表不填。每一张都应有目录。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["network"].queryset = Term.objects.of(TermKind.NETWORK)  # type: ignore[attr-defined]
        self.fields["database_kind"].queryset = queries.database_kinds()  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        given = dict(self.cleaned_data)
        return given | {name: contents.part_names(given[name]) for name in contents.PARTS}

    def add_faults(self, faults: list[dict[str, Any]]) -> None:
        """Put the domain's faults beside their fields."""
        for fault in faults:
            self.add_error(fault["field"], f"{fault['message']}{fault['remedy']}")


class FilterForm(forms.Form):
    """The list's filters; their state is the address."""

    q = forms.CharField(label="查找", required=False, max_length=100)
    department = forms.ModelChoiceField(Department.objects.none(), label="部门", required=False, empty_label="全部部门")
    life = forms.ChoiceField(label="系统状态", required=False, choices=[("", "全部状态"), *Life.choices])
    status = forms.ChoiceField(
        label="登记",
        required=False,
        choices=[("", "全部"), *((status.value, label) for status, label in LABELS.items())],
    )
    level = forms.ChoiceField(label="等级保护", required=False, choices=[("", "全部"), *ProtectionLevel.choices])
    network = forms.ChoiceField(label="网络", required=False)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = queries.departments_seen(actor)  # type: ignore[attr-defined]
        networks = [(term.code, term.name) for term in Term.objects.of(TermKind.NETWORK)]
        self.fields["network"].choices = [("", "全部"), *networks]  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-control" if name == "q" else "form-select"


class OpinionForm(forms.Form):
    opinion = forms.CharField(required=False, max_length=2_000)
    retired_on = forms.DateField(required=False)


class ImportForm(forms.Form):
    """A census sheet."""

    file = forms.FileField(label="普查表文件", help_text="xlsx、xls、ods、csv；前几行中须有“系统名称”一列。")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_MB * 1024 * 1024:
            raise forms.ValidationError(f"文件超过 {settings.UPLOAD_MAX_MB} MB，请拆分后再上传。")
        return file
