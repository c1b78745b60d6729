"""Exporting a whole shop into a file, with a report that says what is proven."""

from .report import ExportProgress, ExportReport
from .run import export_customers

__all__ = ["ExportProgress", "ExportReport", "export_customers"]
