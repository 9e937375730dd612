"""The verbs of a 共享申请: the only writers. One file for the draft, one for each side, one for what they share."""

from sharing.share_requests.actions.attaching import attach, detach, take_attachment
from sharing.share_requests.actions.batch import decide_all
from sharing.share_requests.actions.drafting import (
    add_to_cart,
    clear_cart,
    draft,
    draft_from_cart,
    remove_from_cart,
    save_draft,
)
from sharing.share_requests.actions.extending import agree_extension, ask_extension, refuse_extension
from sharing.share_requests.actions.following import follow_clocks, hold_requests, warn_of_late_risks
from sharing.share_requests.actions.messaging import post_message
from sharing.share_requests.actions.papers import take_answer, take_application, take_dossier
from sharing.share_requests.actions.repeating import amend, copy, renew
from sharing.share_requests.actions.requesting import complete, endorse, send_back, submit, withdraw
from sharing.share_requests.actions.reviewing import confirm, consult, propose, return_, rework
from sharing.share_requests.actions.scanning import scan_due

__all__ = [
    "add_to_cart",
    "agree_extension",
    "amend",
    "ask_extension",
    "attach",
    "clear_cart",
    "complete",
    "confirm",
    "consult",
    "copy",
    "decide_all",
    "detach",
    "draft",
    "draft_from_cart",
    "endorse",
    "follow_clocks",
    "hold_requests",
    "post_message",
    "propose",
    "refuse_extension",
    "remove_from_cart",
    "renew",
    "return_",
    "rework",
    "save_draft",
    "scan_due",
    "send_back",
    "submit",
    "take_answer",
    "take_application",
    "take_attachment",
    "take_dossier",
    "warn_of_late_risks",
    "withdraw",
]
