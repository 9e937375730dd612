"""One object per kind, for the sweep over every address. A new address with arguments joins by a line in EXAMPLES."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from catalog.census.models import CatalogCertificate
from catalog.changes import actions as changes
from catalog.changes.models import ChangeTask
from catalog.drafting.models import DraftingTable
from catalog.finding.actions import save_search
from catalog.finding.models import SavedSearch
from catalog.laws.models import LegalText
from catalog.libraries.actions import create_library
from catalog.libraries.models import ThematicLibrary
from catalog.quality.models import DataElement
from catalog.resources.models import DataResource
from catalog.systems.models import InformationSystem
from catalog.taxonomy.models import Term
from catalog.withdrawals import actions as withdrawals
from catalog.withdrawals.models import Withdrawal
from gdshare.lib.clock import day_of
from gdshare.rules import actions as rules
from gdshare.rules.models import RuleProfile
from security.access.roles import HANDLER
from security.accounts import actions as accounts
from security.accounts.models import ApiClient, Membership
from security.covers import actions as covers
from security.notices.models import Channel, Dispatch, Notice
from sharing.calendar import actions as calendar
from sharing.calendar.models import CalendarChange
from sharing.conflicts.models import ComparedItem
from sharing.corrections import actions as corrections
from sharing.corrections.models import CorrectionRequest
from sharing.deadlines.models import Deadline
from sharing.demands.models import DataDemand
from sharing.disputes.models import Dispute
from sharing.grants.models import Grant
from sharing.ledgers.models import UsageLedger
from sharing.messages.actions import keep_template
from sharing.messages.models import MessageTemplate
from sharing.share_requests.models import Attachment, ShareRequest
from sharing.share_requests.workflow import Status
from sharing.supervision.models import SupervisionOrder
from tests.cast import Cast, make_person
from tests.factories.catalog import draft_resource
from tests.factories.conflicts import comparison, two_sources
from tests.factories.demands import need
from tests.factories.disputes import disputed_doubt
from tests.factories.drafting import drafting_table
from tests.factories.mounts import mounted_resource
from tests.factories.sharing import attached, draft_request, share_request_at
from tests.factories.supervision import order_over, overdue_case
from tests.factories.systems import draft_system, issue, ready

SECRET = "绝不示人之目录"
"""In the name of each resource here: whoever may not see business data must not read it anywhere."""


@dataclass(frozen=True)
class World:
    """Objects that 省体育局 and the three administrators have no business with."""

    cast: Cast
    draft: DataResource
    system: InformationSystem
    certificate: CatalogCertificate
    drafting: DraftingTable
    listed: DataResource
    share_request: ShareRequest
    attachment: Attachment
    template: MessageTemplate
    grant: Grant
    deadline: Deadline
    change: CalendarChange
    draft_profile: RuleProfile
    cover: Membership
    correction: CorrectionRequest
    dispute: Dispute
    demand: DataDemand
    order: SupervisionOrder
    compared: ComparedItem
    notice: Notice
    saved_search: SavedSearch
    api_client: ApiClient
    withdrawal: Withdrawal
    task: ChangeTask
    library: ThematicLibrary


def make_world(cast: Cast) -> World:
    """A draft, a conditional resource with rows, a decided request for it with its grant and clock, a key, a notice."""
    now = timezone.now()
    listed = mounted_resource(cast, share_type="CONDITIONAL", name=f"{SECRET}甲")
    share_request = share_request_at(cast, Status.APPROVED, now=now, resource=listed)
    api_client, _ = accounts.issue_api_client(
        by=cast.chen, now=now, name=f"{SECRET}系统", purpose="核对", kind="SYSTEM", expires_at=now + timedelta(days=9)
    )
    return World(
        cast=cast,
        draft=draft_resource(cast, name=f"{SECRET}乙"),
        system=draft_system(cast, name=f"{SECRET}系统"),
        certificate=issue(cast, ready(cast, name=f"{SECRET}证明系统")),
        drafting=drafting_table(cast, f"{SECRET}表"),
        listed=listed,
        share_request=share_request,
        attachment=attached(cast, draft_request(cast, resource=listed, now=now), name=f"{SECRET}材料.pdf"),
        template=keep_template(by=cast.liang, now=now, title="甲", text=SECRET),
        grant=Grant.objects.get(share_request=share_request),
        deadline=Deadline.objects.earliest("id"),
        draft_profile=rules.begin_draft(code="GD-50", by=cast.liang, now=now),
        change=calendar.propose_correction(
            day=date(2026, 12, 31), kind="OFF", name="元旦", source=f"{SECRET}通知", by=cast.liang, now=now
        ),
        notice=Notice.objects.filter(recipient=cast.li).earliest("id"),
        saved_search=save_search(name=f"{SECRET}丙", query="q=甲", notifies=True, by=cast.chen, now=now),
        api_client=api_client,
        correction=corrections.report(resource=listed, by=cast.chen, now=now, doubt=SECRET, evidence=SECRET),
        demand=need(cast, now=now, why_unfit="不合用"),
        order=order_over(cast, overdue_case(cast, now=now, title=f"{SECRET}逾期"), now=now, demand=SECRET),
        compared=comparison(cast, two_sources(cast, left=f"{SECRET}甲源", right=f"{SECRET}乙源")).items.earliest("id"),
        dispute=disputed_doubt(cast, listed, now=now, claim=SECRET),
        cover=covers.start(
            to=make_person("tan", "谭敏", cast.civil_affairs, HANDLER), by=cast.huang, now=now, from_on=day_of(now),
            until_on=day_of(now) + timedelta(days=4), reason=SECRET,
        ),
        withdrawal=withdrawals.open_(
            resource=listed, by=cast.zhou, now=now, reason=SECRET, answer_by=day_of(now) + timedelta(days=30),
            close_on=day_of(now) + timedelta(days=40),
        ),
        task=changes.record_change(
            by=cast.li, now=now, kind="LAW", title=f"{SECRET}修订", happened_on=day_of(now), text="改", word=SECRET,
        ).tasks.earliest("id"),
        library=create_library(by=cast.liang, now=now, values={"name": "甲主题库", "lead": cast.natural_resources}),
    )  # fmt: skip


def dispatch_of(world: World) -> Dispatch:
    """The notice on its way by mail."""
    return Dispatch.objects.get_or_create(
        notice=world.notice, channel=Channel.MAIL, defaults={"next_attempt_at": world.notice.created_at}
    )[0]


Example = Callable[[World], Mapping[str, Any]]

EXAMPLES: dict[str, Example] = {
    "catalog:finding:": lambda world: {"pk": world.draft.pk},
    "catalog:finding:open_search": lambda world: {"pk": world.saved_search.pk},
    "catalog:finding:silence_search": lambda world: {"pk": world.saved_search.pk},
    "catalog:finding:wake_search": lambda world: {"pk": world.saved_search.pk},
    "catalog:finding:delete_search": lambda world: {"pk": world.saved_search.pk},
    "catalog:changes:": lambda world: {"pk": world.task.pk},
    "catalog:withdrawals:": lambda world: {"pk": world.withdrawal.pk},
    "catalog:withdrawals:open": lambda world: {"pk": world.listed.pk},
    "catalog:mounts:": lambda world: {"pk": world.draft.pk},
    "catalog:quality:": lambda world: {"pk": world.draft.pk},
    "catalog:quality:import_look": lambda world: {"pk": world.draft.pk},
    "catalog:quality:element": lambda world: {"pk": DataElement.objects.earliest("id").pk},
    "catalog:quality:change_element": lambda world: {"pk": DataElement.objects.earliest("id").pk},
    "catalog:quality:set_lead_source": lambda world: {"pk": DataElement.objects.earliest("id").pk},
    "catalog:quality:remove_lead_source": lambda world: {"pk": DataElement.objects.earliest("id").pk},
    "catalog:resources:": lambda world: {"pk": world.draft.pk},
    "catalog:census:": lambda world: {"pk": world.system.pk},
    "catalog:census:revoke": lambda world: {"pk": world.certificate.pk},
    "catalog:census:certificate": lambda world: {"pk": world.certificate.pk},
    "catalog:drafting:": lambda world: {"pk": world.drafting.run_id},
    "catalog:drafting:table": lambda world: {"pk": world.drafting.pk},
    "catalog:systems:": lambda world: {"pk": world.system.pk},
    "catalog:taxonomy:": lambda world: {"pk": Term.objects.get(kind="THEME", code="09").pk},
    "catalog:laws:": lambda world: {"pk": LegalText.objects.earliest("id").pk},
    "catalog:libraries:": lambda world: {"pk": world.library.pk},
    "catalog:resources:paper": lambda world: {"pk": world.draft.assessments.get().assessment_id},
    "resource": lambda world: {"pk": world.draft.pk},
    "resource-rows": lambda world: {"pk": world.listed.pk},
    "sharing:delivery:": lambda world: {"pk": world.draft.pk},  # a stream of rows needs committed tables
    "sharing:share_requests:": lambda world: {"pk": world.share_request.pk},
    "sharing:share_requests:attachment": lambda world: {
        "pk": world.attachment.share_request_id,
        "attachment_pk": world.attachment.pk,
    },
    "sharing:messages:": lambda world: {"pk": world.template.pk},
    "sharing:share_requests:renew": lambda world: {"pk": world.grant.pk},
    "sharing:share_requests:amend": lambda world: {"pk": world.grant.pk},
    "sharing:share_requests:access_panel": lambda world: {"pk": world.draft.pk},
    "share-request": lambda world: {"pk": world.share_request.pk},
    "sharing:grants:": lambda world: {"pk": world.grant.pk},
    "grant": lambda world: {"pk": world.grant.pk},
    "sharing:succession:": lambda world: {"pk": world.cast.civil_affairs.pk},
    "sharing:handover:": lambda world: {"pk": world.cast.chen.pk},
    "sharing:ledgers:": lambda world: {"pk": UsageLedger.objects.get(resource=world.listed).pk},
    "covers": lambda world: {"pk": world.cover.pk},
    "ledgers": lambda world: {"pk": UsageLedger.objects.get(resource=world.listed).pk},
    "sharing:corrections:": lambda world: {"pk": world.correction.pk},
    "sharing:corrections:report": lambda world: {"pk": world.draft.pk},
    "share-requests-evidence": lambda world: {
        "pk": world.attachment.share_request_id,
        "attachment_pk": world.attachment.pk,
    },
    "corrections": lambda world: {"pk": world.correction.pk},
    "sharing:disputes:": lambda world: {"pk": world.dispute.pk},
    "sharing:conflicts:": lambda world: {"pk": world.compared.comparison_id},
    "sharing:conflicts:choose": lambda world: {"pk": world.draft.pk},
    "sharing:conflicts:open": lambda world: {"pk": world.draft.pk, "other": world.listed.pk},
    "sharing:conflicts:look": lambda world: {"pk": world.compared.comparison_id, "item": world.compared.pk},
    "sharing:conflicts:decide": lambda world: {"pk": world.compared.comparison_id, "item": world.compared.pk},
    "sharing:disputes:raise_over_request": lambda world: {"pk": world.share_request.pk},
    "sharing:disputes:raise_over_correction": lambda world: {"pk": world.correction.pk},
    "sharing:demands:": lambda world: {"pk": world.demand.pk},
    "demands": lambda world: {"pk": world.demand.pk},
    "sharing:supervision:": lambda world: {"pk": world.order.pk},
    "supervision-orders": lambda world: {"pk": world.order.pk},
    "disputes": lambda world: {"pk": world.dispute.pk},
    "rules:": lambda world: {"pk": world.draft_profile.pk},
    "sharing:calendar:": lambda world: {"pk": world.change.pk},
    "sharing:deadlines:": lambda world: {"pk": world.deadline.pk},
    "security:notices:": lambda world: {"pk": world.notice.pk},
    "security:notices:send_again": lambda world: {"pk": dispatch_of(world).pk},
    "security:accounts:": lambda world: {"pk": world.cast.chen.pk},
    "security:accounts:dismiss": lambda world: {"pk": Membership.objects.get(user=world.cast.chen).pk},
    "security:accounts:revoke_api_client": lambda world: {"pk": world.api_client.pk},
    "security:covers:": lambda world: {"pk": world.cover.pk},
    "security:departments:": lambda world: {"pk": world.cast.civil_affairs.pk},
}
"""Beginning of a view's name → its arguments; the longest beginning wins."""


@dataclass(frozen=True)
class Address:
    """One URL pattern of the product."""

    name: str
    route: str
    parameters: tuple[str, ...]
    is_api: bool

    def missing(self) -> str:
        """The address of an object that does not exist."""
        return reverse(self.name, kwargs=dict.fromkeys(self.parameters, 999_999_999))

    def arguments(self, world: World) -> Mapping[str, Any]:
        """Arguments of this address in `world`. Raises LookupError when nobody registered an example."""
        if not self.parameters:
            return {}
        beginnings = [beginning for beginning in EXAMPLES if self.name.startswith(beginning)]
        if not beginnings:
            raise LookupError(f"{self.name}: add an example object to tests/web/examples.py")
        given = EXAMPLES[max(beginnings, key=len)](world)
        if set(given) != set(self.parameters):
            raise LookupError(f"{self.name} takes {self.parameters}; its example gives {tuple(given)}")
        return given


def addresses(resolver: URLResolver | None = None, namespace: str = "", route: str = "") -> Iterator[Address]:
    """Every address of the product."""
    for entry in (resolver or get_resolver()).url_patterns:
        own = route + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry, inner, own)
        elif isinstance(entry, URLPattern):
            parameters = tuple(entry.pattern.regex.groupindex)
            yield Address(f"{namespace}{entry.name}", own, parameters, hasattr(entry.callback, "cls"))
