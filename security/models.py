"""Collector: Django wants the models of an app here. Nobody of ours imports from it."""

from security.accounts.models import ApiClient, Membership, User
from security.departments.models import Department, Region
from security.notices.models import Dispatch, Notice

__all__ = ["ApiClient", "Department", "Dispatch", "Membership", "Notice", "Region", "User"]
