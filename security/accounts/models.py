"""People, the departments they act for, and the keys of business systems."""

from datetime import date, datetime

from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now

from security.access import roles
from security.access.acting import Acting
from security.access.permissions import Permission


class NoticePace(models.TextChoices):
    """How often notices that no law asks for leave the portal for a person."""

    DAILY = "DAILY", "每个工作日早上汇总一次"
    EACH = "EACH", "逐件发送"
    NONE = "NONE", "不发送，只看站内消息"


class User(AbstractUser):
    """A person. What he may do depends on the membership he acts in (`acting`), set at the edge for each request."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField("姓名", max_length=40)
    phone = models.CharField("电话", max_length=30, blank=True, default="")
    failed_sign_ins = models.PositiveSmallIntegerField("连续失败次数", default=0)
    locked_until = models.DateTimeField("锁定至", null=True, blank=True)
    must_change_password = models.BooleanField("须改密码", default=False)
    notice_pace = models.CharField("提醒方式", max_length=5, choices=NoticePace.choices, default=NoticePace.DAILY)

    objects = UserManager()  # type: ignore[misc]

    acting: Acting | None = None
    """The chosen membership; None means that every permission is refused."""

    def holds(self, permission: Permission | str, department: object = None) -> bool:
        """Whether the person, as he acts now, has `permission` (in `department`, when given)."""
        return self.is_active and self.acting is not None and self.acting.holds(permission, department)  # type: ignore[arg-type]

    @property
    def department(self):
        """The department acted for, or None."""
        return self.acting.department if self.acting else None

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> "MembershipQuerySet":
        """Memberships that hold now, of people who may sign in, in departments in use."""
        held = self.filter(ended_at=None, user__is_active=True, department__is_active=True)
        own, cover = Q(stands_in_for=None), Q(started_at__lte=Now(), lapses_at__gt=Now())
        return held.filter(own | cover).select_related("stands_in_for__user")


class Membership(models.Model):
    """A person holds a role in a department from a moment until a moment.

    One that `stands_in_for` another (代办) carries the same role for a time known beforehand, and ends with it.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    department = models.ForeignKey("security.Department", models.PROTECT, related_name="memberships")
    role = models.CharField("角色", max_length=20, choices=[(role.code, role.label) for role in roles.GRANTABLE])
    post = models.CharField("职务", max_length=60, blank=True, default="")
    started_at = models.DateTimeField("任职")
    started_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField("离任", null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    stands_in_for = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="stand_ins", verbose_name="代谁办理"
    )
    lapses_at = models.DateTimeField("代办到", null=True, blank=True)
    cover_reason = models.CharField("代办原因", max_length=200, blank=True, default="")
    power = models.GeneratedField(
        expression=Case(When(role__in=roles.EXCLUSIVE_CODES, then=F("role")), default=Value("BUSINESS")),
        output_field=models.CharField(max_length=20),
        db_persist=True,
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[role.code for role in roles.GRANTABLE]),
                name="%(app_label)s_%(class)s_role_known",
            ),
            models.UniqueConstraint(
                fields=["user", "department", "role"],
                condition=Q(ended_at=None),
                name="%(app_label)s_%(class)s_one_current",
            ),
            # 三员分立 (GB/T 22239-2019): the three administrators exclude each other and every business role.
            ExclusionConstraint(
                name="%(app_label)s_%(class)s_three_administrators",
                expressions=[("user", RangeOperators.EQUAL), ("power", RangeOperators.NOT_EQUAL)],
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="%(app_label)s_%(class)s_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(stands_in_for=None, lapses_at=None, cover_reason="")
                | Q(stands_in_for__isnull=False, lapses_at__isnull=False, lapses_at__gt=F("started_at"))
                & Q(power="BUSINESS")
                & ~Q(cover_reason=""),
                name="%(app_label)s_%(class)s_cover_whole",
            ),
        ]
        indexes = [models.Index(fields=["department", "role"])]

    def holds_at(self, now: datetime) -> bool:
        """Whether it has begun and is not over."""
        has_lapsed = self.lapses_at is not None and self.lapses_at <= now
        return self.ended_at is None and self.started_at <= now and not has_lapsed

    def as_acting(self) -> Acting:
        """What the person may do when he chooses this membership. `department` must be loaded."""
        principal = self.stands_in_for.user.name if self.stands_in_for else ""
        return Acting(self.department, roles.ROLES[self.role], principal)


class ApiClientKind(models.TextChoices):
    SYSTEM = "SYSTEM", "业务系统"
    PERSON = "PERSON", "个人"


class ApiClientQuerySet(models.QuerySet["ApiClient"]):
    def usable(self, now: datetime) -> "ApiClientQuerySet":
        """Keys that open today: neither revoked nor expired, of a department in use."""
        return self.filter(revoked_at=None, expires_at__gt=now, department__is_active=True)


class ApiClient(models.Model):
    """A key over REST. SYSTEM acts for the department and only takes data; PERSON acts as one membership.

    The key itself is shown once; only its SHA-256 is kept (256 random bits need no slow hash).
    """

    department = models.ForeignKey("security.Department", models.PROTECT, related_name="api_clients")
    kind = models.CharField("种类", max_length=10, choices=ApiClientKind.choices, default=ApiClientKind.SYSTEM)
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="api_clients")
    name = models.CharField("名称", max_length=80)
    purpose = models.CharField("用途", max_length=200)
    key_prefix = models.CharField("密钥开头", max_length=12, unique=True)
    key_hash = models.CharField("密钥摘要", max_length=64, unique=True)
    created_at = models.DateTimeField("建立")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField("到期")
    revoked_at = models.DateTimeField("撤销", null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    last_used_on = models.DateField("最近使用", null=True, blank=True)

    objects = ApiClientQuerySet.as_manager()

    is_authenticated = True
    is_anonymous = False
    is_active = True

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=ApiClientKind.SYSTEM, membership=None)
                | Q(kind=ApiClientKind.PERSON, membership__isnull=False),
                name="%(app_label)s_%(class)s_person_has_membership",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="%(app_label)s_%(class)s_revoked_pair",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="%(app_label)s_%(class)s_expires_later"
            ),
        ]

    @property
    def acting(self) -> Acting:
        """The department's data-taking role."""
        return Acting(self.department, roles.API_CLIENT)

    def holds(self, permission: Permission | str, department: object = None) -> bool:
        """As `User.holds`."""
        return self.acting.holds(permission, department)  # type: ignore[arg-type]

    def state_on(self, today: date) -> str:
        """有效, 已撤销 or 已到期."""
        if self.revoked_at:
            return "已撤销"
        return "有效" if self.expires_at.date() > today else "已到期"
