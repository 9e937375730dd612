"""/api/v1/covers/: have one's post covered, and take it back."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from gdshare.lib.errors import Denied
from security.accounts.models import Membership, User
from security.covers import actions, policies, queries


class CoverRequestSerializer(serializers.Serializer):
    """Who stands in, on which days (both whole), and why."""

    to = serializers.IntegerField(help_text="代办人的编号，见 colleagues")
    from_on = serializers.DateField()
    until_on = serializers.DateField()
    reason = serializers.CharField(max_length=200)


class ColleagueSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()


class CoverSerializer(serializers.Serializer):
    """One 代办."""

    id = serializers.IntegerField(source="pk")
    principal = serializers.CharField(source="stands_in_for.user.name")
    stand_in = serializers.CharField(source="user.name")
    role = serializers.CharField()
    starts_at = serializers.DateTimeField(source="started_at")
    lapses_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(source="cover_reason")


class CoverViewSet(viewsets.GenericViewSet[Membership]):
    """代办: list, begin, end. For persons: a system has no post."""

    serializer_class = CoverSerializer
    queryset = Membership.objects.none()
    pagination_class = None
    lookup_value_regex = "[0-9]+"

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        if not isinstance(request.user, User):
            raise Denied("业务系统的密钥没有岗位，不能请人代办。", remedy="请用个人密钥。")
        policies.view(request.user).enforce()

    @extend_schema(responses=CoverSerializer(many=True))
    def list(self, request: Request) -> Response:
        return Response(CoverSerializer(queries.covers_of(request.user), many=True).data)

    @extend_schema(request=CoverRequestSerializer, responses={201: CoverSerializer})
    def create(self, request: Request) -> Response:
        policies.start(request.user).enforce()
        serializer = CoverRequestSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        asked = dict(serializer.validated_data)
        to = get_object_or_404(queries.colleagues(request.user), pk=asked.pop("to"))
        made = actions.start(to=to, by=request.user, now=timezone.now(), **asked)  # type: ignore[arg-type]
        return Response(CoverSerializer(made).data, status=201)

    @extend_schema(responses=ColleagueSerializer(many=True))
    @action(detail=False)
    def colleagues(self, request: Request) -> Response:
        policies.start(request.user).enforce()
        return Response(ColleagueSerializer(queries.colleagues(request.user), many=True).data)

    @extend_schema(request=None, responses=CoverSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, pk: str) -> Response:
        mine = [cover.pk for cover in queries.covers_of(request.user)]
        cover = get_object_or_404(Membership.objects.filter(pk__in=mine), pk=pk)
        return Response(CoverSerializer(actions.end(membership=cover, by=request.user, now=timezone.now())).data)  # type: ignore[arg-type]
