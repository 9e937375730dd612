"""Collector: Django wants the models of an app here. Nobody of ours imports from it."""

from catalog.mounts.models import ResourceMount, TableVersion
from catalog.resources.models import (
    CatalogImport,
    CodeSequence,
    DataItem,
    DataResource,
    DataResourceGroupObjectPermission,
    DataResourceUserObjectPermission,
    ResourceRevision,
    ResourceStatusChange,
)
from catalog.taxonomy.models import Synonym, Term

__all__ = [
    "CatalogImport",
    "CodeSequence",
    "DataItem",
    "DataResource",
    "DataResourceGroupObjectPermission",
    "DataResourceUserObjectPermission",
    "ResourceMount",
    "ResourceRevision",
    "ResourceStatusChange",
    "Synonym",
    "TableVersion",
    "Term",
]
