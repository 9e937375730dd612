"""Shapes of the catalog's HTML input; the rules are the domain's."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict

from catalog.resources import contents
from catalog.resources.models import Grade, ItemType, OpenType, ResourceKind, ShareMode, ShareType, UpdateCycle
from catalog.systems import queries as systems
from catalog.systems.models import InformationSystem
from catalog.taxonomy.models import TermKind
from catalog.taxonomy.queries import choices
from security.departments.models import Department

SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("资源是什么", ("name", "abstract", "kind", "theme", "base_library", "tags", "internal_unit", "contact")),
    ("共享与开放", ("share_type", "legal_basis", "share_conditions", "share_scope", "share_purposes", "share_modes",
                  "open_type", "open_conditions")),
    ("格式、更新与来源", ("format_category", "format_type", "update_cycle", "information_system", "business_matter",
                        "network", "external_code")),
)  # fmt: skip
ITEM_ROWS_ADDED = 3


def _area(label: str, rows: int = 2, help_text: str = "") -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=contents.LONGEST_TEXT, help_text=help_text,
                           widget=forms.Textarea(attrs={"rows": rows}))  # fmt: skip


class CitingForm(forms.Form):
    """A form whose labels and hints cite the rules in force: `{unclassified}` stands for the article."""

    def __init__(self, *args: Any, citations: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label = str(field.label or "").format_map(citations)
            field.help_text = field.help_text.format_map(citations)


class ResourceForm(CitingForm):
    """All elements of an entry (编制指南; 50号 Art 8)."""

    name = forms.CharField(label="资源名称", max_length=200)
    abstract = _area("资源摘要", 3, "一两句话说明这份数据是什么、覆盖什么范围。")
    kind = forms.ChoiceField(label="资源分类", choices=ResourceKind.choices, required=False)
    theme = forms.ChoiceField(label="主题分类", required=False)
    base_library = forms.ChoiceField(label="基础库", required=False)
    tags = forms.CharField(label="标签", required=False, max_length=500, help_text="用顿号或空格分开。")
    internal_unit = forms.CharField(label="责任处室", required=False, max_length=100)
    contact = forms.CharField(label="联系方式", required=False, max_length=100)
    share_type = forms.ChoiceField(label="共享类型", choices=ShareType.choices)
    legal_basis = _area(
        "依据",
        2,
        "有条件共享和不予共享须写明法律、法规或规章的名称和条款；没有依据的应为无条件共享（{conditional_basis}）。",
    )
    share_conditions = _area("共享条件")
    share_scope = _area("共享范围")
    share_purposes = _area("使用用途")
    share_modes = forms.MultipleChoiceField(label="共享方式", choices=ShareMode.choices, required=False,
                                            widget=forms.CheckboxSelectMultiple)  # fmt: skip
    open_type = forms.ChoiceField(label="是否向社会开放", choices=OpenType.choices, required=False)
    open_conditions = _area("开放条件")
    format_category = forms.ChoiceField(label="格式分类", required=False)
    format_type = forms.CharField(label="格式类型", required=False, max_length=60)
    update_cycle = forms.ChoiceField(label="更新周期", choices=UpdateCycle.choices)
    information_system = forms.CharField(label="来源信息系统", required=False, max_length=200)
    business_matter = forms.CharField(label="业务事项", required=False, max_length=200)
    network = forms.ChoiceField(label="部署网络", required=False)
    external_code = forms.CharField(
        label="来源代码", required=False, max_length=120, help_text="本部门或国家目录中的代码。"
    )
    is_declared_non_secret = forms.BooleanField(
        label="已核实：本资源不涉及国家秘密和工作秘密（{unclassified}）", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none = [("", "不选")]
        self.fields["theme"].choices = none + choices(TermKind.THEME)  # type: ignore[attr-defined]
        self.fields["base_library"].choices = none + choices(TermKind.BASE_LIBRARY)  # type: ignore[attr-defined]
        for name, kind in (("format_category", TermKind.FORMAT_CATEGORY), ("network", TermKind.NETWORK)):
            words = [(label, label) for _, label in choices(kind)]
            self.fields[name].choices = none + words  # type: ignore[attr-defined]

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Fields in the page's groups."""
        return [(title, [self[name] for name in names]) for title, names in SECTIONS]

    def add_faults(self, faults: list[dict[str, Any]]) -> None:
        """Put the domain's faults beside their fields; those of items at the top."""
        for fault in faults:
            name = fault["field"] if fault["item"] is None and fault["field"] in self.fields else None
            where = f"第 {fault['item']} 个信息项：" if fault["item"] else ""
            self.add_error(name, f"{where}{fault['message']}{fault['remedy']}")


class ItemForm(forms.Form):
    """One line of the items table. A line without a name is dropped."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    position = forms.IntegerField(label="序", required=False, min_value=0, max_value=99_999)
    name = forms.CharField(label="信息项名称", required=False, max_length=200)
    identifier = forms.CharField(label="英文标识", required=False, max_length=63)
    data_type = forms.ChoiceField(label="数据类型", choices=[(t.value, f"{t.label} {t.value}") for t in ItemType],
                                  required=False)  # fmt: skip
    length = forms.IntegerField(label="长度", required=False, min_value=0, max_value=1_000_000_000)
    grade = forms.TypedChoiceField(label="分级", coerce=int, required=False, empty_value=None,
                                   choices=[("", "自动"), *((g.value, f"L{g.value}") for g in Grade)])  # fmt: skip
    share_type = forms.ChoiceField(label="共享类型", choices=[("", "随资源"), *ShareType.choices], required=False)
    use_conditions = forms.CharField(label="使用条件", required=False, max_length=300)
    is_key = forms.BooleanField(label="主键", required=False)
    is_basic = forms.BooleanField(label="基础数据项", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = str(self.prefix or "").rpartition("-")[2]
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = (
                f"第 {int(number) + 1 if number.isdecimal() else ''} 行 {field.label or ''}"
            )


ItemFormSet = forms.formset_factory(ItemForm, extra=ITEM_ROWS_ADDED, max_num=contents.MOST_ITEMS, absolute_max=4_000)


def grown(data: QueryDict) -> QueryDict:
    """What was posted, with room for more items: how «添加信息项» works without script."""
    data = data.copy()
    count = int(data.get("items-TOTAL_FORMS") or 0)
    data["items-TOTAL_FORMS"] = str(min(count + ITEM_ROWS_ADDED, contents.MOST_ITEMS))
    return data


def items_of(formset: Any) -> list[dict[str, Any]]:
    """The named lines, in the order of their numbers."""
    lines = [form.cleaned_data for form in formset.forms if form.cleaned_data.get("name")]
    lines.sort(key=lambda line: (line["position"] is None, line["position"] or 0))
    return [{name: value for name, value in line.items() if name != "position"} for line in lines]


class SystemsForm(forms.Form):
    """Which registered systems of the department the entry draws on."""

    systems = forms.ModelMultipleChoiceField(
        InformationSystem.objects.none(), label="来源信息系统（已登记的）", required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="数据普查按这里统计系统的目录是否编全；没有登记的系统只写在“来源信息系统”里。",
    )  # fmt: skip

    def __init__(self, *args: Any, department: Department, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["systems"].queryset = systems.own_for_form(department)  # type: ignore[attr-defined]
        self.fields["systems"].label_from_instance = lambda system: system.name  # type: ignore[attr-defined]

    @property
    def has_choices(self) -> bool:
        return bool(self.fields["systems"].choices)  # type: ignore[attr-defined]


class OpinionForm(forms.Form):
    opinion = forms.CharField(label="意见", required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}))


class RestrictForm(forms.Form):
    """Who may know of the entry."""

    is_restricted = forms.BooleanField(label="只让下列部门看到", required=False)
    shown_to = forms.ModelMultipleChoiceField(
        label="可见部门",
        queryset=Department.objects.filter(is_active=True).order_by("level", "region__code", "id"),
        required=False,
        help_text="按住 Ctrl 可选多个；提供部门和主管部门总能看到。已开通的授权不受影响。",
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )


class BatchForm(CitingForm):
    """What completes the chosen entries that lack it; which they are is read from the list itself."""

    is_declared_non_secret = forms.BooleanField(
        label="所选条目均不涉及国家秘密和工作秘密（{unclassified}）", required=False
    )
    legal_basis = forms.CharField(label="补填依据", required=False, max_length=2_000)
    share_conditions = forms.CharField(label="补填共享条件", required=False, max_length=2_000)
    makes_unconditional = forms.BooleanField(label="没有依据的，改为无条件共享（{conditional_basis}）", required=False)


class ImportForm(CitingForm):
    """A sheet, and the declaration that none of it is secret."""

    file = forms.FileField(
        label="目录文件",
        help_text="xlsx、xls、et、ods、csv（UTF-8、GB18030、Big5）、json、ndjson；没有见过的表头，上传后指定各列的对应。",
    )
    is_declared_non_secret = forms.BooleanField(
        label="已核实：文件所列资源均不涉及国家秘密和工作秘密（{unclassified}）", required=False
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        most = settings.UPLOAD_MAX_MB * 1024 * 1024
        if file.size > most:
            raise forms.ValidationError(f"文件超过 {settings.UPLOAD_MAX_MB} MB，请拆分后再上传。")
        return file
