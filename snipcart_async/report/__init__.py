"""A page about an export of customers: figures and charts for whoever runs the shop, and nobody's personal data."""

from .countries import Country
from .figures import Figures, Loyalty, count
from .history import Grain, History, Period
from .making import Report, read_figures, write_report
from .rows import Row, read_rows
from .spending import Band, Spending, Top

__all__ = [
    "Band",
    "Country",
    "Figures",
    "Grain",
    "History",
    "Loyalty",
    "Period",
    "Report",
    "Row",
    "Spending",
    "Top",
    "count",
    "read_figures",
    "read_rows",
    "write_report",
]
