"""From the records of a stranger's sheet to entries of ours: which column is what, which word means what, and every
fault with its place. Nothing is written here.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO

from catalog.resources import contents, grading, mappings, words
from catalog.resources.models import OpenType, ResourceKind, ShareType, UpdateCycle
from catalog.taxonomy.models import TermKind
from catalog.taxonomy.queries import Vocabulary
from gdshare.lib import sheets
from gdshare.lib.codes import uscc_fault
from gdshare.lib.errors import Invalid
from gdshare.rules.profiles import Citation

MOST_RECORDS = 50_000
_DATE = re.compile(r"^\s*(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True)
class ImportFault:
    """One thing wrong in the sheet, as a person reads it."""

    row: int
    column: str
    value: str
    message: str
    remedy: str


@dataclass
class Draft:
    """An entry as the sheet gives it: only the fields that the sheet speaks of."""

    row: int
    values: dict[str, Any]
    items: list[dict[str, Any]] | None
    faults: list[ImportFault] = field(default_factory=list)
    url: str = ""
    gives_identifiers: bool = False
    """Whether the sheet itself names the items' identifiers; else ours stay as they are."""

    theme_word: str = ""
    key_column: str = ""
    """Where the code, or the name, stands."""

    def digest(self) -> str:
        """Two rows that say the same have the same digest. Under which theme they are listed does not count: a portal
        that lists a dataset under two themes exports it twice.
        """
        values = {name: value for name, value in self.values.items() if name not in ("theme", "tags")}
        tags = [tag for tag in self.values.get("tags", []) if tag != self.theme_word]
        facts = {"values": values, "tags": tags, "items": self.items, "url": self.url}
        return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


@dataclass
class Reading:
    """What the whole file gave."""

    drafts: list[Draft]
    notes: dict[str, int]
    """Defaults taken, in words, with how often."""
    unknown_heads: list[str]


class _Row:
    """A record seen through the file's columns."""

    def __init__(self, sheet: sheets.Sheet, record: sheets.Record, columns: Mapping[str, list[str]]) -> None:
        self.sheet, self.record, self.columns = sheet, record, columns

    def head(self, element: str) -> str:
        """The column that gives this element in this row (the first that is filled)."""
        heads = self.columns.get(element, [])
        return next(
            (head for head in heads if not words.is_empty(self.record.values.get(head))), heads[0] if heads else ""
        )

    def raw(self, element: str) -> Any:
        head = self.head(element)
        value = self.record.values.get(head) if head else None
        return None if not isinstance(value, list | dict) and words.is_empty(value) else value

    def text(self, element: str) -> str:
        value = self.raw(element)
        if value is None:
            return ""
        if isinstance(value, list | tuple):
            return "、".join(str(part) for part in value)
        return str(value).strip()

    def column(self, element: str) -> str:
        """B 列“资源名称”, or the member's name in a list of objects."""
        head = self.head(element)
        place = self.sheet.columns.get(head, "")
        return f"{place}“{head}”" if head else ""

    def fault(self, element: str, message: str, remedy: str, value: str = "") -> ImportFault:
        return ImportFault(
            self.record.number, self.column(element), (value or self.text(element))[:100], message, remedy
        )


class Reader:
    """Reads one file. Holds the dictionaries and counts the defaults it had to take."""

    def __init__(
        self, vocabulary: Vocabulary, department: Any, known_usccs: Mapping[str, str], cite: Mapping[str, str]
    ) -> None:
        self.vocabulary = vocabulary
        self.department = department
        self.known_usccs = known_usccs
        self.cite = cite
        self.notes: dict[str, int] = {}

    def read(self, file: BinaryIO, file_name: str) -> Reading:
        sheet = sheets.open_sheet(file, file_name, is_known=mappings.is_known, is_name=mappings.is_name)
        drafts: list[Draft] = []
        group: list[_Row] = []
        columns = mappings.columns_of(sheet.heads) if sheet.heads else {}
        seen_heads = set(sheet.heads)
        for count, record in enumerate(sheet.records, 1):
            if count > MOST_RECORDS:
                raise Invalid(
                    f"文件“{file_name}”超过 {MOST_RECORDS} 行。", code="TOO_LONG", remedy="请拆成几个文件分别导入。"
                )
            if record.fault:
                fault = ImportFault(
                    record.number, "", "", f"这一{sheet.unit}{record.fault}。", "请改正后重新导入这一行。"
                )
                drafts.append(Draft(record.number, {}, None, [fault]))
                continue
            new_heads = [head for head in record.values if head not in seen_heads]
            if new_heads:
                seen_heads.update(new_heads)
                columns = mappings.columns_of(list(seen_heads) if sheet.heads else _in_order(seen_heads, record))
            row = _Row(sheet, record, columns)
            if group and "item_name" in columns and _continues(group[0], row):
                group.append(row)
                continue
            if group:
                drafts.append(self._draft(group))
            group = [row]
        if group:
            drafts.append(self._draft(group))
        if not drafts:
            raise Invalid(f"文件“{file_name}”只有表头，没有一条目录。", code="EMPTY", remedy="请核对文件后重新上传。")
        if not any(
            "name" in draft.values or draft.faults[0].column for draft in drafts if draft.values or draft.faults
        ):
            raise Invalid(
                f"文件“{file_name}”里没有一条可以读懂的目录。", code="NO_RECORD",
                remedy="应有“资源名称”（或“标题”“数据集名称”）一项。", details={"faults": _plain(drafts)},
            )  # fmt: skip
        _settle_urls(drafts)
        return Reading(drafts, self.notes, sorted(head for head in seen_heads if head and not mappings.is_known(head)))

    def _known_words(self, kind: str) -> str:
        return f"请填写：{'、'.join(self.vocabulary.names(kind))}。"

    def note(self, words_: str) -> None:
        self.notes[words_] = self.notes.get(words_, 0) + 1

    def _draft(self, group: list[_Row]) -> Draft:
        row = group[0]
        values: dict[str, Any] = {}
        faults: list[ImportFault] = []
        for element in ("name", "abstract", "internal_unit", "information_system", "business_matter", "share_scope",
                        "share_purposes", "share_conditions", "legal_basis"):  # fmt: skip
            if element in row.columns:
                values[element] = row.text(element)
        values["name"] = _BLANKS.sub(" ", values.get("name", ""))
        if not values["name"]:
            faults.append(row.fault("name", "没有资源名称。", "请填写资源名称，或删去这一行。"))
        if not values.get("abstract"):
            values["abstract"] = values["name"]
            self.note("没有摘要，暂以名称代替")
        self._identity(row, values, faults)
        self._sharing(row, values, faults)
        self._classification(row, values, faults)
        self._rest(row, values, faults)
        items = self._items(group, values, faults)
        draft = Draft(row.record.number, values, items, faults, row.text("source_url"))
        draft.theme_word = row.text("theme")[:60]
        draft.key_column = row.column("external_code" if values.get("external_code") else "name")
        if not faults:
            self._check(row, draft)
        return draft

    def _identity(self, row: _Row, values: dict[str, Any], faults: list[ImportFault]) -> None:
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
        secret = row.text("is_secret")
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

    def _sharing(self, row: _Row, values: dict[str, Any], faults: list[ImportFault]) -> None:
        word, open_word = row.text("share_type"), row.text("openness")
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

    def _classification(self, row: _Row, values: dict[str, Any], faults: list[ImportFault]) -> None:
        theme = row.text("theme")
        candidates = [theme, *re.split(r"[,，]", theme)] if theme else []
        term = next((found for word in candidates if (found := self.vocabulary.term(TermKind.THEME, word))), None)
        if term is not None:
            values["theme"] = term
        elif theme:
            values["tags"] = [theme[:60]]
            self.note(f"主题“{theme[:20]}”不在字典里，记为标签")
        kind = words.kind(row.text("kind"))
        library = row.text("base_library")
        found = self.vocabulary.term(TermKind.BASE_LIBRARY, library) if library else None
        if found is not None:
            values["base_library"] = found
            values["kind"] = ResourceKind.BASE.value
        elif library:
            faults.append(row.fault("base_library", f"基础库“{library}”不认识。",
                                    self._known_words(TermKind.BASE_LIBRARY)))  # fmt: skip
        elif kind:
            values["kind"] = kind
        cycle = row.text("update_cycle")
        if cycle:
            values["update_cycle"] = self.vocabulary.code(TermKind.UPDATE_CYCLE, cycle)
            if not values["update_cycle"]:
                faults.append(row.fault("update_cycle", f"更新周期“{cycle}”不认识。",
                                        f"请填写：{'、'.join(UpdateCycle.labels)}。"))  # fmt: skip
        else:
            values["update_cycle"] = UpdateCycle.IRREGULAR.value
            self.note("没有更新周期，暂定为不定期")
        self._formats(row, values)

    def _formats(self, row: _Row, values: dict[str, Any]) -> None:
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
        known = [mode for mode in dict.fromkeys(modes) if mode]
        if known:
            values["share_modes"] = known
        elif term is not None:
            values["share_modes"] = ["API"] if term.code == "API" else ["FILE"]

    def _rest(self, row: _Row, values: dict[str, Any], faults: list[ImportFault]) -> None:
        contact = " ".join(part for part in (row.text("phone"), row.text("email")) if part)
        if "phone" in row.columns or "email" in row.columns:
            values["contact"] = contact[:100]
        tags = [tag for tag in re.split(r"[,，、;；|\s]+", row.text("tags")) if tag and tag != "_"]
        if tags or "tags" in values:
            values["tags"] = list(dict.fromkeys([*values.get("tags", []), *(tag[:60] for tag in tags)]))[:60]
        volume = re.sub(r"[,，\s]", "", row.text("declared_volume"))
        if volume.isdecimal() and len(volume) < 16:
            values["declared_volume"] = int(volume)
        network = row.text("network")
        if network:
            term = self.vocabulary.term(TermKind.NETWORK, network)
            values["network"] = term.name if term else network[:30]
        published = row.text("published_on")
        found = _DATE.match(published)
        if found and not _is_date(*map(int, found.groups())):
            faults.append(row.fault("published_on", f"“{published}”不是存在的日期。", "请按 2026-03-05 的样子填写。"))

    def _items(
        self, group: list[_Row], values: Mapping[str, Any], faults: list[ImportFault]
    ) -> list[dict[str, Any]] | None:
        row = group[0]
        if "item_name" in row.columns:
            return self._items_of_rows(group, values, faults)
        packed = row.raw("items")
        if packed is None:
            return None
        if isinstance(packed, list):
            names: Iterable[Any] = packed
        else:
            names = _split_items(str(packed))
        items: list[dict[str, Any]] = []
        seen: set[str] = set()
        for name in names:
            one = self._packed_item(name)
            if one["name"] and one["name"] not in seen:
                seen.add(one["name"])
                items.append(one)
            elif one["name"]:
                self.note("信息项重复，只记一次")
        return items

    def _packed_item(self, raw: Any) -> dict[str, Any]:
        if not isinstance(raw, Mapping):
            return _graded({"name": str(raw).strip()[:200]})
        item: dict[str, Any] = {}
        for head, value in raw.items():
            element = {"name": "item_name"}.get(mappings.element_of(head), mappings.element_of(head))
            if element == "item_name" or (element == "external_code" and "identifier" not in item):
                item["name" if element == "item_name" else "identifier"] = str(value or "").strip()
            elif element == "item_type" and not words.is_empty(value):
                item["data_type"] = self.vocabulary.code(TermKind.ITEM_TYPE, value) or "C"
            elif element == "item_length" and str(value).isdecimal():
                item["length"] = int(value)
        return _graded({"name": "", **item})

    def _items_of_rows(
        self, group: list[_Row], values: Mapping[str, Any], faults: list[ImportFault]
    ) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        seen: dict[str, int] = {}
        for row in group:
            name = row.text("item_name")
            if not name:
                continue
            if name in seen:
                faults.append(
                    row.fault("item_name", f"信息项“{name}”与第 {seen[name]} 行重复。", "请改名，或删去其中一行。")
                )
                continue
            seen[name] = row.record.number
            item: dict[str, Any] = {"name": name}
            if row.text("item_identifier"):
                item["identifier"] = row.text("item_identifier").lower()
            self._item_type(row, item, faults)
            share_word = row.text("item_share_type") or (row.text("share_type") if len(group) > 1 else "")
            share = words.share_type(share_word) if share_word else ""
            if share_word and not share:
                element = "item_share_type" if row.text("item_share_type") else "share_type"
                faults.append(
                    row.fault(element, f"共享类型“{share_word}”不认识。", "请填写无条件共享、有条件共享或不予共享。")
                )
            elif share and share != values.get("share_type"):
                item["share_type"] = share
            if row.text("item_description"):
                item["description"] = row.text("item_description")[:500]
            if words.is_yes(row.text("item_key")):
                item["is_key"] = True
            items.append(_graded(item))
        return items

    def _item_type(self, row: _Row, item: dict[str, Any], faults: list[ImportFault]) -> None:
        word = row.text("item_type")
        bracket = re.match(r"^(.+?)[（(](\d+)(?:\s*[,，]\s*(\d+))?[)）]$", word)
        if bracket:
            word, item["length"] = bracket[1], int(bracket[2])
            if bracket[3]:
                item["scale"] = int(bracket[3])
        if word:
            item["data_type"] = self.vocabulary.code(TermKind.ITEM_TYPE, word)
            if not item["data_type"]:
                faults.append(row.fault("item_type", f"数据类型“{word}”不认识。",
                                        self._known_words(TermKind.ITEM_TYPE)))  # fmt: skip
        length = row.text("item_length")
        if length:
            sizes = re.match(r"^(\d{1,9})(?:[,，.](\d{1,2}))?$", length)
            if sizes is None:
                faults.append(
                    row.fault("item_length", f"数据长度“{length}”不是数字。", "请填写整数，如 18；带小数位的写 10,2。")
                )
            else:
                item["length"] = int(sizes[1])
                if sizes[2] and int(sizes[2]):
                    item["scale"] = int(sizes[2])
        grade = row.text("item_grade").upper().removeprefix("L").removesuffix("级")
        if grade in {"1", "2", "3", "4"}:
            item["grade"] = int(grade)
        elif grade:
            faults.append(
                row.fault("item_grade", f"数据分级“{row.text('item_grade')}”不认识。", "请填写 L1、L2、L3 或 L4。")
            )

    def _check(self, row: _Row, draft: Draft) -> None:
        """The same checks as the form's; their faults get the sheet's places."""
        cleaned, faults = contents.clean_values(draft.values, is_new=False, cite=self.cite)
        draft.values = cleaned
        if draft.items is not None:
            draft.gives_identifiers = any(item.get("identifier") for item in draft.items)
            draft.items, item_faults = contents.clean_items(draft.items, cite=self.cite)
            faults += item_faults
        for fault in faults:
            element = (
                fault.field if fault.item is None else {"name": "item_name"}.get(fault.field, f"item_{fault.field}")
            )
            draft.faults.append(row.fault(element, fault.message, fault.remedy, fault.value))


def _graded(item: dict[str, Any]) -> dict[str, Any]:
    """An import never lowers what the name demands."""
    return item | {"grade": max(int(item.get("grade") or 1), grading.grade_of(item["name"]))}


def _in_order(heads: set[str], record: sheets.Record) -> list[str]:
    """Heads of a list of objects, in the order of the object at hand."""
    return [*record.values, *(head for head in heads if head not in record.values)]


def _continues(first: _Row, row: _Row) -> bool:
    """Whether the row is a further item of the entry above: its own cells merged away, or repeated."""
    name, code = row.text("name"), row.text("external_code")
    if not name:
        return not code or code == first.text("external_code")
    return name == first.text("name") and code == first.text("external_code") and bool(row.text("item_name"))


def _split_items(text: str) -> list[str]:
    for marks in (r"[|｜]", r"[、；;\n\r]+", r"[,，]"):
        if re.search(marks, text):
            return [part.strip() for part in re.split(marks, text) if part.strip()]
    return [text.strip()] if text.strip() else []


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


def _settle_urls(drafts: list[Draft]) -> None:
    """A page's address names a record only if no two different records share it (a crawl gave all rows one)."""
    names: dict[str, set[str]] = {}
    for draft in drafts:
        if draft.url:
            names.setdefault(draft.url, set()).add(draft.values.get("name", ""))
    is_key = names and all(len(found) == 1 for found in names.values())
    for draft in drafts:
        if is_key and draft.url and not draft.values.get("external_code"):
            is_short = len(draft.url) <= 120
            draft.values["external_code"] = (
                draft.url if is_short else "url-" + hashlib.sha256(draft.url.encode()).hexdigest()[:40]
            )


def _plain(drafts: Iterable[Draft]) -> list[dict[str, Any]]:
    return [vars(fault) for fault in _some_faults(drafts)]


def _some_faults(drafts: Iterable[Draft], most: int = 20) -> Iterator[ImportFault]:
    for draft in drafts:
        for fault in draft.faults:
            if most <= 0:
                return
            most -= 1
            yield fault
