"""Pages of the catalog's words."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from catalog.taxonomy import actions, keeping, policies, queries, usage
from catalog.taxonomy.forms import NewTermForm, TermForm
from catalog.taxonomy.models import FIXED_CODES, Synonym, Term, TermKind
from gdshare.lib.errors import Denied, Invalid
from security.access.permissions import Permission


@require_safe
def dictionaries(request: HttpRequest) -> HttpResponse:
    """One dictionary at a time: its terms, how often each is used, and, for the authority, what to do with it."""
    _may_look(request)
    return _dictionary(request, request.GET.get("kind", ""))


def _may_look(request: HttpRequest) -> None:
    if not request.user.holds(Permission.RESOURCE_VIEW):  # type: ignore[union-attr]
        raise Denied("字典供编制和查找目录的人员查阅。", remedy="请以业务岗位登录。")


def _dictionary(request: HttpRequest, kind: str, *, form: NewTermForm | None = None, status: int = 200) -> HttpResponse:
    kind = kind if kind in TermKind.values else TermKind.THEME.value
    may_keep = bool(policies.add_term(request.user))
    sizes, used = queries.dictionary_sizes(), usage.counts(kind)
    url = reverse("catalog:taxonomy:dictionaries")
    is_fixed = kind in FIXED_CODES
    rows = [
        {"term": term, "used": used.get(term.code, 0), "form": TermForm(kind=kind, term=term) if may_keep else None,
         "may_remove": not is_fixed and not used.get(term.code)}
        for term in queries.terms_of(kind)
    ]  # fmt: skip
    context = {
        "kind": kind, "label": TermKind(kind).label, "rows": rows, "may_keep": may_keep, "is_fixed": is_fixed,
        "is_cycle": kind == TermKind.UPDATE_CYCLE, "has_usage": kind != TermKind.VAGUE_CONDITION,
        "is_format": kind == TermKind.FORMAT_TYPE,
        "form": (form or NewTermForm(kind=kind)) if may_keep and not is_fixed else None,
        "kinds": [(value, label, sizes.get(value, 0)) for value, label in TermKind.choices],
        "url": url,
    }  # fmt: skip
    return render(request, "catalog/taxonomy/dictionaries.html", context, status=status)


@require_POST
def add_term(request: HttpRequest) -> HttpResponse:
    policies.add_term(request.user).enforce()
    kind = request.POST.get("kind", "")
    if kind not in TermKind.values:
        raise Invalid("没有这部字典。", remedy="请从列出的字典中选择。")
    form = NewTermForm(request.POST, kind=kind)
    if not form.is_valid():
        return _dictionary(request, kind, form=form, status=422)
    data = form.cleaned_data
    term = actions.add_term(
        by=request.user, now=timezone.now(), kind=kind, name=data["name"], code=data["code"],
        aliases=keeping.split(data["aliases"]), parent=data.get("parent"), days=data.get("days"),
    )  # fmt: skip
    return _kept(request, term, f"已增加：{term.name}")


@require_POST
def change_term(request: HttpRequest, pk: int) -> HttpResponse:
    term = _term(request, pk)
    form = TermForm(request.POST, kind=term.kind)
    if not form.is_valid():
        raise Invalid("名称、别名或天数填写有误。", remedy="名称不能空，天数是整数；请返回上一页改正。")
    data = form.cleaned_data
    row = actions.change_term(
        term=term, by=request.user, now=timezone.now(), name=data["name"], aliases=keeping.split(data["aliases"]),
        days=data.get("days"),
    )  # fmt: skip
    return _kept(request, row, f"已保存：{row.name}")


@require_POST
def retire_term(request: HttpRequest, pk: int) -> HttpResponse:
    row = actions.retire_term(term=_term(request, pk), by=request.user, now=timezone.now())
    return _kept(request, row, f"已停用：{row.name}")


@require_POST
def restore_term(request: HttpRequest, pk: int) -> HttpResponse:
    row = actions.restore_term(term=_term(request, pk), by=request.user, now=timezone.now())
    return _kept(request, row, f"已恢复：{row.name}")


@require_POST
def move_term(request: HttpRequest, pk: int) -> HttpResponse:
    up = request.POST.get("to") == "up"
    return _kept(request, actions.move_term(term=_term(request, pk), by=request.user, now=timezone.now(), up=up), "")


@require_POST
def remove_term(request: HttpRequest, pk: int) -> HttpResponse:
    term = _term(request, pk)
    actions.remove_term(term=term, by=request.user, now=timezone.now())
    return _kept(request, term, f"已删除：{term.name}")


def _term(request: HttpRequest, pk: int) -> Term:
    policies.add_term(request.user).enforce()
    return get_object_or_404(Term, pk=pk)


def _kept(request: HttpRequest, term: Term, words: str) -> HttpResponse:
    if words:
        messages.success(request, words)
    return redirect(f"{reverse('catalog:taxonomy:dictionaries')}?kind={term.kind}")


@require_safe
def synonyms(request: HttpRequest) -> HttpResponse:
    """同义词: what the search looks for besides the word that was typed."""
    policies.add_synonym(request.user).enforce()
    return render(request, "catalog/taxonomy/synonyms.html", {"synonyms": queries.synonyms()})


@require_POST
def add_synonym(request: HttpRequest) -> HttpResponse:
    term, variants = request.POST.get("term", ""), actions.split(request.POST.get("variants", ""))
    row = actions.add_synonym(by=request.user, now=timezone.now(), term=term, variants=variants)
    messages.success(request, f"已登记：{'、'.join(row.words)}")
    return redirect("catalog:taxonomy:synonyms")


@require_POST
def remove_synonym(request: HttpRequest, pk: int) -> HttpResponse:
    policies.remove_synonym(request.user).enforce()
    row = get_object_or_404(Synonym, pk=pk)
    actions.remove_synonym(synonym=row, by=request.user, now=timezone.now())
    messages.success(request, f"已移除：{row.term}")
    return redirect("catalog:taxonomy:synonyms")
