"""The auditor's page and his sheet."""

import csv
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from audit import actions, labels, policies, queries
from audit.forms import EventFilter
from audit.models import AuditEvent
from gdshare.lib.clock import SHANGHAI
from gdshare.lib.errors import Invalid

HEADINGS = ("编号", "时间", "动作", "办理人", "部门", "角色", "对象", "结果", "事实", "来源地址", "请求编号")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@require_GET
def events(request: HttpRequest) -> HttpResponse:
    """The log, newest first; filters live in the address."""
    policies.view_events(request.user).enforce()
    form = EventFilter(request.GET)
    is_right = form.is_valid()
    before = request.GET.get("before", "")
    found = queries.page(form.filters(), before=int(before) if before.isdigit() else None)
    context = {
        "form": form,
        "rows": [_row(event) for event in found.events],
        "older": found.older,
        "is_first": not before,
        "is_filtered": bool(request.GET),
    }
    return render(request, "audit/events.html", context, status=200 if is_right else 422)


def _row(event: AuditEvent) -> tuple[AuditEvent, str, str, list[tuple[str, str]]]:
    return event, labels.label(event.verb), labels.word(event.role), queries.readable(event.facts)


@require_POST
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The filtered log as csv, streamed. Taking it out is recorded first."""
    form = EventFilter(request.POST)
    if not form.is_valid():  # a filter that was dropped would export more than was asked for
        raise Invalid("筛选条件有误，没有导出。", remedy="请返回审计日志，改正筛选条件后再导出。")
    filters = form.filters()
    now = timezone.now()
    actions.export_events(filters=filters, by=request.user, now=now)
    response = StreamingHttpResponse(_csv(filters), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-{now.astimezone(SHANGHAI):%Y%m%d-%H%M}.csv"'
    return response


class _Line:
    """A file that hands each written line on."""

    def write(self, line: str) -> str:
        return line


def _csv(filters: queries.Filters) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff"  # spreadsheets take the file for UTF-8
    yield writer.writerow(HEADINGS)
    for event in queries.every(filters):
        facts = "；".join(f"{name} {words}" for name, words in queries.readable(event.facts))
        cells = (
            event.pk, event.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"), labels.label(event.verb),
            event.actor_name, event.department_name, labels.word(event.role), event.subject_label,
            "准许" if event.is_allowed else "拒绝", facts, event.address or "", event.request_id,
        )  # fmt: skip
        yield writer.writerow([_harmless(str(cell)) for cell in cells])


def _harmless(cell: str) -> str:
    """A spreadsheet must not run what somebody typed as a name."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
