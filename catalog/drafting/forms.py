"""Shapes of the input of 从数据生成目录."""

from typing import Any

from django import forms
from django.conf import settings

from catalog.drafting.databases import Target
from catalog.drafting.models import DraftingTable
from catalog.resources.models import Grade, ItemType, ShareType, UpdateCycle
from catalog.systems import queries as systems
from catalog.systems.models import InformationSystem
from security.departments.models import Department

SUFFIXES = ("csv", "txt", "tsv", "xlsx", "xls", "ods", "json")
PORTS = {"POSTGRESQL": 5432, "MYSQL": 3306}
SURE = 0.8
"""Confidence from which a guess stands ticked until a person unticks it."""


class _SystemForm(forms.Form):
    system = forms.ModelChoiceField(
        InformationSystem.objects.none(), label="来自哪个系统", required=False, empty_label="不选"
    )

    def __init__(self, *args: Any, department: Department, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["system"].queryset = systems.own_for_form(department)  # type: ignore[attr-defined]
        self.fields["system"].label_from_instance = lambda system: system.name  # type: ignore[attr-defined]


class FileForm(_SystemForm):
    """A data file; it is read and not kept."""

    file = forms.FileField(
        label="数据文件", help_text="csv、xlsx、xls、ods、json；第一行是列名。只看前 1,000 行，文件不保存。"
    )
    field_order = ("file", "system")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.name.rpartition(".")[2].lower() not in SUFFIXES:
            raise forms.ValidationError(f"“{file.name}”不是可以读取的文件。请上传 {'、'.join(SUFFIXES)}。")
        if file.size > settings.UPLOAD_MAX_MB * 1024 * 1024:
            raise forms.ValidationError(f"文件超过 {settings.UPLOAD_MAX_MB} MB。请只取前几千行。")
        return file


class DatabaseForm(_SystemForm):
    """Where a database is. The password is used once."""

    kind = forms.ChoiceField(label="数据库种类", choices=[("POSTGRESQL", "PostgreSQL"), ("MYSQL", "MySQL、MariaDB")])
    host = forms.CharField(label="主机", max_length=253, strip=True)
    port = forms.IntegerField(label="端口", required=False, min_value=1, max_value=65535, help_text="留空：默认端口。")
    database = forms.CharField(label="数据库名", max_length=64)
    schema = forms.CharField(
        label="模式", required=False, max_length=63, help_text="只用于 PostgreSQL；留空：全部业务模式。"
    )
    user = forms.CharField(label="用户名", max_length=64, help_text="请用只读账号。")
    password = forms.CharField(
        label="密码", max_length=200, strip=False, help_text="只用这一次，不保存，不进日志。",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    field_order = ("kind", "host", "port", "database", "schema", "user", "password", "system")

    def target(self) -> Target:
        given = self.cleaned_data
        port = given["port"] or PORTS[given["kind"]]
        return Target(given["kind"], given["host"], port, given["database"], given["user"], given["schema"])


class EntryForm(forms.Form):
    """What the file or the schema cannot tell."""

    name = forms.CharField(label="资源名称", max_length=200)
    abstract = forms.CharField(
        label="资源摘要", required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    share_type = forms.ChoiceField(label="共享类型", choices=ShareType.choices)
    update_cycle = forms.ChoiceField(label="更新周期", choices=UpdateCycle.choices)
    is_confirmed = forms.BooleanField(
        label="已逐项核对名称、类型、分级和猜测的种类",
        error_messages={"required": "请逐项核对后勾选，再生成目录草稿。"},
    )

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "is_confirmed"}

    def add_faults(self, faults: list[dict[str, Any]]) -> None:
        """The domain's faults beside their fields; those of items at the top."""
        for fault in faults:
            name = fault["field"] if fault["item"] is None and fault["field"] in self.fields else None
            where = f"第 {fault['item']} 项：" if fault["item"] else ""
            self.add_error(name, f"{where}{fault['message']}{fault['remedy']}")


class FindingForm(forms.Form):
    """One column, to be confirmed."""

    is_kept = forms.BooleanField(label="编入", required=False)
    name = forms.CharField(label="信息项名称", required=False, max_length=200)
    identifier = forms.CharField(label="英文标识", required=False, max_length=63)
    data_type = forms.ChoiceField(label="数据类型", choices=[(t.value, f"{t.label} {t.value}") for t in ItemType])
    length = forms.IntegerField(label="长度", required=False, min_value=0, max_value=1_000_000_000)
    scale = forms.IntegerField(label="小数位", required=False, min_value=0, max_value=100)
    is_key = forms.BooleanField(label="主键", required=False)
    grade = forms.TypedChoiceField(label="分级", coerce=int, choices=[(g.value, f"L{g.value}") for g in Grade])
    is_kind = forms.BooleanField(label="猜得对", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = str(self.prefix or "").rpartition("-")[2]
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"第 {int(number) + 1 if number.isdecimal() else ''} 列 {field.label}"


FindingSet = forms.formset_factory(FindingForm, extra=0, max_num=1_000, absolute_max=1_000)


def initial_of(table: DraftingTable) -> list[dict[str, Any]]:
    """The findings as the page first shows them."""
    return [
        {name: item[name] for name in ("name", "identifier", "data_type", "length", "scale", "is_key", "grade")}
        | {"is_kept": True, "is_kind": item["confidence"] >= SURE}
        for item in table.items
    ]


def items_of(formset: Any, table: DraftingTable) -> list[dict[str, Any]]:
    """The kept columns as items. A guess that was confirmed stands in the description when the name does not say it."""
    chosen = []
    for form, found in zip(formset.forms, table.items, strict=False):
        given = dict(form.cleaned_data)
        if not given.pop("is_kept"):
            continue
        description = found["description"]
        if given.pop("is_kind") and found["kind"] and found["kind"] not in given["name"]:
            description = f"{found['kind']}。{description}" if description else found["kind"]
        chosen.append({**given, "is_required": found["is_required"], "description": description[:500]})
    return chosen
