"""Data over REST: pages of rows, and the whole as a stream."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework import serializers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.views import APIView

from catalog.resources.models import DataResource
from gdshare.lib.errors import Invalid
from security.accounts.models import ApiClient
from sharing.delivery import actions, conditions
from sharing.delivery.models import ServiceCall
from sharing.delivery.reading import Form, Header
from sharing.delivery.streaming import CopyStream, Recheck
from sharing.grants.terms import Left

PAGE_SIZE = 100
MOST_ROWS = 1000
ROWS_PARAMETERS = ("fields", "grant", "cursor", "page_size")
DATA_PARAMETERS = ("fields", "grant", "format", "header")
FORMATS = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson; charset=utf-8"}


class FormatIsOurs(DefaultContentNegotiation):
    """`?format=` names the file here, not one of DRF's renderers; problems are always JSON."""

    def filter_renderers(self, renderers: Any, format: str) -> Any:
        return renderers

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class RowsQuery(serializers.Serializer):
    """What to read, in a body, so that values of sensitive items stay out of addresses."""

    fields = serializers.ListField(  # type: ignore[assignment]
        child=serializers.CharField(), required=False, help_text="信息项标识；不写即全部已开通的项"
    )
    grant = serializers.IntegerField(required=False, allow_null=True, help_text="只按这一项授权取")
    filters = serializers.DictField(required=False, help_text='例如 {"djrq__gte": "2026-01-01"}')
    cursor = serializers.CharField(required=False, allow_blank=True)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=MOST_ROWS)


class ItemOfPage(serializers.Serializer):
    identifier = serializers.CharField()
    name = serializers.CharField()
    is_masked = serializers.BooleanField()


class RowsPage(serializers.Serializer):
    """One page. `rows` hold one member per item; numbers keep their digits."""

    version = serializers.IntegerField()
    data_updated_at = serializers.DateTimeField()
    items = ItemOfPage(many=True)
    rows = serializers.ListField(child=serializers.DictField())
    next_cursor = serializers.CharField(help_text="下一页的游标；空即到底")


FIELDS = OpenApiParameter("fields", OpenApiTypes.STR, description="信息项标识，逗号分隔；不写即全部已开通的项")
GRANT = OpenApiParameter("grant", OpenApiTypes.INT, description="只按这一项授权取；几项授权开通的行不同时用")
FILTER = OpenApiParameter(
    "{item}", OpenApiTypes.STR,
    description="按信息项筛选：标识=值，或加 __gte、__gt、__lte、__lt、__in。"
    "L3、L4 信息项的值请用 POST …/rows/query/。",
)  # fmt: skip


class RowsView(APIView):
    """GET …/rows/: pages by keyset cursor."""

    content_negotiation_class = FormatIsOurs

    @extend_schema(
        operation_id="resource_rows",
        parameters=[
            FIELDS, GRANT, FILTER,
            OpenApiParameter("cursor", OpenApiTypes.STR, description="上一页返回的 next_cursor"),
            OpenApiParameter("page_size", OpenApiTypes.INT, description=f"每页行数，最多 {MOST_ROWS}"),
        ],
        responses=RowsPage,
    )  # fmt: skip
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        query = request.query_params
        pairs = [(name, value) for name, values in query.lists() if name not in ROWS_PARAMETERS for value in values]
        size = _page_size(query.get("page_size", str(PAGE_SIZE)))
        return _rows(
            request, pk, _fields(query), pairs, query.get("cursor", ""), size, is_in_address=True,
            grant_id=_grant(query),
        )  # fmt: skip


class RowsQueryView(APIView):
    """POST …/rows/query/: the same, asked in a body."""

    content_negotiation_class = FormatIsOurs

    @extend_schema(operation_id="resource_rows_query", request=RowsQuery, responses=RowsPage)
    def post(self, request: Request, pk: int) -> HttpResponseBase:
        body = request.data if isinstance(request.data, Mapping) else {}
        foreign = sorted(set(body) - {"fields", "grant", "filters", "cursor", "page_size"})
        if foreign or not isinstance(request.data, Mapping):
            named = "、".join(foreign) or "请求体"
            raise Invalid(
                f"请求体里有不认识的成员：{named}。",
                code="BODY",
                remedy="可用 fields、grant、filters、cursor、page_size。",
            )
        shape = RowsQuery(data=body)
        shape.is_valid(raise_exception=True)
        asked = shape.validated_data
        pairs = list(asked.get("filters", {}).items())
        size = asked.get("page_size", PAGE_SIZE)
        return _rows(
            request, pk, asked.get("fields"), pairs, asked.get("cursor", ""), size, is_in_address=False,
            grant_id=asked.get("grant"),
        )  # fmt: skip


class DataView(APIView):
    """GET …/data/?format=csv|ndjson: everything granted, streamed."""

    content_negotiation_class = FormatIsOurs

    @extend_schema(
        operation_id="resource_data",
        parameters=[
            FIELDS, GRANT, FILTER,
            OpenApiParameter("format", OpenApiTypes.STR, enum=list(FORMATS), description="csv（默认）或 ndjson"),
            OpenApiParameter(
                "header", OpenApiTypes.STR, enum=[header.value for header in Header],
                description="csv 第一行：identifier 标识（默认）、name 信息项名称、none 不要表头",
            ),
        ],
        responses={(200, "text/csv"): OpenApiTypes.STR, (200, "application/x-ndjson"): OpenApiTypes.STR},
    )  # fmt: skip
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        query = request.query_params
        form = _one_of("format", query.get("format", "csv"), tuple(FORMATS))
        header = Header(_one_of("header", query.get("header", "identifier"), tuple(Header)))
        pairs = [(name, value) for name, values in query.lists() if name not in DATA_PARAMETERS for value in values]
        resource, now = _resource(request, pk), timezone.now()
        kind = ServiceCall.Kind.CSV if form == "csv" else ServiceCall.Kind.NDJSON
        with actions.refusals_recorded(resource=resource, by=request.user, now=now, kind=kind):
            grant_id = _grant(query)
            access = actions.decide_access(resource=resource, by=request.user, now=now, grant_id=grant_id)
            items = access.choose(_fields(query))
            filters = conditions.parse(pairs, access, is_in_address=True, names=DATA_PARAMETERS)
            planned = actions.plan(resource=resource, items=items, conditions=filters)
        tag = f'"{planned.digest(form, header)}"'
        if tag in request.headers.get("If-None-Match", ""):
            return HttpResponse(status=304, headers={"ETag": tag})
        call, found, left = actions.take(
            resource=resource, access=access, items=items, conditions=filters, kind=kind,
            by=request.user, api_client=_api_client(request), now=now,
        )  # fmt: skip
        statement = found.csv(Form.MACHINE, header) if form == "csv" else found.ndjson()

        def counted(rows: int, byte_count: int, is_complete: bool) -> None:
            actions.finish(
                service_call=call, rows=rows, byte_count=byte_count, is_complete=is_complete, now=timezone.now()
            )

        still_open = partial(
            actions.require_still_open,
            service_call=call, items=items, by=request.user, api_client=_api_client(request), grant_id=grant_id,
        )  # fmt: skip
        recheck = Recheck(lambda: still_open(now=timezone.now()))
        stream = CopyStream(statement, on_end=counted, recheck=recheck)
        response = StreamingHttpResponse(stream, content_type=FORMATS[form])
        response["ETag"] = tag
        response["Cache-Control"] = "private, no-cache"
        response["X-Data-Version"] = str(found.version.number)
        for header_name, value in _left(left).items():
            response[header_name] = value
        name = f"{resource.name}_{resource.code}_v{found.version.number}.{form}".replace("/", "-")
        response["Content-Disposition"] = content_disposition_header(True, name) or ""
        return response


def _rows(
    request: Request, pk: int, wanted: list[str] | None, pairs: list[tuple[str, Any]], cursor: str, size: int,
    *, is_in_address: bool, grant_id: int | None,
) -> HttpResponse:  # fmt: skip
    """The page as JSON, its rows passed on as the database wrote them."""
    resource, now = _resource(request, pk), timezone.now()
    with actions.refusals_recorded(resource=resource, by=request.user, now=now, kind=ServiceCall.Kind.ROWS):
        access = actions.decide_access(resource=resource, by=request.user, now=now, grant_id=grant_id)
        items = access.choose(wanted)
        filters = conditions.parse(pairs, access, is_in_address=is_in_address, names=ROWS_PARAMETERS)
    page = actions.take_page(
        resource=resource, access=access, items=items, conditions=filters, cursor=cursor, size=size,
        by=request.user, api_client=_api_client(request), now=now,
    )  # fmt: skip
    loaded_at = page.version.loaded_at
    head = json.dumps(
        {
            "version": page.version.number,
            "data_updated_at": timezone.localtime(loaded_at).isoformat() if loaded_at else None,
            "items": [
                {"identifier": entry.item.identifier, "name": entry.item.name, "is_masked": entry.is_masked}
                for entry in page.items
            ],
            "next_cursor": page.next_cursor,
        },
        ensure_ascii=False,
    )
    body = f'{head[:-1]}, "rows": [{",".join(page.rows)}]}}'
    headers = {"Cache-Control": "private, no-store", **_left(page.left)}
    return HttpResponse(body, content_type="application/json", headers=headers)


def _left(left: Left) -> dict[str, str]:
    """What may still be taken today, where that is limited."""
    figures = {"X-Quota-Rows-Remaining": left.rows, "X-Quota-Calls-Remaining": left.calls}
    return {name: str(value) for name, value in figures.items() if value is not None}


def _resource(request: Request, pk: int) -> DataResource:
    return get_object_or_404(DataResource.objects.visible_to(request.user).select_related("provider"), pk=pk)


def _api_client(request: Request) -> ApiClient | None:
    return request.auth if isinstance(request.auth, ApiClient) else None


def _fields(query: Any) -> list[str] | None:
    if "fields" not in query:
        return None
    names = [name.strip() for name in query["fields"].split(",") if name.strip()]
    if not names:
        raise Invalid("fields 是空的。", code="FIELD_UNKNOWN", remedy="写上信息项标识，或去掉 fields 取全部。")
    return names


def _grant(query: Any) -> int | None:
    text = query.get("grant", "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Invalid(
            f"grant 须是授权的编号，现为“{text[:20]}”。", code="GRANT", remedy="编号见 /grants/。",
            details={"parameter": "grant"},
        )  # fmt: skip
    return int(text) if text else None


def _page_size(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_ROWS:
        raise Invalid(
            f"page_size 须是 1 至 {MOST_ROWS} 的整数，现为“{text[:20]}”。",
            code="PAGE_SIZE",
            remedy="要取全部，请用 …/data/?format=csv。",
            details={"parameter": "page_size"},
        )
    return int(text)


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise Invalid(
            f"{name} 不能是“{value[:20]}”。", code=name.upper(), remedy=f"可用 {'、'.join(known)}。",
            details={"parameter": name},
        )  # fmt: skip
    return value
