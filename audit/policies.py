"""Who reads the log. The permission is asked by name: the log knows no other app."""

from typing import Any

from gdshare.lib.verdict import ALLOWED, Verdict


def view_events(actor: Any, _: object = None) -> Verdict:
    """审计管理员 only: whoever acts does not also watch (三员分立)."""
    if actor.holds("AUDIT_VIEW"):
        return ALLOWED
    return Verdict("审计日志只对审计管理员开放。", remedy="需要核查的，请向审计管理员提出。")


def export_events(actor: Any, _: object = None) -> Verdict:
    """As reading; the export itself is recorded."""
    return view_events(actor)
