"""What is asked before an entry may be published: is it secret, and what does it do to the people in it.

保密评估 is asked of every entry (50号 Art 2), 个人信息保护影响评估 of those that hold personal information
(个人信息保护法 Art 55, 56). An assessment stands for the items it was made of: other items need another one.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.resources.contents import Fault
from catalog.resources.models import Assessment, DataItem, DataResource, Grade
from gdshare.lib.errors import Invalid
from gdshare.rules.profiles import Citation

Kind = Assessment.Kind
PERSON = "PERSON"
"""The 数据分类 of data about people."""


@dataclass(frozen=True)
class Question:
    """One line of a checklist; `stops` is the answer with which an entry may not be registered."""

    code: str
    text: str
    stops: bool | None


CHECKLISTS: Mapping[str, tuple[Question, ...]] = {
    Kind.SECRECY: (
        Question("classified", "含有已经定密的国家秘密事项", True),
        Question("aggregated", "与其他数据汇聚、关联后可能涉及国家秘密", True),
        Question("work_secret", "含有工作秘密，或者公开后会妨碍正常履行职责的内容", True),
    ),
    Kind.PERSONAL: (
        Question("personal", "含有个人信息", None),
        Question("sensitive", "含有敏感个人信息（生物识别、医疗健康、金融账户、行踪、未成年人等）", None),
        Question("lawful", "处理目的、处理方式合法、正当、必要", False),
        Question("risk", "对个人权益的影响和安全风险可以接受", False),
        Question("measures", "采取的保护措施（分级、脱敏、逐条核验）合法、有效并与风险程度相适应", False),
    ),
}
NO_SECRETS = {question.code: False for question in CHECKLISTS[Kind.SECRECY]}
MEASURES_IN_PLACE = {"personal": True, "sensitive": True, "lawful": True, "risk": True, "measures": True}
"""What one declares of a batch: the careful reading of what is in it, and that it is protected."""


def judge(kind: str, answers: Mapping[str, Any]) -> tuple[dict[str, bool], str]:
    """(the answers, the conclusion). Every question must be answered; where there is no personal information, nothing
    more is asked.
    """
    if kind not in CHECKLISTS:
        raise Invalid("没有这种评估。", remedy="请选择保密评估或个人信息保护评估。")
    questions = CHECKLISTS[kind]
    if kind == Kind.PERSONAL and answers.get("personal") is False:
        return {"personal": False}, Assessment.Conclusion.CLEAR
    open_ones = [question.text for question in questions if not isinstance(answers.get(question.code), bool)]
    if open_ones:
        raise Invalid(
            f"{Kind(kind).label}还有 {len(open_ones)} 项没有回答：{'；'.join(open_ones)}。",
            code="ASSESSMENT_INCOMPLETE",
            remedy="请逐项选择“是”或“否”。",
        )
    given = {question.code: bool(answers[question.code]) for question in questions}
    is_stopped = any(given[question.code] is question.stops for question in questions)
    return given, Assessment.Conclusion.STOPPED if is_stopped else Assessment.Conclusion.CLEAR


def digest_of(names: Iterable[str]) -> str:
    """What the items are, as an assessment remembers them: their names, whatever their order."""
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()


def personal_items(resource: DataResource, items: Iterable[DataItem]) -> list[str]:
    """Names of the items that speak of people, by their grade; for 个人数据, of all of them."""
    is_about_people = resource.data_category is not None and resource.data_category.code == PERSON
    return [item.name for item in items if is_about_people or item.grade >= Grade.L3]


@dataclass(frozen=True)
class Standing:
    """The newest assessment of one kind for the items as they are now, and whether an older one was for others."""

    kind: str
    assessment: Assessment | None
    is_outdated: bool

    @property
    def is_clear(self) -> bool:
        return self.assessment is not None and self.assessment.conclusion == Assessment.Conclusion.CLEAR


def standings(resource: DataResource, items: Iterable[DataItem]) -> dict[str, Standing]:
    """How the entry stands to each kind of assessment. One query."""
    digest = digest_of(item.name for item in items)
    newest: dict[str, Assessment] = {}
    kinds = set()
    links = resource.assessments.select_related("assessment__made_by").order_by("assessment__made_at", "pk")
    for link in links:
        kinds.add(link.assessment.kind)
        if link.items_digest == digest:
            newest[link.assessment.kind] = link.assessment
    return {
        kind.value: Standing(kind.value, newest.get(kind.value), kind.value in kinds and kind.value not in newest)
        for kind in Kind
    }


def faults(resource: DataResource, items: list[DataItem], *, cite: Mapping[str, str]) -> list[Fault]:
    """Which assessments still stand in the way of submission."""
    stand = standings(resource, items)
    found = []
    secrecy = stand[Kind.SECRECY]
    if secrecy.assessment is not None and not secrecy.is_clear:
        found.append(
            Fault(
                "assessments",
                f"保密评估认为本资源涉及国家秘密或工作秘密，不得在本平台登记（{cite[Citation.UNCLASSIFIED]}）。",
                "请按保密规定处理；评估有误的，请重新评估。",
            )
        )
    elif secrecy.assessment is None and not resource.is_declared_non_secret:
        again = "信息项有变化，原来的保密评估不再适用" if secrecy.is_outdated else "没有声明不涉及国家秘密"
        found.append(
            Fault(
                "is_declared_non_secret",
                f"{again}（{cite[Citation.UNCLASSIFIED]}）。",
                "请核实后完成保密评估；涉密数据不得在本平台登记。",
            )
        )
    people = personal_items(resource, items)
    personal = stand[Kind.PERSONAL]
    article = cite[Citation.PERSONAL_INFORMATION]
    if personal.assessment is not None and not personal.is_clear:
        found.append(
            Fault("assessments", f"个人信息保护评估没有通过，不得发布（{article}）。", "请补足保护措施后重新评估。")
        )
    elif people and personal.assessment is None:
        named = "、".join(f"“{name}”" for name in people[:3])
        why = "信息项有变化，原来的个人信息保护评估不再适用" if personal.is_outdated else "没有做个人信息保护评估"
        found.append(
            Fault(
                "assessments",
                f"信息项{named}等 {len(people)} 项可能涉及个人信息，{why}（{article}）。",
                "请逐项完成个人信息保护评估；导入的条目可在编目供给中批量评估。",
            )
        )
    return found
