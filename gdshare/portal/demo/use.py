"""使用台账 of the demonstration: what departments wrote of the data they took, and one remark that waits."""

from typing import TYPE_CHECKING

from sharing.ledgers import actions as ledgers
from sharing.ledgers.models import Section, UsageLedger
from sharing.supply.models import SupplyProof

if TYPE_CHECKING:
    from gdshare.portal.demo.loading import Province

EFFECT = "窗口受理时自动核对，当事人少交 2 份证明；办理时间由 5 个工作日减为 2 个工作日。"
STORAGE = "存于省级核对平台的核对结果表，只存比对结论；业务人员凭工号访问，留有日志。"
REMARK = "请写明比对结论保存多久，到期怎样销毁。"


def load(province: "Province") -> str:
    """Write in every second book that has takings, and inspect the first."""
    slugs = {department.pk: slug for slug, department in province.departments.items()}
    books = list(UsageLedger.objects.filter(service_calls__isnull=False).distinct().order_by("pk"))
    for ledger in books[::2]:
        by = province.handler(slugs[ledger.department_id])
        for section, text in ((Section.EFFECT, EFFECT), (Section.STORAGE, STORAGE)):
            ledgers.write(ledger=ledger, by=by, now=province.before(1), section=section, text=text)
    for ledger in books[:1]:
        head = province.head(slugs[ledger.resource.provider_id])
        ledgers.inspect(ledger=ledger, by=head, now=province.before(0), text=REMARK)
    return f"已供给 {SupplyProof.objects.count()} 项，台账 {UsageLedger.objects.count()} 本"
