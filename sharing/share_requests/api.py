"""/api/v1/share-requests/: the same verbs as the pages, one POST each."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.resources.models import ShareMode
from gdshare.lib.clock import day_of
from sharing.deadlines import queries as deadlines
from sharing.grants.models import Grant
from sharing.grants.terms import LONGEST_VALUE, RuleKind
from sharing.share_requests import actions, policies, workflow
from sharing.share_requests.actions.drafting import ELEMENT_FIELDS
from sharing.share_requests.models import Conclusion, ItemDecision, ShareRequest, UseScope
from sharing.share_requests.queries import case
from sharing.share_requests.queries.attached import attachment_lines
from sharing.share_requests.queries.marks import turn, with_steps
from sharing.share_requests.sending import sent, sent_unread


class ElementsSerializer(serializers.Serializer):
    """The five elements of 条例 Art 20 and what belongs to them; a draft may lack any."""

    title = serializers.CharField(max_length=120, required=False, allow_blank=True)
    use_basis = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    use_basis_article = serializers.CharField(max_length=60, required=False, allow_blank=True)
    use_scenario = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    use_scope = serializers.ChoiceField(choices=UseScope.choices, required=False)
    share_mode = serializers.ChoiceField(choices=ShareMode.choices, required=False)
    use_from = serializers.DateField(required=False)
    use_to = serializers.DateField(required=False)
    disposal = serializers.CharField(max_length=60, required=False, allow_blank=True)
    is_pledged = serializers.BooleanField(required=False)
    agreement = serializers.IntegerField(required=False)
    is_backflow = serializers.BooleanField(required=False, help_text="回流：下级部门取回本地区的行")
    necessities = serializers.DictField(child=serializers.CharField(max_length=300), required=False)

    def validate_necessities(self, value: dict[str, str]) -> dict[int, str]:
        if not all(key.isdecimal() for key in value):
            raise serializers.ValidationError("键应是信息项编号。")
        return {int(key): text for key, text in value.items()}


class DraftSerializer(ElementsSerializer):
    """Items of one or several providers; each provider gets its own application."""

    items = serializers.ListField(child=serializers.IntegerField(), allow_empty=False)


class GrantNumberSerializer(serializers.Serializer):
    """The grant that an application goes on with or changes."""

    grant = serializers.IntegerField(help_text="授权的编号，见 /grants/")


class OpinionSerializer(serializers.Serializer):
    opinion = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    version = serializers.IntegerField(required=False)


class ExtensionSerializer(serializers.Serializer):
    days = serializers.IntegerField(min_value=1, max_value=60)
    reason = serializers.CharField(max_length=1000)
    version = serializers.IntegerField(required=False)


class DecisionSerializer(serializers.Serializer):
    item = serializers.IntegerField()
    decision = serializers.ChoiceField(choices=ItemDecision.choices)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class RowRuleSerializer(serializers.Serializer):
    """Only rows whose item begins with (PREFIX, codes of 行政区划), or is (IN), one of the values."""

    item = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=RuleKind.choices)
    values = serializers.ListField(child=serializers.CharField(max_length=LONGEST_VALUE))  # type: ignore[assignment]


class GrantTermsSerializer(serializers.Serializer):
    """授权条件: which rows, how many of them and how many takings a day; what is left out is not limited."""

    rows = RowRuleSerializer(many=True, required=False)
    rows_per_day = serializers.IntegerField(required=False, allow_null=True, min_value=1)
    calls_per_day = serializers.IntegerField(required=False, allow_null=True, min_value=1)


class ProposalSerializer(OpinionSerializer):
    conclusion = serializers.ChoiceField(choices=Conclusion.choices)
    basis = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    items = DecisionSerializer(many=True, required=False)
    terms = GrantTermsSerializer(required=False, help_text="不写：续期、变更沿用原授权的条件，其余没有条件")


class ReturnSerializer(serializers.Serializer):
    points = serializers.ListField(child=serializers.CharField(max_length=500), allow_empty=False)
    version = serializers.IntegerField(required=False)


class CompleteSerializer(ElementsSerializer):
    note = serializers.CharField(max_length=4000)
    version = serializers.IntegerField(required=False)


class ShareRequestSerializer(serializers.Serializer):
    """One application as a list shows it."""

    id = serializers.IntegerField(source="pk")
    number = serializers.CharField()
    batch = serializers.CharField()
    status = serializers.CharField()
    status_label = serializers.CharField(source="get_status_display")
    title = serializers.CharField()
    is_backflow = serializers.BooleanField()
    requester = serializers.CharField(source="requester.name")
    provider = serializers.CharField(source="provider.name")
    authority = serializers.CharField(source="authority.name", default=None, allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    endorsed_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    turn = serializers.SerializerMethodField()
    allowed = serializers.SerializerMethodField()

    def get_turn(self, share_request: ShareRequest) -> str:
        return turn(share_request)

    def get_allowed(self, share_request: ShareRequest) -> dict[str, str]:
        verdicts = policies.toolbar(self.context["request"].user, share_request)
        return {verb.strip("_").replace("_", "-"): verdict.reason for verb, verdict in verdicts.items()}


class ShareRequestDetailSerializer(ShareRequestSerializer):
    """One application whole: elements, items, steps, timeline, clock."""

    elements = serializers.SerializerMethodField()
    items = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()
    timeline = serializers.SerializerMethodField()
    clock = serializers.SerializerMethodField()
    return_notice = serializers.CharField()
    completion_note = serializers.CharField()
    grants = serializers.SerializerMethodField()
    extensions = serializers.SerializerMethodField()

    def get_elements(self, share_request: ShareRequest) -> dict[str, Any]:
        found = {name: getattr(share_request, name) for name in ELEMENT_FIELDS}
        return found | {"agreement": share_request.agreement_id, "accepted_at": share_request.accepted_at}

    def get_items(self, share_request: ShareRequest) -> list[dict[str, Any]]:
        rows = share_request.request_items.select_related("item__resource")
        return [
            {
                "item": row.item_id, "name": row.item.name, "identifier": row.item.identifier,
                "resource": row.item.resource_id, "resource_name": row.item.resource.name, "grade": row.item.grade,
                "necessity": row.necessity, "decision": row.decision, "reason": row.reason,
            }
            for row in rows.order_by("item__resource_id", "item__position")
        ]  # fmt: skip

    def get_steps(self, share_request: ShareRequest) -> list[dict[str, Any]]:
        shows = self._shows_opinions(share_request)
        return [
            {
                "side": step.side, "post": step.post, "duty": step.duty, "department": step.department.name,
                "state": step.state,
                "decided_at": step.decided_at, "conclusion": step.conclusion if shows else "",
                "opinion": step.opinion if shows else "", "basis": step.basis if shows else "",
                "terms": step.terms if shows else {},
            }
            for step in share_request.steps.all()
        ]  # fmt: skip

    def get_timeline(self, share_request: ShareRequest) -> list[dict[str, Any]]:
        entries = case.timeline(share_request, shows_opinions=self._shows_opinions(share_request))
        return [
            {"at": entry.at, "what": entry.title, "who": entry.who, "text": entry.text} for entry in entries if entry.at
        ]

    def get_clock(self, share_request: ShareRequest) -> dict[str, Any] | None:
        view = deadlines.clock_view(share_request, today=self.context["today"])
        if view is None:
            return None
        return {
            "tone": view.tone, "words": view.words, "due_on": view.due_on, "basis": view.basis,
            "is_provisional": view.is_provisional, "sentence": view.sentence,
        }  # fmt: skip

    def get_extensions(self, share_request: ShareRequest) -> list[dict[str, Any]]:
        return [
            {
                "state": one.state, "days": one.days, "reason": one.reason, "due_before": one.due_before,
                "due_after": one.due_after, "is_late": one.is_late, "opinion": one.opinion,
            }
            for one in share_request.extensions.order_by("pk")
        ]  # fmt: skip

    def get_grants(self, share_request: ShareRequest) -> list[int]:
        return list(share_request.grants.order_by("id").values_list("pk", flat=True))

    def _shows_opinions(self, share_request: ShareRequest) -> bool:
        is_reviewer = bool(policies.own_steps(self.context["request"].user, share_request))
        return is_reviewer or share_request.status in workflow.DECIDED


class AttachmentSerializer(serializers.Serializer):
    """证明材料; `is_available`: whether it may be downloaded now."""

    id = serializers.IntegerField(source="attachment.pk")
    name = serializers.CharField(source="attachment.name")
    bytes = serializers.IntegerField(source="attachment.size")
    sha256 = serializers.CharField(source="attachment.sha256")
    scan = serializers.CharField(source="pill.label")
    is_available = serializers.BooleanField(source="can_take")
    uploaded_at = serializers.DateTimeField(source="attachment.uploaded_at")
    sent_at = serializers.DateTimeField(source="attachment.sent_at", allow_null=True)


class MessageSerializer(serializers.Serializer):
    """One 案内留言."""

    id = serializers.IntegerField(source="pk")
    department = serializers.CharField(source="department.name")
    sent_by = serializers.CharField(source="sent_by.name")
    sent_at = serializers.DateTimeField()
    text = serializers.CharField()


class TextSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=2000)


class UploadSerializer(serializers.Serializer):
    file = serializers.FileField()


class DetachSerializer(serializers.Serializer):
    attachment = serializers.IntegerField()


class ShareRequestViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[ShareRequest]):
    """共享申请: list, read, file, and one POST per verb."""

    serializer_class = ShareRequestSerializer
    queryset = ShareRequest.objects.none()
    lookup_value_regex = "[0-9]+"

    def get_queryset(self) -> QuerySet[ShareRequest]:
        rows = with_steps(ShareRequest.objects.visible_to(self.request.user)).order_by("-id")
        status = self.request.query_params.get("status")
        rows = rows.filter(is_backflow=True) if self.request.query_params.get("is_backflow") == "true" else rows
        return rows.filter(status=status) if status else rows

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "today": day_of(timezone.now())}

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        return ShareRequestSerializer if self.action == "list" else ShareRequestDetailSerializer

    @extend_schema(request=DraftSerializer, responses={201: ShareRequestDetailSerializer(many=True)})
    def create(self, request: Request) -> Response:
        data = self._read(DraftSerializer)
        drafts = actions.draft(
            item_ids=data.pop("items"), by=request.user, now=timezone.now(),
            necessities=data.pop("necessities", {}), values=data,
        )  # fmt: skip
        rows = self.get_queryset().filter(pk__in=[row.pk for row in drafts]).order_by("number")
        return Response(self._whole(rows, many=True), status=201)

    @extend_schema(request=None, responses={201: ShareRequestDetailSerializer})
    @action(detail=True, methods=["post"])
    def copy(self, request: Request, pk: str) -> Response:
        return self._made(actions.copy(share_request=self.get_object(), by=request.user, now=timezone.now()))

    @extend_schema(request=GrantNumberSerializer, responses={201: ShareRequestDetailSerializer})
    @action(detail=False, methods=["post"])
    def renew(self, request: Request) -> Response:
        return self._made(actions.renew(grant=self._named_grant(), by=request.user, now=timezone.now()))

    @extend_schema(request=GrantNumberSerializer, responses={201: ShareRequestDetailSerializer})
    @action(detail=False, methods=["post"])
    def amend(self, request: Request) -> Response:
        return self._made(actions.amend(grant=self._named_grant(), by=request.user, now=timezone.now()))

    @extend_schema(request=ElementsSerializer, responses=ShareRequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def save(self, request: Request, pk: str) -> Response:
        data = self._read(ElementsSerializer)
        return self._act(actions.save_draft, necessities=data.pop("necessities", {}), values=data)

    @extend_schema(request=None, responses=ShareRequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        return self._act(actions.submit)

    @extend_schema(request=OpinionSerializer, responses=ShareRequestDetailSerializer)
    @action(detail=True, methods=["post"], url_path="send-back")
    def send_back(self, request: Request, pk: str) -> Response:
        return self._act(actions.send_back, **self._read(OpinionSerializer))

    @extend_schema(request=OpinionSerializer, responses=ShareRequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def endorse(self, request: Request, pk: str) -> Response:
        return self._act(actions.endorse, **self._read(OpinionSerializer))

    @extend_schema(request=ProposalSerializer, responses=ShareRequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def propose(self, request: Request, pk: str) -> Response:
        data = self._read(ProposalSerializer)
        decisions = {one["item"]: one for one in data.pop("items", [])}
        return self._act(actions.propose, item_decisions=decisions, **data)

    @extend_schema(request=OpinionSerializer, responses=ShareRequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        return self._act(actions.confirm, **self._read(OpinionSerializer))

    @extend_schema(request=OpinionSerializer, responses=ShareRequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def rework(self, request: Request, pk: str) -> Response:
        return self._act(actions.rework, **self._read(OpinionSerializer))

    @extend_schema(request=OpinionSerializer, responses=ShareRequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def consult(self, request: Request, pk: str) -> Response:
        return self._act(actions.consult, **self._read(OpinionSerializer))

    @extend_schema(request=ReturnSerializer, responses=ShareRequestDetailSerializer)
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    def return_(self, request: Request, pk: str) -> Response:
        return self._act(actions.return_, **self._read(ReturnSerializer))

    @extend_schema(request=ExtensionSerializer, responses=ShareRequestDetailSerializer)
    @action(detail=True, methods=["post"], url_path="ask-extension")
    def ask_extension(self, request: Request, pk: str) -> Response:
        return self._act(actions.ask_extension, **self._read(ExtensionSerializer))

    @extend_schema(request=OpinionSerializer, responses=ShareRequestDetailSerializer)
    @action(detail=True, methods=["post"], url_path="agree-extension")
    def agree_extension(self, request: Request, pk: str) -> Response:
        return self._act(actions.agree_extension, **self._read(OpinionSerializer))

    @extend_schema(request=OpinionSerializer, responses=ShareRequestDetailSerializer)
    @action(detail=True, methods=["post"], url_path="refuse-extension")
    def refuse_extension(self, request: Request, pk: str) -> Response:
        return self._act(actions.refuse_extension, **self._read(OpinionSerializer))

    @extend_schema(request=CompleteSerializer, responses=ShareRequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> Response:
        data = self._read(CompleteSerializer)
        own = {name: data.pop(name) for name in ("note", "version", "necessities") if name in data}
        return self._act(actions.complete, values=data, **own)

    @extend_schema(request=OpinionSerializer, responses=ShareRequestDetailSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return self._act(actions.withdraw, **self._read(OpinionSerializer))

    @extend_schema(responses=AttachmentSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def attachments(self, request: Request, pk: str) -> Response:
        return self._attached()

    @extend_schema(request={"multipart/form-data": UploadSerializer}, responses={201: AttachmentSerializer(many=True)})
    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser])
    def attach(self, request: Request, pk: str) -> Response:
        file = self._read(UploadSerializer)["file"]
        actions.attach(share_request=self.get_object(), by=request.user, now=timezone.now(), file=file)
        return self._attached(status=201)

    @extend_schema(request=DetachSerializer, responses=AttachmentSerializer(many=True))
    @action(detail=True, methods=["post"])
    def detach(self, request: Request, pk: str) -> Response:
        number = self._read(DetachSerializer)["attachment"]
        actions.detach(share_request=self.get_object(), by=request.user, now=timezone.now(), attachment_id=number)
        return self._attached()

    @extend_schema(responses=MessageSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def messages(self, request: Request, pk: str) -> Response:
        rows = self.get_object().messages.select_related("department", "sent_by").order_by("pk")
        return Response(MessageSerializer(rows, many=True).data)

    @extend_schema(request=TextSerializer, responses={201: MessageSerializer})
    @messages.mapping.post
    def post_message(self, request: Request, pk: str) -> Response:
        text = self._read(TextSerializer)["text"]
        made = actions.post_message(share_request=self.get_object(), by=request.user, now=timezone.now(), text=text)
        return Response(MessageSerializer(made).data, status=201)

    def _attached(self, status: int = 200) -> Response:
        lines = attachment_lines(self.request.user, self.get_object())
        return Response(AttachmentSerializer(lines, many=True).data, status=status)

    def _read(self, serializer_class: type[serializers.Serializer]) -> dict[str, Any]:
        serializer = serializer_class(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _act(self, act: Callable[..., ShareRequest], **values: Any) -> Response:
        """Do it, then show the application as it is now (404 when the actor no longer sees it)."""
        share_request = act(share_request=self.get_object(), by=self.request.user, now=timezone.now(), **values)
        row = self.get_queryset().filter(pk=share_request.pk).first()
        if row is None:
            raise Http404
        return Response(self._whole(row))

    def _named_grant(self) -> Grant:
        number = self._read(GrantNumberSerializer)["grant"]
        return get_object_or_404(Grant.objects.visible_to(self.request.user), pk=number)

    def _made(self, share_request: ShareRequest) -> Response:
        return Response(self._whole(self.get_queryset().get(pk=share_request.pk)), status=201)

    def _whole(self, rows: Any, *, many: bool = False) -> Any:
        return ShareRequestDetailSerializer(rows, many=many, context=self.get_serializer_context()).data


class FileOrProblem(DefaultContentNegotiation):
    """A file is of one kind whatever is asked for; problems are JSON."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class PaperView(APIView):
    """A paper of a case as a file; every download goes to the log."""

    content_negotiation_class = FileOrProblem

    def _visible(self, pk: int) -> ShareRequest:
        return get_object_or_404(with_steps(ShareRequest.objects.visible_to(self.request.user)), pk=pk)


class AttachmentView(PaperView):
    """One 证明材料, as it came; 403 until it is cleared."""

    @extend_schema(
        operation_id="share_requests_attachment", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, pk: int, attachment_pk: int) -> HttpResponseBase:
        share_request = self._visible(pk)
        found = get_object_or_404(share_request.attachments, pk=attachment_pk)
        kept = actions.take_attachment(
            share_request=share_request, by=request.user, now=timezone.now(), attachment=found
        )  # fmt: skip
        return sent_unread(kept, found.name)


class ApplicationPaperView(PaperView):
    """政务信息资源共享申请表."""

    @extend_schema(
        operation_id="share_requests_application_pdf", responses={(200, "application/pdf"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        share_request = self._visible(pk)
        written = actions.take_application(share_request=share_request, by=request.user, now=timezone.now())
        return sent(written, f"{share_request.number}-application.pdf")


class AnswerPaperView(PaperView):
    """政务信息资源共享答复书; 409 until there is an answer."""

    @extend_schema(operation_id="share_requests_answer_pdf", responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        share_request = self._visible(pk)
        written = actions.take_answer(share_request=share_request, by=request.user, now=timezone.now())
        return sent(written, f"{share_request.number}-answer.pdf")


class DossierView(PaperView):
    """案卷: the papers, the case as data, clocks, own audit events, the signed receipt, and a signed manifest."""

    @extend_schema(operation_id="share_requests_dossier_zip", responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        share_request = self._visible(pk)
        written = actions.take_dossier(share_request=share_request, by=request.user, now=timezone.now())
        return sent(written, f"{share_request.number}.zip")
