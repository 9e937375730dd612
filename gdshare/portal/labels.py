"""The words of the audit verbs of pages that belong to no single app."""

LABELS = {"list.export": "导出清单"}
