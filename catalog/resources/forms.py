"""Shapes of the catalog's HTML input; the rules are the domain's."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict

from catalog.laws import queries as laws
from catalog.libraries.models import ThematicLibrary
from catalog.resources import contents
from catalog.resources.models import DataResource, Grade, ItemType, OpenType, ResourceKind, ShareMode, ShareType
from catalog.systems import queries as systems
from catalog.systems.models import InformationSystem
from catalog.taxonomy.models import TermKind
from catalog.taxonomy.queries import choices
from security.departments.models import Department, Region

SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("资源是什么", ("name", "abstract", "kind", "theme", "base_library", "thematic_library", "data_category", "region",
                  "tags", "related_codes", "internal_unit", "responsible_person", "contact")),
    ("共享与开放", ("share_type", "legal_basis", "cited_text", "cited_article", "share_conditions", "use_conditions",
                  "share_scope", "share_purposes", "share_modes", "share_channel", "open_type", "open_conditions")),
    ("格式、更新与来源", ("format_category", "format_type", "update_cycle", "update_deadline", "declared_volume",
                        "information_system", "business_matter", "network", "external_code", "national_code")),
)  # fmt: skip
NAMED_FIELDS = {
    "format_category": TermKind.FORMAT_CATEGORY, "network": TermKind.NETWORK, "share_channel": TermKind.SHARE_CHANNEL
}  # fmt: skip
"""Fields that hold the name of a term."""
CODED_FIELDS = {
    "theme": TermKind.THEME, "base_library": TermKind.BASE_LIBRARY, "data_category": TermKind.DATA_CATEGORY,
    "update_cycle": TermKind.UPDATE_CYCLE,
}  # fmt: skip
"""Fields that hold its code."""
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
    thematic_library = forms.ChoiceField(label="主题库", required=False)
    data_category = forms.ChoiceField(label="数据分类", required=False)
    region = forms.ModelChoiceField(
        Region.objects.none(), label="行政区划", required=False, empty_label="随提供部门",
        help_text="数据覆盖的地区；不选即提供部门所在的地区。",
    )  # fmt: skip
    related_codes = forms.CharField(
        label="关联资源代码", required=False, max_length=2_000, help_text="其他目录中有关联的资源，用顿号分开。"
    )
    tags = forms.CharField(label="标签", required=False, max_length=500, help_text="用顿号或空格分开。")
    internal_unit = forms.CharField(label="责任处室", required=False, max_length=100)
    responsible_person = forms.CharField(label="责任人", required=False, max_length=60)
    contact = forms.CharField(label="联系方式", required=False, max_length=100)
    share_type = forms.ChoiceField(label="共享类型", choices=ShareType.choices)
    legal_basis = _area("依据", 2, "{basis_rule}写成《某法》第几条；须是法规库里登记的。")
    cited_text = forms.ChoiceField(label="从法规库加入", required=False, help_text="选好后保存，接在上面的依据后面。")
    cited_article = forms.CharField(
        label="加入的条款", required=False, max_length=200, help_text="如“第三十四条第一款”。"
    )
    share_conditions = _area("共享条件", 2, "写能核对的范围、用途、程序；“视情况”“经领导同意”这样的话会提示审核人。")
    use_conditions = _area("使用条件", 2, "拿到数据以后怎样用：能否留存、转交、公开。")
    share_scope = _area("共享范围")
    share_purposes = _area("使用用途")
    share_modes = forms.MultipleChoiceField(label="共享方式", choices=ShareMode.choices, required=False,
                                            widget=forms.CheckboxSelectMultiple)  # fmt: skip
    share_channel = forms.ChoiceField(label="共享方式分类", required=False)
    open_type = forms.ChoiceField(label="是否向社会开放", choices=OpenType.choices, required=False)
    open_conditions = _area("开放条件")
    format_category = forms.ChoiceField(label="格式分类", required=False)
    format_type = forms.CharField(label="格式类型", required=False, max_length=60)
    update_cycle = forms.ChoiceField(label="更新周期")
    update_deadline = forms.CharField(
        label="更新时限", required=False, max_length=100, help_text="每一期最迟何时更新，如“次月 10 日前”。"
    )
    declared_volume = forms.IntegerField(label="登记数据量", required=False, min_value=0, max_value=10**15,
                                         help_text="记录条数；挂接以后以实际行数为准。")  # fmt: skip
    information_system = forms.CharField(label="来源信息系统", required=False, max_length=200)
    business_matter = forms.CharField(label="业务事项", required=False, max_length=200)
    network = forms.ChoiceField(label="部署网络", required=False)
    external_code = forms.CharField(label="来源代码", required=False, max_length=120, help_text="本部门自己的代码。")
    national_code = forms.CharField(
        label="国家目录代码", required=False, max_length=120, help_text="国家目录分配的代码，全省不重复。"
    )
    is_declared_non_secret = forms.BooleanField(
        label="已核实：本资源不涉及国家秘密和工作秘密（{unclassified}）", required=False
    )

    def __init__(
        self, *args: Any, provider: Department, today: date, current: DataResource | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.current = current
        none = [("", "不选")]
        for name, kind in CODED_FIELDS.items():
            self._offer(name, [] if name == "update_cycle" else none, choices(kind))
        for name, kind in NAMED_FIELDS.items():
            self._offer(name, none, [(label, label) for _, label in choices(kind)])
        libraries = ThematicLibrary.objects.open_to(provider.pk).values_list("pk", "name")
        self._offer("thematic_library", none, [(str(pk), name) for pk, name in libraries])
        self.fields["cited_text"].choices = [*none, *laws.choices(today)]  # type: ignore[attr-defined]
        self.fields["region"].queryset = Region.objects.order_by("code")  # type: ignore[attr-defined]
        self.fields["format_type"].widget.attrs["list"] = "format-types"

    def _offer(self, name: str, none: list[tuple[str, str]], offered: list[tuple[str, str]]) -> None:
        """What may be chosen, and what the entry already has: a retired term stays until somebody changes it."""
        value = getattr(self.current, name, "") or ""
        kept = (str(getattr(value, "pk" if name == "thematic_library" else "code", value)), str(value))
        if name == "update_cycle" and self.current is not None:
            kept = (self.current.update_cycle, self.current.get_update_cycle_display())
        extra = [kept] if kept[0] and kept[0] not in {code for code, _ in offered} else []
        self.fields[name].choices = [*none, *offered, *extra]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The picked text goes behind the basis as it was typed: one string says it all."""
        data = super().clean() or {}
        title, article = data.pop("cited_text", ""), data.pop("cited_article", "")
        if title and f"《{title}》{article}" not in data.get("legal_basis", ""):
            data["legal_basis"] = "、".join(part for part in (data.get("legal_basis"), f"《{title}》{article}") if part)
        return data

    def format_types(self) -> list[str]:
        """Suggestions for 格式类型."""
        return [name for _, name in choices(TermKind.FORMAT_TYPE)]

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
    protects_people = forms.BooleanField(
        label="已逐条评估所选条目的个人信息：处理合法必要，风险可以接受，保护措施适当（{personal_information}）",
        required=False,
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
