"""What is in motion in the demonstration's catalog: a change of law with its tasks, a withdrawal that asks its users."""

from datetime import timedelta
from typing import TYPE_CHECKING

from catalog.changes import actions as changes
from catalog.changes.models import ChangeKind
from catalog.withdrawals import actions as withdrawals
from gdshare.lib.clock import day_of
from sharing.grants.models import Grant, GrantStatus

if TYPE_CHECKING:
    from gdshare.portal.demo.loading import Province

LAW = "不动产登记暂行条例"
WITHDRAWN = "住房公积金缴存信息"
"""Departments hold grants on it."""


def load(province: "Province") -> str:
    """One of each, begun some working days ago."""
    moment = province.before(4)
    record = changes.record_change(
        by=province.handler("sj"), now=moment, kind=ChangeKind.LAW, title=f"《{LAW}》修订",
        happened_on=day_of(moment), text="登记资料查询的条款有调整，引用该条例的共享依据须逐条核对。", legal_text=LAW,
    )  # fmt: skip
    return f"{record.tasks.count()} 项更新任务，{_withdraw(province)} 次下架征求意见"


def _withdraw(province: "Province") -> int:
    entry = province.resources[WITHDRAWN]
    asked = [grant.department for grant in Grant.objects.filter(resource=entry, status=GrantStatus.ACTIVE)]
    if not asked:
        return 0
    slug = next(slug for slug, department in province.departments.items() if department == entry.provider)
    moment = province.before(3)
    withdrawal = withdrawals.open_(
        resource=entry, by=province.head(slug), now=moment, reason="归集口径调整，改由“住房公积金账户信息”提供。",
        answer_by=day_of(moment) + timedelta(days=21), close_on=day_of(moment) + timedelta(days=35),
    )  # fmt: skip
    user = next(slug for slug, department in province.departments.items() if department == asked[0])
    withdrawals.answer(
        withdrawal=withdrawal, by=province.head(user), now=province.before(1), answer="OBJECT",
        reason="审批系统每日核验缴存情况，新资源开通前不宜下架。",
    )  # fmt: skip
    return 1
