"""The clock of 供给 (条例 Art 22) ends with a proof, which the system finds for itself."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from audit import log
from gdshare.lib.clock import day_of
from gdshare.rules.profiles import Clock
from security.access.permissions import Permission
from security.notices import actions as notices
from sharing.deadlines import actions as deadlines
from sharing.grants.models import Grant
from sharing.supply import queries
from sharing.supply.models import SupplyProof


def prove_due(*, now: datetime) -> int:
    """Look at every grant that may have been supplied meanwhile; returns how many were.

    One transaction each, so that several workers may look at once. A clock whose right is over stops without a proof.
    """
    for pk in list(queries.over_and_running().values_list("pk", flat=True)):
        _let_go(pk, now=now)
    return sum(_prove(pk, now=now) for pk in list(queries.to_prove().values_list("pk", flat=True)))


@transaction.atomic
def _prove(pk: int, *, now: datetime) -> bool:
    grant = _lock(pk)
    if grant is None or SupplyProof.objects.filter(grant=grant).exists():
        return False
    found = queries.trial(grant)
    if found.version is None or found.since is None:
        return False
    proof = SupplyProof.objects.create(
        grant=grant, version_number=found.version.number, item_count=found.items, row_count=found.rows,
        digest=found.digest, supplied_at=min(max(grant.issued_at, found.since), now), proved_at=now,
    )  # fmt: skip
    log.record(
        "supply.prove", by=None, at=now, subject=grant, subject_label=grant.resource.name,
        version=proof.version_number, item_count=found.items, rows=found.rows, reading=found.digest,
        supplied_at=str(day_of(proof.supplied_at)),
    )  # fmt: skip
    _stop(grant, now, on=proof.supplied_at)
    if proof.supplied_at > grant.issued_at:
        _tell_holder(grant, proof, now)
    return True


@transaction.atomic
def _let_go(pk: int, *, now: datetime) -> None:
    """A right that is over need not be supplied any more."""
    grant = _lock(pk)
    if grant is not None:
        _stop(grant, now, on=grant.ended_at or now)


def _stop(grant: Grant, now: datetime, *, on: datetime) -> None:
    deadlines.stop(subject=grant, clock=Clock.SUPPLY, by=None, now=now, on=day_of(on))
    notices.settle(subject=notices.Ref("supply", grant.pk), now=now)


def _lock(pk: int) -> Grant | None:
    rows = Grant.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    return rows.select_related("resource__provider", "department").filter(pk=pk).first()


def _tell_holder(grant: Grant, proof: SupplyProof, now: datetime) -> None:
    """Who waited for the data; not who could take them with the answer."""
    notices.tell(
        department=grant.department, permission=Permission.SHARE_REQUEST_DRAFT, kind="grant", subject=grant, now=now,
        title=f"数据可以取用了：{grant.resource.name}"[:200], url=reverse("sharing:grants:detail", args=[grant.pk]),
        body=f"{grant.resource.provider.short_name}已挂接第 {proof.version_number} 版数据，"
        f"授权的 {proof.item_count} 项都能取到。",
        dedupe_key=f"supplied:{grant.pk}",
    )  # fmt: skip
