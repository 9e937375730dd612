"""/api/v1/resources/: the catalog over REST, and the compilers' verbs, one POST each."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.resources import actions, assessing, policies, queries, workflow
from catalog.resources.models import (
    Assessment,
    AuditProperty,
    DataItem,
    DataResource,
    Grade,
    ItemType,
    OpenType,
    ResourceKind,
    ShareMode,
)
from catalog.resources.models import ShareType as ShareTypes
from catalog.taxonomy.models import TermKind
from catalog.taxonomy.names import names_of
from gdshare.lib.errors import Invalid

LIST_PARAMETERS = {"q", "status", "code", "cursor", "page_size", *queries.FACETS} - {"available"}

CHOICES: dict[str, set[str]] = {
    "status": {status.value for status in workflow.Status},
    "share_type": set(ShareTypes.values),
    "grade": {str(grade) for grade in Grade.values},
}


class ItemSerializer(serializers.Serializer):
    """信息项: what a field is called, what it holds, how sensitive and how open it is."""

    id = serializers.IntegerField(source="pk")
    position = serializers.IntegerField()
    name = serializers.CharField()
    identifier = serializers.CharField()
    data_type = serializers.CharField()
    data_type_label = serializers.CharField(source="get_data_type_display")
    length = serializers.IntegerField(allow_null=True)
    scale = serializers.IntegerField(allow_null=True)
    grade = serializers.IntegerField()
    share_type = serializers.SerializerMethodField(help_text="信息项自己的共享类型；没有单独写明的随资源")
    use_conditions = serializers.CharField()
    is_key = serializers.BooleanField()
    is_basic = serializers.BooleanField()
    is_required = serializers.BooleanField()
    description = serializers.CharField()

    def get_share_type(self, item: DataItem) -> str:
        return item.effective_share_type(self.context["resource"])


class SchemaSerializer(serializers.Serializer):
    """The shape of a resource's rows."""

    id = serializers.IntegerField(source="pk")
    code = serializers.CharField()
    name = serializers.CharField()
    revision = serializers.IntegerField()
    items = ItemSerializer(many=True, source="current_items")


class ResourceSerializer(serializers.Serializer):
    """One entry as a list shows it."""

    id = serializers.IntegerField(source="pk")
    code = serializers.CharField()
    name = serializers.CharField()
    abstract = serializers.CharField()
    provider = serializers.CharField(source="provider.name")
    provider_uscc = serializers.CharField(source="provider.uscc")
    kind = serializers.CharField()
    theme = serializers.CharField(source="theme.name", default=None, allow_null=True)
    base_library = serializers.CharField(source="base_library.name", default=None, allow_null=True)
    share_type = serializers.CharField()
    share_type_label = serializers.CharField(source="get_share_type_display")
    update_cycle = serializers.CharField()
    update_cycle_label = serializers.CharField(source="get_update_cycle_display")
    grade = serializers.IntegerField()
    item_count = serializers.IntegerField()
    unconditional_count = serializers.IntegerField(help_text="其中无条件共享的信息项数")
    conditional_count = serializers.IntegerField(help_text="其中有条件共享的信息项数")
    closed_count = serializers.IntegerField(help_text="其中不予共享的信息项数")
    row_count = serializers.IntegerField(allow_null=True)
    data_updated_at = serializers.DateTimeField(allow_null=True)
    status = serializers.CharField()
    status_label = serializers.CharField(source="get_status_display")
    revision = serializers.IntegerField()
    revises = serializers.IntegerField(
        source="revises_id", allow_null=True, help_text="修订稿所修订的条目；不是修订稿的为空"
    )
    effective_on = serializers.DateField(allow_null=True, help_text="待生效的，从哪一天起生效")
    published_at = serializers.DateTimeField(allow_null=True)


def listed(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What ResourceSerializer gives, from plain rows of LISTED: a list of twenty needs no objects of seven models."""
    cycles, moment = names_of(TermKind.UPDATE_CYCLE), serializers.DateTimeField().to_representation
    labels: dict[str, Mapping[Any, str]] = {
        "share_type_label": dict(ShareTypes.choices), "update_cycle_label": cycles, "status_label": workflow.LABELS,
    }  # fmt: skip
    found = []
    for row in rows:
        one = {name: row[path] for name, path in LISTED.items()}
        for name, words in labels.items():
            one[name] = words.get(one[name], one[name])
        for name in MOMENTS:
            one[name] = moment(one[name]) if one[name] else None
        found.append(one)
    return found


MOMENTS = ("data_updated_at", "published_at")
JOINED = {
    "provider": "provider__name", "provider_uscc": "provider__uscc", "theme": "theme__name",
    "base_library": "base_library__name", "revises": "revises_id", "share_type_label": "share_type",
    "update_cycle_label": "update_cycle", "status_label": "status",
}  # fmt: skip
LISTED = {name: JOINED.get(name, name) for name in ResourceSerializer().fields}
"""Field of the list → column it is read from; labels from their code."""


class ResourceDetailSerializer(ResourceSerializer):
    """One entry whole. `allowed` tells for each verb why not; empty when it may be done now."""

    external_code = serializers.CharField(allow_null=True)
    national_code = serializers.CharField(allow_null=True)
    related_codes = serializers.ListField(child=serializers.CharField())
    thematic_library = serializers.CharField(source="thematic_library.name", default=None, allow_null=True)
    data_category = serializers.CharField(source="data_category.name", default=None, allow_null=True)
    region = serializers.CharField(source="region.code", default=None, allow_null=True)
    internal_unit = serializers.CharField()
    responsible_person = serializers.CharField()
    contact = serializers.CharField()
    share_scope = serializers.CharField()
    share_purposes = serializers.CharField()
    share_conditions = serializers.CharField()
    use_conditions = serializers.CharField()
    legal_basis = serializers.CharField()
    share_modes = serializers.ListField(child=serializers.CharField())
    share_channel = serializers.CharField()
    open_type = serializers.CharField()
    open_conditions = serializers.CharField()
    format_category = serializers.CharField()
    format_type = serializers.CharField()
    update_deadline = serializers.CharField()
    declared_volume = serializers.IntegerField(allow_null=True)
    information_system = serializers.CharField()
    business_matter = serializers.CharField()
    network = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    updated_at = serializers.DateTimeField()
    allowed = serializers.SerializerMethodField()

    def get_allowed(self, resource: DataResource) -> dict[str, str]:
        actor = self.context["request"].user
        verbs = workflow.verbs_from(resource.status, is_working_copy=resource.revises_id is not None)
        return {verb.strip("_"): getattr(policies, verb)(actor, resource).reason for verb in verbs}


def _checklists() -> str:
    """The lines of both checklists, for the schema."""
    kinds = assessing.CHECKLISTS.items()
    return "；".join(f"{kind}：" + "、".join(f"{one.code} {one.text}" for one in lines) for kind, lines in kinds)


class ItemInput(serializers.Serializer):
    name = serializers.CharField(max_length=200)
    identifier = serializers.CharField(max_length=63, required=False, help_text="不写即取名称的拼音首字母")
    data_type = serializers.ChoiceField(choices=ItemType.choices, required=False)
    length = serializers.IntegerField(required=False, allow_null=True, min_value=0)
    scale = serializers.IntegerField(required=False, allow_null=True, min_value=0)
    grade = serializers.ChoiceField(choices=Grade.choices, required=False)
    share_type = serializers.ChoiceField(choices=ShareTypes.choices, required=False, allow_null=True)
    use_conditions = serializers.CharField(max_length=300, required=False, allow_blank=True)
    is_key = serializers.BooleanField(required=False)
    is_basic = serializers.BooleanField(required=False)
    is_required = serializers.BooleanField(required=False)
    description = serializers.CharField(max_length=500, required=False, allow_blank=True)


class ResourceInput(serializers.Serializer):
    """What a compiler sends; everything beyond the name may follow before submission."""

    name = serializers.CharField(max_length=200)
    abstract = serializers.CharField(required=False, allow_blank=True)
    external_code = serializers.CharField(max_length=120, required=False)
    national_code = serializers.CharField(max_length=120, required=False, help_text="国家目录分配的代码，不重复")
    related_codes = serializers.ListField(child=serializers.CharField(max_length=120), required=False)
    data_category = serializers.CharField(required=False, help_text="数据分类的代码或名称")
    responsible_person = serializers.CharField(max_length=60, required=False, allow_blank=True)
    internal_unit = serializers.CharField(max_length=100, required=False, allow_blank=True)
    contact = serializers.CharField(max_length=100, required=False, allow_blank=True)
    kind = serializers.ChoiceField(choices=ResourceKind.choices, required=False)
    theme = serializers.CharField(required=False, help_text="主题分类的代码或名称")
    base_library = serializers.CharField(required=False, help_text="基础库的代码或名称")
    format_category = serializers.CharField(max_length=30, required=False, allow_blank=True)
    format_type = serializers.CharField(max_length=60, required=False, allow_blank=True)
    share_type = serializers.ChoiceField(choices=ShareTypes.choices)
    share_scope = serializers.CharField(required=False, allow_blank=True)
    share_purposes = serializers.CharField(required=False, allow_blank=True)
    share_conditions = serializers.CharField(required=False, allow_blank=True)
    use_conditions = serializers.CharField(required=False, allow_blank=True)
    legal_basis = serializers.CharField(
        required=False, allow_blank=True, help_text="《名称》第几条；须是法规库里施行中的法规"
    )
    share_channel = serializers.CharField(max_length=60, required=False, allow_blank=True)
    share_modes = serializers.ListField(child=serializers.ChoiceField(choices=ShareMode.choices), required=False)
    open_type = serializers.ChoiceField(choices=OpenType.choices, required=False)
    open_conditions = serializers.CharField(required=False, allow_blank=True)
    update_cycle = serializers.CharField(max_length=30, required=False, help_text="更新周期的代码或名称，见字典")
    update_deadline = serializers.CharField(max_length=100, required=False, allow_blank=True)
    declared_volume = serializers.IntegerField(required=False, allow_null=True, min_value=0)
    information_system = serializers.CharField(max_length=200, required=False, allow_blank=True)
    business_matter = serializers.CharField(max_length=200, required=False, allow_blank=True)
    network = serializers.CharField(max_length=30, required=False, allow_blank=True)
    tags = serializers.ListField(child=serializers.CharField(max_length=60), required=False)
    is_declared_non_secret = serializers.BooleanField(required=False)
    items = ItemInput(many=True, required=False)


class AssessmentInput(serializers.Serializer):
    """One of the two assessments: true or false for each line of its checklist."""

    kind = serializers.ChoiceField(choices=Assessment.Kind.choices)
    answers = serializers.DictField(child=serializers.BooleanField(), help_text=_checklists())
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class OpinionInput(serializers.Serializer):
    opinion = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class MarkInput(serializers.Serializer):
    """四性审核: one property."""

    property = serializers.ChoiceField(choices=AuditProperty.choices)
    is_met = serializers.BooleanField()
    remark = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class PublishInput(OpinionInput):
    effective_on = serializers.DateField(required=False, allow_null=True, help_text="从哪一天起生效；不写即今天")
    marks = MarkInput(many=True, required=False, help_text="四性逐项判定；不写即都符合")


class RemarkInput(serializers.Serializer):
    """退回意见 at its place: an element of the entry by name, or an item by id."""

    text = serializers.CharField(max_length=500)
    field = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    item = serializers.IntegerField(required=False, allow_null=True, default=None)


class ReturnInput(OpinionInput):
    remarks = RemarkInput(many=True, required=False, help_text="写在各处的意见；有了它，opinion 可以不写")


def _parameter(name: str, words: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, description=words)


class ResourceViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[DataResource]):
    """目录: find, read, compile."""

    serializer_class = ResourceSerializer
    queryset = DataResource.objects.none()
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[DataResource]:
        rows = DataResource.objects.visible_to(self.request.user).order_by("-id")
        joined = ("provider", "theme", "base_library", "thematic_library", "data_category", "region")
        return rows.select_related(*joined).defer("search_text")

    def filter_queryset(self, queryset: Any) -> Any:
        if self.action != "list":
            return queryset
        asked = self.request.query_params
        foreign = sorted(set(asked) - LIST_PARAMETERS)
        if foreign:
            raise Invalid(
                f"没有查询参数 {'、'.join(foreign)}。", code="FILTER_UNKNOWN",
                remedy=f"可用：{'、'.join(sorted(LIST_PARAMETERS))}。", details={"parameters": foreign},
            )  # fmt: skip
        for name, values in {**CHOICES, "cycle": set(names_of(TermKind.UPDATE_CYCLE))}.items():
            wrong = sorted(set(asked.getlist(name)) - values - {""})
            if wrong:
                raise Invalid(
                    f"查询参数 {name} 没有“{wrong[0][:60]}”这个值。", code="FILTER_VALUE",
                    remedy=f"可用：{'、'.join(sorted(values))}。", details={"parameters": [name]},
                )  # fmt: skip
        queryset = queries.matching(queryset, queries.words_of(asked.get("q", "")))
        queryset = queries.filtered(queryset, {key: asked.getlist(key) for key in queries.FACETS})
        for name in ("status", "code"):
            if asked.get(name):
                queryset = queryset.filter(**{name: asked[name]})
        return queryset

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        return ResourceSerializer if self.action == "list" else ResourceDetailSerializer

    @extend_schema(
        parameters=[
            _parameter("q", "检索词；名称、摘要、信息项、提供部门、代码中的任意片段，空格隔开的每一段都要有"),
            _parameter("status", "状态：DRAFT、DEPARTMENT_REVIEW、AUTHORITY_AUDIT、SCHEDULED、PUBLISHED、WITHDRAWN"),
            _parameter("code", "资源代码"),
            *(_parameter(key, label) for key, label in queries.FACETS.items() if key != "available"),
        ]
    )
    def list(self, request: Request) -> Response:
        rows = self.filter_queryset(self.get_queryset()).values(*set(LISTED.values()))
        return self.get_paginated_response(listed(self.paginate_queryset(rows) or ()))

    @extend_schema(request=ResourceInput, responses={201: ResourceDetailSerializer})
    def create(self, request: Request) -> Response:
        data = self._read(ResourceInput)
        resource = actions.create_resource(
            by=request.user, now=timezone.now(), items=data.pop("items", []), values=data
        )
        return Response(self._whole(resource), status=201)

    @extend_schema(request=ResourceInput, responses=ResourceDetailSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        shape = ResourceInput(data=request.data, partial=True)
        shape.is_valid(raise_exception=True)
        data = dict(shape.validated_data)
        return self._act(actions.update_resource, items=data.pop("items", None), values=data)

    @extend_schema(responses=SchemaSerializer)
    @action(detail=True, url_path="schema", url_name="schema")
    def items_schema(self, request: Request, pk: str) -> Response:
        resource: Any = self.get_object()
        resource.current_items = resource.items.filter(retired_at=None).order_by("position")
        return Response(SchemaSerializer(resource, context={"resource": resource}).data)

    @extend_schema(request=AssessmentInput, responses=ResourceDetailSerializer)
    @action(detail=True, methods=["post"])
    def assess(self, request: Request, pk: str) -> Response:
        resource = self.get_object()
        actions.assess(resources=[resource], by=request.user, now=timezone.now(), **self._read(AssessmentInput))
        return Response(self._whole(self.get_object()))

    @extend_schema(request=OpinionInput, responses=ResourceDetailSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        return self._act(actions.submit, **self._read(OpinionInput))

    @extend_schema(request=OpinionInput, responses=ResourceDetailSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        return self._act(actions.approve, **self._read(OpinionInput))

    @extend_schema(request=PublishInput, responses=ResourceDetailSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        given = self._read(PublishInput)
        marks = {mark["property"]: actions.Mark(mark["is_met"], mark["remark"]) for mark in given.pop("marks", [])}
        return self._act(actions.publish, marks=marks or None, **given)

    @extend_schema(request=ReturnInput, responses=ResourceDetailSerializer)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def return_(self, request: Request, pk: str) -> Response:
        given = self._read(ReturnInput)
        remarks = [actions.Remark(**remark) for remark in given.pop("remarks", [])]
        return self._act(actions.return_, remarks=remarks, **given)

    @extend_schema(request=OpinionInput, responses=ResourceDetailSerializer)
    @action(detail=True, methods=["post"])
    def revise(self, request: Request, pk: str) -> Response:
        return self._act(actions.revise, **self._read(OpinionInput))

    @extend_schema(request=OpinionInput, responses=ResourceDetailSerializer)
    @action(detail=True, methods=["post"])
    def discard(self, request: Request, pk: str) -> Response:
        return self._act(actions.discard, **self._read(OpinionInput))

    @extend_schema(request=OpinionInput, responses=ResourceDetailSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return self._act(actions.withdraw, **self._read(OpinionInput))

    def _read(self, serializer_class: type[serializers.Serializer]) -> dict[str, Any]:
        shape = serializer_class(data=self.request.data)
        shape.is_valid(raise_exception=True)
        return dict(shape.validated_data)

    def _act(self, act: Callable[..., DataResource], **values: Any) -> Response:
        resource = act(resource=self.get_object(), by=self.request.user, now=timezone.now(), **values)
        return Response(self._whole(resource))

    def _whole(self, resource: DataResource) -> Any:
        return ResourceDetailSerializer(resource, context=self.get_serializer_context()).data
