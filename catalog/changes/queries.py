"""Reads of changes: which entries one touches, the tasks with their clocks, the late ones."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from catalog.changes import policies, workflow
from catalog.changes.models import ChangeTask
from catalog.changes.workflow import Status
from catalog.resources.models import DataResource, ResourceBasis
from gdshare.rules import clock_port
from gdshare.rules.profiles import Clock
from security.access.permissions import Permission
from security.departments.models import Department

KIND = "changetask"
MARKS = {
    Status.OPEN: ("act", "refresh-alert"),
    Status.PROPOSED: ("run", "user-check"),
    Status.UPDATED: ("ok", "circle-check"),
    Status.NO_CHANGE: ("", "circle-minus"),
}
"""Tone and icon of a status."""


def touched(
    actor: Any, *, legal_text: str = "", departments: Iterable[Department] = (), word: str = ""
) -> QuerySet[DataResource]:
    """Listed entries whose basis names the text (as written, or by the register of legal texts), that the departments
    provide, and that say the word; those of one's own department only, unless one is the authority. Nothing named
    touches nothing.
    """
    chosen = list(departments)
    rows = DataResource.objects.published()
    if not actor.holds(Permission.RESOURCE_AUDIT):
        rows = rows.filter(provider=actor.acting.department)
    if not (legal_text or chosen or word):
        return rows.none()
    if legal_text:
        named = Q(text__title__contains=legal_text) | Q(text__aliases__contains=[legal_text])
        cited = ResourceBasis.objects.filter(named).values("resource")
        rows = rows.filter(Q(legal_basis__contains=legal_text) | Q(pk__in=cited))
    if chosen:
        rows = rows.filter(provider__in=chosen)
    if word:
        rows = rows.filter(Q(search_text__icontains=word) | Q(share_conditions__icontains=word))
    return rows.select_related("provider__region").defer("search_text").order_by("provider", "pk")


def tasks(actor: Any, *, show: str, today: date) -> QuerySet[ChangeTask]:
    """Tasks that this person may see: under way, late, or done."""
    rows = ChangeTask.objects.visible_to(actor).select_related("record", "resource__provider")
    if show == "done":
        return rows.exclude(pk__in=rows.under_way()).order_by("-closed_at", "-pk")
    rows = rows.under_way()
    if show == "late":
        return rows.filter(pk__in=late_ids(today)).order_by("created_at", "pk")
    return rows.order_by("created_at", "pk")


def late_ids(today: date) -> list[int]:
    """Tasks whose clock has run out."""
    due = clock_port.engine().due(KIND, clock=Clock.CATALOG_UPDATE)
    return [pk for pk, day in due.items() if day < today]


def counts(actor: Any, *, today: date) -> dict[str, int]:
    """How many are under way, late, done."""
    return {show: tasks(actor, show=show, today=today).count() for show in ("", "late", "done")}


def clocks(rows: Iterable[ChangeTask], *, today: date) -> dict[int, Any]:
    """The clock of each task by its id."""
    ids = [row.pk for row in rows]
    return dict(clock_port.engine().views(KIND, ids, today=today, clock=Clock.CATALOG_UPDATE))


def toolbar(actor: Any, task: ChangeTask) -> dict[str, Any]:
    """Every verb that is legal now, with whether this person may."""
    verbs = ("propose_no_change", "confirm_no_change", "reject_no_change", "ask_extension", "decide_extension")
    return {
        verb: getattr(policies, verb)(actor, task)
        for verb in verbs
        if task.status in workflow.SOURCES[verb]
        and (verb != "decide_extension" or task.extension == "ASKED")
        and (verb != "ask_extension" or task.extension == "")
    }
