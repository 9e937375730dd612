"""Compiling an entry: what it says and which items it has (50号 Art 8-9)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat

from audit import log
from catalog.laws.queries import Register
from catalog.libraries.models import ThematicLibrary
from catalog.resources import assessing, codes, contents, grounds, policies, readiness, workflow
from catalog.resources.models import Assessment, DataItem, DataResource, ResourceAssessment, ResourceSystem
from catalog.systems.models import InformationSystem
from catalog.taxonomy.models import Term, TermKind
from catalog.taxonomy.names import names_of
from gdshare.lib.clock import day_of
from gdshare.lib.errors import Conflict, Invalid
from gdshare.rules import queries as rules

TERM_FIELDS = {
    "theme": TermKind.THEME,
    "base_library": TermKind.BASE_LIBRARY,
    "data_category": TermKind.DATA_CATEGORY,
}


@transaction.atomic
def create_resource(
    *,
    by: Any,
    now: datetime,
    values: Mapping[str, Any],
    items: Iterable[Mapping[str, Any]],
    systems: Iterable[InformationSystem] = (),
) -> DataResource:
    """A new draft. `values` are fields of DataResource (terms as rows or codes; `provider` defaults to one's own
    department); `items` are fields of DataItem, everything but the name optional; `systems` are what it draws on.
    """
    given = {**values, "provider": values.get("provider") or by.acting.department}
    policies.create_resource(by, given["provider"]).enforce()
    cite = rules.citations_in_force(day_of(now))
    cleaned, faults = contents.clean_values(given, is_new=True, cite=cite)
    cleaned_items, item_faults = contents.clean_items(list(items), cite=cite)
    faults += [*_terms(cleaned), *_library(cleaned, given["provider"]), *_national_code(cleaned), *item_faults]
    contents.refuse([*faults, *_basic(cleaned, cleaned_items, cite)])
    resource = DataResource(**cleaned, created_at=now, created_by=by, updated_at=now)
    resource.region = resource.region or given["provider"].region
    resource.code = codes.take(codes.prefix_of(resource))[0]
    contents.summarise(resource, cleaned_items)
    resource.save()
    if resource.legal_basis:
        grounds.sync(resource, Register.load())
    DataItem.objects.bulk_create(
        DataItem(resource=resource, position=position, **item) for position, item in enumerate(cleaned_items, 1)
    )
    _set_systems(resource, systems)
    log.record("resource.create", by=by, at=now, subject=resource, items=len(cleaned_items))
    return resource


@transaction.atomic
def update_resource(
    *,
    resource: DataResource,
    by: Any,
    now: datetime,
    values: Mapping[str, Any],
    items: Iterable[Mapping[str, Any]] | None = None,
    systems: Iterable[InformationSystem] | None = None,
) -> DataResource:
    """Change a draft: the given fields, and items and systems when given (None leaves them). An item is the same when
    its id, else its name, else its identifier is.
    """
    locked = lock(resource)
    policies.update_resource(by, locked).enforce()
    updated = update(locked, by=by, now=now, values=values, items=items)
    if systems is not None:
        _set_systems(updated, systems)
    return updated


def update(
    locked: DataResource,
    *,
    by: Any,
    now: datetime,
    values: Mapping[str, Any],
    items: Iterable[Mapping[str, Any]] | None,
) -> DataResource:
    if locked.status != workflow.Status.DRAFT:
        label = workflow.LABELS[workflow.Status(locked.status)]
        raise Conflict(f"这条目录现在是“{label}”，不能修改。", remedy="已发布的请先修订；正在审核的请等待结果。")
    if "provider" in values and values["provider"] != locked.provider:
        raise Invalid("提供部门不能改。", remedy="请由正确的部门另行编制。")
    cite = rules.citations_in_force(day_of(now))
    cleaned, faults = contents.clean_values(values, is_new=False, cite=cite)
    given = list(items) if items is not None else []
    cleaned_items, item_faults = contents.clean_items(given, cite=cite)
    faults += [*_terms(cleaned, locked), *_library(cleaned, locked.provider, locked), *_national_code(cleaned, locked)]
    before = [_as_dict(item) for item in current_items(locked)]
    known = {name: getattr(locked, name) for name in ("base_library", "share_type")} | cleaned
    faults += [*item_faults, *_basic(known, cleaned_items if items is not None else before, cite)]
    contents.refuse(faults)
    changed = sorted(name for name, value in cleaned.items() if getattr(locked, name) != value)
    for name, value in cleaned.items():
        setattr(locked, name, value)
    if items is not None:
        _replace_items(locked, given, cleaned_items, now)
    locked.updated_at = now
    current = [_as_dict(item) for item in current_items(locked)] if items is not None else before
    if not values.get("is_declared_non_secret") and _are_others(before, current) and _was_assessed(locked):
        stand = assessing.standings(locked, current_items(locked))
        locked.is_declared_non_secret = stand[Assessment.Kind.SECRECY].is_clear
    contents.summarise(locked, current)
    locked.save()
    if "legal_basis" in changed:
        grounds.sync(locked, Register.load())
    log.record("resource.update", by=by, at=now, subject=locked, changed=changed, items=len(current))
    return locked


def current_items(resource: DataResource) -> list[DataItem]:
    """Items in use, in order."""
    return list(DataItem.objects.filter(resource=resource, retired_at=None).order_by("position", "id"))


def lock(resource: DataResource) -> DataResource:
    joined = ("provider__region", "theme", "base_library", "thematic_library", "data_category", "revises__provider")
    row = DataResource.objects.locked().select_related(*joined).filter(pk=resource.pk).first()
    if row is None:
        raise Conflict("这份修订稿已经发布或放弃。", remedy="请刷新页面，看最新状态。")
    return row


def _set_systems(resource: DataResource, systems: Iterable[InformationSystem]) -> None:
    """Link the entry to these systems and no others; a link that stays keeps its row."""
    wanted = {system.pk: system for system in systems}
    if any(system.department_id != resource.provider_id for system in wanted.values()):
        raise Invalid("来源系统不是提供部门的。", remedy="请只选提供部门登记的信息系统。")
    ResourceSystem.objects.filter(resource=resource).exclude(system__in=wanted).delete()
    ResourceSystem.objects.bulk_create(
        [ResourceSystem(resource=resource, system=system) for system in wanted.values()], ignore_conflicts=True
    )


def make_ready(locked: DataResource, *, by: Any, now: datetime) -> None:
    """Before it leaves the desk: its citations are read anew, a declaration is kept as an assessment, and whatever is
    missing refuses it.
    """
    if locked.legal_basis:
        grounds.sync(locked, Register.load())
    items = current_items(locked)
    if locked.is_declared_non_secret:
        keep_declaration(locked, items, by=by, now=now)
    contents.refuse(readiness.faults(locked, items, today=day_of(now)))


def keep_declaration(locked: DataResource, items: list[DataItem], *, by: Any, now: datetime) -> None:
    """«不涉及国家秘密和工作秘密», said in a form, a sheet or by REST, stands as an assessment of who submits it."""
    if assessing.standings(locked, items)[Assessment.Kind.SECRECY].assessment is not None:
        return
    assessment = Assessment.objects.create(
        kind=Assessment.Kind.SECRECY, department_id=locked.provider_id, answers=assessing.NO_SECRETS,
        conclusion=Assessment.Conclusion.CLEAR, is_declaration=True, made_at=now, made_by=as_user(by),
    )  # fmt: skip
    digest = assessing.digest_of(item.name for item in items)
    ResourceAssessment.objects.create(resource=locked, assessment=assessment, items_digest=digest)


def as_user(by: Any) -> Any:
    """The person, where it is one: a business system and the command line leave the column empty."""
    return by if getattr(by, "pk", None) and by._meta.model_name == "user" else None


def _are_others(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> bool:
    return {item["name"] for item in before} != {item["name"] for item in after}


def _was_assessed(resource: DataResource) -> bool:
    return resource.assessments.filter(assessment__kind=Assessment.Kind.SECRECY).exists()


def _basic(values: Mapping[str, Any], items: list[dict[str, Any]], cite: Mapping[str, str]) -> list[contents.Fault]:
    library = values.get("base_library")
    if not isinstance(library, Term):
        return []
    basic = sum(bool(item["is_basic"]) for item in items)
    words = f"“{library.name}”"
    return contents.basic_faults(library.code, values.get("share_type", ""), basic, len(items), cite=cite, name=words)


def _library(cleaned: dict[str, Any], provider: Any, current: DataResource | None = None) -> list[contents.Fault]:
    """Turn a thematic library's number into its row, in place. Only who leads or contributes puts entries there."""
    value = cleaned.get("thematic_library")
    if not value:
        if "thematic_library" in cleaned:
            cleaned["thematic_library"] = None
        return []
    library = value if isinstance(value, ThematicLibrary) else _named_library(str(value))
    cleaned["thematic_library"] = library
    if library is None:
        return [contents.Fault("thematic_library", "没有这个主题库。", "请从列出的主题库中选择。", str(value)[:60])]
    if current is not None and current.thematic_library_id == library.pk:
        return []
    if not ThematicLibrary.objects.open_to(provider.pk).filter(pk=library.pk).exists():
        why = f"{provider.short_name}不是主题库“{library.name}”的牵头部门或参与部门"
        why = why if library.is_active else f"主题库“{library.name}”已停用"
        return [contents.Fault("thematic_library", f"{why}。", "请由牵头部门报主管部门增加，或改选其他主题库。")]
    return []


def _named_library(word: str) -> ThematicLibrary | None:
    """By its number, as a form sends it, or by its name."""
    if word.isdecimal() and len(word) < 10:
        return ThematicLibrary.objects.filter(pk=int(word)).first()
    return ThematicLibrary.objects.filter(name=word).first()


def _national_code(cleaned: Mapping[str, Any], current: DataResource | None = None) -> list[contents.Fault]:
    code = cleaned.get("national_code")
    taken = DataResource.objects.filter(national_code=code, revises=None)
    if current is not None:
        taken = taken.exclude(pk=current.entry.pk)
    if not code or not taken.exists():
        return []
    return [
        contents.Fault("national_code", f"国家目录代码“{code}”已由另一条目录使用。", "请核对国家目录中的代码。", code)
    ]


def _terms(cleaned: dict[str, Any], current: DataResource | None = None) -> list[contents.Fault]:
    """Turn codes or names into terms, in place. A retired term stays where it is, but is not given out again."""
    faults = _cycle(cleaned, current)
    for name, kind in TERM_FIELDS.items():
        word = cleaned.get(name)
        if isinstance(word, Term):
            continue
        if name in cleaned and not word:
            cleaned[name] = None
        elif word:
            old = getattr(current, name, None)
            is_kept = old is not None and word in (old.code, old.name)
            cleaned[name] = old if is_kept else _term(kind, word)
            if cleaned[name] is None:
                label = contents.label_of(name)
                faults.append(
                    contents.Fault(name, f"{label}“{word}”不在字典里。", f"请从{label}中选择。", str(word)[:60])
                )
    return faults


def _term(kind: str, word: Any) -> Term | None:
    rows = Term.objects.filter(kind=kind, is_active=True)
    return rows.filter(code=word).first() or rows.filter(name=word).first()


def _cycle(cleaned: dict[str, Any], current: DataResource | None) -> list[contents.Fault]:
    """An 更新周期 is the code of a term."""
    word = cleaned.get("update_cycle")
    if "update_cycle" not in cleaned or (current is not None and word == current.update_cycle):
        return []
    term = _term(TermKind.UPDATE_CYCLE, word) if word else None
    if term is not None:
        cleaned["update_cycle"] = term.code
        return []
    allowed = "、".join(names_of(TermKind.UPDATE_CYCLE, active=True).values())
    message = f"更新周期“{word}”不在字典里。" if word else "没有填写更新周期。"
    return [contents.Fault("update_cycle", message, f"请填写以下之一：{allowed}。", str(word or "")[:60])]


def _as_dict(item: DataItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in contents.ITEM_FIELDS}


def _replace_items(
    resource: DataResource, given: list[Mapping[str, Any]], cleaned: list[dict[str, Any]], now: datetime
) -> None:
    """Make the items of a draft what was given. An item that was ever published is retired, not deleted: grants and
    applications point to it.
    """
    existing = current_items(resource)
    by_id = {item.pk: item for item in existing}
    by_name = {item.name: item for item in existing}
    by_identifier = {item.identifier: item for item in existing}
    pairs: list[tuple[DataItem | None, dict[str, Any]]] = []
    used: set[int] = set()
    for raw, item in zip(given, cleaned, strict=True):
        candidates = (
            by_id.get(int(raw.get("id") or 0)),
            by_name.get(item["name"]),
            by_identifier.get(item["identifier"]),
        )
        match = next((found for found in candidates if found is not None and found.pk not in used), None)
        if match is not None:
            used.add(match.pk)
            if not raw.get("identifier"):
                item["identifier"] = match.identifier
        pairs.append((match, item))
    gone = [item.pk for item in existing if item.pk not in used]
    if resource.revision:
        DataItem.objects.filter(pk__in=gone).update(retired_at=now)
    else:
        DataItem.objects.filter(pk__in=gone).delete()
    # Names may be swapped between items: step aside first, so that no moment has two of one name.
    DataItem.objects.filter(pk__in=used).update(
        name=Concat(Value("~"), F("id"), Value("~"), output_field=DataItem._meta.get_field("name")),
        identifier=Concat(Value("moving_"), F("id"), output_field=DataItem._meta.get_field("identifier")),
    )
    _free_identifiers(pairs)
    for position, (match, item) in enumerate(pairs, 1):
        target = match or DataItem(resource=resource)
        target.position = position
        for name, value in item.items():
            setattr(target, name, value)
        target.save()


def _free_identifiers(pairs: list[tuple[DataItem | None, dict[str, Any]]]) -> None:
    """A generated identifier gives way to one that an existing item already carries."""
    taken = {item["identifier"] for match, item in pairs if match is not None}
    for match, item in pairs:
        if match is None:
            if item["identifier"] in taken:
                item["identifier"] = contents.free_identifier(item["name"], taken)
            taken.add(item["identifier"])
