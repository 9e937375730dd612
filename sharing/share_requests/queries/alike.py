"""Open steps of one person that are alike: the same resources, the same duty, the same post."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog.resources.models import ShareMode
from gdshare.lib.verdict import Verdict
from sharing.share_requests import policies
from sharing.share_requests.models import RequestItem, ReviewStep, ShareRequest
from sharing.share_requests.queries.lists import Row, as_rows, my_open_steps
from sharing.share_requests.queries.marks import with_steps

VERB_OF = {ReviewStep.Post.HANDLER: "propose", ReviewStep.Post.HEAD: "confirm"}
MOST = 200
"""So many cases are read for the page; the rest come up as these are done."""
Key = tuple[tuple[int, ...], str, str]


@dataclass(frozen=True)
class Cell:
    """One thing that a case says; `is_odd`: most of the others say something else."""

    heading: str
    words: str
    is_odd: bool


@dataclass(frozen=True)
class AlikeCase:
    """One case of a group with what sets it apart."""

    row: Row
    cells: tuple[Cell, ...]
    more_items: str
    fewer_items: str
    attachment_count: int
    verdict: Verdict
    proposal: ReviewStep | None


@dataclass(frozen=True)
class Group:
    """Cases that may be decided with one opinion. `verb`: propose or confirm."""

    step: ReviewStep
    resource_names: str
    common_items: str
    cases: tuple[AlikeCase, ...]

    @property
    def verb(self) -> str:
        return VERB_OF[ReviewStep.Post(self.step.post)]


HEADINGS = ("使用依据", "使用场景", "使用范围", "共享方式", "使用时限", "用完怎样处置")


def groups(actor: Any, *, today: date) -> list[Group]:
    """The groups of two and more, the largest first. A constant number of queries."""
    open_steps = my_open_steps(actor).values("share_request")
    requests = ShareRequest.objects.visible_to(actor).filter(pk__in=open_steps).order_by("due_on", "pk")[:MOST]
    rows = as_rows(with_steps(requests).prefetch_related("attachments"), today=today)
    items = _items_of(row.share_request.pk for row in rows)
    found: dict[Key, list[Row]] = {}
    for row in rows:
        key = key_of(actor, row.share_request, items[row.share_request.pk])
        if key is not None:
            found.setdefault(key, []).append(row)
    grouped = [_group(actor, rows, items) for rows in found.values() if len(rows) > 1]
    return sorted(grouped, key=lambda group: -len(group.cases))


def alike(actor: Any, requests: Iterable[ShareRequest]) -> bool:
    """Whether those of the requests that wait for the actor are of one kind."""
    requests = list(requests)
    items = _items_of(request.pk for request in requests)
    keys = {key_of(actor, request, items[request.pk]) for request in requests} - {None}
    return len(keys) <= 1


def key_of(actor: Any, share_request: ShareRequest, items: Iterable[RequestItem]) -> Key | None:
    """What a case has in common with others; None when no step of it waits for the actor."""
    step = my_step(actor, share_request)
    if step is None:
        return None
    return tuple(sorted({row.item.resource_id for row in items})), step.duty, step.post


def my_step(actor: Any, share_request: ShareRequest) -> ReviewStep | None:
    """The open step of the actor's department whose post he holds. Reads prefetched steps."""
    for step in policies.own_steps(actor, share_request):
        post = policies.POST_PERMISSION[ReviewStep.Post(step.post)]
        if step.state == ReviewStep.State.OPEN and actor.holds(post, step.department_id):
            return step
    return None


def _items_of(pks: Iterable[int]) -> dict[int, list[RequestItem]]:
    wanted = list(pks)
    found: dict[int, list[RequestItem]] = {pk: [] for pk in wanted}
    rows = RequestItem.objects.filter(share_request__in=wanted).select_related("item__resource")
    for row in rows.order_by("item__resource_id", "item__position"):
        found[row.share_request_id].append(row)
    return found


def _group(actor: Any, rows: list[Row], items: dict[int, list[RequestItem]]) -> Group:
    named = [[_item_name(one) for one in items[row.share_request.pk]] for row in rows]
    counts = Counter(name for names in named for name in names)
    usual = [name for name in dict.fromkeys(name for names in named for name in names) if counts[name] * 2 > len(rows)]
    said = [_said(row.share_request) for row in rows]
    most = [Counter(column).most_common(1)[0] for column in zip(*said, strict=True)]
    step = my_step(actor, rows[0].share_request)
    assert step is not None  # noqa: S101 - key_of found it
    verb = VERB_OF[ReviewStep.Post(step.post)]
    cases = []
    for row, words, names in zip(rows, said, named, strict=True):
        request = row.share_request
        own = policies.own_steps(actor, request)
        cases.append(
            AlikeCase(
                row=row,
                cells=tuple(
                    Cell(heading, word, times > 1 and word != usual_word)
                    for heading, word, (usual_word, times) in zip(HEADINGS, words, most, strict=True)
                ),
                more_items="、".join(name for name in names if name not in usual),
                fewer_items="、".join(name for name in usual if name not in names),
                attachment_count=len(request.attachments.all()),
                verdict=getattr(policies, verb)(actor, request),
                proposal=own[0] if verb == "confirm" else None,
            )
        )
    return Group(step, rows[0].resource_names, "、".join(usual), tuple(cases))


def _item_name(row: RequestItem) -> str:
    return str(row.item.name)


def _said(share_request: ShareRequest) -> tuple[str, ...]:
    """The elements, in the order of HEADINGS."""
    mode = share_request.share_mode
    return (
        f"{share_request.use_basis} {share_request.use_basis_article}".strip(),
        share_request.use_scenario,
        share_request.get_use_scope_display(),
        ShareMode(mode).label if mode else "",
        f"{share_request.use_from} 至 {share_request.use_to}",
        share_request.disposal,
    )
