"""Walks the demonstration through the real actions, at past moments counted from today."""

import io
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.db import transaction

from audit import log
from catalog.finding import actions as finding
from catalog.libraries import actions as libraries
from catalog.libraries.models import ThematicLibrary
from catalog.mounts import actions as mounts
from catalog.mounts.models import TableVersion
from catalog.quality import actions as quality
from catalog.quality.models import DataElement
from catalog.quality.queries import items_with_elements
from catalog.resources import actions as resources
from catalog.resources import assessing
from catalog.resources.models import DataResource
from catalog.taxonomy.models import Term
from gdshare.lib.clock import SHANGHAI, day_of
from gdshare.lib.errors import Denied
from gdshare.lib.paper import Sheet
from gdshare.portal.demo import (
    catalog,
    changes,
    departments,
    keeping,
    people,
    rows,
    sheet,
    stories,
    systems,
    use,
    wording,
)
from gdshare.portal.demo.shape import Entry
from gdshare.portal.demo.stories import Story
from gdshare.rules import queries as rules
from gdshare.rules.workdays import Calendar, add_workdays
from security.access import roles
from security.accounts import actions as accounts
from security.accounts.models import ApiClientKind, User
from security.covers import actions as covers
from security.departments import actions as department_actions
from security.departments import divisions
from security.departments.models import Department, Region
from security.notices import actions as notices
from sharing.agreements import actions as agreements
from sharing.corrections import actions as corrections
from sharing.deadlines import actions as deadlines
from sharing.delivery import actions as delivery
from sharing.delivery.models import ServiceCall
from sharing.demands import actions as demands
from sharing.disputes import actions as disputes
from sharing.grants import actions as grants
from sharing.messages import actions as messages
from sharing.share_requests import actions as share_requests
from sharing.share_requests.models import ShareRequest
from sharing.share_requests.queries.conditions import rule_items
from sharing.supervision import actions as supervision
from sharing.supervision import queries as orders
from sharing.supply import actions as supply

NEVER_WEAK = "abcdefghijkmnpqrstuvwxyz23456789"
SMALL_ROWS = 60
LOADED_DAYS = 2
"""Days on which data has been taken."""
LATE_DAYS = 3
"""Working days for which every ninth table has not been updated."""
HISTORY = {"REALTIME": 1, "DAILY": 1, "WEEKLY": 5}
"""Cycles with earlier updates, and the working days between them."""
HISTORY_LENGTH, HISTORY_ROWS = 6, 30
REMINDED_DAYS = 16


@dataclass
class Account:
    """A line of the table that the command prints."""

    role: str
    department: str
    name: str
    username: str
    password: str


@dataclass
class Province:
    """What has been made so far, by its short names."""

    now: datetime
    calendar: Calendar
    is_small: bool = False
    departments: dict[str, Department] = field(default_factory=dict)
    people: dict[tuple[str, str], User] = field(default_factory=dict)
    resources: dict[str, DataResource] = field(default_factory=dict)
    libraries: dict[str, ThematicLibrary] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)

    def before(self, workdays: int, hour: int = 10) -> datetime:
        """A moment so many working days ago; never later than now."""
        day: date = self.now.astimezone(SHANGHAI).date()
        while workdays:
            day -= timedelta(days=1)
            workdays -= self.calendar.is_workday(day)
        moment = datetime(day.year, day.month, day.day, hour, 12, tzinfo=SHANGHAI)
        return min(moment, self.now)

    def person(self, department: str, role: str) -> User:
        """The person in that post."""
        return self.people[department, role]

    def handler(self, slug: str) -> User:
        return self.people.get((slug, "HANDLER")) or self.people[slug, "AUTHORITY_HANDLER"]

    def head(self, slug: str) -> User:
        return self.people.get((slug, "OFFICE_HEAD")) or self.people[slug, "AUTHORITY_HEAD"]


def load(*, now: datetime, is_small: bool, say: Callable[[str], None]) -> Province:
    """Everything, in the order in which it would have come about."""
    province = Province(now=now, calendar=rules.calendar(), is_small=is_small)
    parts: tuple[tuple[str, Callable[[Province], str]], ...] = (
        ("部门和人员", _load_people),
        ("目录", _load_catalog),
        ("库表", _load_tables),
        ("一数一源", _name_sources),
        ("用词", wording.load),
        ("信息系统", systems.load),
        ("留言模板", _phrase),
        ("共享申请", _load_requests),
        ("取数", _take),
        ("使用台账", use.load),
        ("收藏", _keep),
        ("变更", changes.load),
        ("导入", _bring),
        ("代办", _cover),
        ("疑义", _doubt),
        ("争议", _dispute),
        ("承诺", _agree),
        ("需求", _demand),
        ("督办", _supervise),
    )
    for label, part in parts:
        with _timed(province, label):
            words = part(province)
        say(f"{label}：{words}，{province.figures[label]:.1f} 秒")
    return province


@contextmanager
def _timed(province: Province, label: str) -> Iterator[None]:
    started = monotonic()
    yield
    province.figures[label] = monotonic() - started


# Departments and people ----------------------------------------------------------------------------------------------
@transaction.atomic
def _load_people(province: Province) -> str:
    moment = province.before(250)
    department_actions.load_regions(rows=divisions.of_province("440000"), by=None, now=moment)
    by_code = {region.code: region for region in Region.objects.all()}
    first, *others = departments.DEPARTMENTS
    sysadmin, secadmin = _found(province, first, by_code, moment)
    for other in others:
        values = _department_values(province, other, by_code)
        province.departments[other.slug] = department_actions.create_department(by=sysadmin, now=moment, values=values)
    needed = [seed for seed in people.PEOPLE if _is_needed(seed, province.is_small)]
    passwords = _hashed(sum(seed.has_account for seed in needed))
    for seed in needed:
        user = _make_user(province, seed, moment, next(passwords) if seed.has_account else None)
        membership = accounts.appoint(
            user=user, department=province.departments[seed.department], role=seed.role, post=seed.post,
            by=secadmin, now=moment,
        )  # fmt: skip
        user.acting = membership.as_acting()
        province.people[seed.department, "SECOND" if seed is people.SECOND_AUDITOR else seed.role] = user
    return f"部门 {len(province.departments)} 个，人员 {len(needed) + len(people.ADMINISTRATORS)} 人"


def _is_needed(seed: people.PersonSeed, is_small: bool) -> bool:
    """Whether the person does anything; the administrators are there already."""
    if seed in people.ADMINISTRATORS:
        return False
    busy = {entry.department for entry in chosen_entries(is_small)} | {story.requester for story in stories.STORIES}
    return not is_small or seed.has_account or seed.department in busy | {slug for slug, _, _ in stories.TAKINGS}


def _department_values(
    province: Province, seed: departments.DepartmentSeed, regions: dict[str, Region]
) -> dict[str, Any]:
    return {
        "name": seed.name, "short_name": seed.short_name, "uscc": seed.uscc, "kind": seed.kind, "level": seed.level,
        "region": regions[seed.region], "parent": province.departments.get(seed.parent), "aliases": list(seed.aliases),
        "duties": "", "sharing_office": seed.sharing_office, "is_active": True,
    }  # fmt: skip


def _found(
    province: Province, seed: departments.DepartmentSeed, regions: dict[str, Region], now: datetime
) -> tuple[User, User]:
    """The authority and the three administrators, as on any empty portal."""
    passwords = accounts.found_portal(
        department=_department_values(province, seed, regions), now=now,
        administrators={one.role: (one.username, one.name) for one in people.ADMINISTRATORS},
    )  # fmt: skip
    province.departments[seed.slug] = Department.objects.get(uscc=seed.uscc)
    User.objects.update(must_change_password=False)
    for one in people.ADMINISTRATORS:
        user = User.objects.get(username=one.username)
        user.acting = user.memberships.select_related("department").get().as_acting()
        province.people[seed.slug, one.role] = user
        province.accounts.append(_account(province, one, passwords[one.role]))
    return province.people["sj", "SYSTEM_ADMIN"], province.people["sj", "SECURITY_ADMIN"]


def _make_user(province: Province, seed: people.PersonSeed, now: datetime, password: tuple[str, str] | None) -> User:
    """Not through `create_account`: it would hash a password for each of 140 people, most of whom never sign in."""
    user = User(username=seed.username, name=seed.name)
    if password is None:
        user.set_unusable_password()
    else:
        clear, user.password = password
        province.accounts.append(_account(province, seed, clear))
    user.save()
    log.record("account.create", by=None, at=now, subject=user, subject_label=user.name, username=user.username)
    return user


def _account(province: Province, seed: people.PersonSeed, password: str) -> Account:
    department = province.departments[seed.department].short_name
    return Account(roles.ROLES[seed.role].label, department, seed.name, seed.username, password)


def _hashed(count: int) -> Iterator[tuple[str, str]]:
    """Generated passwords with their hashes, worked out on all cores: hashing is slow on purpose."""
    clear = ["".join(secrets.choice(NEVER_WEAK) for _ in range(12)) for _ in range(count)]
    with ThreadPoolExecutor() as pool:
        return iter(list(zip(clear, pool.map(make_password, clear), strict=True)))


# The catalog ---------------------------------------------------------------------------------------------------------
def chosen_entries(is_small: bool) -> list[Entry]:
    """All entries, or those of the small form."""
    return [entry for entry in catalog.ENTRIES if not is_small or entry.name in stories.SMALL]


@transaction.atomic
def _load_catalog(province: Province) -> str:
    sj = province.person("sj", "AUTHORITY_HANDLER")
    for theme, (name, purpose, lead, others) in catalog.LIBRARIES.items():
        given = [province.departments[slug] for slug in others]
        province.libraries[theme] = libraries.create_library(
            by=sj, now=province.before(240),
            values={"name": name, "purpose": purpose, "lead": province.departments[lead], "contributors": given},
        )  # fmt: skip
    terms = {(term.kind, term.name): term for term in Term.objects.filter(kind__in=("THEME", "BASE_LIBRARY"))}
    entries = chosen_entries(province.is_small)
    asked = {story.resource for story in stories.STORIES} | set(catalog.WAITING) | {catalog.WITHDRAWN}
    for number, entry in enumerate(entries):
        spread = number * 61 % len(entries) * 190 // len(entries)
        _load_entry(province, entry, terms, age=120 + spread // 2 if entry.name in asked else 7 + spread)
    for entry in entries:  # after all of them, so that a working copy takes no number between two entries
        if entry.name in catalog.REVISED:
            _revise(province, entry, days=catalog.REVISED[entry.name])
        if entry.name in catalog.UNDER_REVISION:
            _revise(province, entry, days=1, is_listed_later=catalog.UNDER_REVISION[entry.name])
    for person in province.people.values():
        notices.mark_all_read(by=person, now=province.before(20))
    return f"{len(entries)} 条"


def _load_entry(province: Province, entry: Entry, terms: dict[tuple[str, str], Term], age: int) -> None:
    slug = entry.department
    provider = province.departments[slug]
    values = catalog.values_of(
        entry, contact=f"{provider.short_name}{provider.sharing_office}", office=provider.sharing_office
    )
    values |= {
        "provider": provider,
        "region": provider.region,
        "theme": terms["THEME", entry.theme],
        "base_library": terms["BASE_LIBRARY", entry.library] if entry.library else None,
        "thematic_library": _library_of(province, entry),
    }
    items = [catalog.item_of(item, entry) for item in entry.items]
    resource = resources.create_resource(
        by=province.handler(slug), now=province.before(age), values=values, items=items
    )
    province.resources[entry.name] = resource
    if assessing.personal_items(resource, resources.current_items(resource)):
        resources.assess(
            resources=[resource], kind="PERSONAL", answers=assessing.MEASURES_IN_PLACE, by=province.handler(slug),
            now=province.before(age),
        )  # fmt: skip
    stop = catalog.WAITING.get(entry.name, "PUBLISHED")
    if stop == "DRAFT":
        return
    auditor = _auditor(province, slug)
    moves: tuple[tuple[str, Callable[..., Any], User], ...] = (
        ("", resources.submit, province.handler(slug)),
        ("DEPARTMENT_REVIEW", resources.approve, province.head(slug)),
        ("AUTHORITY_AUDIT", resources.publish, auditor),
    )
    for step, (status, action, by) in enumerate(moves):
        if stop == status:
            return
        action(resource=resource, by=by, now=province.before(age - 2 * step - 1), opinion="")
    if entry.name == catalog.WITHDRAWN:
        resources.withdraw(
            resource=resource,
            by=province.head(slug),
            now=province.before(15),
            opinion="已并入“企业纳税申报信息”，原接口停用。",
        )
    if entry.name in catalog.RESTRICTED:
        resources.restrict(
            resource=resource,
            by=province.head(slug),
            now=province.before(age - 6),
            is_restricted=True,
            shown_to=[province.departments[reader] for reader in ("sj", "mz", "ga")],
        )


def _library_of(province: Province, entry: Entry) -> ThematicLibrary | None:
    """The thematic library of its theme, where its department leads or contributes."""
    _, _, lead, others = catalog.LIBRARIES.get(entry.theme, ("", "", "", ()))
    return province.libraries[entry.theme] if entry.department in (lead, *others) else None


def _revise(province: Province, entry: Entry, *, days: int, is_listed_later: str = "") -> None:
    """A second revision, through both consents again; or one that still waits for the audit or for its day."""
    resource = province.resources[entry.name]
    handler, moment = province.handler(entry.department), province.before(days + 1)
    copy = resources.revise(resource=resource, by=handler, now=moment, opinion="补充说明数据来源")
    values = {"abstract": f"{entry.abstract}数据由{entry.matter}业务系统每日汇集。"}
    resources.update_resource(resource=copy, by=handler, now=moment, values=values)
    resources.submit(resource=copy, by=handler, now=moment)
    resources.approve(resource=copy, by=province.head(entry.department), now=province.before(days, hour=9))
    if is_listed_later == "AUTHORITY_AUDIT":
        return
    day = province.now.astimezone(SHANGHAI).date() + timedelta(days=14) if is_listed_later else None
    auditor, at = _auditor(province, entry.department), province.before(days, hour=11)
    resources.publish(resource=copy, by=auditor, now=at, effective_on=day)
    resource.refresh_from_db()


def _auditor(province: Province, slug: str) -> User:
    """Who audits for the provider's region; not who compiled."""
    provider = province.departments[slug]
    if provider.level == "PROVINCE":
        return province.people["sj", "SECOND"]
    authority = next(
        slug for slug, one in province.departments.items() if one.is_authority and one.region_id == provider.region_id
    )
    return province.people[authority, "AUTHORITY_HANDLER"]


# Tables --------------------------------------------------------------------------------------------------------------
def _load_tables(province: Province) -> str:
    total = count = 0
    for entry in chosen_entries(province.is_small):
        size = rows.TABLES.get(entry.name, 0)
        if not size or (province.is_small and count == 3):
            continue
        size = min(size, SMALL_ROWS) if province.is_small else size
        resource = province.resources[entry.name]
        ago = LATE_DAYS if count % 9 == 4 else 0
        if count % 4 == 0 and not province.is_small:
            _load_history(province, entry, resource, ago)
        version = _load_table(province, entry, resource, size, ago)
        if version.row_count != size:
            raise RuntimeError(f"{entry.name}: {version.row_count} of {size} rows; {version.faults[:2]}")
        total += version.row_count
        count += 1
    return f"{count} 张，{total:,} 行"


def _load_history(province: Province, entry: Entry, resource: DataResource, ago: int) -> None:
    """A few rows for each update of the last periods, one of which was missed."""
    step = HISTORY.get(entry.cycle, 0)
    for number in range(HISTORY_LENGTH, 0, -1) if step else ():
        if number != 3:
            _load_table(province, entry, resource, HISTORY_ROWS - number, ago + step * number)


def _load_table(province: Province, entry: Entry, resource: DataResource, size: int, ago: int) -> TableVersion:
    """A file that was uploaded so many working days ago, with data up to the day before."""
    now = province.before(ago, hour=6)
    return mounts.load_table(
        resource=DataResource.objects.get(pk=resource.pk),
        file=io.BytesIO(rows.as_csv(entry, size, until=day_of(now) - timedelta(days=1))),
        file_name=f"{entry.name}.csv",
        by=province.handler(entry.department),
        now=now,
    )


# Single sources ------------------------------------------------------------------------------------------------------
LEADS = (
    ("公民身份号码", "ga"), ("姓名", "ga"), ("户籍地址", "ga"), ("婚姻状况", "mz"), ("号牌号码", "ga"),
    ("不动产单元号", "zr"), ("统一社会信用代码", "sc"), ("参保状态", "rs"), ("学籍号", "jy"),
)  # fmt: skip
"""数源部门: element → department."""


@transaction.atomic
def _name_sources(province: Province) -> str:
    """The authority says who keeps what; a provider confirms which element its items are."""
    by = province.person("sj", "AUTHORITY_HANDLER")
    for name, slug in LEADS:
        quality.set_lead_source(
            element=DataElement.objects.get(name=name), by=by, now=province.before(60),
            department=province.departments[slug], basis="部门职责规定",
        )  # fmt: skip
    resource = province.resources.get("婚姻登记信息")
    confirmed = 0
    if resource is not None:
        rows = items_with_elements(resource)
        quality.confirm_elements(
            resource=resource, by=province.handler("mz"), now=province.before(40),
            choices={row.item.pk: row.element.pk for row in rows},
        )  # fmt: skip
        confirmed = len(rows)
    quality.review_freshness(now=province.now)
    for person in province.people.values():
        notices.mark_all_read(by=person, now=province.before(20))
    return f"数源部门 {len(LEADS)} 个，确认数据元 {confirmed} 项"


# Applications --------------------------------------------------------------------------------------------------------
@transaction.atomic
def _load_requests(province: Province) -> str:
    told = [story for story in stories.STORIES if story.resource in province.resources]
    for story in sorted(told, key=_begun, reverse=True):  # numbers are given out in the order of time
        _tell(province, story)
    for days in range(REMINDED_DAYS, -1, -1):
        deadlines.tick(now=province.before(days, hour=9))
    grants.expire_due(now=province.now)
    _issue_keys(province)
    return f"{len(told)} 份"


def _tell(province: Province, story: Story) -> None:
    resource = DataResource.objects.select_related("provider").get(pk=province.resources[story.resource].pk)
    items = {item.name: item for item in resource.items.filter(retired_at=None)}
    wanted = [items[name] for name in story.items]
    begun = _begun(story)
    values = {} if story.is_bare else _elements(province, story, resource, begun)
    necessities = {} if story.is_bare else {item.pk: f"用于{story.title}，逐条核验“{item.name}”。" for item in wanted}
    handler = province.handler(story.requester)
    (share_request,) = share_requests.draft(
        item_ids=[item.pk for item in wanted], by=handler, now=province.before(begun), values=values,
        necessities=necessities,
    )  # fmt: skip
    for act in story.acts:
        _perform(province, story, share_request, act, {item.name: item.pk for item in wanted})
        supply.prove_due(now=province.before(act[0], hour=18))


def _take(province: Province) -> str:
    """A page of rows a day, as a business system would; what is not granted is refused and recorded."""
    served = {
        resource.name: resource
        for resource in DataResource.objects.filter(mount__current__isnull=False).select_related("provider")
    }
    taken = refused = 0
    for days in range(LOADED_DAYS - 1, -1, -1):
        for number, (slug, name, wanted) in enumerate(stories.TAKINGS):
            resource = served.get(name)
            if resource is None:
                continue
            moment = province.before(days, hour=8) + timedelta(minutes=7 * number)
            by = province.handler(slug)
            try:
                _take_page(resource, wanted, by, min(moment, province.now))
                taken += 1
            except Denied:
                refused += 1
    return f"{taken} 次，拒绝 {refused} 次"


def _take_page(resource: DataResource, wanted: tuple[str, ...], by: User, now: datetime) -> None:
    with delivery.refusals_recorded(resource=resource, by=by, now=now, kind=ServiceCall.Kind.ROWS):
        access = delivery.decide_access(resource=resource, by=by, now=now)
        items = access.choose(wanted or None)
    delivery.take_page(
        resource=resource, access=access, items=items, conditions=(), cursor="", size=100, by=by, now=now
    )


def _begun(story: Story) -> int:
    """Working days since the draft was written."""
    return int(story.acts[0][0]) + 1 if story.acts else 1  # type: ignore[call-overload]


def _elements(province: Province, story: Story, resource: DataResource, begun: int) -> dict[str, Any]:
    today = province.now.astimezone(SHANGHAI).date()
    return {
        "title": story.title, "use_basis": story.basis, "use_basis_article": story.article,
        "use_scenario": story.scenario, "use_scope": "OWN_SYSTEM", "share_mode": resource.share_modes[0],
        "use_from": province.before(begun).date(), "use_to": today + timedelta(days=story.valid_days),
        "disposal": "不落库", "is_pledged": True, "is_backflow": story.is_backflow,
    }  # fmt: skip


def _perform(
    province: Province, story: Story, share_request: ShareRequest, act: tuple[Any, ...], ids: dict[str, int]
) -> None:
    days, verb, *rest = act
    share_request = ShareRequest.objects.select_related("provider", "authority", "requester").get(pk=share_request.pk)
    common: dict[str, Any] = {"now": province.before(days, hour=11 + ACT_HOURS.get(verb, 0))}
    slug = {department.pk: slug for slug, department in province.departments.items()}
    side = str(rest[0]) if rest else ""
    reviewed_by = share_request.provider_id if side == "provider" else share_request.authority_id
    reviewer = slug[reviewed_by] if reviewed_by else ""
    handler, head = province.handler(story.requester), province.head(story.requester)
    if verb in ("suspend", "revoke"):
        provider_head = province.head(slug[share_request.provider_id])
        for grant in share_request.grants.all():
            getattr(grants, verb)(grant=grant, by=provider_head, reason=side, **common)
        return
    if verb == "renew":
        share_requests.renew(grant=share_request.grants.get(), by=handler, **common)
        return
    if verb == "dispose":
        grants.dispose(
            grant=share_request.grants.get(), by=handler, method="DELETED", covered=side, witness=head.name,
            disposed_on=day_of(common["now"]), **common,
        )  # fmt: skip
        return
    asked: dict[str, Callable[[], Any]] = {
        "submit": lambda: share_requests.submit(share_request=share_request, by=handler, **common),
        "endorse": lambda: share_requests.endorse(share_request=share_request, by=head, opinion="同意申请。", **common),
        "send_back": lambda: share_requests.send_back(share_request=share_request, by=head, opinion=side, **common),
        "withdraw": lambda: share_requests.withdraw(share_request=share_request, by=handler, opinion=side, **common),
        "complete": lambda: share_requests.complete(share_request=share_request, by=handler, note=side, **common),
        "message": lambda: share_requests.post_message(
            share_request=share_request, by=province.handler(reviewer) if side else handler, text=str(rest[1]), **common
        ),
        "attach": lambda: share_requests.attach(
            share_request=share_request, by=handler, file=_evidence(side, story), **common
        ),
        "return_": lambda: share_requests.return_(
            share_request=share_request, by=province.handler(reviewer), points=str(rest[1]).splitlines(), **common
        ),
        "propose": lambda: share_requests.propose(
            share_request=share_request, by=province.handler(reviewer), conclusion=rest[1],
            **_opinion(story, str(rest[1]), ids), terms=_terms(story, share_request), **common,
        ),
        "confirm": lambda: share_requests.confirm(share_request=share_request, by=province.head(reviewer), **common),
        "rework": lambda: share_requests.rework(
            share_request=share_request, by=province.head(reviewer), opinion=rest[1], **common
        ),
    }  # fmt: skip
    asked[verb]()


def _evidence(name: str, story: Story) -> ContentFile:
    """A sheet of paper that shows something."""
    sheet = Sheet(name.removesuffix(".pdf"), "演示用，不是真的证明")
    sheet.fields([["出具单位", "演示用"], ["用途", story.title]])
    return ContentFile(sheet.written(), name=name)


ACT_HOURS = {"endorse": 1, "propose": 2, "confirm": 4, "return_": 3, "complete": 1, "rework": 4}
"""So that acts of one day stand in order."""


def _opinion(story: Story, conclusion: str, ids: dict[str, int]) -> dict[str, Any]:
    if conclusion == "APPROVE":
        return {"opinion": stories.AGREE}
    if conclusion == "DENY":
        return {"opinion": "申请事由没有法律、行政法规规定的协作职责，依法为纳税人保密。", "basis": story.refusal}
    decisions = {ids[name]: {"decision": "MASK", "reason": "默认脱敏，核验不需要明文。"} for name in story.masked}
    decisions |= {ids[name]: {"decision": "REFUSE", "reason": "与救助审核无关。"} for name in story.refused}
    return {"opinion": "部分信息项脱敏或不予提供，其余同意。", "basis": story.refusal, "item_decisions": decisions}


def _terms(story: Story, share_request: ShareRequest) -> dict[str, Any] | None:
    """授权条件 that both sides set; None leaves them to what the application starts from."""
    if story.region is None and story.rows_per_day is None:
        return None
    rows = []
    if story.region is not None:
        name, code = story.region
        item = next(item for item in rule_items(share_request) if item.name == name)
        rows.append({"item": item.pk, "kind": "PREFIX", "values": [code]})
    return {"rows": rows, "rows_per_day": story.rows_per_day}


def _keep(province: Province) -> str:
    """What the tour's person keeps, and the morning's look of her saved searches."""
    by = province.handler("mz")
    count = keeping.keep(province.resources, by, province.before)
    finding.look_again(now=province.before(1, hour=9))
    return f"{count} 件"


def _bring(province: Province) -> str:
    """A ledger that waits for its confirmation."""
    return f"{sheet.bring(province.handler('mz'), province.before(1))} 条待确认"


def _cover(province: Province) -> str:
    """A head who will be away next week."""
    first = day_of(province.now) + timedelta(days=7)
    cover = covers.start(
        to=province.handler("mz"), by=province.head("mz"), now=province.now, from_on=first,
        until_on=first + timedelta(days=4), reason="带队到地市督查救助工作",
    )  # fmt: skip
    return f"{cover.user.name}代{province.head('mz').name}"


def _doubt(province: Province) -> str:
    """A doubt about data that the tour's person takes, which the provider is mending."""
    by = province.handler("mz")
    taken = ServiceCall.objects.filter(department=by.department).select_related("resource__provider").order_by("id")
    resource = taken[0].resource
    correction = corrections.report(
        resource=resource, by=by, now=province.before(2), doubt="抽查 50 条，有 3 条与当事人出示的证照不一致。",
        evidence="窗口受理时核对的证照影像，编号见办件系统。",
    )  # fmt: skip
    slug = next(slug for slug, department in province.departments.items() if department == resource.provider)
    corrections.accept(correction=correction, by=province.handler(slug), now=province.before(1))
    return resource.name


def _demand(province: Province) -> str:
    """What the catalog does not hold, waiting to be given to the department whose duty it is."""
    made = demands.submit(
        by=province.handler("mz"), now=province.before(3), title="居家上门服务 工单",
        item_names=["服务工单号", "上门服务人员", "上门时间", "服务时长"],
        use_purpose="核定居家养老上门服务补贴", use_basis="《广东省养老服务条例》", update_cycle="DAILY",
        needed_from=day_of(province.before(0)), why_unfit="现有目录没有逐次上门的记录。",
    )  # fmt: skip
    return made.title


def _dispute(province: Province) -> str:
    """A refusal that the tour's person disputes; the provider has offered words that his head may agree to."""
    by = province.handler("mz")
    refused = ShareRequest.objects.filter(requester=by.department, status="PARTLY_APPROVED")
    case = disputes.raise_dispute(
        subject=refused.select_related("provider").earliest("id"), by=by, now=province.before(4),
        claim="没有答应的信息项是认定财产价值所必需，请求提供，或提供能够替代的区间。",
    )  # fmt: skip
    slug = next(slug for slug, department in province.departments.items() if department == case.respondent)
    disputes.state(
        dispute=case, by=province.handler(slug), now=province.before(3), text="交易价格涉及商业秘密，原值不宜提供。"
    )
    disputes.offer(
        dispute=case, by=province.handler(slug), now=province.before(1),
        text="不提供原值，按 50 万元一档提供价格区间；申请部门据此重新申请。",
    )  # fmt: skip
    return f"{case.respondent.short_name}已提出协商意见"


def _phrase(province: Province) -> str:
    """What the sides of a case say to each other most often."""
    handler = next(person for (_, role), person in province.people.items() if role == "AUTHORITY_HANDLER")
    for title, text in stories.PHRASES:
        messages.keep_template(title=title, text=text, by=handler, now=province.before(90))
    return f"{len(stories.PHRASES)} 条"


def _agree(province: Province) -> str:
    """The next version of the pledge, which begins next month: until then the one in force holds."""
    text = (
        "一、申请内容真实、合法、必要。\n二、获得的数据只用于申请写明的业务，不扩大范围，不提供第三方。\n"
        "三、按申请写明的方式处置数据，到期出具处置证明。\n四、接受提供部门和主管部门对使用情况的检查。"
    )
    head = next(person for (_, role), person in province.people.items() if role == "AUTHORITY_HEAD")
    made = agreements.publish(
        title="政务数据使用承诺", text=text, valid_from=day_of(province.now) + timedelta(days=30), by=head,
        now=province.now,
    )  # fmt: skip
    return f"第 {made.number} 版"


def _supervise(province: Province) -> str:
    """The case that the tour's department has let run out: the authority orders it to answer, in three days from now."""
    now, sj = province.before(1), province.person("sj", "AUTHORITY_HEAD")
    mine = province.departments["mz"].pk
    late = orders.overdue(sj.department.pk, today=day_of(now)).filter(clock="REPLY", responsible_ids__contains=[mine])
    order = supervision.issue(
        deadline=late.earliest("due_on"), by=sj, now=now,
        due_on=add_workdays(day_of(province.now), 3, province.calendar),
        demand="申请已逾期。请三个工作日内依法答复，并说明逾期的原因；逾期不视为同意。",
    )  # fmt: skip
    return order.number


def _issue_keys(province: Province) -> None:
    """The two keys that the tour's curl lines use: one takes data, the other also files applications."""
    by = province.handler("mz")
    for kind, label, name in (
        (ApiClientKind.SYSTEM, "密钥（业务系统）", "社会救助信息系统"),
        (ApiClientKind.PERSON, "密钥（个人）", f"{by.name}的脚本"),
    ):
        _, key = accounts.issue_api_client(
            by=by, now=province.now, name=name, purpose="演示", kind=kind, expires_at=province.now + timedelta(days=90)
        )
        province.accounts.append(Account(label, by.department.short_name, name, "Bearer", key))
