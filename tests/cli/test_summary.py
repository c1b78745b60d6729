"""The summary of an export, in the words of a shop owner."""

from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest

from snipcart_async.cli.summary import summarize
from snipcart_async.export import ExportReport


@pytest.fixture
def report(tmp_path: Path) -> ExportReport:
    """Report an export that went well."""
    path = tmp_path / "shop.sqlite"
    path.touch()
    until = datetime(2026, 1, 31, 9, tzinfo=UTC)
    return ExportReport(
        customers=1200, rejected=0, windows=1, unproven=(), requests=2, seconds=2.0, path=path, created_until=until
    )


def test_complete(report: ExportReport) -> None:
    """A complete export is called complete, until when, and where no date is known without one."""
    written = f"Wrote 1,200 customers to {report.path} (0 bytes) in 2.0 s."

    assert summarize(report) == f"{written}\nComplete: nobody created before 2026-01-31 09:00:00 UTC is missing."
    assert summarize(attrs.evolve(report, created_until=None)) == f"{written}\nComplete: nobody is missing."


def test_orders(report: ExportReport) -> None:
    """Orders are counted with their customers, and customers who have gone are told."""
    orders = attrs.evolve(report, customers=1, orders=2400, missing=3, resumed=True)

    assert summarize(orders).splitlines()[:2] == [
        f"Wrote 2,400 orders of 1 customer to {report.path} (0 bytes) in 2.0 s, the earlier run included.",
        "Deleted before their orders were read: 3 customers.",
    ]


def test_what_is_not_as_it_was(report: ExportReport) -> None:
    """Repaired text and what was left out are told, with the file that has it."""
    spoiled = attrs.evolve(report, rejected=2, repaired=1)

    assert summarize(spoiled).splitlines()[1:] == [
        "Repaired the text of 1 customer: a \ufffd stands for what no file can hold.",
        f"Left out 2 records that could not be read: {report.path}.rejects.jsonl has them, and says why.",
        "Nobody else created before 2026-01-31 09:00:00 UTC is missing.",
    ]


def test_unproven(report: ExportReport) -> None:
    """Each doubt has a line, ten at most, and below them stands what they mean."""
    doubts = tuple(f"window {number}: unclear" for number in range(12))
    told = summarize(attrs.evolve(report, unproven=doubts)).splitlines()[1:]
    fewer = summarize(attrs.evolve(report, unproven=doubts[:10])).splitlines()[1:]

    assert told[:10] == fewer[:10] == [f"Not proven: {doubt}." for doubt in doubts[:10]]
    assert told[10] == "Not proven: 2 more, which --json lists."
    assert told[11:] == fewer[10:]
    assert told[11].startswith("Somebody created before 2026-01-31 09:00:00 UTC may be missing there.")


def test_of_those_asked_for(report: ExportReport) -> None:
    """A summary of a filtered export claims nothing of others, and one of a resumed export says how old it may be."""
    begun = datetime(2026, 1, 30, 8, 0, tzinfo=UTC)
    text = summarize(attrs.evolve(report, filtered=True, resumed=True, begun=begun))

    assert ", the earlier run of 2026-01-30 08:00 UTC included." in text
    assert "Complete: nobody you asked for created before 2026-01-31 09:00:00 UTC is missing." in text
