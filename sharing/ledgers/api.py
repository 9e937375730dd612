"""/api/v1/ledgers/: the books of use, and one POST per verb."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from gdshare.lib.clock import day_of
from sharing.ledgers import actions, policies, queries
from sharing.ledgers.actions import LONGEST
from sharing.ledgers.models import MATTERS, UsageLedger


class LedgerEntrySerializer(serializers.Serializer):
    """One line: which of the five matters, the day it is about, the words."""

    section = serializers.ChoiceField(choices=[(one.value, one.label) for one in MATTERS])
    text = serializers.CharField(max_length=LONGEST)
    happened_on = serializers.DateField(required=False, allow_null=True, default=None)
    corrects = serializers.IntegerField(required=False, allow_null=True, default=None)


class RemarkSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=LONGEST)


class LedgerLineSerializer(serializers.Serializer):
    """A line as it stands."""

    id = serializers.IntegerField(source="pk")
    section = serializers.CharField()
    section_label = serializers.CharField(source="get_section_display")
    happened_on = serializers.DateField()
    text = serializers.CharField()
    department = serializers.CharField(source="department.name")
    written_at = serializers.DateTimeField()
    corrects = serializers.IntegerField(source="corrects_id", allow_null=True)


class TakenSerializer(serializers.Serializer):
    """Takings of one month, named by its first day."""

    month = serializers.DateField(source="on")
    times = serializers.IntegerField()
    complete = serializers.IntegerField()
    rows = serializers.IntegerField()
    byte_count = serializers.IntegerField()


class LedgerSerializer(serializers.Serializer):
    """One book in a list."""

    id = serializers.IntegerField(source="pk")
    department = serializers.CharField(source="department.name")
    resource = serializers.IntegerField(source="resource_id")
    resource_name = serializers.CharField(source="resource.name")
    provider = serializers.CharField(source="resource.provider.name")
    times = serializers.IntegerField()
    rows = serializers.IntegerField()
    last_at = serializers.DateTimeField(allow_null=True)
    opened_at = serializers.DateTimeField()


class BookSerializer(LedgerSerializer):
    """One book whole: what the system filled and what people wrote."""

    months = serializers.SerializerMethodField()
    entries = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField(help_text="应填而没有填的事项")
    kept_until = serializers.SerializerMethodField(help_text="至少保存到这一天；还在使用的为空")
    allowed = serializers.SerializerMethodField()

    def to_representation(self, instance: UsageLedger) -> Any:
        self._book = queries.book(instance, today=day_of(timezone.now()))
        return super().to_representation(instance)

    @extend_schema_field(TakenSerializer(many=True))
    def get_months(self, ledger: UsageLedger) -> Any:
        return TakenSerializer(self._book.months, many=True).data

    @extend_schema_field(LedgerLineSerializer(many=True))
    def get_entries(self, ledger: UsageLedger) -> Any:
        rows = sorted((one for many in self._book.entries.values() for one in many), key=lambda one: one.pk)
        return LedgerLineSerializer(rows, many=True).data

    def get_missing(self, ledger: UsageLedger) -> list[str]:
        return self._book.missing

    def get_kept_until(self, ledger: UsageLedger) -> str | None:
        return str(self._book.kept_until) if self._book.kept_until else None

    def get_allowed(self, ledger: UsageLedger) -> dict[str, str]:
        verdicts = policies.toolbar(self.context["request"].user, ledger)
        return {verb: verdict.reason for verb, verdict in verdicts.items()}


class LedgerViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[UsageLedger]):
    """使用台账: list, read, and one POST per verb."""

    serializer_class = LedgerSerializer
    queryset = UsageLedger.objects.none()
    lookup_value_regex = "[0-9]+"

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        return LedgerSerializer if self.action == "list" else BookSerializer

    def get_queryset(self) -> QuerySet[UsageLedger]:
        return queries.listed(self.request.user).order_by("-id")

    @extend_schema(request=LedgerEntrySerializer, responses=BookSerializer)
    @action(detail=True, methods=["post"])
    def write(self, request: Request, pk: str) -> Response:
        return self._act(actions.write, LedgerEntrySerializer)

    @extend_schema(request=RemarkSerializer, responses=BookSerializer)
    @action(detail=True, methods=["post"])
    def inspect(self, request: Request, pk: str) -> Response:
        return self._act(actions.inspect, RemarkSerializer)

    @extend_schema(request=RemarkSerializer, responses=BookSerializer)
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, pk: str) -> Response:
        return self._act(actions.answer, RemarkSerializer)

    def _act(self, act: Any, asked: type[serializers.Serializer]) -> Response:
        serializer = asked(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        ledger = self.get_object()
        act(ledger=ledger, by=self.request.user, now=timezone.now(), **serializer.validated_data)
        return Response(self.get_serializer(self.get_queryset().get(pk=ledger.pk)).data)
