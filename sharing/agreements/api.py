"""/api/v1/agreements/: the versions of 使用承诺, and which one holds today."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import mixins, serializers, viewsets

from gdshare.lib.clock import day_of
from sharing.agreements.models import Agreement


class AgreementSerializer(serializers.Serializer):
    """One version."""

    id = serializers.IntegerField(source="pk")
    number = serializers.IntegerField()
    title = serializers.CharField()
    text = serializers.CharField()
    sha256 = serializers.CharField()
    valid_from = serializers.DateField()
    is_in_force = serializers.SerializerMethodField()

    def get_is_in_force(self, agreement: Agreement) -> bool:
        return bool(agreement == self.context["in_force"])


class AgreementViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Agreement]):
    """使用承诺, read only: a version is published on the page."""

    serializer_class = AgreementSerializer
    queryset = Agreement.objects.none()

    def get_queryset(self) -> QuerySet[Agreement]:
        return Agreement.objects.visible_to(self.request.user).order_by("-id")

    def get_serializer_context(self) -> dict[str, Any]:
        return super().get_serializer_context() | {"in_force": Agreement.objects.in_force(day_of(timezone.now()))}
