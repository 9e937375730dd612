"""/api/v1/disputes/: raise one over a refusal, and one POST per verb."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from sharing.corrections.models import CorrectionRequest
from sharing.disputes import actions, policies
from sharing.disputes.models import Dispute, Outcome
from sharing.share_requests.models import ShareRequest


class ClaimSerializer(serializers.Serializer):
    """One of the two: the refused application, or the doubt that was answered 核实无误."""

    share_request = serializers.IntegerField(required=False)
    correction = serializers.IntegerField(required=False)
    claim = serializers.CharField(max_length=2000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("share_request" in attrs) == ("correction" in attrs):
            raise serializers.ValidationError("share_request 和 correction 写其中一个。")
        return attrs


class WordsSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=2000)


class TermsSerializer(serializers.Serializer):
    terms = serializers.CharField(max_length=2000)


class SettlementSerializer(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    result = serializers.CharField(max_length=2000)


class RulingSerializer(SettlementSerializer):
    document_no = serializers.CharField(max_length=60)
    document_on = serializers.DateField()


class DisputeSerializer(serializers.Serializer):
    """One 争议."""

    id = serializers.IntegerField(source="pk")
    share_request = serializers.IntegerField(source="share_request_id", allow_null=True)
    correction = serializers.IntegerField(source="correction_id", allow_null=True)
    title = serializers.CharField()
    claimant = serializers.CharField(source="claimant.name")
    respondent = serializers.CharField(source="respondent.name")
    authority = serializers.CharField(source="authority.name", default=None, allow_null=True)
    status = serializers.CharField()
    status_label = serializers.CharField(source="get_status_display")
    claim = serializers.CharField()
    terms = serializers.CharField()
    outcome = serializers.CharField()
    result = serializers.CharField()
    document_no = serializers.CharField()
    document_on = serializers.DateField(allow_null=True)
    raised_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    allowed = serializers.SerializerMethodField()

    def get_allowed(self, dispute: Dispute) -> dict[str, str]:
        verdicts = policies.toolbar(self.context["request"].user, dispute)
        return {verb: verdict.reason for verb, verdict in verdicts.items()}


class DisputeViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Dispute]):
    """争议: list, read, raise, and one POST per verb."""

    serializer_class = DisputeSerializer
    queryset = Dispute.objects.none()
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[Dispute]:
        rows = Dispute.objects.visible_to(self.request.user).order_by("-id")
        return rows.select_related("share_request", "correction__resource", "claimant", "respondent", "authority")

    @extend_schema(request=ClaimSerializer, responses={201: DisputeSerializer})
    def create(self, request: Request) -> Response:
        serializer = ClaimSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        values = serializer.validated_data
        subject: Any = (
            get_object_or_404(ShareRequest.objects.visible_to(request.user), pk=values["share_request"])
            if "share_request" in values
            else get_object_or_404(CorrectionRequest.objects.visible_to(request.user), pk=values["correction"])
        )
        made = actions.raise_dispute(subject=subject, by=request.user, now=timezone.now(), claim=values["claim"])
        return Response(self.get_serializer(self.get_queryset().get(pk=made.pk)).data, status=201)

    @extend_schema(request=WordsSerializer, responses=DisputeSerializer)
    @action(detail=True, methods=["post"])
    def state(self, request: Request, pk: str) -> Response:
        return self._act(actions.state, WordsSerializer)

    @extend_schema(request=WordsSerializer, responses=DisputeSerializer)
    @action(detail=True, methods=["post"])
    def offer(self, request: Request, pk: str) -> Response:
        return self._act(actions.offer, WordsSerializer)

    @extend_schema(request=TermsSerializer, responses=DisputeSerializer)
    @action(detail=True, methods=["post"])
    def agree(self, request: Request, pk: str) -> Response:
        return self._act(actions.agree, TermsSerializer)

    @extend_schema(request=WordsSerializer, responses=DisputeSerializer)
    @action(detail=True, methods=["post"])
    def escalate(self, request: Request, pk: str) -> Response:
        return self._act(actions.escalate, WordsSerializer)

    @extend_schema(request=SettlementSerializer, responses=DisputeSerializer)
    @action(detail=True, methods=["post"])
    def coordinate(self, request: Request, pk: str) -> Response:
        return self._act(actions.coordinate, SettlementSerializer)

    @extend_schema(request=WordsSerializer, responses=DisputeSerializer)
    @action(detail=True, methods=["post"])
    def refer(self, request: Request, pk: str) -> Response:
        return self._act(actions.refer, WordsSerializer)

    @extend_schema(request=RulingSerializer, responses=DisputeSerializer)
    @action(detail=True, methods=["post"], url_path="record-ruling")
    def record_ruling(self, request: Request, pk: str) -> Response:
        return self._act(actions.record_ruling, RulingSerializer)

    @extend_schema(request=None, responses=DisputeSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return self._act(actions.withdraw, serializers.Serializer)

    def _act(self, act: Any, asked: type[serializers.Serializer]) -> Response:
        serializer = asked(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        dispute = self.get_object()
        act(dispute=dispute, by=self.request.user, now=timezone.now(), **serializer.validated_data)
        return Response(self.get_serializer(self.get_queryset().get(pk=dispute.pk)).data)
