"""/api/v1/grants/: what my department may take."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from gdshare.lib.clock import day_of
from sharing.grants import actions, policies, queries
from sharing.grants.models import Disposal, Grant, GrantItem, GrantRowRule, GrantUse


class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=300)


class SuspendSerializer(ReasonSerializer):
    demand = serializers.CharField(max_length=1000, required=False, default="")
    due_on = serializers.DateField(required=False, allow_null=True, default=None)


class ReportSerializer(serializers.Serializer):
    report = serializers.CharField(max_length=2000)


class DisposalSerializer(serializers.Serializer):
    method = serializers.ChoiceField(choices=Disposal.Method.choices)
    covered = serializers.CharField(max_length=1000)
    disposed_on = serializers.DateField()
    witness = serializers.CharField(max_length=40)


class GrantItemSerializer(serializers.Serializer):
    item = serializers.IntegerField(source="item_id")
    name = serializers.CharField(source="item.name")
    identifier = serializers.CharField(source="item.identifier")
    is_masked = serializers.BooleanField()


class RowRuleSerializer(serializers.Serializer):
    """Only rows whose item begins with (PREFIX), or is (IN), one of the values."""

    item = serializers.IntegerField(source="item_id")
    name = serializers.CharField(source="item.name")
    kind = serializers.CharField()
    values = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]


class GrantSerializer(serializers.Serializer):
    """One grant with its items."""

    id = serializers.IntegerField(source="pk")
    department = serializers.CharField(source="department.name")
    resource = serializers.IntegerField(source="resource_id")
    resource_code = serializers.CharField(source="resource.code")
    resource_name = serializers.CharField(source="resource.name")
    share_request = serializers.CharField(source="share_request.number")
    share_mode = serializers.CharField()
    purpose = serializers.CharField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()
    status = serializers.CharField()
    status_label = serializers.CharField(source="get_status_display")
    status_reason = serializers.CharField()
    items = GrantItemSerializer(source="grant_items", many=True)
    rows = RowRuleSerializer(source="row_rules", many=True)
    is_backflow = serializers.BooleanField()
    rows_per_day = serializers.IntegerField(allow_null=True)
    calls_per_day = serializers.IntegerField(allow_null=True)
    left_today = serializers.SerializerMethodField()
    allowed = serializers.SerializerMethodField()

    def get_left_today(self, grant: Grant) -> dict[str, int | None]:
        today = day_of(timezone.now())
        left = queries.left_of(grant, next((use for use in grant.uses.all() if use.day == today), None))
        return {"rows": left.rows, "calls": left.calls}

    def get_allowed(self, grant: Grant) -> dict[str, str]:
        verdicts = policies.toolbar(self.context["request"].user, grant)
        return {verb: verdict.reason for verb, verdict in verdicts.items()}


class GrantDetailSerializer(GrantSerializer):
    """The same, with 授权条件 in words."""

    conditions = serializers.SerializerMethodField(help_text="授权条件，一条一句")
    supplied_at = serializers.DateTimeField(
        source="supply_proof.supplied_at", default=None, allow_null=True, help_text="从何时起可取；还不能取的为空"
    )

    def get_conditions(self, grant: Grant) -> list[dict[str, str]]:
        return [{"name": name, "words": words} for name, words in queries.conditions_of(grant)]


class GrantViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Grant]):
    """授权: list, read, and one POST per verb of those who answer for the data."""

    serializer_class = GrantSerializer
    queryset = Grant.objects.none()
    lookup_value_regex = "[0-9]+"

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        return GrantSerializer if self.action == "list" else GrantDetailSerializer

    def get_queryset(self) -> QuerySet[Grant]:
        items = GrantItem.objects.select_related("item").order_by("item__position")
        rows = Grant.objects.visible_to(self.request.user).order_by("-id")
        if self.request.query_params.get("is_backflow") == "true":
            rows = rows.filter(is_backflow=True)
        return rows.select_related("department", "resource__provider", "share_request").prefetch_related(
            Prefetch("grant_items", items),
            Prefetch("row_rules", GrantRowRule.objects.select_related("item").order_by("pk")),
            Prefetch("uses", GrantUse.objects.filter(day=day_of(timezone.now()))),
        )

    @extend_schema(request=SuspendSerializer, responses=GrantDetailSerializer)
    @action(detail=True, methods=["post"])
    def suspend(self, request: Request, pk: str) -> Response:
        return self._act(actions.suspend, SuspendSerializer)

    @extend_schema(request=ReportSerializer, responses=GrantDetailSerializer)
    @action(detail=True, methods=["post"], url_path="report-rectified")
    def report_rectified(self, request: Request, pk: str) -> Response:
        return self._act(actions.report_rectified, ReportSerializer)

    @extend_schema(request=ReasonSerializer, responses=GrantDetailSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        return self._act(actions.resume)

    @extend_schema(request=ReasonSerializer, responses=GrantDetailSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        return self._act(actions.revoke)

    @extend_schema(request=DisposalSerializer, responses=GrantDetailSerializer)
    @action(detail=True, methods=["post"])
    def dispose(self, request: Request, pk: str) -> Response:
        return self._act(actions.dispose, DisposalSerializer)

    def _act(self, act: Any, asked: type[serializers.Serializer] = ReasonSerializer) -> Response:
        serializer = asked(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        grant = self.get_object()
        act(grant=grant, by=self.request.user, now=timezone.now(), **serializer.validated_data)
        return Response(self.get_serializer(self.get_queryset().get(pk=grant.pk)).data)
