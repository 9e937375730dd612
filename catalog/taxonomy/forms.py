"""Shapes of the dictionary's HTML input; the rules are the domain's."""

from typing import Any

from django import forms

from catalog.taxonomy.models import Term, TermKind


class TermForm(forms.Form):
    """A term's name, other spellings, and of an 更新周期 its days."""

    name = forms.CharField(label="名称", max_length=200)
    aliases = forms.CharField(
        label="别名", required=False, max_length=3_000, help_text="导入的表格里的其他写法，用顿号分开。"
    )
    days = forms.IntegerField(label="周期天数", required=False, help_text="多少天内应有新数据；不作承诺的留空。")

    def __init__(self, *args: Any, kind: str, term: Term | None = None, **kwargs: Any) -> None:
        if term is not None:
            kwargs["initial"] = {"name": term.name, "aliases": "、".join(term.aliases), "days": term.days}
            kwargs["auto_id"] = f"term-{term.pk}-%s"
        super().__init__(*args, **kwargs)
        if kind != TermKind.UPDATE_CYCLE:
            del self.fields["days"]


class NewTermForm(TermForm):
    """A new one: also its code, and of a 格式类型 its category."""

    code = forms.CharField(label="代码", required=False, max_length=30, help_text="可以留空，由系统编。")
    parent = forms.ModelChoiceField(Term.objects.none(), label="所属格式分类", required=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, kind=kind, **kwargs)
        if kind == TermKind.FORMAT_TYPE:
            self.fields["parent"].queryset = Term.objects.of(TermKind.FORMAT_CATEGORY)  # type: ignore[attr-defined]
            self.fields["parent"].required = True
        else:
            del self.fields["parent"]
