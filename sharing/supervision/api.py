"""/api/v1/supervision-orders/: what ran out, the orders over it, and one POST per verb."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from gdshare.lib.clock import day_of
from sharing.supervision import actions, policies, queries
from sharing.supervision.models import SupervisionOrder


class IssueSerializer(serializers.Serializer):
    deadline = serializers.IntegerField()
    demand = serializers.CharField(max_length=2000)
    due_on = serializers.DateField()


class OrderTextSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=2000)


class OrderCloseSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)


class OrderReturnSerializer(OrderTextSerializer):
    due_on = serializers.DateField()


class OverdueSerializer(serializers.Serializer):
    """One clock that ran out and is under no order."""

    deadline = serializers.IntegerField(source="pk")
    title = serializers.CharField()
    clock = serializers.CharField()
    due_on = serializers.DateField()
    basis = serializers.CharField()


class SupervisionOrderSerializer(serializers.Serializer):
    """One 督办单."""

    id = serializers.IntegerField(source="pk")
    number = serializers.CharField()
    deadline = serializers.IntegerField(source="deadline_id")
    title = serializers.CharField(source="deadline.title")
    department = serializers.CharField(source="department.name")
    authority = serializers.CharField(source="authority.name")
    demand = serializers.CharField()
    basis = serializers.CharField()
    overdue_on = serializers.DateField()
    due_on = serializers.DateField()
    status = serializers.CharField()
    status_label = serializers.CharField(source="get_status_display")
    issued_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    allowed = serializers.SerializerMethodField()

    def get_allowed(self, order: SupervisionOrder) -> dict[str, str]:
        verdicts = policies.toolbar(self.context["request"].user, order)
        return {verb: verdict.reason for verb, verdict in verdicts.items()}


class SupervisionOrderViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[SupervisionOrder]
):
    """督办: list, read, issue, and one POST per verb."""

    serializer_class = SupervisionOrderSerializer
    queryset = SupervisionOrder.objects.none()
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[SupervisionOrder]:
        rows = SupervisionOrder.objects.visible_to(self.request.user).order_by("-id")
        return rows.select_related("deadline", "department", "authority")

    @extend_schema(request=IssueSerializer, responses={201: SupervisionOrderSerializer})
    def create(self, request: Request) -> Response:
        policies.view_overdue(request.user).enforce()
        serializer = IssueSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        values, now = dict(serializer.validated_data), timezone.now()
        late = queries.overdue(request.user.department.pk, today=day_of(now))  # type: ignore[union-attr]
        deadline = get_object_or_404(late, pk=values.pop("deadline"))
        made = actions.issue(deadline=deadline, by=request.user, now=now, **values)
        return Response(self.get_serializer(self.get_queryset().get(pk=made.pk)).data, status=201)

    @extend_schema(responses=OverdueSerializer(many=True))
    @action(detail=False, pagination_class=None)
    def overdue(self, request: Request) -> Response:
        """Clocks that ran out and are under no order, the oldest 200."""
        policies.view_overdue(request.user).enforce()
        late = queries.overdue(request.user.department.pk, today=day_of(timezone.now()))  # type: ignore[union-attr]
        return Response(OverdueSerializer(late[:200], many=True).data)

    @extend_schema(request=OrderTextSerializer, responses=SupervisionOrderSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        return self._act(actions.answer, OrderTextSerializer)

    @extend_schema(request=OrderReturnSerializer, responses=SupervisionOrderSerializer)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def return_(self, request: Request, pk: str) -> Response:
        return self._act(actions.return_, OrderReturnSerializer)

    @extend_schema(request=OrderCloseSerializer, responses=SupervisionOrderSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        return self._act(actions.close, OrderCloseSerializer)

    @extend_schema(request=OrderTextSerializer, responses=SupervisionOrderSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        return self._act(actions.cancel, OrderTextSerializer)

    def _act(self, act: Any, asked: type[serializers.Serializer]) -> Response:
        serializer = asked(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        order = self.get_object()
        act(order=order, by=self.request.user, now=timezone.now(), **serializer.validated_data)
        return Response(self.get_serializer(self.get_queryset().get(pk=order.pk)).data)
