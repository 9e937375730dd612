"""组件一览: every component in every state, drawn by the product's own code from invented cases."""

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from catalog.resources.freshness import Freshness
from gdshare.lib.verdict import ALLOWED, Verdict
from gdshare.portal.context_processors import Link
from gdshare.rules import queries as rules
from gdshare.rules.workdays import Pause
from sharing.deadlines.clock_view import ClockView, Facts, draw

TODAY = date(2026, 12, 1)
BASIS = "50号文第十九条"


class Example(forms.Form):
    """One field of every shape."""

    title = forms.CharField(label="事由", max_length=20, help_text="一句话写明办什么事。")
    basis = forms.CharField(label="使用依据", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    scope = forms.ChoiceField(label="使用范围", choices=[("", "请选择"), ("A", "仅本部门"), ("B", "本系统（含下级）")])
    mode = forms.ChoiceField(
        label="共享方式", choices=[("A", "文件"), ("B", "接口")], widget=forms.RadioSelect, required=False
    )
    is_pledged = forms.BooleanField(label="承诺按申请的用途和范围使用")


@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    """Compare beside the prototype's component sheet."""
    broken = Example({"title": "很长" * 20, "scope": "A"}, auto_id="broken_%s")
    context = {
        "share_types": ["UNCONDITIONAL", "CONDITIONAL", "NOT_SHARED"],
        "mixture": [("UNCONDITIONAL", 8), ("CONDITIONAL", 3), ("NOT_SHARED", 1)],
        "grades": [1, 2, 3, 4],
        "beat_examples": ["o" * 12, "oooolooooloo", "oooloololomm", ""],
        "freshness_states": Freshness.choices,
        "statuses": STATUSES,
        "clocks": _clocks(),
        "rulers": _clocks()[1:4] + [_clock(date(2026, 9, 17), today=date(2026, 9, 22))],
        "nodes": NODES,
        "entries": ENTRIES,
        "tabs": [Link("在办", "?tab=", True, 7), Link("已办", "?tab=done", False, 24)],
        "crumbs": [("数据目录", "/search/"), ("基础信息资源", "/search/"), ("不动产登记信息", "")],
        "rows": [("有效授权", "14 类资源", "/"), ("待登记", None)],
        "fresh": Example(),
        "broken": broken,
        "allowed": ALLOWED,
        "refused": Verdict("只有提供部门的负责人可以确认。", remedy="请联系周文斌。"),
        "page": Paginator(range(147), 6).get_page(request.GET.get("page")),
    }
    return render(request, "portal/gallery.html", context)


def _clock(start: date, *, today: date = TODAY, allowance: int = 10, **facts: Any) -> ClockView:
    values: dict[str, Any] = {"pauses": (), "basis": BASIS, "explain_url": "/rules/"} | facts
    return draw(Facts(started_on=start, allowance=allowance, **values), today=today, cal=rules.calendar())


def _clocks() -> list[ClockView]:
    """On time, soon, today, overdue, paused, extended, provisional, done in time, done late."""
    return [
        _clock(date(2026, 11, 27)),
        _clock(date(2026, 11, 20)),
        _clock(date(2026, 12, 1)),
        _clock(date(2026, 11, 12)),
        _clock(date(2026, 11, 17)),
        _clock(date(2026, 11, 20), pauses=(Pause(date(2026, 11, 26)),)),
        _clock(date(2026, 11, 9), extended_days=10),
        _clock(date(2026, 11, 27), allowance=30),
        _clock(date(2026, 11, 20), closed_on=date(2026, 11, 26), closed_at_words="2026-11-26 15:34"),
        _clock(date(2026, 11, 10), closed_on=date(2026, 11, 26), closed_at_words="2026-11-26 15:34"),
    ]


STATUSES = (
    ("", "circle-dashed", "草稿"),
    ("", "user-check", "待负责人同意"),
    ("run", "progress", "审核中"),
    ("act", "alert-triangle", "待补正"),
    ("", "clock-pause", "已暂停"),
    ("ok", "circle-check", "同意"),
    ("ok", "circle-half-2", "部分同意"),
    ("no", "circle-x", "不同意"),
    ("ok", "plug-connected", "已开通"),
    ("act", "player-pause", "授权暂停"),
    ("bad", "alert-circle", "未通过"),
    ("", "circle-off", "已终止"),
)
NODES = (
    {"title": "经办提交", "state": "ok", "lines": ["11-19 16:52"]},
    {"title": "负责人同意", "state": "ok", "lines": ["11-20 09:10"]},
    {"title": "会同审核", "state": "now", "lines": ["提供部门", "主管部门"]},
    {"title": "答复", "state": "", "lines": ["最迟 2026-12-04"]},
)
ENTRIES = (
    {"title": "经办提交", "at": datetime(2026, 11, 19, 8, 52, tzinfo=UTC), "who": "省民政厅　陈嘉敏"},
    {"title": "提供部门审核", "state": "now", "who": "省自然资源厅　李卓然", "text": "已查看"},
    {"title": "负责人同意后答复", "state": "wait", "who": "省自然资源厅　周文斌"},
)
