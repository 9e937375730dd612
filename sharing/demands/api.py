"""/api/v1/demands/: demand data that the catalog does not hold, route it, take it on, fulfil it."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.resources.models import DataResource, UpdateCycle
from security.departments.models import Department
from sharing.demands import actions, policies
from sharing.demands.models import DataDemand


class NewDemandSerializer(serializers.Serializer):
    title = serializers.CharField(max_length=100)
    item_names = serializers.ListField(child=serializers.CharField(max_length=200), allow_empty=False, max_length=60)
    description = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)
    use_purpose = serializers.CharField(max_length=2000)
    use_basis = serializers.CharField(max_length=2000)
    update_cycle = serializers.ChoiceField(choices=UpdateCycle.values)
    needed_from = serializers.DateField()
    why_unfit = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)


class DemandRouteSerializer(serializers.Serializer):
    duty = serializers.IntegerField()
    reason = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)


class DemandPointSerializer(serializers.Serializer):
    resource = serializers.IntegerField()
    reason = serializers.CharField(max_length=2000)


class DemandReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=2000)


class PromiseSerializer(serializers.Serializer):
    promised_on = serializers.DateField()


class DemandEntrySerializer(serializers.Serializer):
    resource = serializers.IntegerField()


class UseSerializer(serializers.Serializer):
    use_purpose = serializers.CharField(max_length=2000)


class DemandSerializer(serializers.Serializer):
    """One 目录外需求. `resource` is null for whoever may not know of the entry."""

    id = serializers.IntegerField(source="pk")
    title = serializers.CharField()
    item_names = serializers.ListField(child=serializers.CharField())
    description = serializers.CharField()
    use_purpose = serializers.CharField()
    use_basis = serializers.CharField()
    update_cycle = serializers.CharField()
    needed_from = serializers.DateField()
    why_unfit = serializers.CharField()
    department = serializers.CharField(source="department.name")
    duty = serializers.CharField(source="duty.name", allow_null=True, default=None)
    is_binding = serializers.BooleanField()
    promised_on = serializers.DateField(allow_null=True)
    resource = serializers.SerializerMethodField()
    status = serializers.CharField()
    status_label = serializers.CharField(source="get_status_display")
    answer = serializers.CharField()
    submitted_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    seconds = serializers.SerializerMethodField()
    allowed = serializers.SerializerMethodField()

    def get_resource(self, demand: DataDemand) -> int | None:
        return demand.resource_id if demand.resource_id in self._known else None

    @property
    def _known(self) -> frozenset[int]:
        """The entries of these demands that the reader may know of; one query for any number of rows."""
        if "known" not in self.context:
            rows = DataDemand.objects.exclude(resource=None).values("resource")
            known = DataResource.objects.visible_to(self.context["request"].user).filter(pk__in=rows)
            self.context["known"] = frozenset(known.values_list("pk", flat=True))
        found: frozenset[int] = self.context["known"]
        return found

    def get_seconds(self, demand: DataDemand) -> list[str]:
        return [second.department.name for second in demand.seconds.all()]

    def get_allowed(self, demand: DataDemand) -> dict[str, str]:
        verdicts = policies.toolbar(self.context["request"].user, demand)
        return {verb: verdict.reason for verb, verdict in verdicts.items()}


class DemandViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[DataDemand]):
    """目录外需求: list, read, submit, and one POST per verb."""

    serializer_class = DemandSerializer
    queryset = DataDemand.objects.none()
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[DataDemand]:
        rows = DataDemand.objects.visible_to(self.request.user).order_by("-id")
        return rows.select_related("department", "authority", "duty").prefetch_related("seconds__department")

    @extend_schema(request=NewDemandSerializer, responses={201: DemandSerializer})
    def create(self, request: Request) -> Response:
        serializer = NewDemandSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        made = actions.submit(by=request.user, now=timezone.now(), **serializer.validated_data)
        return Response(self.get_serializer(self.get_queryset().get(pk=made.pk)).data, status=201)

    @extend_schema(request=DemandRouteSerializer, responses=DemandSerializer)
    @action(detail=True, methods=["post"])
    def route(self, request: Request, pk: str) -> Response:
        values = self._asked(DemandRouteSerializer)
        values["duty"] = get_object_or_404(Department, pk=values["duty"])
        return self._act(actions.route, values)

    @extend_schema(request=DemandPointSerializer, responses=DemandSerializer)
    @action(detail=True, methods=["post"])
    def point(self, request: Request, pk: str) -> Response:
        return self._act(actions.point, self._entry(DemandPointSerializer))

    @extend_schema(request=DemandReasonSerializer, responses=DemandSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        return self._act(actions.refuse, self._asked(DemandReasonSerializer))

    @extend_schema(request=PromiseSerializer, responses=DemandSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        return self._act(actions.confirm, self._asked(PromiseSerializer))

    @extend_schema(request=DemandReasonSerializer, responses=DemandSerializer)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        return self._act(actions.decline, self._asked(DemandReasonSerializer))

    @extend_schema(request=None, responses=DemandSerializer)
    @action(detail=True, methods=["post"], url_path="compile")
    def compile_entry(self, request: Request, pk: str) -> Response:
        return self._act(actions.compile, {})

    @extend_schema(request=DemandEntrySerializer, responses=DemandSerializer)
    @action(detail=True, methods=["post"])
    def fulfil(self, request: Request, pk: str) -> Response:
        return self._act(actions.fulfil, self._entry(DemandEntrySerializer))

    @extend_schema(request=UseSerializer, responses=DemandSerializer)
    @action(detail=True, methods=["post"])
    def second(self, request: Request, pk: str) -> Response:
        return self._act(actions.second, self._asked(UseSerializer))

    @extend_schema(request=None, responses=DemandSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return self._act(actions.withdraw, {})

    def _asked(self, asked: type[serializers.Serializer]) -> dict[str, Any]:
        serializer = asked(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _entry(self, asked: type[serializers.Serializer]) -> dict[str, Any]:
        """What was asked, with the entry it names, as far as the person may know of it."""
        values = self._asked(asked)
        rows = DataResource.objects.visible_to(self.request.user)
        return values | {"resource": get_object_or_404(rows, pk=values["resource"])}

    def _act(self, act: Any, values: dict[str, Any]) -> Response:
        demand = self.get_object()
        act(demand=demand, by=self.request.user, now=timezone.now(), **values)
        return Response(self.get_serializer(self.get_queryset().get(pk=demand.pk)).data)
