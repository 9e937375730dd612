"""What `data_access` answers: the decision for every item of a resource, ready for any exit."""

from collections.abc import Iterable
from dataclasses import dataclass

from gdshare.lib.errors import Denied, Invalid
from gdshare.lib.verdict import ALLOWED, Verdict
from sharing.grants.decision import Ground, ItemAccess
from sharing.grants.terms import Rules


@dataclass(frozen=True)
class DataAccess:
    """Every item with its answer. `apply_url` is the absolute address where the missing ones are applied for."""

    resource_id: int
    items: tuple[ItemAccess, ...]
    apply_url: str
    provider_name: str

    @property
    def opened(self) -> tuple[ItemAccess, ...]:
        """Items that may be taken."""
        return tuple(access for access in self.items if access.is_open)

    @property
    def missing(self) -> tuple[ItemAccess, ...]:
        """Items that may not."""
        return tuple(access for access in self.items if not access.is_open)

    @property
    def together(self) -> tuple[ItemAccess, ...]:
        """What is taken when nothing is named: the open items without a rule on rows; where there are none, those of
        the one rule set that opens most, the newest grant's first. Others are named one by one, or by their grant.
        """
        groups: dict[Rules, list[ItemAccess]] = {}
        for access in self.opened:
            groups.setdefault(access.rules, []).append(access)
        if not groups:
            return ()
        chosen = max(groups, key=lambda rules: (not rules, len(groups[rules]), groups[rules][0].grant_id or 0))
        return tuple(groups[chosen])

    @property
    def grant_ids(self) -> tuple[int, ...]:
        """Grants that the open items rest on."""
        return tuple(sorted({access.grant_id for access in self.opened if access.grant_id}))

    @property
    def verdict(self) -> Verdict:
        """Whether anything at all may be taken; otherwise the reason and the way out."""
        if self.opened:
            return ALLOWED
        return self._refusal(self.missing)

    def choose(self, wanted: Iterable[str] | None = None) -> tuple[ItemAccess, ...]:
        """The items to be taken together, or the wanted ones (by identifier or name). Unknown → Invalid; not open, or
        on different rows → Denied.
        """
        if wanted is None:
            if not self.opened:
                self._deny(self.missing)
            return self.together
        known = {access.item.name: access for access in self.items}
        known |= {access.item.identifier: access for access in self.items}
        names = list(dict.fromkeys(wanted))
        foreign = [name for name in names if name not in known]
        if foreign:
            raise Invalid(
                f"没有信息项“{'”、“'.join(foreign[:5])}”。",
                code="FIELD_UNKNOWN",
                remedy="可用的信息项见资源的 schema 接口。",
                details={"fields": foreign},
            )
        chosen = tuple(known[name] for name in names)
        closed = tuple(access for access in chosen if not access.is_open)
        if closed:
            self._deny(closed)
        ruled = {access.rules: access for access in chosen if access.rules}
        if len(ruled) > 1:
            first, second = list(ruled.values())[:2]
            grants = "、".join(str(access.grant_id) for access in ruled.values())
            raise Denied(
                f"“{first.item.name}”和“{second.item.name}”开通的行不同，不能一次取。",
                code="ROWS_DIFFER",
                remedy=f"请分开取，或用 grant 写明按哪一项授权取（{grants}）。",
            )
        return chosen

    def _deny(self, closed: tuple[ItemAccess, ...]) -> None:
        refusal = self._refusal(closed)
        raise Denied(
            refusal.reason,
            code=refusal.code,
            remedy=refusal.remedy,
            remedy_url=refusal.remedy_url,
            details={
                "missing": [
                    {
                        "identifier": access.item.identifier,
                        "name": access.item.name,
                        "code": access.ground.value,
                        "reason": access.reason,
                    }
                    for access in closed
                ]
            },
        )

    def _refusal(self, closed: tuple[ItemAccess, ...]) -> Verdict:
        if not closed:
            return Verdict("这项资源还没有信息项。", remedy=f"请联系{self.provider_name}。", code="NO_ITEMS")
        first = closed[0]
        reason = first.reason
        if len(closed) > 1:
            names = "、".join(access.item.name for access in closed[:5])
            reason = f"{reason.rstrip('。')}。共 {len(closed)} 项不能取：{names}{'等' if len(closed) > 5 else ''}。"
        ground = first.ground
        if any(access.can_apply for access in closed):
            ids = "&".join(f"item={access.item.item_id}" for access in closed if access.can_apply)
            url = f"{self.apply_url}?{ids}"
            return Verdict(reason, remedy="需要的话，写明依据后按信息项申请。", remedy_url=url, code="NOT_GRANTED")
        remedies = {
            Ground.NO_PERMISSION: "请换一个身份，或联系本部门管理员。",
            Ground.NOT_LISTED: "请等待提供部门重新发布。",
            Ground.NOT_SHARED: "对依据有异议，可提请主管部门协调。",
            Ground.SUSPENDED: f"整改后由{self.provider_name}恢复。",
            Ground.NOT_STARTED: "请在授权开始之日取用。",
            Ground.ROWS_UNKNOWN: f"请联系{self.provider_name}补上这一项，或申请变更授权。",
        }
        return Verdict(reason, remedy=remedies.get(ground, ""), code=ground.value)
