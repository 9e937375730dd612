"""What keeps a system from its certificate (目录编制情况证明). Pure: rows in, sentences out."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.census.models import Purpose
from catalog.resources.models import DataResource, ShareType
from catalog.resources.workflow import LABELS as ENTRY_LABELS
from catalog.resources.workflow import Status as EntryStatus
from catalog.systems.models import InformationSystem, Life, SystemPart
from catalog.systems.workflow import LABELS, Status

LIVES = {
    Purpose.PROJECT: (Life.PLANNED, Life.BUILDING),
    Purpose.ACCEPTANCE: (Life.BUILDING, Life.RUNNING),
}
COMPILED = (EntryStatus.AUTHORITY_AUDIT, EntryStatus.PUBLISHED)
"""Written to the end and consented to by the department's office head."""


@dataclass(frozen=True)
class Lack:
    """One thing that is missing, and what to do."""

    message: str
    remedy: str


def is_mountable(resource: DataResource) -> bool:
    """Whether data has to stand behind the entry: not where it is shared with nobody, nor where it has no items."""
    return resource.share_type != ShareType.NOT_SHARED and resource.item_count > 0


def is_mounted(resource: DataResource) -> bool:
    mount = getattr(resource, "mount", None)
    return mount is not None and mount.current_id is not None


def lacks(
    system: InformationSystem, parts: Iterable[SystemPart], entries: Iterable[DataResource], purpose: Purpose
) -> list[Lack]:
    """Everything that is missing for `purpose`. `parts` carry their `entry`, `entries` their `mount`."""
    found = []
    if system.status != Status.REGISTERED:
        label = LABELS[Status(system.status)]
        found.append(Lack(f"系统登记还是“{label}”。", "请办完登记：经办提交，负责人同意，主管部门核验。"))
    if system.life not in LIVES[purpose]:
        words = "、".join(life.label for life in LIVES[purpose])
        found.append(
            Lack(f"系统状态是“{system.get_life_display()}”，{purpose.label}证明只给{words}的系统。", "请核对系统状态。")
        )
    found += [
        Lack(f"{part.get_kind_display()}“{part.name}”没有对应的目录。", "请编制目录，并在本页对应到它。")
        for part in parts
        if getattr(part, "entry", None) is None
    ]
    for entry in entries:
        label = ENTRY_LABELS[EntryStatus(entry.status)]
        if purpose == Purpose.PROJECT:
            if entry.status not in COMPILED:
                found.append(Lack(f"《{entry.name}》还是“{label}”，没有编制完成。", "请提交，并由本部门负责人同意。"))
        elif entry.status != EntryStatus.PUBLISHED:
            found.append(Lack(f"《{entry.name}》是“{label}”，没有发布。", "请提交、同意，由主管部门审核发布。"))
        elif is_mountable(entry) and not is_mounted(entry):
            found.append(Lack(f"《{entry.name}》没有挂接数据。", "请在条目的“数据挂接”里上传数据。"))
    return found
