"""From the records of a stranger's sheet to entries of ours: which word means what, and every fault with its place.
Nothing is written here.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from catalog.resources import contents, own_reading, words
from catalog.resources.item_reading import ItemReader, Remembered, spoken
from catalog.resources.models import DataResource, OpenType, ResourceKind, ShareType, UpdateCycle
from catalog.resources.opening import Source, unreadable
from catalog.resources.rows import Group, ImportFault, Row, volume_of
from catalog.taxonomy.models import TermKind
from catalog.taxonomy.queries import Vocabulary
from gdshare.lib import sheets
from gdshare.lib.codes import uscc_fault
from gdshare.rules.profiles import Citation

DATE = re.compile(r"^\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_BLANKS = re.compile(r"\s+")
TEXT_ELEMENTS = ("name", "abstract", "internal_unit", "information_system", "business_matter", "share_scope",
                 "share_purposes", "share_conditions", "legal_basis", "responsible_person", "use_conditions",
                 "update_deadline")  # fmt: skip


@dataclass
class Draft:
    """An entry as the sheet gives it: only the fields that the sheet speaks of."""

    row: int
    values: dict[str, Any]
    items: list[dict[str, Any]] | None
    faults: list[ImportFault] = field(default_factory=list)
    url: str = ""
    spoken: frozenset[str] = frozenset()
    """Fields of the items that the sheet speaks of; the others stay as a person set them."""

    theme_word: str = ""
    key_column: str = ""
    """Where the code, or the name, stands."""

    platform_code: str = ""
    """Our own code, in a sheet that the platform gave out."""

    resource: DataResource | None = None
    """The entry made of it, once it is written."""

    def digest(self) -> bytes:
        """Two rows that say the same have the same digest. Under which theme they are listed does not count: a portal
        that lists a dataset under two themes exports it twice.
        """
        values = sorted((name, str(value)) for name, value in self.values.items() if name not in ("theme", "tags"))
        tags = [tag for tag in self.values.get("tags", []) if tag != self.theme_word]
        facts = repr((values, tags, self.items, self.url))
        return hashlib.blake2b(facts.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Reader:
    """Reads one file. Holds the dictionaries and counts the defaults it had to take."""

    def __init__(
        self, source: Source, vocabulary: Vocabulary, department: Any, known_usccs: Mapping[str, str],
        cite: Mapping[str, str],
    ) -> None:  # fmt: skip
        self.source = source
        self.vocabulary = Remembered(vocabulary)
        self.department = department
        self.own_names = {department.name, department.short_name, *department.aliases}
        self.known_usccs = known_usccs
        self.cite = cite
        self.notes: dict[str, int] = {}
        self.items = ItemReader(self.vocabulary, self.notes, is_exact=source.is_exact)

    def drafts(self) -> Iterator[Draft]:
        """Every entry of the file, in order."""
        unit = "行"
        for group in self.source.groups():
            if isinstance(group, sheets.Record):
                yield Draft(group.number, {}, None, [unreadable(group, unit)])
                continue
            unit = group[0].sheet.unit
            yield self._draft(group)

    def note(self, words_: str) -> None:
        self.notes[words_] = self.notes.get(words_, 0) + 1

    def _draft(self, group: Group) -> Draft:
        row = group[0]
        values: dict[str, Any] = {}
        faults: list[ImportFault] = []
        for element in TEXT_ELEMENTS:
            if element in row.columns:
                values[element] = row.text(element)
        if not values.get("name"):
            faults.append(row.fault("name", "没有资源名称。", "请填写资源名称，或删去这一行。"))
        self._identity(row, values, faults)
        if self.source.is_exact:
            own_reading.read(self, row, values, faults)
        else:
            self._loosely(row, values, faults)
        items = self.items.read(group, values, faults)
        draft = Draft(row.record.number, values, items, faults, row.text("source_url"))
        draft.theme_word = row.text("theme")[:60]
        draft.platform_code = row.text("platform_code")
        draft.key_column = row.column("external_code" if values.get("external_code") else "name")
        if self.source.urls_are_keys and draft.url and not values.get("external_code"):
            values["external_code"] = _code_of(draft.url)
        if not faults:
            self._check(row, draft)
        return draft

    def _loosely(self, row: Row, values: dict[str, Any], faults: list[ImportFault]) -> None:
        """A stranger's sheet: what it leaves out is set by rule and noted."""
        values["name"] = _BLANKS.sub(" ", values.get("name", ""))
        if not values.get("abstract"):
            values["abstract"] = values["name"]
            self.note("没有摘要，暂以名称代替")
        provider = row.text("provider_name")
        if provider and not values.get("internal_unit") and provider not in self.own_names:
            values["internal_unit"] = provider
        self._sharing(row, values, faults)
        self._classification(row, values, faults)
        self._rest(row, values, faults)

    def _identity(self, row: Row, values: dict[str, Any], faults: list[ImportFault]) -> None:
        code = row.text("external_code")
        if len(code) > 120:
            faults.append(row.fault("external_code", f"代码最长 120 个字符，现有 {len(code)} 个。", "请核对代码列。"))
        elif code:
            values["external_code"] = code
        if "source_url" in row.columns:
            values["source_url"] = row.text("source_url")
        uscc = row.text("provider_code").upper()
        if uscc:
            reason = uscc_fault(uscc)
            if reason:
                faults.append(row.fault("provider_code", f"提供方代码有误：{reason}。", "请核对统一社会信用代码。"))
            elif uscc not in self.known_usccs:
                faults.append(
                    row.fault("provider_code", f"平台上没有代码为 {uscc} 的部门。", "请先登记该部门，或核对代码。")
                )
            elif uscc != self.department.uscc:
                name = self.known_usccs[uscc]
                faults.append(row.fault("provider_code", f"这一条属于“{name}”，不属于{self.department.short_name}。",
                                        f"请由“{name}”导入。"))  # fmt: skip
        secret = row.word("is_secret")
        if secret in ("否", "非涉密", "不涉密", "0") or secret.startswith("非涉密"):
            values["is_declared_non_secret"] = True
        elif words.is_yes(secret) or secret.startswith("涉密"):
            faults.append(
                row.fault(
                    "is_secret",
                    f"涉密数据不得在本平台登记（{self.cite[Citation.UNCLASSIFIED]}）。",
                    "请删去这一行，按保密规定处理。",
                )
            )

    def _sharing(self, row: Row, values: dict[str, Any], faults: list[ImportFault]) -> None:
        word, open_word = row.word("share_type"), row.word("openness")
        if "share_type" in row.columns and word:
            values["share_type"] = words.share_type(word)
            if not values["share_type"]:
                faults.append(
                    row.fault("share_type", f"共享类型“{word}”不认识。", "请填写无条件共享、有条件共享或不予共享。")
                )
        if open_word:
            open_type, implied = words.openness(open_word)
            values["open_type"] = open_type
            if (open_type == OpenType.OPEN and implied == ShareType.CONDITIONAL) or "开放" not in open_word:
                values["open_conditions"] = open_word
            if not word:
                values["share_type"] = implied
                self.note(f"没有共享类型，按“{open_word[:20]}”定为{ShareType(implied).label}")
            elif values.get("share_type") == ShareType.NOT_SHARED and open_type == OpenType.OPEN:
                self.note("标为不予共享，却向社会开放：请核对共享类型")
        elif not word:
            values["share_type"] = ShareType.UNCONDITIONAL.value
            self.note(f"没有共享类型和依据，定为无条件共享（{self.cite[Citation.CONDITIONAL_BASIS]}）")
        if "open_flag" in row.columns:
            values["open_type"] = OpenType.OPEN if words.is_yes(row.text("open_flag")) else OpenType.NOT_OPEN
            if "open_conditions" in row.columns:
                values["open_conditions"] = row.text("open_conditions")
        both = row.text("conditions_or_basis")
        if both and values.get("share_type") == ShareType.NOT_SHARED:
            values["legal_basis"] = both
        elif both and values.get("share_type") == ShareType.CONDITIONAL:
            values["share_conditions"] = both
        if contents.INTERNAL_RULE.search(values.get("legal_basis", "")):
            element = "legal_basis" if row.text("legal_basis") else "conditions_or_basis"
            faults.append(
                row.fault(element, "内部管理规定不能作为有条件共享或不予共享的依据"
                                   f"（{self.cite[Citation.INTERNAL_RULES]}）。",
                          "请写明法律、法规或规章的名称和条款；没有的，应为无条件共享。")
            )  # fmt: skip

    def _classification(self, row: Row, values: dict[str, Any], faults: list[ImportFault]) -> None:
        theme = row.text("theme")
        candidates = [theme, *re.split(r"[,，]", theme)] if theme else []
        term = next((found for word in candidates if (found := self.vocabulary.term(TermKind.THEME, word))), None)
        if term is not None:
            values["theme"] = term
        elif theme:
            values["tags"] = [theme[:60]]
            self.note(f"主题“{theme[:20]}”不在字典里，记为标签")
        kind = words.kind(row.word("kind"))
        library = row.word("base_library")
        found = self.vocabulary.term(TermKind.BASE_LIBRARY, library) if library else None
        if found is not None:
            values["base_library"] = found
            values["kind"] = ResourceKind.BASE.value
        elif library:
            faults.append(row.fault("base_library", f"基础库“{library}”不认识。",
                                    self.vocabulary.known_words(TermKind.BASE_LIBRARY)))  # fmt: skip
        elif kind:
            values["kind"] = kind
        cycle = row.text("update_cycle")
        if cycle:
            values["update_cycle"] = self.vocabulary.code(TermKind.UPDATE_CYCLE, cycle)
            if not values["update_cycle"]:
                faults.append(row.fault("update_cycle", f"更新周期“{cycle}”不认识。",
                                        self.vocabulary.known_words(TermKind.UPDATE_CYCLE)))  # fmt: skip
        else:
            values["update_cycle"] = UpdateCycle.IRREGULAR.value
            self.note("没有更新周期，暂定为不定期")
        self._formats(row, values)

    def _formats(self, row: Row, values: dict[str, Any]) -> None:
        category, kind = row.text("format_category"), row.text("format_type")
        parts = _formats_in(row.raw("formats"))
        if not category and parts:
            category = parts[0]
        if not kind:
            is_type = [
                not part.isdecimal() and not self.vocabulary.term(TermKind.FORMAT_CATEGORY, part) for part in parts
            ]
            kind = "、".join(part for part, keeps in zip(parts, is_type, strict=True) if keeps)
        term = self.vocabulary.term(TermKind.FORMAT_CATEGORY, category)
        if term is None:
            found = self.vocabulary.term(TermKind.FORMAT_TYPE, category or kind)
            term = found.parent if found else None
        if category or kind:
            values["format_category"] = term.name if term else ("" if category.isdecimal() else category[:30])
            values["format_type"] = kind[:60]
        modes = [self.vocabulary.code(TermKind.SHARE_MODE, word) for element in ("share_mode", "share_mode_category")
                 for word in re.split(r"[、,，;；|/\s]+", row.text(element)) if word]  # fmt: skip
        channel = row.text("share_mode_category")
        if channel:
            values["share_channel"] = channel[:60]
        known = [mode for mode in dict.fromkeys(modes) if mode]
        if known:
            values["share_modes"] = known
        elif term is not None:
            values["share_modes"] = ["API"] if term.code == "API" else ["FILE"]

    def _rest(self, row: Row, values: dict[str, Any], faults: list[ImportFault]) -> None:
        contact = " ".join(part for part in (row.text("phone"), row.text("email")) if part)
        if "phone" in row.columns or "email" in row.columns:
            values["contact"] = contact[:100]
        tags = [tag for tag in re.split(r"[,，、;；|\s]+", row.text("tags")) if tag and tag != "_"]
        if tags or "tags" in values:
            values["tags"] = list(dict.fromkeys([*values.get("tags", []), *(tag[:60] for tag in tags)]))[:60]
        if row.text("related_codes"):
            values["related_codes"] = row.text("related_codes")
        volume = volume_of(row)
        if volume is not None:
            values["declared_volume"] = volume
        network = row.text("network")
        if network:
            term = self.vocabulary.term(TermKind.NETWORK, network)
            values["network"] = term.name if term else network[:30]
        published = row.text("published_on")
        found = DATE.match(published)
        if found and not _is_date(*map(int, found.groups())):
            faults.append(row.fault("published_on", f"“{published}”不是存在的日期。", "请按 2026-03-05 的样子填写。"))

    def _check(self, row: Row, draft: Draft) -> None:
        """The same checks as the form's; their faults get the sheet's places."""
        cleaned, faults = contents.clean_values(draft.values, is_new=False, cite=self.cite)
        draft.values = cleaned
        if draft.items is not None:
            draft.spoken = spoken(row.columns, draft.items, is_exact=self.source.is_exact)
            draft.items, item_faults = contents.clean_items(draft.items, cite=self.cite)
            faults += item_faults
        for fault in faults:
            element = (
                fault.field if fault.item is None else {"name": "item_name"}.get(fault.field, f"item_{fault.field}")
            )
            draft.faults.append(row.fault(element, fault.message, fault.remedy, fault.value))


def _code_of(url: str) -> str:
    """A page's address as a code; a long one by its digest."""
    return url if len(url) <= 120 else "url-" + hashlib.sha256(url.encode()).hexdigest()[:40]


def _formats_in(raw: Any) -> list[str]:
    """['xls', 'csv'] as a list or as its Python text, «数据库-mysql», «数据集 文件集 API服务»."""
    if isinstance(raw, list):
        return [str(part).strip().lower() for part in raw if str(part).strip()]
    text = str(raw or "").strip()
    return [part for part in re.split(r"[\[\]'\"\s,，、;；\-]+", text.lower()) if part and part not in words.EMPTY]


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
