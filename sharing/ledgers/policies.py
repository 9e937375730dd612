"""Who writes in a 使用台账, and who inspects it."""

from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict
from security.access.permissions import Permission
from sharing.ledgers.models import UsageLedger


def write(actor: Any, ledger: UsageLedger) -> Verdict:
    """Who uses the data keeps the book: the handlers and heads of that department."""
    posts = (Permission.SHARE_REQUEST_DRAFT, Permission.SHARE_REQUEST_ENDORSE)
    if any(actor.holds(post, ledger.department_id) for post in posts):
        return ALLOWED
    return Verdict("台账由使用部门登记。", remedy=f"请联系{ledger.department.short_name}的经办。")


answer = write


def export(actor: Any, ledger: UsageLedger) -> Verdict:
    """Whoever sees it."""
    if UsageLedger.objects.visible_to(actor).filter(pk=ledger.pk).exists():
        return ALLOWED
    return Verdict("这本台账不对您开放。", remedy="请联系使用部门。")


def inspect(actor: Any, ledger: UsageLedger) -> Verdict:
    """条例 Art 29: the authority and the provider inspect; nobody inspects his own book."""
    posts = (Permission.SHARE_REQUEST_REVIEW, Permission.SHARE_REQUEST_CONFIRM)
    department = actor.acting.department.pk if actor.acting else None
    is_authority = bool(actor.acting) and actor.acting.role.is_authority
    if department == ledger.department_id:
        return Verdict("本部门的台账由提供部门和主管部门检查。", remedy="要改正的，请登记一条更正。")
    if (is_authority or department == ledger.resource.provider_id) and any(actor.holds(post) for post in posts):
        return ALLOWED
    return Verdict("台账由提供部门和主管部门检查。", remedy=f"请联系{ledger.resource.provider.short_name}。")


def toolbar(actor: Any, ledger: UsageLedger) -> dict[str, Verdict]:
    """The verbs of a book, each with the actor's verdict."""
    return {"write": write(actor, ledger), "inspect": inspect(actor, ledger), "answer": answer(actor, ledger)}
