"""政务数据资源目录: entries, their items, their history, and the imports that bring them."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q

from catalog.resources import workflow
from catalog.resources.freshness import Freshness
from catalog.taxonomy.models import TermKind
from catalog.taxonomy.names import names_of


class ShareType(models.TextChoices):
    UNCONDITIONAL = "UNCONDITIONAL", "无条件共享"
    CONDITIONAL = "CONDITIONAL", "有条件共享"
    NOT_SHARED = "NOT_SHARED", "不予共享"


class ResourceKind(models.TextChoices):
    """信息资源分类, 类: the first digit of the code."""

    BASE = "BASE", "基础"
    THEME = "THEME", "主题"
    DEPARTMENT = "DEPARTMENT", "部门"


class OpenType(models.TextChoices):
    OPEN = "OPEN", "向社会开放"
    NOT_OPEN = "NOT_OPEN", "不向社会开放"


class ShareMode(models.TextChoices):
    """条例 Art 22: 服务接口, 批量交换, 文件下载."""

    API = "API", "服务接口"
    BATCH = "BATCH", "批量交换"
    FILE = "FILE", "文件下载"


class ItemType(models.TextChoices):
    """信息项数据类型 (编制指南 4.3)."""

    C = "C", "字符型"
    N = "N", "数值型"
    Y = "Y", "货币型"
    D = "D", "日期型"
    T = "T", "日期时间型"
    L = "L", "逻辑型"
    M = "M", "备注型"
    G = "G", "通用型"
    B = "B", "双精度型"
    I = "I", "整型"  # noqa: E741  the guide's letter
    F = "F", "浮点型"


class Grade(models.IntegerChoices):
    """数据分级 (GB/T 43697-2024, four levels)."""

    L1 = 1, "低敏感"
    L2 = 2, "一般"
    L3 = 3, "敏感"
    L4 = 4, "高敏感"


class UpdateCycle(models.TextChoices):
    """The cycles we ship. More may stand in the dictionary: an entry holds the code of a Term, not one of these."""

    REALTIME = "REALTIME", "实时"
    DAILY = "DAILY", "每日"
    WEEKLY = "WEEKLY", "每周"
    TEN_DAYS = "TEN_DAYS", "每旬"
    MONTHLY = "MONTHLY", "每月"
    QUARTERLY = "QUARTERLY", "每季度"
    HALF_YEARLY = "HALF_YEARLY", "每半年"
    YEARLY = "YEARLY", "每年"
    IRREGULAR = "IRREGULAR", "不定期"


class DataResourceQuerySet(models.QuerySet["DataResource"]):
    def visible_to(self, actor: Any) -> "DataResourceQuerySet":
        """What this actor may know of: published and unrestricted, restricted to his department by object right,
        or of his own department; the authority also sees what waits for its audit. One join at most.
        """
        acting = getattr(actor, "acting", None)
        if acting is None or "RESOURCE_VIEW" not in acting.role.permissions:
            return self.none()
        own = Q(provider_id=acting.department.pk)
        published = Q(status=workflow.Status.PUBLISHED)
        listed = published & (
            Q(is_restricted=False)
            | Q(pk__in=DataResourceGroupObjectPermission.objects.filter(
                group__name=f"department:{acting.department.pk}", permission__codename="view_dataresource"
            ).values("content_object"))
        )  # fmt: skip
        seen = own | listed
        if acting.role.is_authority:
            seen |= published | Q(
                status__in=(workflow.Status.AUTHORITY_AUDIT, workflow.Status.SCHEDULED, workflow.Status.WITHDRAWN)
            )
        return self.filter(seen)

    def published(self) -> "DataResourceQuerySet":
        return self.filter(status=workflow.Status.PUBLISHED)

    def locked(self) -> "DataResourceQuerySet":
        """Lock the rows themselves, not what is joined; others may still insert rows that point here."""
        return self.select_for_update(of=("self",), no_key=True)


class DataResource(models.Model):
    """One catalog entry: the elements of 编制指南 (发改高技〔2017〕1272号) with those of 50号 Art 8 and 条例 Art 13.

    A row with `revises` is a working copy (修订稿) of that entry: it carries the entry's code and never is listed. What
    it says replaces the entry's text on publication, and the row goes (ADR-0014).
    """

    code = models.CharField("资源代码", max_length=60)
    revises = models.OneToOneField("self", models.CASCADE, null=True, blank=True, related_name="working_copy")
    external_code = models.CharField("来源代码", max_length=120, null=True, blank=True)
    national_code = models.CharField("国家目录代码", max_length=120, null=True, blank=True)
    related_codes = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    name = models.CharField("资源名称", max_length=200)
    abstract = models.TextField("资源摘要")
    provider = models.ForeignKey("security.Department", models.PROTECT, related_name="data_resources")
    internal_unit = models.CharField("责任处室", max_length=100, blank=True, default="")
    responsible_person = models.CharField("责任人", max_length=60, blank=True, default="")
    contact = models.CharField("联系方式", max_length=100, blank=True, default="")
    kind = models.CharField("资源分类", max_length=12, choices=ResourceKind.choices, default=ResourceKind.DEPARTMENT)
    theme = models.ForeignKey("catalog.Term", models.PROTECT, null=True, blank=True, related_name="+")
    base_library = models.ForeignKey("catalog.Term", models.PROTECT, null=True, blank=True, related_name="+")
    thematic_library = models.ForeignKey(
        "catalog.ThematicLibrary", models.PROTECT, null=True, blank=True, related_name="data_resources"
    )
    data_category = models.ForeignKey("catalog.Term", models.PROTECT, null=True, blank=True, related_name="+")
    region = models.ForeignKey("security.Region", models.PROTECT, null=True, blank=True, related_name="+")
    format_category = models.CharField("格式分类", max_length=30, blank=True, default="")
    format_type = models.CharField("格式类型", max_length=60, blank=True, default="")
    share_type = models.CharField("共享类型", max_length=15, choices=ShareType.choices)
    share_scope = models.TextField("共享范围", blank=True, default="")
    share_purposes = models.TextField("使用用途", blank=True, default="")
    share_conditions = models.TextField("共享条件", blank=True, default="")
    use_conditions = models.TextField("使用条件", blank=True, default="")
    legal_basis = models.TextField("依据", blank=True, default="")
    share_channel = models.CharField("共享方式分类", max_length=60, blank=True, default="")
    share_modes = ArrayField(models.CharField(max_length=10, choices=ShareMode.choices), default=list, blank=True)
    open_type = models.CharField("开放属性", max_length=10, choices=OpenType.choices, default=OpenType.NOT_OPEN)
    open_conditions = models.TextField("开放条件", blank=True, default="")
    update_cycle = models.CharField("更新周期", max_length=30)
    update_deadline = models.CharField("更新时限", max_length=100, blank=True, default="")
    information_system = models.CharField("来源信息系统", max_length=200, blank=True, default="")
    business_matter = models.CharField("业务事项", max_length=200, blank=True, default="")
    network = models.CharField("部署网络", max_length=30, blank=True, default="")
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    source_url = models.CharField("来源网址", max_length=1000, blank=True, default="")
    declared_volume = models.BigIntegerField("登记数据量", null=True, blank=True)
    is_declared_non_secret = models.BooleanField("非涉密声明", default=False)
    is_restricted = models.BooleanField("限定可见", default=False)
    grade = models.PositiveSmallIntegerField("数据分级", choices=Grade.choices, default=Grade.L1)
    item_count = models.PositiveIntegerField("信息项数", default=0)
    unconditional_count = models.PositiveIntegerField("无条件信息项数", default=0)
    conditional_count = models.PositiveIntegerField("有条件信息项数", default=0)
    closed_count = models.PositiveIntegerField("不予共享信息项数", default=0)
    status = models.CharField("状态", max_length=20, choices=workflow.CHOICES, default=workflow.Status.DRAFT)
    revision = models.PositiveIntegerField("版本", default=0)
    effective_on = models.DateField("生效日", null=True, blank=True)
    created_at = models.DateTimeField("建立")
    created_by = models.ForeignKey("security.User", models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField("更新")
    submitted_by = models.ForeignKey("security.User", models.PROTECT, null=True, blank=True, related_name="+")
    approved_by = models.ForeignKey("security.User", models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField("发布", null=True, blank=True)
    published_by = models.ForeignKey("security.User", models.PROTECT, null=True, blank=True, related_name="+")
    data_updated_at = models.DateTimeField("数据更新", null=True, blank=True)
    row_count = models.BigIntegerField("数据量", null=True, blank=True)
    freshness = models.CharField("更新情况", max_length=15, choices=Freshness.choices, default=Freshness.NEVER)
    fresh_due_on = models.DateField("应更新", null=True, blank=True)
    data_as_of = models.DateField("数据截至", null=True, blank=True)
    beats = models.CharField("近 12 期", max_length=12, blank=True, default="")
    closing_on = models.DateField("拟下架日", null=True, blank=True)
    content_hash = models.CharField("内容摘要", max_length=64, blank=True, default="")
    search_text = models.TextField("检索文本", default="", editable=False)
    pinyin = ArrayField(models.CharField(max_length=60), default=list, editable=False)
    use_count = models.PositiveIntegerField("使用次数", default=0, editable=False)

    objects = DataResourceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=Q(revises=None), name="%(app_label)s_%(class)s_code_once"
            ),
            models.UniqueConstraint(
                fields=["provider", "external_code"],
                condition=Q(revises=None),
                name="%(app_label)s_%(class)s_external_code_once",
            ),
            models.UniqueConstraint(
                fields=["national_code"], condition=Q(revises=None), name="%(app_label)s_%(class)s_national_code_once"
            ),
            models.CheckConstraint(
                condition=Q(revises=None) | ~Q(status__in=(workflow.Status.PUBLISHED, workflow.Status.WITHDRAWN)),
                name="%(app_label)s_%(class)s_working_copy_unlisted",
            ),
            models.CheckConstraint(
                condition=~Q(status=workflow.Status.SCHEDULED) | Q(effective_on__isnull=False),
                name="%(app_label)s_%(class)s_scheduled_for_a_day",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in workflow.Status]), name="%(app_label)s_%(class)s_status_known"
            ),
            models.CheckConstraint(
                condition=Q(share_type__in=ShareType.values), name="%(app_label)s_%(class)s_share_type_known"
            ),
            # True under every profile: 不予 names its basis, 有条件 its conditions (50号 Art 18; 条例 Art 15). Which
            # texts may carry them, and whether 有条件 needs one too, is the profile's to say: ADR-0021.
            models.CheckConstraint(
                condition=~Q(status=workflow.Status.PUBLISHED)
                | Q(share_type=ShareType.UNCONDITIONAL)
                | (Q(share_type=ShareType.NOT_SHARED) & ~Q(legal_basis=""))
                | (Q(share_type=ShareType.CONDITIONAL) & ~Q(share_conditions="")),
                name="%(app_label)s_%(class)s_basis_stated",
            ),
            # 50号 Art 2: only data that is not secret.
            models.CheckConstraint(
                condition=~Q(status=workflow.Status.PUBLISHED) | Q(is_declared_non_secret=True),
                name="%(app_label)s_%(class)s_published_is_non_secret",
            ),
            models.CheckConstraint(
                condition=~Q(status=workflow.Status.PUBLISHED) | Q(published_at__isnull=False),
                name="%(app_label)s_%(class)s_published_dated",
            ),
            models.CheckConstraint(condition=Q(grade__range=(1, 4)), name="%(app_label)s_%(class)s_grade_known"),
            models.CheckConstraint(
                condition=Q(freshness__in=Freshness.values), name="%(app_label)s_%(class)s_freshness_known"
            ),
            # Late or near means: for a day that can be named.
            models.CheckConstraint(
                condition=~Q(freshness__in=[Freshness.DUE_SOON, Freshness.LATE]) | Q(fresh_due_on__isnull=False),
                name="%(app_label)s_%(class)s_freshness_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-published_at", "-id"]),
            models.Index(fields=["provider", "status"]),
            models.Index(fields=["theme"]),
            models.Index(fields=["freshness", "provider"], name="resource_freshness"),
            models.Index(fields=["provider"], condition=~Q(status=workflow.Status.PUBLISHED), name="resource_unlisted"),
            models.Index(
                fields=["effective_on"], condition=Q(status=workflow.Status.SCHEDULED), name="resource_scheduled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def entry(self) -> "DataResource":
        """The entry that a working copy stands for; else itself."""
        return self.revises or self

    def get_update_cycle_display(self) -> str:
        """The cycle's name in the dictionary; the code itself where nobody has named it."""
        return names_of(TermKind.UPDATE_CYCLE).get(self.update_cycle, self.update_cycle)

    @property
    def mixture(self) -> list[tuple[str, int]]:
        """(share type, number of its items), what is freest first; empty where the items are all of one type."""
        counts = (
            (ShareType.UNCONDITIONAL.value, self.unconditional_count),
            (ShareType.CONDITIONAL.value, self.conditional_count),
            (ShareType.NOT_SHARED.value, self.closed_count),
        )
        found = [(share_type, count) for share_type, count in counts if count]
        return found if len(found) > 1 or (found and found[0][0] != self.share_type) else []


class DataItem(models.Model):
    """信息项: one field of a resource, with its own grade and, when stricter or looser, its own share type."""

    resource = models.ForeignKey(DataResource, models.CASCADE, related_name="items")
    revises = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    position = models.PositiveIntegerField("序号")
    name = models.CharField("信息项名称", max_length=200)
    identifier = models.CharField("英文标识", max_length=63)
    data_type = models.CharField("数据类型", max_length=1, choices=ItemType.choices, default=ItemType.C)
    length = models.PositiveIntegerField("数据长度", null=True, blank=True)
    scale = models.PositiveSmallIntegerField("小数位", null=True, blank=True)
    grade = models.PositiveSmallIntegerField("数据分级", choices=Grade.choices, default=Grade.L1)
    share_type = models.CharField("共享类型", max_length=15, choices=ShareType.choices, null=True, blank=True)
    use_conditions = models.CharField("使用条件", max_length=300, blank=True, default="")
    is_key = models.BooleanField("主键", default=False)
    is_basic = models.BooleanField("基础数据项", default=False)
    is_required = models.BooleanField("必有", default=False)
    description = models.CharField("说明", max_length=500, blank=True, default="")
    retired_at = models.DateTimeField("停用", null=True, blank=True)
    name_key = models.GeneratedField(
        expression=Func(F("name"), function="gd_item_key"),
        output_field=models.CharField("比对名", max_length=200),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "name"], condition=Q(retired_at=None), name="%(app_label)s_%(class)s_name_once"
            ),
            models.UniqueConstraint(
                fields=["resource", "identifier"],
                condition=Q(retired_at=None),
                name="%(app_label)s_%(class)s_identifier_once",
            ),
            models.CheckConstraint(
                condition=Q(identifier__regex=r"^[a-z][a-z0-9_]{0,62}$"),
                name="%(app_label)s_%(class)s_identifier_shape",
            ),
            models.CheckConstraint(
                condition=Q(data_type__in=ItemType.values), name="%(app_label)s_%(class)s_type_known"
            ),
            models.CheckConstraint(condition=Q(grade__range=(1, 4)), name="%(app_label)s_%(class)s_grade_known"),
            # 50号 Art 17: basic items of the base libraries are always 无条件.
            models.CheckConstraint(
                condition=Q(is_basic=False) | Q(share_type=ShareType.UNCONDITIONAL),
                name="%(app_label)s_%(class)s_basic_is_unconditional",
            ),
        ]
        indexes = [
            models.Index(fields=["resource", "position"]),
            models.Index(fields=["name", "resource"], condition=Q(retired_at=None), name="item_same_name"),
            models.Index(fields=["name_key", "resource"], condition=Q(retired_at=None), name="dataitem_name_key"),
        ]

    def __str__(self) -> str:
        return self.name

    def effective_share_type(self, resource: DataResource) -> str:
        """The item's own share type, or its resource's."""
        return self.share_type or resource.share_type


class ResourceBasis(models.Model):
    """One text that an entry's 依据 cites, read out of it whenever it is saved; what resolves to no text has no row."""

    resource = models.ForeignKey(DataResource, models.CASCADE, related_name="bases")
    text = models.ForeignKey("catalog.LegalText", models.PROTECT, related_name="bases")
    article = models.CharField("条款", max_length=200, blank=True, default="")
    position = models.PositiveSmallIntegerField("序号")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "position"], name="%(app_label)s_%(class)s_position_once"),
        ]


class Assessment(models.Model):
    """保密评估 or 个人信息保护影响评估: a checklist answered by a person, for one entry or for a batch of them."""

    class Kind(models.TextChoices):
        SECRECY = "SECRECY", "保密评估"
        PERSONAL = "PERSONAL", "个人信息保护评估"

    class Conclusion(models.TextChoices):
        CLEAR = "CLEAR", "通过"
        STOPPED = "STOPPED", "不得登记"

    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    department = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    answers = models.JSONField("逐项回答")
    note = models.TextField("说明", blank=True, default="")
    conclusion = models.CharField("结论", max_length=10, choices=Conclusion.choices)
    is_declaration = models.BooleanField("以声明作出", default=False)
    attachment = models.FileField("附件", upload_to="assessments/%Y/%m/", blank=True)
    attachment_name = models.CharField("附件名称", max_length=255, blank=True, default="")
    made_at = models.DateTimeField("评估时间")
    made_by = models.ForeignKey("security.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["SECRECY", "PERSONAL"]), name="%(app_label)s_%(class)s_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(conclusion__in=["CLEAR", "STOPPED"]), name="%(app_label)s_%(class)s_conclusion_known"
            ),
        ]


class ResourceAssessment(models.Model):
    """An assessment of an entry as its items were then: other items need another one."""

    resource = models.ForeignKey(DataResource, models.CASCADE, related_name="assessments")
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="subjects")
    items_digest = models.CharField("信息项摘要", max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "assessment"], name="%(app_label)s_%(class)s_once"),
        ]


class ResourceRevision(models.Model):
    """What the entry said from `effective_on` on (the day of publication when None)."""

    resource = models.ForeignKey(DataResource, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField("版本")
    snapshot = models.JSONField("内容")
    published_at = models.DateTimeField("发布")
    effective_on = models.DateField("生效日", null=True, blank=True)
    published_by = models.ForeignKey("security.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "number"], name="%(app_label)s_%(class)s_number_once"),
        ]


class ResourceStatusChange(models.Model):
    """流转记录 of an entry."""

    resource = models.ForeignKey(DataResource, models.CASCADE, related_name="status_changes")
    seq = models.PositiveIntegerField("序号")
    verb = models.CharField("动作", max_length=20)
    from_status = models.CharField("原状态", max_length=20)
    to_status = models.CharField("新状态", max_length=20)
    at = models.DateTimeField("时间")
    by = models.ForeignKey("security.User", models.PROTECT, null=True, related_name="+")
    opinion = models.TextField("意见", blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "seq"], name="%(app_label)s_%(class)s_seq_once"),
            models.CheckConstraint(condition=workflow.legal_pairs(), name="%(app_label)s_%(class)s_legal_move"),
        ]


class ResourceSystem(models.Model):
    """The entry describes data of this registered system; an entry may draw on several."""

    resource = models.ForeignKey(DataResource, models.CASCADE, related_name="system_links")
    system = models.ForeignKey("catalog.InformationSystem", models.PROTECT, related_name="resource_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resource", "system"], name="%(app_label)s_%(class)s_once"),
        ]


class AuditProperty(models.TextChoices):
    """What the authority's audit looks at."""

    UNIQUENESS = "UNIQUENESS", "唯一性"
    COMPLETENESS = "COMPLETENESS", "完整性"
    RELEVANCE = "RELEVANCE", "关联性"
    EXPRESSION = "EXPRESSION", "表述性"


class AuditMark(models.Model):
    """四性审核: one property, marked with the decision, and what the machine had to say of it then."""

    change = models.ForeignKey(ResourceStatusChange, models.CASCADE, related_name="marks")
    property = models.CharField("性质", max_length=15, choices=AuditProperty.choices)
    is_met = models.BooleanField("符合")
    remark = models.CharField("意见", max_length=300, blank=True, default="")
    hints = models.JSONField("系统提示", default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "property"], name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(
                condition=Q(property__in=AuditProperty.values), name="%(app_label)s_%(class)s_property_known"
            ),
            models.CheckConstraint(condition=Q(is_met=True) | ~Q(remark=""), name="%(app_label)s_%(class)s_says_why"),
        ]


class FieldRemark(models.Model):
    """退回意见 at its place: a field of the entry, or an item (`field` then names the item's field, or is empty).

    `resource` is the draft it was made on; when a working copy is published, its entry.
    """

    resource = models.ForeignKey(DataResource, models.CASCADE, related_name="remarks")
    change = models.ForeignKey(ResourceStatusChange, models.CASCADE, related_name="remarks")
    field = models.CharField("位置", max_length=60, blank=True, default="")
    item = models.ForeignKey(DataItem, models.SET_NULL, null=True, blank=True, related_name="+")
    item_name = models.CharField("信息项", max_length=200, blank=True, default="")
    text = models.CharField("意见", max_length=500)
    mended_at = models.DateTimeField("改好", null=True, blank=True)
    mended_by = models.ForeignKey("security.User", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="%(app_label)s_%(class)s_says_something"),
            models.CheckConstraint(
                condition=~Q(field="") | ~Q(item_name=""), name="%(app_label)s_%(class)s_has_a_place"
            ),
            models.CheckConstraint(
                condition=Q(mended_at=None, mended_by=None) | Q(mended_at__isnull=False, mended_by__isnull=False),
                name="%(app_label)s_%(class)s_mended_pair",
            ),
        ]


class CodeSequence(models.Model):
    """The last number given out for a code prefix; locked while the next is taken, so codes have no gaps or repeats."""

    prefix = models.CharField("前段", max_length=40, primary_key=True)
    last = models.PositiveIntegerField("末号", default=0)


class ImportMapping(models.Model):
    """列对应: how one department's sheets of one shape name their columns, known again by the heads' fingerprint."""

    department = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    name = models.CharField("名称", max_length=60)
    fingerprint = models.CharField("表头指纹", max_length=64)
    targets = models.JSONField("列对应", default=dict)
    """Head → element of ours; an empty one is left out of the import."""
    header_row = models.PositiveSmallIntegerField("表头所在行", null=True, blank=True)
    created_at = models.DateTimeField("建立")
    created_by = models.ForeignKey("security.User", models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField("更新")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["department", "name"], name="%(app_label)s_%(class)s_name_once"),
            models.UniqueConstraint(fields=["department", "fingerprint"], name="%(app_label)s_%(class)s_heads_once"),
            models.CheckConstraint(condition=~Q(name=""), name="%(app_label)s_%(class)s_named"),
        ]

    def __str__(self) -> str:
        return self.name


class CatalogImport(models.Model):
    """A sheet on its way into the catalog: a row that survives the worker. `lease_until` tells a dead worker's job;
    `done` records are dealt with and committed, so that the next worker goes on behind them.
    """

    class Status(models.TextChoices):
        QUEUED = "QUEUED", "排队中"
        RUNNING = "RUNNING", "处理中"
        DONE = "DONE", "已完成"
        REFUSED = "REFUSED", "未通过"
        CANCELLED = "CANCELLED", "已取消"

    department = models.ForeignKey("security.Department", models.PROTECT, related_name="+")
    file = models.FileField("文件", upload_to="catalog_imports/%Y/%m/")
    file_name = models.CharField("文件名", max_length=255)
    is_dry_run = models.BooleanField("只检查", default=False)
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.QUEUED)
    created_at = models.DateTimeField("提交")
    created_by = models.ForeignKey("security.User", models.PROTECT, null=True, related_name="+")
    is_declared_non_secret = models.BooleanField("非涉密声明", default=False)
    mapping = models.ForeignKey(ImportMapping, models.SET_NULL, null=True, blank=True, related_name="+")
    recognised_as = models.CharField("识别为", max_length=100, blank=True, default="")
    needs_mapping = models.BooleanField("待对应列", default=False)
    lease_until = models.DateTimeField("租约", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    finished_at = models.DateTimeField("结束", null=True, blank=True)
    total = models.PositiveIntegerField("记录数", default=0)
    done = models.PositiveIntegerField("已处理", default=0)
    created_count = models.PositiveIntegerField("新建", default=0)
    updated_count = models.PositiveIntegerField("更新", default=0)
    unchanged_count = models.PositiveIntegerField("未变", default=0)
    duplicate_count = models.PositiveIntegerField("重复", default=0)
    refused_count = models.PositiveIntegerField("拒绝", default=0)
    faults = models.JSONField("问题", default=list)
    """What is wrong with the file as a whole; the faults of its records are on their lines."""
    notes = models.JSONField("说明", default=list)
    unknown_columns = models.JSONField("未导入的列", default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["QUEUED", "RUNNING", "DONE", "REFUSED", "CANCELLED"]),
                name="%(app_label)s_%(class)s_status_known",
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="%(app_label)s_%(class)s_done_of_total"),
        ]


class ImportLine(models.Model):
    """What becomes, or became, of one record of an import's file."""

    class Outcome(models.TextChoices):
        CREATED = "CREATED", "新建"
        UPDATED = "UPDATED", "更新"
        UNCHANGED = "UNCHANGED", "未变"
        DUPLICATE = "DUPLICATE", "重复"
        REFUSED = "REFUSED", "拒绝"

    catalog_import = models.ForeignKey(CatalogImport, models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField("行")
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices)
    name = models.CharField("资源名称", max_length=200, blank=True, default="")
    code = models.CharField("资源代码", max_length=120, blank=True, default="")
    resource = models.ForeignKey(DataResource, models.SET_NULL, null=True, blank=True, related_name="+")
    changes = models.JSONField("变化", default=list)
    """[label, old, new] of each field that changes."""
    faults = models.JSONField("问题", default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["catalog_import", "number"], name="%(app_label)s_%(class)s_line_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=["CREATED", "UPDATED", "UNCHANGED", "DUPLICATE", "REFUSED"]),
                name="%(app_label)s_%(class)s_outcome_known",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="REFUSED") | ~Q(faults=[]), name="%(app_label)s_%(class)s_refused_says_why"
            ),
        ]
        indexes = [models.Index(fields=["catalog_import", "outcome", "number"])]


class SearchSubject(models.Model):
    """What entries are about, for counting: each combination once, so that a search counts numbers and not words."""

    theme = models.BigIntegerField(null=True)
    base_library = models.BigIntegerField(null=True)
    region = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "base_library", "region"], nulls_distinct=False, name="%(app_label)s_%(class)s_once"
            ),
        ]


class SearchForm(models.Model):
    """How entries are shared and kept, for counting: each combination once."""

    share_type = models.CharField(max_length=15)
    open_type = models.CharField(max_length=10)
    update_cycle = models.CharField(max_length=30)
    format_category = models.CharField(max_length=30)
    mount_kind = models.CharField(max_length=10)
    grade = models.PositiveSmallIntegerField()
    freshness = models.CharField(max_length=15)
    has_data = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "share_type", "open_type", "update_cycle", "format_category", "mount_kind", "grade", "freshness",
                    "has_data",
                ],
                name="%(app_label)s_%(class)s_once",
            ),
        ]  # fmt: skip


class SearchRow(models.Model):
    """A published entry as the search reads it. Only triggers write it, in the transaction of what they follow.

    `body` holds what is searched, folded, one line each; `lexemes` its characters and neighbouring pairs, those of the
    name behind U+0001, whole lines behind U+0002, pinyin behind U+0003. `standing` orders equals: use and freshness.
    """

    resource = models.OneToOneField(
        DataResource, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="+"
    )
    provider = models.BigIntegerField()
    subject = models.IntegerField()
    form = models.IntegerField()
    is_restricted = models.BooleanField()
    standing = models.BigIntegerField()
    published_at = models.DateTimeField()
    data_updated_at = models.DateTimeField(null=True)
    name = models.TextField()
    body = models.TextField()
    lexemes = SearchVectorField()

    class Meta:
        indexes = [
            models.Index(fields=["-standing", "-resource"], name="searchrow_standing"),
            models.Index(fields=["-published_at", "-resource"], name="searchrow_published"),
            models.Index(F("data_updated_at").desc(nulls_last=True), F("resource").desc(), name="searchrow_updated"),
            models.Index(fields=["name", "resource"], name="searchrow_name"),
            models.Index(
                fields=["provider", "subject", "form", "is_restricted"], include=["resource"], name="searchrow_facets"
            ),
            models.Index(fields=["resource"], condition=Q(is_restricted=True), name="searchrow_restricted"),
            GinIndex(fields=["lexemes"], name="searchrow_lexemes", gin_pending_list_limit=1024),
        ]


class SearchTally(models.Model):
    """How many unrestricted entries have a provider, a subject, a form: additions, summed when read, so that no two
    publications wait for each other; folded to one row each at night."""

    class Of(models.IntegerChoices):
        PROVIDER = 1
        SUBJECT = 2
        FORM = 3

    of = models.PositiveSmallIntegerField(choices=Of.choices)
    key = models.BigIntegerField()
    number = models.IntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(of__in=(1, 2, 3)), name="%(app_label)s_%(class)s_of_known")]
        indexes = [models.Index(fields=["of", "key"], name="searchtally_of")]


# django-guardian's direct-foreign-key tables: object rights on a resource without generic keys.
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase  # noqa: E402


class DataResourceUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(DataResource, on_delete=models.CASCADE)


class DataResourceGroupObjectPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(DataResource, on_delete=models.CASCADE)
