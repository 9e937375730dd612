"""Whether an entry's 依据 carries its share type under a rule profile on a day (50号 Art 16-18; 条例 Art 14-15), and
whether its conditions say anything that can be checked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from catalog.laws.models import LegalText
from catalog.laws.queries import Register
from catalog.resources.contents import Fault
from catalog.resources.models import DataItem, DataResource, ResourceBasis, ShareType
from gdshare.rules.bases import cited
from gdshare.rules.profiles import BASIS_LEVEL_LABELS, BasisLevel, Profile


@dataclass(frozen=True)
class Weighed:
    """One cited text: what it is in the register, and why it does not carry; `weakness` is empty when it does."""

    words: str
    article: str
    text: LegalText | None
    weakness: str


def weigh(basis: str, share_type: str, *, levels: Iterable[BasisLevel], register: Register, day: date) -> list[Weighed]:
    """Every text that `basis` cites, judged for this share type."""
    found = []
    for one in cited(basis):
        text = register.find(one)
        words = f"《{text.title}》" if text else one.words
        found.append(Weighed(words, one.article, text, _weakness(words, text, share_type, tuple(levels), day)))
    return found


def _weakness(words: str, text: LegalText | None, share_type: str, levels: tuple[BasisLevel, ...], day: date) -> str:
    if text is None:
        return f"{words}不在法规库里"
    if text.in_force_to is not None and text.in_force_to < day:
        return f"{words}已于 {text.in_force_to} 失效"
    if day < text.in_force_from:
        return f"{words}到 {text.in_force_from} 才施行"
    if levels and text.level not in levels:
        return f"{words}是{text.get_level_display()}，不能作为{ShareType(share_type).label}的依据"
    return ""


def share_types_to_carry(resource: DataResource, items: Iterable[DataItem]) -> list[str]:
    """有条件 and 不予, where the entry or one of its items is so."""
    found = {resource.share_type, *(item.share_type for item in items if item.share_type)}
    return [kind.value for kind in (ShareType.CONDITIONAL, ShareType.NOT_SHARED) if kind.value in found]


def faults(
    resource: DataResource, items: Iterable[DataItem], *, profile: Profile, register: Register, day: date
) -> list[Fault]:
    """What is wrong with the basis under `profile`: none where one is asked, or none of its texts carries."""
    wanting = [kind for kind in share_types_to_carry(resource, items) if profile.basis_levels(kind)]
    if wanting and not resource.legal_basis:
        words = "、".join(ShareType(kind).label for kind in wanting)
        articles = "、".join(dict.fromkeys(profile.basis_citation(kind) for kind in wanting))
        ask = f"请写明{_level_words(profile, wanting)}的名称和条款；没有依据的，应改为无条件共享。"
        return [Fault("legal_basis", f"{words}没有写明依据（{articles}）。", ask)]
    found = []
    for kind in wanting:
        levels = profile.basis_levels(kind)
        weighed = weigh(resource.legal_basis, kind, levels=levels, register=register, day=day)
        if any(not one.weakness for one in weighed):
            continue
        why = "；".join(one.weakness for one in weighed) or f"“{resource.legal_basis[:40]}”没有引用任何法规"
        found.append(
            Fault(
                "legal_basis",
                f"{ShareType(kind).label}的依据不成立（{profile.basis_citation(kind)}）：{why}。",
                f"请改用施行中的{_level_words(profile, [kind])}并写明条款；法规库里没有的，请主管部门登记；"
                "确无依据的，应改为无条件共享。",
                resource.legal_basis[:60],
            )
        )
    return found


def _level_words(profile: Profile, kinds: Iterable[str]) -> str:
    levels = [level for level in BasisLevel if any(level in profile.basis_levels(kind) for kind in kinds)]
    return "、".join(BASIS_LEVEL_LABELS[level] for level in levels)


def sync(resource: DataResource, register: Register) -> None:
    """Make the entry's rows what its 依据 says; unresolved citations have none."""
    wanted = [
        (position, text.pk, one.article)
        for position, one in enumerate(cited(resource.legal_basis), 1)
        if (text := register.find(one)) is not None
    ]
    existing = list(resource.bases.order_by("position").values_list("position", "text_id", "article"))
    if existing == wanted:
        return
    resource.bases.all().delete()
    ResourceBasis.objects.bulk_create(
        ResourceBasis(resource=resource, position=position, text_id=text_id, article=article)
        for position, text_id, article in wanted
    )


def vague(resource: DataResource, items: Iterable[DataItem], words: Iterable[str]) -> list[tuple[str, str]]:
    """(where, word) of conditions that leave the decision open: 视情况, 经领导同意; `words`: the authority's list."""
    known = list(words)
    places = [("共享条件", resource.share_conditions), ("使用条件", resource.use_conditions)]
    places += [(f"信息项“{item.name}”的使用条件", item.use_conditions) for item in items]
    return [(where, word) for where, text in places if text for word in known if word in text]
