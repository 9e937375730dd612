"""Pages about owed updates."""

import csv
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.quality import policies, queries
from catalog.resources import freshness
from catalog.resources.freshness import Freshness
from gdshare.lib.clock import day_of
from gdshare.rules import queries as rules
from security.access.permissions import Permission

PER_PAGE = 50
HEADINGS = ("资源代码", "资源名称", "提供部门", "更新周期", "应更新日期", "逾期情况", "数据截至", "近 12 期")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@require_safe
def owed(request: HttpRequest) -> HttpResponse:
    """Who owes an update: late, near, never; the provider's own, or all that the authority audits."""
    policies.view_freshness(request.user).enforce()
    actor: Any = request.user
    state = _state(request)
    counts = queries.owed_counts(actor)
    url = reverse("catalog:quality:owed")
    page = Paginator(queries.owed_updates(actor, state=state), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": queries.as_owed(page, today=day_of(timezone.now()), cal=rules.calendar()),
        "state": state,
        "tabs": [
            {"label": one.label, "url": f"{url}?state={one.value}", "is_current": one == state, "count": counts[one]}
            for one in queries.OWED
        ],
        "is_authority": actor.holds(Permission.RESOURCE_AUDIT),
        "department": actor.department,
    }  # fmt: skip
    return render(request, "catalog/quality/owed.html", context)


@require_safe
def owed_sheet(request: HttpRequest) -> StreamingHttpResponse:
    """The same list as csv."""
    policies.view_freshness(request.user).enforce()
    state = _state(request)
    rows = queries.as_owed(
        queries.owed_updates(request.user, state=state).iterator(chunk_size=500),
        today=day_of(timezone.now()), cal=rules.calendar(),
    )  # fmt: skip
    response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="updates-{state.lower()}-{day_of(timezone.now())}.csv"'
    return response


class _Line:
    """A file that hands each written line on."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: list[queries.Owed]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff"  # spreadsheets take the file for UTF-8
    yield writer.writerow(HEADINGS)
    for row in rows:
        resource = row.resource
        cells = (
            resource.code, resource.name, resource.provider.name, resource.get_update_cycle_display(),
            resource.fresh_due_on or "", row.words, resource.data_as_of or "",
            freshness.words(resource.beats) if resource.beats else "",
        )  # fmt: skip
        yield writer.writerow([_harmless(str(cell)) for cell in cells])


def _harmless(cell: str) -> str:
    """A spreadsheet must not run what somebody typed as a name."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _state(request: HttpRequest) -> Freshness:
    wanted = request.GET.get("state", "")
    return Freshness(wanted) if wanted in queries.OWED else Freshness.LATE
