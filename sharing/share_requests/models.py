"""共享申请: the cart, the application, the items asked for, the chain of review, the timeline."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from security.departments.models import held_by
from sharing.share_requests import workflow
from sharing.share_requests.workflow import Status


class RequestCart(models.Model):
    """选数车: one per person and department acted for."""

    user = models.ForeignKey("security.User", models.CASCADE, related_name="+")
    department = models.ForeignKey("security.Department", models.CASCADE, related_name="+")
    updated_at = models.DateTimeField("更新")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "department"], name="%(app_label)s_%(class)s_one_each"),
        ]


class CartItem(models.Model):
    """One 信息项 in the cart."""

    cart = models.ForeignKey(RequestCart, models.CASCADE, related_name="items")
    item = models.ForeignKey("catalog.DataItem", models.CASCADE, related_name="+")
    added_at = models.DateTimeField("加入")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["cart", "item"], name="%(app_label)s_%(class)s_once")]


class UseScope(models.TextChoices):
    OWN_DEPARTMENT = "OWN_DEPARTMENT", "仅本部门"
    OWN_SYSTEM = "OWN_SYSTEM", "本系统（含下级）"
    THIRD_PARTY = "THIRD_PARTY", "含受托第三方"


class FollowKind(models.TextChoices):
    """How an application stands to the grant it follows."""

    RENEW = "RENEW", "续期"
    AMEND = "AMEND", "变更"


class Conclusion(models.TextChoices):
    APPROVE = "APPROVE", "全部同意"
    APPROVE_PARTLY = "APPROVE_PARTLY", "部分同意"
    DENY = "DENY", "不同意"


class ItemDecision(models.TextChoices):
    AGREE = "AGREE", "同意"
    MASK = "MASK", "脱敏"
    REFUSE = "REFUSE", "不同意"


class ShareRequestQuerySet(models.QuerySet["ShareRequest"]):
    def visible_to(self, actor: Any) -> "ShareRequestQuerySet":
        """The requester's department; once endorsed, those that hold a step of the chain; and the authority that was
        asked for an extension.
        """
        acting = getattr(actor, "acting", None)
        if acting is None or "SHARE_REQUEST_VIEW" not in acting.role.permissions:
            return self.none()
        mine = held_by(acting.department)
        steps = ReviewStep.objects.filter(department_id__in=mine).values("share_request")
        asked = Extension.objects.filter(share_request__authority_id__in=mine).values("share_request")
        return self.filter(Q(requester_id__in=mine) | Q(pk__in=steps) | Q(pk__in=asked))

    def in_progress(self) -> "ShareRequestQuerySet":
        return self.filter(status__in=workflow.IN_PROGRESS)

    def locked(self) -> "ShareRequestQuerySet":
        """Lock the rows themselves; others may still insert rows that point here."""
        return self.select_for_update(of=("self",), no_key=True)


class ShareRequest(models.Model):
    """One application to one provider. The five elements are 条例 Art 20 and 50号 Art 19."""

    number = models.CharField("单号", max_length=30, unique=True)
    batch = models.CharField("批次", max_length=24)
    requester = models.ForeignKey("security.Department", models.PROTECT, related_name="share_requests")
    provider = models.ForeignKey("security.Department", models.PROTECT, related_name="received_share_requests")
    authority = models.ForeignKey(
        "security.Department", models.PROTECT, null=True, blank=True, related_name="reviewed_share_requests"
    )
    status = models.CharField("状态", max_length=16, choices=workflow.CHOICES, default=Status.DRAFT)
    title = models.CharField("事由", max_length=120, blank=True, default="")
    use_basis = models.TextField("使用依据", blank=True, default="")
    use_basis_article = models.CharField("条款", max_length=60, blank=True, default="")
    use_scenario = models.TextField("使用场景", blank=True, default="")
    use_scope = models.CharField("使用范围", max_length=16, choices=UseScope.choices, blank=True, default="")
    share_mode = models.CharField("共享方式", max_length=10, blank=True, default="")
    use_from = models.DateField("使用开始", null=True, blank=True)
    use_to = models.DateField("使用截止", null=True, blank=True)
    disposal = models.CharField("用完怎样处置", max_length=60, blank=True, default="")
    is_pledged = models.BooleanField("使用承诺", default=False)
    is_backflow = models.BooleanField("回流", default=False)
    agreement = models.ForeignKey(
        "sharing.Agreement", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所承诺的版本"
    )
    accepted_at = models.DateTimeField("承诺", null=True, blank=True)
    accepted_by = models.ForeignKey("security.User", models.PROTECT, null=True, blank=True, related_name="+")
    follows = models.ForeignKey(
        "sharing.Grant", models.PROTECT, null=True, blank=True, related_name="followers", verbose_name="原授权"
    )
    follow_kind = models.CharField("与原授权的关系", max_length=5, choices=FollowKind.choices, blank=True, default="")
    profile = models.ForeignKey("rules.RuleProfile", models.PROTECT, related_name="+")
    handler = models.ForeignKey("security.User", models.PROTECT, related_name="handled_share_requests")
    created_at = models.DateTimeField("建立")
    saved_at = models.DateTimeField("保存")
    submitted_at = models.DateTimeField("提交", null=True, blank=True)
    endorsed_at = models.DateTimeField("负责人同意", null=True, blank=True)
    endorsed_by = models.ForeignKey("security.User", models.PROTECT, null=True, blank=True, related_name="+")
    returned_count = models.PositiveSmallIntegerField("告知补正次数", default=0)
    return_notice = models.TextField("补正内容", blank=True, default="")
    completion_note = models.TextField("补正说明", blank=True, default="")
    decided_at = models.DateTimeField("答复", null=True, blank=True)
    due_on = models.DateField("最迟答复", null=True, blank=True)
    version = models.PositiveIntegerField("页面版本", default=1)

    objects = ShareRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in Status]), name="%(app_label)s_%(class)s_status_known"
            ),
            models.CheckConstraint(
                condition=workflow.decided_iff_closed(), name="%(app_label)s_%(class)s_decision_complete"
            ),
            models.CheckConstraint(
                condition=Q(endorsed_at=None, endorsed_by=None)
                | Q(endorsed_at__isnull=False, endorsed_by__isnull=False),
                name="%(app_label)s_%(class)s_endorsed_pair",
            ),
            models.CheckConstraint(condition=~Q(endorsed_by=F("handler")), name="%(app_label)s_%(class)s_two_people"),
            models.CheckConstraint(
                condition=~Q(requester=F("provider")), name="%(app_label)s_%(class)s_two_departments"
            ),
            models.CheckConstraint(
                condition=Q(follows=None, follow_kind="")
                | Q(follows__isnull=False, follow_kind__in=["RENEW", "AMEND"]),
                name="%(app_label)s_%(class)s_follow_pair",
            ),
            models.UniqueConstraint(
                fields=["follows"],
                condition=Q(status__in=[status.value for status in workflow.OPEN]),
                name="%(app_label)s_%(class)s_one_open_follow",
            ),
            # 条例 Art 21: one notice, listing everything.
            models.CheckConstraint(condition=Q(returned_count__lte=1), name="%(app_label)s_%(class)s_returned_once"),
            models.CheckConstraint(
                condition=Q(is_pledged=True, agreement__isnull=False) | Q(is_pledged=False, agreement=None),
                name="%(app_label)s_%(class)s_pledged_to_a_version",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=False, accepted_by__isnull=False)
                | Q(status__in=[Status.DRAFT, Status.WITHDRAWN], accepted_at=None, accepted_by=None),
                name="%(app_label)s_%(class)s_pledged_when_sent",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[Status.DRAFT, Status.WITHDRAWN])
                | (
                    ~Q(use_basis="")
                    & ~Q(use_scenario="")
                    & ~Q(use_scope="")
                    & ~Q(share_mode="")
                    & Q(use_from__isnull=False, use_to__gte=F("use_from"), is_pledged=True)
                ),
                name="%(app_label)s_%(class)s_five_elements",
            ),
        ]
        indexes = [
            models.Index(fields=["requester", "status", "-id"]),
            models.Index(fields=["provider", "status", "-id"]),
            models.Index(fields=["batch"]),
        ]

    def __str__(self) -> str:
        return self.number


class RequestItem(models.Model):
    """申请数据项: one 信息项 asked for, why it is needed, and what was decided of it."""

    share_request = models.ForeignKey(ShareRequest, models.CASCADE, related_name="request_items")
    item = models.ForeignKey("catalog.DataItem", models.PROTECT, related_name="+")
    necessity = models.CharField("必要性", max_length=300, blank=True, default="")
    decision = models.CharField("决定", max_length=8, choices=ItemDecision.choices, blank=True, default="")
    reason = models.CharField("说明", max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["share_request", "item"], name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(
                condition=Q(decision__in=["", *ItemDecision.values]), name="%(app_label)s_%(class)s_decision_known"
            ),
        ]


class ReviewStep(models.Model):
    """环节: one post of the chain laid down from the rule profile when the request was endorsed.

    Steps of one side run in `position` order; sides of one stage run side by side (会同). A CONSULT step is IDLE until
    its opinion is asked for, a step that an earlier one made needless is IDLE for good.
    """

    class Side(models.TextChoices):
        PROVIDER = "PROVIDER", "提供部门"
        AUTHORITY = "AUTHORITY", "主管部门"

    class Post(models.TextChoices):
        HANDLER = "HANDLER", "经办"
        HEAD = "HEAD", "负责人"

    class Duty(models.TextChoices):
        DECIDE = "DECIDE", "审核"
        PRECHECK = "PRECHECK", "符合性审查"
        CONSULT = "CONSULT", "答复征求意见"

    class State(models.TextChoices):
        IDLE = "IDLE", "不需办理"
        WAITING = "WAITING", "未到"
        OPEN = "OPEN", "办理中"
        DONE = "DONE", "已办"

    share_request = models.ForeignKey(ShareRequest, models.CASCADE, related_name="steps")
    side = models.CharField("一方", max_length=10, choices=Side.choices)
    post = models.CharField("岗位", max_length=8, choices=Post.choices)
    duty = models.CharField("做什么", max_length=8, choices=Duty.choices, default=Duty.DECIDE)
    stage = models.PositiveSmallIntegerField("阶段", default=1)
    position = models.PositiveSmallIntegerField("次序")
    department = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    opened_at = models.DateTimeField("送达", null=True, blank=True)
    conclusion = models.CharField("结论", max_length=16, choices=Conclusion.choices, blank=True, default="")
    opinion = models.TextField("意见", blank=True, default="")
    basis = models.TextField("依据", blank=True, default="")
    item_decisions = models.JSONField("逐项决定", default=dict)
    terms = models.JSONField("授权条件", default=dict)
    decided_at = models.DateTimeField("办理", null=True, blank=True)
    decided_by = models.ForeignKey("security.User", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["share_request", "side", "position"], name="%(app_label)s_%(class)s_position_once"
            ),
            models.CheckConstraint(
                condition=Q(duty__in=["DECIDE", "PRECHECK", "CONSULT"]), name="%(app_label)s_%(class)s_duty_known"
            ),
            models.CheckConstraint(
                condition=Q(state="DONE", decided_at__isnull=False, decided_by__isnull=False)
                | (~Q(state="DONE") & Q(decided_at=None, decided_by=None)),
                name="%(app_label)s_%(class)s_decided_pair",
            ),
        ]
        indexes = [models.Index(fields=["department", "state"])]


class StatusChange(models.Model):
    """流转记录: the timeline that people see. Steps of the chain are on it too, with from = to."""

    share_request = models.ForeignKey(ShareRequest, models.CASCADE, related_name="status_changes")
    seq = models.PositiveIntegerField("序号")
    verb = models.CharField("动作", max_length=20)
    from_status = models.CharField("原状态", max_length=16)
    to_status = models.CharField("新状态", max_length=16)
    at = models.DateTimeField("时间")
    by = models.ForeignKey("security.User", models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey("security.Department", models.PROTECT, null=True, related_name="+")
    opinion = models.TextField("意见", blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["share_request", "seq"], name="%(app_label)s_%(class)s_seq_once"),
            models.CheckConstraint(
                condition=workflow.legal_pairs()
                | Q(
                    verb__in=[*workflow.STEP_VERBS, *workflow.EXTENSION_VERBS],
                    from_status=Status.UNDER_REVIEW,
                    to_status=Status.UNDER_REVIEW,
                ),
                name="%(app_label)s_%(class)s_legal_move",
            ),
        ]


class Extension(models.Model):
    """延期: asked for by the provider before the day is over, decided by the authority; 条例 Art 21."""

    class State(models.TextChoices):
        ASKED = "ASKED", "待主管部门决定"
        AGREED = "AGREED", "已同意"
        REFUSED = "REFUSED", "不同意"
        LAPSED = "LAPSED", "已办结，不再决定"

    share_request = models.ForeignKey(ShareRequest, models.CASCADE, related_name="extensions")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.ASKED)
    days = models.PositiveSmallIntegerField("延长工作日")
    reason = models.TextField("原因")
    due_before = models.DateField("原期限")
    due_after = models.DateField("延至", null=True, blank=True)
    is_late = models.BooleanField("同意时原期限已过", default=False)
    asked_at = models.DateTimeField("提出")
    asked_by = models.ForeignKey("security.User", models.PROTECT, related_name="+")
    opinion = models.TextField("意见", blank=True, default="")
    decided_at = models.DateTimeField("决定", null=True, blank=True)
    decided_by = models.ForeignKey("security.User", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["share_request"],
                condition=Q(state__in=["ASKED", "AGREED"]),
                name="%(app_label)s_%(class)s_one",
            ),
            models.CheckConstraint(
                condition=Q(state="ASKED", decided_at=None, decided_by=None)
                | Q(state="LAPSED", decided_at__isnull=False, decided_by=None)
                | Q(state__in=["AGREED", "REFUSED"], decided_at__isnull=False, decided_by__isnull=False),
                name="%(app_label)s_%(class)s_decided_pair",
            ),
            models.CheckConstraint(
                condition=Q(state="AGREED", due_after__gt=F("due_before")) | (~Q(state="AGREED") & Q(due_after=None)),
                name="%(app_label)s_%(class)s_agreed_date",
            ),
        ]


class DecisionReceipt(models.Model):
    """答复回执: the signed text of a decision, written with it. The database refuses every change."""

    share_request = models.OneToOneField(ShareRequest, models.PROTECT, related_name="receipt")
    text = models.TextField("签名的内容")
    algorithm = models.CharField("算法", max_length=20)
    key = models.CharField("公钥", max_length=16)
    signature = models.CharField("签名", max_length=200)


class Attachment(models.Model):
    """证明材料: a file beside an application, asked about at the scanner. Once sent on, the database keeps it.

    `file` has a name of ours; `name` is its own, cleaned. A row that waits has its next attempt, as an outbox has.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", "待查毒"
        CLEAN = "CLEAN", "安全"
        HARMFUL = "HARMFUL", "有害"
        UNSCANNED = "UNSCANNED", "未配置查毒"

    share_request = models.ForeignKey(ShareRequest, models.PROTECT, related_name="attachments")
    file = models.FileField("文件", upload_to="attachments/%Y/%m/")
    name = models.CharField("文件名", max_length=120)
    size = models.PositiveIntegerField("字节")
    sha256 = models.CharField("SHA-256", max_length=64)
    state = models.CharField("查毒", max_length=9, choices=State.choices)
    attempts = models.PositiveIntegerField("尝试", default=0)
    next_attempt_at = models.DateTimeField("下次查毒", null=True, blank=True)
    scanned_at = models.DateTimeField("查毒时间", null=True, blank=True)
    finding = models.CharField("查毒结果", max_length=300, blank=True, default="")
    error = models.CharField("最近一次错误", max_length=300, blank=True, default="")
    uploaded_at = models.DateTimeField("上传")
    uploaded_by = models.ForeignKey("security.User", models.PROTECT, related_name="+")
    sent_at = models.DateTimeField("随申请送出", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["share_request", "sha256"], name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(
                condition=Q(state="WAITING", next_attempt_at__isnull=False, scanned_at=None)
                | Q(state="UNSCANNED", next_attempt_at=None, scanned_at=None)
                | Q(state__in=["CLEAN", "HARMFUL"], next_attempt_at=None, scanned_at__isnull=False),
                name="%(app_label)s_%(class)s_scanned_iff_told",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"], condition=Q(state__in=["WAITING", "UNSCANNED"]),
                name="attachment_to_scan",
            )
        ]  # fmt: skip


class NumberSequence(models.Model):
    """The last 单号 of a year; locked while the next is taken."""

    year = models.PositiveSmallIntegerField("年", primary_key=True)
    last = models.PositiveIntegerField("末号", default=0)
