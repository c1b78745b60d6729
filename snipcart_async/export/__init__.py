"""Exporting a whole shop into a file, with a report that says what is proven."""

from .as_csv import Csv
from .as_jsonl import Jsonl
from .as_parquet import Parquet
from .as_sqlite import Sqlite
from .customers import export_customers
from .job import OnProgress
from .orders import export_orders
from .plan import Plan, plan_customers
from .proof import Proof, Standing, check_proof, keep_proof
from .reading import read_window
from .report import ExportProgress, ExportReport
from .result import Reject, WindowResult
from .tally import Tally, compare_totals
from .window import Window

__all__ = [
    "Csv",
    "ExportProgress",
    "ExportReport",
    "Jsonl",
    "OnProgress",
    "Parquet",
    "Plan",
    "Proof",
    "Reject",
    "Sqlite",
    "Standing",
    "Tally",
    "Window",
    "WindowResult",
    "check_proof",
    "compare_totals",
    "export_customers",
    "export_orders",
    "keep_proof",
    "plan_customers",
    "read_window",
]
