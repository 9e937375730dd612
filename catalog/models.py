"""Collector: Django wants the models of an app here. Nobody of ours imports from it."""

from catalog.census.models import CatalogCertificate, CertificateRevocation, PartEntry
from catalog.changes.models import ChangeRecord, ChangeTask
from catalog.drafting.models import DraftingRun, DraftingTable
from catalog.finding.models import Favourite, RecentView, SavedSearch, Subscription
from catalog.laws.models import LegalText
from catalog.libraries.models import ThematicLibrary
from catalog.mounts.models import ResourceMount, TableVersion
from catalog.quality.models import DataElement, ElementLink, ImportLook, LeadSource, UpdateReminder
from catalog.resources.models import (
    Assessment,
    AuditMark,
    CatalogImport,
    CodeSequence,
    DataItem,
    DataResource,
    DataResourceGroupObjectPermission,
    DataResourceUserObjectPermission,
    FieldRemark,
    ImportLine,
    ImportMapping,
    ResourceAssessment,
    ResourceBasis,
    ResourceRevision,
    ResourceStatusChange,
    ResourceSystem,
    SearchForm,
    SearchRow,
    SearchSubject,
    SearchTally,
)
from catalog.systems.models import InformationSystem, SystemPart, SystemSequence, SystemStatusChange
from catalog.taxonomy.models import Synonym, Term
from catalog.withdrawals.models import Withdrawal, WithdrawalAnswer

__all__ = [
    "Assessment",
    "AuditMark",
    "CatalogCertificate",
    "CatalogImport",
    "CertificateRevocation",
    "ChangeRecord",
    "ChangeTask",
    "CodeSequence",
    "DataElement",
    "DataItem",
    "DataResource",
    "DataResourceGroupObjectPermission",
    "DataResourceUserObjectPermission",
    "DraftingRun",
    "DraftingTable",
    "ElementLink",
    "Favourite",
    "FieldRemark",
    "ImportLine",
    "ImportLook",
    "ImportMapping",
    "InformationSystem",
    "LeadSource",
    "LegalText",
    "PartEntry",
    "RecentView",
    "ResourceAssessment",
    "ResourceBasis",
    "ResourceMount",
    "ResourceRevision",
    "ResourceStatusChange",
    "ResourceSystem",
    "SavedSearch",
    "SearchForm",
    "SearchRow",
    "SearchSubject",
    "SearchTally",
    "Subscription",
    "Synonym",
    "SystemPart",
    "SystemSequence",
    "SystemStatusChange",
    "TableVersion",
    "Term",
    "ThematicLibrary",
    "UpdateReminder",
    "Withdrawal",
    "WithdrawalAnswer",
]
