"""Catalog entries in any state, brought there by the real actions."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any

from catalog.resources import actions, assessing
from catalog.resources.models import DataResource
from tests.cast import Cast

COMPILED_AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
_numbers = count(1)

ITEMS = (
    {"name": "不动产单元号", "identifier": "bdcdyh", "length": 28, "grade": 2, "is_key": True},
    {"name": "权利类型", "identifier": "qllx", "length": 2, "grade": 1},
    {"name": "权利人姓名", "identifier": "qlrxm", "length": 100, "grade": 3},
    {"name": "权利人身份证号", "identifier": "qlrsfzh", "length": 18, "grade": 4},
    {"name": "建筑面积", "identifier": "jzmj", "data_type": "N", "length": 10, "scale": 2, "grade": 1},
    {"name": "登记日期", "identifier": "djrq", "data_type": "D", "grade": 1},
)


def resource_values(share_type: str = "UNCONDITIONAL", **values: Any) -> dict[str, Any]:
    """Complete values of an entry of this share type; override what the test is about."""
    number = next(_numbers)
    basis = {} if share_type == "UNCONDITIONAL" else {"legal_basis": "《不动产登记暂行条例》第二十七条"}
    conditions = {"share_conditions": "限社会救助财产核验"} if share_type == "CONDITIONAL" else {}
    return {
        "name": f"不动产登记信息{number}",
        "abstract": "全省不动产登记簿记载的权利信息。",
        "share_type": share_type,
        "update_cycle": "DAILY",
        "format_category": "数据库",
        "format_type": "postgresql",
        "share_modes": ["API", "FILE"],
        "is_declared_non_secret": True,
        **basis,
        **conditions,
        **values,
    }


def draft_resource(
    cast: Cast, *, share_type: str = "UNCONDITIONAL", items: Iterable[Mapping[str, Any]] | None = None,
    by: Any = None, is_assessed: bool = True, **values: Any,
) -> DataResource:  # fmt: skip
    """A draft of 省自然资源厅, compiled by li; where its items speak of people, assessed."""
    by = by or cast.li
    resource = actions.create_resource(
        by=by, now=COMPILED_AT, values=resource_values(share_type, **values),
        items=[dict(item) for item in (ITEMS if items is None else items)],
    )  # fmt: skip
    if is_assessed and assessing.personal_items(resource, actions.current_items(resource)):
        answers = assessing.MEASURES_IN_PLACE
        actions.assess(resources=[resource], kind="PERSONAL", answers=answers, by=by, now=COMPILED_AT)
    return resource


def submitted_resource(cast: Cast, **options: Any) -> DataResource:
    """Waiting for zhou, the office head."""
    return actions.submit(resource=draft_resource(cast, **options), by=options.get("by") or cast.li, now=COMPILED_AT)


def approved_resource(cast: Cast, *, head: Any = None, **options: Any) -> DataResource:
    """Waiting for the authority."""
    return actions.approve(resource=submitted_resource(cast, **options), by=head or cast.zhou, now=COMPILED_AT)


def published_resource(
    cast: Cast, *, share_type: str = "UNCONDITIONAL", items: Iterable[Mapping[str, Any]] | None = None,
    head: Any = None, **values: Any,
) -> DataResource:  # fmt: skip
    """Listed. Compiled by li, consented to by zhou, published by liang (another provider: pass `by` and `head`)."""
    resource = approved_resource(cast, share_type=share_type, items=items, head=head, **values)
    return actions.publish(resource=resource, by=cast.liang, now=COMPILED_AT)


def revised_resource(cast: Cast, *, resource: DataResource | None = None, **values: Any) -> DataResource:
    """A working copy (修订稿), opened by li, of a published entry."""
    entry = resource or published_resource(cast, **values)
    return actions.revise(resource=entry, by=cast.li, now=COMPILED_AT)


def assessed_again(cast: Cast, copy: DataResource, *, now: datetime = COMPILED_AT) -> None:
    """Assessed anew where its items are no longer those that were assessed."""
    answers = {"SECRECY": assessing.NO_SECRETS, "PERSONAL": assessing.MEASURES_IN_PLACE}
    for kind, standing in assessing.standings(copy, actions.current_items(copy)).items():
        if standing.is_outdated:
            actions.assess(resources=[copy], kind=kind, answers=answers[kind], by=cast.li, now=now)


def publish_again(cast: Cast, copy: DataResource, *, now: datetime = COMPILED_AT, **options: Any) -> DataResource:
    """A working copy through both consents; the entry comes back."""
    assessed_again(cast, copy, now=now)
    actions.submit(resource=copy, by=cast.li, now=now)
    actions.approve(resource=copy, by=cast.zhou, now=now)
    return actions.publish(resource=copy, by=cast.liang, now=now, **options)
