"""What the frame around every page shows: asked for lazily, each figure in one query."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from gdshare.lib import request_context
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Invalid
from gdshare.rules import queries as rules
from security.access.permissions import Permission as P
from security.notices.models import Notice
from sharing.share_requests.models import CartItem

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Link:
    """One entry of the navigation."""

    label: str
    url: str
    is_current: bool = False
    count: int = 0
    key: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Entry:
    """Who sees an entry, and where it leads. Absent for everybody else: a menu never shows a locked door.

    `areas` are the beginnings of names of other pages that belong to it.
    """

    label: str
    url_name: str
    permissions: tuple[P, ...] = ()
    areas: tuple[str, ...] = ()
    key: str = ""
    has_count: bool = False
    hint: str = ""

    def reach(self, view_name: str) -> int:
        """How closely the page of `view_name` belongs here; 0: not at all."""
        return max((len(area) for area in (self.url_name, *self.areas) if view_name.startswith(area)), default=0)


CONSOLE = (
    Entry(
        "账号与角色",
        "security:accounts:list",
        (P.ACCOUNT_MANAGE, P.ROLE_ASSIGN),
        ("security:accounts:detail", "security:accounts:create"),
        hint="系统管理员建立和停用账号；安全管理员授予和收回角色。",
    ),
    Entry(
        "部门",
        "security:departments:list",
        (P.ACCOUNT_MANAGE,),
        ("security:departments",),
        hint="建立和维护部门、行政区划与数据共享工作机构。",
    ),
    Entry(
        "送达记录",
        "security:notices:dispatches",
        (P.ACCOUNT_MANAGE,),
        hint="邮件和办公通讯发给了谁，对方怎样答复。",
    ),
    Entry(
        "审计日志",
        "audit:events",
        (P.AUDIT_VIEW,),
        ("audit",),
        hint="谁在何时代表哪个部门做了什么。只能查阅，不能改动。",
    ),
)
NAV = (
    Entry("首页", "portal:home", key="h"),
    Entry("数据目录", "portal:search", (P.RESOURCE_VIEW,), ("catalog:resources:detail", "portal:list"), key="c"),
    Entry(
        "我的工作台",
        "portal:todo",
        (P.SHARE_REQUEST_VIEW,),
        ("sharing", "security:notices", "portal:favourites"),
        key="t",
        has_count=True,
    ),
    Entry("审核", "sharing:share_requests:review", (P.SHARE_REQUEST_REVIEW, P.SHARE_REQUEST_CONFIRM), key="r"),
    Entry("督查", "sharing:share_requests:held", (P.SUPERVISION_VIEW,), ("sharing:share_requests:what_if",)),
    Entry(
        "编目供给", "catalog:resources:manage", (P.RESOURCE_DRAFT, P.RESOURCE_APPROVE, P.RESOURCE_AUDIT), ("catalog",)
    ),
    Entry("开发者", "portal:developer", (P.API_CLIENT_MANAGE,), ("security:accounts:api_clients",)),
    *CONSOLE,
)
OWN = (
    Entry("收藏与订阅", "portal:favourites", (P.RESOURCE_VIEW,)),
    Entry("我的申请", "sharing:share_requests:list", (P.SHARE_REQUEST_VIEW,)),
    Entry("疑义校核", "sharing:corrections:list", (P.SHARE_REQUEST_VIEW,)),
    Entry("目录外需求", "sharing:demands:list", (P.SHARE_REQUEST_VIEW,)),
    Entry("数据比对", "sharing:conflicts:list", (P.SHARE_REQUEST_VIEW,)),
    Entry("争议", "sharing:disputes:list", (P.SHARE_REQUEST_VIEW,)),
    Entry("督办", "sharing:supervision:list", (P.SHARE_REQUEST_VIEW,)),
    Entry("我的授权", "sharing:grants:list", (P.GRANT_VIEW,)),
    Entry("使用台账", "sharing:ledgers:list", (P.GRANT_VIEW,)),
    Entry("访问密钥", "security:accounts:api_clients", (P.API_CLIENT_MANAGE,)),
    Entry("人员交接", "sharing:handover:list", (P.SHARE_REQUEST_VIEW,)),
    Entry("请人代办", "security:covers:list", (P.SHARE_REQUEST_VIEW,)),
    Entry("修改密码", "security:accounts:change_password"),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """`frame` for the layouts, and the request's id for the error pages."""
    return {"frame": Frame(request), "request_id": request_context.request_id.get()}


class Frame:
    """Figures of the header. Nothing is asked before a template shows it."""

    is_demo = settings.DEMO_BANNER

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user: Any = getattr(request, "user", None)
        self.memberships = getattr(request, "memberships", [])

    @cached_property
    def today(self) -> date:
        return day_of(timezone.now())

    @cached_property
    def day_line(self) -> str:
        """今天 2026-12-01 星期二 工作日."""
        try:
            from gdshare.rules import queries as rules
        except ImportError:
            return f"今天 {self.today:%Y-%m-%d} 星期{WEEKDAYS[self.today.weekday()]}"
        return f"今天 {self.today:%Y-%m-%d} 星期{WEEKDAYS[self.today.weekday()]} {rules.day_kind(self.today)}"

    @cached_property
    def rules_line(self) -> str:
        """The document number of the rules in force; empty when none is, so that the page can still say so."""
        try:
            return rules.profile_in_force(self.today).document_no
        except Invalid:
            return ""

    @cached_property
    def missing_year(self) -> int | None:
        """The year whose holiday notice is missing, for whoever keeps the calendar; None for everybody else."""
        return rules.missing_year(self.today) if self._holds(P.CALENDAR_MANAGE) else None

    @cached_property
    def acting_line(self) -> str:
        """省民政厅 · 经办."""
        acting = getattr(self.user, "acting", None)
        if acting is None:
            return "没有任职"
        post = f"{acting.department.short_name} · {acting.role.label}"
        return f"{post}（代{acting.in_place_of}）" if acting.in_place_of else post

    @cached_property
    def nav(self) -> list[Link]:
        """The entries this person can use; the one that the page belongs to most closely is current."""
        entries = [entry for entry in NAV if self._may(entry)]
        view_name = getattr(self.request.resolver_match, "view_name", "") or ""
        current = max(entries, key=lambda entry: entry.reach(view_name), default=None)
        return [self._link(entry, entry is current and entry.reach(view_name) > 0) for entry in entries]

    @cached_property
    def console(self) -> list[Link]:
        """The doors of the three administrators."""
        return [self._link(entry) for entry in CONSOLE if self._may(entry)]

    @cached_property
    def own(self) -> list[Link]:
        """The entries of his own menu."""
        return [self._link(entry) for entry in OWN if self._may(entry)]

    @cached_property
    def cart_count(self) -> int:
        """信息项 in the cart of this person, for the department acted for."""
        if not self._holds(P.SHARE_REQUEST_DRAFT):
            return 0
        return CartItem.objects.filter(cart__user=self.user, cart__department=self.user.department).count()

    @cached_property
    def _box(self) -> dict[str, int]:
        if not getattr(self.user, "acting", None):
            return {"unread": 0, "to_do": 0}
        return Notice.objects.of(self.user).aggregate(
            unread=Count("pk", filter=Q(read_at=None)), to_do=Count("pk", filter=Q(needs_action=True, done_at=None))
        )

    @property
    def unread_count(self) -> int:
        return self._box["unread"]

    @property
    def todo_count(self) -> int:
        return self._box["to_do"]

    @property
    def can_search(self) -> bool:
        return self._holds(P.RESOURCE_VIEW)

    @property
    def can_review(self) -> bool:
        return self._holds(P.SHARE_REQUEST_REVIEW, P.SHARE_REQUEST_CONFIRM)

    @property
    def cart_url(self) -> str:
        return _url("sharing:share_requests:cart") if self._holds(P.SHARE_REQUEST_DRAFT) else ""

    @property
    def search_url(self) -> str:
        """Empty on the home page, which has the big search."""
        is_home = getattr(self.request.resolver_match, "view_name", "") in {"portal:home", "portal:search"}
        return _url("portal:search") if self.can_search and not is_home else ""

    @property
    def notices_url(self) -> str:
        return _url("security:notices:list") if getattr(self.user, "acting", None) else ""

    @property
    def calendar_url(self) -> str:
        return _url("rules:calendar") if getattr(self.user, "is_authenticated", False) else ""

    @property
    def choose_url(self) -> str:
        return _url("security:accounts:choose_membership")

    @property
    def sign_out_url(self) -> str:
        return _url("security:accounts:sign_out")

    def _holds(self, *permissions: P) -> bool:
        holds: Callable[[P], bool] | None = getattr(self.user, "holds", None)
        return holds is not None and any(holds(permission) for permission in permissions)

    def _may(self, entry: Entry) -> bool:
        return (not entry.permissions or self._holds(*entry.permissions)) and bool(_url(entry.url_name))

    def _link(self, entry: Entry, is_current: bool = False) -> Link:
        count = self.todo_count if entry.has_count else 0
        return Link(entry.label, _url(entry.url_name), is_current, count, entry.key, entry.hint)


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
