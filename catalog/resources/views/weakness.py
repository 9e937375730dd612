"""依据不足的条目: the authority's report of bases that no longer carry, by provider, with export."""

import csv
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.laws.queries import Register
from catalog.resources import policies, weakness
from catalog.resources.models import DataItem, DataResource
from gdshare.lib.clock import day_of
from gdshare.rules import queries as rules
from gdshare.rules.models import RuleProfile
from gdshare.rules.profiles import Profile

PER_PAGE = 50
HEADINGS = ("提供部门", "资源代码", "资源名称", "共享类型", "依据", "问题")
ITEMS = Prefetch("items", DataItem.objects.filter(retired_at=None))


def _chosen(request: HttpRequest) -> tuple[RuleProfile, Profile, QuerySet[DataResource]]:
    policies.view_weak_bases(request.user).enforce()
    today = day_of(timezone.now())
    code = request.GET.get("profile", "")
    row = rules.profile_named(code) if code else rules.profile_in_force(today)
    profile = rules.parsed(row)
    rows = weakness.weak(request.user, profile=profile, day=max(today, row.in_force_from))
    provider = request.GET.get("provider", "")
    return row, profile, rows.filter(provider=int(provider)) if provider.isdecimal() and len(provider) < 10 else rows


@require_safe
def weak_bases(request: HttpRequest) -> HttpResponse:
    """Under the profile in force, or as if another one were."""
    row, profile, rows = _chosen(request)
    day, register = max(day_of(timezone.now()), row.in_force_from), Register.load()
    ordered = rows.defer("search_text").prefetch_related(ITEMS).order_by("provider_id", "name", "pk")
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    in_force = rules.profile_in_force(day_of(timezone.now()))
    query = request.GET.copy()
    query.pop("page", None)
    context: dict[str, Any] = {
        "page": page, "total": page.paginator.count, "counts": weakness.by_provider(rows), "row": row,
        "rows": [(one, weakness.reason(one, profile=profile, register=register, day=day)) for one in page],
        "profiles": rules.published_profiles(), "is_in_force": row.code == in_force.code, "rule": profile.basis_rule,
        "query": query.urlencode(), "may_keep": True,
    }  # fmt: skip
    return render(request, "catalog/resources/weak_bases.html", context)


@require_safe
def weak_bases_export(request: HttpRequest) -> StreamingHttpResponse:
    """The whole report as csv."""
    row, profile, rows = _chosen(request)
    day = max(day_of(timezone.now()), row.in_force_from)
    response = StreamingHttpResponse(_csv(rows, profile, day), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="weak-bases-{row.code}.csv"'
    return response


class _Line:
    """A file that hands each written line on."""

    def write(self, line: str) -> str:
        return line


def _csv(rows: QuerySet[DataResource], profile: Profile, day: Any) -> Iterator[str]:
    writer, register = csv.writer(_Line()), Register.load()
    yield "\ufeff"
    yield writer.writerow(HEADINGS)
    ordered = rows.defer("search_text").prefetch_related(ITEMS).order_by("provider_id", "name", "pk")
    for one in ordered.iterator(chunk_size=500):
        why = weakness.reason(one, profile=profile, register=register, day=day)
        cells = (one.provider.name, one.code, one.name, one.get_share_type_display(), one.legal_basis, why)
        yield writer.writerow([f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell for cell in cells])
