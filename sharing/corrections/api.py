"""/api/v1/corrections/: report a doubt, answer it, say that a mend has arrived."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.resources.models import DataItem, DataResource
from sharing.corrections import actions, policies, queries
from sharing.corrections.models import CorrectionRequest


class DoubtSerializer(serializers.Serializer):
    resource = serializers.IntegerField()
    item = serializers.IntegerField(required=False, allow_null=True, default=None)
    record_key = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    doubt = serializers.CharField(max_length=2000)
    expected = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)
    evidence = serializers.CharField(max_length=2000)


class AnswerSerializer(serializers.Serializer):
    answer = serializers.CharField(max_length=2000)


class NoteSerializer(serializers.Serializer):
    note = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class ConsumerSerializer(serializers.Serializer):
    """One department that was told of a mend."""

    department = serializers.CharField(source="notice.department.name")
    received_version = serializers.IntegerField(source="newest", allow_null=True)
    is_on_old = serializers.BooleanField()
    acknowledged_at = serializers.DateTimeField(source="notice.acknowledged_at", allow_null=True)


class CorrectionSerializer(serializers.Serializer):
    """One 校核申请."""

    id = serializers.IntegerField(source="pk")
    resource = serializers.IntegerField(source="resource_id")
    resource_name = serializers.CharField(source="resource.name")
    item = serializers.IntegerField(source="item_id", allow_null=True)
    record_key = serializers.CharField()
    department = serializers.CharField(source="department.name")
    doubt = serializers.CharField()
    expected = serializers.CharField()
    evidence = serializers.CharField()
    version_number = serializers.IntegerField(allow_null=True)
    status = serializers.CharField()
    status_label = serializers.CharField(source="get_status_display")
    answer = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    mended_version = serializers.IntegerField(allow_null=True)
    allowed = serializers.SerializerMethodField()

    def get_allowed(self, correction: CorrectionRequest) -> dict[str, str]:
        verdicts = policies.toolbar(self.context["request"].user, correction)
        return {verb: verdict.reason for verb, verdict in verdicts.items()}


class CorrectionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[CorrectionRequest]):
    """疑义校核: list, read, report, and one POST per verb."""

    serializer_class = CorrectionSerializer
    queryset = CorrectionRequest.objects.none()
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[CorrectionRequest]:
        rows = CorrectionRequest.objects.visible_to(self.request.user).order_by("-id")
        return rows.select_related("resource__provider", "department")

    @extend_schema(request=DoubtSerializer, responses={201: CorrectionSerializer})
    def create(self, request: Request) -> Response:
        serializer = DoubtSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        values = dict(serializer.validated_data)
        listed = DataResource.objects.visible_to(request.user).published().select_related("provider")
        resource = get_object_or_404(listed, pk=values.pop("resource"))
        number = values.pop("item")
        item = get_object_or_404(DataItem.objects.filter(resource=resource), pk=number) if number else None
        made = actions.report(resource=resource, item=item, by=request.user, now=timezone.now(), **values)
        return Response(self.get_serializer(self.get_queryset().get(pk=made.pk)).data, status=201)

    @extend_schema(responses=ConsumerSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def consumers(self, request: Request, pk: str) -> Response:
        """Who was told of the mend, and who still runs on the old value."""
        return Response(ConsumerSerializer(queries.runners(self.get_object()), many=True).data)

    @extend_schema(request=None, responses=CorrectionSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        return self._act(actions.accept)

    @extend_schema(request=AnswerSerializer, responses=CorrectionSerializer)
    @action(detail=True, methods=["post"])
    def mend(self, request: Request, pk: str) -> Response:
        return self._act(actions.mend, AnswerSerializer)

    @extend_schema(request=AnswerSerializer, responses=CorrectionSerializer)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        return self._act(actions.refuse, AnswerSerializer)

    @extend_schema(request=None, responses=CorrectionSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return self._act(actions.withdraw)

    @extend_schema(request=NoteSerializer, responses=CorrectionSerializer)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        return self._act(actions.acknowledge, NoteSerializer)

    def _act(self, act: Any, asked: type[serializers.Serializer] = serializers.Serializer) -> Response:
        serializer = asked(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        correction = self.get_object()
        act(correction=correction, by=self.request.user, now=timezone.now(), **serializer.validated_data)
        return Response(self.get_serializer(self.get_queryset().get(pk=correction.pk)).data)
