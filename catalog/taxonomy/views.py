"""Pages of the catalog's words."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from catalog.taxonomy import actions, policies, queries
from catalog.taxonomy.models import Synonym


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
