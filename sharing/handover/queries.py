"""What hangs on a person in a department, and what hangs on nobody."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from security.access import roles
from security.access.permissions import Permission
from security.accounts.models import ApiClient, Membership, User
from security.departments.models import Department
from security.notices.models import Notice
from sharing.deadlines.models import Deadline
from sharing.deadlines.notify import HEARERS
from sharing.handover.models import HandedItem, Handover, Orphan
from sharing.share_requests import workflow
from sharing.share_requests.models import ReviewStep, ShareRequest
from sharing.share_requests.policies import POST_PERMISSION

Kind = HandedItem.Kind


@dataclass(frozen=True)
class Held:
    """One thing that a person has in hand."""

    kind: HandedItem.Kind
    pk: int
    label: str
    url: str = ""


@dataclass(frozen=True)
class Desk:
    """Everything that hangs on a person in a department; his roles there, and those of which he is the only holder."""

    person: User
    roles: list[Membership] = field(default_factory=list)
    alone: list[str] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)

    def of(self, kind: HandedItem.Kind) -> list[Held]:
        return [one for one in self.held if one.kind == kind]

    @property
    def groups(self) -> list[tuple[str, list[Held]]]:
        """By kind, in words; kinds without anything are left out."""
        return [(str(kind.label), self.of(kind)) for kind in Kind if self.of(kind)]


def desk(person: User, department: Department) -> Desk:
    """What `person` has in hand in `department`."""
    own = list(Membership.objects.filter(user=person, department=department, ended_at=None).order_by("pk"))
    mine = [membership for membership in own if membership.stands_in_for_id is None]
    current = Membership.objects.current().filter(department=department, stands_in_for=None).exclude(user=person)
    others = set(current.values_list("role", flat=True))
    alone = [roles.ROLES[membership.role].label for membership in mine if membership.role not in others]
    return Desk(person, mine, alone, list(_held(person, department)))


def _held(person: User, department: Department) -> Iterator[Held]:
    for case in open_cases(person, department):
        url = reverse("sharing:share_requests:detail", args=[case.pk])
        yield Held(Kind.CASE, case.pk, f"{case.number} {case.title}"[:200], url)
    for key in known_keys(person, department):
        yield Held(Kind.KEY, key.pk, f"{key.name} {key.key_prefix}…", reverse("security:accounts:api_clients"))
    for cover in covers(person, department):
        words = f"{cover.user.name}代{cover.stands_in_for.user.name}"  # type: ignore[union-attr]
        yield Held(Kind.COVER, cover.pk, words, reverse("security:covers:list"))
    for notice in to_dos(person, department):
        yield Held(Kind.TODO, notice.pk, notice.title, notice.url)


def open_cases(person: User, department: Department) -> QuerySet[ShareRequest]:
    """Applications under way of which he is the 经办."""
    return ShareRequest.objects.filter(handler=person, requester=department, status__in=workflow.OPEN).order_by("pk")


def known_keys(person: User, department: Department) -> QuerySet[ApiClient]:
    """Keys of the department's systems that he made, so that he knows them."""
    return ApiClient.objects.filter(
        created_by=person, department=department, kind="SYSTEM", revoked_at=None
    ).order_by("pk")  # fmt: skip


def covers(person: User, department: Department) -> QuerySet[Membership]:
    """代办 that he asked for or carries, and that are not over."""
    both = Q(user=person) | Q(stands_in_for__user=person)
    rows = Membership.objects.filter(both, department=department, stands_in_for__isnull=False, ended_at=None)
    return rows.select_related("user", "stands_in_for__user").order_by("pk")


def to_dos(person: User, department: Department) -> QuerySet[Notice]:
    """What he was asked to do and nobody has done."""
    return Notice.objects.to_do().filter(recipient=person, department=department).order_by("pk")


def heirs(person: User, department: Department) -> QuerySet[User]:
    """Who may take over: others who hold a role of the department's business."""
    held = Membership.objects.current().filter(department=department, stands_in_for=None, power="BUSINESS")
    return User.objects.filter(pk__in=held.values("user")).exclude(pk=person.pk).order_by("pk")


def colleagues(department: Department) -> list[tuple[User, int]]:
    """Everybody who holds or held a role in the department, with how many open cases hang on him; those first."""
    ids = Membership.objects.filter(department=department, power="BUSINESS").values("user")
    people = list(User.objects.filter(pk__in=ids).order_by("pk"))
    rows = ShareRequest.objects.filter(requester=department, status__in=workflow.OPEN).values_list("handler", flat=True)
    hanging = list(rows)
    return sorted([(one, hanging.count(one.pk)) for one in people], key=lambda pair: -pair[1])


def handed(kind: HandedItem.Kind, pk: int) -> list[Handover]:
    """The handovers of one thing, oldest first."""
    rows = Handover.objects.filter(items__kind=kind, items__object_id=pk)
    return list(rows.select_related("person", "to", "made_by").order_by("pk"))


# 无主事项 -------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Found:
    """One thing that hangs on nobody."""

    kind: Orphan.Kind
    pk: int
    department_id: int
    label: str
    url: str

    @property
    def key(self) -> tuple[str, int, int]:
        return (str(self.kind), self.pk, self.department_id)


def orphans() -> list[Found]:
    """Everything that hangs on nobody now. The number of queries does not grow with the cases."""
    manned = _manned()
    return [*_cases(), *_steps(manned), *_endorsements(manned), *_keys(), *_clocks(manned)]


def _manned() -> dict[Permission, set[int]]:
    """Permission → numbers of the departments in which somebody holds it now."""
    found: dict[Permission, set[int]] = {permission: set() for permission in Permission}
    for department_id, role in Membership.objects.current().values_list("department_id", "role").distinct():
        for permission in roles.ROLES[role].permissions:
            found[permission].add(department_id)
    return found


def _cases() -> Iterator[Found]:
    rows = ShareRequest.objects.filter(status__in=workflow.OPEN).values_list(
        "pk", "handler_id", "requester_id", "number", "title"
    )  # fmt: skip
    present = set(Membership.objects.current().values_list("user_id", "department_id"))
    for pk, handler, department, number, title in rows:
        if (handler, department) not in present:
            url = reverse("sharing:handover:person", args=[handler])
            yield Found(Orphan.Kind.CASE, pk, department, f"{number} {title}", url)


def _steps(manned: dict[Permission, set[int]]) -> Iterator[Found]:
    rows = ReviewStep.objects.filter(
        state=ReviewStep.State.OPEN, share_request__status=workflow.Status.UNDER_REVIEW
    ).select_related("share_request")  # fmt: skip
    for step in rows:
        if step.department_id not in manned[POST_PERMISSION[ReviewStep.Post(step.post)]]:
            url = reverse("sharing:share_requests:review", args=[step.share_request_id])
            words = f"{step.share_request.number} {step.get_post_display()}"
            yield Found(Orphan.Kind.STEP, step.pk, step.department_id, words, url)


def _endorsements(manned: dict[Permission, set[int]]) -> Iterator[Found]:
    for case in ShareRequest.objects.filter(status=workflow.Status.ENDORSING):
        if case.requester_id not in manned[Permission.SHARE_REQUEST_ENDORSE]:
            url = reverse("sharing:share_requests:detail", args=[case.pk])
            yield Found(Orphan.Kind.ENDORSEMENT, case.pk, case.requester_id, f"{case.number} {case.title}", url)


def _keys() -> Iterator[Found]:
    present = set(Membership.objects.current().values_list("user_id", "department_id"))
    for key in ApiClient.objects.filter(kind="SYSTEM", revoked_at=None, department__is_active=True):
        if (key.created_by_id, key.department_id) not in present:
            words, url = f"{key.name} {key.key_prefix}…", reverse("security:accounts:api_clients")
            yield Found(Orphan.Kind.KEY, key.pk, key.department_id, words, url)


def _clocks(manned: dict[Permission, set[int]]) -> Iterator[Found]:
    """Clocks against departments in which nobody would hear of them."""
    hearing = set().union(*(manned[permission] for permission in HEARERS))
    for clock in Deadline.objects.open().only("pk", "responsible_ids", "title", "url").iterator(chunk_size=2000):
        for department_id in clock.responsible_ids:
            if department_id not in hearing:
                yield Found(Orphan.Kind.CLOCK, clock.pk, department_id, clock.title, clock.url)


def standing(actor: Any) -> QuerySet[Orphan]:
    """无主事项 that the actor sees, oldest first."""
    return Orphan.objects.visible_to(actor).standing().select_related("department").order_by("found_at", "pk")
