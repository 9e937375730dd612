"""The shape of a rule profile: who decides what, in what order, in how many working days, and by which article.

Pure values with validation. A figure that the rule text does not give is `None`: the operator must enter it, and a
profile that needs one it lacks cannot be switched on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class ProfileError(ValueError):
    """The data is not a rule profile; the message says where and what to write instead."""


class Clock(StrEnum):
    """Every clock that a rule text may give a figure for."""

    REPLY = "REPLY"
    REPLY_NOT_MOUNTED = "REPLY_NOT_MOUNTED"
    REPLY_EXTENSION = "REPLY_EXTENSION"
    PRECHECK = "PRECHECK"
    CONSULT = "CONSULT"
    REFUSAL_REVIEW = "REFUSAL_REVIEW"
    SUPPLY = "SUPPLY"
    OFF_CATALOG = "OFF_CATALOG"
    CATALOG_UPDATE = "CATALOG_UPDATE"
    CATALOG_UPDATE_EXTENSION = "CATALOG_UPDATE_EXTENSION"
    CATALOG_AUDIT = "CATALOG_AUDIT"
    CORRECTION = "CORRECTION"
    DISPUTE_NEGOTIATION = "DISPUTE_NEGOTIATION"
    DISPUTE_COORDINATION = "DISPUTE_COORDINATION"
    DISPUTE_RULING = "DISPUTE_RULING"
    SUPERVISION = "SUPERVISION"


CLOCK_LABELS = {
    Clock.REPLY: "答复共享申请",
    Clock.REPLY_NOT_MOUNTED: "答复共享申请（数据尚未挂接）",
    Clock.REPLY_EXTENSION: "延长答复期限（最长）",
    Clock.PRECHECK: "符合性审查",
    Clock.CONSULT: "提供部门答复征求意见",
    Clock.REFUSAL_REVIEW: "审核提供部门的不同意见并告知",
    Clock.SUPPLY: "同意后提供数据",
    Clock.OFF_CATALOG: "确认目录外的需求、编目并共享",
    Clock.CATALOG_UPDATE: "更新目录",
    Clock.CATALOG_UPDATE_EXTENSION: "延长目录更新期限",
    Clock.CATALOG_AUDIT: "审核并发布目录",
    Clock.CORRECTION: "核实、更正数据并反馈",
    Clock.DISPUTE_NEGOTIATION: "协商争议",
    Clock.DISPUTE_COORDINATION: "协调争议",
    Clock.DISPUTE_RULING: "政府决定争议",
    Clock.SUPERVISION: "答复督办单",
}


class Side(StrEnum):
    """Which department a step of the chain belongs to."""

    PROVIDER = "PROVIDER"
    AUTHORITY = "AUTHORITY"


SIDE_LABELS = {Side.PROVIDER: "提供部门", Side.AUTHORITY: "主管部门"}


class Post(StrEnum):
    """Who of that department acts."""

    HANDLER = "HANDLER"
    HEAD = "HEAD"


POST_LABELS = {Post.HANDLER: "经办", Post.HEAD: "负责人"}


class Duty(StrEnum):
    """What a step of the chain is for."""

    DECIDE = "DECIDE"
    PRECHECK = "PRECHECK"
    CONSULT = "CONSULT"


DUTY_LABELS = {Duty.DECIDE: "审核", Duty.PRECHECK: "符合性审查", Duty.CONSULT: "答复征求意见"}
DUTY_CLOCKS = {Duty.DECIDE: Clock.REPLY, Duty.PRECHECK: Clock.PRECHECK, Duty.CONSULT: Clock.CONSULT}
"""Whose clock runs while such a step is open: the overall one of the reply, or one of its own."""
DUTY_CONCLUSIONS = {
    Duty.DECIDE: ("APPROVE", "APPROVE_PARTLY", "DENY"),
    Duty.PRECHECK: ("APPROVE", "DENY"),
    Duty.CONSULT: ("APPROVE", "APPROVE_PARTLY", "DENY"),
}
"""What a step may conclude. A 征求意见 is advice; a 符合性审查 lets pass or turns away."""


class BasisLevel(StrEnum):
    """Ranks of texts that may stand behind a refusal or a 不予共享."""

    LAW = "LAW"
    ADMIN_REGULATION = "ADMIN_REGULATION"
    STATE_COUNCIL_DECISION = "STATE_COUNCIL_DECISION"
    LOCAL_REGULATION = "LOCAL_REGULATION"
    RULE = "RULE"
    NORMATIVE_DOCUMENT = "NORMATIVE_DOCUMENT"


BASIS_LEVEL_LABELS = {
    BasisLevel.LAW: "法律",
    BasisLevel.ADMIN_REGULATION: "行政法规",
    BasisLevel.STATE_COUNCIL_DECISION: "国务院决定",
    BasisLevel.LOCAL_REGULATION: "地方性法规",
    BasisLevel.RULE: "规章",
    BasisLevel.NORMATIVE_DOCUMENT: "规范性文件",
}


class Citation(StrEnum):
    """What pages and messages cite an article for. Every profile names one for each, its own or “参照…”."""

    FIVE_ELEMENTS = "five_elements"
    OFFICE_HEAD = "office_head"
    THIRD_PARTY = "third_party"
    ONE_NOTICE = "one_notice"
    INTERNAL_RULES = "internal_rules"
    NOT_SHARED_BASIS = "not_shared_basis"
    CONDITIONAL_BASIS = "conditional_basis"
    CONDITIONS_STATED = "conditions_stated"
    BASIC_ITEMS = "basic_items"
    UNCLASSIFIED = "unclassified"
    CATALOG_FOR_PROJECT = "catalog_for_project"
    CATALOG_FOR_ACCEPTANCE = "catalog_for_acceptance"
    PERSONAL_INFORMATION = "personal_information"
    RECEIPT_DAY = "receipt_day"
    REST_DAYS = "rest_days"
    LAST_MOMENT = "last_moment"
    TERMINATION = "termination"
    DISPUTE = "dispute"
    BACKFLOW = "backflow"
    SUPERVISION = "supervision"
    USE_LEDGER = "use_ledger"


CITATION_LABELS = {
    Citation.FIVE_ELEMENTS: "申请的五项要素",
    Citation.OFFICE_HEAD: "申请部门负责人先同意",
    Citation.THIRD_PARTY: "提供给受托第三方",
    Citation.ONE_NOTICE: "一次性告知补正",
    Citation.INTERNAL_RULES: "内部办法不能作依据",
    Citation.NOT_SHARED_BASIS: "不予共享的依据",
    Citation.CONDITIONAL_BASIS: "有条件共享的依据",
    Citation.CONDITIONS_STATED: "写明共享条件",
    Citation.BASIC_ITEMS: "基础数据项无条件共享",
    Citation.UNCLASSIFIED: "不涉及国家秘密",
    Citation.CATALOG_FOR_PROJECT: "编目是立项的条件",
    Citation.CATALOG_FOR_ACCEPTANCE: "编目是验收的条件",
    Citation.PERSONAL_INFORMATION: "个人信息保护影响评估",
    Citation.TERMINATION: "终止或变更共享服务",
    Citation.DISPUTE: "争议的解决",
    Citation.BACKFLOW: "数据回流不附加其他条件",
    Citation.SUPERVISION: "逾期的督办",
    Citation.USE_LEDGER: "使用台账及其保存",
    Citation.RECEIPT_DAY: "收到当日不计",
    Citation.REST_DAYS: "休息日不计",
    Citation.LAST_MOMENT: "最后一天到几时",
}
SHARE_TYPES = ("UNCONDITIONAL", "CONDITIONAL")
UNCONDITIONAL_MODES = {
    "self_service": "自行获取，不需申请",
    "application": "提出申请，由提供部门答复",
    "precheck": "提出申请，主管部门审查符合的直接授权，并推送提供部门",
    "negative_list": "不在负面清单上的直接共享；负面清单上的提出申请",
}
LEAST_LEDGER_YEARS = 3
SELF_SERVED = frozenset({"self_service", "negative_list"})


@dataclass(frozen=True)
class Allowance:
    """How long one clock runs, by which article, in whose words, and when it reminds.

    `reference` names the other text a borrowed figure comes from (“参照…”); empty when the profile's own text gives it.
    `days` None: not known, the operator must enter it.
    """

    clock: Clock
    share_type: str | None
    days: int | None
    basis: str
    quote: str
    starts: str
    responsible: str
    reference: str
    remind: tuple[int, ...]
    extendable_by: int | None
    extension_needs: str

    @property
    def label(self) -> str:
        """The clock in words."""
        return CLOCK_LABELS[self.clock]

    @property
    def is_optional(self) -> bool:
        """Whether the profile holds without a figure."""
        return self.clock in _OPTIONAL

    @property
    def remind_words(self) -> str:
        """到期前 5、3、1 个工作日，到期当天，逾期后每个工作日; empty when the clock never runs by itself.

        A clock of two days has no third day before its end.
        """
        before = "、".join(str(days) for days in self.remind if days and (self.days is None or days < self.days))
        parts = [f"到期前 {before} 个工作日"] if before else []
        if 0 in self.remind:
            parts.append("到期当天")
        return "，".join([*parts, "逾期后每个工作日"]) if parts else ""

    @property
    def share_type_label(self) -> str:
        """Which resources it is for; empty when for all."""
        return {"UNCONDITIONAL": "无条件共享", "CONDITIONAL": "有条件共享"}.get(self.share_type or "", "")


@dataclass(frozen=True)
class ChainStep:
    """One post of the review chain. Sides of one `stage` work side by side; positions of one side in order.

    `share_types`: only for applications of these types; empty: for all. A CONSULT step is opened on demand only.
    """

    side: Side
    post: Post
    stage: int
    position: int
    duty: Duty = Duty.DECIDE
    share_types: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """提供部门经办, 主管部门负责人（符合性审查）, …"""
        duty = "" if self.duty is Duty.DECIDE else f"（{DUTY_LABELS[self.duty]}）"
        return SIDE_LABELS[self.side] + POST_LABELS[self.post] + duty


@dataclass(frozen=True)
class Quote:
    """An article that decides something else than a number of days, in its own words."""

    topic: str
    article: str
    text: str


@dataclass(frozen=True)
class Profile:
    """One version of one rule text, ready to be asked."""

    code: str
    title: str
    document_no: str
    short_name: str
    issuer: str
    url: str
    unconditional_mode: str
    allowances: tuple[Allowance, ...]
    chain: tuple[ChainStep, ...]
    return_pauses: bool
    return_basis: str
    deny_basis_levels: tuple[BasisLevel, ...]
    conditional_basis_levels: tuple[BasisLevel, ...]
    """Which texts may stand behind 有条件共享; empty where the rule text asks for conditions only (条例 Art 15)."""
    due_soon_days: int
    ledger_years: int
    """How many years 使用台账 are kept at least (条例 Art 29)."""
    quotes: tuple[Quote, ...]
    citations: Mapping[str, str] = field(hash=False)
    """The words to cite, by `Citation`: 50号文第十六条, 参照《政务数据共享条例》第二十条, …"""
    note: str = ""
    """What the operator has to know of the text: where its dates come from, what was not obtainable."""

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Profile":
        """Read and check stored data. Raises ProfileError that names the place and what may stand there."""
        return _Reader(data).profile()

    def allowance(self, clock: Clock, share_type: str | None = None) -> Allowance:
        """The figure of a clock: the one for `share_type`, else the general one, else the one for 有条件共享.

        The last: where unconditional data is self-served (50号), an application that names it all the same is one
        application, with one reply in one window.
        """
        for wanted in (share_type, None, "CONDITIONAL"):
            for allowance in self.allowances:
                if allowance.clock is clock and allowance.share_type == wanted:
                    return allowance
        raise ProfileError(f"{self.short_name}没有规定“{CLOCK_LABELS[clock]}”的期限。")

    def extension_cite(self, clock: Clock) -> str:
        """What to cite for an extension of `clock`: its own article or “参照…”; empty when the text knows none."""
        wanted = {Clock.REPLY: Clock.REPLY_EXTENSION, Clock.CATALOG_UPDATE: Clock.CATALOG_UPDATE_EXTENSION}.get(clock)
        found = next((allowance for allowance in self.allowances if allowance.clock == wanted), None)
        return (found.reference or found.basis) if found else ""

    def missing(self) -> tuple[str, ...]:
        """What the operator must enter before the profile may be switched on, in words."""
        return tuple(
            f"“{allowance.label}{f'（{allowance.share_type_label}）' if allowance.share_type else ''}”的工作日数"
            for allowance in self.allowances
            if allowance.days is None and allowance.clock not in _OPTIONAL
        )

    @property
    def is_joint(self) -> bool:
        """Whether several departments decide together (会同), in one stage."""
        deciding = [step for step in self.chain if step.duty is Duty.DECIDE]
        return any(
            len({step.side for step in deciding if step.stage == stage}) > 1 for stage in {s.stage for s in deciding}
        )

    @property
    def self_serves(self) -> bool:
        """Whether unconditional data is taken without an application."""
        return self.unconditional_mode in SELF_SERVED

    @property
    def has_consultation(self) -> bool:
        """Whether who decides may first ask another department's opinion."""
        return any(step.duty is Duty.CONSULT for step in self.chain)

    def has_clock(self, clock: Clock) -> bool:
        """Whether the text gives a figure for `clock`."""
        return any(allowance.clock is clock and allowance.days is not None for allowance in self.allowances)

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sides that act, in the order in which they do."""
        return tuple(dict.fromkeys(step.side for step in sorted(self.chain, key=lambda step: step.stage)))

    @property
    def review_words(self) -> str:
        """会同审核, 提供部门审核, 主管部门审查后提供部门审核, 主管部门审核，可征求提供部门意见."""
        if self.is_joint:
            return "会同审核"
        deciding = dict.fromkeys(
            SIDE_LABELS[step.side] + "审核"
            for step in sorted(self.chain, key=lambda step: step.stage)
            if step.duty is Duty.DECIDE
        )
        checked = "主管部门审查后" if any(step.duty is Duty.PRECHECK for step in self.chain) else ""
        asked = "，可征求提供部门意见" if self.has_consultation else ""
        return checked + "、再由".join(deciding) + asked

    @property
    def unconditional_words(self) -> str:
        """How unconditional resources are taken."""
        return UNCONDITIONAL_MODES[self.unconditional_mode]

    def in_full(self, citation: str) -> str:
        """A citation for paper, that stands without this site: 粤府办〔2018〕50号第十九条."""
        own = citation.removeprefix(self.short_name)
        return citation if own == citation else f"{self.document_no}{own}"

    @property
    def deny_basis_words(self) -> str:
        """Which texts may stand behind 不予共享."""
        return "、".join(BASIS_LEVEL_LABELS[level] for level in self.deny_basis_levels)

    def basis_levels(self, share_type: str) -> tuple[BasisLevel, ...]:
        """Which texts may carry a share type; empty when it needs none."""
        given = {"NOT_SHARED": self.deny_basis_levels, "CONDITIONAL": self.conditional_basis_levels}
        return given.get(share_type, ())

    def basis_citation(self, share_type: str) -> str:
        """The article that asks for it."""
        asked = Citation.NOT_SHARED_BASIS if share_type == "NOT_SHARED" else Citation.CONDITIONAL_BASIS
        return self.citations[asked]

    @property
    def basis_rule(self) -> str:
        """What a compiler must know of bases, in one sentence each."""
        words = "、".join(BASIS_LEVEL_LABELS[level] for level in self.conditional_basis_levels)
        closed = f"不予共享须有{self.deny_basis_words}依据（{self.citations[Citation.NOT_SHARED_BASIS]}）"
        if not words:
            stated = self.citations[Citation.CONDITIONS_STATED]
            return f"{closed}；有条件共享须写明共享条件，依据可以不写（{stated}）。"
        asked = self.citations[Citation.CONDITIONAL_BASIS]
        return f"{closed}；有条件共享须有{words}依据，没有依据的应为无条件共享（{asked}）。"


_OPTIONAL = frozenset(
    {
        Clock.REPLY_EXTENSION, Clock.CATALOG_UPDATE_EXTENSION, Clock.DISPUTE_NEGOTIATION, Clock.DISPUTE_COORDINATION,
        Clock.DISPUTE_RULING, Clock.SUPERVISION,
    }
)  # fmt: skip
"""An extension that a text does not know is simply not offered; a rung of a dispute without a figure has no clock; each
order of supervision names its own day."""


class _Reader:
    """Checks one mapping field by field; every refusal says where."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        if not isinstance(data, Mapping):
            raise ProfileError("规则方案应是一个对象。")
        self.data = data
        self.code = str(data.get("code") or "（未命名）")

    def profile(self) -> Profile:
        allowances = tuple(self._allowance(entry, n) for n, entry in enumerate(self._list(self.data, "clocks"), 1))
        self._once([(a.clock, a.share_type) for a in allowances], "时钟重复")
        if not any(a.clock is Clock.REPLY for a in allowances):
            raise self._fault("clocks", "缺少答复时钟 REPLY")
        chain = tuple(self._step(entry, n) for n, entry in enumerate(self._list(self.data, "chain"), 1))
        if not chain:
            raise self._fault("chain", "至少要有一个审核环节")
        self._once([(step.side, step.position) for step in chain], "同一方的次序重复")
        if not any(step.duty is Duty.DECIDE for step in chain):
            raise self._fault("chain", "至少要有一个环节作出决定（DECIDE）")
        for duty, clock in DUTY_CLOCKS.items():
            if any(step.duty is duty for step in chain) and not any(a.clock is clock for a in allowances):
                raise self._fault("clocks", f"有“{DUTY_LABELS[duty]}”环节，缺少它的时钟 {clock}")
        return Profile(
            code=self._text(self.data, "code"),
            title=self._text(self.data, "title"),
            document_no=self._text(self.data, "document_no"),
            short_name=self._text(self.data, "short_name"),
            issuer=self._text(self.data, "issuer"),
            url=str(self.data.get("url", "")),
            unconditional_mode=self._choice(self.data, "unconditional_mode", UNCONDITIONAL_MODES),
            allowances=allowances,
            chain=chain,
            return_pauses=self._flag(self.data, "return_pauses"),
            return_basis=str(self.data.get("return_basis", "")),
            deny_basis_levels=self._levels("deny_basis_levels"),
            conditional_basis_levels=self._levels("conditional_basis_levels"),
            due_soon_days=self._days(self.data, "due_soon_days", 3) or 0,
            ledger_years=self._years("ledger_years"),
            quotes=tuple(
                Quote(self._text(entry, "topic"), self._text(entry, "article"), self._text(entry, "text"))
                for entry in self.data.get("quotes", [])
            ),
            citations=self._citations(),
            note=str(self.data.get("note", "")),
        )

    def _years(self, name: str) -> int:
        """条例 Art 29 binds every profile: it may ask for more years, not for fewer."""
        years = self._days(self.data, name, LEAST_LEDGER_YEARS) or 0
        if years < LEAST_LEDGER_YEARS:
            raise self._fault(name, f"应不少于 {LEAST_LEDGER_YEARS} 年")
        return years

    def _levels(self, name: str) -> tuple[BasisLevel, ...]:
        return tuple(BasisLevel(self._choice({name: level}, name, BasisLevel)) for level in self._list(self.data, name))

    def _citations(self) -> dict[str, str]:
        given = self.data.get("citations")
        if not isinstance(given, Mapping):
            raise self._fault("citations", "应是一个对象，写明各项引用的条文")
        unknown = sorted(set(given) - set(Citation))
        if unknown:
            raise self._fault("citations", f"不认识 {'、'.join(unknown)}，可写 {'、'.join(Citation)}")
        return {citation: self._text(given, citation, "citations") for citation in Citation}

    def _allowance(self, entry: Mapping[str, Any], number: int) -> Allowance:
        where = f"clocks 第 {number} 项"
        share_type = entry.get("share_type")
        if share_type is not None and share_type not in SHARE_TYPES:
            raise self._fault(where, f"不认识的共享类型 {share_type!r}，可写 {'、'.join(SHARE_TYPES)} 或不写")
        remind = entry.get("remind", [5, 3, 1, 0])
        if not isinstance(remind, list) or not all(isinstance(n, int) and n >= 0 for n in remind):
            raise self._fault(where, "remind 应是到期前工作日数的列表，如 [5, 3, 1, 0]")
        return Allowance(
            clock=Clock(self._choice(entry, "clock", Clock, where)),
            share_type=share_type,
            days=self._days(entry, "days", where=where),
            basis=self._text(entry, "basis", where),
            quote=str(entry.get("quote", "")),
            starts=str(entry.get("starts", "")),
            responsible=str(entry.get("responsible", "")),
            reference=str(entry.get("reference", "")),
            remind=tuple(sorted(set(remind), reverse=True)),
            extendable_by=self._days(entry, "extendable_by", where=where),
            extension_needs=str(entry.get("extension_needs", "")),
        )

    def _step(self, entry: Mapping[str, Any], number: int) -> ChainStep:
        where = f"chain 第 {number} 项"
        return ChainStep(
            side=Side(self._choice(entry, "side", Side, where)),
            post=Post(self._choice(entry, "post", Post, where)),
            stage=self._days(entry, "stage", 1, where) or 1,
            position=self._days(entry, "position", number, where) or number,
            duty=Duty(self._choice({"duty": entry.get("duty", "DECIDE")}, "duty", Duty, where)),
            share_types=self._share_types(entry.get("share_types", []), where),
        )

    def _share_types(self, value: Any, where: str) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(one in SHARE_TYPES for one in value):
            raise self._fault(f"{where} share_types", f"应是列表，可写 {'、'.join(SHARE_TYPES)}")
        return tuple(value)

    def _fault(self, where: str, what: str) -> ProfileError:
        return ProfileError(f"规则方案 {self.code} 的 {where}：{what}。")

    def _once(self, keys: Sequence[object], what: str) -> None:
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        if twice:
            raise self._fault("、".join(twice), what)

    def _text(self, entry: Mapping[str, Any], name: str, where: str = "") -> str:
        value = entry.get(name)
        if not isinstance(value, str) or not value.strip():
            raise self._fault(f"{where} {name}".strip(), "不能为空")
        return value.strip()

    def _list(self, entry: Mapping[str, Any], name: str) -> list[Any]:
        value = entry.get(name)
        if not isinstance(value, list):
            raise self._fault(name, "应是列表")
        return value

    def _flag(self, entry: Mapping[str, Any], name: str) -> bool:
        value = entry.get(name)
        if not isinstance(value, bool):
            raise self._fault(name, "应写 true 或 false")
        return value

    def _choice(self, entry: Mapping[str, Any], name: str, allowed: Any, where: str = "") -> str:
        value, names = entry.get(name), [str(choice) for choice in allowed]
        if value not in names:
            raise self._fault(f"{where} {name}".strip(), f"不认识 {value!r}，可写 {'、'.join(names)}")
        return str(value)

    def _days(self, entry: Mapping[str, Any], name: str, default: int | None = None, where: str = "") -> int | None:
        value = entry.get(name, default)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 999):
            raise self._fault(
                f"{where} {name}".strip(), f"应是 0 到 999 的整数，或 null（由使用单位填写），现为 {value!r}"
            )
        return value
