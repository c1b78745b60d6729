"""The report: complete means that nothing is unproven and nothing rejected."""

import json
import pickle
from datetime import UTC, datetime
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
        (attrs.evolve(REPORT, missing=1, repaired=1, resumed=True), True),
        (attrs.evolve(REPORT, unproven=("everything",)), False),
        (attrs.evolve(REPORT, rejected=1), False),
    ],
)
def test_complete(report: ExportReport, *, complete: bool) -> None:
    """One reject or one doubt, and the export is not complete."""
    assert complete == report.complete


@pytest.mark.parametrize(
    ("until", "text"), [(None, None), (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05Z")]
)
def test_a_report_is_json(until: datetime | None, text: str | None) -> None:
    """The report has the same names in JSON, and moments as Snipcart spells them."""
    report = attrs.evolve(REPORT, unproven=("everything",), orders=7, created_until=until, begun=until)

    assert json.loads(json.dumps(report.as_dict())) == {
        "complete": False,
        "customers": 3,
        "rejected": 0,
        "windows": 1,
        "unproven": ["everything"],
        "requests": 2,
        "seconds": 0.5,
        "path": str(REPORT.path),
        "orders": 7,
        "missing": 0,
        "repaired": 0,
        "created_until": text,
        "resumed": False,
        "begun": text,
        "filtered": False,
    }


def test_a_report_travels() -> None:
    """A report comes back from pickle as the same value."""
    assert pickle.loads(pickle.dumps(REPORT)) == REPORT  # noqa: S301 - our own
