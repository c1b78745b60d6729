"""The report: complete means that nothing is unproven and nothing rejected."""

import json
from pathlib import Path

import attrs
import pytest

from snipcart_async.export import ExportReport

REPORT = ExportReport(
    customers=3, rejected=0, windows=1, unproven=(), requests=2, seconds=0.5, path=Path("shop") / "customers.jsonl"
)


@pytest.mark.parametrize(
    ("report", "complete"),
    [
        (REPORT, True),
        (attrs.evolve(REPORT, unproven=("everything",)), False),
        (attrs.evolve(REPORT, rejected=1), False),
    ],
)
def test_complete(report: ExportReport, complete: bool) -> None:  # noqa: FBT001 - what is expected
    """One reject or one doubt, and the export is not complete."""
    assert complete == report.complete


def test_a_report_is_json() -> None:
    """The report has the same names in JSON."""
    document = json.loads(json.dumps(attrs.evolve(REPORT, unproven=("everything",)).as_dict()))

    assert document == {
        "complete": False,
        "customers": 3,
        "rejected": 0,
        "windows": 1,
        "unproven": ["everything"],
        "requests": 2,
        "seconds": 0.5,
        "path": str(REPORT.path),
    }
