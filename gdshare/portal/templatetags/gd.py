"""Filters that every template may use: the words and shapes of shared marks, dates and numbers."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import forms, template
from django.http import QueryDict
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from catalog.resources import freshness
from catalog.taxonomy.models import TermKind
from catalog.taxonomy.names import names_of
from gdshare.lib.clock import SHANGHAI, day_of
from sharing.corrections.queries import running_on
from sharing.disputes import queries as disputes
from sharing.disputes.models import Dispute
from sharing.disputes.policies import raise_dispute
from sharing.grants.models import Grant
from sharing.handover import queries as handover
from sharing.handover.models import HandedItem, Handover
from sharing.ledgers.models import UsageLedger
from sharing.succession import queries as succession
from sharing.succession.models import FollowedRow
from sharing.supervision.models import SupervisionOrder
from sharing.supervision.queries import orders_over
from sharing.supply import queries as supply
from sharing.supply.queries import SupplyView

register = template.Library()

SHARE_CLASSES = {"UNCONDITIONAL": "open", "CONDITIONAL": "cond", "NOT_SHARED": "closed"}
SHARE_LABELS = {"UNCONDITIONAL": "无条件共享", "CONDITIONAL": "有条件共享", "NOT_SHARED": "不予共享"}
CLOCK_CLASSES = {"ok": "done", "late": "over"}
RULER_CLASSES = {"ok": "time", "late": "over", "paused": "time"}


@register.filter
def share_class(value: str) -> str:
    """The stylesheet's word for a 共享类型."""
    return SHARE_CLASSES.get(str(value), "closed")


@register.filter
def share_label(value: str) -> str:
    """The law's word for a 共享类型."""
    return SHARE_LABELS.get(str(value), "")


@register.filter
def share_short(value: str) -> str:
    """无条件, 有条件, 不予: where many stand in one line."""
    return share_label(value).removesuffix("共享")


@register.filter
def grade_label(value: Any) -> str:
    """The name of a 数据分级."""
    return names_of(TermKind.GRADE).get(str(value), "") if value else ""


@register.filter
def clock_class(tone: str) -> str:
    """The stylesheet's word for a clock's tone."""
    return CLOCK_CLASSES.get(str(tone), str(tone))


@register.filter
def ruler_class(tone: str) -> str:
    """The stylesheet's word for a ruler's tone."""
    return RULER_CLASSES.get(str(tone), str(tone))


@register.filter
def day(value: date | datetime | None) -> str:
    """2026-12-04; — when unknown."""
    if value is None or value == "":
        return "—"
    return (value.astimezone(SHANGHAI) if isinstance(value, datetime) else value).strftime("%Y-%m-%d")


@register.filter
def moment(value: datetime | None) -> str:
    """2026-12-04 14:30, province time; — when unknown."""
    return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if value else "—"


@register.filter
def month_day(value: date | datetime | None) -> str:
    """12-04, where the year is evident."""
    return day(value)[5:] or "—"


@register.filter
def number(value: Any) -> str:
    """1,206, then 4,216.8 万 and 1.02 亿; — when unknown."""
    if value is None or value == "":
        return "—"
    amount = float(value)
    if amount >= 100_000_000:
        return f"{amount / 100_000_000:,.2f}".rstrip("0").rstrip(".") + " 亿"
    if amount >= 10_000:
        return f"{amount / 10_000:,.1f}".removesuffix(".0") + " 万"
    return f"{amount:,.1f}".removesuffix(".0")


@register.filter
def percent(value: float | None) -> str:
    """98.3% of a fraction; — when unknown."""
    return "—" if value is None else f"{value * 100:.1f}".removesuffix(".0") + "%"


@register.filter
def size(value: int | None) -> str:
    """Bytes as 千字节 or 兆字节 are read: 12.4 MB."""
    if value is None:
        return "—"
    amount = float(value)
    for unit in ("B", "KB", "MB"):
        if amount < 1024:
            return f"{amount:.1f}".removesuffix(".0") + f" {unit}"
        amount /= 1024
    return f"{amount:.1f} GB"


@register.filter
def beat_words(beats: str) -> str:
    """What the bar of the last twelve due updates says: 全部按期; 迟 2 期，漏 1 期."""
    return freshness.words(str(beats))


@register.filter
def elided(page: Any) -> Iterable[Any]:
    """Page numbers with gaps, around the current one."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)


@register.filter
def is_number(value: Any) -> bool:
    """Whether a pager's entry is a page, not a gap."""
    return isinstance(value, int)


@register.filter
def is_checkbox(field: forms.BoundField) -> bool:
    """Whether a field is one tick box."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_group(field: forms.BoundField) -> bool:
    """Whether a field is several radio buttons or tick boxes."""
    return isinstance(field.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple))


@register.filter
def control(field: forms.BoundField) -> SafeString:
    """The input itself, dressed, and tied to its hint or error for a screen reader."""
    widget = field.field.widget
    attrs: dict[str, Any] = {}
    if is_checkbox(field):
        attrs["class"] = "form-check-input"
    elif isinstance(widget, forms.Select):
        attrs["class"] = "form-select"
    else:
        attrs["class"] = "form-control"
    if own := widget.attrs.get("class"):
        attrs["class"] += f" {own}"
    if field.errors or field.help_text:
        attrs["aria-describedby"] = f"{field.auto_id}-hint"
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)


@register.simple_tag(takes_context=True)
def csrf(context: template.Context) -> SafeString:
    """The hidden token, inside a component: its context has the request and nothing else."""
    request = context.get("request")
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request) if request else ""
    )


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """This page's query with changes. Django's own tag wants a RequestContext, which a component has not."""
    request = context.get("request")
    params = request.GET.copy() if request else QueryDict(mutable=True)
    for name, value in changes.items():
        if value in (None, ""):
            params.pop(name, None)
        else:
            params[name] = value
    return "?" + params.urlencode()


@register.filter
def tick(option: forms.boundfield.BoundWidget) -> SafeString:
    """One radio button or tick box of a group, dressed."""
    option.data["attrs"]["class"] = "form-check-input"
    return option.tag()


@register.simple_tag
def open_doubts(resource_id: int) -> int:
    """How many doubts about the data of a resource wait for their answer."""
    return running_on(resource_id)


@register.simple_tag
def disputes_of(subject: Any, actor: Any) -> list[Dispute]:
    """The disputes over an answer that the reader may see, newest first."""
    return disputes.disputes_of(subject, actor)


@register.simple_tag
def disputes_won(share_request: Any, resources: Iterable[Any]) -> list[Dispute]:
    """What the same requester was given right in, over the same data: whoever answers again sees it."""
    return disputes.settled_before(share_request, [resource.pk for resource in resources])


@register.simple_tag
def may_dispute(subject: Any, actor: Any) -> bool:
    """Whether the reader may dispute this answer."""
    return bool(raise_dispute(actor, subject))


@register.simple_tag
def supervision_of(subject: Any, actor: Any) -> list[SupervisionOrder]:
    """The 督办 about this thing that the reader may see, newest first."""
    return orders_over(subject, actor)


@register.simple_tag
def supply_of(grant: Grant) -> SupplyView:
    """供给 of a grant: proven, or until when and what is missing."""
    return supply.supply_of(grant, today=day_of(timezone.now()))


@register.simple_tag
def ledger_of(grant: Grant) -> UsageLedger | None:
    """The 使用台账 of a grant's holder about its resource."""
    return UsageLedger.objects.filter(department=grant.department_id, resource=grant.resource_id).first()


@register.simple_tag
def moved_from(subject: Any) -> list[FollowedRow]:
    """How a thing came to its present parties through mergers of departments, oldest first."""
    return succession.moved_from(subject)


@register.simple_tag
def handed_over(share_request: Any) -> list[Handover]:
    """How an application came to its present 经办, oldest first."""
    return handover.handed(HandedItem.Kind.CASE, share_request.pk)


@register.simple_tag
def facet_options(key: str, options: Iterable[Any]) -> SafeString:
    """The boxes of a facet. Written here and not as a template: a page has up to some hundred of them."""
    found = []
    for option in options:
        value, checked = escape(option.value), " checked" if option.is_selected else ""
        words = _option_words(key, option.value, option.label)
        found.append(
            f'<label class="gd-facet"><input class="form-check-input" type="checkbox" form="search" name="{key}" '
            f'value="{value}"{checked} id="f-{key}-{value}"><span class="t">{words}'
            f'</span><span class="k">{number(option.count)}</span></label>'
        )
    return mark_safe("".join(found))


@lru_cache(maxsize=2_000)
def _option_words(key: str, value: str, label: str) -> str:
    if key == "share_type":
        return render_to_string("components/share_type.html", {"value": value, "bare": True})
    if key == "grade":
        mark = render_to_string("components/grade.html", {"value": value})
        return f"{mark}　{escape(grade_label(value))}"
    return escape(label)
