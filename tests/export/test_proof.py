"""What an export proved, kept beside its file and told of no other."""

import json
import os
import stat
from pathlib import Path
from typing import Any

import attrs
import pytest

from snipcart_async import SnipcartClient
from snipcart_async.errors import ExportError
from snipcart_async.export import ExportReport, Standing, check_proof, export_customers, keep_proof


@pytest.fixture
async def report(snipcart: SnipcartClient, target: Path) -> ExportReport:
    """Export a shop."""
    return await export_customers(snipcart, target)


async def test_a_proof_is_of_its_file(report: ExportReport, target: Path) -> None:
    """Kept beside the file, private, it says of this very file that it is complete, and since when."""
    path = keep_proof(report)
    standing, proof = check_proof(target)

    assert path == target.with_name("customers.jsonl.report.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {entry.name for entry in target.parent.iterdir()} == {target.name, path.name}
    assert standing is Standing.COMPLETE
    assert proof is not None
    assert (proof.customers, proof.created_until, proof.filtered) == (240, report.created_until, False)


async def test_what_is_kept(report: ExportReport) -> None:
    """It is the report, with the mere name of the file in place of its path, and the digest."""
    kept = json.loads(keep_proof(report).read_text("utf-8"))

    assert len(kept.pop("sha256")) == 64
    assert kept == report.as_dict() | {"path": "customers.jsonl"}


@pytest.mark.parametrize(
    ("changes", "standing"),
    [
        ({"unproven": ("somewhere",)}, Standing.UNPROVEN),
        ({"rejected": 1}, Standing.UNPROVEN),
        ({}, Standing.COMPLETE),
    ],
)
async def test_standing(report: ExportReport, target: Path, changes: dict[str, Any], standing: Standing) -> None:
    """Complete is what has neither doubts nor rejects."""
    keep_proof(attrs.evolve(report, **changes))

    assert check_proof(target)[0] is standing


async def test_a_link_stands_for_its_file(report: ExportReport, target: Path, tmp_path: Path) -> None:
    """The proof beside the file is found from wherever a link to it lies."""
    keep_proof(report)
    link = tmp_path / "latest"
    link.symlink_to(target)

    assert check_proof(link) == check_proof(target)
    assert check_proof(link)[0] is Standing.COMPLETE


async def test_a_file_that_was_changed(report: ExportReport, target: Path) -> None:
    """One byte more, and nothing is said of the file."""
    keep_proof(report)
    with target.open("ab") as file:
        file.write(b"\n")

    assert check_proof(target) == (Standing.CHANGED, None)


@pytest.mark.parametrize(
    "content", [None, b"", b"{}", b'{"sha256": 5}', b"\xff", b'{"created_until": "2026-01-01T00:00"}']
)
async def test_no_proof(report: ExportReport, target: Path, content: bytes | None) -> None:
    """Where there is none, or none that can be read, none is known."""
    if content is not None:
        keep_proof(report).write_bytes(content)

    assert check_proof(target) == (Standing.UNKNOWN, None)


async def test_an_older_proof_is_replaced(report: ExportReport, target: Path) -> None:
    """A proof is kept under another name first, and a link in its place is not followed."""
    elsewhere = keep_proof(attrs.evolve(report, rejected=1)).rename(target.with_name("elsewhere"))
    older = elsewhere.read_bytes()
    target.with_name("customers.jsonl.report.json").symlink_to(elsewhere)
    keep_proof(report)

    assert elsewhere.read_bytes() == older
    assert check_proof(target)[0] is Standing.COMPLETE


async def test_a_proof_that_cannot_be_kept(report: ExportReport, target: Path) -> None:
    """Where the disk refuses, the error says that the file itself is there."""
    os.mkdir(target.with_name("customers.jsonl.report.json"))  # noqa: PTH102 - a folder in the way
    with pytest.raises(ExportError, match=r"^the export is written, but not beside it what it proves: ") as caught:
        keep_proof(report)

    assert caught.value.__context__ is None


async def test_what_is_somebody_elses_is_left_alone(report: ExportReport, target: Path) -> None:
    """A file of that name that is no proof is not replaced."""
    other = target.with_name("customers.jsonl.report.json")
    other.write_text('{"mine": true}', "utf-8")
    with pytest.raises(ExportError, match=r"not beside it what it proves: customers\.jsonl\.report\.json is something"):
        keep_proof(report)

    assert other.read_text("utf-8") == '{"mine": true}'


async def test_a_name_that_is_no_utf_8(snipcart: SnipcartClient, tmp_path: Path) -> None:
    """Systems allow it, JSON does not: the proof is kept all the same."""
    target = tmp_path / os.fsdecode(b"caf\xe9.jsonl")
    report = await export_customers(snipcart, target)
    kept = json.loads(keep_proof(report).read_text("utf-8"))

    assert kept["path"] == "caf\N{REPLACEMENT CHARACTER}.jsonl"
    assert check_proof(target)[0] is Standing.COMPLETE
