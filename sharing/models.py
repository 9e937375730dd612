"""Collector: Django wants the models of an app here. Nobody of ours imports from it."""

from sharing.agreements.models import Agreement
from sharing.calendar.models import CalendarChange
from sharing.conflicts.models import ComparedItem, Comparison
from sharing.corrections.models import CorrectionNotice, CorrectionRequest
from sharing.deadlines.models import Deadline, DueDateMove, Pause, Reminder
from sharing.delivery.models import ServiceCall
from sharing.demands.models import DataDemand, DemandSecond, DemandStep
from sharing.disputes.models import Dispute, DisputeEntry
from sharing.grants.models import Disposal, Grant, GrantItem, GrantRowRule, GrantUse, Rectification
from sharing.handover.models import HandedItem, Handover, Orphan
from sharing.ledgers.models import LedgerEntry, UsageLedger
from sharing.messages.models import CaseMessage, MessageTemplate
from sharing.share_requests.models import (
    Attachment,
    CartItem,
    DecisionReceipt,
    Extension,
    NumberSequence,
    RequestCart,
    RequestItem,
    ReviewStep,
    ShareRequest,
    StatusChange,
)
from sharing.succession.models import DepartmentChange, FollowedRow
from sharing.supervision.models import SupervisionEntry, SupervisionOrder
from sharing.supply.models import SupplyProof

__all__ = [
    "Agreement",
    "Attachment",
    "CalendarChange",
    "CartItem",
    "CaseMessage",
    "ComparedItem",
    "Comparison",
    "CorrectionNotice",
    "CorrectionRequest",
    "DataDemand",
    "Deadline",
    "DecisionReceipt",
    "DemandSecond",
    "DemandStep",
    "DepartmentChange",
    "Disposal",
    "Dispute",
    "DisputeEntry",
    "DueDateMove",
    "Extension",
    "FollowedRow",
    "Grant",
    "GrantItem",
    "GrantRowRule",
    "GrantUse",
    "HandedItem",
    "Handover",
    "LedgerEntry",
    "MessageTemplate",
    "NumberSequence",
    "Orphan",
    "Pause",
    "Rectification",
    "Reminder",
    "RequestCart",
    "RequestItem",
    "ReviewStep",
    "ServiceCall",
    "ShareRequest",
    "StatusChange",
    "SupervisionEntry",
    "SupervisionOrder",
    "SupplyProof",
    "UsageLedger",
]
